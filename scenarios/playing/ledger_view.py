"""Makes the tables that a bookkeeper reads out of what the books hold."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from scenarios.language import expectations as language
from scenarios.language.tables import Column, Table, amount_text, codes_text, date_text
from scenarios.wire.books_reader import Mutation

SALES = ("Fact verst", "Geld ontv")
"""The kinds of mutation whose lines are turnover."""

PROFIT_AND_LOSS = "VW"
"""The category of accounts that turnover and costs are booked on."""

_CORRECTION = re.compile(r"-C\d+$")

BOXES: Mapping[str, str] = {
    "HOOG_VERK": "1a",
    "HOOG_VERK_21": "1a",
    "LAAG_VERK": "1b",
    "LAAG_VERK_9": "1b",
    "AFW": "1c",
    "AFW_VERK": "1c",
    "VERL_VERK": "1e",
    "VERL_VERK_L9": "1e",
    "BU_EU_VERK": "3a",
    "BI_EU_VERK": "3b",
    "BI_EU_VERK_D": "3b",
    "AFST_VERK": "3c",
    "BI_EU_INK": "4b",
}
"""The box of the VAT return in which each VAT code counts."""


def mutations(found: Iterable[Mutation]) -> Table:
    """Return the list of mutations with all columns that a story may name."""
    return _table(
        language.MUTATIONS,
        (
            (
                str(one.number),
                date_text(one.date),
                one.kind,
                amount_text(one.total),
                one.account,
                codes_text(line.counter_account for line in one.lines),
                one.invoice,
                one.relation,
                one.text,
            )
            for one in found
        ),
    )


def lines(found: Iterable[Mutation]) -> Table:
    """Return the lines of mutations, those of one mutation by account and VAT code."""
    return _table(
        language.LINES,
        (
            (
                str(one.number),
                line.counter_account,
                amount_text(line.excl),
                line.vat_code,
                amount_text(line.vat),
                amount_text(line.incl),
            )
            for one in found
            for line in sorted(one.lines, key=lambda line: (line.counter_account, line.vat_code))
        ),
    )


def relations(found: Iterable[Any]) -> Table:
    """Return relations, as the wire has them, as a table."""
    fields = ("Code", "Bedrijf", "Adres", "Postcode", "Plaats", "Email", "BTWNummer", "BP")
    return _from_wire(language.RELATIONS, fields, found)


def ledger_accounts(found: Iterable[Any]) -> Table:
    """Return ledger accounts, as the wire has them, as a table."""
    return _from_wire(language.LEDGER_ACCOUNTS, ("Code", "Omschrijving", "Categorie"), found)


def open_items(found: Iterable[Any]) -> Table:
    """Return open items, as the wire has them, as a table."""
    return _table(
        language.OPEN_ITEMS,
        (
            (
                one.MutFactuur or "",
                date_text(one.MutDatum),
                one.RelCode or "",
                one.RelBedrijf or "",
                amount_text(one.Bedrag),
                amount_text(one.Voldaan),
                amount_text(one.Openstaand),
            )
            for one in found
        ),
    )


def invoices(found: Iterable[Mutation]) -> Table:
    """Return the invoices sent, by number: how often booked, and their total with corrections.

    A correction bears the number of its invoice and `-C1`, `-C2` and so on. What comes to nothing
    is left out, unless it is booked more than once.
    """
    times: defaultdict[str, int] = defaultdict(int)
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        if one.kind == "Fact verst":
            number = _CORRECTION.sub("", one.invoice)
            times[number] += number == one.invoice
            totals[number] += one.total
    return _table(
        language.INVOICES,
        (
            (number, str(times[number]), amount_text(totals[number]))
            for number in sorted(totals)
            if totals[number] or times[number] > 1
        ),
    )


def turnover(found: Iterable[Mutation], accounts: Iterable[Any]) -> dict[str, Decimal]:
    """Return the turnover of each account that has any: euros excluding VAT, by code.

    `accounts` are the ledger's, as the wire has them: what moves between accounts of the balance
    (cash brought to the bank, a voucher that is sold) is no turnover.
    """
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    of_balance = {str(one.Code) for one in accounts if one.Categorie != PROFIT_AND_LOSS}
    for one in found:
        for line in one.lines if one.kind in SALES else ():
            if line.counter_account not in of_balance:
                totals[line.counter_account] += line.excl
    return {code: totals[code] for code in sorted(totals) if totals[code]}


def received(found: Iterable[Mutation]) -> dict[date, Decimal]:
    """Return what each day's receipts come to: euros including VAT, days of nothing left out."""
    totals: defaultdict[date, Decimal] = defaultdict(Decimal)
    for one in found:
        if one.kind == "Geld ontv":
            totals[one.date] += one.total
    return {day: totals[day] for day in sorted(totals) if totals[day]}


def vat_return(found: Iterable[Mutation]) -> Table:
    """Return the VAT return: turnover and VAT by box, boxes with nothing left out."""
    turnovers: defaultdict[str, Decimal] = defaultdict(Decimal)
    vats: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        for line in one.lines:
            box = BOXES.get(line.vat_code)
            if box is not None:
                turnovers[box] += line.excl
                vats[box] += line.vat
    return _table(
        language.VAT_RETURN,
        (
            (box, amount_text(turnovers[box]), amount_text(vats[box]))
            for box in sorted(turnovers)
            if turnovers[box] or vats[box]
        ),
    )


def _from_wire(columns: Sequence[Column], fields: Sequence[str], found: Iterable[Any]) -> Table:
    return _table(
        columns, (tuple(str(getattr(one, name) or "") for name in fields) for one in found)
    )


def _table(columns: Sequence[Column], rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(tuple(column.heading for column in columns), tuple(rows))
