"""What every server and every client of the benchmark is given: AddMutatie with two lines."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.records import Relation

NAMESPACE = "http://www.e-boekhouden.nl/soap"
ACTION = f'"{NAMESPACE}/AddMutatie"'
RATES = (
    ("8020", "HOOG_VERK_21", "82.64", "17.35", "99.99", "21"),
    ("8010", "LAAG_VERK_9", "10.00", "0.90", "10.90", "9"),
)
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


def body(session_id: str, code_2: str) -> bytes:
    """Return the request as bytes."""
    lines = "".join(LINE.format(*rate) for rate in RATES)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<AddMutatie xmlns="{NAMESPACE}"><SessionID>{session_id}</SessionID>'
        f"<SecurityCode2>{code_2}</SecurityCode2><oMut><MutatieNr>0</MutatieNr>"
        "<Soort>FactuurVerstuurd</Soort><Datum>2026-03-02T00:00:00</Datum>"
        "<Rekening>1300</Rekening><RelatieCode>K1</RelatieCode><Factuurnummer>F1</Factuurnummer>"
        "<Omschrijving>Taart en brood</Omschrijving><Betalingstermijn>14</Betalingstermijn>"
        f"<InExBTW>EX</InExBTW><MutatieRegels>{lines}</MutatieRegels></oMut></AddMutatie>"
        "</soap:Body></soap:Envelope>"
    ).encode()


def mutation() -> dict[str, Any]:
    """Return the same mutation as zeep takes it."""
    return {
        "MutatieNr": 0,
        "Soort": "FactuurVerstuurd",
        "Datum": datetime(2026, 3, 2),
        "Rekening": "1300",
        "RelatieCode": "K1",
        "Factuurnummer": "F1",
        "Omschrijving": "Taart en brood",
        "Betalingstermijn": "14",
        "InExBTW": "EX",
        "MutatieRegels": {
            "cMutatieRegel": [
                {
                    "BedragInvoer": Decimal(excluding),
                    "BedragExclBTW": Decimal(excluding),
                    "BedragBTW": Decimal(vat),
                    "BedragInclBTW": Decimal(including),
                    "BTWCode": code,
                    "BTWPercentage": Decimal(rate),
                    "TegenrekeningCode": account,
                    "KostenplaatsID": 0,
                }
                for account, code, excluding, vat, including, rate in RATES
            ]
        },
    }
