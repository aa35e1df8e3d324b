"""A tour of both services that shows each behaviour by calls of its own, recorded as it goes.

What one stop does is not read by another, so that a difference at one does not show at the next.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from xmlrpc import client

import requests

from contracts.recording.recordings import Recording
from contracts.recording.sessions import Recorder
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.settings import Settings
from fakes.inprocess import session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BOOKS = "http://books.example"
SHOP = "http://mycompany.bizzcloud.example"
LIMIT = 60
"""How many times the tour calls GetMutaties, at most."""
Wrap = Callable[[str, "WSGIApplication"], "WSGIApplication"]


class _Books:
    """Calls e-Boekhouden as plainly as that can be done."""

    def __init__(self, http: requests.Session, username: str, code_1: str, code_2: str) -> None:
        self._http = http
        self._codes = {"Username": username, "SecurityCode1": code_1, "SecurityCode2": code_2}
        self._code_2 = code_2
        self._session = ""

    def open(self) -> None:
        """Open a session, which later calls carry."""
        answer = self.call("OpenSession", self._codes)
        self._session = answer.partition("<SessionID>")[2].partition("</SessionID>")[0]

    def ask(self, operation: str, inner: str = "") -> str:
        """Call an operation within the session."""
        return self.call(
            operation, {"SessionID": self._session, "SecurityCode2": self._code_2}, inner
        )

    def call(self, operation: str, fields: dict[str, str], inner: str = "") -> str:
        """Call an operation."""
        held = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        body = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<{operation} xmlns="http://www.e-boekhouden.nl/soap">{held}{inner}</{operation}>'
            "</s:Body></s:Envelope>"
        )
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"http://www.e-boekhouden.nl/soap/{operation}"',
        }
        return self._http.post(f"{BOOKS}/soap.asmx", data=body.encode(), headers=headers).text


def tour(wrap: Wrap, settings: Settings | None = None) -> Recording:
    """Return the recording of a tour of new fakes, each wrapped as `wrap(service, application)`."""
    clock = SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    books = EboekhoudenFake(clock=clock, settings=settings or Settings())
    codes = books.open_administration("Demo BV").credentials
    shop = BizzcloudFake(clock=clock)
    recorder = Recorder(clock.now)
    applications = {BOOKS: wrap("books", books.wsgi), SHOP: wrap("shop", shop.wsgi)}
    with recorder.watch(session(applications)) as http:
        caller = _Books(http, codes.username, codes.security_code_1, codes.security_code_2)
        http.get(f"{BOOKS}/soap.asmx?wsdl")
        _relations(caller)
        _accounts(caller)
        _mutations(caller)
        _shop(http)
        clock.advance(timedelta(minutes=40))
        caller.ask("GetSaldo", "<cFilter><GbCode>1000</GbCode></cFilter>")
        caller.open()
        for _ in range(LIMIT):
            caller.ask("GetMutaties", "<cFilter><Factuurnummer>none</Factuurnummer></cFilter>")
    return recorder.recording


def _relations(books: _Books) -> None:
    books.call(
        "OpenSession", {"Username": "nobody", "SecurityCode1": "0" * 32, "SecurityCode2": "x"}
    )
    books.open()
    for code in ("K0001", "K0002", "K0003"):
        books.ask("AddRelatie", _relation(code, "Bakkerij de Groot"))
    books.ask("AddRelatie", _relation("K0001", "Een ander"))
    books.ask("AddRelatie", _relation("K-OF-FOURTEEN1", "Lang"))
    books.ask("AddRelatie", _relation("K-OF-MORE-THAN-FIFTEEN", "Te lang"))
    books.ask("GetRelaties", "<cFilter><Code>K0001</Code></cFilter>")
    books.ask("GetRelaties", "<cFilter><Code>absent</Code></cFilter>")


def _relation(code: str, name: str) -> str:
    return f"<oRel><Code>{code}</Code><Bedrijf>{name}</Bedrijf><BP>B</BP></oRel>"


def _accounts(books: _Books) -> None:
    books.ask("GetGrootboekrekeningen", "<cFilter />")
    books.ask("GetSaldi", "<cFilter />")
    books.ask(
        "AddGrootboekrekening",
        "<oGb><ID>0</ID><Code>8999</Code><Omschrijving>x</Omschrijving>"
        "<Categorie>VW</Categorie></oGb>",
    )


def _mutations(books: _Books) -> None:
    for number in ("F1", "F2", "F3"):
        books.ask("AddMutatie", _invoice(number, "K0001"))
    books.ask("GetMutaties", "<cFilter><MutatieNrVan>0</MutatieNrVan></cFilter>")
    books.ask("AddMutatie", _invoice("F4", "K0002"))
    books.ask("GetMutaties", "<cFilter><Factuurnummer>F4</Factuurnummer></cFilter>")
    books.ask("GetOpenPosten", "<OpSoort>Debiteuren</OpSoort>")
    books.ask("AddMutatie", _invoice("F1", "K0003"))
    books.ask("AddMutatie", _invoice("F5", "K0003", description="x" * 180))
    books.ask("AddMutatie", _invoice("F6", "K0003", vat_code="UNKNOWN"))
    books.ask("AddMutatie", _invoice("F7", "absent"))
    books.ask("AddMutatie", _invoice("F8", "K0003", on="no date"))
    books.call("GetSaldi", {"SessionID": "{unknown}", "SecurityCode2": "x"}, "<cFilter />")


def _invoice(
    number: str,
    relation: str,
    *,
    description: str = "Taart",
    vat_code: str = "HOOG_VERK_21",
    on: str = "2026-03-01",
) -> str:
    return (
        f"<oMut><Soort>FactuurVerstuurd</Soort><Datum>{on}</Datum><Rekening>1300</Rekening>"
        f"<RelatieCode>{relation}</RelatieCode><Factuurnummer>{number}</Factuurnummer>"
        f"<Omschrijving>{description}</Omschrijving><Betalingstermijn>14</Betalingstermijn>"
        "<InExBTW>EX</InExBTW><MutatieRegels><cMutatieRegel><BedragInvoer>82.64</BedragInvoer>"
        "<BedragExclBTW>82.64</BedragExclBTW><BedragBTW>17.35</BedragBTW>"
        f"<BedragInclBTW>99.99</BedragInclBTW><BTWCode>{vat_code}</BTWCode>"
        "<TegenrekeningCode>8010</TegenrekeningCode></cMutatieRegel></MutatieRegels></oMut>"
    )


def _shop(http: requests.Session) -> None:
    def call(service: str, method: str, *arguments: Any) -> None:
        body = client.dumps(arguments, method).encode()
        headers = {"Content-Type": "text/xml"}
        http.post(f"{SHOP}/xmlrpc/2/{service}", data=body, headers=headers)

    def ask(model: str, method: str, *arguments: Any) -> None:
        call("object", "execute_kw", "mycompany", 1, "admin", model, method, list(arguments))

    call("common", "version")
    call("common", "authenticate", "mycompany", "admin", "admin", {})
    call("common", "authenticate", "mycompany", "admin", "wrong", {})
    call("object", "execute_kw", "mycompany", 1, "wrong", "res.partner", "search", [[]])
    ask("no.such.model", "search", [])
    ask("res.partner", "create", {"name": "Bakkerij", "is_company": True})
    ask("res.partner", "search", [["id", "<", 10]])
    ask("res.partner", "read", [1], ["name", "phone", "country_id", "write_date", "customer"])
    ask("account.invoice", "fields_get")
    ask("account.tax", "search_read", [["type_tax_use", "=", "sale"]], ["name", "amount"])
    told = {"service": "object", "method": "execute"}
    arguments = ["mycompany", 1, "wrong", "res.partner", "search_count", []]
    body = {"jsonrpc": "2.0", "method": "call", "params": {**told, "args": arguments}, "id": 4}
    headers = {"Content-Type": "application/json"}
    http.post(f"{SHOP}/jsonrpc", data=json.dumps(body).encode(), headers=headers)
