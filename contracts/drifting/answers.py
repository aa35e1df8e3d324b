"""How the answers to one question differ: outcome first, and only where that agrees the content."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from contracts.answering.matching import Bound, same
from contracts.drifting.values import (
    STAMPS,
    date_form,
    is_given,
    is_moment,
    is_session,
    number_in,
    places,
    unmarked,
)
from contracts.eboekhouden.interface import compare as compare_parts
from contracts.eboekhouden.interface import parts
from contracts.recording.calls import KEPT, Leaf, leaves, operation_of, service_of
from contracts.recording.recordings import Exchange, Response

RELIED_ON = ("Content-Type", "Set-Cookie", "Location", "Retry-After")
"""Headers that clients rely on; of a cookie only its name, of a time to wait only its form."""


FAULTS = {"soap:Sender": "soap:Client", "soap:Receiver": "soap:Server"}
"""Codes of faults in SOAP 1.2, by those in 1.1."""


@dataclass(frozen=True)
class Finding:
    """One way in which one answer differs; `kind` and `subject` name the difference."""

    kind: str
    subject: str
    was: str
    now: str


@dataclass(frozen=True)
class Outcome:
    """What became of a call: an error's code and text, both empty when it was accepted."""

    code: str
    text: str


def found_between(one: Exchange, other: Exchange, bound: Bound) -> Iterator[Finding]:
    """Yield how two answers to the same question differ."""
    name = operation_of(one.request)
    before, after = one.response, other.response
    if before is None or after is None:
        if (before is None) != (after is None):
            yield Finding("answer", name, one.broken or "answered", other.broken or "answered")
        return
    if before.status != after.status:
        subject = f"{service_of(one.request)} {before.status}"
        yield Finding("status", subject, str(before.status), str(after.status))
    yield from _headers(service_of(one.request), before, after)
    if b"definitions" in before.body[:2000]:
        yield from _wsdl(before, after)
        return
    yield from _answers(one, before, after, bound)


def _answers(one: Exchange, before: Response, after: Response, bound: Bound) -> Iterator[Finding]:
    name = operation_of(one.request)
    yield from _namespaces(service_of(one.request), before, after)
    was, now = outcome(before), outcome(after)
    if bool(was.code) != bool(now.code):
        said = [f"refused: {what.code}" if what.code else "accepted" for what in (was, now)]
        yield Finding("outcome", f"{name} {was.code or now.code}", *said)
        return
    if was.code:
        if was.code != now.code:
            yield Finding("error code", was.code, was.code, now.code)
            return
        if _plain(was.text) != _plain(now.text):
            yield Finding("error text", was.code, was.text, now.text)
        yield from _fields(name, leaves(before), leaves(after))
        return
    ours, theirs = leaves(before), leaves(after)
    yield from _fields(name, ours, theirs)
    if service_of(one.request) == "eboekhouden":
        yield from _order(name, ours, theirs)
    yield from _rows(name, ours, theirs, bound)


def _namespaces(service: str, before: Response, after: Response) -> Iterator[Finding]:
    """Yield which namespaces the elements of one name are in otherwise."""
    ours, theirs = (dict(_named(one.body)) for one in (before, after))
    for name in ours:
        if ours[name] != theirs.get(name, ours[name]):
            was, now = ours[name] or "(none)", theirs[name] or "(none)"
            yield Finding("namespace", f"{service} {was}", was, now)


@lru_cache(maxsize=KEPT)
def _named(body: bytes) -> tuple[tuple[str, str], ...]:
    """Return the names of the elements of a document, with the namespace of each."""
    if not body.lstrip().startswith(b"<"):
        return ()
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return ()
    names = (etree.QName(element) for element in root.iter("{*}*"))
    return tuple(dict.fromkeys((name.localname, name.namespace or "") for name in names))


def outcome(response: Response) -> Outcome:
    """Return what became of a call, in any of the protocols."""
    held = {leaf.path.rpartition("/")[2]: leaf.text for leaf in leaves(response)}
    paths = {leaf.path: leaf.text for leaf in leaves(response)}
    if "Fault/Code/Value" in paths:
        # SOAP 1.2 has other names for what is the same fault in 1.1.
        told = paths["Fault/Code/Value"]
        return Outcome(FAULTS.get(told, told), paths.get("Fault/Reason/Text", "").strip())
    for code, text in (
        ("LastErrorCode", "LastErrorDescription"),
        ("faultCode", "faultString"),
        ("faultcode", "faultstring"),
    ):
        if held.get(code):
            return Outcome(held[code], held.get(text, "").strip().rpartition("\n")[2])
    error = {leaf.path: leaf.text for leaf in leaves(response) if leaf.path.startswith("error/")}
    if error:
        return Outcome(f"json {error.get('error/code', '')}", error.get("error/message", ""))
    return Outcome("", "")


