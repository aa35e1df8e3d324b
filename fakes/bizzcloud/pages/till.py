"""Kassa: open a session, ring up receipts for cash or card, take things back, close."""

import uuid
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from fakes.bizzcloud.database import Environment
from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.models.till import TillSession
from fakes.bizzcloud.models.till_order import TillOrder
from fakes.bizzcloud.pages.visit import BadField, Visits, number


def add_pages(visits: Visits) -> None:
    """Add the pages of the till."""

    def till() -> Response | str:
        if request.method == "POST":
            with visits.database.transaction(visits.session.uid) as env:
                _acted(env, request.form.get("action", ""))
            return redirect(url_for("pages.till"))
        with visits.database.transaction(visits.session.uid) as env:
            session = _session(env)
            products = env["product.product"].search_read(
                [("available_in_pos", "=", True), ("sale_ok", "=", True)],
                ["name", "list_price", "taxes_id"],
                order="name_template",
            )
            customers = env["res.partner"].name_search("", [("customer", "=", True)], limit=None)
            receipts = env["pos.order"].search_read([], None, limit=10, order="id desc")
            journals = (
                env["account.journal"].name_search(
                    "", [("id", "in", [s.journal_id.id for s in session.statement_ids])]
                )
                if session
                else []
            )
            shown = session.name if session else None
        return visits.show(
            "till.html",
            session=shown,
            products=products,
            customers=customers,
            receipts=receipts,
            journals=journals,
        )

    visits.pages.add_url_rule("/kassa", "till", visits.page(till), methods=["GET", "POST"])


def _session(env: Environment) -> Record | None:
    open_sessions = env["pos.session"].search([("state", "=", "opened")], limit=1)
    return env["pos.session"].one(open_sessions[0]) if open_sessions else None


def _acted(env: Environment, action: str) -> None:
    session = _session(env)
    if action == "open":
        made = env.of(TillSession).create({"config_id": env["pos.config"].search([], limit=1)[0]})
        flash(f"De kassa is open: {env['pos.session'].one(made).name}.", "done")
    elif session is None:
        raise BadField("De kassa is dicht. Open eerst de kassa.")
    elif action == "close":
        env.of(TillSession).signal(session.id, "close")
        flash("De kassa is gesloten.", "done")
    elif action == "product":
        _product(env)
    else:
        _receipt(env, session)


def _product(env: Environment) -> None:
    name = request.form.get("name", "").strip()
    if not name:
        raise BadField("Vul de naam van het artikel in.")
    rate = request.form.get("tax", "")
    env["product.product"].create(
        {
            "name": name,
            "list_price": number(request.form.get("price", ""), "De prijs"),
            "taxes_id": [(6, 0, [int(rate)] if rate else [])],
        }
    )
    flash(f"{name} staat op de kassa.", "done")


def _receipt(env: Environment, session: Record) -> None:
    form = request.form
    lines: list[Any] = []
    for product in env["product.product"].browse(env["product.product"].search([])):
        quantity = form.get(f"quantity_{product.id}", "").strip()
        if quantity and number(quantity, "Het aantal"):
            lines.append(
                (
                    0,
                    0,
                    {
                        "product_id": product.id,
                        "qty": number(quantity, "Het aantal"),
                        "price_unit": product.list_price,
                    },
                )
            )
    if not lines:
        raise BadField("Kies minstens één artikel.")
    journal = form.get("journal", "")
    statements = [s for s in session.statement_ids if str(s.journal_id.id) == journal]
    if not statements:
        raise BadField("Kies contant of pin.")
    orders = env.of(TillOrder)
    partner = form.get("partner", "")
    reference = f"{session.id:05d}-001-{len(session.order_ids) + 1:04d}"
    order: dict[str, Any] = {
        "name": f"Order {reference}",
        "uid": uuid.uuid4().hex,
        "pos_session_id": session.id,
        "user_id": env.uid,
        "partner_id": int(partner) if partner.isdigit() else False,
        "lines": lines,
        "statement_ids": [],
    }
    total = _total(env, lines)
    order["statement_ids"] = [
        (0, 0, {"name": env.now, "statement_id": statements[0].id, "amount": total})
    ]
    (made,) = orders.create_from_ui(
        [{"id": reference, "to_invoice": form.get("invoice") == "yes", "data": order}]
    )
    receipt = orders.one(made)
    invoice = f", met factuur {receipt.invoice_id.number}" if receipt.invoice_id else ""
    flash(f"Bon {receipt.name} is afgerekend{invoice}.", "done")


def _total(env: Environment, lines: list[Any]) -> float:
    """Return what lines come to with tax, as the receipt will."""
    return env.of(TillOrder).total_of([values for _, _, values in lines])
