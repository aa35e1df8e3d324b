"""odoorpc: does what every client here does, and prints what it saw as JSON."""

import json
import os
from urllib.parse import urlsplit

import odoorpc

TARGET = json.loads(os.environ["TARGET"])
place = urlsplit(TARGET["url"])

odoo = odoorpc.ODOO(place.hostname, protocol="jsonrpc", port=place.port)
odoo.login(TARGET["database"], TARGET["login"], TARGET["password"])
partners, invoices = odoo.env["res.partner"], odoo.env["account.invoice"]
company = partners.browse(partners.search([("is_company", "=", True)]))
partner = partners.create({"name": "Bakkerij de Groot", "is_company": True})
invoice = invoices.create({**TARGET["invoice"], "partner_id": partner})
invoices.button_reset_taxes([invoice])
odoo.exec_workflow("account.invoice", invoice, "invoice_open")
opened = invoices.browse(invoice)
product = odoo.env["product.product"].create(TARGET["product"])
session = odoo.env["pos.session"].create({"config_id": 1})
TARGET["order"]["data"]["pos_session_id"] = session
TARGET["order"]["data"]["lines"][0][2]["product_id"] = product
(order,) = odoo.env["pos.order"].create_from_ui([TARGET["order"]])
receipt = odoo.env["pos.order"].browse(order)
try:
    partners.create({"name": "Fout BV", "vat": "NL000000000B00"})
    fault = None
except odoorpc.error.RPCError as error:
    fault = [type(error).__name__, str(error)]

print(
    json.dumps(
        {
            "uid": odoo.env.uid,
            "company": company.name,
            "number": opened.number,
            "total": opened.amount_total,
            "taxes": [[tax.name, tax.amount] for tax in opened.tax_line],
            "receipt": [receipt.state, receipt.amount_total],
            "fault": fault,
        }
    )
)
