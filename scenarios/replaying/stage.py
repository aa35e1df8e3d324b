"""The two stages of a replay: the real books behind the gate, and the fake ones to hold them by.

On both the coupling is our own. The shop is the fake, its numbers with the run's prefix, unless the
config names a real one: then that is behind a gate too, and so is the fake that it is held by.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import requests
from zeep.transports import Transport

from contracts.eboekhouden.client import SoapClient
from contracts.sandbox import GuardError
from contracts.targets import BooksTarget
from fakes.eboekhouden.chart import Category
from fakes.inprocess import session
from fakes.inprocess_zeep import WsgiTransport
from scenarios.driving.ours import CouplingDriver
from scenarios.language.steps import Books, Link
from scenarios.language.story import Story
from scenarios.playing.shop import Shop
from scenarios.playing.stage import SOAP, Stage
from scenarios.replaying.books import ReplayBooks
from scenarios.replaying.gate import Allowance, Gate
from scenarios.replaying.journal import BY_PERSON, Journal
from scenarios.replaying.shop_people import People
from scenarios.replaying.shop_stage import RealWay, ReferenceWay
from scenarios.replaying.shop_view import Shown, shown
from scenarios.replaying.story import BOOKING, by_person, given_by_person
from scenarios.wire.rpc import Rpc
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.wires import Wires

Ask = Callable[[str], None]
"""Tells a person what to do and where, and returns when it is done."""

Account = tuple[str, str, str]
"""Code, name and category of a ledger account."""


class Keeper(Protocol):
    """Who keeps the books of a stage."""

    def act(self, step: Books) -> None:
        """Do what a step of the bookkeeper says."""
        ...


class GatedStage(Stage):
    """A stage whose coupling reaches its books through a gate."""

    gate: Gate
    real: ReplayBooks
    _keeper: Keeper | None = None
    _shop_way: ReferenceWay | RealWay | None = None
    _shop_people: People | None = None

    def stand_before(
        self, books: ReplayBooks, inner: Transport, journal: Journal, allowance: Allowance
    ) -> None:
        """Put the gate between the coupling and a set of books, and prefix the shop's numbers."""
        self.real = books
        self.gate = Gate(inner, journal, allowance, books.find, books.highest)
        if self._shop_way is None:
            self._prefix_numbers(journal.head["prefix"])
        self.coupling = CouplingDriver(Wires(self._coupling_session(), self.gate), self.clock.now)
        self._exits.callback(self.coupling.close)

    def documents(self) -> tuple[Shown, ...]:
        """Return the documents that the run made in the shop, where that is behind a gate."""
        if self._shop_way is None or self._shop_people is None:
            return ()
        own = self._shop_way.gate.own
        return shown(self._shop_people, own("account.invoice"), own("pos.order"))

    def shop_access(self, step: Link) -> BizzcloudAccess:
        """Return how the coupling reaches the shop, with the password that was typed."""
        if isinstance(self._shop_way, RealWay):
            return self._shop_way.coupling_access(step.password)
        return super().shop_access(step)

    def _people(self) -> Shop:
        way = self._shop_way
        if way is None:
            return super()._people()
        if isinstance(way, RealWay):
            shop, self._shop_people = way.people(self.clock)
            return shop
        self._prefix_numbers(way.prefix)
        shop, self._shop_people = way.people(
            lambda: self._ways.session("people"), self._fake_access, self.clock
        )
        return shop

    def _coupling_session(self) -> requests.Session:
        way = self._shop_way
        if isinstance(way, RealWay):
            return way.coupling_session()
        session = self._ways.session("coupling")
        return session if way is None else way.gate.before(session, coupling=True)

    @property
    def _fake_access(self) -> tuple[str, str, str, str]:
        fake = self.bizzcloud
        return self._ways.shop_url, fake.database, fake.login, fake.password

    def books_access(self, step: Link) -> EboekhoudenAccess:
        """Return how the coupling reaches the books, with the codes that were typed."""
        target = self.real.target
        return EboekhoudenAccess(
            wsdl=f"{target.client.address}?wsdl",
            username=target.username,
            security_code_1=step.security_code_1 or target.security_code_1,
            security_code_2=target.security_code_2,
            administration=target.administration,
        )

    def bookkeeper(self, company: str | None) -> Any:
        """Return who keeps the books."""
        return self._keeper or super().bookkeeper(company)

    def _prefix_numbers(self, prefix: str) -> None:
        rpc = Rpc(self._ways.session("people"), *self._fake_access)
        for number in rpc.call("ir.sequence", "search", []):
            (row,) = rpc.call("ir.sequence", "read", [number], ["prefix"])
            rpc.call("ir.sequence", "write", [number], {"prefix": prefix + (row["prefix"] or "")})


