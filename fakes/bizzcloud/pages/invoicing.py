"""Facturatie: the invoices; make, open, cancel, credit and pay them."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from fakes.bizzcloud.database import Environment
from fakes.bizzcloud.models.invoice import Invoice
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.pages.visit import BadField, Visits, number

LINES = 4
"""How many lines the form for a new invoice has."""


def add_pages(visits: Visits) -> None:
    """Add the pages about invoices."""

    def invoices() -> str:
        with visits.database.transaction(visits.session.uid) as env:
            rows = env["account.invoice"].search_read(
                [("type", "in", ["out_invoice", "out_refund"])], limit=100, order="id desc"
            )
        return visits.show("invoices.html", invoices=rows)

    def new_invoice() -> Response | str:
        if request.method == "POST":
            with visits.database.transaction(visits.session.uid) as env:
                made = _made(env)
            return redirect(url_for("pages.invoice", identifier=made))
        with visits.database.transaction(visits.session.uid) as env:
            customers = env["res.partner"].name_search("", [("customer", "=", True)], limit=None)
            accounts = env["account.account"].name_search(
                "", [("user_type.code", "=", "income"), ("type", "=", "other")], limit=None
            )
            taxes = env["account.tax"].search_read(
                [("type_tax_use", "in", ["sale", "all"]), ("parent_id", "=", False)],
                ["name", "description"],
            )
        return visits.show(
            "invoice_new.html", customers=customers, accounts=accounts, taxes=taxes, lines=LINES
        )

    def invoice(identifier: int) -> Response | str:
        with visits.database.transaction(visits.session.uid) as env:
            record = env.of(Invoice).one(identifier)
            (row,) = env["account.invoice"].read_rows([identifier], None)
            lines = env["account.invoice.line"].read_rows(row["invoice_line"], None)
            taxes = env["account.invoice.tax"].read_rows(row["tax_line"], None)
            journals = env["account.journal"].name_search(
                "", [("type", "in", ["cash", "bank"])], limit=None
            )
            name = env.of(Invoice).name_of(record)
        return visits.show(
            "invoice.html", invoice=row, name=name, lines=lines, taxes=taxes, journals=journals
        )

    def act(identifier: int) -> Response:
        with visits.database.transaction(visits.session.uid) as env:
            shown = _acted(env, identifier, request.form.get("action", ""))
        return redirect(url_for("pages.invoice", identifier=shown))

    for path, name, view, methods in (
        ("/facturatie/facturen", "invoices", invoices, ["GET"]),
        ("/facturatie/facturen/nieuw", "new_invoice", new_invoice, ["GET", "POST"]),
        ("/facturatie/facturen/<int:identifier>", "invoice", invoice, ["GET"]),
        ("/facturatie/facturen/<int:identifier>", "act_on_invoice", act, ["POST"]),
    ):
        visits.pages.add_url_rule(path, name, visits.page(view), methods=methods)


def _made(env: Environment) -> int:
    form = request.form
    partner = form.get("partner", "")
    if form.get("new_partner", "").strip():
        partner = str(
            env["res.partner"].create({"name": form["new_partner"].strip(), "is_company": True})
        )
    if not partner.isdigit():
        raise BadField("Kies een klant, of vul de naam van een nieuwe klant in.")
    lines = [line for n in range(LINES) if (line := _line(n)) is not None]
    if not lines:
        raise BadField("Vul minstens één regel in.")
    receivable = env["res.partner"].one(int(partner)).property_account_receivable
    made = env.of(Invoice).create(
        {
            "partner_id": int(partner),
            "account_id": receivable.id,
            "date_invoice": form.get("date") or False,
            "reference": form.get("reference") or False,
            "invoice_line": [(0, 0, line) for line in lines],
        }
    )
    env.of(Invoice).button_reset_taxes([made])
    return made


def _line(n: int) -> dict[str, Any] | None:
    form = request.form
    text = form.get(f"text_{n}", "").strip()
    price = form.get(f"price_{n}", "").strip()
    if not text and not price:
        return None
    tax = form.get(f"tax_{n}", "")
    return {
        "name": text or "/",
        "quantity": number(form.get(f"quantity_{n}") or "1", f"Het aantal van regel {n + 1}"),
        "price_unit": number(price, f"De prijs van regel {n + 1}"),
        "discount": number(form.get(f"discount_{n}") or "0", f"De korting van regel {n + 1}"),
        "account_id": int(form.get(f"account_{n}", "0") or 0),
        "invoice_line_tax_id": [(6, 0, [int(tax)] if tax else [])],
    }


def _acted(env: Environment, identifier: int, action: str) -> int:
    """Do what a button says, and return the invoice to show then."""
    invoices = env.of(Invoice)
    if action == "open":
        invoices.signal(identifier, "invoice_open")
        flash(f"Factuur {invoices.one(identifier).number} is bevestigd.", "done")
    elif action == "cancel":
        invoices.signal(identifier, "invoice_cancel")
        flash("De factuur is geannuleerd.", "done")
    elif action == "draft":
        invoices.action_cancel_draft([identifier])
        flash("De factuur is weer een concept.", "done")
    elif action == "credit":
        (identifier,) = invoices.refund([identifier])
        invoices.button_reset_taxes([identifier])
        flash("Er is een creditfactuur gemaakt; bevestig die nog.", "done")
    elif action == "pay":
        journal = env["account.journal"].one(int(request.form.get("journal", "0") or 0))
        invoices.pay_and_reconcile(
            [identifier],
            number(request.form.get("amount", ""), "Het bedrag"),
            journal.default_debit_account_id.id,
            env.of(Period).of_day(env.today),
            journal.id,
        )
        flash("De betaling is geboekt.", "done")
    else:
        raise BadField("Onbekende handeling.")
    return identifier
