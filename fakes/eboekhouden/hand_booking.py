"""A mutation as the bookkeeper types it in the form of the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fakes.eboekhouden.dutch import amount_from
from fakes.eboekhouden.records import Kind, Mutation, MutationLine
from fakes.eboekhouden.vat import cents

LINES = 4


@dataclass(frozen=True)
class FormLine:
    """One line as it was typed."""

    amount: str = ""
    vat_code: str = "HOOG_VERK_21"
    counter_account: str = ""


@dataclass(frozen=True)
class Form:
    """The form as it was typed, so that a refused one can be shown again unchanged."""

    kind: str
    on: str
    account: str
    relation: str
    invoice_number: str
    document: str
    description: str
    payment_term: str
    entered: str
    lines: tuple[FormLine, ...]

    @classmethod
    def of(cls, sent: Mapping[str, str], today: date) -> "Form":
        """Return what was typed, or for an empty form what is proposed."""
        return cls(
            kind=sent.get("soort", Kind.INVOICE_SENT.value),
            on=sent.get("datum", today.isoformat()),
            account=sent.get("rekening", "1300"),
            relation=sent.get("relatie", ""),
            invoice_number=sent.get("factuurnummer", "").strip(),
            document=sent.get("boekstuk", "").strip(),
            description=sent.get("omschrijving", "").strip(),
            payment_term=sent.get("betalingstermijn", "14").strip(),
            entered=sent.get("inex", "EX"),
            lines=tuple(
                FormLine(
                    sent.get(f"bedrag{number}", ""),
                    sent.get(f"btw{number}", "HOOG_VERK_21"),
                    sent.get(f"tegenrekening{number}", ""),
                )
                for number in range(1, LINES + 1)
            ),
        )


def mutation_from(form: Form) -> Mutation:
    """Return the mutation that a form asks for; raises ValueError for what cannot be read."""
    try:
        kind, on = Kind(form.kind), date.fromisoformat(form.on)
    except ValueError as wrong:
        raise ValueError("Kies een soort en een datum") from wrong
    nothing = cents(Decimal(0))
    return Mutation(
        number=0,
        kind=kind,
        date=on,
        account=form.account,
        lines=tuple(
            MutationLine(
                entered=cents(amount_from(line.amount)),
                excluding_vat=nothing,
                vat=nothing,
                including_vat=nothing,
                vat_code=line.vat_code,
                vat_percentage=Decimal(0),
                counter_account=line.counter_account,
            )
            for line in form.lines
            if line.amount.strip()
        ),
        relation=form.relation,
        invoice_number=form.invoice_number,
        document=form.document,
        description=form.description,
        payment_term=form.payment_term,
        entered_with_vat=form.entered == "IN",
    )
