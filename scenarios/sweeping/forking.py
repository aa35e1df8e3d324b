"""Tries something in a copy of this process, which goes on from where it is and reports back."""

import gc
import json
import os
from typing import Any, NoReturn


class LostCopy(Exception):
    """A copy of the process ended without a report."""


class Copies:
    """The copies that a process makes of itself, one at a time, and the pipe of one to its maker.

    A process that forks has one thread; what it holds in memory is the copy's own from then on.
    """

    def __init__(self) -> None:
        self._pipe: int | None = None

    @property
    def is_copy(self) -> bool:
        """Whether this process is a copy, and must `report` instead of returning."""
        return self._pipe is not None

    def fork(self) -> Any:
        """Copy the process: return None in the copy, and in its maker what the copy reports.

        The maker waits for the copy. Raises LostCopy when it ends without a word.
        """
        reading, writing = os.pipe()
        gc.freeze()
        child = os.fork()
        if child == 0:
            # A collection would touch, and so copy, all of the memory that is shared.
            gc.disable()
            os.close(reading)
            self._pipe = writing
            return None
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if not said:
            raise LostCopy(f"a copy of the process ended without a report (status {status})")
        return json.loads(said)

    def report(self, value: Any) -> NoReturn:
        """Tell the maker a value that JSON can hold (not None), and end this copy."""
        assert self._pipe is not None
        with os.fdopen(self._pipe, "wb") as pipe:
            pipe.write(json.dumps(value).encode())
        os._exit(0)
