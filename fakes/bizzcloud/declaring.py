"""What models are declared with: the methods callers may use, constraints, records to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from fakes.bizzcloud.fields import Field, char, integer, many2one, moment

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model
    from fakes.bizzcloud.writing import Values

Method = TypeVar("Method", bound=Callable[..., Any])


def on_model(method: Method) -> Method:
    """Let callers use a method of the model as a whole."""
    vars(method)["called_on"] = "model"
    return method


def on_records(method: Method) -> Method:
    """Let callers use a method whose first argument is an id or a list of ids."""
    vars(method)["called_on"] = "records"
    return method


def automatic_fields() -> dict[str, Field]:
    """Return the fields that every model has."""
    return {
        "id": integer("ID", readonly=True),
        "display_name": char(
            "Display Name", readonly=True, compute="compute_display_name", store=False
        ),
        "create_date": moment("Created on"),
        "create_uid": many2one("Created by", "res.users"),
        "write_date": moment("Last Updated on"),
        "write_uid": many2one("Last Updated by", "res.users"),
        "__last_update": moment(
            "Last Modified on", readonly=True, compute="compute_last_update", store=False
        ),
    }


class Record:
    """One record for the stand-in's own rules: `record.partner_id.name`; None where it is empty."""

    __slots__ = ("id", "model")

    def __init__(self, model: "Model", identifier: int) -> None:
        self.model = model
        self.id = identifier

    def __getattr__(self, name: str) -> Any:
        value = self.model.raw(self.id, name)
        field = self.model.all_fields[name]
        if field.relation is None or value is None:
            return value
        other = self.model.env[field.relation]
        if field.type == "many2one":
            return Record(other, value)
        return [Record(other, each) for each in value]

    def write(self, values: "Values") -> None:
        """Change the record."""
        self.model.write([self.id], values)


@dataclass(frozen=True)
class Constraint:
    """A rule that records must keep to: how it is tested, what is said of one that does not.

    It is looked at when one of its fields is written. `message` is a text, or makes one of the
    record.
    """

    holds: Callable[[Any], bool]
    message: str | Callable[[Any], str]
    fields: tuple[str, ...]


def no_circle(message: str, parent: str = "parent_id") -> Constraint:
    """Return the constraint that no record is above itself."""

    def holds(record: Any) -> bool:
        above, seen = getattr(record, parent), {record.id}
        while above is not None and above.id not in seen:
            seen.add(above.id)
            above = getattr(above, parent)
        return above is None

    return Constraint(holds, message, (parent,))


def as_ids(ids: Any) -> list[int]:
    """Return ids from what a caller sent: one id, several, or none."""
    if isinstance(ids, (list, tuple)):
        return [each for each in ids if isinstance(each, int)]
    return [ids] if isinstance(ids, int) and ids else []
