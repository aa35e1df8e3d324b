"""An outside coupling as a story drives it: a program of any language, judged by the books alone.

Its contract is docs/outside-coupling.md.
"""

import json
import secrets
import shlex
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.signing import CouplingAddress, NoAnswer, post
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.serve import serve
from scenarios.driving.desk import AT_REST as AT_REST_PATH
from scenarios.driving.desk import CLOCK, with_desk
from scenarios.driving.driver import CouplingDownError, Killed, NotJudged, NotPossible
from scenarios.driving.gate import Gate
from scenarios.driving.program import AT_REST, Program
from scenarios.language.steps import Answer, Link, Settings
from scenarios.wire.log import WireLog
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.documents import Model

LOOPBACK = "127.0.0.1"

OPTIONS = ("book from", "adopt", "corrections", "exempt accounts", "payment accounts", "accounts")
"""The settings of a link that a program is told, with `taxes`, as a story has them."""

EVENTS: Mapping[str, str] = {"account.invoice": "opened", "pos.order": "paid"}
"""What a push of a document says happened to it; `changed` for all others."""


@dataclass(frozen=True)
class Outside:
    """Which program is the coupling under test, and how long it is waited for.

    `command` None means that a person starts and ends it; `ask` then tells them what to do and
    returns when they have. `rest` is for how many seconds a program that does not say `at rest`
    must make no call; `patience` how many seconds it may take to come to rest, or to end.
    """

    command: tuple[str, ...] | None
    rest: float = 1.0
    patience: float = 30.0
    ask: Callable[[str], None] | None = None


class OutsideRefusal(Exception):
    """A program ended with an error while it was linked, or is not linked: so it refuses."""


