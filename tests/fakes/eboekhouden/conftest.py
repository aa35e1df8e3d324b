"""A fake e-Boekhouden with one administration, and a zeep client with an open session on it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import zeep

from fakes.clock import SettableClock
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.records import Kind, Mutation, MutationLine, Relation
from fakes.inprocess_zeep import WsgiTransport
from tests.fakes.eboekhouden.wire import ADDRESS, Wire

TODAY = date(2017, 10, 19)
NO_DATE = datetime(1, 1, 1)


class Caller:
    """Calls operations by name in one session; raises AssertionError on a refusal not expected."""

    def __init__(self, fake: EboekhoudenFake, opened: OpenedAdministration) -> None:
        transport = WsgiTransport({ADDRESS: fake.wsgi})
        self.service = zeep.Client(f"{ADDRESS}/soap.asmx?wsdl", transport=transport).service
        self.codes = opened.credentials
        answer = self.service.OpenSession(
            self.codes.username, self.codes.security_code_1, self.codes.security_code_2, "tests"
        )
        self.session_id: str = answer.SessionID

    def __call__(self, operation: str, *arguments: Any) -> Any:
        """Call an operation that is expected to be done."""
        answer = self.raw(operation, *arguments)
        error = getattr(answer, "ErrorMsg", answer)
        assert not error.LastErrorCode, f"{operation} was refused: {error.LastErrorDescription}"
        return answer

    def refused(self, operation: str, *arguments: Any) -> str:
        """Call an operation that is expected to be refused; return the code."""
        answer = self.raw(operation, *arguments)
        code: str | None = getattr(answer, "ErrorMsg", answer).LastErrorCode
        assert code, f"{operation} was done, not refused"
        return code

    def raw(self, operation: str, *arguments: Any) -> Any:
        """Call an operation and return its answer, whatever it is."""
        call = getattr(self.service, operation)
        return call(self.session_id, self.codes.security_code_2, *arguments)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2017, 10, 19, 10, tzinfo=UTC))


@pytest.fixture
def fake(clock: SettableClock) -> EboekhoudenFake:
    return EboekhoudenFake(clock=clock)


@pytest.fixture
def opened(fake: EboekhoudenFake) -> OpenedAdministration:
    made = fake.open_administration("Demo BV")
    add_relation(made.administration)
    return made


@pytest.fixture
def books(opened: OpenedAdministration) -> Administration:
    return opened.administration


@pytest.fixture
def call(fake: EboekhoudenFake, opened: OpenedAdministration) -> Caller:
    return Caller(fake, opened)


@pytest.fixture
def wire(fake: EboekhoudenFake, opened: OpenedAdministration) -> Wire:
    return Wire(fake, opened)


def add_relation(books: Administration, code: str = "K1") -> Relation:
    return books.add_relation(Relation(0, code, "Bakkerij de Groot", "B", TODAY))


def line(
    excluding: str = "82.64",
    vat: str = "17.35",
    code: str = "HOOG_VERK_21",
    account: str = "8020",
    cost_centre: int = 0,
) -> MutationLine:
    net, tax = Decimal(excluding), Decimal(vat)
    return MutationLine(net, net, tax, net + tax, code, Decimal(0), account, cost_centre)


def invoice(*lines: MutationLine, number: str = "F/2017/0001", on: date = TODAY) -> Mutation:
    return Mutation(
        0,
        Kind.INVOICE_SENT,
        on,
        "1300",
        lines or (line(),),
        relation="K1",
        invoice_number=number,
        description="Taart",
        payment_term="14",
    )


def money(kind: Kind, *lines: MutationLine, account: str = "1000", on: date = TODAY) -> Mutation:
    return Mutation(0, kind, on, account, lines or (line(),), description="Kassa")


def payment(amount: str, number: str = "F/2017/0001", account: str = "1010") -> Mutation:
    return Mutation(
        0,
        Kind.INVOICE_PAYMENT_RECEIVED,
        TODAY,
        account,
        (line(amount, "0.00", "GEEN", "1300"),),
        relation="K1",
        invoice_number=number,
    )


def sent_line(
    excluding: str = "82.64", vat: str = "17.35", code: str = "HOOG_VERK_21", account: str = "8020"
) -> dict[str, Any]:
    net, tax = Decimal(excluding), Decimal(vat)
    return {
        "BedragInvoer": net,
        "BedragExclBTW": net,
        "BedragBTW": tax,
        "BedragInclBTW": net + tax,
        "BTWCode": code,
        "BTWPercentage": 0,
        "TegenrekeningCode": account,
        "KostenplaatsID": 0,
    }


def sent_invoice(number: str = "F/2017/0001", *lines: dict[str, Any]) -> dict[str, Any]:
    return {
        "MutatieNr": 0,
        "Soort": "FactuurVerstuurd",
        "Datum": datetime(2017, 10, 19),
        "Rekening": "1300",
        "RelatieCode": "K1",
        "Factuurnummer": number,
        "Boekstuk": "mark",
        "Omschrijving": "Taart",
        "Betalingstermijn": "14",
        "InExBTW": "EX",
        "MutatieRegels": {"cMutatieRegel": list(lines) or [sent_line()]},
    }


def sent_relation(code: str = "K2", **values: Any) -> dict[str, Any]:
    return {
        "ID": 0,
        "AddDatum": NO_DATE,
        "Code": code,
        "Bedrijf": "Slagerij Smit",
        "BP": "B",
        "Gb_ID": 0,
        "GeenEmail": 0,
        "NieuwsbriefgroepenCount": 0,
        **values,
    }


def mutation_filter(**values: Any) -> dict[str, Any]:
    return {"MutatieNr": 0, "DatumVan": NO_DATE, "DatumTm": NO_DATE, **values}
