"""What a story expects of the books, and of what the coupling says for people to read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.language.given import MutationKind, VatCode
from scenarios.language.tables import (
    Column,
    Table,
    amount_column,
    codes_column,
    date_column,
    number_column,
    parse,
    text_column,
    words_column,
)
from scenarios.language.values import AccountCode, Amount, Day, Part, Text, Whole

MUTATIONS = (
    number_column("Nr"),
    date_column("Datum"),
    words_column("Soort", get_args(MutationKind)),
    amount_column("Bedrag"),
    text_column("Rekening"),
    codes_column("Tegenrekening"),
    text_column("Factuur"),
    text_column("Relatie"),
    text_column("Omschrijving"),
)
"""The columns of the list of mutations; the first seven are the screen's."""

SCREEN = tuple(column.heading for column in MUTATIONS[:7])
"""The seven columns of the manual's screen."""

LINES = (
    number_column("Nr"),
    text_column("Tegenrekening"),
    amount_column("Excl"),
    words_column("Btw-code", get_args(VatCode)),
    amount_column("Btw"),
    amount_column("Incl"),
)
"""The columns of the lines of mutations."""

RELATIONS = tuple(
    text_column(heading)
    for heading in ("Code", "Bedrijf", "Adres", "Postcode", "Plaats", "Email", "Btw-nummer", "BP")
)
"""The columns of the list of relations."""

LEDGER_ACCOUNTS = (text_column("Code"), text_column("Omschrijving"), text_column("Categorie"))
"""The columns of the ledger."""

OPEN_ITEMS = (
    text_column("Factuur"),
    date_column("Datum"),
    text_column("Relatie"),
    text_column("Bedrijf"),
    amount_column("Bedrag"),
    amount_column("Voldaan"),
    amount_column("Openstaand"),
)
"""The columns of the open items of debtors."""

INVOICES = (
    text_column("Factuur"),
    number_column("Keer"),
    amount_column("Bedrag"),
)
"""The columns of the invoices sent: how often each number is booked, and what it comes to."""

VAT_RETURN = (
    words_column("Rubriek", ("1a", "1b", "1c", "1e", "3a", "3b", "3c", "4b")),
    amount_column("Omzet"),
    amount_column("Btw"),
)
"""The columns of the VAT return; a box with nothing in it is left out."""


@dataclass(frozen=True)
class Headings:
    """What the columns of a table are called, for whoever writes one."""

    text: str


def _table_of(columns: Sequence[Column]) -> tuple[BeforeValidator, WithJsonSchema, Headings]:
    read: Callable[[Any], Any] = lambda found: (  # noqa: E731
        parse(found or "", columns) if found is None or isinstance(found, str) else found
    )
    headings = ", ".join(column.heading for column in columns)
    schema = {"type": "string", "description": f"A table with columns of: {headings}"}
    return BeforeValidator(read), WithJsonSchema(schema), Headings(headings)


MutationTable = Annotated[Table, *_table_of(MUTATIONS)]
LineTable = Annotated[Table, *_table_of(LINES)]
RelationTable = Annotated[Table, *_table_of(RELATIONS)]
LedgerTable = Annotated[Table, *_table_of(LEDGER_ACCOUNTS)]
OpenItemTable = Annotated[Table, *_table_of(OPEN_ITEMS)]
InvoiceTable = Annotated[Table, *_table_of(INVOICES)]
VatReturnTable = Annotated[Table, *_table_of(VAT_RETURN)]


class Expectations(Part):
    """What must be so at this point of the story; all that is named is compared."""

    administration: Text | None = Field(
        default=None, description="the company whose books are meant, when there are several"
    )
    mutations: MutationTable | None = Field(
        default=None, description="the list of mutations, newest first, whole unless `newest`"
    )
    newest: Whole | None = Field(default=None, description="compare only so many mutations")
    lines: LineTable | None = Field(
        default=None, description="the lines of the mutations whose numbers are named"
    )
    relations: RelationTable | None = Field(default=None, description="all relations, by code")
    ledger_accounts: LedgerTable | None = Field(
        default=None, description="the ledger accounts whose codes are named"
    )
    no_ledger_accounts: tuple[AccountCode, ...] = Field(
        default=(), description="codes that the ledger must not have"
    )
    open_items: OpenItemTable | None = Field(default=None, description="what debtors owe")
    balances: dict[AccountCode, Amount] | None = Field(
        default=None, description="the balance of each named account, debit positive"
    )
    turnover: dict[AccountCode, Amount] | None = Field(
        default=None,
        description="the turnover of each account of profit and loss with any, excluding VAT",
    )
    received: dict[Day, Amount] | None = Field(
        default=None, description="what each day's receipts come to (Geld ontv), including VAT"
    )
    invoices: InvoiceTable | None = Field(
        default=None,
        description="all invoices sent, by number: how often each is booked, and what it comes to "
        "together with its corrections",
    )
    vat_return: VatReturnTable | None = Field(default=None, description="the VAT return by box")
    needs_attention: tuple[Text, ...] = Field(
        default=(), description="texts that must each be in a line that the coupling lists"
    )
    needs_no_attention: tuple[Text, ...] = Field(
        default=(), description="texts, documents for instance, that no line may hold"
    )

    @model_validator(mode="after")
    def _something(self) -> "Expectations":
        if not self.model_fields_set - {"administration", "newest"}:
            raise ValueError("expected something to compare, mutations for instance.")
        return self
