"""A target for replays: a fake e-Boekhouden in the part of a real one, and what interrupts it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.config import Config
from contracts.eboekhouden.client import SoapClient
from fakes.clock import SettableClock
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.settings import Settings
from fakes.inprocess import session
from fakes.inprocess_zeep import WsgiTransport
from scenarios.language.chart import shop_chart
from scenarios.language.reading import LIBRARY, read
from scenarios.language.story import Story
from scenarios.replaying.books import ReplayBooks
from scenarios.replaying.journal import Journal
from scenarios.replaying.replay import Played, Prepared, differences, perform, prepare
from tests.contracts.planted import Change, changed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ADDRESS = "http://sandbox.example"


def library(name: str) -> Story:
    return read(LIBRARY / f"{name}.story.yaml")[0]


class Interrupted(BaseException):
    """The process dies here."""


class Dying(WsgiTransport):
    """Carries calls until one, and dies before that one is made or after."""

    def __init__(self, target: "Target", call: int | None = None, *, before: bool = True) -> None:
        super().__init__({ADDRESS: target.wsgi})
        self.calls = 0
        self._call = call
        self._before = before

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> Any:
        self.calls += 1
        if self.calls == self._call and self._before:
            raise Interrupted
        answer = super().post(address, message, headers)
        if self.calls == self._call:
            raise Interrupted
        return answer


@dataclass
class Target:
    """A fake in the part of a sandbox, whose ledger holds all accounts of the shop already."""

    fake: EboekhoudenFake
    company: str
    folder: Path
    changes: Sequence[Change] = ()

    @property
    def wsgi(self) -> "WSGIApplication":
        """The fake, with changes planted in its answers."""
        return changed(self.fake.wsgi, self.changes)

    @property
    def administration(self) -> Any:
        return self.fake.sessions.logins[0].administrations[0]

    def config(self, **other: Any) -> Config:
        codes = self.fake.sessions.logins[0].credentials
        books = {
            "soap": f"{ADDRESS}/soap.asmx",
            "username": codes.username,
            "security_code_1": codes.security_code_1,
            "security_code_2": codes.security_code_2,
            "day": "2026-06-15",
            "settle": 0.0,
            "sandboxes": [{"name": self.company, "guid": self.administration.guid}],
        }
        return Config.model_validate({"name": "sandbox", "eboekhouden": {**books, **other}})

    def prepared(self, story: Story, *, write: bool = True, **other: Any) -> Prepared:
        return prepare(
            story,
            self.config(**other),
            journal=self.folder / "journal.jsonl",
            write=write,
            ask=lambda told: None,
            http=session({ADDRESS: self.wsgi}),
        )

    def resumed(self, prepared: Prepared) -> Prepared:
        """Return a replay that was prepared on a target like this one, with this one's journal."""
        books = prepared.books.target
        client = SoapClient(session({ADDRESS: self.wsgi}), books.client.address)
        return replace(
            prepared,
            books=ReplayBooks(replace(books, client=client)),
            journal=Journal(self.folder / "journal.jsonl", prepared.journal.head),
        )

    def play(self, prepared: Prepared, inner: Dying | None = None) -> Played:
        return perform(prepared, inner or Dying(self))

    def replayed(self, story: Story) -> list[str]:
        prepared = self.prepared(story)
        return differences(prepared, self.play(prepared))

    def marks(self) -> Counter[str]:
        return Counter(mutation.document for mutation in self.administration.mutations)


def target(
    folder: Path, settings: Settings | None = None, changes: Sequence[Change] = ()
) -> Target:
    clock = SettableClock(datetime(2026, 6, 15, 9, tzinfo=UTC))
    fake = EboekhoudenFake(clock=clock, settings=settings)
    books = fake.open_administration("Proef BV").administration
    for code, category in (("1001", "FIN"), ("1002", "FIN")):
        books.add_account(code, f"Rekening {code}", Category(category))
    for code in sorted(shop_chart() - set(books.accounts)):
        books.add_account(code, f"Rekening {code}", Category.PROFIT_AND_LOSS)
    return Target(fake, "Proef BV", folder, changes)
