"""How faults on demand meet this service: what a call is named, and how it words a failure."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud import jsonrpc, xmlrpc_wire
from fakes.bizzcloud.errors import AccessDenied, CallError, ServerError, traceback_of
from fakes.faults import Answer, Kind

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

EXECUTES = ("execute", "execute_kw", "exec_workflow")

READ = "fakes.bizzcloud.read_call"
"""Where a request keeps the call that was read of its body, for whoever performs it first."""


def operation_named(environ: "WSGIEnvironment", body: bytes) -> str | None:
    """Return what a request asks for: "model.method", or "service.method"; None for no call.

    A workflow's signal counts as the method: "account.invoice.invoice_open".
    """
    path: str = environ.get("PATH_INFO", "")
    try:
        if path.startswith("/xmlrpc/"):
            method, parameters = read = xmlrpc_wire.read_call(body)
            environ[READ] = [read]
            return _named(path.rpartition("/")[2], method, list(parameters))
        if path == "/jsonrpc":
            params = json.loads(body)["params"]
            return _named(params["service"], params["method"], params["args"])
        if path.startswith("/web/dataset/call_kw"):
            params = json.loads(body)["params"]
            return f"{params['model']}.{params['method']}"
    except (xmlrpc_wire.UnreadableCallError, ValueError, KeyError, TypeError):
        return None
    return None


def _named(service: str, method: str, parameters: list[Any]) -> str:
    if service == "object" and method in EXECUTES and len(parameters) > 4:
        return f"{parameters[3]}.{parameters[4]}"
    return f"{service}.{method}"


def _fault(error: CallError) -> Callable[["WSGIEnvironment", str], Answer]:
    def answer(environ: "WSGIEnvironment", operation: str) -> Answer:
        if environ.get("PATH_INFO", "").startswith("/xmlrpc/"):
            text = traceback_of(error) if error.code == 1 else str(error)
            return _answered("200 OK", "text/xml", xmlrpc_wire.written_fault(error.code, text))
        body = json.dumps({"jsonrpc": "2.0", "id": None, "error": jsonrpc.described(error)})
        return _answered("200 OK", "application/json", body.encode())

    return answer


def _too_many(environ: "WSGIEnvironment", operation: str) -> Answer:
    return _answered("429 Too Many Requests", "text/plain", b"429 Too Many Requests")


def _answered(status: str, content_type: str, body: bytes) -> Answer:
    return status, [("Content-Type", content_type), ("Content-Length", str(len(body)))], body


ANSWERS = {
    Kind.SOAP_FAULT: _fault(ServerError("OperationalError", "could not connect to server\n")),
    Kind.SESSION_EXPIRED: _fault(AccessDenied()),
    Kind.QUOTA_REACHED: _too_many,
}
"""The kinds that the service words itself; a SOAP fault is here the fault of its own protocol."""
