"""The stand-ins without pytest: a client may keep the real address, or take a served one."""

import asyncio
import inspect
import io
import xmlrpc.client
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import zeep
from requests.adapters import HTTPAdapter

from fakes.clock import SettableClock
from fakes.eboekhouden.chart import Category
from scenarios.standins import Books, Shop, bizzcloud, coupled, eboekhouden
from scenarios.wire.rpc import Rpc

REAL_WSDL = "https://soap.e-boekhouden.nl/soap.asmx?wsdl"


def test_a_client_keeps_the_real_address_of_eboekhouden() -> None:
    with eboekhouden() as books:
        service = zeep.Client("https://soap.e-boekhouden.nl/soap.asmx?wsdl").service
        opened = service.OpenSession(
            books.username, books.security_code_1, books.security_code_2, "test"
        )

    assert opened.SessionID
    assert not opened.ErrorMsg.LastErrorCode


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_client_keeps_the_real_address_of_bizzcloud(scheme: str) -> None:
    with bizzcloud(database="bakkerij"):
        answer = requests.post(
            f"{scheme}://bakkerij.bizzcloud.nl/xmlrpc/2/common",
            data=xmlrpc.client.dumps((), "version"),
            timeout=5,
        )

    assert "9.0alpha1" in answer.text


def test_any_client_takes_a_served_address() -> None:
    with bizzcloud(sockets=True) as shop:
        common = xmlrpc.client.ServerProxy(f"{shop.url}/xmlrpc/2/common")
        assert common.authenticate(shop.database, shop.login, shop.password, {}) == 1


def test_a_fault_reaches_the_client_as_its_own_kind_of_error() -> None:
    with eboekhouden() as books:
        client = zeep.Client(books.wsdl)
        books.faults.add("time-out", "OpenSession")

        with pytest.raises(requests.ReadTimeout):
            client.service.OpenSession("a", "b", "c", "test")


def test_other_addresses_are_left_alone() -> None:
    with bizzcloud(sockets=True) as elsewhere, eboekhouden():
        answer = requests.post(
            f"{elsewhere.url}/xmlrpc/2/common",
            data=xmlrpc.client.dumps((), "version"),
            timeout=5,
        )

    assert answer.status_code == 200


def test_two_stand_ins_at_once() -> None:
    with eboekhouden() as books, bizzcloud() as shop:
        assert requests.get(books.wsdl, timeout=5).status_code == 200
        assert requests.post(f"{shop.url}/xmlrpc/2/common", data=b"", timeout=5).status_code == 400


def test_nothing_is_intercepted_afterwards() -> None:
    before = HTTPAdapter.send

    with eboekhouden():
        assert HTTPAdapter.send is not before

    assert HTTPAdapter.send is before


def open_session(books: Books) -> str:
    """Open a session as a client with the real address in it does."""
    opened = zeep.Client(REAL_WSDL).service.OpenSession(
        books.username, books.security_code_1, books.security_code_2, "test"
    )
    return str(opened.SessionID)


def test_a_decorated_function_gets_its_books() -> None:
    @eboekhouden(company="Bakkerij BV")
    def bookkeeping(amount: int, books: Books) -> tuple[int, str, str]:
        """What it does."""
        return amount, open_session(books), books.administration.company

    amount, session, company = bookkeeping(5)  # type: ignore[call-arg] # the stand-in is added

    assert (amount, company) == (5, "Bakkerij BV")
    assert session
    assert bookkeeping.__doc__ == "What it does."
    assert list(inspect.signature(bookkeeping).parameters) == ["amount"]


def test_decorated_without_brackets_and_without_a_parameter() -> None:
    @eboekhouden
    @bizzcloud
    def both() -> tuple[int, int]:
        wsdl = requests.get(REAL_WSDL, timeout=5)
        return wsdl.status_code, requests.get(
            "https://mycompany.bizzcloud.nl/", timeout=5
        ).status_code

    assert both() == (200, 200)


def test_each_call_of_a_decorated_function_has_fresh_books() -> None:
    @eboekhouden
    def count(books: Books) -> None:
        books.administration.add_account("1055", "Kluis", Category.CASH_AND_BANK)

    # Made twice in the same books, the account would be refused the second time.
    count()  # type: ignore[call-arg] # the stand-in is added
    count()  # type: ignore[call-arg] # the stand-in is added


