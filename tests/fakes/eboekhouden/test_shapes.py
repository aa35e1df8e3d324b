"""A message whose shape was seen before is read as the parser would have read it, or left to it."""

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spyne import Array, ComplexModelBase

from fakes.eboekhouden import shapes
from fakes.eboekhouden.calls import Call, read_call
from fakes.eboekhouden.envelope import (
    SOAP_11,
    SOAP_12,
    Envelope,
    Fault,
    Unacceptable,
    Version,
    opened,
)
from fakes.eboekhouden.sample_messages import request as sample_request
from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.shapes import Shapes
from fakes.eboekhouden.types import NAMESPACE
from fakes.eboekhouden.wsdl import descriptors
from tests.fakes.eboekhouden.test_codec import text_of, values
from tests.fakes.eboekhouden.test_hostile import filled, hostile_value, mutated

NAMES = [operation.name for operation in OPERATIONS]
Environ = dict[str, Any]


def environ_of(operation: str, content_type: str = "text/xml; charset=utf-8") -> Environ:
    return {"CONTENT_TYPE": content_type, "HTTP_SOAPACTION": f'"{NAMESPACE}/{operation}"'}


def envelope(inside: str) -> bytes:
    return (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<s:Body>{inside}</s:Body></s:Envelope>"
    ).encode()


def close_session(inside: str) -> bytes:
    return envelope(f'<CloseSession xmlns="{NAMESPACE}">{inside}</CloseSession>')


def parsed(environ: Environ, body: bytes) -> Call | None:
    """Read a message as one that is seen for the first time; None for one that is refused."""
    try:
        return read_call(environ, opened(environ, body))
    except (Fault, Unacceptable):
        return None


def learn(known: Shapes, environ: Environ, body: bytes) -> Call:
    """Have a message come twice: the second time its shape is learned."""
    opening = opened(environ, body)
    call = read_call(environ, opening)
    for _ in range(2):
        known.learn(environ, body, opening, call)
    return call


def plain(value: Any) -> Any:
    """Take a call apart, so that two of them compare whole."""
    if isinstance(value, Call):
        return value.version.envelope, value.operation, plain(value.arguments)
    if isinstance(value, list):
        return [plain(kept) for kept in value]
    if isinstance(value, ComplexModelBase):
        return type(value), {name: plain(kept) for name, kept in value.__dict__.items()}
    return repr(value)


Shape = list[tuple[str, Any]]


def shape_of(declared: Any) -> st.SearchStrategy[Shape]:
    """Return a strategy of which fields of a type stand in a message, in which order, and how."""
    inside: dict[str, st.SearchStrategy[Any]] = {
        "Onbekend": st.just([]),
        **{
            name: shape_inside(kind) if issubclass(kind, ComplexModelBase) else st.just(kind)
            for name, kind in declared._type_info.items()
        },
    }
    return (
        st.lists(st.sampled_from(sorted(inside)), max_size=len(inside), unique=True)
        .flatmap(lambda names: st.tuples(*(st.tuples(st.just(n), inside[n]) for n in names)))
        .map(list)
    )


def shape_inside(kind: Any) -> st.SearchStrategy[Shape]:
    if not issubclass(kind, Array):
        return shape_of(kind)
    ((name, item),) = kind._type_info.items()
    return st.lists(shape_of(item).map(lambda found: (name, found)), max_size=3)


def message(shape: Shape, space: str, draw: Any) -> str:
    """Write a message of a shape with new texts."""
    written = ""
    for name, kind in shape:
        if isinstance(kind, list):
            text = message(kind, space, draw)
        elif draw(st.integers(0, 19)) == 0:
            text = draw(st.text(max_size=5)).encode("utf-8", "ignore").decode()
        else:
            text = text_of(draw(values(kind)))
        written += f"{space}<{name}>{text}</{name}>"
    return written + space


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_texts_of_a_known_shape_are_read_as_parsed(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(NAMES))
    shape = data.draw(shape_of(descriptors()[operation].in_message))
    space = data.draw(st.sampled_from(["", "\n", "\r\n  ", "\t "]))
    environ, known = environ_of(operation), Shapes()
    for _ in range(3):
        inside = message(shape, space, data.draw)
        body = envelope(f'<{operation} xmlns="{NAMESPACE}">{inside}</{operation}>')
        call, shortcut = parsed(environ, body), known.read(environ, body)
        if shortcut is not None:
            assert plain(shortcut) == plain(call)
        elif call is not None:
            learn(known, environ, body)


def sample(operation: str, version: Version, chance: random.Random) -> str:
    return filled(sample_request(operation, version, "books.example").partition("\n\n")[2], chance)


@pytest.mark.parametrize("operation", NAMES)
@pytest.mark.parametrize("version", [SOAP_11, SOAP_12], ids=["1.1", "1.2"])
def test_the_second_message_of_a_shape_needs_no_parser(operation: str, version: Version) -> None:
    environ, known = environ_of(operation, version.content_type), Shapes()
    first, second = (
        sample(operation, version, random.Random(seed)).replace("\r", "").encode()
        for seed in (1, 2)
    )
    assert known.read(environ, first) is None
    learn(known, environ, first)
    shortcut = known.read(environ, second)
    assert shortcut is not None
    assert plain(shortcut) == plain(parsed(environ, second))


