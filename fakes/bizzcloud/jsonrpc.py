"""JSON-RPC: the same services at one address, and those that the web pages use, with sessions."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.domain import SPEAKS_UNICODE
from fakes.bizzcloud.errors import CallError, ServerError, traceback_of
from fakes.bizzcloud.models.company import User
from fakes.bizzcloud.rpc import LANGUAGES, VERSION_INFO, Services

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fakes.bizzcloud.fake import BizzcloudFake

COOKIE = "session_id"
DEEPEST = 100
"""How many brackets may be open at once in a request."""

_COOKIE = re.compile(rf'(?:^|;)[ \t]*{COOKIE}="?([^";, \t]*)')
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_BRACKETS = re.compile(rb"[\[\]{}]")

Params = dict[str, Any]


class UnreadableMessageError(Exception):
    """A request body that is no JSON-RPC message."""


class SessionExpired(CallError):
    """A call that needs a session and has none."""

    odoo_name = "openerp.http.SessionExpiredException"

    def __init__(self) -> None:
        super().__init__("Session expired")


@dataclass(frozen=True)
class Session:
    """Who is logged in, in which database."""

    database: str
    uid: int
    login: str


class Sessions:
    """The sessions of the web by their secret ids."""

    def __init__(self) -> None:
        self._known: dict[str, Session] = {}

    def open(self, session: Session) -> str:
        """Keep a session and return its id."""
        identifier = secrets.token_hex(20)
        self._known[identifier] = session
        return identifier

    def of(self, identifier: str) -> Session | None:
        """Return the session with an id."""
        return self._known.get(identifier)

    def close(self, identifier: str) -> None:
        """Forget a session."""
        self._known.pop(identifier, None)


def session_named(environ: "WSGIEnvironment") -> str:
    """Return the session id that a request carries in its cookie or its header; "" for none."""
    # Not by SimpleCookie, which takes many seconds for a cookie of many backslashes.
    cookie = _COOKIE.search(environ.get("HTTP_COOKIE", ""))
    named: str = environ.get("HTTP_X_OPENERP_SESSION_ID", "")
    return cookie[1] if cookie is not None else named


class Endpoints:
    """The JSON-RPC addresses, and what each answers."""

    def __init__(self, fake: "BizzcloudFake", services: Services, sessions: Sessions) -> None:
        self._fake = fake
        self._services = services
        self._sessions = sessions
        self._by_path: dict[str, Callable[[Params, str], Any]] = {
            "/jsonrpc": self._of_service,
            "/web/session/authenticate": self._authenticate,
            "/web/session/get_session_info": self._session_info,
            "/web/session/destroy": self._destroy,
            "/web/dataset/call_kw": self._call_kw,
            "/web/dataset/call": self._call_kw,
            "/web/dataset/call_button": self._call_button,
            "/web/session/check": lambda params, session: self._checked(session),
            "/web/session/modules": lambda params, session: self._modules(session),
            "/web/session/get_lang_list": lambda params, session: LANGUAGES,
            "/web/dataset/search_read": self._search_read,
            "/web/dataset/exec_workflow": self._exec_workflow,
            "/web/webclient/version_info": lambda params, session: VERSION_INFO,
            "/web/database/get_list": lambda params, session: sorted(fake.databases),
        }

    def handler(self, path: str) -> Callable[[Params, str], Any] | None:
        """Return what answers at a path; None when it is no address of JSON-RPC."""
        if path.startswith("/web/dataset/call_kw/"):
            return self._call_kw
        return self._by_path.get(path)

    def answered(
        self, handle: Callable[[Params, str], Any], body: bytes, session: str
    ) -> tuple[bytes, str | None]:
        """Return the answer to a message, and the id of a session that it opened, if it did.

        Raises UnreadableMessageError for a body that is no message.
        """
        message = read_message(body)
        opened: str | None = None
        token = SPEAKS_UNICODE.set(True)
        try:
            result = handle(message["params"], session)
            if isinstance(result, Opened):
                result, opened = result.result, result.session_id
            told: dict[str, Any] = {"result": result}
        except CallError as error:
            told = {"error": described(error)}
        finally:
            SPEAKS_UNICODE.reset(token)
        answer = {"jsonrpc": "2.0", "id": message.get("id"), **told}
        return json.dumps(answer).encode(), opened

    def _of_service(self, params: Params, session: str) -> Any:
        arguments = params.get("args")
        if not isinstance(arguments, list):
            raise ServerError("KeyError", "'args'")
        return self._services.call(str(params.get("service")), str(params.get("method")), arguments)

    def _authenticate(self, params: Params, session: str) -> Any:
        database, login = params.get("db"), params.get("login")
        uid = self._services.login(database, login, params.get("password"))
        context: dict[str, Any] = {}
        if uid:
            identifier = self._sessions.open(Session(str(database), int(uid), str(login)))
            context = self._user_context(str(database), int(uid))
        else:
            identifier = secrets.token_hex(20)
        result = {
            "session_id": identifier,
            "uid": uid,
            "user_context": context,
            "db": database,
            "username": login,
        }
        return Opened(result, identifier)

    def _session_info(self, params: Params, session: str) -> Any:
        known = self._sessions.of(session)
        if known is None:
            nobody: Params = {"uid": None, "user_context": {}, "db": None, "username": None}
            return {"session_id": session or secrets.token_hex(20), **nobody}
        return {
            "session_id": session,
            "uid": known.uid,
            "user_context": self._user_context(known.database, known.uid),
            "db": known.database,
            "username": known.login,
        }

    def _destroy(self, params: Params, session: str) -> None:
        self._sessions.close(session)

    def _known(self, session: str) -> Session:
        """Return an open session; raises the error of the address that is not there without one."""
        known = self._sessions.of(session)
        if known is None:
            if len(self._fake.databases) > 1:
                raise ServerError("NotFound", "404: Not Found")
            raise SessionExpired
        return known

    def _search_read(self, params: Params, session: str) -> Any:
        limit, offset = params.get("limit") or None, params.get("offset") or 0
        search = {"domain": params.get("domain") or [], "fields": params.get("fields") or None}
        window = {"offset": offset, "limit": limit, "order": params.get("sort") or None}
        call = {"model": params.get("model"), "method": "search_read"}
        records = self._call_kw({**call, "kwargs": {**search, **window}}, session)
        length = len(records) + offset if records else 0
        if limit and len(records) == limit:
            counted = {**call, "method": "search_count", "args": [search["domain"]]}
            length = self._call_kw(counted, session)
        return {"length": length, "records": records}

    def _exec_workflow(self, params: Params, session: str) -> Any:
        known = self._known(session)
        return self._services.signal(
            self._fake.databases[known.database],
            known.uid,
            params.get("model"),
            params.get("signal"),
            params.get("id"),
        )

    def _call_kw(self, params: Params, session: str) -> Any:
        known = self._known(session)
        return self._services.execute(
            self._fake.databases[known.database],
            known.uid,
            params.get("model"),
            params.get("method"),
            params.get("args") or [],
            params.get("kwargs") or {},
        )

    def _call_button(self, params: Params, session: str) -> Any:
        """Call what a button of a form calls; what is no window to open is answered with False."""
        answer = self._call_kw({**params, "kwargs": {}}, session)
        return answer if isinstance(answer, dict) and answer.get("type", "") != "" else False

    def _checked(self, session: str) -> None:
        self._known(session)

    def _modules(self, session: str) -> list[str]:
        """Return the names of the installed modules."""
        known = self._known(session)
        with self._fake.databases[known.database].transaction() as env:
            modules = env["ir.module.module"]
            found = modules.search([("state", "=", "installed")], order="name")
            return [each.name for each in modules.browse(found)]

    def _user_context(self, database: str, uid: int) -> dict[str, Any]:
        """Return the language, time zone and id of a user, as sessions carry them."""
        with self._fake.databases[database].transaction(uid) as env:
            return {**env.of(User).context_get(), "uid": uid}


@dataclass(frozen=True)
class Opened:
    """A result that comes with a cookie."""

    result: Any
    session_id: str


def read_message(body: bytes) -> dict[str, Any]:
    """Return a message; raises UnreadableMessageError for what is none."""
    depth = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            raise UnreadableMessageError("nested too deep")
    try:
        message = json.loads(body)
    except ValueError as error:
        raise UnreadableMessageError("this is no JSON") from error
    if not isinstance(message, dict) or not isinstance(message.get("params"), dict):
        raise UnreadableMessageError("this is no JSON-RPC message")
    return message


def described(error: CallError) -> dict[str, Any]:
    """Return the error member of an answer."""
    expired = isinstance(error, SessionExpired)
    not_found = isinstance(error, ServerError) and error.python_name == "NotFound"
    data: dict[str, Any] = {
        "name": error.odoo_name,
        "debug": traceback_of(error),
        "message": str(error),
        "arguments": [] if not_found else error.arguments,
    }
    if error.kind is not None:
        data["exception_type"] = error.kind
    return {
        "code": 100 if expired else 200,
        "message": "OpenERP Session Invalid" if expired else "OpenERP Server Error",
        "data": data,
    }
