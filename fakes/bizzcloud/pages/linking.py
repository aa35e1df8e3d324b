"""The link with e-Boekhouden: the sign-up form, the chart with the activation, support."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from fakes.bizzcloud.activation import Answer, Codes
from fakes.bizzcloud.pages.visit import Visits


def add_pages(visits: Visits) -> None:
    """Add the pages about ledger accounts and the link."""

    def company() -> int:
        with visits.database.transaction(visits.session.uid) as env:
            return int(env.database.tables["res.users"].rows[env.uid]["company_id"])

    def state() -> Answer:
        return visits.fake.activation.state(visits.session.database, company())

    def asked(link: bool) -> Answer:
        form = request.form
        codes = Codes(
            form.get("username", "").strip(),
            form.get("security_code_1", "").strip(),
            form.get("security_code_2", "").strip(),
        )
        if not (codes.username and codes.security_code_1 and codes.security_code_2):
            answer = Answer(ok=False, message="Vul de gebruikersnaam en beide codes in.")
        else:
            activation = visits.fake.activation
            ask = activation.link if link else activation.test
            answer = ask(visits.session.database, company(), codes)
        flash(answer.message, "done" if answer.ok else "error")
        return answer

    def sign_up() -> Response | str:
        if request.method == "POST" and asked(link=True).ok:
            return redirect(url_for("pages.ledger"))
        return visits.show("sign_up.html", form=request.form)

    def ledger() -> Response | str:
        if request.method == "POST":
            asked(link=request.form.get("action") == "link")
        wanted = request.args.get("zoek", "").strip()
        domain: list[Any] = [("parent_id", "!=", False)]
        if wanted:
            domain += ["|", ("code", "=like", f"{wanted}%"), ("name", "ilike", wanted)]
        with visits.database.transaction(visits.session.uid) as env:
            accounts = env["account.account"].search_read(
                domain, ["code", "name", "type", "user_type"]
            )
        return visits.show(
            "ledger.html", accounts=accounts, wanted=wanted, link=state(), form=request.form
        )

    def support() -> Response | str:
        if request.method == "POST":
            if request.form.get("sure") != "yes":
                flash("Zet eerst een vinkje: u weet zeker dat de koppeling weg mag.", "error")
            else:
                answer = visits.fake.activation.unlink(visits.session.database, company())
                flash(answer.message, "done" if answer.ok else "error")
            return redirect(url_for("pages.support"))
        return visits.show("support.html", link=state())

    for path, name, view in (
        ("/e-boekhouden/", "sign_up", sign_up),
        ("/facturatie/auditeur/grootboekschema", "ledger", ledger),
        ("/support", "support", support),
    ):
        visits.pages.add_url_rule(path, name, visits.page(view), methods=["GET", "POST"])
