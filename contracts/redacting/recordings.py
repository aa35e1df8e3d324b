"""Takes everything secret or personal out of a recording, before it is written.

What a rule names gets a stand-in of the same form; the same value gets the same stand-in wherever
it stands. It goes over the exchanges twice, because a value may be seen in a free text before the
place that gives it away. At last every header, address and body is read in all the ways there are;
one in which something is still left is left out as a whole.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit

from contracts.recording.calls import operation_of
from contracts.recording.recordings import Exchange, Headers, Recording, Request, Response
from contracts.redacting.kinds import KINDS
from contracts.redacting.layers import is_document, opened
from contracts.redacting.readings import readings
from contracts.redacting.rules import Rules, own_rules
from contracts.redacting.texts import is_json, is_multipart, is_xml, walk_multipart
from contracts.redacting.values import LEFT_OUT, ValueRedactor

_COOKIE = re.compile(r"(?P<before>^|[;,])(?P<name>\s*[^=;,\s]+)=(?P<value>[^;,]+)")
_COOKIE_SETTINGS = frozenset(
    {"path", "domain", "expires", "max-age", "samesite", "version", "priority"}
)
_CHARSET = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)
_FORM = re.compile(r"[\w.%+~*-]+=[^&\s]*(?:&[\w.%+~*-]+=[^&\s]*)*")

Text = TypeVar("Text", str, bytes)


@dataclass(frozen=True)
class Finding:
    """Something that a rule replaces: in which exchange, where, of which kind. Never the value."""

    exchange: int
    where: str
    kind: str

    def __str__(self) -> str:
        return f"exchange {self.exchange}, {self.where}: {self.kind}"


class RecordingRedactor:
    """Redacts exchanges by rules; `known` are values by kind that are replaced wherever they are.

    One redactor gives the same value the same stand-in, over as many recordings as it is given.
    `plain` are values that stay, though they stand where something personal does.
    """

    def __init__(
        self,
        rules: Rules | None = None,
        known: Mapping[str, Iterable[str]] | None = None,
        plain: Iterable[str] = (),
    ) -> None:
        self.rules = own_rules() if rules is None else rules
        self.found: list[Finding] = []
        self._learning = True
        self._place = (0, "")
        self._operation = ""
        self._whole_answer: str | None = None
        self._learned: set[tuple[str, str | None, str, bytes]] = set()
        self._sure_of: set[str | bytes] = set()
        self._values = ValueRedactor(self._kind_of, self._tell, plain)
        for kind, values in (known or {}).items():
            for value in values:
                if value:
                    self._values.stand_in(KINDS[kind], value)
        self._values.learned()

    def recording(self, recording: Recording) -> Recording:
        """Return a recording without secrets and personal data."""
        self._learning = True
        self._learned.clear()
        self._sure_of.clear()
        self._values.forgotten()
        for exchange in recording:
            self._exchange(exchange)
        self._learning = False
        self._values.learned()
        self.found.clear()
        made = tuple(self._exchange(exchange) for exchange in recording)
        return Recording(made, made=recording.made, redacted=True)

    def text(self, text: str) -> str:
        """Return a text that was no part of an exchange without what is known so far."""
        self._learning, self._operation, self._whole_answer = False, "", None
        self._place = (0, "text")
        return self._values.visit("", text)

    def _exchange(self, exchange: Exchange) -> Exchange:
        request, response = exchange.request, exchange.response
        self._operation = operation_of(request)
        return replace(
            exchange,
            request=self._request(exchange.number, request),
            response=None if response is None else self._response(exchange.number, response),
            broken=self._at(exchange.number, "broken", exchange.broken),
            label=self._at(exchange.number, "label", exchange.label),
        )

    def _request(self, number: int, request: Request) -> Request:
        self._place = (number, "address")
        url = self._sure(self._url(request.url), "http://left-out.invalid/")
        headers = self._headers(number, "request", request.headers)
        body = self._body(number, "request", request)
        return Request(request.method, url, headers, body)

    def _response(self, number: int, response: Response) -> Response:
        headers = self._headers(number, "response", response.headers)
        self._whole_answer = self.rules.answers.get(self._operation)
        body = self._body(number, "response", response)
        self._whole_answer = None
        reason = self._at(number, "reason", response.reason)
        return Response(response.status, reason, headers, body)

    def _at(self, number: int, where: str, text: str) -> str:
        self._place = (number, where)
        return self._sure(self._values.visit("", text), LEFT_OUT.decode())

    def _headers(self, number: int, side: str, headers: Headers) -> Headers:
        return tuple(
            (name, self._header(number, f"{side} header {name}", name.lower(), value))
            for name, value in headers
        )

    def _header(self, number: int, where: str, name: str, value: str) -> str:
        self._place = (number, where)
        kind = self.rules.kind_of_header(name)
        if value == LEFT_OUT.decode():
            return value
        if name in ("authorization", "proxy-authorization"):
            made = self._authorization(value)
        elif name in ("cookie", "set-cookie"):
            made = _COOKIE.sub(self._cookie, value)
        elif kind is not None:
            made = self._values.stand_in(KINDS[kind], value)
        elif name in ("location", "referer", "origin", "content-location"):
            made = self._url(value)
        else:
            made = self._values.visit("", value)
        return self._sure(made, LEFT_OUT.decode())

    def _authorization(self, value: str) -> str:
        scheme, space, given = value.partition(" ")
        made = self._values.basic(given) if scheme.lower() == "basic" else None
        if not space:
            return self._values.stand_in(KINDS["secret"], value)
        return f"{scheme} {made or self._values.stand_in(KINDS['secret'], given)}"

    def _cookie(self, found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        if name.strip().lower() in _COOKIE_SETTINGS:
            made = self._values.visit("", value)
        else:
            made = self._values.stand_in(KINDS["secret"], value.strip())
        return f"{found['before']}{name}={made}"

    def _url(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._values.visit("", url)
        login, at, host = parts.netloc.rpartition("@")
        user, colon, password = login.partition(":")
        login = f"{self._encoded('user', user)}{colon}{self._encoded('secret', password)}"
        return urlunsplit(
            parts._replace(
                netloc=f"{login}{at}{self._values.visit('', host)}",
                path=self._values.visit("", parts.path),
                query=self._pairs(parts.query),
                fragment=self._pairs(parts.fragment),
            )
        )

    def _encoded(self, kind: str, given: str) -> str:
        return quote(self._values.stand_in(KINDS[kind], unquote_plus(given))) if given else ""

    def _pairs(self, text: str) -> str:
        return "&".join(self._values.pair(pair) for pair in text.split("&"))

    def _body(self, number: int, side: str, message: Request | Response) -> bytes:
        self._place = (number, f"{side} body")
        body, kind = message.body, message.header("Content-Type").lower()
        if not body or body == LEFT_OUT or self._is_learned(kind, body):
            return body
        charset = _CHARSET.search(kind)
        within = opened(body, charset[1] if charset else "")
        if within is None or is_document(body):
            if kind.startswith(("image/", "font/")):
                return body
            self._tell("a body that cannot be read")
            return LEFT_OUT
        made = self._told(within.text, kind)
        return self._sure(body if made == within.text else within.again(made), LEFT_OUT)

    def _is_learned(self, kind: str, body: bytes) -> bool:
        """Return whether the values of the same body were learned before, and note that it is."""
        if not self._learning:
            return False
        body_said = (self._operation, self._whole_answer, kind, body)
        if body_said in self._learned:
            return True
        self._learned.add(body_said)
        return False

    def _told(self, text: str, kind: str) -> str:
        """Return the text of a body redacted, in the form that its kind or its looks tell."""
        is_form = "form-urlencoded" in kind and bool(parse_qsl(text))
        # What a body is counts for more than what it is said to be.
        if not is_xml(text) and not is_json(text) and (is_form or _FORM.fullmatch(text)):
            return self._pairs(text)
        if "multipart" in kind or is_multipart(text):
            return walk_multipart(text, self._values.visit)
        return self._values.structured(text)

    def _sure(self, made: Text, instead: Text) -> Text:
        """Return a text, or what stands instead where something is left in it after all."""
        if self._learning or not made or made in self._sure_of:
            return made
        body = made if isinstance(made, bytes) else made.encode("utf-8", "surrogateescape")
        if any(self._values.is_left(text) for text in readings(body)):
            self._tell("something in an encoding that cannot be redacted")
            return instead
        self._sure_of.add(made)
        return made

    def _kind_of(self, field: str) -> str | None:
        if field.startswith("argument "):
            method = self._operation.rpartition(".")
            named = method[2] if method[0] in ("common", "db") else "execute_kw"
            place = int(field.removeprefix("argument "))
            return self.rules.arguments.get(named, {}).get(place) or self._whole_answer
        return self.rules.kind_of(field, self._operation) if field else self._whole_answer

    def _tell(self, kind: str) -> None:
        finding = Finding(*self._place, kind)
        if not self._learning and (not self.found or self.found[-1] != finding):
            self.found.append(finding)
