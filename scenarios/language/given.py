"""What is there before a story begins: the books, the shop, and how the services behave."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from scenarios.language.values import AccountCode, Amount, Day, Moment, Part, Text, Whole, YesNo

MutationKind = Literal[
    "Open saldo",
    "Fact ontv",
    "Fact verst",
    "Fact bet ontv",
    "Fact bet verst",
    "Geld ontv",
    "Geld uitg",
    "Memoriaal",
]
"""The kinds of mutation, in the words of e-Boekhouden's list."""

VatCode = Literal[
    "GEEN",
    "HOOG_VERK",
    "HOOG_VERK_21",
    "LAAG_VERK",
    "LAAG_VERK_9",
    "VERL_VERK",
    "VERL_VERK_L9",
    "AFW",
    "AFW_VERK",
    "BU_EU_VERK",
    "BI_EU_VERK",
    "BI_EU_VERK_D",
    "AFST_VERK",
    "LAAG_INK",
    "LAAG_INK_9",
    "VERL_INK_L9",
    "HOOG_INK",
    "HOOG_INK_21",
    "VERL_INK",
    "BU_EU_INK",
    "BI_EU_INK",
]
"""e-Boekhouden's VAT codes."""


class BookLedgerAccount(Part):
    """A ledger account as the bookkeeper has it."""

    code: AccountCode
    name: Text
    category: Literal["BAL", "VW", "FIN", "DEB", "CRED"] = Field(
        default="VW", description="BAL balance, VW profit and loss, FIN cash and bank"
    )


class BookRelation(Part):
    """A relation as the bookkeeper has it."""

    code: Text
    name: Text
    kind: Literal["company", "person"] = "company"
    postcode: Text | None = None
    city: Text | None = None
    vat_number: Text | None = None


class BookLine(Part):
    """A line of a mutation that the bookkeeper books."""

    account: AccountCode = Field(description="the counter account")
    amount: Amount = Field(description="euros, excluding VAT")
    vat: Amount = Field(default=Decimal(0), description="euros of VAT")
    vat_code: VatCode = "GEEN"


class BookMutation(Part):
    """A mutation that the bookkeeper books by hand; the books give it the next number."""

    kind: MutationKind
    date: Day
    account: AccountCode = Field(description="Rekening: 1300 debtors, 1700 creditors, 1000 cash")
    relation: Text | None = None
    invoice: Text | None = Field(default=None, description="Factuurnummer")
    text: Text = "Met de hand geboekt"
    lines: tuple[BookLine, ...] = Field(min_length=1)


class Administration(Part):
    """A set of books in e-Boekhouden."""

    company: Text = "Demo BV"
    ledger: Literal["standard", "empty", "shop"] = Field(
        default="standard",
        description="the accounts to begin with; shop: all of Bizzcloud's too, so none is copied",
    )
    next_mutation: Whole = Field(default=1, description="the number of the next mutation")
    ledger_accounts: tuple[BookLedgerAccount, ...] = ()
    relations: tuple[BookRelation, ...] = ()
    mutations: tuple[BookMutation, ...] = ()


class EboekhoudenSettings(Part):
    """Behaviour of the service that is not known, chosen for this story."""

    refuse_used_invoice_numbers: YesNo = False
    recompute_vat: YesNo = False
    numeric_account_codes: YesNo = Field(
        default=False, description="a ledger account's code is refused unless it is digits only"
    )
    check_email: YesNo = Field(
        default=False, description="a relation is refused whose e-mail address is none"
    )


class GivenEboekhouden(Part):
    """The books before the story begins."""

    administration: Administration = Administration()
    other_administrations: tuple[Administration, ...] = ()
    settings: EboekhoudenSettings = EboekhoudenSettings()


class PartnerFields(Part):
    """A customer in Bizzcloud, known by its reference."""

    ref: Text = Field(description="the customer's reference, by which the story names it")
    name: Text | None = None
    company: YesNo | None = None
    street: Text | None = None
    postcode: Text | None = None
    city: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    vat_number: Text | None = None


class ShopLedgerAccount(Part):
    """A ledger account in Bizzcloud, known by its code."""

    code: AccountCode
    name: Text
    type: Literal["Income", "Expense", "Cash", "Asset", "Liability"] = "Income"


class GivenBizzcloud(Part):
    """The shop before the story begins."""

    instance: Text = "mycompany"
    partners: tuple[PartnerFields, ...] = ()
    ledger_accounts: tuple[ShopLedgerAccount, ...] = ()


class Given(Part):
    """What is there before the story begins."""

    eboekhouden: GivenEboekhouden = GivenEboekhouden()
    bizzcloud: GivenBizzcloud = GivenBizzcloud()


class Head(Part):
    """A story apart from its steps."""

    title: Text
    source: Text = Field(description="where the story comes from")
    today: Moment
    tags: tuple[Text, ...] = ()
    live: YesNo = Field(
        default=False, description="the coupling follows by itself, without sync and push steps"
    )
    given: Given = Given()
