"""What tests of the fake Bizzcloud do: call it, sell, and stand in for the coupling."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from xmlrpc import client

import requests

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.signing import CouplingAddress
from fakes.inprocess import session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BASE = "http://mycompany.bizzcloud.example"
RECEIVABLE = 166
HIGH, LOW = 2, 5


class Caller:
    """Calls a stand-in as one user, over the bytes of XML-RPC; raises client.Fault."""

    def __init__(self, fake: BizzcloudFake, uid: int = 1, password: str | None = None) -> None:
        self.fake = fake
        self.uid = uid
        self.password = fake.password if password is None else password
        self.http = session({BASE: fake.wsgi})

    def post(self, path: str, method: str, *arguments: Any) -> Any:
        """Call a method of a service."""
        body = client.dumps(arguments, method, allow_none=True)
        response = self.http.post(
            BASE + path, data=body.encode(), headers={"Content-Type": "text/xml"}
        )
        response.raise_for_status()
        return client.loads(response.content, use_builtin_types=True)[0][0]

    def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """Call a method of a model."""
        return self.post(
            "/xmlrpc/2/object",
            "execute_kw",
            self.fake.database,
            self.uid,
            self.password,
            model,
            method,
            list(arguments),
            named,
        )

    def signal(self, model: str, signal: str, identifier: int) -> Any:
        """Send a workflow signal."""
        return self.post(
            "/xmlrpc/2/object",
            "exec_workflow",
            self.fake.database,
            self.uid,
            self.password,
            model,
            signal,
            identifier,
        )

    def json(self, path: str, **params: Any) -> dict[str, Any]:
        """Send a JSON-RPC message and return its answer."""
        message = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 7}
        answer: dict[str, Any] = self.http.post(BASE + path, json=message).json()
        return answer

    def account(self, code: str) -> int:
        """Return the id of a ledger account."""
        (found,) = self.call("account.account", "search", [["code", "=", code]])
        return int(found)

    def partner(self, name: str, **values: Any) -> int:
        """Make a customer."""
        return int(self.call("res.partner", "create", {"name": name, "is_company": True, **values}))

    def invoice(
        self, *lines: dict[str, Any], partner: int = 1, opened: bool = True, **values: Any
    ) -> int:
        """Make an invoice with lines that sell on account 8020 at 21% unless they say otherwise."""
        usual = {
            "name": "Taart",
            "account_id": 460,
            "quantity": 1,
            "invoice_line_tax_id": [[6, 0, [HIGH]]],
        }
        made = int(
            self.call(
                "account.invoice",
                "create",
                {
                    "partner_id": partner,
                    "account_id": RECEIVABLE,
                    "invoice_line": [[0, 0, {**usual, **line}] for line in lines],
                    **values,
                },
            )
        )
        if opened:
            self.call("account.invoice", "button_reset_taxes", [made])
            self.signal("account.invoice", "invoice_open", made)
        return made

    def read(self, model: str, identifier: int, *fields: str) -> dict[str, Any]:
        """Read one record."""
        (found,) = self.call(model, "read", [identifier], list(fields))
        return dict(found)

    def fault(self, model: str, method: str, *arguments: Any, **named: Any) -> client.Fault:
        """Return the fault that a call ends in."""
        try:
            answer = self.call(model, method, *arguments, **named)
        except client.Fault as fault:
            return fault
        raise AssertionError(f"{model}.{method} was answered with {answer!r}, and no fault")


class Coupling:
    """Stands in for the coupling: hears signed messages and answers as it is told to."""

    secret = "een gedeeld geheim"

    def __init__(self, fake: BizzcloudFake) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.status = "200 OK"
        self.arrived = threading.Event()
        url = "http://coupling.example"
        self.address: CouplingAddress = fake.connect(url, self.secret, http=session({url: self}))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        signed = f"{environ['HTTP_X_BIZZCLOUD_TIME']}.".encode() + body
        expected = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        assert environ["HTTP_X_BIZZCLOUD_SIGNATURE"] == expected
        path = environ["PATH_INFO"]
        self.heard.append((path, json.loads(body)))
        start_response(self.status, [("Content-Type", "application/json")])
        self.arrived.set()
        answer = {"ok": True, "message": "Goed.", "administration": "", "state": ""}
        return [json.dumps(self.answers.get(path, answer)).encode()]

    @property
    def pushes(self) -> list[tuple[str, int, str]]:
        """What was pushed: model, id, event."""
        return [
            (message["model"], message["id"], message["event"])
            for path, message in self.heard
            if path == "/push"
        ]


def unreachable() -> requests.Session:
    """Return a session that reaches nobody."""
    return session({})
