"""What Bizzcloud calls: signed pushes, and the activation's requests to test, link and unlink.

A WSGI application of few paths (`docs/push.md`). It answers a push at once and leaves the work to
`sync_core.watch`; an activation waits for its answer. Whoever does not sign learns nothing.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol, get_args

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sync_core.documents import Model
from sync_core.signatures import SIGNATURE_HEADER, TIME_HEADER, Gate, NotFromBizzcloud

LONGEST_BODY = 8 * 1024
"""Bytes; a push has about 200, an activation about 300."""

MODELS: tuple[Model, ...] = get_args(Model)
HIGHEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Answer:
    """What the person who activates the link reads, and how the link is."""

    ok: bool
    message: str
    administration: str
    state: str


@dataclass(frozen=True)
class Activation:
    """What the activation form holds; the codes show in no text."""

    database: str
    company: int
    username: str = ""
    security_code_1: str = ""
    security_code_2: str = ""

    def __repr__(self) -> str:
        return f"Activation({self.database}, {self.company})"


class Desk(Protocol):
    """Who acts on what Bizzcloud asks."""

    def push(self, database: str, model: Model, record: int) -> None:
        """Take note of a changed record; returns at once."""
        ...

    def test(self, activation: Activation) -> Answer:
        """Tell whether the codes are right."""
        ...

    def link(self, activation: Activation) -> Answer:
        """Make the link, or make it again."""
        ...

    def unlink(self, activation: Activation) -> Answer:
        """Undo the link."""
        ...

    def state(self, activation: Activation) -> Answer:
        """Tell how the link is."""
        ...


class _Unusable(Exception):
    """A signed request that says nothing we understand."""


def create_listener(desk: Desk, secret: bytes, now: Callable[[], datetime]) -> Flask:
    """Return the application that Bizzcloud calls.

    `secret` is the one shared with Bizzcloud, `now` the coupling's clock in UTC.
    """
    app = Flask("sync_core.listener")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    gate = Gate(secret)
    asked: dict[str, Callable[[Activation], Answer]] = {
        "test": desk.test,
        "link": desk.link,
        "unlink": desk.unlink,
        "state": desk.state,
    }

    def admitted() -> dict[str, Any]:
        body = request.get_data(cache=False)
        headers = request.headers
        gate.admit(headers.get(TIME_HEADER), headers.get(SIGNATURE_HEADER), body, now())
        try:
            values = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _Unusable from error
        if not isinstance(values, dict):
            raise _Unusable
        return values

    @app.post("/push")
    def push() -> Response:
        values = admitted()
        desk.push(_text(values, "database"), _model(values), _id(values, "id"))
        return Response(status=202)

    @app.post("/activation/<what>")
    def activate(what: str) -> Response:
        values = admitted()
        if what not in asked:
            return Response(status=404)
        if values.get("ask") != what:
            raise _Unusable
        answer = asked[what](_activation(values))
        return Response(json.dumps(asdict(answer)), mimetype="application/json")

    @app.errorhandler(NotFromBizzcloud)
    def refuse(_: NotFromBizzcloud) -> Response:
        return Response(status=401)

    @app.errorhandler(_Unusable)
    def not_understood(_: _Unusable) -> Response:
        return Response(status=400)

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> Response:
        return Response(status=error.code)

    return app


def _activation(values: dict[str, Any]) -> Activation:
    optional = ("username", "security_code_1", "security_code_2")
    return Activation(
        database=_text(values, "database"),
        company=_id(values, "company"),
        **{name: _text(values, name) for name in optional if name in values},
    )


def _model(values: dict[str, Any]) -> Model:
    for model in MODELS:
        if values.get("model") == model:
            return model
    raise _Unusable


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or len(value) > 200:
        raise _Unusable
    return value


def _id(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= HIGHEST_ID:
        raise _Unusable
    return value
