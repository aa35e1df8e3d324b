"""A sandbox of both services for replays: a fake Bizzcloud in the part of a real one beside the
books, on a day of its own and with numbers of its own.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from contracts.config import Config
from contracts.eboekhouden.client import SoapClient
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.seed import UUID_ROW
from fakes.clock import SettableClock
from fakes.inprocess import session
from scenarios.language.reading import LIBRARY, read
from scenarios.language.story import Story
from scenarios.replaying.books import ReplayBooks
from scenarios.replaying.journal import Journal
from scenarios.replaying.replay import Played, Prepared, differences, perform, prepare
from scenarios.replaying.shop_side import RealShop
from scenarios.wire.rpc import Rpc
from tests.scenarios.replay_target import ADDRESS, Dying, Interrupted, Target, target

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHOP = "http://shop.example"
THEIR_DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)

EVERYTHING = """\
title: All that people do in a real Bizzcloud
source: the steps that a replay plays there
today: 2017-10-19
include: [shop.given.yaml]

steps:
  - link: {book from: 2017-10-01}
  - invoice:
      as: the cakes
      partner: K0001
      date: 2017-10-18
      lines:
        - {text: Taart, account: 8020, price: 82.64, vat: 21}
        - {text: Brood, account: 8011, quantity: 3, price: 2.15, vat: 6}
  - sync
  - edit:
      invoice: the cakes
      lines:
        - {text: Taart, account: 8020, price: 90.00, vat: 21}
  - pay: {invoice: the cakes, amount: 50.00, by: card}
  - sync
  - invoice:
      partner: K0002
      draft: yes
      lines:
        - {text: Nog niet, account: 8020, price: 5.00, vat: 21}
  - invoice:
      partner: K0002
      lines:
        - {text: Toch niet, account: 8020, price: 7.00, vat: 21}
  - cancel: {invoice: F/2017/0002}
  - credit note: {of: the cakes}
  - supplier invoice:
      partner: K0002
      lines:
        - {text: Meel, account: 8020, price: 10.00, vat: none}
  - receipt:
      as: the coffee
      paid: {cash: 5.30}
      lines:
        - {text: Koffie, account: 8011, quantity: 2, price: 2.50, vat: 6}
  - receipt:
      partner: K0001
      invoiced: yes
      paid: {card: 12.04}
      lines:
        - {text: Beker, account: 8020, price: 9.95, vat: 21}
  - sync
  - invoice receipt: {receipt: the coffee, partner: K0002}
  - close till
  - partner: {ref: K0002, name: Lunchroom De Hoek, city: Utrecht}
  - sync
"""
"""A story with every kind of write, some of which would do harm if they were made twice."""


def everything(folder: Path) -> Story:
    """Return the story with everything, read from a file in a folder."""
    return read(written(folder, EVERYTHING))[0]


def written(folder: Path, text: str) -> Path:
    """Write a story, and what it shares with the library, and return where."""
    shared = (LIBRARY / "shop.given.yaml").read_text(encoding="utf-8")
    (folder / "shop.given.yaml").write_text(shared, encoding="utf-8")
    place = folder / "everything.story.yaml"
    place.write_text(text, encoding="utf-8")
    return place


class DyingShop:
    """Carries calls to a shop until one, and dies before that one is made or after."""

    def __init__(
        self, inner: "WSGIApplication", call: int | None = None, *, before: bool = True
    ) -> None:
        self.calls = 0
        self._inner = inner
        self._call = call
        self._before = before

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self.calls += 1
        if self.calls == self._call and self._before:
            raise Interrupted
        answer = list(self._inner(environ, start_response))
        if self.calls == self._call:
            raise Interrupted
        return answer


@dataclass
class Sandbox:
    """Books and a shop to replay in."""

    books: Target
    shop: BizzcloudFake
    folder: Path

    @property
    def tables(self) -> Any:
        return self.shop.databases[self.shop.database].tables

    @property
    def uuid(self) -> str:
        return str(self.tables["ir.config_parameter"].rows[UUID_ROW]["value"])

    def config(self, url: str = SHOP, **shop: Any) -> Config:
        """Return the config of both; `shop` changes what it says of Bizzcloud."""
        books = self.books.config().eboekhouden
        assert books is not None
        there = {
            "url": url,
            "database": self.shop.database,
            "login": self.shop.login,
            "password": self.shop.password,
            "sandboxes": [self.named()],
        }
        told = {"name": "sandbox", "eboekhouden": books, "bizzcloud": {**there, **shop}}
        return Config.model_validate(told)

    def named(self, **other: str) -> dict[str, str]:
        """Return how a config names the shop's database."""
        named = {"database": self.shop.database, "company": "Bakkerij Demo", "uuid": self.uuid}
        return {**named, **other}

    def http(self, shop: "WSGIApplication | None" = None) -> requests.Session:
        return session({ADDRESS: self.books.wsgi, SHOP: shop or self.shop.wsgi})

    def prepared(
        self,
        story: Story,
        config: Config | None = None,
        *,
        write: bool = True,
        asked: list[str] | None = None,
        shop: "WSGIApplication | None" = None,
    ) -> Prepared:
        return prepare(
            story,
            config or self.config(),
            journal=self.folder / "journal.jsonl",
            write=write,
            ask=(asked if asked is not None else []).append,
            http=self.http(shop),
        )

    def play(self, prepared: Prepared, inner: Dying | None = None) -> Played:
        return perform(prepared, inner or Dying(self.books))

    def replayed(self, story: Story, shop: "WSGIApplication | None" = None) -> list[str]:
        prepared = self.prepared(story, shop=shop)
        return differences(prepared, self.play(prepared))

    def resumed(self, prepared: Prepared, shop: "WSGIApplication | None" = None) -> Prepared:
        """Return a replay that was prepared on a sandbox like this one, with this one's journal."""
        journal = Journal(self.folder / "journal.jsonl", prepared.journal.head)
        assert prepared.shop is not None
        books = prepared.books.target
        client = SoapClient(self.http(), books.client.address)
        real = RealShop(prepared.shop.shop.settings, self.http(shop))
        return replace(
            prepared,
            books=ReplayBooks(replace(books, client=client)),
            journal=journal,
            shop=replace(prepared.shop, shop=real, journal=journal),
        )

    def people(self) -> Rpc:
        return Rpc(self.http(), SHOP, self.shop.database, self.shop.login, self.shop.password)

    def held(self) -> dict[str, int]:
        """Return how many records of each model the shop holds."""
        return {name: len(table.rows) for name, table in self.tables.items() if table.rows}

    def doubles(self) -> list[str]:
        """Return what is there twice, in the shop or in the books."""
        marks = [mark for mark, times in self.books.marks().items() if times > 1]
        names = Counter(
            str(row[name])
            for model, name in (
                ("account.invoice", "internal_number"),
                ("pos.order", "pos_reference"),
                ("res.partner", "ref"),
            )
            for row in self.tables[model].rows.values()
            if row.get(name)
        )
        return marks + [name for name, times in names.items() if times > 1]


def sandbox(folder: Path, day: datetime = THEIR_DAY) -> Sandbox:
    """Return an empty sandbox of both services; the shop's own day is `day`."""
    return Sandbox(target(folder), BizzcloudFake(clock=SettableClock(day)), folder)
