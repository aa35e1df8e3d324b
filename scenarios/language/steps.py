"""The steps of a story: what people and machines do, one class each, in one table at the end."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from scenarios.language.expectations import Expectations
from scenarios.language.given import (
    BookLedgerAccount,
    BookMutation,
    BookRelation,
    PartnerFields,
    ShopLedgerAccount,
)
from scenarios.language.values import (
    AccountCode,
    Amount,
    Day,
    Duration,
    Moment,
    Part,
    Text,
    Whole,
    YesNo,
)


class Step(Part):
    """Something that is done in a story."""

    word: ClassVar[str]
    """The word that the story uses for it."""

    refused: Text | None = Field(
        default=None, description="the step must be refused with a sentence that holds this text"
    )
    may_fail: YesNo = Field(
        default=False, description="the step may be refused or meet trouble; the story goes on"
    )


TaxMeaning = Literal[
    "high",
    "low",
    "other rate",
    "reverse charge",
    "outside the EU",
    "goods inside the EU",
    "services inside the EU",
    "distance sales inside the EU",
    "outside VAT",
    "foreign VAT",
]
"""What a sales tax of the shop can mean to a bookkeeper."""


class Link(Step):
    """Bizzcloud is linked to a set of books."""

    word = "link"
    administration: Text | None = Field(
        default=None, description="the company whose books they are; the first unless named"
    )
    book_from: Day | None = Field(
        default=None, description="documents dated before this day stay out of the books"
    )
    filed_until: Day | None = Field(
        default=None, description="the last day of the last VAT period that was filed"
    )
    vat_period: Literal["month", "quarter", "year"] = Field(
        default="quarter", description="for how long VAT is filed at a time"
    )
    adopt: YesNo = Field(
        default=True, description="invoices that were typed into the books by hand are taken over"
    )
    corrections: Literal["book", "ask"] = Field(
        default="book", description="what follows when a booked document is changed or cancelled"
    )
    exempt_accounts: tuple[AccountCode, ...] = Field(
        default=(), description="turnover accounts on which a line without tax is right"
    )
    payment_accounts: dict[Text, AccountCode] = Field(
        default={}, description="the account of cash or bank of each payment journal"
    )
    accounts: dict[AccountCode, AccountCode] = Field(
        default={}, description="accounts of the shop that have another code in the books"
    )
    taxes: dict[Text, TaxMeaning] = Field(
        default={}, description="what a tax means, by its name or what an invoice shows of it"
    )
    ledger_accounts: Literal["to the books", "both"] = Field(
        default="to the books",
        description="both: accounts that only the books have are made in Bizzcloud too",
    )
    security_code_1: Text | None = Field(
        default=None, description="what was typed as Beveiligingscode 1, when it was mistyped"
    )
    password: Text | None = Field(
        default=None, description="the password of Bizzcloud, when it was mistyped"
    )


class Relink(Link):
    """Support makes a link again, to the same books or to other ones."""

    word = "relink"


class Unlink(Step):
    """Bizzcloud's support undoes the link."""

    word = "unlink"


class Settings(Step):
    """A person changes the settings of an active link, which goes on with them."""

    word = "settings"
    filed_until: Day | None = Field(
        default=None, description="the last day of the last VAT period that was filed"
    )
    vat_period: Literal["month", "quarter", "year"] = Field(
        default="quarter", description="for how long VAT is filed at a time"
    )
    accounts: dict[AccountCode, AccountCode] = Field(
        default={}, description="accounts of the shop that have another code in the books"
    )
    payment_accounts: dict[Text, AccountCode] = Field(
        default={}, description="the account of cash or bank of each payment journal"
    )
    taxes: dict[Text, TaxMeaning] = Field(
        default={}, description="what a tax means, by its name or what an invoice shows of it"
    )
    exempt_accounts: tuple[AccountCode, ...] = Field(
        default=(), description="turnover accounts on which a line without tax is right"
    )
    number_prefix: Text | None = Field(
        default=None, description="what the books put before this shop's invoice numbers"
    )


