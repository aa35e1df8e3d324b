"""What a replay has done in a real Bizzcloud, and what it has read there between two writes.

A replay that broke off is played again from its beginning, while the shop is further on already. So
that it goes as it went, each write is answered as the first time, and what is read in between is
answered by what the shop said then. The lines stand in the replay's own journal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.sandbox import GuardError

BY_PERSON = "person"
"""The operation of what a person did in Bizzcloud."""


@dataclass
class ShopWrite:
    """One write: the model and method, what it asks as a hash, and what came of it.

    `before` is what the shop held that the write changes, by which is seen whether it was made.
    `answer` is {"value": …} or {"fault": [code, text]}, None as long as none came; `made` has the
    ids of the records that it made, by model.
    """

    number: int
    operation: str
    meaning: str
    told: str
    before: Mapping[str, Any]
    answer: Mapping[str, Any] | None = None
    made: Mapping[str, list[int]] = field(default_factory=dict)


class ShopJournal:
    """The writes and readings of one replay, over all its passes; `line` writes a row down."""

    def __init__(self, line: Callable[[Mapping[str, Any]], None]) -> None:
        self._line = line
        self.writes: list[ShopWrite] = []
        self._readings: dict[tuple[int, str], Mapping[str, Any]] = {}
        self._passed = 0
        self._tail: list[tuple[int, str]] = []
        self._refused: ShopWrite | None = None

    def begin_pass(self) -> None:
        """Play the story from its beginning."""
        self._passed = 0

    @property
    def is_ahead(self) -> bool:
        """Whether the shop holds writes that this pass has not come to yet."""
        return self._passed < len(self.writes)

    @property
    def sent(self) -> int:
        """How many writes were sent to the service, in all passes."""
        return sum(write.operation != BY_PERSON for write in self.writes)

    def own(self, model: str) -> list[int]:
        """Return the ids of the records that this pass has made until now, rising."""
        done = self.writes[: self._passed]
        return sorted(record for write in done for record in write.made.get(model, ()))

    def next(self, operation: str, meaning: str) -> ShopWrite | None:
        """Return the write of an earlier pass that this one repeats; None when it is new.

        Raises GuardError when the earlier pass wrote something else here.
        """
        if not self.is_ahead:
            return None
        write = self.writes[self._passed]
        if (write.operation, write.meaning) != (operation, meaning):
            raise GuardError(
                f"The replay goes otherwise than its journal: it would do {operation} in Bizzcloud "
                f"where it did {write.told}. Begin anew with another --journal."
            )
        return write

    def passed(self, write: ShopWrite) -> None:
        """Go on behind a write whose answer is known."""
        assert write is self.writes[self._passed]
        self._passed += 1

    def begin(
        self, operation: str, meaning: str, told: str, before: Mapping[str, Any]
    ) -> ShopWrite:
        """Write down what is about to be sent."""
        write = ShopWrite(len(self.writes) + 1, operation, meaning, told, before)
        self.writes.append(write)
        self._line(
            {
                "shop write": write.number,
                "operation": operation,
                "meaning": meaning,
                "told": told,
                "before": dict(before),
            }
        )
        return write

    def done(
        self, write: ShopWrite, answer: Mapping[str, Any], made: Mapping[str, list[int]]
    ) -> None:
        """Write down what came of it."""
        write.answer, write.made = answer, made
        self._line({"shop done": write.number, "answer": dict(answer), "made": dict(made)})

    def read(self, meaning: str) -> Mapping[str, Any] | None:
        """Return what the shop answered to a question at this point; None when it is new.

        Raises GuardError when the shop is further on, so that nobody can ask it any more.
        """
        known = self._readings.get((self._passed, meaning))
        if known is None and self.is_ahead:
            raise GuardError(
                "The replay goes otherwise than its journal: it asks Bizzcloud what it did not ask "
                f"before {self.writes[self._passed].told}. Begin anew with another --journal."
            )
        return known

    def keep(self, meaning: str, answer: Mapping[str, Any]) -> None:
        """Write down what the shop answered to a question."""
        self._readings[self._passed, meaning] = answer
        self._line({"shop read": meaning, "after": self._passed, "answer": dict(answer)})

    def take(self, row: Mapping[str, Any]) -> bool:
        """Take over a row of the file; return whether it was one of ours."""
        if "shop write" in row:
            self.writes.append(
                ShopWrite(
                    row["shop write"],
                    row["operation"],
                    row["meaning"],
                    row["told"],
                    row["before"],
                )
            )
            self.something_written()
        elif "shop done" in row:
            write = self.writes[row["shop done"] - 1]
            write.answer, write.made = row["answer"], row["made"]
            self.something_written()
            self._refused = write if "fault" in row["answer"] else None
        elif "shop read" in row:
            self._readings[row["after"], row["shop read"]] = row["answer"]
            self._tail.append((row["after"], row["shop read"]))
        else:
            return False
        return True

    def something_written(self) -> None:
        """Note, while the file is read, that what was read until here led to a write."""
        self._tail.clear()
        self._refused = None

    def forget_what_led_to_nothing(self) -> None:
        """Let what the broken pass asked last be asked again, and what was refused last be tried.

        Nothing was written after it, here or in the books, so it may be otherwise now: a person may
        have mended what the pass broke off for.
        """
        for reading in self._tail:
            self._readings.pop(reading, None)
        self._tail.clear()
        if self._refused is not None:
            self._refused.answer = None
