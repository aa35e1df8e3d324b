"""All the ways in which something can be read: the last look at what was redacted.

Shares no way of taking apart with the redaction, so that what the one cannot see the other can: it
does not ask what a place means, it only undoes every encoding that may lie over a text, one over
the other, as somebody would who looks for what was left.
"""

import gzip
import html
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from contracts.redacting.layers import bytes_of_base64

DEEPEST = 4
"""How many encodings may lie over each other."""

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BASE64 = re.compile(r"[\w+/-]{8,}(?:\r?\n[\w+/-]+)*={0,2}", re.ASCII)
_CUTS = re.compile(r"\]\]>|<!\[CDATA\[|<!--.*?-->", re.DOTALL)
_WHOLE = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


def readings(body: bytes) -> Iterator[str]:
    """Yield every text that can be read in some bytes, itself first."""
    waiting = [(text, 0) for text in _texts(body)]
    seen: set[str] = set()
    while waiting:
        text, depth = waiting.pop()
        if text in seen:
            continue
        seen.add(text)
        yield text
        if depth < DEEPEST:
            waiting += [(inner, depth + 1) for inner in _inner(text)]


def _inner(text: str) -> Iterator[str]:
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote(text)
    if "+" in text:
        yield unquote_plus(text)
    if "<!" in text:
        yield _CUTS.sub("", text)
    if "\\" in text:
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        yield plain.replace("\\/", "/").replace('\\"', '"').replace("\\\\", "\\")
    for word in dict.fromkeys(_BASE64.findall(text)):
        inner = bytes_of_base64(word)
        if inner is not None:
            yield from _texts(inner)


def _texts(body: bytes) -> Iterator[str]:
    yield from _decoded(body)
    for unpack in (gzip.decompress, zlib.decompress, _raw_inflated):
        try:
            yield from _decoded(unpack(body))
        except (OSError, EOFError, zlib.error):
            continue


def _raw_inflated(body: bytes) -> bytes:
    return zlib.decompress(body, -zlib.MAX_WBITS)


def _decoded(body: bytes) -> Iterator[str]:
    """Yield the texts that bytes are in some character set, as far as they look like text."""
    for charset in _WHOLE if b"\0" in body else ("utf-8", "latin-1"):
        try:
            text = body.decode(charset)
        except UnicodeError:
            continue
        plain = sum(char.isprintable() or char.isspace() for char in text[:2000])
        if plain >= 0.95 * len(text[:2000]):
            yield text
            return
