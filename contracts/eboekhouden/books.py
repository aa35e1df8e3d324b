"""The books that promises are tried in: an open session, and what bookings are made of."""

import itertools
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from contracts.eboekhouden.client import Reply, items
from contracts.evidence.catalogue import entries
from contracts.suite.expect import broken, not_tried
from contracts.targets import BookkeeperAtTheFake, BooksTarget, open_session

_PLACES = {entry.id: place for place, entry in enumerate(entries("eboekhouden"), 1)}
NO_DATE = datetime(1, 1, 1)
ANY_MUTATION = {"MutatieNr": 0, "DatumVan": date(1980, 1, 1), "DatumTm": date(2049, 12, 31)}
ANY_INVOICE = {"DatumVan": date(1980, 1, 1), "DatumTm": date(2049, 12, 31)}


class Books:
    """One session on a target, and the accounts and relation that bookings need.

    Every code and number that it makes begins with the run's prefix.
    """

    def __init__(self, target: BooksTarget) -> None:
        self.target = target
        self.session = open_session(target)
        self._place = 0
        self._numbers = itertools.count(1)

    def begin(self, promise: str) -> None:
        """Number anew for a promise, so that its codes do not hang on which others were tried."""
        self._place = _PLACES[promise]
        self._numbers = itertools.count(1)

    def send(self, operation: str, **fields: Any) -> Reply:
        """Call an operation in the session and return its answer, whatever it is."""
        session = {"SessionID": self.session, "SecurityCode2": self.target.security_code_2}
        return self.target.client.send(operation, {**session, **fields})

    def done(self, operation: str, **fields: Any) -> Reply:
        """Call an operation that must be done; the promise is broken when it is refused."""
        reply = self.send(operation, **fields)
        if reply.fault is not None or reply.status != 200:
            told = f"the fault {reply.fault!r}" if reply.fault is not None else "no SOAP"
            broken(f"{operation} answered HTTP {reply.status} with {told}")
        if reply.code:
            broken(f"{operation} was refused: {reply.code} {reply.description}")
        return reply

    def refused(self, operation: str, **fields: Any) -> str:
        """Call an operation that must be refused; return the code."""
        reply = self.send(operation, **fields)
        if reply.fault is not None:
            broken(f"{operation} gave a fault instead of a refusal: {reply.fault}")
        if not reply.code:
            broken(f"{operation} was done, not refused")
        return reply.code

    def code(self, kind: str) -> str:
        """Return a new code or number of this run."""
        return f"{self.target.prefix}{kind}{self._place:02}{next(self._numbers)}"

    @property
    def by_hand(self) -> BookkeeperAtTheFake:
        """The fake's bookkeeper; leaves the promise untried on any other target."""
        if self.target.at_fake is None:
            not_tried("it takes an act of the bookkeeper or of time, which only the fake offers")
        return self.target.at_fake

    def day_before(self, year: int) -> date:
        """Return a day before a year; leaves the promise untried where that year is not open."""
        if self.target.at_fake is None:
            not_tried(f"it books before {year}, and the target's open year is later")
        return date(year - 1, 12, 31)

    @cached_property
    def accounts(self) -> Mapping[str, str]:
        """The codes of all ledger accounts, with the category of each."""
        reply = self.done("GetGrootboekrekeningen", cFilter={"ID": 0})
        rows = reply.rows("Rekeningen", "cGrootboekrekening")
        return {row["Code"]: row["Categorie"] for row in rows}

    def account(self, category: str, begins: str = "") -> str:
        """Return the first account of a category; leaves the promise untried without one."""
        for code, found in self.accounts.items():
            if found == category and code.startswith(begins):
                return code
        return not_tried(
            f"the books have no account of category {category} that begins with {begins!r}"
        )

    @property
    def turnover(self) -> str:
        """An account for turnover."""
        return self.account("VW", "8")

    @cached_property
    def relation(self) -> str:
        """The code of a relation that this run added."""
        code = f"{self.target.prefix}R"
        self.done("AddRelatie", oRel=self.relation_fields(code))
        return code

    def relation_fields(self, code: str, **other: Any) -> dict[str, Any]:
        """Return a `cRelatie` as a client sends it, its fields in the WSDL's order."""
        values = {"ID": 0, "AddDatum": NO_DATE, "Code": code, "Bedrijf": "Bakkerij de Groot"}
        values |= {"BP": "B", "Gb_ID": 0, "GeenEmail": 0, "NieuwsbriefgroepenCount": 0}
        return in_order(RELATION_FIELDS, {**values, **other})

    def line(
        self, excl: str = "82.64", vat: str = "17.35", code: str = "HOOG_VERK_21", **other: Any
    ) -> dict[str, Any]:
        """Return a `cMutatieRegel`."""
        net, tax = Decimal(excl), Decimal(vat)
        return {
            "BedragInvoer": net,
            "BedragExclBTW": net,
            "BedragBTW": tax,
            "BedragInclBTW": net + tax,
            "BTWCode": code,
            "BTWPercentage": Decimal(0),
            "TegenrekeningCode": self.turnover,
            "KostenplaatsID": 0,
            **other,
        }

    def invoice(self, *lines: Mapping[str, Any], **other: Any) -> dict[str, Any]:
        """Return the `cMutatie` of a sales invoice of 99,99, or with other lines and fields."""
        values = {
            "MutatieNr": 0,
            "Soort": "FactuurVerstuurd",
            "Datum": self.target.day,
            "Rekening": self.account("DEB"),
            "RelatieCode": self.relation,
            "Factuurnummer": None if "Factuurnummer" in other else self.code("F"),
            "Boekstuk": f"{self.target.prefix}-mark",
            "Omschrijving": "Taart",
            "Betalingstermijn": "14",
            "InExBTW": "EX",
            "MutatieRegels": {"cMutatieRegel": list(lines) or [self.line()]},
        }
        return {**values, **other}

    def money(self, kind: str, *lines: Mapping[str, Any], **other: Any) -> dict[str, Any]:
        """Return the `cMutatie` of money received or spent."""
        values = {"Rekening": self.account("FIN"), "RelatieCode": None, "Factuurnummer": None}
        return self.invoice(*lines, **{**values, "Soort": kind, "Betalingstermijn": None, **other})

    def payment(self, number: str, amount: str, **other: Any) -> dict[str, Any]:
        """Return the `cMutatie` of a payment of an invoice."""
        line = self.line(amount, "0", "GEEN", TegenrekeningCode=self.account("DEB"))
        kept = {"RelatieCode": self.relation, "Factuurnummer": number}
        return self.money("FactuurbetalingOntvangen", line, **{**kept, **other})

    def book(self, mutation: Mapping[str, Any]) -> int:
        """Book a mutation and return its number."""
        return int(self.done("AddMutatie", oMut=mutation).text("Mutatienummer"))

    def mutations(self, **wanted: Any) -> list[dict[str, Any]]:
        """List mutations by a filter; what is left out does not filter."""
        names = ("MutatieNr", "MutatieNrVan", "MutatieNrTm", "Factuurnummer", "DatumVan", "DatumTm")
        asked = in_order(names, {**ANY_MUTATION, **wanted})
        return self.done("GetMutaties", cFilter=asked).rows("Mutaties", "cMutatieList")

    def booked(self, number: int) -> dict[str, Any]:
        """Return the mutation with a number; the promise is broken when it is not there."""
        found = self.mutations(MutatieNr=number)
        if len(found) != 1:
            broken(f"GetMutaties gives {len(found)} mutations for number {number}")
        return found[0]

    def relations(self, **wanted: Any) -> list[dict[str, Any]]:
        """List relations by a filter."""
        asked = in_order(("Trefwoord", "Code", "ID"), {"ID": 0, **wanted})
        return self.done("GetRelaties", cFilter=asked).rows("Relaties", "cRelatie")

    def balance(self, code: str, **wanted: Any) -> Decimal:
        """Return the balance of an account in euros."""
        asked = {"GbCode": code, "KostenPlaatsId": 0, **NO_DAYS, **wanted}
        return _euros(self.done("GetSaldo", cFilter=asked).text("Saldo"))

    def open_items(
        self, number: str, kind: str = "Debiteuren"
    ) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Return amount, settled and open of each open item of an invoice."""
        reply = self.done("GetOpenPosten", OpSoort=kind)
        return [
            (_euros(row["Bedrag"]), _euros(row["Voldaan"]), _euros(row["Openstaand"]))
            for row in reply.rows("Openposten", "cOpenPost")
            if row["MutFactuur"] == number
        ]


NO_DAYS = {"DatumVan": date(1980, 1, 1), "DatumTot": date(2049, 12, 31)}
RELATION_FIELDS = [
    "ID",
    "AddDatum",
    "Code",
    "Bedrijf",
    "Contactpersoon",
    "Geslacht",
    "Adres",
    "Postcode",
    "Plaats",
    "Land",
    "Adres2",
    "Postcode2",
    "Plaats2",
    "Land2",
    "Telefoon",
    "GSM",
    "FAX",
    "Email",
    "Site",
    "Notitie",
    "Bankrekening",
    "Girorekening",
    "BTWNummer",
    "KvkNummer",
    "Aanhef",
    "IBAN",
    "BIC",
    "BP",
    "Def1",
    "Def2",
    "Def3",
    "Def4",
    "Def5",
    "Def6",
    "Def7",
    "Def8",
    "Def9",
    "Def10",
    "LA",
    "Gb_ID",
    "GeenEmail",
    "NieuwsbriefgroepenCount",
]


def in_order(names: tuple[str, ...] | list[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in the order of names, as the WSDL has them."""
    return {name: values[name] for name in names if name in values}


def lines_of(mutation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of a mutation that was listed."""
    return items(mutation.get("MutatieRegels"), "cMutatieListRegel")


def _euros(text: str) -> Decimal:
    return Decimal(text or "0").quantize(Decimal("0.01"))
