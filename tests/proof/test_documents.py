"""At least 5,000 invented invoices and receipts become what an independent calculation says."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_core.bookings import Mutation
from sync_core.documents import Invoice, Receipt
from sync_core.invoices import wanted_by_invoice
from sync_core.link import LinkOptions
from sync_core.till import wanted_by_receipt
from sync_core.vat import VatMeaning
from sync_core.wanted import Wanted
from tests.proof.documents import BOXES, MAPPED, Amounts, invoices, receipts
from tests.sync_core.examples import ACCOUNTS

OPTIONS = LinkOptions(taxes={tax: VatMeaning(meaning) for tax, meaning in MAPPED.items()})
AT_ONCE = 20
"""How many documents are in one set of books, over which the VAT return is made."""

EXAMPLES = 130
"""How many sets of books, for invoices and for receipts each."""

quietly = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Boxes = dict[str, tuple[int, int]]


def cents(amount: Decimal) -> int:
    assert amount == amount.quantize(Decimal("0.01")), f"{amount} is not in whole cents"
    return int(amount.scaleb(2))


def booked(wanted: Wanted) -> list[Mutation]:
    mutations = [each for each in wanted.values() if isinstance(each, Mutation)]
    assert len(mutations) == len(wanted), f"something waits: {wanted}"
    return mutations


def amounts(mutations: Iterable[Mutation]) -> Amounts:
    """Add up what the mutations hold, by counter account and VAT code, but for the clearing."""
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for mutation in mutations:
        for line in mutation.lines:
            if line.counter_account != OPTIONS.clearing_account:
                before = sums[line.counter_account, line.vat_code]
                sums[line.counter_account, line.vat_code] = (
                    before[0] + cents(line.excluding),
                    before[1] + cents(line.vat),
                )
    return sums


def without_nothing(sums: Amounts) -> Amounts:
    return {place: amount for place, amount in sums.items() if amount != (0, 0)}


def vat_return(many: Iterable[Amounts]) -> Boxes:
    boxes: Boxes = defaultdict(lambda: (0, 0))
    for sums in many:
        for (_, code), (net, vat) in sums.items():
            before = boxes[BOXES[code]]
            boxes[BOXES[code]] = before[0] + net, before[1] + vat
    return {box: sums for box, sums in boxes.items() if sums != (0, 0)}


seen = {"invoices": 0, "receipts": 0}


@quietly
@given(st.lists(invoices(), min_size=AT_ONCE, max_size=AT_ONCE))
def check_invoices(documents: list[tuple[Invoice, date, Amounts]]) -> None:
    found = []
    for document, day, expected in documents:
        (mutation,) = booked(wanted_by_invoice(document, OPTIONS, ACCOUNTS, "K0001"))
        sums = amounts([mutation])
        assert without_nothing(sums) == without_nothing(expected)
        assert mutation.account == "1300"
        assert (mutation.date, mutation.relation) == (day, "K0001")
        credit = sum(net + vat for net, vat in sums.values())
        debit = cents(document.total) * (-1 if document.is_credit_note else 1)
        assert debit == credit == cents(mutation.total)
        found.append(sums)
        seen["invoices"] += 1
    assert vat_return(found) == vat_return(expected for _, _, expected in documents)


@quietly
@given(st.lists(receipts(), min_size=AT_ONCE, max_size=AT_ONCE))
def check_receipts(documents: list[tuple[Receipt, date, Amounts]]) -> None:
    found = []
    for document, day, expected in documents:
        mutations = booked(wanted_by_receipt(document, OPTIONS, ACCOUNTS, ""))
        sums = amounts(mutations)
        assert without_nothing(sums) == without_nothing(expected)
        assert all(mutation.date == day for mutation in mutations)
        debits = {mutation.account: cents(mutation.total) for mutation in mutations}
        paid = {"cash": "1000", "bank": "1050"}
        assert {account: debit for account, debit in debits.items() if debit} == {
            paid[payment.journal_type]: cents(payment.amount) for payment in document.payments
        }
        clearing = sum(
            cents(line.including)
            for mutation in mutations
            for line in mutation.lines
            if line.counter_account == OPTIONS.clearing_account
        )
        assert clearing == 0, "what goes through Kruisposten comes out of it"
        assert sum(debits.values()) == sum(net + vat for net, vat in sums.values())
        found.append(sums)
        seen["receipts"] += 1
    assert vat_return(found) == vat_return(expected for _, _, expected in documents)


def test_five_thousand_documents_are_booked_as_calculated() -> None:
    check_invoices()
    check_receipts()
    assert sum(seen.values()) >= 5000, seen
