"""Values in every encoding that may lie over them, one over the other: none is left.

Shares nothing with the redaction and its last look: what is left is searched for by undoing here
what was done here.
"""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote_plus
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner

from contracts.commands.recording import redact_command
from contracts.recording.recordings import (
    Exchange,
    Headers,
    Recording,
    Request,
    Response,
    read,
    write,
)
from contracts.redacting.recordings import RecordingRedactor
from contracts.redacting.values import LEFT_OUT

ADDRESS = "http://books.example/soap.asmx"
XML: Headers = (("Content-Type", "text/xml; charset=utf-8"),)
JSON: Headers = (("Content-Type", "application/json"),)
VALUES = {
    "Username": "annekejansen7",
    "SecurityCode1": "0123456789abcdef0123456789abcdef",
    "SecurityCode2": "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "Bedrijf": "Bakkerij Zwartkruis & Zn.",
    "Adres": "Dorpsstraat 12-III",
    "Plaats": "Ootmarsum",
    "Email": "klant.een+x@winkel.nl",
    "Telefoon": "06-12345678",
    "IBAN": "NL91ABNA0417164300",
    "BTWNummer": "NL123456782B90",
    "KvkNummer": "30123456",
    "password": 'w<8&zz"é!',
}
Code = Callable[[str], str]
Written = Callable[[str], bytes]


def all_percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def references(text: str) -> str:
    return "".join(f"&#x{ord(char):X};" for char in text)


def decimal_references(text: str) -> str:
    return "".join(f"&#{ord(char):04d};" for char in text)


def sections(text: str) -> str:
    return "".join(f"<![CDATA[{char}]]>" for char in text)


def mixed(text: str) -> str:
    ways = (escape, references, sections)
    return "".join(ways[place % 3](char) for place, char in enumerate(text))


def escapes(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def elements(code: Code) -> str:
    return "".join(f"<{name}>{code(value)}</{name}>" for name, value in VALUES.items())


def envelope(inner: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Vraag>'
        f"{inner}</Vraag></s:Body></s:Envelope>"
    ).encode()


def pairs(code: Code) -> str:
    return "&".join(f"{name}={code(value)}" for name, value in VALUES.items())


def posted(body: bytes, headers: Headers = XML) -> Exchange:
    return Exchange(1, Request("POST", ADDRESS, headers, body), Response(200, "OK", headers, body))


def got(url: str, headers: Headers = ()) -> Exchange:
    return Exchange(1, Request("GET", url, headers, b""), Response(200, "OK", headers, b""))


GIVEN_AWAY = posted(envelope(elements(escape)))
"""An exchange that tells which field holds each value."""

CODES: dict[str, Code] = {
    "percent": lambda text: quote(text, safe=""),
    "every byte": all_percent,
    "twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every byte twice": lambda text: quote(all_percent(text), safe=""),
    "three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
}
MARKUP: dict[str, Code] = {
    "references": references,
    "decimal references": decimal_references,
    "sections": sections,
    "mixed": mixed,
}
BASES: dict[str, Callable[[bytes], str]] = {
    "padded": lambda body: base64.b64encode(body).decode(),
    "not padded": lambda body: base64.b64encode(body).decode().rstrip("="),
    "for addresses": lambda body: base64.urlsafe_b64encode(body).decode().rstrip("="),
    "in lines": lambda body: base64.encodebytes(body).decode(),
    "twice": lambda body: base64.b64encode(base64.b64encode(body)).decode(),
}
CHARSETS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1")
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": lambda body: zlib.compress(body)[2:-4],
}