class Sync(Step):
    """The coupling looks for everything that is new and books it."""

    word = "sync"


class Push(Step):
    """Bizzcloud tells the coupling about one document, which is looked at now."""

    word = "push"
    invoice: Text | None = None
    receipt: Text | None = None
    partner: Text | None = None
    ledger_account: AccountCode | None = None

    @model_validator(mode="after")
    def _one(self) -> "Push":
        named = [self.invoice, self.receipt, self.partner, self.ledger_account]
        if sum(name is not None for name in named) != 1:
            raise ValueError("expected one of: invoice, receipt, partner, ledger account.")
        return self


class Partner(Step, PartnerFields):
    """A customer is made in Bizzcloud, or changed when the reference is known."""

    word = "partner"


class LedgerAccount(Step, ShopLedgerAccount):
    """A ledger account is made in Bizzcloud, or changed when the code is known."""

    word = "ledger account"


NO_ACCOUNT = "none"
"""Stands for the ledger account of a line whose product has none."""


class InvoiceLine(Part):
    """A line of an invoice or a receipt."""

    text: Text
    account: AccountCode = Field(
        description="the ledger account in Bizzcloud; at the till none for a product without one"
    )
    quantity: Amount = Decimal(1)
    price: Amount = Field(description="euros for one, as the tax has it: mostly excluding VAT")
    discount: Amount = Field(default=Decimal(0), description="percent")
    vat: Text = Field(
        description="21, 6, 0 or none, or the name of the tax in Bizzcloud; several with ` + `"
    )


class Invoice(Step):
    """A sales invoice is made in Bizzcloud, and opened unless it stays a draft."""

    word = "invoice"
    as_: Text | None = Field(default=None, description="a name by which the story speaks of it")
    partner: Text = Field(description="the customer's reference")
    date: Day | None = Field(default=None, description="the invoice date; today unless named")
    period: Day | None = Field(
        default=None, description="a day of the period that is forced on it; else its date's"
    )
    due: Day | None = None
    currency: Text = Field(default="EUR", description="EUR or USD")
    draft: YesNo = False
    lines: tuple[InvoiceLine, ...] = Field(min_length=1)


