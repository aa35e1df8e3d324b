"""What a stage asks of the coupling under test, ours or an outside program."""

from collections.abc import Sequence
from typing import Protocol

from scenarios.language.steps import Answer, Link, Settings
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.documents import Model


class CouplingDownError(Exception):
    """A story asks something of a coupling that does not run, or that ended by itself."""


class Killed(BaseException):
    """A fault of the story has killed the coupling, so what it was doing goes no further."""


class NotJudged(Exception):
    """An outside coupling keeps what was asked for itself; the text says what was asked."""


class NotPossible(NotJudged):
    """An outside coupling cannot be told to do a step, so what follows it cannot be judged."""


class Driver(Protocol):
    """The coupling as a story drives it. Methods raise what `runner.TROUBLES` lists."""

    def link(self, step: Link, shop: BizzcloudAccess, books: EboekhoudenAccess) -> None:
        """Link a shop to books."""
        ...

    def relink(self, step: Link, shop: BizzcloudAccess, books: EboekhoudenAccess) -> None:
        """Link again, to the same books or to other ones."""
        ...

    def unlink(self) -> None:
        """Undo the link."""
        ...

    def change(self, step: Settings) -> None:
        """Change the settings of the link; raises `NotPossible` where nobody can."""
        ...

    def sync(self) -> None:
        """Let it look for everything new and book it."""
        ...

    def follow(self) -> None:
        """Let it do what a coupling that is linked does by itself."""
        ...

    def push(self, model: Model, record: int) -> None:
        """Tell it of one document."""
        ...

    def attention(self) -> Sequence[str]:
        """Return the lines that wait for a person; raises `NotJudged` where they are its own."""
        ...

    def answer(self, step: Answer) -> None:
        """Answer what waits of a document; raises `NotPossible` where nobody can."""
        ...

    def repost(self, document: str) -> None:
        """Have a document booked again; raises `NotPossible` where nobody can ask for it."""
        ...

    def audit(self) -> Sequence[str]:
        """Return the lines of its audit; raises `NotJudged` where they are its own."""
        ...

    def crash(self) -> None:
        """Let it vanish, as a killed process does."""
        ...

    def restart(self) -> None:
        """Start it again on what it had stored."""
        ...

    def last_words(self) -> str:
        """Return the last lines that an outside program wrote to its standard error."""
        ...

    def close(self) -> None:
        """End it and let go of what it holds."""
        ...