def cases() -> Iterator[tuple[str, list[Exchange]]]:
    """Yield each way in which values may be hidden, with its name."""
    for name, code in CODES.items():
        told = pairs(code)
        yield f"query, {name}", [got(f"{ADDRESS}?{told}")]
        yield f"form without its type, {name}", [posted(told.encode(), ())]
        yield (
            f"header, {name}",
            [got(ADDRESS, (("X-NOTE", told), ("rEfErEr", f"http://x/?{told}")))],
        )
        yield f"cookie, {name}", [got(ADDRESS, (("COOKIE", told.replace("&", "; ")),))]
        path = "/".join(code(value) for value in VALUES.values())
        yield f"path, {name}", [GIVEN_AWAY, got(f"http://books.example/{path}#{told}")]
        yield f"element, {name}", [posted(envelope(f"<u>http://x/?{escape(told)}</u>"))]
    for name, code in MARKUP.items():
        free = f"<Omschrijving>{' '.join(code(value) for value in VALUES.values())}</Omschrijving>"
        yield f"elements, {name}", [posted(envelope(elements(code)))]
        yield f"free text before, {name}", [posted(envelope(free)), GIVEN_AWAY]
    plain = f"<Rij>{elements(escape)}</Rij>".encode()
    for name, based in BASES.items():
        for what, body in (
            ("XML", plain),
            ("JSON", json.dumps(VALUES).encode()),
            ("gzip", gzip.compress(plain)),
            ("UTF-16", plain.decode().encode("utf-16")),
        ):
            hidden = posted(envelope(f"<Bestand>{based(body)}</Bestand>"))
            yield f"base64 of {what}, {name}", [hidden]
        each = "".join(f"<B>{based(value.encode())}</B>" for value in VALUES.values())
        yield f"base64 of each, {name}", [GIVEN_AWAY, posted(envelope(each))]
    for charset in CHARSETS:
        encoded = f'<?xml version="1.0"?><Rij>{elements(escape)}</Rij>'.encode(charset)
        declared = (("Content-Type", f"text/xml; charset={charset}"),)
        yield f"{charset}, declared", [posted(encoded, declared)]
        yield f"{charset}, not declared", [posted(encoded, ())]
    for name, pack in PACKED.items():
        for encoding in ("gzip", "deflate", "br", ""):
            headers = (*XML, *((("CONTENT-encoding", encoding),) if encoding else ()))
            yield f"{name} under {encoding or 'nothing'}", [posted(pack(plain), headers)]
    members = ",".join(f'"{name}":"{escapes(value)}"' for name, value in VALUES.items())
    yield "JSON in escapes", [posted(f"{{{members}}}".encode(), JSON)]
    nested = json.dumps({"p": json.dumps({"q": json.dumps(VALUES)})})
    yield "JSON in JSON in JSON", [posted(nested.encode(), JSON)]
    yield "JSON behind a guard", [posted(f")]}}',\n{json.dumps(VALUES)}".encode(), JSON)]
    keys = json.dumps(dict.fromkeys(VALUES.values(), 1))
    yield "names of members", [GIVEN_AWAY, posted(keys.encode(), JSON)]
    form = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in VALUES.items()
    )
    multipart = (("Content-Type", "multipart/form-data; boundary=b"),)
    yield "a form of parts", [posted(f"{form}--b--\r\n".encode(), multipart)]
    shouted = "".join(f"<x>{escape(value.upper())}</x>" for value in VALUES.values())
    yield "other letters", [GIVEN_AWAY, posted(envelope(shouted))]
    entity = f'<!DOCTYPE x [<!ENTITY e "{VALUES["Email"]}">]><?note {VALUES["IBAN"]}?><x>&e;</x>'
    yield "declarations", [posted(entity.encode())]
    user, password = VALUES["Username"], quote(VALUES["password"], safe="")
    yield "a login in an address", [got(f"http://{user}:{password}@books.example/")]
    yield "such an address in a text", [posted(envelope(f"<u>http://{user}:{password}@h/</u>"))]
    basic = base64.b64encode(f"{user}:{VALUES['password']}".encode("latin-1")).decode()
    yield "authorization", [got(ADDRESS, (("AUTHORIZATION", f"bAsIc {basic.rstrip('=')}"),))]
    yield "authorization in a text", [posted(envelope(f"<x>Authorization: Basic {basic}</x>"))]


