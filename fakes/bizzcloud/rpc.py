"""The services behind every protocol: common, db and object, with their methods."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.database import Database
from fakes.bizzcloud.errors import AccessDenied, CallError, ServerError, UserError
from fakes.bizzcloud.models.company import User
from fakes.bizzcloud.records import Model

if TYPE_CHECKING:
    from fakes.bizzcloud.fake import BizzcloudFake

VERSION = "9.0alpha1"
VERSION_INFO: dict[str, Any] = {
    "server_version": VERSION,
    "server_version_info": [9, 0, 0, "alpha", 1],
    "server_serie": "9.0",
    "protocol_version": 1,
}

ABOUT = """

OpenERP is an ERP+CRM program for small and medium businesses.

The whole source code is distributed under the terms of the
GNU Public Licence.

(c) 2003-TODAY - OpenERP SA"""

GUARDED = (
    "create",
    "get_progress",
    "drop",
    "dump",
    "restore",
    "rename",
    "change_admin_password",
    "migrate_databases",
    "create_database",
    "duplicate_database",
)
"""The methods of `db` that ask the password of the server's keeper, which nobody here has."""

SIGNAL = "signal_"
"""Before the name of a workflow's signal: a method that sends it (published: every model's)."""

POSITIONAL: dict[str, tuple[str, ...]] = {
    "search": ("args", "offset", "limit", "order", "context", "count"),
    "search_count": ("args", "context"),
    "search_read": ("domain", "fields", "offset", "limit", "order", "context"),
    "read": ("ids", "fields", "context", "load"),
    "create": ("vals", "context"),
    "write": ("ids", "vals", "context"),
    "unlink": ("ids", "context"),
    "copy": ("ids", "default", "context"),
    "name_get": ("ids", "context"),
    "name_search": ("name", "args", "operator", "context", "limit"),
    "default_get": ("fields_list", "context"),
    "fields_get": ("allfields", "context", "write_access", "attributes"),
    "read_group": (
        "domain",
        "fields",
        "groupby",
        "offset",
        "limit",
        "context",
        "orderby",
        "lazy",
    ),
    "exists": ("ids", "context"),
    "pay_and_reconcile": (
        "ids",
        "pay_amount",
        "pay_account_id",
        "period_id",
        "pay_journal_id",
        "writeoff_acc_id",
        "writeoff_period_id",
        "writeoff_journal_id",
        "context",
        "name",
    ),
}
"""Where callers that send no names put the context among the arguments of the common methods."""


