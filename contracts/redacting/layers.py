"""The layers in which a text may lie: compression, character sets, base64, percent-encoding.

Each is undone here in a way that can be done again, so that a text in it can be redacted and put
back as it was: in the same alphabet, with the same padding and the same line ends.
"""

import base64
import binascii
import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

DEEPEST = 4
"""How many times one text may be percent-encoded."""
BASE64 = re.compile(r"(?<![\w+/=-])[\w+/-]{8,}(?:\r?\n[\w+/-]+)*={0,2}(?![\w+/=-])", re.ASCII)
PERCENT = re.compile(r"[\w.~+*/-]*(?:%[0-9A-Fa-f]{2}[\w.~+*/-]*)+", re.ASCII)

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_DOCUMENTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BARE = (
    (rb"\A[^\0]\0\0\0", "utf-32-le"),
    (rb"\A\0\0\0[^\0]", "utf-32-be"),
    (rb"\A[^\0]\0[^\0]\0", "utf-16-le"),
    (rb"\A\0[^\0]\0[^\0]", "utf-16-be"),
)


@dataclass(frozen=True)
class Opened:
    """A text that lay in bytes, and how another text is laid into the same layers."""

    text: str
    again: Callable[[str], bytes]


def opened(body: bytes, charset: str = "") -> Opened | None:
    """Return the text that bytes hold, whatever they are packed in; None when they hold none.

    `charset` is what the message says of itself; what the bytes show counts more.
    """
    for unpack, pack in ((_gunzipped, _gzipped), (_inflated, zlib.compress)):
        inner = unpack(body)
        if inner is not None:
            within = opened(inner, charset)
            return None if within is None else _packed_again(within, pack)
    for name in _charsets(body, charset):
        try:
            text = body.decode(name)
        except (UnicodeError, LookupError):
            continue
        if _CONTROL.search(text) is None:
            return _encoded_again(text, name)
    return None


def _packed_again(within: Opened, pack: Callable[[bytes], bytes]) -> Opened:
    return Opened(within.text, lambda text: pack(within.again(text)))


def _encoded_again(text: str, charset: str) -> Opened:
    return Opened(text, lambda text: text.encode(charset, "xmlcharrefreplace"))


def is_document(body: bytes) -> bool:
    """Return whether bytes are a document (PDF, office) that may hold texts nobody can see."""
    return body.startswith(_DOCUMENTS)


def bytes_of_base64(text: str) -> bytes | None:
    """Return what a text in base64 holds, in either alphabet, padded or not; None when it is none.

    Line ends within it are left out.
    """
    compact = re.sub(r"\s", "", text).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def base64_like(body: bytes, text: str) -> str:
    """Return bytes in base64 as another text is: its alphabet, padding and width of lines."""
    made = base64.b64encode(body).decode("ascii")
    if "-" in text or "_" in text:
        made = made.replace("+", "-").replace("/", "_")
    compact = re.sub(r"\s", "", text)
    if len(compact) % 4:
        made = made.rstrip("=")
    found = re.search(r"\r?\n", text)
    if found is None:
        return made
    width = found.start()
    return found[0].join(made[n : n + width] for n in range(0, len(made), width))


def unquoted(text: str) -> tuple[str, int]:
    """Return a percent-encoded text in plain, and how many times it was encoded."""
    for depth in range(DEEPEST):
        if depth and not _ENCODED.search(text):
            return text, depth
        text = unquote_plus(text)
    return text, DEEPEST


def quoted(text: str, depth: int) -> str:
    """Return a text percent-encoded so many times."""
    for _ in range(depth):
        text = quote(text, safe="")
    return text


def _gunzipped(body: bytes) -> bytes | None:
    if not body.startswith(b"\x1f\x8b"):
        return None
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return None


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _inflated(body: bytes) -> bytes | None:
    if len(body) < 3 or body[0] & 15 != 8 or (body[0] << 8 | body[1]) % 31:
        return None
    try:
        return zlib.decompress(body)
    except zlib.error:
        return None


def _charsets(body: bytes, charset: str) -> tuple[str, ...]:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return (name,)
    for pattern, name in _BARE:
        if re.match(pattern, body, re.DOTALL):
            return (name,)
    declared = (charset,) if charset else ()
    return ("utf-8", *declared, "latin-1")
