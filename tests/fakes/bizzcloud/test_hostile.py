"""Thousands of inputs that no client of good will sends: a fault or a 4xx, and nothing of ours."""

import gzip
import json
import random
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from xmlrpc import client

import pytest

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.jsonrpc import session_named
from fakes.inprocess import session
from fakes.serve import serve
from tests.fakes.bizzcloud.replay import decoded_xml, exchanges
from tests.fakes.bizzcloud.shop import BASE, Caller

PARTS = 8
EACH = 700
OURS = re.compile(rb'File "|fakes[./]bizzcloud|site-packages|werkzeug/|<title>500')
OBJECT, JSON = "/xmlrpc/2/object", "/jsonrpc"

BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><methodCall><methodName>&c;</methodName></methodCall>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<methodCall><methodName>version</methodName><params><param><value>&x;</value></param></params>
</methodCall>"""

VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**31 - 1,
    1e308,
    float("nan"),
    "",
    "\x01\x02",
    "'; DROP TABLE res_partner; --",
    "%" * 200,
    "\u202e",
    "x" * 20_000,
    [],
    [[]],
    [[[[[[[[]]]]]]]],
    {},
    {"a": {"b": [1, {"c": []}]}},
    [["name", "ilike", "%a%" * 50]],
    ["!"] * 1000 + [["id", "=", 1]],
    ["|"] * 10,
    ["&", ["id", "=", 1]],
    [["id", "in", "niets"]],
    [["id", "child_of", {}]],
    [["name.id.x.y", "=", 1]],
    [["company_id.name.x", "=", 1]],
    [[1, "=", 1]],
    [["category_id", "=like", [1]]],
    [[6, 0, ["a"]]],
    [[0, 0, 7]],
    [[9, 1, 2]],
    [0, 0],
)
MODELS = ("res.partner", "account.invoice", "pos.order", "account.tax", "ir.sequence", "res.users")
METHODS = (
    "search", "search_count", "search_read", "read", "read_group", "fields_get", "name_get",
    "name_search", "default_get", "create", "write", "unlink", "copy", "exists", "refund",
    "check_access_rights", "button_reset_taxes", "create_from_ui", "compute_all", "signal_workflow",
    "pay_and_reconcile", "_create", "__init__", "__class__", "browse", "table", "env", "store",
)  # fmt: skip


def wrong_call(chance: random.Random) -> tuple[str, bytes]:
    """Return a well-formed call whose arguments are of any kind, over either protocol."""
    arguments = [chance.choice(VALUES) for _ in range(chance.randint(0, 4))]
    named = {}
    if chance.random() < 0.4:
        name = chance.choice(["context", "limit", "order", "fields", "offset", "count", "nonsense"])
        named[name] = chance.choice(VALUES)
    call: list[Any] = [
        "mycompany", 1, "admin", chance.choice(MODELS), chance.choice(METHODS), arguments, named
    ]  # fmt: skip
    if chance.random() < 0.2:
        call[chance.randrange(len(call))] = chance.choice(VALUES)
    if chance.random() < 0.5:
        return OBJECT, client.dumps(tuple(call), "execute_kw", allow_none=True).encode()
    params = {"service": "object", "method": "execute_kw", "args": call}
    return JSON, json.dumps({"jsonrpc": "2.0", "params": params}).encode()


def broken_bytes(chance: random.Random, real: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Return a recorded request with some of its bytes changed, cut off, doubled or moved."""
    path, body = chance.choice(real)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body))
        body = (
            chance.choice(
                (
                    body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :],
                    body[:at],
                    body[:at] + body[max(0, at - 40) :],
                    body[:at] + body[at + chance.randint(1, 30) :],
                    body.replace(b"<string>", b"<int>", 1),
                    body.replace(b"<int>1<", b"<int>99999999999999<", 1),
                    body.replace(b"</value>", b"", 1),
                )
            )
            or b"?"
        )
    return chance.choice((path, path, path, "/xmlrpc/object", "/web/dataset/call_kw")), body


