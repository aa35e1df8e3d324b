"""The pages of e-Boekhouden, in Dutch, as the coupling's manual shows them.

Server-rendered and without script. A login is a user name with its first code (evidence:
eb-page-login); every form carries a token against forgery.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, flash, g, redirect, render_template, request, session, url_for
from werkzeug.exceptions import BadHost, BadRequest, HTTPException, RequestTimeout
from werkzeug.wrappers import Response

from fakes.eboekhouden import dutch, sample_messages
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.envelope import SOAP_11, SOAP_12
from fakes.eboekhouden.errors import Refused
from fakes.eboekhouden.hand_booking import Form, mutation_from
from fakes.eboekhouden.operations import Office
from fakes.eboekhouden.records import Kind
from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.sessions import Login
from fakes.eboekhouden.vat import VAT_CODES

MOST_SHOWN = 100
MUTATION_NUMBER = re.compile("[0-9]{1,18}")
Page = str | Response
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def pages(office: Office) -> Flask:
    """Return the pages over an office's books, as a WSGI application."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="eboekhouden",
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_PARTS=300,
    )
    app.jinja_env.filters.update(euros=dutch.euros, day=dutch.day)
    app.jinja_env.globals.update(csrf_token=_csrf_token)
    site = _Pages(office)
    app.before_request(site.open_books)
    app.after_request(_secure)
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(OSError, _not_received)
    for rule, view, methods in site.routes():
        app.add_url_rule(rule, view.__name__, view, methods=methods)
    return app


def _secure(response: Any) -> Any:
    response.headers.update(SECURITY_HEADERS)
    return response


TOLD = {
    400: ("Dit verzoek kan niet worden gelezen", "Ga terug en probeer het opnieuw."),
    404: ("Deze pagina bestaat niet", "Kijk het adres na."),
    405: ("Dit kan hier niet", "Ga terug en gebruik de knoppen van de pagina."),
    408: ("Het verzoek kwam niet aan", "Probeer het opnieuw."),
    413: ("Dit verzoek is te groot", "Vul minder in en probeer het opnieuw."),
}


def _told(wrong: HTTPException) -> tuple[str, int]:
    """Say in Dutch why there is no page; a view's own words come before the general ones."""
    if isinstance(wrong, BadHost):  # without a host no page knows the address of another
        return TOLD[400][0], 400
    code = wrong.code or 500
    title, text = TOLD.get(code, (f"Er is geen pagina ({code})", "Probeer het opnieuw."))
    own = wrong.description if wrong.description != type(wrong).description else None
    g.setdefault("books", None)
    return render_template("told.html", title=title, text=own or text), code


def _not_received(wrong: OSError) -> tuple[str, int]:
    """Answer a form that did not arrive whole."""
    return _told(RequestTimeout() if isinstance(wrong, TimeoutError) else BadRequest())


def _csrf_token() -> str:
    token: str = session.setdefault("csrf", secrets.token_urlsafe(24))
    return token


def _check_csrf() -> None:
    sent, kept = request.form.get("csrf", ""), session.get("csrf", "")
    if not kept or not hmac.compare_digest(sent.encode("utf-8", "replace"), kept.encode()):
        abort(400, "Dit formulier is verlopen. Ga terug, ververs de pagina en probeer het opnieuw.")


def _with_login(view: Callable[..., Page]) -> Callable[..., Page]:
    @wraps(view)
    def guarded(*arguments: Any, **named: Any) -> Page:
        if g.books is None:
            return redirect(url_for("login"))
        if request.method == "POST":
            _check_csrf()
        return view(*arguments, **named)

    return guarded


