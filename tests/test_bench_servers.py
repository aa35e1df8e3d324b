"""The servers that are compared need nothing but Python where they serve our own books."""

import socket

import pytest

from tests.bench.servers import KINDS, Kind, running


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.keeps_books], ids=lambda kind: kind.name
)
def test_a_server_of_the_benchmark_starts_and_opens_a_session(kind: Kind) -> None:
    with running(kind, free_port()) as server:
        assert server.process.poll() is None
        assert len(server.session[0]) == len(server.session[1]) == 36
