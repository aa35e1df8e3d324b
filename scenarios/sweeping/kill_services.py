"""Serves a shop and two sets of books in a process of their own, by a clock that runs fast."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from scenarios.wire.books_reader import Credentials

BEGIN = datetime(2017, 10, 19, 8, tzinfo=UTC)

SPEED = 1200
"""How many seconds pass on the clock in one: a dead process's lease ends within a blink."""

SECONDS_TO_START = 60


@dataclass(frozen=True)
class FastClock:
    """A clock that all processes of this machine read alike, running `SPEED` times as fast."""

    began: float

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return BEGIN + timedelta(seconds=(time.monotonic() - self.began) * SPEED)


@dataclass(frozen=True)
class Services:
    """Where both services answer, what opens them, and the clock that they live by.

    `books` are what the killed coupling books in, `undisturbed` what another is to book in.
    """

    shop_url: str
    database: str
    login: str
    password: str
    books: Credentials
    undisturbed: Credentials
    clock: FastClock


@contextmanager
def services() -> Iterator[Services]:
    """Start the process and end it; raises RuntimeError when it does not answer in time."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(SECONDS_TO_START):
            raise RuntimeError(f"the services did not answer within {SECONDS_TO_START} seconds")
        told: Services = ours.recv()
        yield told
    finally:
        ours.close()
        process.join(SECONDS_TO_START)
        process.close()


def _serve(pipe: Connection) -> None:
    """Serve until the other end of the pipe is closed."""
    from fakes.bizzcloud.fake import BizzcloudFake
    from fakes.eboekhouden.fake import EboekhoudenFake
    from fakes.eboekhouden.settings import Settings
    from fakes.fast_serve import fast_serve
    from fakes.serve import serve

    clock = FastClock(time.monotonic())
    shop = BizzcloudFake(clock=clock)
    # A thousand lives of a coupling look at the books more often than one does in a month.
    books = EboekhoudenFake(clock=clock, settings=Settings(monthly_calls=None))
    opened = [books.open_administration(name) for name in ("Demo BV", "Ongestoord BV")]
    with ExitStack() as exits:
        shop_url = exits.enter_context(serve(shop.wsgi)).url
        wsdl = f"{exits.enter_context(fast_serve(books.wsgi)).url}/soap.asmx?wsdl"
        killed, undisturbed = (
            Credentials(wsdl, codes.username, codes.security_code_1, codes.security_code_2)
            for codes in (each.credentials for each in opened)
        )
        pipe.send(
            Services(shop_url, shop.database, shop.login, shop.password, killed, undisturbed, clock)
        )
        while True:
            try:
                pipe.recv()
            except EOFError:
                return
