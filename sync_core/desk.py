"""Acts on what Bizzcloud asks of a running coupling: pushes, and the activation of the link."""

from collections.abc import Callable
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import replace
from datetime import datetime

from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.booking_dates import day_of_linking
from sync_core.coupling import Coupling
from sync_core.documents import Model
from sync_core.failures import (
    BookFromNeeded,
    CouplingError,
    CredentialsRefused,
    LeaseLost,
    LinkRefused,
    NotReached,
)
from sync_core.link import Link, LinkOptions, LinkState
from sync_core.listener import Activation, Answer
from sync_core.messages import ACTIVATION, Language
from sync_core.watch import Watch

PATIENCE = 30.0
"""Seconds that a person at the screen waits for an answer."""


class ActivationDesk:
    """Links one shop to the books whose codes a person fills in.

    `shop` and `wsdl` are configured; the codes come with the request and are kept in memory. The
    form knows no date: documents are booked from the day of activation, unless `options` say so.
    """

    def __init__(
        self,
        watch: Watch,
        shop: BizzcloudAccess,
        wsdl: str,
        now: Callable[[], datetime],
        options: LinkOptions | None = None,
        language: Language = "nl",
    ) -> None:
        self._watch = watch
        self._shop = shop
        self._wsdl = wsdl
        self._now = now
        self._options = options or LinkOptions()
        self._language = language

    def push(self, database: str, model: Model, record: int) -> None:
        """Hand a changed record to the watch; another database's is nothing to us."""
        if database == self._shop.database:
            self._watch.push(model, record)

    def test(self, activation: Activation) -> Answer:
        """Try the codes; nothing changes."""

        def attempt(coupling: Coupling) -> Answer:
            name = coupling.try_codes(self._books(activation))
            return self._answer(coupling, True, "codes-right", name)

        return self._asked(activation, attempt)

    def link(self, activation: Activation) -> Answer:
        """Link, or link again; other books end the link with the ones before."""

        def attempt(coupling: Coupling) -> Answer:
            books = self._books(activation)
            coupling.try_codes(books)
            link = coupling.current_link()
            try:
                made = self._link(coupling, link, books, self._options)
            except BookFromNeeded:
                from_today = replace(self._options, book_from=day_of_linking(self._now()))
                made = self._link(coupling, link, books, from_today)
            return self._answer(coupling, True, "active", made.books_name)

        return self._asked(activation, attempt)

    def unlink(self, activation: Activation) -> Answer:
        """Undo the link; the books keep what they have."""

        def attempt(coupling: Coupling) -> Answer:
            return self._answer(coupling, True, "unlinked", coupling.unlink().books_name)

        return self._asked(activation, attempt)

    def state(self, activation: Activation) -> Answer:
        """Tell how the link is."""

        def attempt(coupling: Coupling) -> Answer:
            link = coupling.current_link()
            if link is None:
                return self._answer(coupling, False, "not-linked", "")
            active = link.state is LinkState.ACTIVE
            return self._answer(coupling, active, link.state.value, link.books_name)

        return self._asked(activation, attempt)

    def _link(
        self, coupling: Coupling, link: Link | None, books: EboekhoudenAccess, options: LinkOptions
    ) -> Link:
        if link is None:
            return coupling.link(self._shop, books, options)
        return coupling.relink(books, options)

    def _books(self, activation: Activation) -> EboekhoudenAccess:
        return EboekhoudenAccess(
            wsdl=self._wsdl,
            username=activation.username,
            security_code_1=activation.security_code_1,
            security_code_2=activation.security_code_2,
        )

    def _asked(self, activation: Activation, attempt: Callable[[Coupling], Answer]) -> Answer:
        if activation.database != self._shop.database:
            return Answer(False, self._text("other-database"), "", LinkState.NEW.value)

        def guarded(coupling: Coupling) -> Answer:
            try:
                return attempt(coupling)
            except CouplingError as error:
                link = coupling.current_link()
                name = link.books_name if link else ""
                return self._answer(coupling, False, _sentence_for(error), name)

        try:
            return self._watch.ask(guarded, PATIENCE)
        except NotInTime:
            return Answer(False, self._text("busy"), "", LinkState.NEW.value)

    def _answer(self, coupling: Coupling, ok: bool, what: str, name: str) -> Answer:
        link = coupling.current_link()
        state = link.state if link else LinkState.NEW
        return Answer(ok, self._text(what).format(name=name), name, state.value)

    def _text(self, what: str) -> str:
        return ACTIVATION[what][self._language]


def _sentence_for(error: CouplingError) -> str:
    match error:
        case CredentialsRefused():
            return "codes-wrong"
        case NotReached():
            return "not-reached"
        case LeaseLost():
            return "busy"
        case LinkRefused():
            return "not-linked"
    return "failed"
