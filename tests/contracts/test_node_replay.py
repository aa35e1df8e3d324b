"""Stories replayed on a server by other hands: its books come to what the fake's come to."""

from pathlib import Path

import pytest
from zeep.transports import Transport

from contracts.config import read_config
from scenarios.replaying.replay import differences, perform, prepare
from tests.contracts.node import node_server
from tests.scenarios.replay_target import library
from tests.scenarios.test_replay import TEN


@pytest.mark.clients
@pytest.mark.parametrize("name", TEN)
def test_a_story_goes_on_the_small_server_as_on_the_fake(name: str, tmp_path: Path) -> None:
    with node_server(tmp_path) as server:
        prepared = prepare(
            library(name),
            read_config(server.config(tmp_path)),
            journal=tmp_path / "journal.jsonl",
            write=True,
            ask=lambda told: None,
        )
        played = perform(prepared, Transport())
    found = differences(prepared, played)
    assert found == [], "\n".join(found)
    assert played.seen[-1].rows
