"""From a document's lines to a mutation's: one line per (counter account, VAT code)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sync_core.bookings import LedgerAccount, MutationLine
from sync_core.documents import DocumentLine, PrintedTax, Tax
from sync_core.journal import Reason
from sync_core.link import LinkOptions
from sync_core.shares import cents, largest
from sync_core.vat import NO_VAT, VatMeaning, code, meaning
from sync_core.wanted import Waits

TURNOVER = "VW"
"""The category of the books in which a line without tax needs an explanation."""

NOT_A_COUNTER_ACCOUNT = frozenset({"FIN", "DEB", "CRED"})
"""Categories that a line's counter account may not have (evidence: mutations, assumed)."""


@dataclass(frozen=True)
class Placed:
    """A document's line with its place in the books; `rate` is a fraction."""

    line: DocumentLine
    account: str
    vat_code: str
    rate: Decimal
    tax: Tax | None


def place(
    lines: Iterable[DocumentLine],
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
) -> list[Placed]:
    """Find each line's counter account and VAT code; raises Waits where one is not known."""
    placed = []
    for line in lines:
        account = _counter_account(line, options, accounts)
        tax = _only_tax(line)
        vat_code, rate = _vat(line, tax, account, day, options, accounts)
        placed.append(Placed(line, account, vat_code, rate, tax))
    return placed


def with_printed_tax(placed: Sequence[Placed], printed: Iterable[PrintedTax]) -> list[MutationLine]:
    """Group an invoice's lines, with the tax that the invoice prints, per tax, to the cent.

    The tax of a line is its subtotal at its rate; what then differs from the printed sum of that
    tax goes to the largest line of it. A tax that is not printed may be so under another with the
    same code and rate: Bizzcloud prints what goes to one box and account in one line.
    """
    amounts = _printed_per_tax(printed)
    under = [_printed_under(each, placed, amounts) for each in placed]
    taxes = [cents(each.line.subtotal * each.rate) for each in placed]
    for tax_id, amount in amounts.items():
        of_tax = [index for index, other in enumerate(under) if other == tax_id]
        if not of_tax:
            if amount:
                raise Waits(Reason("tax-without-line", {"amount": str(amount)}))
            continue
        rest = amount - sum((taxes[index] for index in of_tax), Decimal(0))
        if rest:
            taxes[of_tax[largest([placed[index].line.subtotal for index in of_tax])]] += rest
    for index, each in enumerate(placed):
        if each.tax is not None and under[index] is None and taxes[index]:
            raise Waits(Reason("tax-not-printed", {"tax": each.tax.name}))
    return _grouped(
        (each, each.line.subtotal, tax) for each, tax in zip(placed, taxes, strict=True)
    )


def _printed_under(
    each: Placed, placed: Sequence[Placed], amounts: Mapping[int, Decimal]
) -> int | None:
    """Return the printed tax that a line's tax is in: its own, else one that is booked alike."""
    if each.tax is None:
        return None
    if each.tax.id in amounts:
        return each.tax.id
    place = (each.vat_code, each.rate)
    for other in placed:
        alike = other.tax is not None and (other.vat_code, other.rate) == place
        if alike and other.tax is not None and other.tax.id in amounts:
            return other.tax.id
    return None


def with_own_tax(placed: Sequence[Placed], total: Decimal, tax: Decimal) -> list[MutationLine]:
    """Group a receipt's lines, whose tax Bizzcloud gives per line.

    `total` and `tax` are the receipt's own; a cent by which the lines differ from them goes to
    the largest line (for the tax: the largest that has a rate).
    """
    subtotals = [each.line.subtotal for each in placed]
    taxes = [each.line.tax_amount or Decimal(0) for each in placed]
    rest_of_tax = tax - sum(taxes, Decimal(0))
    taxed = [index for index, each in enumerate(placed) if each.rate]
    if rest_of_tax and taxed:
        taxes[taxed[largest([subtotals[index] for index in taxed])]] += rest_of_tax
    rest = total - sum(subtotals, Decimal(0)) - sum(taxes, Decimal(0))
    if rest and placed:
        subtotals[largest(subtotals)] += rest
    return _grouped(zip(placed, subtotals, taxes, strict=True))


def _printed_per_tax(printed: Iterable[PrintedTax]) -> dict[int, Decimal]:
    amounts: dict[int, Decimal] = {}
    for each in printed:
        if each.tax is None:
            if each.amount:
                raise Waits(Reason("tax-unknown", {"tax": each.name}))
            continue
        amounts[each.tax.id] = amounts.get(each.tax.id, Decimal(0)) + each.amount
    return amounts


def _grouped(parts: Iterable[tuple[Placed, Decimal, Decimal]]) -> list[MutationLine]:
    groups: dict[tuple[str, str, Decimal], tuple[Decimal, Decimal]] = {}
    for each, excluding, vat in parts:
        key = (each.account, each.vat_code, each.rate)
        before = groups.get(key, (Decimal(0), Decimal(0)))
        groups[key] = (before[0] + excluding, before[1] + vat)
    return [
        MutationLine(account, vat_code, excluding, vat, (rate * 100).normalize() + 0)
        for (account, vat_code, rate), (excluding, vat) in groups.items()
    ]


def _counter_account(
    line: DocumentLine, options: LinkOptions, accounts: Mapping[str, LedgerAccount]
) -> str:
    if not line.account_code:
        raise Waits(Reason("line-without-account", {"line": line.text}))
    code_in_books = options.accounts.get(line.account_code, line.account_code)
    account = accounts.get(code_in_books)
    if account is None:
        name = f"{code_in_books} {line.account_name}".rstrip()
        raise Waits(Reason("account-missing", {"account": code_in_books, "name": name}))
    if account.category in NOT_A_COUNTER_ACCOUNT:
        details = {"account": code_in_books, "category": account.category}
        raise Waits(Reason("account-of-wrong-category", details))
    return code_in_books


def _only_tax(line: DocumentLine) -> Tax | None:
    if len(line.taxes) > 1:
        names = ", ".join(tax.name for tax in line.taxes)
        raise Waits(Reason("several-taxes", {"line": line.text, "taxes": names}))
    return line.taxes[0] if line.taxes else None


def _vat(
    line: DocumentLine,
    tax: Tax | None,
    account: str,
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
) -> tuple[str, Decimal]:
    if tax is None:
        if accounts[account].category == TURNOVER and account not in options.exempt_accounts:
            raise Waits(Reason("line-without-tax", {"line": line.text, "account": account}))
        return NO_VAT, Decimal(0)
    what = meaning(tax, options.taxes)
    if what is None:
        raise Waits(Reason("tax-unmapped", {"tax": f"{tax.description} ({tax.name})"}))
    if what is VatMeaning.FOREIGN:
        raise Waits(Reason("foreign-vat", {"tax": f"{tax.description} ({tax.name})"}))
    if not tax.is_percentage:
        raise Waits(Reason("tax-rate-unfit", {"tax": tax.name, "rate": "-"}))
    vat_code = code(what, tax.rate, day)
    if vat_code is None:
        raise Waits(Reason("tax-rate-unfit", {"tax": tax.name, "rate": f"{tax.rate:%}"}))
    return vat_code, tax.rate