def _plain(text: str) -> str:
    """Return the text of an error without the values that it repeats."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "…", text)


def _headers(service: str, before: Response, after: Response) -> Iterator[Finding]:
    for name in RELIED_ON:
        was, now = (_relied_on(name, one.header(name)) for one in (before, after))
        if was != now:
            yield Finding("header", f"{service} {name}", was or "(none)", now or "(none)")


def _relied_on(name: str, value: str) -> str:
    if name == "Set-Cookie":
        return value.partition("=")[0]
    if name == "Retry-After" and value:
        # How long it is depends on when it was asked.
        return "seconds" if value.strip().isdecimal() else "a date"
    return re.sub(r"\s|\"", "", value).lower() if name == "Content-Type" else value


def _wsdl(before: Response, after: Response) -> Iterator[Finding]:
    ours = parts(before.body)
    try:
        theirs = parts(after.body)
    except ValueError as wrong:
        yield Finding("wsdl", "document", "a WSDL", str(wrong))
        return
    compared = compare_parts(theirs, ours)
    for name in compared.different:
        yield Finding("wsdl", name, "; ".join(ours[name]), "; ".join(theirs[name]))
    for name in compared.missing:
        yield Finding("wsdl", name, "there", "gone")
    for name in compared.extra:
        yield Finding("wsdl", name, "absent", "there")


def field_name(operation: str, path: str) -> str:
    """Return what a field is called, the same in every answer that holds it.

    In SOAP its element and the one around it; in XML-RPC and JSON the call and the path within.
    """
    if "." in operation:
        within = [p for p in path.split("/") if p not in ("params", "result", "*", "0")]
        return "/".join([operation, *within])
    return "/".join(path.split("/")[-2:])


def _fields(name: str, ours: list[Leaf], theirs: list[Leaf]) -> Iterator[Finding]:
    before, after = (_with_parents(held) for held in (ours, theirs))
    for path in before:
        if path not in after and _parent(path) in after:
            if path.endswith("/*") or _is_row(path, before):
                continue
            yield Finding("field gone", field_name(name, path), "there", "absent")
    for path in after:
        if path not in before and _parent(path) in before:
            if path.endswith("/*") or _is_row(path, after):
                continue
            yield Finding("field new", field_name(name, path), "absent", "there")
    kinds = [{leaf.path.removesuffix("/*"): leaf.path for leaf in held} for held in (ours, theirs)]
    for bare in kinds[0].keys() & kinds[1].keys():
        if kinds[0][bare] != kinds[1][bare] and "array" not in _kinds_at(bare, ours, theirs):
            forms = ["list" if kind[bare].endswith("*") else "value" for kind in kinds]
            yield Finding("type", field_name(name, bare), *forms)


def _kinds_at(path: str, ours: list[Leaf], theirs: list[Leaf]) -> set[str]:
    return {leaf.kind for leaf in [*ours, *theirs] if leaf.path == path}


def _with_parents(held: list[Leaf]) -> dict[str, None]:
    found: dict[str, None] = {"": None}
    for leaf in held:
        steps = leaf.path.split("/")
        for depth in range(1, len(steps) + 1):
            found["/".join(steps[:depth])] = None
    return found


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _is_row(path: str, held: dict[str, None]) -> bool:
    """Return whether a path is a row of a list: an element named c… that holds others."""
    last = path.rpartition("/")[2]
    return re.match(r"c[A-Z]", last) is not None and any(p.startswith(f"{path}/") for p in held)


def _order(name: str, ours: list[Leaf], theirs: list[Leaf]) -> Iterator[Finding]:
    before, after = (list(_with_parents(held)) for held in (ours, theirs))
    for container in dict.fromkeys(_parent(path) for path in before if path):
        children = [
            [path.rpartition("/")[2] for path in held if path and _parent(path) == container]
            for held in (before, after)
        ]
        shared = set(children[0]) & set(children[1])
        was, now = ([child for child in held if child in shared] for held in children)
        if was != now:
            subject = container.rpartition("/")[2]
            yield Finding("order of fields", subject, " ".join(was), " ".join(now))


Row = tuple[Leaf, ...]


def rows(held: list[Leaf]) -> list[Row]:
    """Return the leaves of an answer in rows: a new one begins where the first path comes again."""
    made: list[list[Leaf]] = [[]]
    outer = ""
    for leaf in held:
        row = _row_of(leaf.path)
        if row != outer or (row and made[-1] and leaf.path == made[-1][0].path):
            made.append([])
        outer = row
        made[-1].append(leaf)
    return [tuple(row) for row in made if row]


def _row_of(path: str) -> str:
    """Return the path of the outermost row that a leaf is in, its own path for a bare item."""
    steps = path.split("/")
    for depth, step in enumerate(steps):
        if step == "*" or (re.match(r"c[A-Z]", step) and depth > 1):
            return "/".join(steps[: depth + 1])
    return ""


def _rows(name: str, ours: list[Leaf], theirs: list[Leaf], bound: Bound) -> Iterator[Finding]:
    before, after = rows(ours), rows(theirs)
    if len(before) != len(after):
        yield Finding("rows", name, f"{len(before)} rows", f"{len(after)} rows")
        return
    keys = [[_key(row) for row in held] for held in (before, after)]
    if keys[0] != keys[1] and Counter(keys[0]) == Counter(keys[1]):
        yield Finding("order of rows", name, _told(keys[0]), _told(keys[1]))
        unused = dict(enumerate(after))
        matched = []
        for key in keys[0]:
            place = next(n for n in unused if keys[1][n] == key)
            matched.append(unused.pop(place))
        after = matched
    for one, other in zip(before, after, strict=True):
        yield from _row(name, one, other, bound)


def _key(row: Row) -> tuple[str, ...]:
    """Return what a row is known by: its codes and names, or itself when it is a bare value."""
    named = tuple(
        leaf.text
        for leaf in row
        if leaf.name in ("Code", "Factuurnummer", "MutFactuur", "name", "code", "display_name")
    )
    return named or tuple(leaf.text for leaf in row if len(row) == 1)


def _told(keys: list[tuple[str, ...]]) -> str:
    return ", ".join(key[0] for key in keys[:5] if key)


def _row(name: str, ours: Row, theirs: Row, bound: Bound) -> Iterator[Finding]:
    for path in dict.fromkeys(leaf.path for leaf in ours):
        one = [leaf for leaf in ours if leaf.path == path]
        other = [leaf for leaf in theirs if leaf.path == path]
        if other and len(one) != len(other):
            subject = field_name(name, path)
            yield Finding("occurrence", subject, f"{len(one)} times", f"{len(other)} times")
        for was, now in zip(one, other, strict=False):
            yield from _value(name, was, now, bound)


def _value(name: str, was: Leaf, now: Leaf, bound: Bound) -> Iterator[Finding]:
    subject = field_name(name, was.path)
    kinds = {was.kind, now.kind}
    if was.kind != now.kind and kinds != {"text", "empty"}:
        yield Finding("type", subject, was.kind, now.kind)
        return
    if unmarked(was.text) == unmarked(now.text) or is_session(was):
        return
    service = "bizzcloud" if "." in name else "eboekhouden"
    forms = date_form(was.text), date_form(now.text)
    if forms[0] != forms[1] and None not in forms:
        yield Finding("date form", service, f"{forms[0]}: {was.text}", f"{forms[1]}: {now.text}")
        return
    if is_moment(was.text) and is_moment(now.text):
        return
    if was.name.lower() in STAMPS and None not in forms:
        return
    if is_given(was):
        yield from _given(subject, was, now)
        return
    numbers = number_in(was.text), number_in(now.text)
    if None not in numbers and _equal(*numbers) and places(was.text) != places(now.text):
        yield Finding("decimals", service, was.text, now.text)
        return
    if not same(was.text, now.text, bound):
        yield Finding("value", subject, was.text or "(empty)", now.text or "(empty)")


def _given(subject: str, was: Leaf, now: Leaf) -> Iterator[Finding]:
    """Yield that one service gives a number where the other gives none, or gives another thing."""
    ours, theirs = (number_in(leaf.text) for leaf in (was, now))
    if bool(was.text) and bool(now.text) and (ours is None) != (theirs is None):
        yield Finding("type", subject, was.text, now.text)
    elif bool(ours) != bool(theirs):
        yield Finding("value", subject, was.text or "(empty)", now.text or "(empty)")


def _equal(one: Decimal | None, other: Decimal | None) -> bool:
    assert one is not None
    assert other is not None
    return abs(one - other) < Decimal("0.000001")
