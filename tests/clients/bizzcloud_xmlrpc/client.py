"""xmlrpc.client of the standard library: does what every client here does, prints what it saw."""

import json
import os
from xmlrpc import client

TARGET = json.loads(os.environ["TARGET"])
DATABASE, LOGIN, PASSWORD = TARGET["database"], TARGET["login"], TARGET["password"]

common = client.ServerProxy(TARGET["url"] + "/xmlrpc/2/common")
objects = client.ServerProxy(TARGET["url"] + "/xmlrpc/2/object")
uid = common.authenticate(DATABASE, LOGIN, PASSWORD, {})


def call(model, method, *arguments, **named):
    """Call a method of a model."""
    return objects.execute_kw(DATABASE, uid, PASSWORD, model, method, arguments, named)


(company,) = call("res.partner", "search", [["is_company", "=", True]])
(row,) = call("res.partner", "read", [company], ["name"])
partner = call("res.partner", "create", {"name": "Bakkerij de Groot", "is_company": True})
invoice = call("account.invoice", "create", {**TARGET["invoice"], "partner_id": partner})
call("account.invoice", "button_reset_taxes", [invoice])
objects.exec_workflow(DATABASE, uid, PASSWORD, "account.invoice", "invoice_open", invoice)
(opened,) = call("account.invoice", "read", [invoice], ["number", "amount_total", "tax_line"])
taxes = call("account.invoice.tax", "read", opened["tax_line"], ["name", "amount"])
product = call("product.product", "create", TARGET["product"])
session = call("pos.session", "create", {"config_id": 1})
TARGET["order"]["data"]["pos_session_id"] = session
TARGET["order"]["data"]["lines"][0][2]["product_id"] = product
(order,) = call("pos.order", "create_from_ui", [TARGET["order"]])
(receipt,) = call("pos.order", "read", [order], ["state", "amount_total"])
try:
    call("res.partner", "create", {"name": "Fout BV", "vat": "NL000000000B00"})
    fault = None
except client.Fault as error:
    fault = [type(error).__name__, error.faultString]

print(
    json.dumps(
        {
            "uid": uid,
            "company": row["name"],
            "number": opened["number"],
            "total": opened["amount_total"],
            "taxes": [[tax["name"], tax["amount"]] for tax in taxes],
            "receipt": [receipt["state"], receipt["amount_total"]],
            "fault": fault,
        }
    )
)
