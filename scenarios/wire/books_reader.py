"""Reads the books back over the wire, as any other client would, to judge what a coupling did.

A plain zeep client of its own: it shares nothing with the coupling, so that it cannot share the
coupling's mistakes.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import zeep
from zeep.transports import Transport
from zeep.wsdl import Document

KINDS: Mapping[str, str] = {
    "OpeningsSaldo": "Open saldo",
    "FactuurOntvangen": "Fact ontv",
    "FactuurVerstuurd": "Fact verst",
    "FactuurbetalingOntvangen": "Fact bet ontv",
    "FactuurbetalingVerstuurd": "Fact bet verst",
    "GeldOntvangen": "Geld ontv",
    "GeldUitgegeven": "Geld uitg",
    "Memoriaal": "Memoriaal",
}
"""What the screen calls each Soort of the wire."""

_BINDING = "{http://www.e-boekhouden.nl/soap}soapAppSoap"
_WINDOW = 500
"""GetMutaties never answers more than this many."""


@dataclass(frozen=True)
class Credentials:
    """Where the books are, and the three words that open them."""

    wsdl: str
    username: str
    security_code_1: str
    security_code_2: str


@dataclass(frozen=True)
class Line:
    """A line of a mutation; amounts in euros."""

    counter_account: str
    excl: Decimal
    vat: Decimal
    incl: Decimal
    vat_code: str


@dataclass(frozen=True)
class Mutation:
    """A mutation as the books hold it."""

    number: int
    date: date
    kind: str
    account: str
    relation: str
    invoice: str
    text: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """Euros including VAT."""
        return sum((line.incl for line in self.lines), Decimal(0))


class BooksError(Exception):
    """The books could not be read; the text says why."""


class BooksReader:
    """Reads one set of books; every method opens a session, asks, and closes it."""

    def __init__(self, credentials: Credentials, transport: Transport) -> None:
        self._credentials = credentials
        self._service = _service(credentials.wsdl, transport)

    def mutations(self) -> list[Mutation]:
        """Return all mutations, newest first."""
        with self._session() as ask:
            newest = _window(ask, 0, 0)
            end = max((row.MutatieNr for row in newest), default=0)
            rows = newest if len(newest) < _WINDOW else _windows(ask, end)
            found = {row.MutatieNr: _mutation(row) for row in rows}
        return [found[number] for number in sorted(found, reverse=True)]

    def relations(self) -> list[Any]:
        """Return all relations as the wire has them (cRelatie), by code."""
        with self._session() as ask:
            wanted = {"Trefwoord": "", "Code": "", "ID": 0}
            rows = _items(ask("GetRelaties", cFilter=wanted).Relaties, "cRelatie")
        return sorted(rows, key=lambda row: str(row.Code))

    def ledger_accounts(self) -> list[Any]:
        """Return all ledger accounts as the wire has them (cGrootboekrekening), by code."""
        with self._session() as ask:
            wanted = {"ID": 0, "Code": "", "Categorie": ""}
            answer = ask("GetGrootboekrekeningen", cFilter=wanted)
            rows = _items(answer.Rekeningen, "cGrootboekrekening")
        return sorted(rows, key=lambda row: str(row.Code))

    def open_items(self) -> list[Any]:
        """Return what debtors owe as the wire has it (cOpenPost), by invoice."""
        with self._session() as ask:
            answer = ask("GetOpenPosten", OpSoort="Debiteuren")
            rows = _items(answer.Openposten, "cOpenPost")
        return sorted(rows, key=lambda row: str(row.MutFactuur))

    def balances(self, codes: Iterable[str]) -> dict[str, Decimal]:
        """Return the balance of each named account, debit positive."""
        with self._session() as ask:
            return {code: _cents(self._balance(ask, code)) for code in codes}

    def _balance(self, ask: Any, code: str) -> Any:
        wanted = {"GbCode": code, "KostenPlaatsId": 0, "DatumVan": None, "DatumTot": None}
        return ask("GetSaldo", cFilter=wanted).Saldo

    @contextmanager
    def _session(self) -> Iterator[Any]:
        mine = self._credentials
        opened = self._service.OpenSession(
            mine.username, mine.security_code_1, mine.security_code_2, "koppeling-stories"
        )
        _refuse(opened.ErrorMsg, "open a session")
        session = {"SessionID": opened.SessionID, "SecurityCode2": mine.security_code_2}

        def ask(operation: str, **more: Any) -> Any:
            answer = getattr(self._service, operation)(**session, **more)
            _refuse(answer.ErrorMsg, operation)
            return answer

        try:
            yield ask
        finally:
            self._service.CloseSession(opened.SessionID)


_documents: dict[str, Document] = {}
_lock = threading.Lock()


def _service(wsdl: str, transport: Transport) -> Any:
    """Return a proxy of the service at an address; its interface is read once a process."""
    with _lock:
        if "e-boekhouden" not in _documents:
            _documents["e-boekhouden"] = Document(wsdl, transport)  # type: ignore[arg-type] # zeep's own annotation says the class where it takes an object
    client = zeep.Client(_documents["e-boekhouden"], transport=transport)
    return client.create_service(_BINDING, wsdl.partition("?")[0])


def _window(ask: Any, first: int, last: int) -> list[Any]:
    """Return the mutations with numbers in a window; 0 and 0 ask for the newest."""
    wanted = {
        "MutatieNr": 0,
        "MutatieNrVan": first,
        "MutatieNrTm": last,
        "Factuurnummer": "",
        "DatumVan": datetime(1980, 1, 1),
        "DatumTm": datetime(2049, 12, 31),
    }
    return _items(ask("GetMutaties", cFilter=wanted).Mutaties, "cMutatieList")


def _windows(ask: Any, end: int) -> list[Any]:
    return [
        row
        for first in range(1, end + 1, _WINDOW)
        for row in _window(ask, first, first + _WINDOW - 1)
    ]


def _items(array: Any, name: str) -> list[Any]:
    """Return the items of an array; an empty one comes as nothing."""
    return [] if array is None else [item for item in getattr(array, name) if item is not None]


def _refuse(error: Any, what: str) -> None:
    if error is not None and error.LastErrorCode:
        raise BooksError(
            f"e-Boekhouden refused to {what}: {error.LastErrorCode} {error.LastErrorDescription}"
        )


def _mutation(row: Any) -> Mutation:
    lines = _items(row.MutatieRegels, "cMutatieListRegel")
    return Mutation(
        number=row.MutatieNr,
        date=row.Datum.date(),
        kind=KINDS[row.Soort],
        account=row.Rekening or "",
        relation=row.RelatieCode or "",
        invoice=row.Factuurnummer or "",
        text=row.Omschrijving or "",
        lines=tuple(
            Line(
                counter_account=line.TegenrekeningCode or "",
                excl=_cents(line.BedragExclBTW),
                vat=_cents(line.BedragBTW),
                incl=_cents(line.BedragInclBTW),
                vat_code=line.BTWCode or "",
            )
            for line in lines
        ),
    )


def _cents(amount: Any) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
