"""A Bizzcloud at the moment of the manual's story, and someone who calls it over XML-RPC."""

from datetime import UTC, datetime

import pytest

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from tests.fakes.bizzcloud.shop import Caller, Coupling


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2017, 10, 19, 9, 0, tzinfo=UTC))


@pytest.fixture
def fake(clock: SettableClock) -> BizzcloudFake:
    return BizzcloudFake(clock=clock)


@pytest.fixture
def caller(fake: BizzcloudFake) -> Caller:
    return Caller(fake)


@pytest.fixture
def coupling(fake: BizzcloudFake) -> Coupling:
    return Coupling(fake)
