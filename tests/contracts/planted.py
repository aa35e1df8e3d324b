"""The fakes with a difference each: what a real service might do, and what drift is to call it.

Each is planted in the answers on their way out, or by a setting, so that the fakes themselves know
nothing of it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from contracts.recording.calls import operation_of
from contracts.recording.recordings import Recording, Request
from fakes.eboekhouden.settings import Settings
from fakes.wsgi import call
from tests.contracts.tour import LIMIT, tour

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOO_LONG = "CVELD002"


@dataclass
class Answer:
    """An answer on its way out, with the request that it answers."""

    operation: str
    asked: str
    status: str
    headers: dict[str, str]
    body: str


Change = Callable[[Answer], None]


@dataclass(frozen=True)
class Planted:
    """One difference: its sentence, what drift is to call it, and what it touches.

    Two that touch the same cannot be planted together. `change` alters answers of a service,
    `settings` the fake e-Boekhouden's.
    """

    says: str
    name: str
    touches: str
    service: str = "books"
    change: Change | None = None
    settings: Callable[[Settings], Settings] | None = None


def played(planted: Iterable[Planted]) -> Recording:
    """Return the recording of a tour of fakes with these differences."""
    chosen = list(planted)
    settings = Settings()
    for one in chosen:
        if one.settings is not None:
            settings = one.settings(settings)
    changes = {
        service: [one.change for one in chosen if one.service == service and one.change]
        for service in ("books", "shop")
    }
    return tour(lambda service, wsgi: changed(wsgi, changes[service]), settings)


def changed(application: "WSGIApplication", changes: Sequence[Change]) -> "WSGIApplication":
    """Return an application with changes planted in its answers."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        headers = (("Content-Type", environ.get("CONTENT_TYPE", "")),)
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        url = f"http://x{environ['PATH_INFO']}{query}"
        asked = Request(environ["REQUEST_METHOD"], url, headers, body)
        code, reason, given, content = call(application, environ)
        made = Answer(
            operation_of(asked), body.decode(), f"{code} {reason}", dict(given), content.decode()
        )
        for change in changes:
            change(made)
        made.headers["Content-Length"] = str(len(made.body.encode()))
        start_response(made.status, list(made.headers.items()))
        return [made.body.encode()]

    return answer


def planted_text(pattern: str, by: str, operation: str = "") -> Change:
    """Return a change of what a pattern finds in the answers of an operation, or of all."""

    def change(answer: Answer) -> None:
        if not operation or answer.operation == operation:
            answer.body = re.sub(pattern, by, answer.body, flags=re.DOTALL)

    return change


def _code(was: str, now: str) -> Change:
    return planted_text(f"<LastErrorCode>{was}<", f"<LastErrorCode>{now}<")


def _refused(operation: str, asked: str, code: str) -> Change:
    """Refuse what is accepted else: a call that holds a text."""

    def change(answer: Answer) -> None:
        if answer.operation == operation and re.search(asked, answer.asked):
            answer.body = re.sub(
                "<LastErrorCode>.*</LastErrorDescription>",
                f"<LastErrorCode>{code}</LastErrorCode>"
                "<LastErrorDescription>Te lang.</LastErrorDescription>",
                answer.body,
            )

    return change


def _accepted(operation: str, code: str) -> Change:
    """Accept what is refused else with a code."""

    def change(answer: Answer) -> None:
        if answer.operation == operation and f"<LastErrorCode>{code}<" in answer.body:
            answer.body = re.sub(
                "<LastErrorCode>.*</LastErrorDescription>",
                "<LastErrorCode></LastErrorCode><LastErrorDescription></LastErrorDescription>",
                answer.body,
            )

    return change


def _header(name: str, value: str, only: str = "") -> Change:
    def change(answer: Answer) -> None:
        if only in answer.headers.get("Content-Type", ""):
            answer.headers[name] = value

    return change


def _status(was: str, now: str, holding: str) -> Change:
    def change(answer: Answer) -> None:
        if answer.status.startswith(was) and holding in answer.body:
            answer.status = now

    return change


def _reversed(row: str, operation: str) -> Change:
    def change(answer: Answer) -> None:
        if answer.operation == operation:
            rows = re.findall(f"<{row}>.*?</{row}>", answer.body, flags=re.DOTALL)
            if len(rows) > 1:
                whole = "".join(rows)
                separator = ""
                if whole not in answer.body:
                    separator = "\n"
                    whole = separator.join(rows)
                answer.body = answer.body.replace(whole, separator.join(reversed(rows)))

    return change