class RealStage(GatedStage):
    """A stage on the books of a target; what the bookkeeper does is done by a person."""

    def __init__(
        self,
        story: Story,
        books: ReplayBooks,
        inner: Transport,
        journal: Journal,
        allowance: Allowance,
        ask: Ask,
        shop: RealWay | None = None,
    ) -> None:
        self._shop_way = shop
        super().__init__(story)
        with self._closed_if_it_fails():
            self.stand_before(books, inner, journal, allowance)
            given = story.head.given.eboekhouden.administration
            person = _Person(books, self.gate, journal, ask, given.next_mutation)
            self._keeper = person
            there = {code for code, _, _ in books.accounts()}
            missing = tuple(one for one in given.ledger_accounts if one.code not in there)
            person.do(given_by_person(given.model_copy(update={"ledger_accounts": missing})))


class ReferenceStage(GatedStage):
    """A stage on the fake, with the ledger of the target: what the real run must come to."""

    def __init__(
        self,
        story: Story,
        accounts: Sequence[Account],
        journal: Journal,
        shop: ReferenceWay | None = None,
    ) -> None:
        self._shop_way = shop
        super().__init__(story)
        with self._closed_if_it_fails():
            administration = self.eboekhouden.sessions.logins[0].administrations[0]
            given = story.head.given.eboekhouden.administration
            kept = {code for code, _, _ in accounts} | {one.code for one in given.ledger_accounts}
            for code in set(administration.accounts) - kept:
                del administration.accounts[code]
            for code, name, category in accounts:
                if code not in administration.accounts:
                    administration.add_account(code, name, _category(code, category))
            codes = self.eboekhouden.sessions.logins[0].credentials
            fake = self.eboekhouden.wsgi
            target = BooksTarget(
                name="fake",
                client=SoapClient(session({SOAP: fake}), f"{SOAP}/soap.asmx"),
                username=codes.username,
                security_code_1=codes.security_code_1,
                security_code_2=codes.security_code_2,
                administration=None,
                prefix=journal.head["prefix"],
                day=self.clock.now().date(),
                no_writing=None,
            )
            books = ReplayBooks(target)
            self.stand_before(books, WsgiTransport({SOAP: fake}), journal, Allowance(10**6))
            self.gate.numbers += [mutation.number for mutation in administration.mutations]
            self._keeper = _Watched(super().bookkeeper(None), books, self.gate)


def _category(code: str, name: str) -> Category:
    try:
        return Category(name)
    except ValueError as wrong:
        raise GuardError(
            f"The ledger account {code} there is of category {name!r}, which is not known here: "
            "`koppeling contract eboekhouden` tells how that service differs."
        ) from wrong


class _Watched:
    """The fake's bookkeeper, whose bookings are the run's own."""

    def __init__(self, keeper: Keeper, books: ReplayBooks, gate: Gate) -> None:
        self._keeper = keeper
        self._books = books
        self._gate = gate

    def act(self, step: Books) -> None:
        """Do what a step says."""
        before = self._books.highest()
        self._keeper.act(step)
        self._gate.numbers += [int(row["MutatieNr"]) for row in self._books.mutations(before)]


class _Person:
    """The bookkeeper of a real set of books: told what to do; what they book is the run's own."""

    def __init__(
        self, books: ReplayBooks, gate: Gate, journal: Journal, ask: Ask, first: int
    ) -> None:
        self._first = first
        self._books = books
        self._gate = gate
        self._journal = journal
        self._ask = ask

    def act(self, step: Books) -> None:
        """Have what a step says done by a person; the story's numbers become the service's."""
        own = sorted(set(self._gate.numbers))
        bound = dict(enumerate(own, self._first))
        deleted = tuple(bound.get(number, number) for number in step.delete)
        self.do(by_person(step.model_copy(update={"delete": deleted})))

    def do(self, told: Sequence[str]) -> None:
        """Have things done that no earlier pass had done, and take over what was booked."""
        for one in told:
            meaning = f"person {one}"
            known = self._journal.asked(meaning)
            if known is None:
                known = self._journal.begin(BY_PERSON, meaning, (), one, self._books.highest())
            if known.answer is None:
                self._ask(f"in e-Boekhouden: {one}")
                rows = self._books.mutations(known.after) if one.startswith(BOOKING) else ()
                booked = [int(row["MutatieNr"]) for row in rows]
                self._journal.done(known, json.dumps({"numbers": booked}))
            assert known.answer is not None
            self._gate.numbers += json.loads(known.answer)["numbers"]
