"""The store: its tables as the migrations make them, and what it keeps over a restart."""

import gc
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from sync_core.adapters.migrate import CURRENT, StoreTooNew, migrate
from sync_core.adapters.schema import metadata
from sync_core.adapters.store import Store
from sync_core.bookings import Mutation
from sync_core.journal import Answer, Facts, PostingState, Reason, begin
from sync_core.link import Link, LinkOptions, LinkState
from sync_core.vat import VatMeaning
from tests.sync_core.examples import key
from tests.sync_core.stores import empty_store, empty_store_url
from tests.sync_core.test_synchronizer import wanted

AT = datetime(2017, 10, 19, 9, tzinfo=UTC)


def shape(url: str) -> Mapping[str, object]:
    engine = create_engine(url)
    found = inspect(engine)
    shapes = {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)),
            found.get_pk_constraint(table)["constrained_columns"],
            sorted(tuple(u["column_names"]) for u in found.get_unique_constraints(table)),
            sorted((i["name"], tuple(i["column_names"])) for i in found.get_indexes(table)),
        )
        for table in metadata.tables
    }
    engine.dispose()
    return shapes


def test_the_migrations_make_the_tables_of_today(tmp_path: Path) -> None:
    migrated = empty_store_url(f"sqlite:///{tmp_path}/migrated.sqlite")
    engine = create_engine(migrated)
    migrate(engine)
    engine.dispose()
    made = empty_store_url(f"sqlite:///{tmp_path}/made.sqlite")
    Store.open(made).close()
    assert shape(migrated) == shape(made)


def test_the_version_is_the_newest_migration() -> None:
    versions = Path(__file__).parents[2] / "sync_core/adapters/migrations/versions"
    assert max(path.name.partition("_")[0] for path in versions.glob("[0-9]*.py")) == CURRENT


def test_a_store_of_a_later_release_is_refused(tmp_path: Path) -> None:
    url = empty_store_url(f"sqlite:///{tmp_path}/later.sqlite")
    Store.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreTooNew, match="version 9999"):
        Store.open(url)
    gc.collect()  # a connection left open would be told here


def test_what_is_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    url = empty_store_url(f"sqlite:///{tmp_path}/kept.sqlite")
    store = Store.open(url)
    options = LinkOptions(taxes={"4": VatMeaning.NONE}, exempt_accounts=("8020",))
    link = store.save_link(
        Link(0, "mycompany", 1, "books", "Demo BV", LinkState.ACTIVE, options, reason="why")
    )
    mutation = wanted()["invoice"]
    assert isinstance(mutation, Mutation)
    posting = begin(
        PostingState.WAITING,
        books="books",
        document=key(),
        part="invoice",
        revision=0,
        label="F/2017/0001",
        at=AT,
        mutation=mutation,
        reason=Reason("refused", {"code": "E1"}),
    )
    posting = posting.moved(PostingState.PLANNED, AT).moved(
        PostingState.SENDING,
        AT,
        highest_before=244,
        answer=Answer("try again", "", AT, "x"),
        facts=Facts("invoice", "Bakkerij de Groot", AT.date(), mutation.total),
    )
    saved = store.save_posting(posting)
    store.close()
    again = Store.open(url)
    assert again.links() == [link]
    assert again.postings("books", key()) == [saved]
    again.close()


def test_a_lease_is_held_by_one_and_lost_with_time() -> None:
    store = empty_store()
    minute = timedelta(minutes=1)
    assert store.take_lease("books", "a", AT, minute)
    assert store.take_lease("books", "a", AT, minute), "the holder may renew"
    assert not store.take_lease("books", "b", AT, minute)
    assert store.take_lease("other books", "b", AT, minute)
    assert store.take_lease("books", "b", AT + minute, minute), "a dead process loses it"
    store.drop_lease("books", "a")
    assert not store.take_lease("books", "c", AT + minute, minute), "only its owner drops it"
    store.drop_lease("books", "b")
    assert store.take_lease("books", "c", AT + minute, minute)
    store.close()


def test_of_all_that_take_a_lease_at_once_one_has_it(tmp_path: Path) -> None:
    url = empty_store_url(f"sqlite:///{tmp_path}/shared.sqlite")
    stores = [Store.open(url) for _ in range(4)]
    begin_together = threading.Barrier(len(stores))

    def take(numbered: tuple[int, Store]) -> list[bool]:
        number, store = numbered
        taken = []
        for round_ in range(20):
            begin_together.wait(30)
            taken.append(store.take_lease(f"books {round_}", str(number), AT, timedelta(minutes=1)))
        return taken

    with ThreadPoolExecutor(len(stores)) as at_once:
        taken = list(at_once.map(take, enumerate(stores)))

    assert [sum(of_round) for of_round in zip(*taken, strict=True)] == [1] * 20
    for store in stores:
        store.close()


def test_numbers_never_go_back() -> None:
    store = empty_store()
    store.note_seen("books", [], 244, AT)
    store.note_round("books", "2017-10", {}, (247, 245))
    assert store.books_seen("books")[:2] == (247, 245), "246 is somebody else's, not seen yet"
    store.note_round("books", "2017-10", {}, (247, 245))
    store.note_seen("books", [], 200, AT)
    assert store.books_seen("books")[:2] == (247, 245)
    store.note_seen("books", [], 247, AT)
    assert store.books_seen("books")[:2] == (247, 247)
    store.close()


def test_calls_are_counted_by_month() -> None:
    store = empty_store()
    store.note_round("books", "2017-10", {"GetMutaties": 3, "AddMutatie": 1}, None)
    store.note_round("books", "2017-10", {"GetMutaties": 2}, None)
    assert store.calls("books", "2017-10", "GetMutaties") == 5
    assert store.calls("books", "2017-11", "GetMutaties") == 0
    store.close()
