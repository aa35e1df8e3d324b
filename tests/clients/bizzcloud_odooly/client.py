"""odooly: does what every client here does, and prints what it saw as JSON."""

import json
import os

import odooly

TARGET = json.loads(os.environ["TARGET"])

client = odooly.Client(TARGET["url"], TARGET["database"], TARGET["login"], TARGET["password"])
env = client.env
company = env["res.partner"].search([("is_company", "=", True)])[0]
partner = env["res.partner"].create({"name": "Bakkerij de Groot", "is_company": True})
invoice = env["account.invoice"].create({**TARGET["invoice"], "partner_id": partner.id})
invoice.button_reset_taxes()
env.execute("account.invoice", "signal_workflow", [invoice.id], "invoice_open")
invoice.refresh()
product = env["product.product"].create(TARGET["product"])
session = env["pos.session"].create({"config_id": 1})
TARGET["order"]["data"]["pos_session_id"] = session.id
TARGET["order"]["data"]["lines"][0][2]["product_id"] = product.id
(order,) = env.execute("pos.order", "create_from_ui", [TARGET["order"]])
receipt = env["pos.order"].browse(order)
try:
    env["res.partner"].create({"name": "Fout BV", "vat": "NL000000000B00"})
    fault = None
except odooly.ServerError as error:
    fault = [type(error).__name__, error.args[0]["data"]["message"]]

print(
    json.dumps(
        {
            "uid": env.uid,
            "company": company.name,
            "number": invoice.number,
            "total": invoice.amount_total,
            "taxes": [[tax.name, tax.amount] for tax in invoice.tax_line],
            "receipt": [receipt.state, receipt.amount_total],
            "fault": fault,
        }
    )
)
