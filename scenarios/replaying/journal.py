"""What a replay has written, line by line in a file, each write before it is made.

e-Boekhouden takes nothing back, so a replay that broke off must know what it sent: a line "write"
stands in the file before the call, a line "done" with the answer after it. What was done in a real
Bizzcloud stands there too (`shop_journal`).
"""

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scenarios.replaying.shop_journal import ShopJournal

BY_PERSON = "person"
"""The operation of what a person did, which is journaled too."""


class JournalError(Exception):
    """A journal cannot be continued; the text says why."""


@dataclass
class Write:
    """One write: the operation, what it asks (without the session), and what came of it.

    `key` finds it in the books: a mutation's Boekstuk, Soort and Factuurnummer, or a code. `after`
    is the highest number of a mutation that the books held before, `at` when it was sent last.
    """

    number: int
    operation: str
    meaning: str
    key: tuple[str, ...]
    told: str
    after: int
    at: datetime
    answer: str | None = None

    @property
    def mutation(self) -> int | None:
        """The number of the mutation that it made; None for other writes and for no answer."""
        if self.operation != "AddMutatie" or self.answer is None:
            return None
        number = json.loads(self.answer).get("number")
        return int(number) if number else None


class Journal:
    """The writes of one replay, over all its passes; `path` None keeps them in memory only."""

    def __init__(self, path: Path | None, head: Mapping[str, Any]) -> None:
        """Begin a journal, or go on with the one in the file.

        Raises JournalError when the file belongs to another replay.
        """
        self._path = path
        self.head = dict(head)
        self.writes: list[Write] = []
        self._told: list[str] = []
        self.shop = ShopJournal(self._line)
        self._passed: Counter[str] = Counter()
        if path is not None and self.head_of(path) is not None:
            self._read(path)
        else:
            if path is not None:
                path.write_bytes(b"")
            self._line(self.head)

    @staticmethod
    def head_of(path: Path) -> dict[str, Any] | None:
        """Return the first line of a journal; None when there is none.

        Raises JournalError when the file is no journal.
        """
        if not path.exists() or b"\n" not in path.read_bytes():
            return None
        with path.open(encoding="utf-8") as file:
            try:
                head = json.loads(file.readline())
            except ValueError:
                head = None
        if not isinstance(head, dict) or "prefix" not in head:
            raise JournalError(f"{path} is no journal of a replay. Name another file.")
        return head

    @property
    def sent(self) -> int:
        """How many writes were sent to the service, in all passes."""
        return sum(write.operation != BY_PERSON for write in self.writes)

    @property
    def told(self) -> list[str]:
        """What was written in the books and in Bizzcloud, in order, each in a line."""
        return list(self._told)

    def begin_pass(self) -> None:
        """Play the story from its beginning: nothing of it has been asked yet in this pass."""
        self._passed.clear()
        self.shop.begin_pass()

    def asked(self, meaning: str) -> Write | None:
        """Return the write that this one repeats; None when it is new.

        That is a write of an earlier pass, or of this one that got no answer and is tried again.
        """
        same = [write for write in self.writes if write.meaning == meaning]
        place = self._passed[meaning]
        if 0 < place <= len(same) and same[place - 1].answer is None:
            return same[place - 1]
        self._passed[meaning] += 1
        return same[place] if place < len(same) else None

    def ahead(self) -> list[Write]:
        """Return the writes of earlier passes that this pass has not come to yet."""
        seen: Counter[str] = Counter()
        waiting = []
        for write in self.writes:
            seen[write.meaning] += 1
            if seen[write.meaning] > self._passed[write.meaning]:
                waiting.append(write)
        return waiting

    def begin(
        self, operation: str, meaning: str, key: tuple[str, ...], told: str, after: int
    ) -> Write:
        """Write down what is about to be sent."""
        at = datetime.now(UTC)
        write = Write(len(self.writes) + 1, operation, meaning, key, told, after, at)
        self.writes.append(write)
        self._line(
            {
                "write": write.number,
                "operation": operation,
                "meaning": meaning,
                "key": list(key),
                "told": told,
                "after": after,
                "at": at.isoformat(),
            }
        )
        return write

    def again(self, write: Write) -> None:
        """Write down that what got no answer and is not in the books is about to be sent again."""
        write.at = datetime.now(UTC)
        self._line({"again": write.number, "at": write.at.isoformat()})

    def done(self, write: Write, answer: str) -> None:
        """Write down what came of it."""
        write.answer = answer
        self._line({"done": write.number, "answer": answer})

    def _line(self, row: Mapping[str, Any]) -> None:
        if "told" in row:
            self._told.append(row["told"])
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, path: Path) -> None:
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        if torn:
            # The process died while it wrote this line, so the call was not made yet. What is
            # written next must begin a line of its own.
            with path.open("r+b") as file:
                file.truncate(len(whole) + 1)
        for number, line in enumerate(whole.decode("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
            except ValueError as wrong:
                raise JournalError(
                    f"{path}, line {number} cannot be read, so it is not known what was written. "
                    "Begin anew with another --journal."
                ) from wrong
            try:
                self._take(path, row)
            except KeyError as missing:
                raise JournalError(
                    f"{path}, line {number} does not say {missing}: an earlier version of "
                    "koppeling wrote this journal, and a replay cannot go on with it. What it "
                    'wrote stays in the books, each in a line that begins with "write". Begin '
                    "anew with another --journal."
                ) from missing
        self.shop.forget_what_led_to_nothing()

    def _take(self, path: Path, row: Mapping[str, Any]) -> None:
        """Take over a row of the file.

        Raises KeyError when it lacks something, JournalError when it is of another replay.
        """
        if "write" in row or "done" in row or "again" in row:
            self.shop.something_written()
        if "write" in row:
            self.writes.append(
                Write(
                    row["write"],
                    row["operation"],
                    row["meaning"],
                    tuple(row["key"]),
                    row["told"],
                    row["after"],
                    datetime.fromisoformat(row["at"]),
                )
            )
        elif "again" in row:
            self.writes[row["again"] - 1].at = datetime.fromisoformat(row["at"])
        elif "done" in row:
            self.writes[row["done"] - 1].answer = row["answer"]
        elif not self.shop.take(row) and row != self.head:
            raise JournalError(
                f"{path} is the journal of another replay ({row.get('story')} on "
                f"{row.get('target')}). Name another file."
            )
