"""What a link makes of the shop's taxes and payment journals, as settings to read and change. Pure.

What nobody has said is proposed for the Dutch chart; what has no proposal waits for a person.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sync_core.bookings import LedgerAccount
from sync_core.documents import Tax
from sync_core.link import LinkOptions
from sync_core.till_payments import FINANCIAL, chosen_account
from sync_core.vat import VatMeaning, code, meaning


@dataclass(frozen=True)
class MappedTax:
    """A sales tax: its name in the settings, what it means (None: nobody said), and its VAT code.

    `is_proposed` tells that the meaning is ours, not a person's.
    """

    name: str
    rate: Decimal
    meaning: VatMeaning | None
    vat_code: str | None
    is_proposed: bool


@dataclass(frozen=True)
class MappedJournal:
    """A payment journal and its account of the books, None where none is chosen.

    `problem` says why a payment would wait: "missing" or "not financial"; "" for none.
    """

    name: str
    account: str | None
    problem: str
    is_proposed: bool


@dataclass(frozen=True)
class LinkMapping:
    """How a link maps what the shop has."""

    taxes: Sequence[MappedTax]
    journals: Sequence[MappedJournal]
    accounts: Mapping[str, str]


def mapping_of(
    taxes: Sequence[Tax],
    journals: Sequence[tuple[str, str, str]],
    held: Mapping[str, LedgerAccount],
    options: LinkOptions,
    today: date,
) -> LinkMapping:
    """Return how a link maps taxes and journals (code, name, type), with `held` in the books."""
    descriptions = Counter(tax.description for tax in taxes)
    return LinkMapping(
        [
            _tax(tax, tax.description if descriptions[tax.description] == 1 else tax.name, options,
                 today)
            for tax in taxes
        ],
        [_journal(code, name, kind, held, options) for code, name, kind in journals],
        options.accounts,
    )  # fmt: skip


def mapping_lines(mapping: LinkMapping) -> Iterator[str]:
    """Yield the mapping as the part of the settings file that it stands for."""
    yield "[link.taxes]"
    for tax in mapping.taxes:
        if tax.meaning is None:
            yield f'# "{tax.name}" = ""  # not chosen: a line with it waits'
        else:
            what = tax.vat_code or "no VAT code: a line with it waits"
            yield f'"{tax.name}" = "{tax.meaning.value}"  # {what}{_proposed(tax.is_proposed)}'
    yield ""
    yield "[link.payment_accounts]"
    for journal in mapping.journals:
        problem = f", {PROBLEMS[journal.problem]}" if journal.problem else ""
        if journal.account is None:
            yield f'# "{journal.name}" = ""  # not chosen: what is paid so waits'
        else:
            said = f"account of cash or card{problem}{_proposed(journal.is_proposed)}"
            yield f'"{journal.name}" = "{journal.account}"  # {said}'
    if mapping.accounts:
        yield ""
        yield "[link.accounts]"
    for account, in_books in sorted(mapping.accounts.items()):
        yield f'"{account}" = "{in_books}"'


PROBLEMS = {
    "missing": "which the books lack: what is paid so waits",
    "not financial": "which is no account for money: what is paid so waits",
}


def _proposed(is_proposed: bool) -> str:
    return ", proposed" if is_proposed else ""


def _tax(tax: Tax, name: str, options: LinkOptions, today: date) -> MappedTax:
    what = meaning(tax, options.taxes)
    vat_code = None if what is None or not tax.is_percentage else code(what, tax.rate, today)
    chosen = any(each in options.taxes for each in (str(tax.id), tax.name, tax.description))
    return MappedTax(name, tax.rate, what, vat_code, not chosen)


def _journal(
    code_: str, name: str, kind: str, held: Mapping[str, LedgerAccount], options: LinkOptions
) -> MappedJournal:
    account = chosen_account(code_, name, kind, options)
    problem = ""
    if account is not None and account not in held:
        problem = "missing"
    elif account is not None and held[account].category != FINANCIAL:
        problem = "not financial"
    chosen = name in options.payment_accounts or code_ in options.payment_accounts
    return MappedJournal(name, account, problem, not chosen)
