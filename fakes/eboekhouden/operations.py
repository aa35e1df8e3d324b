"""What each of the 20 operations does, over the books.

Every function takes the office and the message's fields in order, any of which may be absent
(None), and returns a record of the wire. What is refused is raised as `errors.Refused`; `service`
turns that into the answer's ErrorMsg.
"""

import threading
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from fakes.clock import Clock
from fakes.eboekhouden import types, wire
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.chart import OVER_SOAP
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.rules import search_word_fits
from fakes.eboekhouden.sessions import Sessions
from fakes.eboekhouden.settings import Settings
from fakes.eboekhouden.vat import Side

SIDES = {"Debiteuren": Side.SALE, "Crediteuren": Side.PURCHASE}
NO_ERROR = types.made(types.cError, LastErrorCode="", LastErrorDescription="")


@dataclass
class Office:
    """What all calls share: the choices, the time, the logins and sessions, and one lock."""

    settings: Settings
    clock: Clock
    sessions: Sessions
    lock: threading.RLock = field(default_factory=threading.RLock)

    def today(self) -> date:
        """Return the day it is in Amsterdam."""
        return self.clock.now().astimezone(wire.AMSTERDAM).date()

    def books(self, session_id: str | None, code_2: str | None) -> Administration:
        """Return the books of an open session; raises Refused."""
        return self.sessions.of(session_id, code_2).administration


def _done(result: Any, **values: Any) -> Any:
    return types.made(result, ErrorMsg=NO_ERROR, **values)


def open_session(
    office: Office, username: str | None, code_1: str | None, code_2: str | None, source: str | None
) -> Any:
    """Open a session on the login's first administration."""
    opened = office.sessions.open(username or "", code_1 or "", code_2 or "")
    return _done(types.cResultOpenSession, SessionID=opened)


def open_session_sub(
    office: Office,
    username: str | None,
    code_1: str | None,
    code_2: str | None,
    source: str | None,
    guid: str | None,
) -> Any:
    """Open a session on the administration of the login that has this GUID."""
    opened = office.sessions.open(username or "", code_1 or "", code_2 or "", guid or "")
    return _done(types.cResultOpenSession, SessionID=opened)


def close_session(office: Office, session_id: str | None) -> None:
    """Close a session; answers nothing, also when there was none."""
    office.sessions.close(session_id)


def auto_login(
    office: Office, username: str | None, session_id: str | None, code_2: str | None
) -> Any:
    """Give a token that opens the pages as the session's login."""
    session = office.sessions.of(session_id, code_2)
    if username != session.login.credentials.username:
        raise Refused(Error.LOGIN_WRONG, "De gebruikersnaam hoort niet bij deze sessie.")
    return _done(types.cResultAutoLogin, Token=office.sessions.token_for(session))


def get_administrations(office: Office, session_id: str | None, code_2: str | None) -> Any:
    """List the administrations of the session's login."""
    session = office.sessions.of(session_id, code_2)
    return _done(
        types.cResultGetAdministraties,
        Administraties=[
            types.made(
                types.cAdministratie,
                Bedrijf=books.company,
                Plaats=books.city,
                Guid=books.guid,
                StartBoekjaar=str(books.first_year),
            )
            for books in session.login.administrations
        ],
    )


def add_mutation(office: Office, session_id: str | None, code_2: str | None, sent: Any) -> Any:
    """Book a mutation; answers the number that it got."""
    books = office.books(session_id, code_2)
    booked = books.book(wire.mutation_from(sent))
    return _done(types.cResultAddMutatie, Mutatienummer=booked.number)


