"""One run of an outside program: its process, what it says, and its end."""

import atexit
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

AT_REST = "at rest"
"""The line by which a program says on its standard output that it has nothing more to do."""

LAST_LINES = 20
"""How many lines of its standard error are shown when a program dies."""

SECONDS_TO_BE_READ = 2.0

_alive: set["Program"] = set()
_lock = threading.Lock()


class Program:
    """A program that is running, with a process group of its own.

    `at_rest` is called when it says so, `ended` when it has ended, each in a thread of its own.
    Its standard input is a pipe that closes when this process ends, however that happens.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        at_rest: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._at_rest = at_rest
        self._ended = ended
        self._errors: deque[str] = deque(maxlen=LAST_LINES)
        self._process = subprocess.Popen(  # noqa: S603 # the command that the user gave
            command,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with _lock:
            _alive.add(self)
        self._threads = [
            threading.Thread(target=hear, args=(pipe,), daemon=True)
            for hear, pipe in (
                (self._hear, self._process.stdout),
                (self._keep, self._process.stderr),
            )
        ]
        self._threads.append(threading.Thread(target=self._await, daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def exit_code(self) -> int | None:
        """How the program ended: minus the signal's number when by one; None while it runs."""
        return self._process.poll()

    def last_words(self) -> str:
        """Return the last lines that it wrote to its standard error."""
        for thread in self._threads:
            thread.join(SECONDS_TO_BE_READ if self.exit_code is not None else 0)
        return "\n".join(self._errors)

    def terminate(self, seconds: float) -> bool:
        """Ask it to end (SIGTERM); return whether it did so within a time."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.exit_code is not None

    def kill(self) -> None:
        """End it and whatever it started (SIGKILL)."""
        # What it started is in its process group, also when the program itself has ended.
        self._signal(signal.SIGKILL)
        self._process.wait()
        for thread in self._threads:
            thread.join(SECONDS_TO_BE_READ)
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        with _lock:
            _alive.discard(self)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _hear(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                if line.strip() == AT_REST.encode():
                    self._at_rest()

    def _keep(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._errors.append(line.decode("utf-8", "replace").rstrip())

    def _await(self) -> None:
        self._process.wait()
        self._ended()


@atexit.register
def kill_all() -> None:
    """End every program that still runs."""
    with _lock:
        left = list(_alive)
    for program in left:
        program.kill()
