"""The pages: what they show, what they do, and that nothing is done without login and token."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from lxml import html

from fakes.clock import SettableClock
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.dutch import amount_from
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.service import OPERATIONS
from fakes.inprocess import session
from tests.fakes.eboekhouden.conftest import Caller, invoice, line
from tests.fakes.eboekhouden.wire import ADDRESS


class Visitor:
    """Someone with a browser and no script."""

    def __init__(self, fake: EboekhoudenFake) -> None:
        self._http = session({ADDRESS: fake.wsgi})

    def get(self, path: str, **parameters: str) -> requests.Response:
        return self._http.get(ADDRESS + path, params=parameters or None)

    def post(self, path: str, form_on: str | None = None, **fields: object) -> requests.Response:
        """Post a form with the token of the page that the form stands on."""
        page = self.get(form_on or path).text
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token is not None, f"{form_on or path} has no form"
        return self._http.post(ADDRESS + path, data={"csrf": token[1], **fields})

    def get_by_host(self, path: str, host: str) -> requests.Response:
        return self._http.get(ADDRESS + path, headers={"Host": host})

    def take_cookies_of(self, other: "Visitor") -> None:
        self._http.cookies.update(other._http.cookies)

    def post_without_token(self, path: str, **fields: object) -> requests.Response:
        return self._http.post(ADDRESS + path, data=fields)


@pytest.fixture
def visitor(fake: EboekhoudenFake, opened: OpenedAdministration) -> Visitor:
    made = Visitor(fake)
    codes = opened.credentials
    answer = made.post("/inloggen", gebruikersnaam=codes.username, code=codes.security_code_1)
    assert "LAATSTE 100 MUTATIES" in answer.text
    return made


def parsed(page: str) -> Any:
    """Return a page as a tree."""
    return html.fromstring(page)


def rows(page: str) -> list[list[str]]:
    """Return the cells of a page's table, without the checkbox's."""
    return [
        [cell.text_content().strip() for cell in row.findall("td") if cell.get("data-label")]
        for row in parsed(page).findall(".//tbody/tr")
    ]


def said(page: str) -> str:
    """Return the message on top of a page."""
    return " ".join(found.text_content() for found in parsed(page).find_class("message"))


def test_the_list_shows_the_manuals_columns_and_formats(
    visitor: Visitor, books: Administration
) -> None:
    shipped = [line("955.33", "200.62", account="8015"), line("50.41", "10.59", account="4650")]
    books.book(invoice(*shipped, number="20175", on=date(2017, 10, 10)))
    books.book(invoice())
    page = visitor.get("/mutaties").text
    head = [cell.text_content() for cell in parsed(page).findall(".//th")]
    assert head[2:] == ["Nr", "Datum", "Soort", "Bedrag", "Rekening", "Tegenrekening", "Factuur"]
    assert rows(page) == [
        ["2", "19-10-2017", "Fact verst", "99,99", "1300", "8020", "F/2017/0001"],
        ["1", "10-10-2017", "Fact verst", "1.216,95", "1300", "4650,8015", "20175"],
    ]


def test_only_the_last_100_are_shown(visitor: Visitor, books: Administration) -> None:
    for number in range(1, 103):
        books.book(invoice(number=str(number)))
    shown = rows(visitor.get("/mutaties").text)
    assert (len(shown), shown[0][0], shown[-1][0]) == (100, "102", "3")


def test_one_or_many_mutations_are_deleted_all_or_none(
    visitor: Visitor, books: Administration
) -> None:
    for number in range(1, 6):
        books.book(invoice(number=str(number), on=date(2017, number, 1)))

    def delete(**fields: object) -> str:
        return said(visitor.post("/mutaties/verwijderen", form_on="/mutaties", **fields).text)

    def left() -> list[int]:
        return [mutation.number for mutation in books.mutations]

    assert delete(een="5") == "Verwijderd: mutatie 5."
    assert delete(nummer=["1", "3"]) == "Verwijderd: mutatie 1, 3."
    assert left() == [2, 4]
    assert delete() == "Vink eerst een of meer mutaties aan."
    assert "er is niets verwijderd" in delete(nummer=["2", "99"])
    assert delete(nummer=["9" * 5000, "-1", "x"]) == "Vink eerst een of meer mutaties aan."
    books.close_period(date(2017, 4, 1), date(2017, 4, 30))
    assert "ligt in een afgesloten periode" in delete(nummer=["2", "4"])
    assert left() == [2, 4]


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/mutatie", 404, "Deze pagina bestaat niet"),
        ("/soap.asmx?op=GetEverything", 404, "Deze pagina bestaat niet"),
        ("/uitloggen", 405, "Dit kan hier niet"),
    ],
)
def test_what_is_no_page_is_said_in_dutch(
    visitor: Visitor, path: str, status: int, title: str
) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert parsed(answer.text).findtext(".//h1") == title
    assert parsed(answer.text).get("lang") == "nl"


def test_a_mutation_is_booked_by_hand(visitor: Visitor, books: Administration) -> None:
    typed = {
        "soort": "FactuurVerstuurd",
        "datum": "2017-10-19",
        "rekening": "1300",
        "relatie": "K1",
        "factuurnummer": "F1",
        "omschrijving": "Taart",
        "betalingstermijn": "14",
        "inex": "EX",
        "bedrag1": "1.000,50",
        "btw1": "HOOG_VERK_21",
        "tegenrekening1": "8020",
    }
    refused = visitor.post("/mutaties/nieuw", **{**typed, "relatie": ""})
    assert said(refused.text) == "RelatieCode is niet ingevuld."
    assert 'value="1.000,50"' in refused.text
    wrong = visitor.post("/mutaties/nieuw", **{**typed, "bedrag1": "veel"})
    assert said(wrong.text) == "'veel' is geen bedrag."
    undated = visitor.post("/mutaties/nieuw", **{**typed, "datum": "gisteren"})
    assert said(undated.text) == "Kies een soort en een datum."
    assert books.mutations == []
    assert said(visitor.post("/mutaties/nieuw", **typed).text) == "Mutatie 1 is geboekt."
    (booked,) = books.mutations
    assert (booked.total, booked.lines[0].vat) == (Decimal("1210.61"), Decimal("210.11"))


def test_relations_are_listed_and_searched(visitor: Visitor, books: Administration) -> None:
    assert rows(visitor.get("/relaties").text) == [["K1", "Bakkerij de Groot", "", "", "Bedrijf"]]
    assert rows(visitor.get("/relaties", zoek="groot").text)[0][0] == "K1"
    assert "Geen relatie met “&lt;b&gt;”." in visitor.get("/relaties", zoek="<b>").text


def test_the_bookkeeper_adds_a_ledger_account_of_any_category(
    visitor: Visitor, books: Administration
) -> None:
    answer = visitor.post(
        "/grootboekrekeningen", code="1055", omschrijving="iDEAL onderweg", categorie="FIN"
    )
    assert said(answer.text) == "Grootboekrekening 1055 is toegevoegd."
    assert ["1055", "iDEAL onderweg", "FIN", "0,00"] in rows(answer.text)
    again = visitor.post("/grootboekrekeningen", code="1055", omschrijving="x", categorie="FIN")
    assert said(again.text) == "Grootboekrekening 1055 bestaat al."
    odd = visitor.post("/grootboekrekeningen", code="1056", omschrijving="x", categorie="ODD")
    assert said(odd.text) == "Kies een categorie."


def test_the_page_api_soap_shows_what_a_client_needs(
    visitor: Visitor, opened: OpenedAdministration
) -> None:
    page = visitor.get("/instellingen/api-soap").text
    codes = opened.credentials
    for shown in (codes.username, codes.security_code_1, codes.security_code_2):
        assert f"<code>{shown}</code>" in page
    (link,) = parsed(page).findall(".//dd/a")
    assert link.text_content() == "http://books.example/soap.asmx?wsdl"
    assert "<wsdl:definitions" in visitor.get(str(link.get("href"))).text


@pytest.mark.parametrize(
    "path",
    ["/mutaties", "/mutaties/nieuw", "/relaties", "/grootboekrekeningen", "/instellingen/api-soap"],
)
def test_nothing_is_shown_or_done_without_a_login_or_a_token(
    fake: EboekhoudenFake, books: Administration, visitor: Visitor, path: str
) -> None:
    books.book(invoice())
    stranger = Visitor(fake)
    assert stranger.get(path).url.endswith("/inloggen")
    forms = ("/mutaties/verwijderen", "/mutaties/nieuw", "/grootboekrekeningen")
    for form in forms:
        fields = {"een": "1", "code": "1", "omschrijving": "x", "categorie": "VW"}
        assert stranger.post_without_token(form, **fields).url.endswith("/inloggen")
        forged = visitor.post_without_token(form, **fields, csrf="forged")
        assert forged.status_code == 400
    assert len(books.mutations) == 1
    assert "1" not in books.accounts


def test_a_wrong_code_logs_nobody_in(fake: EboekhoudenFake, opened: OpenedAdministration) -> None:
    stranger = Visitor(fake)
    answer = stranger.post("/inloggen", gebruikersnaam=opened.credentials.username, code="wrong")
    assert said(answer.text) == "De gebruikersnaam of de beveiligingscode is onjuist."
    assert stranger.get("/mutaties").url.endswith("/inloggen")
    assert stranger.post("/inloggen", gebruikersnaam="", code="").url.endswith("/inloggen")


@pytest.mark.parametrize("host", ["a..b", "a" * 64])
@pytest.mark.parametrize("path", ["/inloggen", "/soap.asmx", "/nergens"])
def test_a_host_that_is_none_is_a_bad_request(visitor: Visitor, host: str, path: str) -> None:
    answer = visitor.get_by_host(path, host)
    assert answer.status_code == 400
    assert answer.text == "Dit verzoek kan niet worden gelezen"


def test_logging_out_ends_the_visit(visitor: Visitor) -> None:
    assert visitor.post("/uitloggen", form_on="/mutaties").url.endswith("/inloggen")
    assert visitor.get("/mutaties").url.endswith("/inloggen")


def test_a_cookie_that_was_kept_is_worth_nothing_after_logging_out(
    fake: EboekhoudenFake, visitor: Visitor
) -> None:
    other = Visitor(fake)
    other.take_cookies_of(visitor)
    assert other.get("/mutaties").url.endswith("/mutaties")
    visitor.post("/uitloggen", form_on="/mutaties")
    assert other.get("/mutaties").url.endswith("/inloggen")


def test_a_token_of_auto_login_opens_the_pages_once(fake: EboekhoudenFake, call: Caller) -> None:
    token = call.service.AutoLogin(
        call.codes.username, call.session_id, call.codes.security_code_2
    ).Token
    assert "LAATSTE 100 MUTATIES" in Visitor(fake).get("/autologin", token=token).text
    again = Visitor(fake).get("/autologin", token=token)
    assert "Deze link is niet meer geldig" in said(again.text)


def test_a_token_of_auto_login_expires_as_a_session_does(
    fake: EboekhoudenFake, clock: SettableClock, call: Caller
) -> None:
    for minutes, told in ((60, "LAATSTE 100 MUTATIES"), (61, "Deze link is niet meer geldig")):
        answer = call.service.AutoLogin(
            call.codes.username, call.session_id, call.codes.security_code_2
        )
        clock.advance(timedelta(minutes=minutes))
        assert told in Visitor(fake).get("/autologin", token=answer.Token).text


def test_one_login_never_sees_the_books_of_another(fake: EboekhoudenFake, visitor: Visitor) -> None:
    other = fake.open_administration("Geheim BV")
    for path in ("/mutaties", "/relaties", "/instellingen/api-soap"):
        page = visitor.get(path).text
        assert "Geheim BV" not in page
        assert other.credentials.security_code_1 not in page


def test_the_service_page_lists_every_operation_with_samples(
    fake: EboekhoudenFake,
) -> None:
    visitor = Visitor(fake)
    listed = visitor.get("/soap.asmx").text
    for operation in OPERATIONS:
        assert f">{operation.name}</a>" in listed
        page = parsed(visitor.get("/SOAP.asmx", op=operation.name).text)
        samples = [found.text_content() for found in page.findall(".//pre")]
        assert len(samples) == 4
        assert samples[0].startswith("POST /soap.asmx HTTP/1.1\nHost: books.example\n")
        assert f'SOAPAction: "http://www.e-boekhouden.nl/soap/{operation.name}"' in samples[0]
        assert f"<{operation.name} xmlns=" in samples[2]
        assert f"<{operation.name}Response xmlns=" in samples[3]
    mutation = parsed(visitor.get("/soap.asmx", op="AddMutatie").text)
    sample = mutation.findall(".//pre")[0].text_content()
    for placeholder in (
        "<Datum>dateTime</Datum>",
        "<MutatieNr>long</MutatieNr>",
        "<BedragInvoer>decimal</BedragInvoer>",
        "<Omschrijving>string</Omschrijving>",
        "<Soort>OpeningsSaldo or FactuurOntvangen or",
    ):
        assert placeholder in sample
    assert sample.count("<cMutatieRegel>") == 2
    assert visitor.get("/soap.asmx", op="DeleteMutatie").status_code == 404


def test_every_page_forbids_framing_script_from_elsewhere_and_caching(visitor: Visitor) -> None:
    headers = visitor.get("/mutaties").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    cookie = visitor.post("/uitloggen", form_on="/mutaties").history[0].headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.216,95", "1216.95"),
        ("1216.95", "1216.95"),
        ("12.100", "12100"),
        ("-1.216.950,5", "-1216950.5"),
        ("12.10", "12.10"),
        ("€ 5", "5"),
        ("5,-", "5"),
        (" -0,50 ", "-0.50"),
        (",5", "0.5"),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, amount: str) -> None:
    assert amount_from(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "-", ",-", "veel", "NaN", "Infinity", "1e3", "1_000", "٣"),
        *("1,2,3", "1.2.3", "1,216.95", "1.21.695", "1216.950", "0,004", "9" * 13),
    ],
)
def test_what_is_no_amount_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(ValueError, match="is geen bedrag"):
        amount_from(typed)