@pytest.mark.parametrize("seed", range(8))
def test_hostile_messages_of_known_shapes_are_read_as_parsed(seed: int) -> None:
    chance = random.Random(seed)
    known = Shapes()
    by_shape = 0
    for _ in range(400):
        operation, version = chance.choice(NAMES), chance.choice((SOAP_11, SOAP_12))
        environ = environ_of(operation, version.content_type)
        text = sample(operation, version, chance)
        way = chance.choice((mutated, lambda text, chance: hostile_value(text, chance).encode()))
        for body in (text.encode(), way(text, chance), way(text, chance)):
            call, shortcut = parsed(environ, body), known.read(environ, body)
            if shortcut is not None:
                by_shape += 1
                assert plain(shortcut) == plain(call), body
            elif call is not None:
                learn(known, environ, body)
    assert by_shape > 200


SPLICED = [
    *(b"\0", b"\x01", b">", b"<", b"/", b"</", b"/>", b"></", b">_</", b">\0</", b">0</", b">\r</"),
    *(
        b">1>2</",
        b"><x/></",
        b"&",
        b"&amp;",
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xef\xbf\xbe",
    ),
    *(b"\xef\xbb\xbf", b"<!--", b"-->", b"<?x", b"?>", b"]]>", b"'", b'"', b"", b" ", b"1"),
]


def spliced(body: bytes, chance: random.Random) -> bytes:
    """Put something strange in the place of a text with its signs, or anywhere."""
    places = [found.span() for found in re.finditer(rb">[^<>]*</", body)]
    anywhere = chance.randrange(len(body))
    places.append((anywhere, anywhere + chance.randrange(3)))
    start, end = chance.choice(places)
    return body[:start] + chance.choice(SPLICED) + body[end:]


@pytest.mark.parametrize("seed", range(4))
def test_spliced_messages_of_known_shapes_are_read_as_parsed(seed: int) -> None:
    chance = random.Random(seed)
    known = Shapes()
    by_shape = 0
    for _ in range(300):
        operation, version = chance.choice(NAMES), chance.choice((SOAP_11, SOAP_12))
        environ = environ_of(operation, version.content_type)
        body = sample(operation, version, chance).encode()
        for sent in (body, *(spliced(body, chance) for _ in range(6))):
            call, shortcut = parsed(environ, sent), known.read(environ, sent)
            if shortcut is not None:
                by_shape += 1
                assert plain(shortcut) == plain(call), sent
            elif call is not None:
                learn(known, environ, sent)
    assert by_shape > 200


LEFT_TO_THE_PARSER = {
    "a reference": ("<SessionID>1&#50;</SessionID>", "<SessionID>3&#50;</SessionID>"),
    "a comment": ("<SessionID>1<!-- --></SessionID>", "<SessionID>2<!-- --></SessionID>"),
    "a text in a comment": ("<!-- <a>1</a> -->", "<!-- <a>--</a> -->"),
    "CDATA": ("<SessionID><![CDATA[<a>1</a>]]></SessionID>",) * 2,
    "an instruction": ("<SessionID>1<?a?>2</SessionID>", "<SessionID>1<?a?>3</SessionID>"),
    "a carriage return": ("<SessionID>\r1</SessionID>", "<SessionID>\r2</SessionID>"),
    "a larger-than sign": ("<SessionID>1>2</SessionID>", "<SessionID>1>3</SessionID>"),
    "a field twice, empty first": (
        "<SessionID/><SessionID>1</SessionID>",
        "<SessionID/><SessionID>2</SessionID>",
    ),
    "a field twice, and an element in it": (
        "<SessionID/><SessionID>0<a/></SessionID><b>1</b>",
        "<SessionID/><SessionID>0<a/></SessionID><b>2</b>",
    ),
    "a field twice": (
        "<SessionID>1</SessionID><SessionID>2</SessionID>",
        "<SessionID>3</SessionID><SessionID>4</SessionID>",
    ),
}


@pytest.mark.parametrize(("first", "second"), LEFT_TO_THE_PARSER.values(), ids=LEFT_TO_THE_PARSER)
def test_what_is_not_certain_is_left_to_the_parser(first: str, second: str) -> None:
    environ, known = environ_of("CloseSession"), Shapes()
    for inside in (first, second, second):
        body = close_session(inside)
        assert known.read(environ, body) is None
        if parsed(environ, body) is not None:
            learn(known, environ, body)


STANDS_FOR_A_TEXT = ["\x00", "\x01", ">_", ">0", "></", "\x00</", ">\x00</"]


