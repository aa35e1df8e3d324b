"""A plain client for Bizzcloud: XML-RPC and JSON-RPC bytes over `requests`, nothing else."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xmlrpc import client

import requests

TIMEOUT = 60.0
EXECUTES = ("execute", "execute_kw")


@dataclass(frozen=True)
class Refusal:
    """A fault of XML-RPC: its code and its text."""

    code: int
    text: str


class RpcClient:
    """Speaks to one database as one user; `uid` is learned by `authenticate`.

    `pause` is the number of seconds between two calls. `before` hears of each method that is about
    to be called, and may raise.
    """

    def __init__(
        self,
        http: requests.Session,
        url: str,
        database: str,
        login: str,
        password: str,
        pause: float = 0.0,
        before: Callable[[str], None] = lambda method: None,
    ) -> None:
        self._pause = pause
        self._before = before
        self._http = http
        self._url = url.rstrip("/")
        self.database = database
        self.login = login
        self.password = password
        self.uid: Any = None
        self.last_status = 0
        self.last_type = ""
        self._ids = itertools.count(1)

    def xmlrpc(self, path: str, method: str, *params: Any) -> Any:
        """Call a method and return its value, or a `Refusal` when it answers a fault."""
        self._about_to_call(method, params)
        body = client.dumps(params, method, allow_none=False).encode()
        answer = self._http.post(
            self._url + path, data=body, headers={"Content-Type": "text/xml"}, timeout=TIMEOUT
        )
        self.last_status = answer.status_code
        self.last_type = answer.headers.get("Content-Type", "").partition(";")[0]
        try:
            return client.loads(answer.content, use_builtin_types=True)[0][0]
        except client.Fault as fault:
            return Refusal(fault.faultCode, fault.faultString)

    def json(self, path: str, **params: Any) -> dict[str, Any]:
        """Call by JSON and return the answer's object."""
        self._about_to_call(str(params.get("method", path)), params.get("args", ()))
        request = {"jsonrpc": "2.0", "method": "call", "params": params, "id": next(self._ids)}
        answer = self._http.post(self._url + path, json=request, timeout=TIMEOUT)
        found: dict[str, Any] = answer.json()
        return found

    def _about_to_call(self, method: str, params: Sequence[Any]) -> None:
        """Tell what is called, of a model's method its own name, and wait the pause out."""
        self._before(str(params[4]) if method in EXECUTES and len(params) > 4 else method)
        time.sleep(self._pause)

    def common(self, method: str, *params: Any) -> Any:
        """Call a method of the service `common`."""
        return self.xmlrpc("/xmlrpc/2/common", method, *params)

    def authenticate(self) -> Any:
        """Log in and remember the user's id."""
        self.uid = self.common("authenticate", self.database, self.login, self.password, {})
        return self.uid

    def call(self, model: str, method: str, *arguments: Any, **keywords: Any) -> Any:
        """Call a model's method as the user."""
        return self.call_as(self.database, self.password, model, method, *arguments, **keywords)

    def call_as(
        self,
        database: str,
        password: str,
        model: str,
        method: str,
        *arguments: Any,
        **keywords: Any,
    ) -> Any:
        """Call a model's method with another password, or on another database."""
        user = self.uid if self.uid is not None else self.authenticate()
        return self.xmlrpc(
            "/xmlrpc/2/object",
            "execute_kw",
            *(database, user, password, model, method, list(arguments), keywords),
        )

    def signal(self, model: str, signal: str, record: int) -> Any:
        """Send a signal to a record's workflow."""
        user = self.uid if self.uid is not None else self.authenticate()
        return self.xmlrpc(
            "/xmlrpc/2/object",
            "exec_workflow",
            *(self.database, user, self.password, model, signal, record),
        )
