"""Tells each step of a story as a sentence that a bookkeeper reads."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from scenarios.language import steps
from scenarios.language.steps import InvoiceLine, Step
from scenarios.language.tables import amount_text, date_text
from scenarios.language.values import AMSTERDAM


def sentence(step: Step) -> str:
    """Return a step as one sentence; a refusal that is expected is part of it."""
    told = SENTENCES[type(step)](step)
    return f"{told}, which is refused: “{step.refused}”." if step.refused else f"{told}."


def _lines(lines: Iterable[InvoiceLine]) -> str:
    return "; ".join(
        f"{_quantity(line.quantity)} {line.text} at {amount_text(line.price)}"
        f"{f' less {_quantity(line.discount)}%' if line.discount else ''}"
        f" on {line.account}, VAT {line.vat}"
        for line in lines
    )


def _quantity(number: Decimal) -> str:
    return format(number.normalize(), "f").replace(".", ",")


def _link(step: steps.Link) -> str:
    books = f" the books of {step.administration}" if step.administration else " the books"
    since = f", booking from {date_text(step.book_from)}" if step.book_from else ""
    mistyped = " with a mistyped code" if step.security_code_1 else ""
    mistyped += " with a mistyped password" if step.password else ""
    again = " again" if isinstance(step, steps.Relink) else ""
    return f"Bizzcloud is linked{again} to{books}{mistyped}{since}"


def _push(step: steps.Push) -> str:
    name = step.invoice or step.receipt or step.partner or step.ledger_account
    return f"Bizzcloud tells the coupling about {name}, which is looked at now"


def _partner(step: steps.Partner) -> str:
    details = (step.street, step.postcode, step.city, step.email, step.phone, step.vat_number)
    known = ", ".join(detail for detail in details if detail)
    name = f" is {step.name}" if step.name else " changes"
    return f"Customer {step.ref}{name}{f': {known}' if known else ''}"


def _invoice(step: steps.Invoice) -> str:
    dated = f", dated {date_text(step.date)}" if step.date else ""
    due = f", due {date_text(step.due)}" if step.due else ""
    dated += f" in the period of {date_text(step.period)}" if step.period else ""
    made = "A draft invoice" if step.draft else "An invoice"
    return f"{made} for {step.partner}{dated}{due}: {_lines(step.lines)}"


def _credit_note(step: steps.CreditNote) -> str:
    if step.of is not None:
        return f"Invoice {step.of} is credited"
    return f"A credit note for {step.partner}: {_lines(step.lines)}"


def _paid(paid: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{amount_text(amount)} by {way}" for way, amount in paid.items())


def _product(step: steps.Product) -> str:
    vat = f"VAT {step.vat}" if step.vat else ""
    account = f"ledger account {step.account}" if step.account else ""
    return f"Product {step.text} has {' and '.join(filter(None, (vat, account)))} from now on"


def _receipt(step: steps.Receipt) -> str:
    paid = _paid(step.paid)
    wish = f", with an invoice for {step.partner}" if step.invoiced else ""
    return f"At the till{wish}: {_lines(step.lines)}; paid {paid}"


def _edit(step: steps.Edit) -> str:
    changes = [
        f"dated {date_text(step.date)}" if step.date else "",
        f"due {date_text(step.due)}" if step.due else "",
        f"reference {step.reference}" if step.reference else "",
        "other tax lines" if step.tax_lines is not None else "",
        f"total {amount_text(step.total)}" if step.total is not None else "",
        "taxes and total computed anew" if step.recompute_taxes else "",
        _lines(step.lines),
    ]
    return f"Invoice {step.invoice} is changed: {'; '.join(one for one in changes if one)}"


def _books(step: steps.Books) -> str:
    acts = []
    if step.ledger_account is not None:
        acts.append(f"adds ledger account {step.ledger_account.code} {step.ledger_account.name}")
    if step.relation is not None:
        acts.append(f"adds relation {step.relation.code} {step.relation.name}")
    if step.close is not None:
        acts.append(f"closes {date_text(step.close[0])} to {date_text(step.close[1])}")
    if step.reopen is not None:
        acts.append(f"reopens {date_text(step.reopen[0])} to {date_text(step.reopen[1])}")
    if step.book is not None:
        number = f" {step.book.invoice}" if step.book.invoice else ""
        acts.append(f"books a {step.book.kind}{number} of {date_text(step.book.date)}")
    if step.delete:
        acts.append(f"deletes mutation {', '.join(str(number) for number in step.delete)}")
    return f"The bookkeeper {' and '.join(acts)}"


def _fault(step: steps.Fault) -> str:
    which = "the next call" if step.call == 1 else f"call {step.call} from now"
    late = f" ({step.seconds} s)" if step.seconds is not None else ""
    return f"Something will go wrong with {which} of {step.operation}: {step.happens}{late}"


def _answer(step: steps.Answer) -> str:
    if step.booked is not None:
        return f"The bookkeeper booked {step.document} by hand, as mutation {step.booked}"
    if step.leave_out is not None:
        return f"The bookkeeper leaves {step.document} out: {step.leave_out}"
    return f"The bookkeeper lets {step.document} be tried again"


def _advance(step: steps.Advance) -> str:
    if step.to is not None:
        local = step.to.astimezone(AMSTERDAM)
        return f"It becomes {date_text(local)} {local:%H:%M}"
    assert step.by is not None
    looks = "" if step.sync_every is None else f", with a look every {_duration(step.sync_every)}"
    return f"{_duration(step.by)} go by{looks}"


def _duration(length: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "days"), (timedelta(hours=1), "hours")):
        if length >= unit and not length % unit:
            return f"{length // unit} {name}"
    return f"{int(length.total_seconds() // 60)} minutes"


def _cash(step: steps.Cash) -> str:
    if step.in_ is not None:
        return f"{amount_text(step.in_)} is put in the till: {step.reason}"
    assert step.out is not None
    return f"{amount_text(step.out)} is taken out of the till: {step.reason}"


def _expect(step: steps.Expect) -> str:
    looked = [
        name.replace("_", " ")
        for name in step.model_fields_set
        if name not in ("administration", "newest", "refused")
    ]
    whose = f" of {step.administration}" if step.administration else ""
    return f"Expected{whose}: {', '.join(sorted(looked))}"


SENTENCES: Mapping[type[Step], Callable[[Any], str]] = {
    steps.Link: _link,
    steps.Relink: _link,
    steps.Unlink: lambda _: "Bizzcloud's support undoes the link",
    steps.Settings: lambda step: (
        "The settings of the link are changed: "
        + ", ".join(sorted(name.replace("_", " ") for name in step.model_fields_set))
    ),
    steps.LedgerAccount: lambda step: f"Ledger account {step.code} in Bizzcloud is {step.name}",
    steps.Partner: _partner,
    steps.Invoice: _invoice,
    steps.CreditNote: _credit_note,
    steps.Receipt: _receipt,
    steps.SupplierInvoice: lambda step: f"An invoice of supplier {step.partner} is entered",
    steps.InvoiceReceipt: lambda step: f"{step.partner} gets an invoice for receipt {step.receipt}",
    steps.EditReceipt: lambda step: (
        f"What was paid of {step.receipt} is typed over: {_paid(step.paid)}"
    ),
    steps.PaymentJournal: lambda step: (
        f"The till takes {step.name} too, a payment journal of type {step.type}"
    ),
    steps.Product: _product,
    steps.Numbering: lambda step: f"The next invoice of Bizzcloud gets number {step.next}",
    steps.Cancel: lambda step: f"Invoice {step.invoice} is cancelled",
    steps.Edit: _edit,
    steps.Pay: lambda step: (
        f"Invoice {step.invoice} is paid {amount_text(step.amount)} by {step.by}"
    ),
    steps.Cash: _cash,
    steps.CloseTill: lambda step: (
        "The till is closed"
        if step.counted is None
        else f"The till is closed, with {amount_text(step.counted)} counted"
    ),
    steps.Sync: lambda _: "The coupling looks for what is new",
    steps.Push: _push,
    steps.Books: _books,
    steps.Fault: _fault,
    steps.Calm: lambda _: "Nothing more goes wrong from here on",
    steps.Crash: lambda _: "The coupling is killed",
    steps.Restart: lambda _: "The coupling is started again",
    steps.Answer: _answer,
    steps.Repost: lambda step: f"{step.document} is to be booked again",
    steps.Audit: lambda _: "The coupling compares shop, journal and books",
    steps.Backup: lambda _: "Bizzcloud makes a backup",
    steps.Restore: lambda _: "Bizzcloud puts its last backup back",
    steps.Advance: _advance,
    steps.Expect: _expect,
}
"""How each step is told."""
