"""Unmodified third-party clients of Odoo work against the fake Bizzcloud."""

from datetime import UTC, datetime

import pytest

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from fakes.serve import serve
from tests.clients.conftest import RunClient

CLIENTS = {
    "bizzcloud_xmlrpc": "Fault",
    "bizzcloud_odoorpc": "RPCError",
    "bizzcloud_odooly": "ServerError",
    "bizzcloud_odoo_client_lib": "JsonRPCException",
    "bizzcloud_odoo_await": "Error",
    "bizzcloud_odoo_xmlrpc": "Error",
}
"""Each client, and the kind of error in which it meets a fault."""

INVOICE = {
    "account_id": 166,
    "invoice_line": [
        [
            0,
            0,
            {
                "name": "Taart",
                "account_id": 460,
                "quantity": 1,
                "price_unit": 82.64,
                "invoice_line_tax_id": [[6, 0, [2]]],
            },
        ],
        [
            0,
            0,
            {
                "name": "Brood",
                "account_id": 457,
                "quantity": 7,
                "price_unit": 1.99,
                "discount": 10,
                "invoice_line_tax_id": [[6, 0, [5]]],
            },
        ],
    ],
}
PRODUCT = {"name": "Koffie", "list_price": 2.5, "taxes_id": [[6, 0, [5]]]}
ORDER = {
    "id": "00001-001-0001",
    "to_invoice": False,
    "data": {
        "name": "Order 00001-001-0001",
        "lines": [[0, 0, {"qty": 2, "price_unit": 2.5, "discount": 0, "product_id": 0}]],
        "statement_ids": [
            [0, 0, {"name": "2017-10-19 09:00:00", "statement_id": 1, "amount": 5.3}]
        ],
        "pos_session_id": 0,
        "partner_id": False,
        "amount_return": 0,
    },
}


@pytest.mark.clients
@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_opens_an_invoice_rings_up_an_order_and_meets_a_fault(
    name: str, run_client: RunClient
) -> None:
    fake = BizzcloudFake(clock=SettableClock(datetime(2017, 10, 19, 9, tzinfo=UTC)))
    with serve(fake.wsgi) as served:
        saw = run_client(
            name,
            {
                "url": served.url,
                "database": fake.database,
                "login": fake.login,
                "password": fake.password,
                "invoice": INVOICE,
                "product": PRODUCT,
                "order": ORDER,
            },
        )
    kind, text = saw.pop("fault")
    assert kind == CLIENTS[name]
    assert "The VAT number [NL000000000B00] for partner [Fout BV]" in text
    assert saw == {
        "uid": 1,
        "company": "Bakkerij Demo",
        "number": "F/2017/0001",
        "total": 113.28,
        "taxes": [
            ["21% BTW - Verkopen/omzet hoog", 17.35],
            ["6% BTW - Verkopen/omzet laag", 0.75],
        ],
        "receipt": ["paid", 5.3],
    }