class Services:
    """What `common`, `db` and `object` answer, for all databases of the stand-in."""

    def __init__(self, fake: "BizzcloudFake") -> None:
        self._fake = fake

    def call(self, service: str, method: str, arguments: Sequence[Any]) -> Any:
        """Return the result of a method of a service; raises CallError for a fault."""
        table = {"common": self._common, "db": self._db, "object": self._object}
        if service not in table:
            raise ServerError("TypeError", "'NoneType' object is not callable")
        return table[service](method, list(arguments))

    def _common(self, method: str, arguments: list[Any]) -> Any:
        if method == "version":
            return VERSION_INFO
        if method == "about":
            return [ABOUT, VERSION] if arguments and arguments[0] else ABOUT
        if method == "timezone_get":
            return "UTC"
        if method in ("login", "authenticate"):
            takes = 3 if method == "login" else 4
            if len(arguments) != takes:
                raise ServerError(
                    "TypeError",
                    f"exp_{method}() takes exactly {takes} arguments ({len(arguments)} given)",
                )
            database, login, password = arguments[:3]
            return self.login(database, login, password)
        raise ServerError("Exception", f"Method not found: {method}")

    def login(self, database: Any, login: Any, password: Any) -> int | bool:
        """Return the uid of a login and password, False when they are wrong."""
        if not isinstance(login, str) or not isinstance(password, str):
            return False
        with self._database(database).transaction() as env:
            found: int | None = env.of(User).checked_login(login, password)
            return found or False

    def _db(self, method: str, arguments: list[Any]) -> Any:
        if method == "list":
            return sorted(self._fake.databases)
        if method == "server_version":
            return VERSION
        if method == "db_exist" and arguments:
            return arguments[0] in self._fake.databases
        if method == "list_lang":
            return [["en_US", "English"], ["nl_NL", "Dutch / Nederlands"]]
        if method in GUARDED:
            raise AccessDenied
        raise ServerError("KeyError", repr(f"Method not found: {method}"))

    def _object(self, method: str, arguments: list[Any]) -> Any:
        if len(arguments) < 3:
            values = "value" if len(arguments) == 1 else "values"
            raise ServerError("ValueError", f"need more than {len(arguments)} {values} to unpack")
        if method not in ("execute", "execute_kw", "exec_workflow"):
            raise ServerError("NameError", f"Method not available {method}")
        database, uid, password, *rest = arguments
        opened = self._database(database)
        with opened.transaction() as env:
            if not isinstance(uid, int) or not env.of(User).has_password(uid, password):
                raise AccessDenied
        if method == "execute_kw" and len(rest) >= 3:
            model, name, positional, *named = rest
            return self.execute(opened, uid, model, name, positional, named[0] if named else {})
        if method == "execute" and len(rest) >= 2:
            return self.execute(opened, uid, rest[0], rest[1], rest[2:], {})
        if method == "exec_workflow" and len(rest) >= 3:
            return self.signal(opened, uid, *rest[:3])
        raise ServerError("TypeError", f"{method}() takes more arguments ({len(arguments)} given)")

    def _database(self, name: Any) -> Database:
        found = self._fake.databases.get(name) if isinstance(name, str) else None
        if found is None:
            raise ServerError("OperationalError", f'FATAL:  database "{name}" does not exist\n')
        return found

    def execute(
        self,
        database: Database,
        uid: int,
        model: Any,
        method: Any,
        positional: Any,
        named: Any,
    ) -> Any:
        """Call a method of a model in a transaction of its own; return its result."""
        if not isinstance(model, str) or not isinstance(method, str):
            raise ServerError("TypeError", "the names of model and method are texts")
        if not isinstance(positional, (list, tuple)) or not isinstance(named, Mapping):
            raise ServerError("TypeError", f"{method}() takes a list and a struct of arguments")
        arguments = dict(named)
        given = list(positional)
        if method.startswith("_"):
            raise UserError(f"Private methods (such as {method}) cannot be called remotely.")
        with database.transaction(uid) as env:
            made = env[model]
            signals = "signal_workflow" in made.callable_methods and method != "signal_workflow"
            if signals and method.startswith(SIGNAL):
                given, method = [*given[:1], method.removeprefix(SIGNAL)], "signal_workflow"
            if method not in made.callable_methods:
                raise ServerError("AttributeError", f"'{model}' object has no attribute '{method}'")
            for name, value in zip(POSITIONAL.get(method, ()), given, strict=False):
                arguments.setdefault(name, value)
            given = given[len(POSITIONAL.get(method, ())) :]
            context = arguments.pop("context", None)
            if isinstance(context, Mapping) and context:
                made = env.with_context(**{str(key): value for key, value in context.items()})[
                    model
                ]
            arguments.pop("write_access", None)
            return _called(made, method, given, arguments)

    def signal(self, database: Database, uid: int, model: Any, signal: Any, identifier: Any) -> Any:
        """Send a workflow signal to a record; return False, or what a client does next."""
        with database.transaction(uid) as env:
            made = env[model]
            made.allow("write")
            send = getattr(made, "signal", None)
            if send is None or identifier not in made.exists(identifier):
                return False
            return send(identifier, signal)


@lru_cache(maxsize=4096)
def _signature(method: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(method)


def _called(
    model: Model,
    name: str,
    positional: list[Any],
    named: dict[str, Any],
) -> Any:
    method = getattr(type(model), name)
    try:
        _signature(method).bind(model, *positional, **named)
    except TypeError as error:
        raise ServerError("TypeError", f"{name}() {error}") from error
    try:
        return method(model, *positional, **named)
    except CallError:
        raise
    except RecursionError as error:
        raise ServerError("RuntimeError", "maximum recursion depth exceeded") from error
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise ServerError(type(error).__name__, f"{name}() cannot take these arguments") from error