def get_mutations(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """List the last 500 mutations that pass the filter."""
    session = office.sessions.of(session_id, code_2)
    office.sessions.count_call(session)
    filters: dict[str, Any] = {}
    if asked is not None:
        filters = {
            "number": asked.MutatieNr or 0,
            "first_number": asked.MutatieNrVan or 0,
            "last_number": asked.MutatieNrTm or 0,
            "invoice_number": asked.Factuurnummer or "",
            "first_day": wire.day(asked.DatumVan),
            "last_day": wire.day(asked.DatumTm),
        }
    found = session.administration.find_mutations(**filters)
    return _done(
        types.cResultGetMutaties, Mutaties=[wire.mutation_to(mutation) for mutation in found]
    )


def add_ledger_account(
    office: Office, session_id: str | None, code_2: str | None, sent: Any
) -> Any:
    """Add a ledger account of category BAL or VW; answers its id."""
    books = office.books(session_id, code_2)
    asked = wire.account_from(sent)
    if asked.category not in OVER_SOAP:
        raise Refused(
            Error.VALUE_UNKNOWN, f"Categorie is {asked.category.value!r}; verwacht: BAL of VW."
        )
    kept = books.add_account(asked.code, asked.description, asked.category, asked.group)
    return _done(types.cResultAddGrootboekrekening, Gb_ID=kept.id)


def update_ledger_account(
    office: Office, session_id: str | None, code_2: str | None, sent: Any
) -> Any:
    """Replace the ledger account with this id, or without an id the one with this code."""
    books = office.books(session_id, code_2)
    asked = wire.account_from(sent)
    if not asked.id and asked.code in books.accounts:
        asked = replace(asked, id=books.accounts[asked.code].id)
    books.update_account(asked)
    return NO_ERROR


def get_ledger_accounts(
    office: Office, session_id: str | None, code_2: str | None, asked: Any
) -> Any:
    """List the ledger accounts that pass the filter, by code."""
    books = office.books(session_id, code_2)
    number, code, category = (
        (asked.ID or 0, asked.Code or "", asked.Categorie or "") if asked else (0, "", "")
    )
    return _done(
        types.cResultGetGrootboekrekeningen,
        Rekeningen=[
            wire.account_to(account)
            for _, account in sorted(books.accounts.items())
            if (not number or account.id == number)
            and (not code or account.code == code)
            and (not category or account.category == category)
        ],
    )


def add_relation(office: Office, session_id: str | None, code_2: str | None, sent: Any) -> Any:
    """Add a relation; answers its id."""
    books = office.books(session_id, code_2)
    kept = books.add_relation(wire.relation_from(sent, office.today(), 0))
    return _done(types.cResultAddRelatie, Rel_ID=kept.id)


def update_relation(office: Office, session_id: str | None, code_2: str | None, sent: Any) -> Any:
    """Replace the relation with this id, or without an id the one with this code."""
    books = office.books(session_id, code_2)
    asked = wire.relation_from(sent, office.today(), (sent.ID or 0) if sent else 0)
    old = books.relation_with_id(asked.id) if asked.id else books.relations.get(asked.code)
    if old is None:
        raise Refused(Error.RELATION_UNKNOWN, "Deze relatie bestaat niet.")
    books.update_relation(replace(asked, id=old.id, added=old.added))
    return NO_ERROR


def get_relations(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """List the relations that pass the filter, in the order in which they were added."""
    books = office.books(session_id, code_2)
    word, code, number = (
        (asked.Trefwoord or "", asked.Code or "", asked.ID or 0) if asked else ("", "", 0)
    )
    search_word_fits(word)
    return _done(
        types.cResultGetRelaties,
        Relaties=[
            wire.relation_to(relation) for relation in books.find_relations(word, code, number)
        ],
    )


def get_balance(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """Give the balance of one ledger account; debit is positive."""
    books = office.books(session_id, code_2)
    if asked is None or not asked.GbCode:
        raise Refused(Error.VALUE_MISSING, "GbCode is niet ingevuld.")
    balance = books.balance(
        asked.GbCode, wire.day(asked.DatumVan), wire.day(asked.DatumTot), asked.KostenPlaatsId or 0
    )
    return _done(types.cResultGetSaldo, Saldo=float(balance))


def get_balances(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """Give the balance of every ledger account, or of those of a category; debit is positive."""
    books = office.books(session_id, code_2)
    category, first, last, centre = "", None, None, 0
    if asked is not None:
        category, centre = asked.Categorie or "", asked.KostenPlaatsId or 0
        first, last = wire.day(asked.DatumVan), wire.day(asked.DatumTot)
    return _done(
        types.cResultGetSaldi,
        Saldi=[
            types.made(
                types.cSaldo,
                ID=account.id,
                Code=account.code,
                Categorie=account.category.value,
                Saldo=float(books.balance(account.code, first, last, centre)),
            )
            for _, account in sorted(books.accounts.items())
            if not category or account.category == category
        ],
    )


def get_open_items(
    office: Office, session_id: str | None, code_2: str | None, kind: str | None
) -> Any:
    """List what debtors or creditors have open, oldest first."""
    books = office.books(session_id, code_2)
    if kind is None:
        raise Refused(Error.VALUE_MISSING, "OpSoort is niet ingevuld.")
    return _done(
        types.cResultGetOpenPosten,
        Openposten=[wire.open_item_to(item, books) for item in books.open_items(SIDES[str(kind)])],
    )


def add_invoice(office: Office, session_id: str | None, code_2: str | None, sent: Any) -> Any:
    """Make an invoice, booked when InBoekhoudingPlaatsen says so; answers its number."""
    books = office.books(session_id, code_2)
    asked = wire.invoice_from(sent)
    kept = books.add_invoice(
        asked,
        booked=bool(sent.InBoekhoudingPlaatsen),
        description=sent.BoekhoudmutatieOmschrijving or "",
    )
    return _done(types.cResultAddFactuur, Factuurnummer=kept.number)


def get_invoices(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """List the invoices made in e-Boekhouden that pass the filter."""
    books = office.books(session_id, code_2)
    number, relation, first, last = "", "", None, None
    if asked is not None:
        number, relation = asked.Factuurnummer or "", asked.Relatiecode or ""
        first, last = wire.day(asked.DatumVan), wire.day(asked.DatumTm)
    return _done(
        types.cResultGetFacturen,
        Facturen=[
            wire.invoice_to(invoice, books.open_on_invoice(invoice))
            for invoice in books.invoices.values()
            if (not number or invoice.number == number)
            and (not relation or invoice.relation == relation)
            and (first is None or invoice.date >= first)
            and (last is None or invoice.date <= last)
        ],
    )


def get_cost_centres(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """List the cost centres that pass the filter."""
    books = office.books(session_id, code_2)
    number, parent, description = 0, 0, ""
    if asked is not None:
        number, parent = asked.KostenplaatsID or 0, asked.KostenplaatsParentID or 0
        description = asked.Omschrijving or ""
    return _done(
        types.cResultGetKostenplaatsen,
        Kostenplaatsen=[
            wire.cost_centre_to(centre)
            for centre in books.cost_centres.values()
            if (not number or centre.id == number)
            and (not parent or centre.parent == parent)
            and (not description or centre.description == description)
        ],
    )


def get_articles(office: Office, session_id: str | None, code_2: str | None, asked: Any) -> Any:
    """List the articles that pass the filter."""
    books = office.books(session_id, code_2)
    wanted: dict[str, Any] = {}
    if asked is not None:
        wanted = {
            "id": asked.ArtikelID,
            "description": asked.ArtikelOmschrijving,
            "code": asked.ArtikelCode,
            "group_description": asked.GroepOmschrijving,
            "group_code": asked.GroepCode,
        }
    return _done(
        types.cResultGetArtikelen,
        Artikelen=[
            wire.article_to(article)
            for article in books.articles.values()
            if all(not value or getattr(article, name) == value for name, value in wanted.items())
        ],
    )
