"""A visit to the pages: who is logged in, the CSRF token of the forms, and how things are shown."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fakes.bizzcloud.database import Database
from fakes.bizzcloud.errors import CallError
from fakes.bizzcloud.jsonrpc import COOKIE, Session, Sessions
from fakes.bizzcloud.models.company import User

if TYPE_CHECKING:
    from fakes.bizzcloud.fake import BizzcloudFake

View = Callable[..., "AnyResponse | str"]

STATES = {
    "draft": "Concept",
    "proforma": "Pro forma",
    "proforma2": "Pro forma",
    "open": "Open",
    "paid": "Betaald",
    "cancel": "Geannuleerd",
}
ACCOUNT_TYPES = {
    "Root/View": "Groep",
    "Receivable": "Debiteuren",
    "Payable": "Crediteuren",
    "Cash": "Kas en bank",
    "Bank": "Kas en bank",
    "Asset": "Bezitting",
    "Liability": "Schuld",
    "Income": "Omzet",
    "Expense": "Kosten",
    "Equity": "Eigen vermogen",
}
LINK_STATES = {
    "": "Niet gekoppeld",
    "new": "Niet gekoppeld",
    "checking": "Codes worden gecontroleerd",
    "copying": "Gegevens worden overgenomen",
    "active": "Actief",
    "stopped": "Gestopt",
    "unlinking": "Wordt ongedaan gemaakt",
    "unlinked": "Ongedaan gemaakt",
}


class Visits:
    """Knows the visitors of the pages, and gives views what they need of them."""

    def __init__(self, fake: "BizzcloudFake", sessions: Sessions) -> None:
        self.fake = fake
        self.sessions = sessions
        self._secret = secrets.token_bytes(32)
        self.pages = Blueprint(
            "pages",
            __name__,
            template_folder="templates",
            static_folder="static",
            static_url_path="/web/static",
        )
        self.pages.add_app_template_filter(amount, "amount")
        self.pages.add_app_template_filter(day, "day")
        for name, words in (
            ("state", STATES),
            ("link_state", LINK_STATES),
            ("account_type", ACCOUNT_TYPES),
        ):
            self.pages.add_app_template_filter(_in_words(words), name)
        self.pages.add_url_rule("/", "home", lambda: redirect(url_for("pages.invoices")))
        self.pages.add_url_rule("/web/login", "login", self._login, methods=["GET", "POST"])
        self.pages.add_url_rule("/web/logout", "logout", self.page(self._log_out), methods=["POST"])

    @property
    def named(self) -> str:
        """The session id that the visitor's browser sent."""
        return request.cookies.get(COOKIE, "")

    @property
    def session(self) -> Session:
        """Who is visiting; only in views that `page` wraps."""
        session = self.sessions.of(self.named)
        assert session is not None
        return session

    @property
    def database(self) -> Database:
        """The database that the visitor is logged in to."""
        return self.fake.databases[self.session.database]

    def page(self, view: View) -> View:
        """Return a view for visitors who are logged in; its forms must bring their token.

        A rule of the service that is broken is shown above the page that the form came from.
        """

        @wraps(view)
        def guarded(*arguments: Any, **named: Any) -> AnyResponse | str:
            if self.sessions.of(self.named) is None:
                return redirect(url_for("pages.login", next=request.path))
            if request.method == "POST":
                given = request.form.get("csrf_token", "")
                if not hmac.compare_digest(given.encode(), self.token.encode()):
                    abort(400, "Het formulier is verlopen. Ga terug en probeer het opnieuw.")
                try:
                    return view(*arguments, **named)
                except CallError as error:
                    flash(str(error), "error")
                    back = request.form.get("back", "")
                    return redirect(back if _is_local(back) else request.path)
            return view(*arguments, **named)

        return guarded

    @property
    def token(self) -> str:
        """The token that this visitor's forms carry."""
        return hmac.new(self._secret, self.named.encode(), hashlib.sha256).hexdigest()

    def show(self, template: str, **values: Any) -> str:
        """Return a page, with what every page needs."""
        return render_template(
            template,
            visitor=self.sessions.of(self.named),
            csrf_token=self.token,
            several=len(self.fake.databases) > 1,
            **values,
        )

    def _login(self) -> AnyResponse | str:
        wrong = False
        database = request.form.get("db") or self.fake.database
        if request.method == "POST":
            login, password = request.form.get("login", ""), request.form.get("password", "")
            uid = self._uid(database, login, password)
            if uid is not None:
                target = request.args.get("next", "")
                answer = redirect(target if _is_local(target) else url_for("pages.invoices"))
                session = self.sessions.open(Session(database, uid, login))
                answer.set_cookie(COOKIE, session, httponly=True, samesite="Lax", path="/")
                return answer
            wrong = True
        page = self.show(
            "login.html",
            wrong=wrong,
            databases=sorted(self.fake.databases),
            database=database,
            login=request.form.get("login", ""),
        )
        return Response(page, 401 if wrong else 200)

    def _uid(self, database: str, login: str, password: str) -> int | None:
        if database not in self.fake.databases:
            return None
        with self.fake.databases[database].transaction() as env:
            return env.of(User).checked_login(login, password)

    def _log_out(self) -> AnyResponse:
        self.sessions.close(self.named)
        answer = redirect(url_for("pages.login"))
        answer.delete_cookie(COOKIE)
        return answer


def _in_words(words: dict[str, str]) -> Callable[[str], str]:
    return lambda key: words.get(key, key)


_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f]*")


def _is_local(target: str) -> bool:
    """Tell whether an address is one of this site; browsers leave out a tab or a line's end."""
    return _LOCAL.fullmatch(target) is not None


def amount(value: float | bool) -> str:
    """Return an amount as a Dutch reader writes it: 1.216,95."""
    cents = Decimal(repr(float(value or 0))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{cents:,.2f}".translate(str.maketrans(",.", ".,"))


def day(value: str | None) -> str:
    """Return a day of the wire as a Dutch reader writes it: 19-10-2017; nothing for none."""
    return date.fromisoformat(value[:10]).strftime("%d-%m-%Y") if value else ""


def number(text: str, what: str) -> float:
    """Return what was typed as a number, with a comma or a point; raises BadField for none."""
    cleaned = text.strip().replace("€", "").replace(" ", "")
    if "," in cleaned:
        cleaned = cleaned.replace(".", "").replace(",", ".")
    try:
        return float(Decimal(cleaned))
    except ArithmeticError as error:
        raise BadField(f"{what} is geen getal: {text}") from error


class BadField(CallError):
    """A field of a form that holds what cannot be used; the text says which, in Dutch."""
