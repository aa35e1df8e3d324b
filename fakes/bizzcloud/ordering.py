"""The order that records are found in, and the page of them that a search hands out."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.domain import type_name
from fakes.bizzcloud.errors import ServerError, UserError
from fakes.bizzcloud.fields import MANY

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model


def ordered(model: "Model", ids: list[int], order: str | None) -> list[int]:
    """Return ids sorted by an order such as "write_date desc, id"; the model's own by default.

    Raises UserError for an order that is none, ServerError for a field that the model lacks.
    """
    for name, descending in reversed(order_terms(model, order or model.order)):
        key = _order_key(model, name)
        ids = sorted(ids, key=key, reverse=descending)
    return ids


_ORDER = re.compile(
    r'(?: *+(?:[a-z0-9:_]++|"[a-z0-9:_]++")(?: *+, *+)?+)++', re.IGNORECASE | re.ASCII
)
"""Words with or without commas between them: what the service takes for an order."""


@lru_cache(maxsize=512)
def _split_order(order: str) -> tuple[tuple[str, str], ...] | None:
    """Return the fields of an order with their directions, as the service takes them apart.

    It cuts at single blanks: of "name  desc", with two, the direction is lost, and a comma at the
    end asks for a field without a name (published: _generate_order_by in openerp/models.py).
    """
    if _ORDER.fullmatch(order) is None:
        return None
    terms = []
    for part in order.split(","):
        name, *rest = part.strip().split(" ")
        terms.append((name, rest[0] if len(rest) == 1 else ""))
    return tuple(terms)


def order_terms(model: "Model", order: str) -> tuple[tuple[str, bool], ...]:
    """Return the fields of an order, each with whether it goes down.

    Raises UserError for a text that is no order, ServerError for a field that cannot be told
    apart in the table or a direction that the database does not know.
    """
    terms = _split_order(order) if isinstance(order, str) else None
    if terms is None:
        raise UserError(
            'Invalid "order" specified. A valid "order" specification is a comma-separated list '
            "of valid field names (optionally followed by asc/desc for the direction)"
        )
    for name, direction in terms:
        field = model.all_fields.get(name)
        if field is None or (name in COMPUTED_EVERYWHERE and not field.store):
            raise ServerError("ValueError", f"Sorting field {name} not found on model {model.name}")
        if direction.lower() not in ("", "asc", "desc"):
            raise ServerError("ProgrammingError", f'syntax error at or near "{direction}"')
    return tuple(
        (name, direction.lower() == "desc") for name, direction in terms if _sortable(model, name)
    )


COMPUTED_EVERYWHERE = ("display_name", "__last_update")
"""What every record has and few tables; where the table lacks it, nothing is sorted by it."""


def window(offset: Any, limit: Any) -> slice:
    """Return which of the records found a search hands out; no limit, or 0, is all of them.

    Raises ServerError for what is no number and for a negative one, as the query would.
    """
    for asked in (limit, offset):
        if asked and not isinstance(asked, (int, float)):
            kind = type_name(asked)
            raise ServerError("TypeError", f"%d format: a number is required, not {kind}")
    for name, asked in (("OFFSET", offset), ("LIMIT", limit)):
        if asked and asked < 0:
            raise ServerError("DataError", f"{name} must not be negative")
    start = int(offset or 0)
    return slice(start, start + int(limit) if limit else None)


def _sortable(model: "Model", name: str) -> bool:
    """Return whether a field can be sorted by; an order passes over those that cannot."""
    field = model.all_fields[name]
    return field.type not in MANY and (field.store or not field.compute)


def _order_key(model: "Model", name: str) -> Callable[[int], Any]:
    """Return the sort key of a field: empty last, texts as a Dutch reader sorts them.

    A reference is sorted by the fields of the other model's order, all in one direction.
    """
    rows = model.table.rows
    if name == "id":
        return lambda identifier: identifier
    field = model.all_fields[name]
    if field.type == "many2one" and field.store:
        assert field.relation is not None
        other = model.env[field.relation]
        inner = [part.split()[0] for part in other.order.split(",")]
        keys = [_column_key(other, each) for each in inner]

        def referred(identifier: int) -> Any:
            value = rows[identifier].get(name)
            return (1,) if value is None else (0, [key(value) for key in keys])

        return referred
    return _column_key(model, name)


def _column_key(model: "Model", name: str) -> Callable[[int], Any]:
    rows = model.table.rows
    if name == "id":
        return lambda identifier: identifier
    field = model.all_fields[name]
    is_text = field.type in ("char", "text", "html", "selection")

    def key(identifier: int) -> Any:
        value = rows[identifier].get(name) if field.store else model.raw(identifier, name)
        if value is None:
            return (1,)
        return (0, collated(value)) if is_text else (0, value)

    return key


@lru_cache(maxsize=65536)
def collated(value: str) -> tuple[str, str, str]:
    """Return a text's place in the order: letters first, then accents, then capitals."""
    folded = unicodedata.normalize("NFKD", value)
    letters = "".join(each for each in folded if each.isalnum()).casefold()
    return letters, folded.casefold(), folded.swapcase()
