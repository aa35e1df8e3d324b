"""What every server and every client of the benchmark is given: AddMutatie with two lines."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.records import Relation
from fakes.eboekhouden.vat import vat_on

NAMESPACE = "http://www.e-boekhouden.nl/soap"
ACTION = f'"{NAMESPACE}/AddMutatie"'
INVOICE = "F"
LARGEST_NUMBER = 1000
"""How many different bookings are sent, one after another and then again."""

RATES = (("8020", "HOOG_VERK_21", "82.64", "21"), ("8010", "LAAG_VERK_9", "10.00", "9"))
LINE = (
    "<cMutatieRegel><BedragInvoer>{2}</BedragInvoer><BedragExclBTW>{2}</BedragExclBTW>"
    "<BedragBTW>{3}</BedragBTW><BedragInclBTW>{4}</BedragInclBTW><BTWCode>{1}</BTWCode>"
    "<BTWPercentage>{5}</BTWPercentage><TegenrekeningCode>{0}</TegenrekeningCode>"
    "<KostenplaatsID>0</KostenplaatsID></cMutatieRegel>"
)


def opened_fake() -> tuple[EboekhoudenFake, OpenedAdministration]:
    """Return a fake with real books, a relation in them, and no quota."""
    fake = EboekhoudenFake()
    fake.settings.monthly_calls = None
    opened = fake.open_administration("Demo BV")
    opened.administration.add_relation(Relation(0, "K1", "Bakkerij", "B", date(2026, 1, 1)))
    return fake, opened


def session_of(fake: EboekhoudenFake, opened: OpenedAdministration) -> str:
    """Open a session; return its id."""
    codes = opened.credentials
    return fake.sessions.open(codes.username, codes.security_code_1, codes.security_code_2)


@dataclass(frozen=True)
class Line:
    """A line of a booking, in euros; `rate` is a percentage."""

    account: str
    vat_code: str
    excluding: Decimal
    vat: Decimal
    rate: Decimal

    @property
    def including(self) -> Decimal:
        """The amount with VAT."""
        return self.excluding + self.vat


def lines_of(number: int) -> list[Line]:
    """Return the lines of a booking: its amounts follow from its number."""
    found = []
    for account, code, start, percentage in RATES:
        excluding, rate = Decimal(start) + Decimal("0.37") * number, Decimal(percentage)
        found.append(Line(account, code, excluding, vat_on(excluding, rate), rate))
    return found


def invoice_number(number: int) -> str:
    """Return the invoice number of a booking."""
    return f"{INVOICE}{number}"


def day_of(number: int) -> date:
    """Return the day of a booking."""
    return date(2026, 1 + number % 12, 1 + number % 28)


def body(session_id: str, code_2: str, number: int = 0) -> bytes:
    """Return a booking as the bytes of a request; `number` stands in it as MutatieNr."""
    lines = "".join(
        LINE.format(
            line.account, line.vat_code, line.excluding, line.vat, line.including, line.rate
        )
        for line in lines_of(number)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<AddMutatie xmlns="{NAMESPACE}"><SessionID>{session_id}</SessionID>'
        f"<SecurityCode2>{code_2}</SecurityCode2><oMut><MutatieNr>{number}</MutatieNr>"
        f"<Soort>FactuurVerstuurd</Soort><Datum>{day_of(number)}T00:00:00</Datum>"
        "<Rekening>1300</Rekening><RelatieCode>K1</RelatieCode>"
        f"<Factuurnummer>{invoice_number(number)}</Factuurnummer>"
        "<Omschrijving>Taart en brood</Omschrijving><Betalingstermijn>14</Betalingstermijn>"
        f"<InExBTW>EX</InExBTW><MutatieRegels>{lines}</MutatieRegels></oMut></AddMutatie>"
        "</soap:Body></soap:Envelope>"
    ).encode()


def mutation(number: int = 0) -> dict[str, Any]:
    """Return the same booking as zeep takes it."""
    return {
        "MutatieNr": number,
        "Soort": "FactuurVerstuurd",
        "Datum": datetime.combine(day_of(number), time()),
        "Rekening": "1300",
        "RelatieCode": "K1",
        "Factuurnummer": invoice_number(number),
        "Omschrijving": "Taart en brood",
        "Betalingstermijn": "14",
        "InExBTW": "EX",
        "MutatieRegels": {
            "cMutatieRegel": [
                {
                    "BedragInvoer": line.excluding,
                    "BedragExclBTW": line.excluding,
                    "BedragBTW": line.vat,
                    "BedragInclBTW": line.including,
                    "BTWCode": line.vat_code,
                    "BTWPercentage": line.rate,
                    "TegenrekeningCode": line.account,
                    "KostenplaatsID": 0,
                }
                for line in lines_of(number)
            ]
        },
    }