@pytest.mark.parametrize("mark", STANDS_FOR_A_TEXT, ids=map(repr, STANDS_FOR_A_TEXT))
def test_nothing_in_a_message_passes_for_the_place_of_a_text(mark: str) -> None:
    environ, known = environ_of("CloseSession"), Shapes()
    learn(known, environ, close_session("<SessionID>A</SessionID><Onbekend>B</Onbekend>"))
    learn(known, environ, close_session("<SessionID>A</SessionID>"))
    for inside in (
        f"<SessionID>C</SessionID><Onbekend{mark}Onbekend>",
        f"<SessionID{mark}SessionID><Onbekend>C</Onbekend>",
        f"<SessionID{mark}SessionID>",
    ):
        assert known.read(environ, close_session(inside)) is None


@pytest.mark.parametrize(
    "text", ["\x01", "\ufffe", "a\x00b"], ids=["a control character", "no character", "NUL"]
)
def test_what_xml_does_not_know_is_no_text_of_a_known_shape(text: str) -> None:
    environ, known = environ_of("CloseSession"), Shapes()
    for inside in ("A", text):
        body = close_session(f"<SessionID>{inside}</SessionID>")
        assert known.read(environ, body) is None
        if parsed(environ, body) is not None:
            learn(known, environ, body)


def test_an_encoding_that_only_http_names_is_no_utf_8() -> None:
    environ, known = environ_of("CloseSession", "text/xml; charset=iso-8859-1"), Shapes()
    for text in ("A", "é"):
        body = close_session(f"<SessionID>{text}</SessionID>")
        assert known.read(environ, body) is None
        learn(known, environ, body)
    assert parsed(environ, body) is not None


def test_another_action_or_content_type_is_another_shape() -> None:
    known = Shapes()
    body = close_session("<SessionID>A</SessionID>")
    learn(known, environ_of("CloseSession"), body)
    assert known.read(environ_of("CloseSession"), body) is not None
    assert known.read(environ_of("OpenSession"), body) is None
    assert parsed(environ_of("OpenSession"), body) is None
    elsewhere = environ_of("CloseSession", SOAP_12.content_type)
    assert known.read(elsewhere, body) is None
    assert parsed(elsewhere, body) is None


def test_a_value_that_does_not_fit_is_left_to_the_parser() -> None:
    environ, known = environ_of("AddGrootboekrekening"), Shapes()
    bodies = [
        envelope(
            f'<AddGrootboekrekening xmlns="{NAMESPACE}"><oGb><ID>{number}</ID></oGb>'
            "</AddGrootboekrekening>"
        )
        for number in ("1", "een")
    ]
    learn(known, environ, bodies[0])
    assert known.read(environ, bodies[0]) is not None
    assert known.read(environ, bodies[1]) is None


def test_a_shape_is_learned_when_it_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(shapes, "_numbered_payload", lambda opened, around: tried.append(around))
    monkeypatch.setattr(shapes, "_arguments", lambda message, payload: len)
    environ, known = environ_of("CloseSession"), Shapes()
    for number in range(9):
        body = close_session(f'<SessionID id="{number}">A</SessionID>')
        opening = opened(environ, body)
        known.learn(environ, body, opening, read_call(environ, opening))
    assert tried == []
    learn(known, environ, body)
    learn(known, environ, body)
    assert len(tried) == 1


def test_a_shape_that_is_not_certain_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    numbered = shapes._numbered_payload

    def counted(opening: Envelope, around: str) -> Any:
        tried.append(around)
        return numbered(opening, around)

    monkeypatch.setattr(shapes, "_numbered_payload", counted)
    environ, known = environ_of("CloseSession"), Shapes()
    for number in range(9):
        learn(known, environ, close_session(f"<SessionID>a > b</SessionID><x>{number}</x>"))
    assert len(tried) == 1


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_LETTERS", 1500)
    monkeypatch.setattr(shapes, "LONGEST_SHAPE", 500)
    monkeypatch.setattr(shapes, "MOST_MET", 40)
    environ, known = environ_of("CloseSession"), Shapes()
    numbers = []
    for spaces in range(600):
        learn(known, environ, close_session(" " * spaces + "<SessionID>A</SessionID>"))
        numbers.append(len(known._known))
        assert sum(map(shapes._length, known._known)) == known._letters <= 1500
        assert len(known._met) <= 40
    assert numbers[:7] == [1, 2, 3, 4, 5, 1, 2]


@pytest.mark.parametrize("header", ["CONTENT_TYPE", "HTTP_SOAPACTION"])
def test_what_http_says_at_length_is_not_remembered(header: str) -> None:
    environ, known = environ_of("CloseSession", SOAP_12.content_type), Shapes()
    environ[header] += ";" + "x" * shapes.LONGEST_SHAPE
    body = close_session("<SessionID>A</SessionID>").replace(
        SOAP_11.envelope.encode(), SOAP_12.envelope.encode()
    )
    learn(known, environ, body)
    assert known._known == {}
    assert known._met == {}


def test_a_message_that_is_long_is_left_to_the_parser() -> None:
    environ, known = environ_of("CloseSession"), Shapes()
    for size in (shapes.LONGEST_MESSAGE, 10):
        text = "A" * size
        body = close_session(f"<SessionID>{text}</SessionID>")
        learn(known, environ, body)
        assert (known.read(environ, body) is None) == (size > 10)