def listed() -> Iterator[tuple[str, bytes]]:
    """Yield the attacks that have names."""
    deep = "<value><array><data>" * 5000
    yield OBJECT, BOMB.encode()
    yield OBJECT, EXTERNAL.encode()
    yield OBJECT, f"<methodCall><methodName>a</methodName><params><param>{deep}".encode()
    yield OBJECT, b"<methodCall>" * 100_000
    yield OBJECT, gzip.compress(b"<methodCall>" + b" " * 1_000_000)
    yield OBJECT, b""
    yield OBJECT, b"\xff\xfe<\x00m\x00"
    yield OBJECT, b"<methodCall><methodName>\xff</methodName></methodCall>"
    yield OBJECT, b"<methodResponse><params></params></methodResponse>"
    yield JSON, b"[" * 100_000
    yield JSON, b'{"params": ' * 50_000
    yield JSON, b'{"params": {"service": "common", "method": "login", "args": ["\\ud800", 1, 2]}}'
    yield JSON, b'{"params": []}'
    yield JSON, b"[]"
    yield JSON, b"null"
    yield JSON, b"\xff\xfe"
    yield JSON, b'{"params": {"service": {}, "method": [], "args": {}}}'
    yield JSON, b'{"id": 1e999, "params": {"service": "common", "method": "version", "args": []}}'
    for path in (
        "/web/session/authenticate",
        "/web/dataset/call_kw",
        "/web/webclient/version_info",
    ):
        yield path, b'{"params": {"db": {}, "login": [], "password": 7}}'
        yield path, b"{}"
    for path in ("/xmlrpc/2/nonsense", "/xmlrpc/nonsense", "/xmlrpc/2/report", "/web/nonsense"):
        yield path, client.dumps((), "version").encode()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_inputs_get_a_fault_or_a_refusal(fake: BizzcloudFake, part: int) -> None:
    chance = random.Random(f"hostile {part}")
    real = [(exchange.path, exchange.request) for exchange in exchanges()]
    inputs = list(listed()) if part == 0 else []
    while len(inputs) < EACH:
        inputs.append(wrong_call(chance) if chance.random() < 0.6 else broken_bytes(chance, real))
    caller = Caller(fake)
    for path, body in inputs:
        with naming(f"{path} {body[:400]!r}"), session({BASE: fake.wsgi}) as http:
            response = http.post(BASE + path, data=body, headers={"Content-Type": "text/xml"})
        told = f"{path} {body[:400]!r} -> {response.status_code} {response.content[:400]!r}"
        assert response.status_code == 200 or 400 <= response.status_code < 500, told
        assert not OURS.search(response.content), told
        if path.startswith("/xmlrpc/") and response.status_code == 200:
            readable(response.content, told)
    assert caller.call("res.partner", "read", [1], ["name"]) == [{"id": 1, "name": "Bakkerij Demo"}]


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Let whatever goes wrong, a time-out too, say with which input it did."""
    try:
        yield
    except BaseException as wrong:
        wrong.add_note(f"with {what}")
        raise


@pytest.mark.parametrize(
    ("call", "code", "last_line"),
    [
        (["nodb", 1, "admin", "res.partner", "search", [[]]], 1, "OperationalError: FATAL"),
        ([{}, 1, "admin", "res.partner", "search", [[]]], 1, "OperationalError: FATAL"),
        (["mycompany", 1, "bad", "res.partner", "search", [[]]], 3, "Access denied."),
        (["mycompany", 1, "", "res.partner", "search", [[]]], 3, "Access denied."),
        (["mycompany", 99, "admin", "res.partner", "search", [[]]], 3, "Access denied."),
        (["mycompany", "1", "admin", "res.partner", "search", [[]]], 3, "Access denied."),
        (["mycompany", 3, "", "res.partner", "search", [[]]], 3, "Access denied."),
        (["mycompany", 1, "admin", "os", "system", ["id"]], 2, "Object os doesn't exist"),
        (["mycompany", 1, "admin", "res.partner", "__class__", []], 2, "Private methods"),
        (["mycompany", 1, "admin", "res.partner", "_write", [[1], {}]], 2, "Private methods"),
        (["mycompany", 1, "admin", "res.partner", "env", []], 1, "AttributeError: 'res.partner'"),
        (
            ["mycompany", 1, "admin", "res.partner", "store", [1]],
            1,
            "AttributeError: 'res.partner'",
        ),
        (["mycompany", 1, "admin", "res.partner", "read", []], 1, "TypeError: read()"),
        (
            ["mycompany", 1, "admin", "res.partner", "create", [{"name": "X", "color": {}}]],
            None,
            "",
        ),
        (
            ["mycompany", 1, "admin", "account.account", "write", [[1], {"level": "9" * 5000}]],
            None,
            "",
        ),
        (
            ["mycompany", 1, "admin", "ir.sequence", "write", [[39], {"number_next": "9" * 5000}]],
            1,
            "ValueError",
        ),
        (
            ["mycompany", 1, "admin", "res.partner", "search", [[["id"] * 200]]],
            1,
            "ValueError: Invalid leaf",
        ),
    ],
)
def test_each_kind_of_attack_gets_the_fault_of_its_kind(
    caller: Caller, call: list[Any], code: int | None, last_line: str
) -> None:
    if code is None:
        assert caller.post(OBJECT, "execute_kw", *call)
        return
    with pytest.raises(client.Fault) as raised:
        caller.post(OBJECT, "execute_kw", *call)
    assert raised.value.faultCode == code
    assert raised.value.faultString.strip().splitlines()[-1].startswith(last_line)


def readable(body: bytes, told: str) -> None:
    """Fail unless an answer is XML-RPC, a fault or not."""
    answer = decoded_xml(body)
    if isinstance(answer, dict) and "fault" in answer:
        assert any(answer["fault"].values()), told


def test_the_inputs_are_as_many_as_promised() -> None:
    assert PARTS * EACH >= 5_000


@pytest.mark.parametrize("body", [BOMB, EXTERNAL])
def test_a_document_type_is_refused_unread(caller: Caller, body: str) -> None:
    response = caller.http.post(BASE + OBJECT, data=body.encode())
    assert response.status_code == 400
    assert response.text == "a document type declaration is not allowed\n"


def test_a_body_beyond_all_measure_is_refused(caller: Caller) -> None:
    response = caller.http.post(BASE + OBJECT, data=b" " * (33 * 1024 * 1024))
    assert response.status_code == 413


def test_a_domain_nested_a_thousand_deep_is_answered(caller: Caller) -> None:
    assert caller.call("res.partner", "search", ["!"] * 1000 + [["is_company", "=", True]]) == [1]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("filler", ["\\", '\\"', "\\123", ";", " ", '="'])
def test_a_long_cookie_takes_no_time_and_the_one_in_it_is_found(filler: str) -> None:
    for long in (f'x="{filler * 15_000}', f'session_id="{filler * 15_000}"'):
        began = time.process_time()
        session_named({"HTTP_COOKIE": long})
        assert time.process_time() - began < 0.5
    for cookies in ("session_id=abc", "a=b; session_id=abc; c=d", 'a=b;session_id="abc"'):
        assert session_named({"HTTP_COOKIE": cookies}) == "abc"
    other = {"HTTP_COOKIE": "xsession_id=abc", "HTTP_X_OPENERP_SESSION_ID": "def"}
    assert session_named(other) == "def"


ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "http:evil",
]


@pytest.mark.parametrize("target", ELSEWHERE, ids=map(repr, ELSEWHERE))
def test_logging_in_leads_to_a_page_of_the_site_alone(fake: BizzcloudFake, target: str) -> None:
    for given, leads_to in ((target, "/facturatie/facturen"), ("/kassa", "/kassa")):
        answer = session({BASE: fake.wsgi}).post(
            f"{BASE}/web/login",
            params={"next": given},
            data={"login": fake.login, "password": fake.password},
            allow_redirects=False,
        )
        assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_the_pages_let_nothing_of_elsewhere_in(fake: BizzcloudFake) -> None:
    for path in ("/web/login", "/nowhere"):
        headers = session({BASE: fake.wsgi}).get(BASE + path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


VERSION = b"<?xml version='1.0'?><methodCall><methodName>version</methodName><params/></methodCall>"
LENGTH = b"Content-Length: %d\r\n\r\n"
CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"
NOT_WHOLE = {
    "cut short, though it can be read": LENGTH % 500 + VERSION,
    "a length with a sign": b"Content-Length: +%d\r\n\r\n" % len(VERSION) + VERSION,
    "a length with an underscore": b"Content-Length: 8_7\r\n\r\n" + VERSION,
    "a chunk cut short": CHUNKS + b"%x\r\n" % 500 + VERSION,
    "chunks without an end": CHUNKS + b"%x\r\n" % len(VERSION) + VERSION + b"\r\n",
    "a chunk that is none": CHUNKS + b"no\r\n%x\r\n" % len(VERSION) + VERSION + b"\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("sent", NOT_WHOLE.values(), ids=NOT_WHOLE)
@pytest.mark.parametrize("path", ["/xmlrpc/2/common", JSON])
def test_a_call_that_does_not_come_whole_is_refused_and_not_made(
    fake: BizzcloudFake, caplog: pytest.LogCaptureFixture, path: str, sent: bytes
) -> None:
    with serve(fake.wsgi) as served:
        assert said(served.url, path, sent).startswith(b"HTTP/1.1 400 ")
    assert caplog.records == []


def test_space_around_a_length_is_no_part_of_it(fake: BizzcloudFake) -> None:
    with serve(fake.wsgi) as served:
        sent = b"Content-Length:  %d \t\r\n\r\n" % len(VERSION) + VERSION
        assert said(served.url, "/xmlrpc/2/common", sent).startswith(b"HTTP/1.1 200 ")


def said(url: str, path: str, sent: bytes) -> bytes:
    """Return what is answered to the rest of a POST, after which its client says no more."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as raw:
        raw.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n".encode() + sent)
        raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(65536), b""))
