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

LANGUAGES = [["en_US", "English"], ["nl_NL", "Dutch / Nederlands"]]

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
    "fields_view_get": ("view_id", "view_type", "context", "toolbar", "submenu"),
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
    "reconcile": (
        "ids",
        "type",
        "writeoff_acc_id",
        "writeoff_period_id",
        "writeoff_journal_id",
        "context",
    ),
    "reconcile_partial": (
        "ids",
        "type",
        "context",
        "writeoff_acc_id",
        "writeoff_period_id",
        "writeoff_journal_id",
    ),
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
            return LANGUAGES
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
        _must_be_enough(method, rest)
        if method == "execute_kw":
            model, name, positional, *named = rest
            return self.execute(opened, uid, model, name, positional, named[0] if named else {})
        if method == "execute":
            return self.execute(opened, uid, rest[0], rest[1], rest[2:], {})
        if len(rest) == 2:
            raise ServerError("IndexError", "tuple index out of range")
        return self.signal(opened, uid, *rest[:3])

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
            given = _named(method, given, arguments)
            given = _context_taken(made, method, given, arguments)
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


def _must_be_enough(method: str, rest: list[Any]) -> None:
    """Raise ServerError unless a call of `object` has the arguments that it takes, in its words.

    The service counts database and user with the `rest`, and no password.
    """
    least, most = _COUNTS[method]
    count = 2 + len(rest)
    if count < least:
        raise ServerError(
            "TypeError", f"{method}() takes at least {least} arguments ({count} given)"
        )
    if most is not None and count > most:
        raise ServerError("TypeError", f"{method}() takes at most {most} arguments ({count} given)")


_COUNTS: dict[str, tuple[int, int | None]] = {
    "execute_kw": (5, 6),
    "execute": (4, None),
    "exec_workflow": (4, None),
}

BEFORE = 3
"""How many arguments the service's methods take before those of the call: self, cursor and user."""


def _named(method: str, given: list[Any], arguments: dict[str, Any]) -> list[Any]:
    """Name the arguments of a common method among `arguments`; return those that have no name.

    Raises ServerError for too many, or for one that was given twice.
    """
    names = POSITIONAL.get(method)
    if names is None:
        return given
    if len(given) > len(names):
        most, count = BEFORE + len(names), BEFORE + len(given) + len(arguments)
        raise ServerError("TypeError", f"{method}() takes at most {most} arguments ({count} given)")
    for name, value in zip(names, given, strict=False):
        if name in arguments:
            raise ServerError(
                "TypeError", f"{method}() got multiple values for keyword argument '{name}'"
            )
        arguments[name] = value
    return []


def _context_taken(
    model: Model, name: str, given: list[Any], arguments: dict[str, Any]
) -> list[Any]:
    """Take a context that stands after a method's last argument; return the arguments without it.

    The service's own methods take one there (published: split_context in openerp/api.py).
    """
    last = len(_signature(getattr(type(model), name)).parameters) - 1
    if len(given) == last + 1 and isinstance(given[last], Mapping) and "context" not in arguments:
        arguments["context"] = given[last]
        return given[:last]
    return given


def _wrong_arguments(
    signature: inspect.Signature, name: str, positional: list[Any], named: dict[str, Any]
) -> ServerError:
    """Return the error of a call with other arguments than a method takes, as Python 2 words it."""
    parameters = list(signature.parameters.values())[1:]
    known = [each.name for each in parameters]
    twice = [each for each in known[: len(positional)] if each in named]
    unknown = [each for each in named if each not in known]
    count = BEFORE + len(positional) + len(named)
    if unknown:
        said = f"got an unexpected keyword argument '{unknown[0]}'"
    elif len(positional) > len(known):
        said = f"takes at most {BEFORE + len(known) + 1} arguments ({count} given)"
    elif twice:
        said = f"got multiple values for keyword argument '{twice[0]}'"
    else:
        required = sum(each.default is inspect.Parameter.empty for each in parameters)
        said = f"takes at least {BEFORE + required} arguments ({count} given)"
    return ServerError("TypeError", f"{name}() {said}")


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
        raise _wrong_arguments(_signature(method), name, positional, named) from error
    try:
        return method(model, *positional, **named)
    except CallError:
        raise
    except RecursionError as error:
        raise ServerError("RuntimeError", "maximum recursion depth exceeded") from error
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise ServerError(type(error).__name__, f"{name}() cannot take these arguments") from error