def test_a_coroutine_and_a_class_of_tests_are_decorated() -> None:
    @bizzcloud(database="bakkerij")
    async def name(shop: Shop) -> str:
        await asyncio.sleep(0)
        return shop.database

    @eboekhouden
    class Tests:
        def test_one(self, books: Books) -> str:
            return open_session(books)

        def helper(self) -> str:
            return "not decorated"

    assert asyncio.run(name()) == "bakkerij"  # type: ignore[call-arg] # the stand-in is added
    assert Tests().test_one()  # type: ignore[call-arg] # the stand-in is added
    assert Tests().helper() == "not decorated"


def test_the_newest_of_two_at_one_address_answers() -> None:
    with eboekhouden(company="Een BV") as one:
        with eboekhouden(company="Twee BV") as two:
            open_session(two)
            assert len(two.fake.sessions.logins) == 1
        assert open_session(one)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS"])
def test_no_other_method_reaches_the_real_service(method: str) -> None:
    with eboekhouden():
        answer = requests.request(method, REAL_WSDL, timeout=5)

    assert answer.status_code in (200, 405, 501)


@pytest.mark.parametrize(
    "address",
    [
        "https://secure.e-boekhouden.nl/bh/",
        "https://e-boekhouden.nl",
        "https://SOAP2.e-boekhouden.nl:443/soap.asmx",
        "https://klant.bizzcloud.nl/xmlrpc/2/common",
    ],
)
def test_another_host_of_the_service_is_refused_with_a_sentence(address: str) -> None:
    with eboekhouden(), bizzcloud(), pytest.raises(requests.ConnectionError) as refused:
        requests.get(address, timeout=5)

    assert "lets no test reach the real one" in str(refused.value)
    assert "mycompany.bizzcloud.nl, soap.e-boekhouden.nl" in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://user:word@soap.e-boekhouden.nl/soap.asmx?wsdl",
        "https://soap.e-boekhouden.nl./soap.asmx?wsdl",
        "HTTPS://SOAP.E-BOEKHOUDEN.NL:443/soap.asmx?wsdl",
    ],
)
def test_the_real_address_is_known_however_it_is_written(address: str) -> None:
    with eboekhouden():
        assert b"wsdl" in requests.get(address, timeout=5).content


def test_a_fixture_that_yields_keeps_its_books_until_it_goes_on() -> None:
    @eboekhouden
    def fixture(books: Books) -> Iterator[str]:
        yield open_session(books)

    @eboekhouden
    async def later(books: Books) -> AsyncIterator[str]:
        yield open_session(books)

    async def sessions() -> list[str]:
        return [session async for session in later()]  # type: ignore[call-arg] # the stand-in is added

    assert all(list(fixture()))  # type: ignore[call-arg] # the stand-in is added
    assert all(asyncio.run(sessions()))


@pytest.mark.parametrize("body", [[b"<methodCall/>"], io.BytesIO(b"<methodCall/>")], ids=type)
def test_a_body_may_be_sent_piece_by_piece(body: Any) -> None:
    with bizzcloud() as shop:
        answer = requests.post(f"{shop.url}/xmlrpc/2/common", data=iter(body), timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize("hour", [22, 23, 0, 12])
def test_our_coupling_books_what_is_opened_after_it_was_linked_at_any_hour(hour: int) -> None:
    """Just after midnight in Amsterdam the shop still dates by UTC."""
    clock = SettableClock(datetime(2017, 10, 19, hour, 30, tzinfo=UTC))
    with (
        bizzcloud(clock=clock) as shop,
        eboekhouden(clock=clock) as books,
        coupled(shop, books) as linked,
    ):
        call = Rpc(requests.Session(), *_access(shop)).call
        line: dict[str, Any] = {"name": "Taart", "quantity": 1, "price_unit": 10}
        line["account_id"] = call("account.account", "search", [("code", "=", "8020")])[0]
        taxes = call(
            "account.tax", "search", [("amount", "=", 0.21), ("type_tax_use", "=", "sale")]
        )
        line["invoice_line_tax_id"] = [(6, 0, taxes[:1])]
        values = {
            "partner_id": call("res.partner", "create", {"name": "Bakkerij", "ref": "K1"}),
            "account_id": call("account.account", "search", [("type", "=", "receivable")])[0],
            "journal_id": call("account.journal", "search", [("type", "=", "sale")])[0],
            "invoice_line": [(0, 0, line)],
        }
        Rpc(requests.Session(), *_access(shop)).signal(
            "account.invoice", "invoice_open", call("account.invoice", "create", values)
        )
        linked.sync()

        assert len(books.administration.mutations) == 1


def _access(shop: Shop) -> tuple[str, str, str, str]:
    return shop.url, shop.database, shop.login, shop.password
