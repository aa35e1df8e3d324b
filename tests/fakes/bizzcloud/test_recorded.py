"""Every recorded exchange, sent again: the stand-in answers as the published server did."""

from functools import cache

import pytest

from tests.fakes.bizzcloud.replay import Bound, Exchange, differences, exchanges, replayed


@cache
def outcomes() -> list[list[str]]:
    """Return what differs in each exchange; one run of all, since each builds on those before."""
    bound = Bound()
    told: list[list[str]] = []
    for exchange, found in replayed():
        wrong = differences(exchange.answer, found.answer, bound)
        if found.status != exchange.status:
            wrong.append(f"status: recorded {exchange.status}, found {found.status}")
        if found.content_type != exchange.content_type:
            wrong.append(f"type: recorded {exchange.content_type}, found {found.content_type}")
        told.append(wrong)
    return told


@pytest.mark.parametrize(
    "exchange", exchanges(), ids=lambda exchange: f"{exchange.number} {exchange.label}"
)
def test_an_exchange_replays_equal(exchange: Exchange) -> None:
    wrong = outcomes()[exchange.number]
    assert not wrong, f"{exchange.label} ({exchange.path}):\n" + "\n".join(wrong)


def test_the_score_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    equal = sum(not wrong for wrong in outcomes())
    with capsys.disabled():
        print(f"\nrecorded exchanges of Bizzcloud: {equal} of {len(outcomes())} replay equal")
    assert len(outcomes()) == 108
