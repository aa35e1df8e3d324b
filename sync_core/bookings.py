"""What e-Boekhouden takes and gives: relations, ledger accounts and mutations.

Field names here are English; the adapter alone knows the wire's. Limits are the service's
(evidence: field limits of mutations, relations and ledger accounts).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class MutationKind(StrEnum):
    """The service's `Soort`."""

    OPENING_BALANCE = "OpeningsSaldo"
    INVOICE_RECEIVED = "FactuurOntvangen"
    INVOICE_SENT = "FactuurVerstuurd"
    INVOICE_PAYMENT_RECEIVED = "FactuurbetalingOntvangen"
    INVOICE_PAYMENT_SENT = "FactuurbetalingVerstuurd"
    MONEY_RECEIVED = "GeldOntvangen"
    MONEY_SPENT = "GeldUitgegeven"
    MEMORIAL = "Memoriaal"


@dataclass(frozen=True)
class MutationLine:
    """One line: what goes to a counter account under a VAT code, in euros.

    `percentage` is the VAT rate in percent (21), 0 where the code has none.
    """

    counter_account: str
    vat_code: str
    excluding: Decimal
    vat: Decimal
    percentage: Decimal = Decimal(0)

    @property
    def including(self) -> Decimal:
        """The amount with VAT, in euros."""
        return self.excluding + self.vat


@dataclass(frozen=True)
class Mutation:
    """A mutation as it is sent; `includes_vat` is the service's `InExBTW` (`IN` when True).

    `reference` is the service's `Boekstuk`, and carries the mark. `payment_days` is None for
    kinds that have no payment term.
    """

    kind: MutationKind
    date: date
    account: str
    description: str
    lines: tuple[MutationLine, ...]
    includes_vat: bool
    relation: str = ""
    invoice_number: str = ""
    reference: str = ""
    payment_days: int | None = None

    @property
    def total(self) -> Decimal:
        """The sum of the lines with VAT, in euros."""
        return sum((line.including for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class BookedMutation:
    """A mutation as the books hold it, with the number that the service gave."""

    number: int
    mutation: Mutation


@dataclass(frozen=True)
class LedgerAccount:
    """A ledger account of the books; `category` is the service's (BAL, VW, FIN, DEB, …)."""

    code: str
    name: str
    category: str


@dataclass(frozen=True)
class Relation:
    """A relation of the books; `id` is the service's key, 0 before it has one."""

    code: str
    name: str
    is_company: bool
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    mobile: str = ""
    fax: str = ""
    email: str = ""
    vat_number: str = ""
    id: int = 0


MUTATION_LIMITS = {
    "account": 10,
    "relation": 15,
    "invoice_number": 50,
    "reference": 50,
    "description": 200,
}
"""The most characters that a field of a mutation takes."""

PAYMENT_DAYS_LIMIT = 4
"""The most characters that the payment term takes, in days."""

COUNTER_ACCOUNT_LIMIT = 10

RELATION_LIMITS = {
    "code": 15,
    "name": 100,  # assumed: the manual gives no limit for Bedrijf
    "street": 150,
    "postcode": 50,
    "city": 50,
    "country": 50,
    "phone": 50,
    "mobile": 50,
    "fax": 50,
    "email": 150,
    "vat_number": 50,
}
"""The most characters that a field of a relation takes."""

LEDGER_ACCOUNT_LIMITS = {"code": 10, "name": 50}
"""The most characters that a field of a ledger account takes."""

EARLIEST_DATE = date(1980, 1, 1)
LATEST_DATE = date(2049, 12, 31)


def too_long(thing: Mutation | Relation | LedgerAccount) -> Iterator[tuple[str, int, int]]:
    """Yield each field that is too long for the service: its name, its length, the limit."""
    limits = {
        Mutation: MUTATION_LIMITS,
        Relation: RELATION_LIMITS,
        LedgerAccount: LEDGER_ACCOUNT_LIMITS,
    }[type(thing)]
    for field, limit in limits.items():
        length = len(getattr(thing, field))
        if length > limit:
            yield field, length, limit
