"""The stand-ins without pytest: a client may keep the real address, or take a served one."""

import xmlrpc.client

import pytest
import requests
import zeep
from requests.adapters import HTTPAdapter

from scenarios.standins import bizzcloud, eboekhouden


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