class _Pages:
    """The views; `g.books` holds the books that the visitor has open, None without a login."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._visits: dict[str, tuple[Login, Administration]] = {}
        """What each visitor has open, by what the cookie holds, until they log out."""

    def routes(self) -> list[tuple[str, Callable[..., Page], list[str]]]:
        """Return each address with its view and methods."""
        return [
            ("/", self.start, ["GET"]),
            ("/inloggen", self.login, ["GET", "POST"]),
            ("/uitloggen", _with_login(self.logout), ["POST"]),
            ("/autologin", self.auto_login, ["GET"]),
            ("/mutaties", _with_login(self.mutations), ["GET"]),
            ("/mutaties/verwijderen", _with_login(self.delete_mutations), ["POST"]),
            ("/mutaties/nieuw", _with_login(self.new_mutation), ["GET", "POST"]),
            ("/relaties", _with_login(self.relations), ["GET"]),
            ("/grootboekrekeningen", _with_login(self.ledger_accounts), ["GET", "POST"]),
            ("/instellingen/api-soap", _with_login(self.api_soap), ["GET"]),
            ("/soap.asmx", self.service, ["GET"]),
        ]

    def open_books(self) -> None:
        """Find the login and the books of the visitor's cookie."""
        g.login, g.books = self._visits.get(session.get("visit", ""), (None, None))

    def start(self) -> Page:
        """Go to the list of mutations."""
        return redirect(url_for("mutations"))

    def login(self) -> Page:
        """Ask who it is, unless that is known."""
        if g.books is not None:
            return redirect(url_for("mutations"))
        if request.method == "GET":
            return render_template("login.html")
        _check_csrf()
        username = request.form.get("gebruikersnaam", "")
        login = self._office.sessions.login_with(username, request.form.get("code", ""))
        if login is None:
            flash("De gebruikersnaam of de beveiligingscode is onjuist.", "error")
            return render_template("login.html", username=username)
        return self._logged_in(login, login.administrations[0])

    def _logged_in(self, login: Login, books: Administration) -> Page:
        session.clear()
        visit = session["visit"] = secrets.token_urlsafe(24)
        self._visits[visit] = login, books
        return redirect(url_for("mutations"))

    def logout(self) -> Page:
        """Forget the visitor, also by a cookie that was kept."""
        self._visits.pop(session["visit"], None)
        session.clear()
        return redirect(url_for("login"))

    def auto_login(self) -> Page:
        """Log in with a token of AutoLogin, which works once."""
        opened = self._office.sessions.redeem(request.args.get("token", ""))
        if opened is None:
            flash("Deze link is niet meer geldig. Log in met uw gebruikersnaam.", "error")
            return redirect(url_for("login"))
        return self._logged_in(opened.login, opened.administration)

    def mutations(self) -> Page:
        """Show the last 100 mutations, newest first."""
        with self._office.lock:
            found = g.books.find_mutations(most=MOST_SHOWN)
        rows = [
            (mutation, dutch.KINDS[mutation.kind], dutch.counter_accounts(mutation))
            for mutation in reversed(found)
        ]
        return render_template("mutations.html", rows=rows)

    def delete_mutations(self) -> Page:
        """Delete the mutation of an X, or all that are ticked."""
        one = request.form.get("een")
        chosen = [one] if one else request.form.getlist("nummer")
        numbers = [int(number) for number in chosen if MUTATION_NUMBER.fullmatch(number)]
        if not numbers:
            flash("Vink eerst een of meer mutaties aan.", "error")
            return redirect(url_for("mutations"))
        try:
            with self._office.lock:
                g.books.delete(numbers)
        except Refused as refused:
            flash(refused.description, "error")
        except KeyError:
            flash("Een van deze mutaties bestaat niet meer; er is niets verwijderd.", "error")
        else:
            named = ", ".join(map(str, numbers))
            flash(f"Verwijderd: mutatie {named}.", "done")
        return redirect(url_for("mutations"))

    def new_mutation(self) -> Page:
        """Book a mutation by hand."""
        form = Form.of(request.form, self._office.today())
        if request.method == "POST":
            try:
                with self._office.lock:
                    booked = g.books.book(mutation_from(form))
            except Refused as refused:
                flash(refused.description, "error")
            except ValueError as wrong:
                flash(f"{wrong}.", "error")
            else:
                flash(f"Mutatie {booked.number} is geboekt.", "done")
                return redirect(url_for("mutations"))
        with self._office.lock:
            accounts = sorted(g.books.accounts.values(), key=lambda account: account.code)
            relations = sorted(g.books.relations.values(), key=lambda relation: relation.code)
        return render_template(
            "new_mutation.html",
            form=form,
            kinds=[(kind.value, dutch.KINDS[kind]) for kind in Kind],
            accounts=accounts,
            relations=relations,
            vat_codes=VAT_CODES,
        )

    def relations(self) -> Page:
        """Show the relations, or those that a word is found in."""
        word = request.args.get("zoek", "")[:255]
        with self._office.lock:
            found = g.books.find_relations(word)
        return render_template("relations.html", word=word, relations=found)

    def ledger_accounts(self) -> Page:
        """Show the ledger accounts; the bookkeeper can add one of any category."""
        if request.method == "POST":
            code, description = request.form.get("code", ""), request.form.get("omschrijving", "")
            try:
                category = Category(request.form.get("categorie", ""))
                with self._office.lock:
                    g.books.add_account(code.strip(), description.strip(), category)
            except Refused as refused:
                flash(refused.description, "error")
            except ValueError:
                flash("Kies een categorie.", "error")
            else:
                flash(f"Grootboekrekening {code} is toegevoegd.", "done")
                return redirect(url_for("ledger_accounts"))
        with self._office.lock:
            accounts = sorted(g.books.accounts.values(), key=lambda account: account.code)
            rows = [(account, g.books.balance(account.code)) for account in accounts]
        return render_template("ledger_accounts.html", rows=rows, categories=list(Category))

    def api_soap(self) -> Page:
        """Show the user name and both codes."""
        return render_template("api_soap.html", credentials=g.login.credentials)

    def service(self) -> Page:
        """Describe the SOAP service, or one operation, as an ASP.NET page does."""
        name = request.args.get("op")
        if name is None:
            return render_template("service.html", operations=OPERATIONS)
        if name not in {operation.name for operation in OPERATIONS}:
            abort(404, f"Er is geen bewerking {name[:50]}.")
        samples = [
            (
                f"SOAP {number}",
                sample_messages.request(name, version, request.host),
                sample_messages.response(name, version),
            )
            for number, version in (("1.1", SOAP_11), ("1.2", SOAP_12))
        ]
        return render_template("operation.html", name=name, samples=samples)