def _reversed_structs(answer: Answer) -> None:
    if answer.operation == "account.tax.search_read":
        rows = re.findall(r"<value><struct>.*?</struct></value>", answer.body, flags=re.DOTALL)
        before, _, rest = answer.body.partition(rows[0])
        after = rest.rpartition(rows[-1])[2]
        answer.body = before + "\n".join(reversed(rows)) + after


def _not_yet(answer: Answer) -> None:
    """Leave out what was booked in the call just before."""
    if answer.operation == "GetMutaties" and ">F4<" in answer.asked:
        answer.body = re.sub("<cMutatieList>.*</cMutatieList>", "", answer.body)


def _tenfold(answer: Answer) -> None:
    answer.body = re.sub(r"<(MutatieNr|Mutatienummer)>([1-9]\d*)<", r"<\g<1>>\g<2>0<", answer.body)


def _four_places(answer: Answer) -> None:
    answer.body = re.sub(r"<(Bedrag\w*|Saldo)>(-?\d+)\.(\d\d)<", r"<\1>\2.\g<3>00<", answer.body)


def _no_rows(answer: Answer) -> None:
    answer.body = answer.body.replace("<Relaties></Relaties>", "")


def _swapped(one: str, other: str) -> Change:
    return planted_text(f"(<{one}>[^<]*</{one}>)(.*?)(<{other}>[^<]*</{other}>)", r"\3\2\1")


def _member(field: str, kind: str, value: str, operation: str) -> Change:
    """Give a member of a struct another value."""
    return planted_text(
        rf"(<name>{field}</name>\s*<value>)<\w+>[^<]*</\w+>(</value>)",
        rf"\1<{kind}>{value}</{kind}>\2",
        operation,
    )


def _no_member(field: str, operation: str) -> Change:
    return planted_text(
        rf"<member>\s*<name>{field}</name>\s*<value><(string|int|double)>[^<]*</\1></value>\s*"
        "</member>",
        "",
        operation,
    )


def _new_member(field: str, operation: str) -> Change:
    def change(answer: Answer) -> None:
        if answer.operation == operation:
            member = f"<member><name>{field}</name><value><string>x</string></value></member>"
            answer.body = answer.body.replace("<struct>", f"<struct>{member}", 1)

    return change


def _field_type(field: str, now: str) -> Change:
    def change(answer: Answer) -> None:
        if answer.operation == "account.invoice.fields_get":
            before, name, after = answer.body.partition(f"<name>{field}</name>")
            after = re.sub(
                r"(<name>type</name>\s*<value><string>)\w+", rf"\g<1>{now}", after, count=1
            )
            answer.body = before + name + after

    return change


def _as_fault(answer: Answer) -> None:
    if answer.operation == "common.authenticate" and "<string>wrong<" in answer.asked:
        answer.body = (
            "<?xml version='1.0'?><methodResponse><fault><value><struct>"
            "<member><name>faultCode</name><value><int>3</int></value></member>"
            "<member><name>faultString</name><value><string>Access denied.</string></value>"
            "</member></struct></value></fault></methodResponse>"
        )


def _quicker_end(settings: Settings) -> Settings:
    return replace(settings, session_lifetime=timedelta(minutes=20))


def _smaller_quota(settings: Settings) -> Settings:
    return replace(settings, monthly_calls=LIMIT - 20)


def _numbers_refused(settings: Settings) -> Settings:
    return replace(settings, refuse_used_invoice_numbers=True)


