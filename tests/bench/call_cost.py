"""What a call costs as the books grow: the same calls on books of a hundred and of many mutations.

Calls go through the application as bytes, without a server, so that only our own work is seen.
"""

import gc
import time
from collections.abc import Callable
from datetime import datetime

import requests
from lxml import etree

from fakes.eboekhouden.codec import parameters
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.wire import mutation_from
from fakes.eboekhouden.wsdl import descriptors
from fakes.inprocess import environment
from fakes.wsgi import call
from tests.bench.workload import NAMESPACE, body, opened_fake, session_of

SMALL = 100
CALLS = 100

Ask = Callable[[], object]


def costs(large: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Return, by kind of call, the microseconds that one costs us on small and on large books."""
    asked = [_asks(size) for size in (SMALL, large)]
    gc.collect()
    gc.freeze()
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for kind in asked[0][0]:
            taken = [_microseconds(asks[kind], restore) for asks, restore in asked]
            seen = best.get(kind, (taken[0], taken[1]))
            best[kind] = (min(seen[0], taken[0]), min(seen[1], taken[1]))
    return best


def _microseconds(ask: Ask, restore: Ask) -> float:
    start = time.process_time()
    for _ in range(CALLS):
        ask()
    taken = time.process_time() - start
    restore()
    return 1e6 * taken / CALLS


def _asks(size: int) -> tuple[dict[str, Ask], Ask]:
    """Return the calls on books of a size, and what brings the books back to it."""
    fake, opened = opened_fake()
    books = opened.administration
    session_id, code = session_of(fake, opened), opened.credentials.security_code_2
    sent = body(session_id, code)
    (found,) = etree.fromstring(sent).iter(f"{{{NAMESPACE}}}AddMutatie")
    draft = mutation_from(parameters(descriptors()["AddMutatie"].in_message)(found)[2])
    for number in range(size):
        day = datetime(2026, 1 + number % 12, 1 + number % 28).date()
        books.book(draft._replace(date=day, invoice_number=f"N{number}"))

    def restore() -> None:
        books.delete(made.number for made in books.mutations[size:])

    def get(operation: str, inside: str) -> Ask:
        session = f"<SessionID>{session_id}</SessionID><SecurityCode2>{code}</SecurityCode2>"
        return _post(
            fake,
            operation,
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<{operation} xmlns="{NAMESPACE}">{session}<cFilter>{inside}</cFilter></{operation}>'
            "</s:Body></s:Envelope>".encode(),
        )

    asks = {
        "AddMutatie": _post(fake, "AddMutatie", sent),
        "GetMutaties by number": get("GetMutaties", "<MutatieNr>50</MutatieNr>"),
        "GetMutaties by invoice": get("GetMutaties", "<Factuurnummer>N50</Factuurnummer>"),
        "GetMutaties, a window": get(
            "GetMutaties", "<MutatieNrVan>40</MutatieNrVan><MutatieNrTm>60</MutatieNrTm>"
        ),
        "GetSaldo": get("GetSaldo", "<GbCode>8020</GbCode>"),
        "GetSaldi": get("GetSaldi", ""),
        "GetRelaties by code": get("GetRelaties", "<Code>K1</Code>"),
    }
    return asks, restore


def _post(fake: EboekhoudenFake, operation: str, content: bytes) -> Ask:
    prepared = requests.Request(
        "POST",
        "http://books.example/soap.asmx",
        data=content,
        headers={
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{NAMESPACE}/{operation}"',
        },
    ).prepare()

    def ask() -> None:
        status, _, _, answer = call(fake.wsgi, environment(prepared))
        if status != 200 or b"<LastErrorCode></LastErrorCode>" not in answer:
            raise RuntimeError(f"{operation} was refused: {answer.decode()[-300:]}")

    return ask