class OutsideDriver:
    """Starts, ends and kills an outside program as the steps of one story say.

    Raises `OutsideRefusal` when it ends with an error as it is linked or is not linked, and
    `CouplingDownError` when it dies at any other time, was killed, or does not come to rest.
    """

    def __init__(
        self,
        outside: Outside,
        shop: BizzcloudFake,
        books: EboekhoudenFake,
        log: WireLog | None,
        redacted: Callable[[str], str],
        kills: Callable[[], bool],
    ) -> None:
        self._outside = outside
        self._shop = shop
        self._redacted = redacted
        self._news = threading.Condition()
        self._kills = kills
        self._is_dead = False
        self._gate = Gate(self._news, self._struck)
        self._exits = ExitStack()
        self._state = self._exits.enter_context(tempfile.TemporaryDirectory(prefix="koppeling-"))
        shop_wsgi, books_wsgi = shop.wsgi, books.wsgi
        if log is not None:
            shop_wsgi = log.watching(shop_wsgi, "Bizzcloud")
            books_wsgi = log.watching(books_wsgi, "e-Boekhouden")
        gated = self._gate.before_shop(shop_wsgi)
        self._shop_url = self._exits.enter_context(
            serve(with_desk(gated, shop.clock, self._says))
        ).url
        self._books_url = self._exits.enter_context(serve(self._gate.before_books(books_wsgi))).url
        self._push = CouplingAddress(f"http://{LOOPBACK}:{_free_port()}", secrets.token_hex(16))
        self._environment: dict[str, str] = {}
        self._program: Program | None = None
        self._linked = False
        self._said = 0

    def link(self, step: Link, shop: BizzcloudAccess, books: EboekhoudenAccess) -> None:
        """Start the program."""
        if self._linked:
            raise NotPossible("linking what is linked: a program that runs is not started again")
        self._environment = {
            **self._addresses(shop, books),
            "KOPPELING_OPTIONS": json.dumps(_options(step)),
        }
        try:
            self._start("link")
        except CouplingDownError as error:
            if self._program is None or not self._program.exit_code:
                raise
            self._end()
            raise OutsideRefusal(str(error)) from error
        self._linked = True
        self._shop.pushes.begin(shop.database, self._push)

    def relink(self, step: Link, shop: BizzcloudAccess, books: EboekhoudenAccess) -> None:
        """Start the program again, with the state it had."""
        self.link(step, shop, books)

    def unlink(self) -> None:
        """Ask the program to end (SIGTERM), and wait until it has."""
        self._needed()
        self._linked = False
        self._shop.pushes.end(self._shop.database)
        if self._program is None:
            self._asked("End the coupling in the way that it is ended every day (SIGTERM).")
            self._gate.forget()
            return
        with self._gate.opened():
            ended = self._program.terminate(self._outside.patience)
        self._end()
        if not ended:
            raise CouplingDownError(
                f"the coupling did not end within {self._outside.patience:g} s of SIGTERM; "
                "it was killed."
            )

    def sync(self) -> None:
        """Deliver what Bizzcloud has to tell, and wait until the program has come to rest."""
        self._needed()
        with self._gate.opened():
            said = self._said
            begun = time.monotonic()
            self._shop.pushes.deliver_due()
            self._wait(begun, said, rounds=2, doing="sync")

    def follow(self) -> None:
        """Wait until a program that is linked has come to rest."""
        if self._linked:
            self.sync()

    def push(self, model: Model, record: int) -> None:
        """Tell the program of one document, and wait until it has come to rest."""
        self._needed()
        message = {
            "database": self._shop.database,
            "model": model,
            "id": record,
            "event": EVENTS.get(model, "changed"),
            "delivery": uuid.uuid4().hex,
        }
        with self._gate.opened():
            said = self._said
            begun = time.monotonic()
            # A program that polls listens to no pushes.
            with suppress(NoAnswer):
                post(self._shop.pushes.http, self._push, "/push", message, self._shop.clock)
            self._wait(begun, said, rounds=2, doing="push")

    def attention(self) -> Sequence[str]:
        """What needs attention is the program's own."""
        raise NotJudged("what the coupling lists for a person")

    def audit(self) -> Sequence[str]:
        """An audit is the program's own."""
        raise NotJudged("what the coupling's audit says")

    def change(self, _step: Settings) -> None:
        """No program can be given other settings from outside."""
        raise NotPossible("the settings of the link are changed inside the coupling")

    def answer(self, step: Answer) -> None:
        """No program can be answered from outside."""
        raise NotPossible(f"an answer about {step.document} is given inside the coupling")

    def repost(self, document: str) -> None:
        """No program can be asked from outside to book again."""
        raise NotPossible(f"that {document} be booked again is asked inside the coupling")

    def crash(self) -> None:
        """Kill the program (SIGKILL)."""
        if not self._linked:
            raise OutsideRefusal("no link: a `link` step starts the coupling.")
        if self._outside.command is None:
            self._asked("Kill the coupling (kill -9).")
        self._end()

    def restart(self) -> None:
        """Start the program again, with the state it had."""
        if self._linked:
            self._start("restart")

    def last_words(self) -> str:
        """Return the last lines of its standard error, without the story's secrets."""
        words = self._program.last_words() if self._program is not None else ""
        return self._redacted(words)

    def close(self) -> None:
        """End the program, whatever it does, and remove its state."""
        self._end()
        self._gate.forget()
        self._exits.close()

    # --- the program ------------------------------------------------------------------------

    def _start(self, doing: str) -> None:
        self._gate.forget()
        self._is_dead = False
        self._said = 0
        with self._gate.opened():
            if self._outside.command is None:
                self._asked(
                    "Start the coupling with this in its environment:\n"
                    + _exports(self._environment)
                )
            else:
                self._program = Program(
                    self._outside.command, self._environment, self._says, self._ended
                )
            self._wait(time.monotonic(), 0, rounds=1, doing=doing)

    def _end(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program = None
        self._gate.forget()

    def _asked(self, what: str) -> None:
        if self._outside.ask is not None:
            self._outside.ask(what)

    def _needed(self) -> None:
        if not self._linked:
            raise OutsideRefusal("no link: a `link` step starts the coupling.")
        if self._program is None and self._outside.command is not None:
            raise CouplingDownError("the coupling was killed; a `restart` step starts it again.")

    def _says(self) -> None:
        """Note that the program says it is at rest."""
        with self._news:
            self._said += 1
            self._news.notify_all()

    def _struck(self) -> None:
        """Kill the program where a fault of the story says so."""
        if self._kills():
            program = self._program
            # Its end is told at once, and must not be taken for an accident.
            self._is_dead = True
            if program is not None:
                program.kill()
            with self._news:
                self._news.notify_all()

    def _ended(self) -> None:
        """Note that the program has ended."""
        with self._news:
            self._news.notify_all()

    def _wait(self, begun: float, said: int, rounds: int, doing: str) -> None:
        """Wait until the program has come to rest since `begun`, when it had `said` so so often.

        The end of a round that had begun before the step may be news of nothing, so that the end
        of the next is waited for: `rounds` is how many.
        """
        deadline = begun + self._outside.patience
        with self._news:
            while True:
                self._must_live(doing)
                left = self._until_rest(begun, said, rounds)
                now = time.monotonic()
                if left <= 0:
                    return
                if now >= deadline:
                    self._restless(doing)
                self._news.wait(min(left, deadline - now))

    def _until_rest(self, begun: float, said: int, rounds: int) -> float:
        """Return in how many seconds the program is at rest if it does nothing more."""
        ended = self._gate.last_end
        if self._said - said >= rounds and not self._gate.under_way:
            return 0.0
        if self._gate.under_way or ended is None:
            return self._outside.patience
        says_so = self._said > 0
        if says_so and self._said == said:
            return self._outside.patience
        return max(ended, begun) + self._outside.rest - time.monotonic()

    def _must_live(self, doing: str) -> None:
        if self._is_dead:
            raise Killed
        if self._program is None or self._program.exit_code is None:
            return
        code = self._program.exit_code
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        raise CouplingDownError(
            f"the coupling ended {how} during `{doing}`{self._and_last_words()}"
        )

    def _restless(self, doing: str) -> NoReturn:
        under_way = self._gate.under_way
        if self._gate.last_end is None and not under_way:
            why = "it called neither service"
        elif under_way:
            why = f"not answered yet: {', '.join(under_way)}"
        elif self._said:
            why = f"it went on calling and no longer says `{AT_REST}`"
        else:
            why = (
                f"it was never silent for {self._outside.rest:g} s; a program that polls must say "
                f"`{AT_REST}` after each round"
            )
        raise CouplingDownError(
            f"the coupling did not come to rest within {self._outside.patience:g} s of `{doing}`: "
            f"{why}{self._and_last_words()}"
        )

    def _and_last_words(self) -> str:
        words = self.last_words()
        if not words:
            return "; it wrote nothing to its standard error."
        return "; the last lines of its standard error:\n" + words

    def _addresses(self, shop: BizzcloudAccess, books: EboekhoudenAccess) -> dict[str, str]:
        return {
            "KOPPELING_BIZZCLOUD_URL": self._shop_url,
            "KOPPELING_BIZZCLOUD_DATABASE": shop.database,
            "KOPPELING_BIZZCLOUD_LOGIN": shop.login,
            "KOPPELING_BIZZCLOUD_PASSWORD": shop.password,
            "KOPPELING_EBOEKHOUDEN_WSDL": f"{self._books_url}/soap.asmx?wsdl",
            "KOPPELING_EBOEKHOUDEN_USERNAME": books.username,
            "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_1": books.security_code_1,
            "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_2": books.security_code_2,
            "KOPPELING_PUSH_ADDRESS": self._push.url,
            "KOPPELING_PUSH_SECRET": self._push.secret,
            "KOPPELING_CLOCK": self._shop_url + CLOCK,
            "KOPPELING_AT_REST": self._shop_url + AT_REST_PATH,
            "KOPPELING_STATE": self._state,
        }


def _options(step: Link) -> dict[str, Any]:
    told = step.model_dump(mode="json", by_alias=True)
    return {name: told[name] for name in (*OPTIONS, "taxes")}


def _exports(environment: Mapping[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(text)}" for name, text in environment.items())


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        port: int = found.getsockname()[1]
        return port
