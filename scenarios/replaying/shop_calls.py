"""Calls of Bizzcloud's models, read from XML-RPC's bytes and written to them."""

import hashlib
import json
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

READING = frozenset(
    {
        "search",
        "search_read",
        "search_count",
        "read_group",
        "read",
        "exists",
        "name_get",
        "name_search",
        "default_get",
        "fields_get",
        "get_param",
        "find",
    }
)
"""The methods that change nothing; every other one is taken for a write."""

SEARCHING = frozenset({"search", "search_read", "search_count", "read_group"})
"""The methods whose first argument is a domain."""

SIGNAL = "exec_workflow"


@dataclass(frozen=True)
class Call:
    """One call of a model: its method and arguments, by whom it is made left out.

    A signal to a record's workflow has the method `exec_workflow` and the arguments signal, id.
    """

    model: str
    method: str
    args: tuple[Any, ...]
    named: Mapping[str, Any]

    @property
    def operation(self) -> str:
        """Model and method, by which a journal names it."""
        return f"{self.model}.{self.method}"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method in READING

    @property
    def meaning(self) -> str:
        """What it asks, as a short text that equal calls share."""
        asked = json.dumps([self.operation, self.args, self.named], sort_keys=True, default=str)
        return f"{self.operation} {hashlib.sha256(asked.encode()).hexdigest()[:24]}"

    @property
    def ids(self) -> list[int]:
        """The records that it is about; none for what makes new ones."""
        if self.method == SIGNAL:
            return [int(self.args[1])]
        given = self.args[0] if self.args else []
        listed = given if isinstance(given, list) else [given]
        return [each for each in listed if isinstance(each, int) and not isinstance(each, bool)]

    def within(self, terms: Sequence[Any]) -> "Call":
        """Return the same search among fewer records: those that meet the terms too."""
        domain = [*terms, *(self.args[0] if self.args else [])]
        return replace(self, args=(domain, *self.args[1:]))


class Fault(Exception):
    """Bizzcloud refused a call; code and text as on the wire."""

    def __init__(self, code: Any, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Envelope:
    """The call that a request of `object` carries, and who makes it."""

    caller: tuple[str, int, str]
    call: Call

    def body(self, call: Call) -> bytes:
        """Return the bytes of another call by the same caller."""
        if call.method == SIGNAL:
            arguments: tuple[Any, ...] = (*self.caller, call.model, *call.args)
        else:
            named = dict(call.named)
            arguments = (*self.caller, call.model, call.method, list(call.args), named)
        method = SIGNAL if call.method == SIGNAL else "execute_kw"
        return xmlrpc.client.dumps(arguments, method, encoding="utf-8").encode()


def opened(body: bytes) -> Envelope:
    """Read the call that a request of `object` carries."""
    arguments, method = xmlrpc.client.loads(body)
    database, user, password, model, *rest = arguments
    caller = (str(database), int(str(user)), str(password))
    if method == SIGNAL:
        return Envelope(caller, Call(str(model), SIGNAL, tuple(rest), {}))
    name, given, *named = rest
    asked = Call(str(model), str(name), tuple(_items(given)), dict(_pairs(named)))
    return Envelope(caller, asked)


def answered(content: bytes) -> Any:
    """Return the value of an answer; raises Fault where it is one."""
    try:
        return xmlrpc.client.loads(content)[0][0]
    except xmlrpc.client.Fault as fault:
        raise Fault(fault.faultCode, fault.faultString) from fault


def as_answer(answer: Mapping[str, Any]) -> bytes:
    """Return the bytes of an answer of the journal."""
    if "fault" in answer:
        code, text = answer["fault"]
        fault = xmlrpc.client.Fault(code, text)
        return xmlrpc.client.dumps(fault, allow_none=True, encoding="utf-8").encode()
    value = (answer["value"],)
    return xmlrpc.client.dumps(value, methodresponse=True, allow_none=True).encode()


def _items(given: Any) -> list[Any]:
    return list(given)


def _pairs(named: Sequence[Any]) -> dict[str, Any]:
    return dict(named[0]) if named else {}
