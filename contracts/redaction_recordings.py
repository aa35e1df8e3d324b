"""Takes everything secret or personal out of a recording, before it is written.

What a rule names gets a stand-in of the same form; the same value gets the same stand-in wherever
it stands, also inside base64, percent-encoding, JSON or XML within a text. It goes over the
exchanges twice, because a value may be seen in a free text before the place that gives it away.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit, urlunsplit

from contracts.recording_calls import operation_of
from contracts.recordings import Exchange, Headers, Recording, Request, Response
from contracts.redaction_kinds import KINDS, Kind, is_stand_in
from contracts.redaction_rules import Rules, own_rules
from contracts.redaction_texts import is_json, is_xml, walk_json, walk_xml

ANYWHERE = 6
"""From how many characters on a known value is replaced inside longer words too."""
WORD = 4
"""From how many characters on a known value is replaced where it is a word of a text."""
LEFT_OUT = b"[left out: a packed body that cannot be unpacked]"

_BASE64 = re.compile(r"(?<![\w+/=-])[\w+/-]{12,}={0,2}(?![\w+/=-])")
_PERCENT = re.compile(r"[\w.~+*/-]*(?:%[0-9A-Fa-f]{2}[\w.~+*/-]*)+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+)?")


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
    """

    def __init__(
        self, rules: Rules | None = None, known: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self.rules = own_rules() if rules is None else rules
        self.found: list[Finding] = []
        self._stand_ins: dict[str, str] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: Counter[str] = Counter()
        self._pattern: re.Pattern[str] | None = None
        self._learning = True
        self._place = (0, "")
        self._operation = ""
        self._whole_answer: str | None = None
        for kind, values in (known or {}).items():
            for value in values:
                if value:
                    self._stand_in(KINDS[kind], value)
        self.found.clear()

    def recording(self, recording: Recording) -> Recording:
        """Return a recording without secrets and personal data."""
        self._learning = True
        for exchange in recording:
            self._exchange(exchange)
        self._learning = False
        self._pattern = _pattern(self._stand_ins)
        self.found.clear()
        made = tuple(self._exchange(exchange) for exchange in recording)
        return Recording(made, made=recording.made, redacted=True)

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
        url = self._url(request.url)
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
        return self._visit("", text)

    def _headers(self, number: int, side: str, headers: Headers) -> Headers:
        return tuple(
            (name, self._header(number, f"{side} header {name}", name.lower(), value))
            for name, value in headers
        )

    def _header(self, number: int, where: str, name: str, value: str) -> str:
        self._place = (number, where)
        if name in ("authorization", "proxy-authorization"):
            return self._authorization(value)
        if name in ("cookie", "set-cookie"):
            return self._cookies(value, only_first=name == "set-cookie")
        if name in self.rules.headers:
            return self._stand_in(KINDS[self.rules.headers[name]], value)
        if name in ("location", "referer", "origin"):
            return self._url(value)
        return self._visit("", value)

    def _authorization(self, value: str) -> str:
        scheme, _, given = value.partition(" ")
        if scheme.lower() == "basic":
            decoded = _from_base64(given)
            if decoded is not None:
                user, colon, password = decoded.partition(":")
                made = self._stand_in(KINDS["user"], user) if user else ""
                if password:
                    made += colon + self._stand_in(KINDS["secret"], password)
                return f"{scheme} {base64.b64encode(made.encode()).decode()}"
        return f"{scheme} {self._stand_in(KINDS['secret'], given)}" if given else value

    def _cookies(self, value: str, *, only_first: bool) -> str:
        parts = value.split(";")
        for place, part in enumerate(parts[:1] if only_first else parts):
            name, equals, given = part.partition("=")
            if equals and given.strip():
                parts[place] = f"{name}={self._stand_in(KINDS['secret'], given.strip())}"
        return ";".join([parts[0], *(self._visit("", part) for part in parts[1:])])

    def _url(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._visit("", url)
        login, at, host = parts.netloc.rpartition("@")
        user, colon, password = login.partition(":")
        login = f"{self._encoded('user', user)}{colon}{self._encoded('secret', password)}"
        query = "&".join(self._pair(pair) for pair in parts.query.split("&"))
        return urlunsplit(
            parts._replace(
                netloc=f"{login}{at}{self._visit('', host)}",
                path=self._visit("", parts.path),
                query=query,
                fragment=self._visit("", parts.fragment),
            )
        )

    def _encoded(self, kind: str, given: str) -> str:
        return quote(self._stand_in(KINDS[kind], unquote_plus(given))) if given else ""

    def _pair(self, pair: str) -> str:
        name, equals, given = pair.partition("=")
        value = unquote_plus(given)
        made = self._visit(unquote_plus(name), value)
        return pair if made == value else f"{name}{equals}{quote_plus(made)}"

    def _body(self, number: int, side: str, message: Request | Response) -> bytes:
        self._place = (number, f"{side} body")
        body = message.body
        if not body:
            return body
        if message.header("Content-Encoding").lower() not in ("", "identity") and _is_packed(
            message.header("Content-Encoding").lower(), body
        ):
            return LEFT_OUT
        text, encoding = _decoded(body)
        if "form-urlencoded" in message.header("Content-Type") and parse_qsl(text):
            return "&".join(self._pair(pair) for pair in text.split("&")).encode(encoding)
        made = self._structured(text)
        return body if made == text else made.encode(encoding, "xmlcharrefreplace")

    def _structured(self, text: str) -> str:
        if is_xml(text):
            return walk_xml(text, self._visit)
        if is_json(text):
            return walk_json(text, self._visit)
        return self._plain(text)

    def _visit(self, field: str, value: str) -> str:
        """Return what stands for a value of a field."""
        kind = self._kind_of(field)
        if kind is not None and value.strip() and not _MOMENT.fullmatch(value):
            return self._stand_in(KINDS[kind], value)
        if is_xml(value) or is_json(value):
            return self._structured(value)
        return self._plain(value)

    def _kind_of(self, field: str) -> str | None:
        if field.startswith("argument "):
            method = self._operation.rpartition(".")
            named = method[2] if method[0] in ("common", "db") else "execute_kw"
            place = int(field.removeprefix("argument "))
            return self.rules.arguments.get(named, {}).get(place) or self._whole_answer
        return self.rules.kind_of(field, self._operation) if field else self._whole_answer

    def _plain(self, text: str) -> str:
        """Return a text without values that are known or of a form that is looked for."""
        if len(text) < WORD:
            return text
        if self._pattern is not None and not self._learning:
            text = self._pattern.sub(self._known, text)
        for kind in KINDS.values():
            if kind.form is not None and kind.sign.search(text):
                text = kind.form.sub(lambda found, kind=kind: self._formed(kind, found), text)  # type: ignore[misc] # mypy cannot type a lambda's default
        if "%" in text:
            text = _PERCENT.sub(self._percent, text)
        return _BASE64.sub(self._base64, text)

    def _known(self, found: re.Match[str]) -> str:
        self._tell("a value known to be secret or personal")
        return self._stand_ins[found[0]]

    def _formed(self, kind: Kind, found: re.Match[str]) -> str:
        value = found.groupdict().get("value") or found[0]
        if not kind.real(value):
            return found[0]
        return found[0].replace(value, self._stand_in(kind, value))

    def _percent(self, found: re.Match[str]) -> str:
        decoded = unquote_plus(found[0])
        made = self._visit("", decoded) if "%" not in decoded else decoded
        return found[0] if made == decoded else quote_plus(made, safe="/")

    def _base64(self, found: re.Match[str]) -> str:
        decoded = _from_base64(found[0])
        if decoded is None or not "".join(decoded.split()).isprintable():
            return found[0]
        made = self._visit("", decoded)
        return found[0] if made == decoded else base64.b64encode(made.encode()).decode()

    def _stand_in(self, kind: Kind, value: str) -> str:
        if is_stand_in(value):
            return value
        self._tell(kind.name)
        if value not in self._stand_ins:
            same = re.sub(r"[\s.-]", "", value).lower() if kind.form is not None else value
            number = self._numbers.get((kind.name, same))
            if number is None:
                self._counts[kind.name] += 1
                number = self._numbers[kind.name, same] = self._counts[kind.name]
            self._stand_ins[value] = kind.make(value, number)
        return self._stand_ins[value]

    def _tell(self, kind: str) -> None:
        finding = Finding(*self._place, kind)
        if not self._learning and (not self.found or self.found[-1] != finding):
            self.found.append(finding)


def _pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of all values that may be replaced inside a text, the longest first."""
    parts = [
        _bounded(value)
        for value in sorted(values, key=lambda value: (-len(value), value))
        if len(value) >= WORD
    ]
    return re.compile("|".join(parts)) if parts else None


def _bounded(value: str) -> str:
    written = re.escape(value)
    if value.isdecimal():
        return rf"(?<!\d){written}(?!\d)"
    return written if len(value) >= ANYWHERE else rf"(?<!\w){written}(?!\w)"


def _from_base64(text: str) -> str | None:
    try:
        altered = text.replace("-", "+").replace("_", "/")
        return base64.b64decode(altered + "=" * (-len(altered) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _is_packed(encoding: str, body: bytes) -> bool:
    if encoding in ("gzip", "x-gzip"):
        return body.startswith(b"\x1f\x8b")
    if encoding == "deflate":
        return body[:1] == b"\x78"
    return True


def _decoded(body: bytes) -> tuple[str, str]:
    for encoding in ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
        try:
            return body.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1"), "latin-1"
