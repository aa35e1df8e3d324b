"""Writes and reads e-Boekhouden's books. Wire values begin and end here.

Reads raise `sync_core.failures`; writes return a `Sent` of `sync_core.effects`, since what became
of a write is a fact to decide on, not an accident.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from zeep.transports import Transport

from sync_core.access import EboekhoudenAccess
from sync_core.adapters.soap import SoapSession
from sync_core.bookings import (
    EARLIEST_DATE,
    LATEST_DATE,
    BookedMutation,
    LedgerAccount,
    Mutation,
    MutationKind,
    MutationLine,
    Relation,
)
from sync_core.effects import Done, MaybeDone, NotDone, SaidNo, Sent
from sync_core.failures import (
    QuotaReached,
    RefusedByBooks,
    Retryable,
    SessionExpired,
    Unanswered,
)

OWNED_RELATION_FIELDS = {
    "Bedrijf": "name",
    "Adres": "street",
    "Postcode": "postcode",
    "Plaats": "city",
    "Land": "country",
    "Telefoon": "phone",
    "GSM": "mobile",
    "FAX": "fax",
    "Email": "email",
    "BTWNummer": "vat_number",
}
"""What the coupling writes of a relation, and where it comes from; the rest is a person's."""


class Eboekhouden:
    """One set of books, seen by one user."""

    def __init__(self, access: EboekhoudenAccess, transport: Transport) -> None:
        self.access = access
        self._soap = SoapSession(access, transport)

    def administration(self) -> tuple[str, str]:
        """Return the identity of the books and their name.

        The GUID when it is known (given, or the one row of GetAdministraties), else "".
        """
        result = self._soap.read("GetAdministraties")
        rows = _rows(result.Administraties, "cAdministratie")
        if self.access.administration is not None:
            named = [row for row in rows if row.Guid == self.access.administration]
            return self.access.administration, _text(named[0].Bedrijf) if named else ""
        if len(rows) == 1:
            return _text(rows[0].Guid), _text(rows[0].Bedrijf)
        return "", ""

    def last_mutations(self) -> Sequence[BookedMutation]:
        """Return the last 500 mutations, by one look without a filter."""
        return self._mutations()

    def mutations_between(self, first: int, last: int) -> Sequence[BookedMutation]:
        """Return the mutations numbered `first` to `last`, both included, at most 500 apart."""
        return self._mutations(MutatieNrVan=first, MutatieNrTm=last)

    def ledger_accounts(self) -> Sequence[LedgerAccount]:
        """Return all ledger accounts of the books."""
        filter_ = {"ID": 0, "Code": "", "Categorie": ""}
        result = self._soap.read("GetGrootboekrekeningen", cFilter=filter_)
        return [
            LedgerAccount(_text(row.Code), _text(row.Omschrijving), _text(row.Categorie))
            for row in _rows(result.Rekeningen, "cGrootboekrekening")
        ]

    def relation(self, code: str) -> Relation | None:
        """Return the relation with this code, None when there is none."""
        row = self._relation_row(code)
        return None if row is None else _relation(row)

    def relations_with_vat_number(self, vat_number: str) -> Sequence[Relation]:
        """Return the relations that have exactly this VAT number."""
        filter_ = {"Trefwoord": vat_number, "Code": "", "ID": 0}
        result = self._soap.read("GetRelaties", cFilter=filter_)
        found = [_relation(row) for row in _rows(result.Relaties, "cRelatie")]
        return [relation for relation in found if relation.vat_number == vat_number]

    def send(self, mutation: Mutation) -> Sent:
        """Book a mutation."""
        return _outcome(
            lambda: self._soap.call("AddMutatie", oMut=_wire_mutation(mutation)).Mutatienummer
        )

    def add_ledger_account(self, account: LedgerAccount) -> Sent:
        """Add a ledger account."""
        return _outcome(
            lambda: self._soap.call("AddGrootboekrekening", oGb=_wire_account(account, 0)).Gb_ID
        )

    def change_ledger_account(self, account: LedgerAccount) -> Sent:
        """Give a ledger account another name."""

        def change() -> int:
            filter_ = {"ID": 0, "Code": account.code, "Categorie": ""}
            result = self._soap.read("GetGrootboekrekeningen", cFilter=filter_)
            rows = _rows(result.Rekeningen, "cGrootboekrekening")
            row = next((each for each in rows if each.Code == account.code), None)
            if row is None:
                raise RefusedByBooks(
                    "UpdateGrootboekrekening", "", f"no ledger account {account.code}"
                )
            self._soap.call("UpdateGrootboekrekening", oGb=_wire_account(account, row.ID))
            return int(row.ID)

        return _outcome(change)

    def add_relation(self, relation: Relation, today: date) -> Sent:
        """Add a relation."""
        row = {
            "ID": 0,
            "AddDatum": _wire_date(today),
            "Code": relation.code,
            "BP": "B" if relation.is_company else "P",
            "LA": "0",
            "Gb_ID": 0,
            "GeenEmail": 0,
            "NieuwsbriefgroepenCount": 0,
            **_owned(relation),
        }
        return _outcome(lambda: self._soap.call("AddRelatie", oRel=row).Rel_ID)

    def change_relation(self, relation: Relation) -> Sent:
        """Change a relation: what the coupling owns is written, the rest stays as it is."""

        def change() -> int:
            row = self._relation_row(relation.code)
            if row is None:
                raise RefusedByBooks("UpdateRelatie", "", f"no relation {relation.code}")
            for field, value in _owned(relation).items():
                setattr(row, field, value)
            self._soap.call("UpdateRelatie", oRel=row)
            return int(row.ID)

        return _outcome(change)

    def close(self) -> None:
        """Close the session."""
        self._soap.close()

    def _mutations(self, **filters: int) -> Sequence[BookedMutation]:
        filter_ = {
            "MutatieNr": 0,
            "Factuurnummer": "",
            "DatumVan": _wire_date(EARLIEST_DATE),
            "DatumTm": _wire_date(LATEST_DATE),
            **filters,
        }
        result = self._soap.read("GetMutaties", cFilter=filter_)
        return [_booked(row) for row in _rows(result.Mutaties, "cMutatieList")]

    def _relation_row(self, code: str) -> Any:
        filter_ = {"Trefwoord": "", "Code": code, "ID": 0}
        result = self._soap.read("GetRelaties", cFilter=filter_)
        rows = [row for row in _rows(result.Relaties, "cRelatie") if row.Code == code]
        return rows[0] if rows else None