class CreditNote(Step):
    """A credit note is made in Bizzcloud and opened: of a whole invoice, or with its own lines."""

    word = "credit note"
    as_: Text | None = Field(default=None, description="a name by which the story speaks of it")
    of: Text | None = Field(default=None, description="the number or name of the invoice")
    partner: Text | None = None
    date: Day | None = None
    lines: tuple[InvoiceLine, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> "CreditNote":
        if (self.of is None) == (self.partner is None) or (self.partner is None) == bool(
            self.lines
        ):
            raise ValueError("expected `of`, or else both `partner` and `lines`.")
        return self


class SupplierInvoice(Step):
    """An invoice of a supplier is entered in Bizzcloud and opened."""

    word = "supplier invoice"
    partner: Text = Field(description="the supplier's reference")
    lines: tuple[InvoiceLine, ...] = Field(min_length=1)


class Receipt(Step):
    """A receipt is rung up at the till and paid; a return has negative quantities."""

    word = "receipt"
    as_: Text | None = Field(default=None, description="a name by which the story speaks of it")
    lines: tuple[InvoiceLine, ...] = Field(min_length=1)
    paid: dict[Text, Amount] = Field(
        description="euros by way of payment: cash, card, or the name of a payment journal"
    )
    partner: Text | None = None
    invoiced: YesNo = Field(default=False, description="the customer wants an invoice for it")
    at: Moment | None = Field(
        default=None, description="when it was sold, at a till that was offline; now unless named"
    )

    @model_validator(mode="after")
    def _customer(self) -> "Receipt":
        if self.invoiced and self.partner is None:
            raise ValueError("an invoiced receipt needs a customer: expected `partner`.")
        return self


class InvoiceReceipt(Step):
    """A customer comes back with a receipt and gets an invoice for it."""

    word = "invoice receipt"
    receipt: Text = Field(description="its number or name")
    partner: Text = Field(description="the customer's reference")


class EditReceipt(Step):
    """What the till's session says was paid of a receipt is typed over in Bizzcloud."""

    word = "edit receipt"
    receipt: Text = Field(description="its number or name")
    paid: dict[Text, Amount] = Field(
        min_length=1, description="euros by way of payment, each of which it was paid by"
    )


class PaymentJournal(Step):
    """A payment journal is made in Bizzcloud, and the till takes payments in it from now on."""

    word = "payment journal"
    name: Text = Field(description="by which receipts name it")
    type: Literal["cash", "bank", "general"] = Field(
        default="bank", description="general only by a module of the shop"
    )


class Product(Step):
    """A product gets another tax or ledger account; what was sold of it stays as it was."""

    word = "product"
    text: Text = Field(description="its name, as on receipts")
    vat: Text | None = Field(
        default=None, description="21, 6, 0 or none, or the name of the tax in Bizzcloud"
    )
    account: AccountCode | None = Field(
        default=None, description="the ledger account of its turnover in Bizzcloud"
    )

    @model_validator(mode="after")
    def _something(self) -> "Product":
        if self.vat is None and self.account is None:
            raise ValueError("expected `vat` or `account`.")
        return self


class Numbering(Step):
    """Someone changes which number the next invoice in Bizzcloud gets."""

    word = "numbering"
    next: Whole


class Cancel(Step):
    """An invoice is cancelled in Bizzcloud."""

    word = "cancel"
    invoice: Text = Field(description="its number or name")


class Edit(Step):
    """An open invoice is changed: put back to draft, changed, and opened again."""

    word = "edit"
    invoice: Text = Field(description="its number or name")
    lines: tuple[InvoiceLine, ...] = ()
    date: Day | None = None
    due: Day | None = None
    reference: Text | None = None
    tax_lines: dict[Text, Amount] | None = Field(
        default=None,
        description="what is printed of each tax, typed over what Bizzcloud computed; "
        "nothing (`{}`) takes them off",
    )
    total: Amount | None = Field(
        default=None, description="what a module of the shop wrote over the total of its lines"
    )
    recompute_taxes: YesNo = Field(
        default=False, description="Bizzcloud computes the taxes and the total anew"
    )


class Pay(Step):
    """An invoice is paid in Bizzcloud, through a payment journal."""

    word = "pay"
    invoice: Text = Field(description="its number or name")
    amount: Amount
    by: Text = Field(description="cash, card, or the name of a payment journal")


class Cash(Step):
    """Cash is put in the till, or taken out of it, beside what is sold."""

    word = "cash"
    in_: Amount | None = Field(default=None, description="euros that are put in")
    out: Amount | None = Field(default=None, description="euros that are taken out")
    reason: Text = "Wisselgeld"

    @model_validator(mode="after")
    def _one(self) -> "Cash":
        if (self.in_ is None) == (self.out is None):
            raise ValueError("expected `in: 50.00` or `out: 50.00`.")
        return self


class CloseTill(Step):
    """The till's session is closed at the end of the day."""

    word = "close till"
    counted: Amount | None = Field(
        default=None, description="euros of cash that were counted; not counted unless named"
    )


class Books(Step):
    """The bookkeeper acts in e-Boekhouden."""

    word = "books"
    administration: Text | None = None
    book: BookMutation | None = None
    delete: tuple[Whole, ...] = Field(default=(), description="numbers of mutations")
    close: tuple[Day, Day] | None = Field(
        default=None, description="the first and the last day of a period that is closed"
    )
    reopen: tuple[Day, Day] | None = None
    ledger_account: BookLedgerAccount | None = None
    relation: BookRelation | None = None

    @model_validator(mode="after")
    def _something(self) -> "Books":
        if not self.model_fields_set - {"administration", "refused"}:
            raise ValueError(
                "expected an act: book, delete, close, reopen, ledger account or relation."
            )
        for first, last in filter(None, (self.close, self.reopen)):
            if last < first:
                raise ValueError(f"a period cannot end ({last}) before it begins ({first}).")
        return self


Happens = Literal[
    "refused",
    "time-out",
    "slow",
    "time-out, committed",
    "committed late",
    "http 500",
    "http 503",
    "soap fault",
    "truncated",
    "answer lost",
    "session expired",
    "quota reached",
    "served twice",
    "killed before",
    "killed after",
]
"""What can go wrong with a call; the last two kill the coupling before and after it took effect."""


class Fault(Step):
    """Something will go wrong with a call to a service, or the coupling is killed at it."""

    word = "fault"
    service: Literal["eboekhouden", "bizzcloud"]
    operation: Text = Field(description="AddMutatie, account.invoice.read, common.authenticate")
    call: Whole = Field(default=1, description="which call from now on: 1 is the next")
    happens: Happens
    certain: YesNo = Field(
        default=True, description="the story fails when the fault does not happen"
    )
    seconds: Whole | None = Field(default=None, description="how slow, or how late, in seconds")


class Calm(Step):
    """Whatever was still to go wrong is called off; what went wrong already takes its course."""

    word = "calm"


class Crash(Step):
    """The coupling is killed, between two steps."""

    word = "crash"


class Restart(Step):
    """The coupling is started again with what it had stored."""

    word = "restart"


class Answer(Step):
    """A person answers what waits: booked by hand, to be left out, or to be tried again."""

    word = "answer"
    document: Text = Field(description="the number of the invoice or receipt that waits")
    booked: Whole | None = Field(default=None, description="the mutation that a person booked")
    leave_out: Text | None = Field(default=None, description="why it is not to be booked")
    try_again: YesNo = False

    @model_validator(mode="after")
    def _one(self) -> "Answer":
        if (self.booked is not None) + (self.leave_out is not None) + self.try_again != 1:
            raise ValueError("expected one of `booked`, `leave out` and `try again`.")
        return self


class Repost(Step):
    """A person has a document booked again that was deleted in e-Boekhouden."""

    word = "repost"
    document: Text


class Audit(Step):
    """The coupling compares shop, journal and books, by VAT period."""

    word = "audit"
    says: tuple[Text, ...] = Field(
        default=(), description="texts that must each be in a line of the audit"
    )


class Backup(Step):
    """Bizzcloud makes a backup of its database."""

    word = "backup"


class Restore(Step):
    """Bizzcloud puts the last backup back: what was made since is gone."""

    word = "restore"


class Advance(Step):
    """Time passes: a duration, or until a moment."""

    word = "advance"
    by: Duration | None = None
    to: Moment | None = None
    sync_every: Duration | None = Field(
        default=None,
        description="the coupling looks for what is new so often meanwhile; what meets trouble is "
        "tried again, and the last look must not",
    )

    @model_validator(mode="after")
    def _one(self) -> "Advance":
        if (self.by is None) == (self.to is None):
            raise ValueError("expected `by: 3 days` or `to: 2017-10-20`.")
        if self.sync_every is not None and (not self.sync_every or self.to is not None):
            raise ValueError("`sync every` goes with `by`, and is longer than nothing.")
        return self


class Expect(Step, Expectations):
    """What must be so at this point of the story."""

    word = "expect"


STEPS: dict[str, type[Step]] = {
    step.word: step
    for step in (
        Link,
        Unlink,
        Relink,
        Settings,
        LedgerAccount,
        Partner,
        Invoice,
        CreditNote,
        SupplierInvoice,
        Receipt,
        InvoiceReceipt,
        EditReceipt,
        PaymentJournal,
        Product,
        Numbering,
        Cancel,
        Edit,
        Pay,
        Cash,
        CloseTill,
        Sync,
        Push,
        Books,
        Fault,
        Calm,
        Crash,
        Restart,
        Answer,
        Repost,
        Audit,
        Backup,
        Restore,
        Advance,
        Expect,
    )
}
"""Every step by its word."""
