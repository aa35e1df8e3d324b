"""An audit as a bookkeeper reads it, period by period. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sync_core.audit_findings import (
    Audit,
    Difference,
    Finding,
    Note,
    Period,
    Remark,
)
from sync_core.messages import Language, vat_name
from sync_core.money_text import count_text, day_text, euros
from sync_core.vat_periods import period_text

FINDINGS = {
    Finding.MISSING: ("staat niet in e-Boekhouden", "is not in e-Boekhouden"),
    Finding.WAITING: ("wacht", "waits"),
    Finding.UNKNOWN: ("is onderweg", "is under way"),
    Finding.DOUBLE: ("staat dubbel", "is there more than once"),
    Finding.DIFFERENT: ("is in e-Boekhouden gewijzigd", "was changed in e-Boekhouden"),
    Finding.MOVED: (
        "staat in e-Boekhouden op een andere rekening dan geboekt",
        "is on another account in e-Boekhouden than it was booked on",
    ),
    Finding.NOT_FOLLOWED: (
        "is in Bizzcloud gewijzigd nadat het is geboekt; de volgende ronde boekt het verschil",
        "was changed in Bizzcloud after it was booked; the next round books the difference",
    ),
    Finding.VANISHED: (
        "staat niet meer in Bizzcloud; is het terecht weg, verwijder dan de mutatie",
        "is not in Bizzcloud any more; if rightly so, delete the mutation",
    ),
    Finding.GONE: ("is in e-Boekhouden verwijderd", "was deleted in e-Boekhouden"),
    Finding.LEFT_OUT: ("wordt niet geboekt", "is left out"),
    Finding.TILL_DIFFERS: ("kassatotaal van de dag verschilt", "the day's till total differs"),
    Finding.BY_HAND: (
        "de dag is ook met de hand geboekt: de omzet staat er twee keer",
        "the day was booked by hand too: its turnover is there twice",
    ),
}

NOTES = {
    Remark.SETTLE: (
        "{label} en {other} tegen elkaar afletteren (mutaties {numbers})",
        "settle {label} and {other} against each other (mutations {numbers})",
    ),
    Remark.DATED_LATER: (
        "{label} is geboekt op {day}, want haar btw-periode is al aangegeven (mutatie {numbers})",
        "{label} is booked on {day}, since its VAT period was filed (mutation {numbers})",
    ),
    Remark.CASH: (
        "op {day} is {other} contant ontvangen ({label}) buiten de gekoppelde facturen: boek dat "
        "zelf",
        "on {day} {other} was received in cash ({label}) beside the linked invoices: book it "
        "yourself",
    ),
    Remark.HOLE: (
        "{label} ontbreekt in de nummering van Bizzcloud",
        "{label} is missing in Bizzcloud's numbers",
    ),
}

WORDS = {
    "nl": {
        "shop": "Bizzcloud",
        "books": "e-Boekhouden",
        "difference": "verschil",
        "turnover": "omzet",
        "vat": "btw",
        "till": "kassa",
        "right": "sluit aan",
        "wrong": "sluit NIET aan",
        "invoices": ("factuur", "facturen"),
        "receipts": ("bon", "bonnen"),
        "findings": ("bevinding", "bevindingen"),
        "mutation": "mutatie",
        "nothing": "Er is niets om te vergelijken.",
    },
    "en": {
        "shop": "Bizzcloud",
        "books": "e-Boekhouden",
        "difference": "difference",
        "turnover": "turnover",
        "vat": "VAT",
        "till": "till",
        "right": "is right",
        "wrong": "is NOT right",
        "invoices": ("invoice", "invoices"),
        "receipts": ("receipt", "receipts"),
        "findings": ("finding", "findings"),
        "mutation": "mutation",
        "nothing": "There is nothing to compare.",
    },
}


NONE = (Decimal(0), Decimal(0))


def audit_lines(audit: Audit, language: Language = "nl") -> Iterator[str]:
    """Yield the lines of an audit: per period amounts, what explains a difference, a verdict."""
    if not audit.periods:
        yield str(WORDS[language]["nothing"])
    for period in audit.periods:
        yield from _period_lines(period, language)


def _period_lines(period: Period, language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield period_text(period.first, period.length, language)
    header = (
        "",
        *(
            f"{words[side]} {words[column]}"
            for side in ("shop", "books", "difference")
            for column in ("turnover", "vat")
        ),
    )
    yield from _table([header, *_rate_rows(period, language)])
    for account, (shop, books) in sorted(period.till.items()):
        yield (
            f"  {words['till']} {account}: {words['shop']} {euros(shop)}, "
            f"{words['books']} {euros(books)}, {words['difference']} {euros(shop - books)}"
        )
    for difference in period.differences:
        yield f"  {_difference_text(difference, language)}"
    for note in period.notes:
        yield f"  {_note_text(note, language)}"
    yield _verdict(period, language)


def _rate_rows(period: Period, language: Language) -> Iterator[tuple[str, ...]]:
    for code in sorted(set(period.shop) | set(period.books)):
        shop, books = period.shop.get(code, NONE), period.books.get(code, NONE)
        between = (shop[0] - books[0], shop[1] - books[1])
        yield vat_name(code, language), *(euros(each) for each in (*shop, *books, *between))


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        name, *cells = (cell for cell in row)
        aligned = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        yield "  " + "  ".join((name.ljust(widths[0]), *aligned))


def _difference_text(difference: Difference, language: Language) -> str:
    said = FINDINGS[difference.finding][0 if language == "nl" else 1]
    numbers = ", ".join(map(str, difference.numbers))
    where = f" ({WORDS[language]['mutation']} {numbers})" if numbers else ""
    of_till = difference.finding in (Finding.TILL_DIFFERS, Finding.BY_HAND)
    what = f"{WORDS[language]['till']} {difference.label}" if of_till else difference.label
    return f"{what}, {euros(difference.total)}, {day_text(difference.day)}: {said}{where}"


def _note_text(note: Note, language: Language) -> str:
    numbers = ", ".join(map(str, note.numbers))
    return NOTES[note.remark][0 if language == "nl" else 1].format(
        label=note.label,
        other=note.other,
        day=day_text(note.day) if note.day else "",
        numbers=numbers,
    )


def _verdict(period: Period, language: Language) -> str:
    words = WORDS[language]
    verdict = words["right" if period.agrees else "wrong"]
    counted = ", ".join(
        f"{count_text(number)} {words[kind][0 if number == 1 else 1]}"
        for kind, number in (("invoices", period.invoices), ("receipts", period.receipts))
    )
    name = period_text(period.first, period.length, language)
    told = f"{name} {verdict}: {counted}, {words['difference']} {euros(period.difference)}"
    if period.agrees:
        return told
    explained = len(period.differences)
    return f"{told}, {explained} {words['findings'][0 if explained == 1 else 1]}"
