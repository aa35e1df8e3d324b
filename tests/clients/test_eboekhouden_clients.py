"""Unmodified third-party clients of e-Boekhouden work against the fake."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.clock import SettableClock
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.fast_serve import fast_serve
from fakes.serve import serve
from tests.clients.conftest import RunClient

CLIENTS = (
    "eboekhouden_python",
    "eboekhouden_php",
    "eboekhouden_node_soap",
    "eboekhouden_strong_soap",
    "eboekhouden_zeep",
    "eboekhouden_suds",
    "eboekhouden_soap_lite",
    "eboekhouden_axis",
)


@pytest.mark.clients
@pytest.mark.parametrize("server", [serve, fast_serve])
@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_books_an_invoice_with_two_rates_and_reads_it_back(
    name: str, server: Any, run_client: RunClient
) -> None:
    fake = EboekhoudenFake(clock=SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    opened = fake.open_administration("Demo BV")
    with server(fake.wsgi) as served:
        saw = run_client(
            name,
            {
                "wsdl": f"{served.url}/soap.asmx?wsdl",
                "username": opened.credentials.username,
                "security_code_1": opened.credentials.security_code_1,
                "security_code_2": opened.credentials.security_code_2,
            },
        )
    books = opened.administration
    (mutation,) = books.mutations
    assert saw["accounts"] == sorted(books.accounts)
    assert saw["relation"] == "Bakkerij de Groot & Zn."
    assert saw["invoice"] == mutation.invoice_number
    assert saw["lines"] == [
        ["8020", "HOOG_VERK_21", "82.64", "17.35", "99.99"],
        ["8010", "LAAG_VERK_9", "10.00", "0.90", "10.90"],
    ]
    assert [str(line.including_vat) for line in mutation.lines] == ["99.99", "10.90"]
    assert saw["duplicate"] == "CREL001"
    assert saw["unknown_session"] == "E0023"
    assert saw["closed_session"] == "E0023"