def _outcome(write: Callable[[], int]) -> Sent:
    """Make a write and tell what became of it."""
    try:
        return Done(int(write()))
    except RefusedByBooks as error:
        return SaidNo(error.code, error.description)
    except Unanswered as error:
        return MaybeDone(str(error))
    except QuotaReached as error:
        return NotDone(str(error), again=False)
    except SessionExpired as error:
        return NotDone(str(error), again=True)
    except Retryable as error:
        return NotDone(str(error), again=False)


def _rows(array: Any, name: str) -> list[Any]:
    """Return the items of an ArrayOf…, which the service leaves out or empty when there is none."""
    return list(getattr(array, name, None) or []) if array is not None else []


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _wire_date(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _wire_mutation(mutation: Mutation) -> dict[str, Any]:
    days = mutation.payment_days
    return {
        "MutatieNr": 0,
        "Soort": mutation.kind.value,
        "Datum": _wire_date(mutation.date),
        "Rekening": mutation.account,
        "RelatieCode": mutation.relation,
        "Factuurnummer": mutation.invoice_number,
        "Boekstuk": mutation.reference,
        "Omschrijving": mutation.description,
        "Betalingstermijn": "" if days is None else str(days),
        "Betalingskenmerk": "",
        "InExBTW": "IN" if mutation.includes_vat else "EX",
        "MutatieRegels": {
            "cMutatieRegel": [_wire_line(line, mutation.includes_vat) for line in mutation.lines]
        },
    }


def _wire_line(line: MutationLine, includes_vat: bool) -> dict[str, Any]:
    return {
        "BedragInvoer": line.including if includes_vat else line.excluding,
        "BedragExclBTW": line.excluding,
        "BedragBTW": line.vat,
        "BedragInclBTW": line.including,
        "BTWCode": line.vat_code,
        "BTWPercentage": line.percentage,
        "TegenrekeningCode": line.counter_account,
        "KostenplaatsID": 0,
    }


def _wire_account(account: LedgerAccount, account_id: int) -> dict[str, Any]:
    return {
        "ID": account_id,
        "Code": account.code,
        "Omschrijving": account.name,
        "Categorie": account.category,
        "Groep": "",
    }


def _owned(relation: Relation) -> dict[str, str]:
    return {field: getattr(relation, name) for field, name in OWNED_RELATION_FIELDS.items()}


def _relation(row: Any) -> Relation:
    owned = {name: _text(getattr(row, field)) for field, name in OWNED_RELATION_FIELDS.items()}
    return Relation(code=_text(row.Code), is_company=row.BP != "P", id=int(row.ID), **owned)


def _booked(row: Any) -> BookedMutation:
    term = _text(row.Betalingstermijn)
    return BookedMutation(
        number=int(row.MutatieNr),
        mutation=Mutation(
            kind=MutationKind(row.Soort),
            date=row.Datum.date() if isinstance(row.Datum, datetime) else row.Datum,
            account=_text(row.Rekening),
            description=_text(row.Omschrijving),
            lines=tuple(_line(line) for line in _rows(row.MutatieRegels, "cMutatieListRegel")),
            includes_vat=row.InExBTW == "IN",
            relation=_text(row.RelatieCode),
            invoice_number=_text(row.Factuurnummer),
            reference=_text(row.Boekstuk),
            payment_days=int(term) if term.isdigit() else None,
        ),
    )


def _line(row: Any) -> MutationLine:
    return MutationLine(
        counter_account=_text(row.TegenrekeningCode),
        vat_code=_text(row.BTWCode),
        excluding=_amount(row.BedragExclBTW),
        vat=_amount(row.BedragBTW),
        percentage=Decimal(row.BTWPercentage or 0),
    )


def _amount(value: Any) -> Decimal:
    return Decimal(value or 0).quantize(Decimal("0.01"))