_NAMESPACE = "http://www.e-boekhouden.nl/soap"
_WSDL = "GET /soap.asmx?wsdl"
PLANTED = (
    Planted(
        "Another code for a used relation code",
        "error code: CREL001",
        "CREL001",
        change=_code("CREL001", "CREL010"),
    ),
    Planted(
        "Another text for a used relation code",
        "error text: CREL001",
        "CREL001",
        change=planted_text("is al in gebruik", "bestaat reeds"),
    ),
    Planted(
        "Another code for an unknown session",
        "error code: E0023",
        "E0023",
        change=_code("E0023", "E0099"),
    ),
    Planted(
        "Another text for an unknown session",
        "error text: E0023",
        "E0023",
        change=planted_text("onbekend of verlopen", "ongeldig"),
    ),
    Planted(
        "Another code for wrong codes",
        "error code: CLOGIN001",
        "CLOGIN001",
        change=_code("CLOGIN001", "E0001"),
    ),
    Planted(
        "Another text for wrong codes",
        "error text: CLOGIN001",
        "CLOGIN001",
        change=planted_text("is onjuist", "klopt niet"),
    ),
    Planted(
        "Another code for a text that is too long",
        "error code: CVELD002",
        "CVELD002",
        change=_code(TOO_LONG, "V12"),
    ),
    Planted(
        "Another code for an unknown relation",
        "error code: CREL002",
        "CREL002",
        change=_code("CREL002", "M012"),
    ),
    Planted(
        "Another text for an unknown relation",
        "error text: CREL002",
        "CREL002",
        change=planted_text("Relatie met code (\\w+) bestaat niet", r"Relatie \1 is onbekend"),
    ),
    Planted(
        "Another code for an unknown VAT code",
        "error code: CBTW001",
        "CBTW001",
        change=_code("CBTW001", "M044"),
    ),
    Planted(
        "An unknown VAT code is taken",
        "outcome: AddMutatie CBTW001",
        "CBTW001",
        change=_accepted("AddMutatie", "CBTW001"),
    ),
    Planted(
        "Another text of a fault",
        "error text: soap:Client",
        "fault",
        change=planted_text("Server was unable to read request", "Request could not be read"),
    ),
    Planted(
        "Another code of a fault",
        "error code: soap:Client",
        "fault",
        change=planted_text("<faultcode>soap:Client", "<faultcode>soap:Sender"),
    ),
    Planted(
        "A fault with another status",
        "status: eboekhouden 500",
        "books status",
        change=_status("500", "400 Bad Request", "Fault"),
    ),
    Planted(
        "Another content type",
        "header: eboekhouden Content-Type",
        "books type",
        change=_header("Content-Type", "text/xml; charset=iso-8859-15", "text/xml; charset=utf-8"),
    ),
    Planted(
        "A cookie is set",
        "header: eboekhouden Set-Cookie",
        "books cookie",
        change=_header("Set-Cookie", "ASP.NET_SessionId=abc; path=/"),
    ),
    Planted(
        "How long to wait is said",
        "header: eboekhouden Retry-After",
        "books waiting",
        change=_header("Retry-After", "120"),
    ),
    Planted(
        "Dates without a time",
        "date form: eboekhouden",
        "dates",
        change=planted_text(r"(\d{4}-\d\d-\d\d)T00:00:00", r"\1"),
    ),
    Planted(
        "Dates with a zone",
        "date form: eboekhouden",
        "dates",
        change=planted_text(r"(\d{4}-\d\d-\d\dT00:00:00)", r"\1+01:00"),
    ),
    Planted("Amounts with four decimals", "decimals: eboekhouden", "decimals", change=_four_places),
    Planted(
        "A new field of a mutation",
        "field new: cMutatieList/Betalingskenmerk",
        "cMutatieList new",
        change=planted_text("(</InExBTW>)", r"\1<Betalingskenmerk>x</Betalingskenmerk>"),
    ),
    Planted(
        "A new field of a relation",
        "field new: cRelatie/Valuta",
        "cRelatie new",
        change=planted_text("(<BP>)", r"<Valuta>EUR</Valuta>\1", "GetRelaties"),
    ),
    Planted(
        "A field of a relation is gone",
        "field gone: cRelatie/KvkNummer",
        "KvkNummer",
        change=planted_text("<KvkNummer></KvkNummer>", "", "GetRelaties"),
    ),
    Planted(
        "A field of an open item is gone",
        "field gone: cOpenPost/RelBedrijf",
        "RelBedrijf",
        change=planted_text("<RelBedrijf>[^<]*</RelBedrijf>", ""),
    ),
    Planted(
        "A field of a line is gone",
        "field gone: cMutatieListRegel/Factuurnummer",
        "line number",
        change=planted_text("(</BTWPercentage>)<Factuurnummer>[^<]*</Factuurnummer>", r"\1"),
    ),
    Planted(
        "An empty list is absent",
        "field gone: GetRelatiesResult/Relaties",
        "no rows",
        change=_no_rows,
    ),
    Planted(
        "A field of a mutation in another place",
        "order of fields: cMutatieList",
        "cMutatieList order",
        change=_swapped("Rekening", "RelatieCode"),
    ),
    Planted(
        "A field of an account in another place",
        "order of fields: cGrootboekrekening",
        "account order",
        change=planted_text(
            "(<Code>[^<]*</Code>)(<Omschrijving>[^<]*</Omschrijving>)(<Categorie>)",
            r"\2\1\3",
            "GetGrootboekrekeningen",
        ),
    ),
    Planted(
        "Mutations with the newest first",
        "order of rows: GetMutaties",
        "mutation rows",
        change=_reversed("cMutatieList", "GetMutaties"),
    ),
    Planted(
        "Accounts in another order",
        "order of rows: GetGrootboekrekeningen",
        "account rows",
        change=_reversed("cGrootboekrekening", "GetGrootboekrekeningen"),
    ),
    Planted(
        "A lower limit of a description",
        "outcome: AddMutatie CVELD002",
        "CVELD002",
        change=_refused("AddMutatie", "x{151}", TOO_LONG),
    ),
    Planted(
        "A lower limit of a relation code",
        "outcome: AddRelatie CVELD002",
        "CVELD002",
        change=_refused("AddRelatie", "K-OF-FOURTEEN1", TOO_LONG),
    ),
    Planted(
        "A used invoice number is refused",
        "outcome: AddMutatie M006",
        "used number",
        settings=_numbers_refused,
    ),
    Planted("Sessions end sooner", "outcome: GetSaldo E0023", "E0023", settings=_quicker_end),
    Planted("A smaller quota", "outcome: GetMutaties CQUOTA001", "quota", settings=_smaller_quota),
    Planted("Numbers in steps of ten", "numbering: AddMutatie", "numbers", change=_tenfold),
    Planted("A slower commit", "rows: GetMutaties", "commit", change=_not_yet),
    Planted(
        "Nothing is written as nil",
        "type: cMutatieList/Boekstuk",
        "Boekstuk",
        change=planted_text("<Boekstuk></Boekstuk>", '<Boekstuk xsi:nil="true" />'),
    ),
    Planted(
        "Another category of accounts",
        "value: cGrootboekrekening/Categorie",
        "Categorie",
        change=planted_text("<Categorie>VW<", "<Categorie>WV<", "GetGrootboekrekeningen"),
    ),
    Planted(
        "Percentages as fractions",
        "value: cMutatieListRegel/BTWPercentage",
        "BTWPercentage",
        change=planted_text("<BTWPercentage>21<", "<BTWPercentage>0.21<"),
    ),
    Planted(
        "A flag is filled in",
        "value: cRelatie/LA",
        "LA",
        change=planted_text("<LA></LA>", "<LA>0</LA>", "GetRelaties"),
    ),
    Planted(
        "The WSDL has another type",
        "wsdl: complex type cSaldo",
        "cSaldo",
        change=planted_text(
            '(complexType name="cSaldo">.*?name="Saldo" type=)"s:double"', r'\1"s:decimal"', _WSDL
        ),
    ),
    Planted(
        "The WSDL has a new value",
        "wsdl: enum enMutatieSoorten",
        "soorten",
        change=planted_text(
            '(<s:enumeration value="Memoriaal"/>)', r'\1<s:enumeration value="Correctie"/>', _WSDL
        ),
    ),
    Planted(
        "The WSDL demands a field",
        "wsdl: complex type cRelatie",
        "wsdl cRelatie",
        change=planted_text(
            'minOccurs="0"( maxOccurs="1" name="KvkNummer")', r'minOccurs="1"\1', _WSDL
        ),
    ),
    Planted(
        "The WSDL lacks a port",
        "wsdl: port soapApp.soapAppSoap12",
        "port",
        change=planted_text('<wsdl:port name="soapAppSoap12".*?</wsdl:port>', "", _WSDL),
    ),
    Planted(
        "Another version",
        "value: common.version/server_version",
        "version",
        "shop",
        _member("server_version", "string", "10.0", "common.version"),
    ),
    Planted(
        "A version with an edition",
        "field new: common.version/edition",
        "version new",
        "shop",
        _new_member("edition", "common.version"),
    ),
    Planted(
        "A version without its series",
        "field gone: common.version/server_serie",
        "version gone",
        "shop",
        _no_member("server_serie", "common.version"),
    ),
    Planted(
        "A new field of invoices",
        "field new: account.invoice.fields_get/x_new",
        "fields_get new",
        "shop",
        _new_member("x_new", "account.invoice.fields_get"),
    ),
    Planted(
        "Another type of a field",
        "value: account.invoice.fields_get/amount_total/type",
        "fields_get type",
        "shop",
        _field_type("amount_total", "monetary"),
    ),
    Planted(
        "Another type of another field",
        "value: account.invoice.fields_get/comment/type",
        "fields_get comment",
        "shop",
        _field_type("comment", "html"),
    ),
    Planted(
        "Another code of an unknown model",
        "error code: 2",
        "fault 2",
        "shop",
        planted_text("<int>2</int>", "<int>1</int>", "no.such.model.search"),
    ),
    Planted(
        "Another text of an unknown model",
        "error text: 2",
        "fault 2",
        "shop",
        planted_text("doesn't exist", "is unknown", "no.such.model.search"),
    ),
    Planted(
        "Another text of a wrong password",
        "error text: 3",
        "fault 3",
        "shop",
        planted_text("Access denied.", "Access Denied", "res.partner.search"),
    ),
    Planted(
        "Another type of content",
        "header: bizzcloud Content-Type",
        "shop type",
        "shop",
        _header("Content-Type", "text/html", "text/xml"),
    ),
    Planted(
        "A wrong password is a fault",
        "outcome: common.authenticate 3",
        "authenticate",
        "shop",
        _as_fault,
    ),
    Planted(
        "Nothing is an empty text",
        "type: res.partner.read/phone",
        "phone",
        "shop",
        _member("phone", "string", "", "res.partner.read"),
    ),
    Planted(
        "A number for a truth",
        "type: res.partner.read/customer",
        "customer",
        "shop",
        _member("customer", "int", "0", "res.partner.read"),
    ),
    Planted(
        "Moments of another form",
        "date form: bizzcloud",
        "moments",
        "shop",
        planted_text(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)", r"\1T\2", "res.partner.read"),
    ),
    Planted(
        "Taxes in another order",
        "order of rows: account.tax.search_read",
        "taxes",
        "shop",
        _reversed_structs,
    ),
    Planted(
        "Another code in JSON",
        "error code: json 200",
        "json",
        "shop",
        planted_text('"code": 200', '"code": 100', "res.partner.search_count"),
    ),
    Planted(
        "Another text in JSON",
        "error text: json 200",
        "json",
        "shop",
        planted_text("OpenERP Server Error", "Odoo Server Error", "res.partner.search_count"),
    ),
    Planted(
        "A fault with a status of its own",
        "status: bizzcloud 200",
        "shop status",
        "shop",
        _status("200", "500 Internal Server Error", "<fault>"),
    ),
    Planted(
        "A booking comes back a day earlier",
        "value: cMutatieList/Datum",
        "dates",  # in another form it is told of that alone
        change=planted_text("<Datum>2026-03-01", "<Datum>2026-02-28", "GetMutaties"),
    ),
    Planted(
        "No number is given to a relation",
        "value: AddRelatieResult/Rel_ID",
        "Rel_ID",
        change=planted_text(r"<Rel_ID>\d+<", "<Rel_ID>0<"),
    ),
    Planted(
        "A relation's number has letters",
        "type: AddRelatieResult/Rel_ID",
        "Rel_ID",
        change=planted_text(r"<Rel_ID>(\d+)<", r"<Rel_ID>R\1<"),
    ),
    Planted(
        "Another namespace",
        f"namespace: eboekhouden {_NAMESPACE}",
        "namespace",
        change=planted_text(f'"{_NAMESPACE}"', f'"{_NAMESPACE}/2"', "GetOpenPosten"),
    ),
    Planted(
        "A fault names who it is of",
        "field new: Fault/faultactor",
        "fault actor",
        change=planted_text("(</faultstring>)", r"\1<faultactor>soap.asmx</faultactor>"),
    ),
    Planted(
        "An error in JSON without its traceback",
        "field gone: res.partner.search_count/error/data/debug",
        "json debug",
        "shop",
        planted_text(r'"debug": ?"(?:[^"\\]|\\.)*",? ?', ""),
    ),
    Planted(
        "Moments with fractions of a second",
        "date form: bizzcloud",
        "moments",
        "shop",
        planted_text(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", r"\1.123456", "res.partner.read"),
    ),
)
"""All planted differences."""
