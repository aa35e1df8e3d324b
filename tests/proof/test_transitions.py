"""Every way in the tables of postings and links is taken, by stories and properties, and counted.

The ways are recorded where they are taken; nothing here lists which ones there are.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from fakes.faults import Kind
from scenarios.language.reading import LIBRARY, read
from scenarios.playing.runner import run
from sync_core import journal, link
from sync_core.failures import CouplingError
from sync_core.journal import Posting
from sync_core.link import Link
from tests.proof import properties
from tests.sync_core.house import House

STORIES = (
    "answer_lost_invoice",
    "cancelled_after_booking",
    "cancelled_before_booking",
    "closed_period",
    "existing_account",
    "relinking_same_books",
)


@contextmanager
def recorded() -> Iterator[Counter[tuple[Any, Any]]]:
    """Record each change of state of a posting and a link meanwhile."""
    taken: Counter[tuple[Any, Any]] = Counter()

    def recording(moved: Callable[..., Any]) -> Callable[..., Any]:
        def record(self: Any, to: Any, *more: Any, **changes: Any) -> Any:
            after = moved(self, to, *more, **changes)
            taken[self.state, to] += 1
            return after

        return record

    with pytest.MonkeyPatch.context() as patch:
        for table in (Posting, Link):
            patch.setattr(table, "moved", recording(table.moved))
        yield taken


def codes_are_changed_while_linking() -> None:
    """A link whose codes are refused while it is checked, and while it copies."""
    for operation in ("GetMutaties", "AddGrootboekrekening"):
        house = House()
        (login,) = house.books.sessions.logins
        good = login.credentials.security_code_1

        def change(
            called: str, operation: str = operation, login: Any = login, house: House = house
        ) -> None:
            if called == operation:
                house.books.faults.listen(None)
                codes = login.credentials
                login.credentials = type(codes)(codes.username, "1" * 32, codes.security_code_2)
                house.books.sessions.expire_all()

        house.books.faults.listen(change)
        with suppress(CouplingError):
            house.link()
        codes = login.credentials
        login.credentials = type(codes)(codes.username, good, codes.security_code_2)
        house.link()


def copying_is_cut_short() -> None:
    house = House()
    house.shop.faults.add(Kind.HTTP_503, "account.account.read")
    with suppress(CouplingError):
        house.link()
    house.link()


def stopped_and_unlinked() -> None:
    house = House()
    house.link()
    house.shop.faults.add(Kind.SESSION_EXPIRED)
    with suppress(CouplingError):
        house.coupling.sync()
    house.coupling.unlink()


def doubled_and_mended() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.SERVED_TWICE, "AddMutatie")
    house.coupling.sync()
    house.coupling.audit()
    house.demo.administration.delete([245])
    house.coupling.audit()


def doubled_and_lost() -> None:
    """The answer is lost and the booking is made twice: looking for it finds both."""
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.COMMITTED_LATE, "AddMutatie", seconds=60)
    house.coupling.sync()
    house.advance(seconds=61)
    house.books.faults.settle()
    (held,) = house.demo.administration.mutations
    house.demo.administration.book(held)
    properties.recover(house)


def deleted_and_reposted() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    house.demo.administration.delete([245])
    house.coupling.audit()
    house.coupling.repost("F/2017/0001")
    house.coupling.sync()


def refused_then_unbookable() -> None:
    """Refused for a closed period; then another currency, which waits."""
    house = House()
    house.link()
    made = house.invoice(house.partner())
    today = house.clock.now().date()
    house.demo.administration.close_period(today, today)
    house.coupling.sync()
    dollar = house.find("res.currency", ("name", "=", "USD"))
    house.execute("account.invoice", "write", [made], {"currency_id": dollar})
    properties.recover(house, rounds=2)


def planned_then_unbookable() -> None:
    """Not reached, so planned; then another currency, so it waits; then cancelled."""
    for waits_first in (True, False):
        house = House()
        house.link()
        made = house.invoice(house.partner())
        house.books.faults.add(Kind.QUOTA_REACHED, "AddMutatie")
        house.coupling.sync()
        if waits_first:
            dollar = house.find("res.currency", ("name", "=", "USD"))
            house.execute("account.invoice", "write", [made], {"currency_id": dollar})
            house.coupling.sync()
        properties.cancel(house, made)
        house.coupling.sync()


def waits_for_its_currency() -> None:
    house = House()
    house.link()
    made = house.invoice(house.partner())
    for name in ("USD", "EUR"):
        currency = house.find("res.currency", ("name", "=", name))
        house.execute("account.invoice", "write", [made], {"currency_id": currency})
        house.coupling.sync()
    assert len(house.list_mutations()) == 1


def refused_then_cancelled() -> None:
    house = House()
    house.link()
    made = house.invoice(house.partner())
    today = house.clock.now().date()
    house.demo.administration.close_period(today, today)
    house.coupling.sync()
    properties.cancel(house, made)
    house.coupling.sync()


ACTS = (
    codes_are_changed_while_linking,
    copying_is_cut_short,
    stopped_and_unlinked,
    doubled_and_mended,
    doubled_and_lost,
    deleted_and_reposted,
    refused_then_unbookable,
    planned_then_unbookable,
    refused_then_cancelled,
    waits_for_its_currency,
    properties.an_equal_amount_is_not_ours,
    properties.a_killed_send_is_booked_once,
    properties.a_late_commit_within_settle_is_found,
    properties.an_expired_session_is_renewed,
)


def test_every_way_in_the_tables_is_taken() -> None:
    with recorded() as taken:
        for name in STORIES:
            for story in read(LIBRARY / f"{name}.story.yaml"):
                result = run(story)
                assert result.passed, f"{name}: {result.trouble or result.failure}"
        for act in ACTS:
            act()
    ways = [*journal.TRANSITIONS, *link.TRANSITIONS]
    missing = [f"{before} -> {after}" for before, after in ways if (before, after) not in taken]
    assert not missing, f"never taken: {', '.join(missing)}"
