"""The rules by which a request is held against a recorded one, each a function with its name.

A rule returns what differs, None when nothing does. Values that redaction replaced are bound: the
first value that a client sends in the place of a stand-in belongs to it from then on, both ways.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from contracts.recording.calls import Leaf, leaves, operation_of
from contracts.recording.recordings import Request
from contracts.redacting.kinds import KINDS

STAND_IN = re.compile(
    "|".join(f"(?:{kind.mark.pattern})" for kind in KINDS.values() if kind.name != "account")
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.]*(?:Z|[+-]\d\d:\d\d)?")


@dataclass
class Bound:
    """Which value of the client belongs to which recorded one, both ways."""

    theirs: dict[str, str] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "Bound":
        """Return a copy, to be thrown away when a match fails halfway."""
        return Bound(dict(self.theirs), dict(self.ours))

    def take(self, recorded: str, asked: str) -> bool:
        """Bind a value to a recorded one; return whether that agrees with what is bound."""
        return (
            self.theirs.setdefault(recorded, asked) == asked
            and self.ours.setdefault(asked, recorded) == recorded
        )


Rule = Callable[[Request, Request, Bound], str | None]


def method(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold the HTTP methods against each other."""
    return _differ("method", recorded.method, asked.method)


def operation(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold the operations against each other: AddMutatie, account.invoice.read."""
    return _differ("operation", operation_of(recorded), operation_of(asked))


def path(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold the paths of the addresses against each other; host and port may differ."""
    return _differ("path", urlsplit(recorded.url).path, urlsplit(asked.url).path)


def query(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold the queries of the addresses against each other, by name, bound values included."""
    ours, theirs = (dict(parse_qsl(urlsplit(one.url).query, True)) for one in (recorded, asked))
    if ours.keys() != theirs.keys():
        return f"query: recorded {sorted(ours)}, asked {sorted(theirs)}"
    wrong = [name for name in ours if not same(ours[name], theirs[name], bound)]
    return f"query: {', '.join(wrong)}" if wrong else None


def values(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold the values of the bodies against each other, whatever their order in the document."""
    ours, theirs = leaves(recorded), leaves(asked)
    for place in dict.fromkeys(leaf.path for leaf in [*ours, *theirs]):
        one = [leaf for leaf in ours if leaf.path == place]
        other = [leaf for leaf in theirs if leaf.path == place]
        if len(one) != len(other):
            return f"{place}: recorded {len(one)} times, asked {len(other)} times"
        for mine, given in zip(one, other, strict=True):
            if mine.kind != given.kind or not same(mine.text, given.text, bound):
                return f"{place}: recorded {shown(mine)}, asked {shown(given)}"
    return None


def order(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold the order in which the values stand in the documents against each other."""
    ours, theirs = (list(dict.fromkeys(leaf.path for leaf in leaves(r))) for r in (recorded, asked))
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            return f"order: recorded {one}, asked {other} in its place"
    return None


RULES: dict[str, Rule] = {
    "method": method,
    "operation": operation,
    "path": path,
    "query": query,
    "values": values,
    "order": order,
}
"""All rules by name, the coarse ones first."""


def same(recorded: str, asked: str, bound: Bound) -> bool:
    """Return whether two values agree: equal, or bound to each other where they may differ."""
    if MOMENT.fullmatch(recorded) and MOMENT.fullmatch(asked):
        return bound.take(recorded, asked)
    stand_ins = STAND_IN.findall(recorded)
    if not stand_ins:
        return recorded == asked
    pieces = [re.escape(piece) for piece in STAND_IN.split(recorded)]
    found = re.fullmatch("(.+?)".join(pieces), asked, re.DOTALL)
    if found is None:
        return False
    return all(bound.take(one, other) for one, other in zip(stand_ins, found.groups(), strict=True))


def shown(leaf: Leaf) -> str:
    """Return a value for a message; one that is secret or personal is not shown."""
    from contracts.redacting.rules import own_rules

    if own_rules().kind_of(leaf.name, "") and not STAND_IN.fullmatch(leaf.text):
        return "(not shown)"
    return repr(leaf.text) if leaf.text else "(empty)"


def _differ(what: str, recorded: str, asked: str) -> str | None:
    return None if recorded == asked else f"{what}: recorded {recorded}, asked {asked}"
