"""odoo-client-lib: does what every client here does, and prints what it saw as JSON."""

import json
import os
from urllib.parse import urlsplit

import odoolib
from odoolib.tools import JsonRPCException

TARGET = json.loads(os.environ["TARGET"])
place = urlsplit(TARGET["url"])

connection = odoolib.get_connection(
    hostname=place.hostname,
    port=place.port,
    protocol="jsonrpc",
    database=TARGET["database"],
    login=TARGET["login"],
    password=TARGET["password"],
)
connection.check_login()
partners = connection.get_model("res.partner")
invoices = connection.get_model("account.invoice")
company = partners.search_read([("is_company", "=", True)], ["name"])[0]
partner = partners.create({"name": "Bakkerij de Groot", "is_company": True})
invoice = invoices.create({**TARGET["invoice"], "partner_id": partner})
invoices.button_reset_taxes([invoice])
connection.get_service("object").exec_workflow(
    TARGET["database"],
    connection.user_id,
    TARGET["password"],
    "account.invoice",
    "invoice_open",
    invoice,
)
opened = invoices.read(invoice, ["number", "amount_total", "tax_line"])
taxes = connection.get_model("account.invoice.tax").read(opened["tax_line"], ["name", "amount"])
product = connection.get_model("product.product").create(TARGET["product"])
session = connection.get_model("pos.session").create({"config_id": 1})
TARGET["order"]["data"]["pos_session_id"] = session
TARGET["order"]["data"]["lines"][0][2]["product_id"] = product
(order,) = connection.get_model("pos.order").create_from_ui([TARGET["order"]])
receipt = connection.get_model("pos.order").read(order, ["state", "amount_total"])
try:
    partners.create({"name": "Fout BV", "vat": "NL000000000B00"})
    fault = None
except JsonRPCException as error:
    fault = [type(error).__name__, error.error["data"]["message"]]

print(
    json.dumps(
        {
            "uid": connection.user_id,
            "company": company["name"],
            "number": opened["number"],
            "total": opened["amount_total"],
            "taxes": [[tax["name"], tax["amount"]] for tax in taxes],
            "receipt": [receipt["state"], receipt["amount_total"]],
            "fault": fault,
        }
    )
)
