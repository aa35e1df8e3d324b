"""Calls in process, through zeep: our transport and books, and requests with spyne's own."""

import logging
import time
from collections.abc import Callable
from typing import Any

import zeep
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication
from zeep.transports import Transport

from fakes.eboekhouden import service
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.inprocess import session
from fakes.inprocess_zeep import WsgiTransport
from tests.bench.workload import mutation, opened_fake, session_of

ADDRESS = "http://books.example"


def rate(call: Callable[[], object], seconds: float) -> float:
    """Return how many calls are done in a second of this process's own time."""
    for _ in range(20):
        call()
    start, done = time.process_time(), 0
    while time.process_time() - start < seconds:
        call()
        done += 1
    return done / (time.process_time() - start)


def adding(service_proxy: Any, fake: EboekhoudenFake, opened: OpenedAdministration) -> Any:
    """Return a function that books the workload's mutation."""
    session_id, code = session_of(fake, opened), opened.credentials.security_code_2
    sent = mutation()

    def add() -> None:
        answer = service_proxy.AddMutatie(session_id, code, sent)
        if answer.ErrorMsg.LastErrorCode:
            raise RuntimeError(answer.ErrorMsg.LastErrorDescription)

    return add


def ours() -> Callable[[], object]:
    """Zeep over our transport, straight into the fake."""
    fake, opened = opened_fake()
    transport = WsgiTransport({ADDRESS: fake.wsgi})
    client = zeep.Client(f"{ADDRESS}/soap.asmx?wsdl", transport=transport)
    add: Callable[[], object] = adding(client.service, fake, opened)
    return add


def requests_and_spyne() -> Callable[[], object]:
    """Zeep with requests over an adapter, into spyne's own application on the same books."""
    logging.disable(logging.INFO)
    fake, opened = opened_fake()
    application = WsgiApplication(service.application(fake.office, Soap11))

    def either(environ: Any, start_response: Any) -> Any:
        chosen = application if environ["REQUEST_METHOD"] == "POST" else fake.wsgi
        return chosen(environ, start_response)

    transport = Transport(session=session({ADDRESS: either}))
    client = zeep.Client(f"{ADDRESS}/soap.asmx?wsdl", transport=transport)
    add: Callable[[], object] = adding(client.service, fake, opened)
    return add
