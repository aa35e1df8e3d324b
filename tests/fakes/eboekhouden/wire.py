"""Requests as they go over the wire, written by hand, and what answers hold."""

import requests
from lxml import etree

from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.inprocess import session

ADDRESS = "http://books.example"
NAMESPACE = "http://www.e-boekhouden.nl/soap"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
URL = f"{ADDRESS}/soap.asmx"


class Wire:
    """Posts raw requests in an open session."""

    def __init__(self, fake: EboekhoudenFake, opened: OpenedAdministration) -> None:
        self.http = session({ADDRESS: fake.wsgi})
        codes = opened.credentials
        self.code_2 = codes.security_code_2
        self.session_id = fake.sessions.open(
            codes.username, codes.security_code_1, codes.security_code_2
        )

    def session_elements(self) -> str:
        return (
            f"<SessionID>{self.session_id}</SessionID><SecurityCode2>{self.code_2}</SecurityCode2>"
        )

    def envelope(self, operation: str, inside: str, version: str = SOAP_11) -> str:
        return (
            f'<s:Envelope xmlns:s="{version}"><s:Body><{operation} xmlns="{NAMESPACE}">'
            f"{self.session_elements()}{inside}</{operation}></s:Body></s:Envelope>"
        )

    def post(
        self, operation: str, body: str | bytes, headers: dict[str, str] | None = None
    ) -> requests.Response:
        content = body.encode() if isinstance(body, str) else body
        return self.http.post(
            URL,
            data=content,
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": f'"{NAMESPACE}/{operation}"',
                **(headers or {}),
            },
        )

    def mutation(self, inside: str = "", **values: str) -> str:
        fields = {
            "MutatieNr": "0",
            "Soort": "FactuurVerstuurd",
            "Datum": "2017-10-19",
            "Rekening": "1300",
            "RelatieCode": "K1",
            "Factuurnummer": "F1",
            "Omschrijving": "Taart",
            "Betalingstermijn": "14",
            "InExBTW": "EX",
            **values,
        }
        texts = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        lines = (
            "<MutatieRegels><cMutatieRegel><BedragInvoer>82.64</BedragInvoer>"
            "<BedragExclBTW>82.64</BedragExclBTW><BedragBTW>17.35</BedragBTW>"
            "<BedragInclBTW>99.99</BedragInclBTW><BTWCode>HOOG_VERK_21</BTWCode>"
            "<TegenrekeningCode>8020</TegenrekeningCode></cMutatieRegel></MutatieRegels>"
        )
        return self.envelope("AddMutatie", f"<oMut>{texts}{inside}{lines}</oMut>")


def fault_of(answer: requests.Response) -> tuple[str, str]:
    """Return code and text of a fault, in whichever version it is."""
    assert answer.status_code == 500
    root = etree.fromstring(answer.content)
    code = root.findtext(".//faultcode") or root.findtext(f".//{{{SOAP_12}}}Value") or ""
    text = root.findtext(".//faultstring") or root.findtext(f".//{{{SOAP_12}}}Text") or ""
    return code, text