CASES = dict(cases())


def texts(body: bytes) -> Iterator[str]:
    """Yield what bytes are in any character set, packed or not."""
    raw: Callable[[bytes], bytes] = lambda packed: zlib.decompress(packed, -15)  # noqa: E731 - typed
    for unpack in (bytes, gzip.decompress, zlib.decompress, raw):
        for charset in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1"):
            try:
                yield unpack(body).decode(charset)
            except (OSError, EOFError, zlib.error, UnicodeError):
                continue


def undone(text: str) -> Iterator[str]:
    """Yield a text with one encoding undone, in each way."""
    yield unescape(text)
    yield unquote_plus(text)
    yield re.sub(r"<!\[CDATA\[|\]\]>", "", text)
    yield re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    yield re.sub(r"\\(.)", r"\1", text)
    for word in set(re.findall(r"[\w+/-]{8,}(?:\n[\w+/-]+)*", text, re.ASCII)):
        compact = word.replace("\n", "").replace("-", "+").replace("_", "/")
        try:
            yield from texts(base64.b64decode(compact + "=" * (-len(compact) % 4)))
        except ValueError:
            continue


def read_out(recording: Recording) -> set[str]:
    """Return every text that can be read in a recording, under four encodings at most."""
    waiting = []
    for exchange in recording:
        assert exchange.response is not None
        for message in (exchange.request, exchange.response):
            told = [value for _, value in message.headers]
            waiting += [*told, *texts(message.body)]
        waiting.append(exchange.request.url)
    seen: set[str] = set()
    for _ in range(5):
        waiting = [text for text in waiting if text not in seen]
        seen.update(waiting)
        waiting = [inner for text in set(waiting) for inner in undone(text)]
    return seen


def left(recording: Recording) -> list[str]:
    """Return which of the values can be read in a recording."""
    seen = read_out(recording)
    return [
        key
        for key, value in VALUES.items()
        if any(form in text for text in seen for form in (value, value.upper()))
    ]


@pytest.mark.parametrize("name", CASES)
def test_no_value_is_left_in_any_encoding(name: str, tmp_path: Path) -> None:
    exchanges = [Exchange(n, one.request, one.response) for n, one in enumerate(CASES[name], 1)]
    plain = Recording(tuple(exchanges))
    redacted = RecordingRedactor().recording(plain)
    assert left(Recording(plain.exchanges[-1:])), "the search finds nothing where all is left"
    assert left(redacted) == []
    write(tmp_path / "plain.jsonl", plain)
    write(tmp_path / "redacted.jsonl", redacted)
    found, proved = (
        CliRunner().invoke(redact_command, [str(tmp_path / f"{which}.jsonl"), "--check"])
        for which in ("plain", "redacted")
    )
    assert found.exit_code == 1, found.output
    assert proved.exit_code == 0, proved.output
    again = RecordingRedactor().recording(read(tmp_path / "redacted.jsonl"))
    assert again.exchanges == redacted.exchanges


def test_what_cannot_be_read_is_left_out_and_a_picture_is_not() -> None:
    pdf = posted(b"%PDF-1.4 \x00\x01\x02", (("Content-Type", "application/pdf"),))
    picture = posted(b"\x89PNG\r\n\x00\x01", (("Content-Type", "image/png"),))
    made = RecordingRedactor().recording(Recording((pdf, picture)))
    assert made.exchanges[0].request.body == LEFT_OUT
    assert made.exchanges[1].request.body == picture.request.body


def test_what_only_looks_like_a_telephone_number_keeps_its_bytes() -> None:
    inner = "<x>01-12-2024 10:00</x><y>01.12.2024 10.30</y><z>2026-03-02 09:00:00</z>"
    (made,) = RecordingRedactor().recording(Recording((posted(envelope(inner)),)))
    assert made.request.body == envelope(inner)
