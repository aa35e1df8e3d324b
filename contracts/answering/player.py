"""Answers requests from a recording, each exchange once, and says loudly when none fits."""

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from contracts.answering.matching import RULES, STAND_IN, Bound, Rule, same, shown
from contracts.recording.calls import leaves, operation_of
from contracts.recording.recordings import Exchange, Recording, Request, Response

READING = ("Get", "read", "search", "fields_get", "name_", "default_get", "version", "onchange")
"""How the names of operations and methods begin that only read."""
WIDTH = 44
"""How wide each of the two columns of a mismatch is."""


class Mode(StrEnum):
    """What is done with a request, as VCR.py has it."""

    NONE = "none"
    """Only what was recorded is answered."""
    NEW = "new"
    """What was not recorded goes to the service, and is recorded."""
    ALL = "all"
    """Everything goes to the service, and is recorded anew."""


def mode_named(name: str) -> Mode:
    """Return the mode of a name; raises ValueError with the good names."""
    try:
        return Mode(name)
    except ValueError as wrong:
        raise ValueError(f"there is no mode {name!r}; there are {', '.join(Mode)}") from wrong


class MismatchError(Exception):
    """No exchange of the recording fits a request; the message shows it beside the nearest.

    `was_played` tells that one did fit, and was played before.
    """

    def __init__(self, message: str, *, was_played: bool = False) -> None:
        super().__init__(message)
        self.was_played = was_played


def only_reads(request: Request) -> bool:
    """Return whether a request asks for something that may be read again."""
    name = operation_of(request).rpartition(".")[2]
    return request.method in ("GET", "HEAD") or name.startswith(READING)


class Player:
    """Plays a recording: a call is answered once, what is only read as often as it is asked.

    `rules` are names of `matching.RULES`; left out are those that a client cannot keep. `more`
    are rules beside them. `again` tells which requests may be answered more than once.
    """

    def __init__(
        self,
        recording: Recording,
        rules: Sequence[str] = tuple(RULES),
        *,
        again: Callable[[Request], bool] = only_reads,
        more: Mapping[str, Rule] = MappingProxyType({}),
    ) -> None:
        unknown = [name for name in rules if name not in RULES]
        if unknown:
            raise ValueError(f"there is no rule {unknown[0]!r}; there are {', '.join(RULES)}")
        self._rules = {**{name: RULES[name] for name in rules}, **more}
        self._again = again
        self._exchanges = [exchange for exchange in recording if exchange.response is not None]
        self._played: set[int] = set()
        self._bound = Bound()
        self._lock = threading.Lock()

    @property
    def unplayed(self) -> list[Exchange]:
        """The exchanges that nobody has asked for."""
        return [one for one in self._exchanges if one.number not in self._played]

    def answer(self, asked: Request) -> Response:
        """Return the recorded answer to a request; raises MismatchError when there is none.

        Of several that fit the first is taken that was not played yet, else the last one.
        """
        with self._lock:
            fitting = [one for one in self._exchanges if self._fits(one, asked)]
            fresh = [one for one in fitting if one.number not in self._played]
            if not fresh and not (fitting and self._again(asked)):
                raise MismatchError(self._told(asked), was_played=bool(fitting))
            exchange = fresh[0] if fresh else fitting[-1]
            self._broken(exchange.request, asked, self._bound)
            self._played.add(exchange.number)
            assert exchange.response is not None
            return self._given_back(exchange.response)

    def _fits(self, exchange: Exchange, asked: Request) -> bool:
        bound = self._bound.copy()
        return all(rule(exchange.request, asked, bound) is None for rule in self._rules.values())

    def _broken(self, recorded: Request, asked: Request, bound: Bound) -> list[str]:
        found = []
        for rule in self._rules.values():
            wrong = rule(recorded, asked, bound)
            if wrong is not None:
                found.append(wrong)
        return found

    def _given_back(self, response: Response) -> Response:
        """Return an answer with the client's own values where stand-ins are bound to them."""
        kind = response.header("Content-Type")
        text = response.body.decode("utf-8", "surrogateescape")

        def own(found: re.Match[str]) -> str:
            value = self._bound.theirs.get(found[0])
            if value is None:
                return found[0]
            return json.dumps(value)[1:-1] if "json" in kind else escape(value)

        body = STAND_IN.sub(own, text).encode("utf-8", "surrogateescape")
        return Response(response.status, response.reason, response.headers, body)

    def _told(self, asked: Request) -> str:
        name = operation_of(asked)
        if not self._exchanges:
            return f"{name}: the recording holds no exchange at all."
        nearest = min(self._exchanges, key=lambda one: self._distance(one.request, asked))
        played = nearest.number in self._played
        wrong = self._broken(nearest.request, asked, self._bound.copy())
        why = "; ".join(wrong) if wrong else "it was played already"
        lines = [
            f"{name}: no exchange of the recording fits this request.",
            f"Nearest is exchange {nearest.number}{' (played already)' if played else ''}: {why}.",
            "",
            *side_by_side(nearest.request, asked, self._bound.copy()),
        ]
        return "\n".join(lines)

    def _distance(self, recorded: Request, asked: Request) -> tuple[int, int]:
        wrong = len(self._broken(recorded, asked, self._bound.copy()))
        ours = {(leaf.path, leaf.text) for leaf in leaves(recorded)}
        theirs = {(leaf.path, leaf.text) for leaf in leaves(asked)}
        far = 0 if operation_of(recorded) == operation_of(asked) else 100
        return wrong + far, len(ours ^ theirs)


def side_by_side(recorded: Request, asked: Request, bound: Bound) -> list[str]:
    """Return two requests as lines in two columns; a > is before what differs."""
    lines = [f"  {'recorded':<{WIDTH}}  asked"]
    heads = [f"{one.method} {urlsplit(one.url).path}" for one in (recorded, asked)]
    lines.append(_line(heads[0], heads[1], heads[0] == heads[1]))
    ours, theirs = leaves(recorded), leaves(asked)
    for place in dict.fromkeys(leaf.path for leaf in [*ours, *theirs]):
        one = [leaf for leaf in ours if leaf.path == place]
        other = [leaf for leaf in theirs if leaf.path == place]
        for n in range(max(len(one), len(other))):
            mine, given = (column[n] if n < len(column) else None for column in (one, other))
            agree = mine is not None and given is not None and same(mine.text, given.text, bound)
            name = (
                place.rpartition("/")[2]
                if place.count("/") < 3
                else "/".join(place.split("/")[-2:])
            )
            lines.append(
                _line(
                    f"{name} {shown(mine)}" if mine else "(nothing)",
                    f"{name} {shown(given)}" if given else "(nothing)",
                    agree,
                )
            )
    return lines


def _line(left: str, right: str, equal: bool) -> str:
    return f"{' ' if equal else '>'} {left:<{WIDTH}}  {right}"
