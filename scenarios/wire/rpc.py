"""A plain XML-RPC client of Bizzcloud, for what people do in it."""

import xmlrpc.client
from typing import Any

import requests


class ShopError(Exception):
    """Bizzcloud said no; the text is its own last line."""


class Rpc:
    """Calls the models of one database as one user; signs in when it is made.

    Raises `ShopError` when the user is unknown, or when a call is answered with a fault.
    """

    def __init__(
        self, session: requests.Session, url: str, database: str, login: str, password: str
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._database = database
        self._password = password
        self._user = self._ask("common", "authenticate", database, login, password, {})
        if self._user is False:
            raise ShopError(f"Bizzcloud does not let {login!r} in: the login or password is wrong")

    @property
    def user(self) -> int:
        """The id of the user."""
        return int(self._user)

    def call(self, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        """Call a method of a model, as `execute_kw` does."""
        return self._ask(
            "object",
            "execute_kw",
            self._database,
            self._user,
            self._password,
            model,
            method,
            list(arguments),
            more,
        )

    def signal(self, model: str, signal: str, record: int) -> None:
        """Send a workflow signal to a record."""
        self._ask(
            "object",
            "exec_workflow",
            self._database,
            self._user,
            self._password,
            model,
            signal,
            record,
        )

    def _ask(self, service: str, method: str, *arguments: Any) -> Any:
        answer = self._session.post(
            f"{self._url}/xmlrpc/2/{service}",
            data=xmlrpc.client.dumps(arguments, method, encoding="utf-8").encode(),
            headers={"Content-Type": "text/xml"},
            timeout=30,
        )
        answer.raise_for_status()
        try:
            (result,), _ = xmlrpc.client.loads(answer.content)
        except xmlrpc.client.Fault as fault:
            last = fault.faultString.strip().splitlines()
            raise ShopError(last[-1] if last else "Bizzcloud gives no reason") from fault
        return result
