"""The people and the coupling's way to Bizzcloud in a replay whose shop is a real one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import requests

from contracts.sandbox import GuardError
from fakes.clock import Clock
from scenarios.language.given import ShopLedgerAccount
from scenarios.language.story import Story
from scenarios.playing.shop import Shop
from scenarios.replaying.journal import Journal
from scenarios.replaying.shop_gate import ShopAllowance, ShopGate
from scenarios.replaying.shop_needs import accounts_of
from scenarios.replaying.shop_people import Numbers, People, PeopleOfTheServer, PeopleOfTheStandIn
from scenarios.replaying.shop_side import RealShop
from scenarios.replaying.story import account_in_shop
from scenarios.wire.rpc import Rpc
from sync_core.access import BizzcloudAccess

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NO_LIMIT = ShopAllowance(10**6)

Ask = Callable[[str], None]


@dataclass
class ReferenceWay:
    """The stand-in as the shop of a replay: it shows what the real one must come to."""

    story: Story
    journal: Journal
    numbers: Numbers = field(default_factory=Numbers)

    def __post_init__(self) -> None:
        self.prefix: str = self.journal.head["prefix"]
        self.gate = ShopGate(self.journal.shop, self.prefix, NO_LIMIT, accounts_of(self.story))

    def people(
        self,
        session: Callable[[], requests.Session],
        access: tuple[str, str, str, str],
        clock: Clock,
    ) -> tuple[Shop, People]:
        """Return the people of the shop, and their client; `session` makes one to the stand-in."""
        gated, ungated = self.gate.before(session(), coupling=False), session()
        people = PeopleOfTheStandIn(gated, access, self.prefix, _today(clock))
        people.numbers = self.numbers
        return _ShopOfTheStandIn(people, self.gate, Shop(Rpc(ungated, *access))), people


@dataclass
class RealWay:
    """A real Bizzcloud as the shop of a replay; `numbers` are those that the stand-in gave."""

    story: Story
    shop: RealShop
    journal: Journal
    numbers: Numbers
    ask: Ask

    def __post_init__(self) -> None:
        self.prefix: str = self.journal.head["prefix"]
        settings = self.shop.settings
        allowance = ShopAllowance(settings.writes, settings.pause)
        accounts = accounts_of(self.story)
        self.gate = ShopGate(self.journal.shop, self.prefix, allowance, accounts)

    def people(self, clock: Clock) -> tuple[Shop, People]:
        """Return the people of the shop, and their client."""
        gated = self.gate.before(self.shop.session(), coupling=False)
        people = PeopleOfTheServer(gated, self.shop.access, self.prefix, _today(clock))
        people.follow(self.numbers)
        return _ShopOfOthers(people, self.gate, _Person(self.shop, self.ask)), people

    def coupling_session(self) -> requests.Session:
        """Return the session by which the coupling reaches the shop."""
        return self.gate.before(self.shop.session(), coupling=True)

    def coupling_access(self, password: str | None) -> BizzcloudAccess:
        """Return how the coupling reaches the shop, with the password that was typed."""
        return self.shop.coupling_access(password)


class _ShopOfTheStandIn(Shop):
    """The people of the stand-in, where a person makes the ledger accounts as they do there."""

    def __init__(self, rpc: Rpc, gate: ShopGate, person: Shop) -> None:
        super().__init__(rpc)
        self._gate = gate
        self._person = person

    def ledger_account(self, fields: ShopLedgerAccount) -> int:
        """Let a person make an account, or rename it; return its id."""
        told = f"by a person, in Bizzcloud: {account_in_shop(fields)}"
        self._gate.by_person(told, lambda: self._person.ledger_account(fields))
        return self.named_account(fields.code)[1]


class _ShopOfOthers(Shop):
    """The people of a shop whose ledger is not ours: a person makes and renames its accounts."""

    def __init__(self, rpc: Rpc, gate: ShopGate, person: "_Person") -> None:
        super().__init__(rpc)
        self._gate = gate
        self._person = person

    def ledger_account(self, fields: ShopLedgerAccount) -> int:
        """Have an account made or renamed where it is not there under its name; return its id."""
        if not self._rpc.call("account.account", "search", _such(fields)):
            told = account_in_shop(fields)
            self._gate.by_person(told, lambda: self._person.make(fields))
        return self.named_account(fields.code)[1]


@dataclass
class _Person:
    """Who makes ledger accounts in a Bizzcloud that is not ours."""

    shop: RealShop
    ask: Ask

    def make(self, fields: ShopLedgerAccount) -> None:
        """Have an account made; raises GuardError when it is not there afterwards."""
        self.ask(f"in Bizzcloud: {account_in_shop(fields)}")
        people = Rpc(self.shop.session(), *self.shop.access)
        if not people.call("account.account", "search_count", _such(fields)):
            raise GuardError(
                f"Bizzcloud has no ledger account {fields.code} {fields.name} yet. The same "
                "command asks for it again."
            )


def _such(fields: ShopLedgerAccount) -> list[Any]:
    return [["code", "=", fields.code], ["name", "=", fields.name]]


def _today(clock: Clock) -> Callable[[], date]:
    return lambda: clock.now().astimezone(AMSTERDAM).date()
