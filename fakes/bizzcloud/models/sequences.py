"""ir.sequence: the numbers of documents."""

import re
from typing import Any

from fakes.bizzcloud.declaring import Record, on_model, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import boolean, char, integer, many2one, selection
from fakes.bizzcloud.records import Model

_STRFTIME = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "y": "%y",
    "doy": "%j",
    "woy": "%W",
    "weekday": "%w",
    "h24": "%H",
    "h12": "%I",
    "min": "%M",
    "sec": "%S",
}
_UNKNOWN = re.compile(r"%\((\w+)\)s")


class Sequence(Model):
    """A series of numbers with a prefix such as F/%(year)s/, of the year of today."""

    name = "ir.sequence"
    description = "ir.sequence"
    order = "name"
    fields = {
        "name": char("Name", required=True, size=64),
        "code": char("Sequence Type", size=64),
        "implementation": selection(
            "Implementation",
            [("standard", "Standard"), ("no_gap", "No gap")],
            required=True,
            default="standard",
        ),
        "active": boolean("Active", default=True),
        "prefix": char("Prefix", size=64),
        "suffix": char("Suffix", size=64),
        "number_next": integer("Next Number", required=True, default=1),
        "number_next_actual": integer("Next Number", related=("number_next",), store=False),
        "number_increment": integer("Increment Number", required=True, default=1),
        "padding": integer("Number Padding", required=True, default=0),
        "company_id": many2one("Company", "res.company"),
    }

    def take(self, sequence: Record) -> str:
        """Return the next number of a sequence and move it on.

        A standard sequence is not moved back by a call that fails; one without gaps is.
        """
        number = sequence.number_next
        following = {"number_next": number + sequence.number_increment}
        if sequence.implementation == "no_gap":
            self.store(sequence.id, **following)
        else:
            self.env.keep(self.table, sequence.id, {**self.table.rows[sequence.id], **following})
        moment = self.env.transaction.started
        words = {name: moment.strftime(pattern) for name, pattern in _STRFTIME.items()}

        def filled(pattern: str | None) -> str:
            made = pattern or ""
            for name, value in words.items():
                made = made.replace(f"%({name})s", value)
            return made

        unknown = _UNKNOWN.search(filled(sequence.prefix) + filled(sequence.suffix))
        if unknown:
            raise UserError(f"Invalid prefix or suffix for sequence '{sequence.name}'")
        return (
            f"{filled(sequence.prefix)}{number:0{sequence.padding or 0}d}{filled(sequence.suffix)}"
        )

    @on_records
    def next_by_id(self, ids: int | list[int]) -> str:
        """Return the next number of the sequence with an id."""
        first = ids[0] if isinstance(ids, list) else ids
        return self.take(self.one(first))

    @on_model
    def next_by_code(self, sequence_code: str) -> str | bool:
        """Return the next number of the sequence with a code; False when there is none."""
        ids = self.search([("code", "=", sequence_code)], limit=1)
        return self.take(self.one(ids[0])) if ids else False

    @on_model
    def get_id(self, sequence_code_or_id: Any, code_or_id: str = "id") -> str | bool:
        """Return the next number of the sequence with an id, or a code where that is said."""
        if code_or_id == "id":
            return self.next_by_id(sequence_code_or_id)
        return self.next_by_code(sequence_code_or_id)

    @on_model
    def get(self, code: str) -> str | bool:
        """Return the next number of the sequence with a code (the older name)."""
        return self.next_by_code(code)
