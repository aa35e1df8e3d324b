"""What the promises of Bizzcloud share: a client, what documents are made of, and two lives."""

from typing import Any

import pytest

from contracts.bizzcloud.client import RpcClient
from contracts.bizzcloud.observed import Ground, invoice_life
from contracts.bizzcloud.observed_till import till_day, till_evening
from contracts.targets import ShopTarget


@pytest.fixture(scope="session")
def rpc(target: ShopTarget) -> RpcClient:
    """Return a client that has logged in."""
    target.client.authenticate()
    return target.client


@pytest.fixture(scope="session")
def ground(rpc: RpcClient) -> Ground:
    """Return what documents are made of."""
    return Ground(rpc)


@pytest.fixture(scope="session")
def invoice(rpc: RpcClient, ground: Ground) -> dict[str, Any]:
    """Return what was seen of an invoice's life."""
    return invoice_life(rpc, ground)


@pytest.fixture(scope="session")
def till(rpc: RpcClient, ground: Ground) -> dict[str, Any]:
    """Return what was seen of a till's day."""
    return till_day(rpc, ground)


@pytest.fixture(scope="session")
def evening(rpc: RpcClient, ground: Ground, till: dict[str, Any]) -> dict[str, Any]:
    """Return what was seen when that day ended."""
    return till_evening(rpc, ground, till)
