"""What can go wrong in a call, in the classes that Odoo's faults are made from.

The fault codes and the wording are recorded; `rpc.py` turns each class into a fault of the
protocol by which the call came.
"""

from typing import Any


class CallError(Exception):
    """A call that ends in a fault; `str()` of it is what the caller reads."""

    code = 1
    odoo_name = "exceptions.Exception"
    kind: str | None = None

    @property
    def arguments(self) -> list[Any]:
        """Return the arguments that JSON-RPC reports beside the message."""
        return [str(self)]


class UserError(CallError):
    """A message for the user: a business rule, a private method, an unknown model.

    `missing_field` names the field without which the database would not keep a record.
    """

    code = 2
    missing_field: str | None = None
    odoo_name = "openerp.exceptions.UserError"
    kind = "user_error"


class ValidationError(UserError):
    """A constraint that the values do not meet."""

    odoo_name = "openerp.exceptions.ValidationError"
    kind = "validation_error"


class MissingError(UserError):
    """A record that is gone, or never was."""

    odoo_name = "openerp.exceptions.MissingError"
    kind = "missing_error"


class AccessDenied(CallError):
    """A wrong password, or no session."""

    code = 3
    odoo_name = "openerp.exceptions.AccessDenied"
    kind = "access_denied"

    def __init__(self) -> None:
        super().__init__("Access denied.")


class AccessError(CallError):
    """A user without the rights for an operation or a record."""

    code = 4
    odoo_name = "openerp.exceptions.AccessError"
    kind = "access_error"


class ServerError(CallError):
    """A bug-like error: the fault is a traceback whose last line is `kind: message`."""

    def __init__(self, python_name: str, message: str) -> None:
        super().__init__(message)
        self.python_name = python_name

    @property
    def odoo_name(self) -> str:  # type: ignore[override]  # told per error, not per class
        """Return the dotted name of the exception, as JSON-RPC reports it."""
        return _MODULES.get(self.python_name, "exceptions") + "." + self.python_name


_MODULES = {
    "OperationalError": "psycopg2",
    "ProgrammingError": "psycopg2",
    "DataError": "psycopg2",
    "NotFound": "werkzeug.exceptions",
}


def traceback_of(error: CallError) -> str:
    """Return the text of a traceback in the form of the service, with no frame of ours in it."""
    name = error.python_name if isinstance(error, ServerError) else type(error).__name__
    return f"Traceback (most recent call last):\n  ...\n{name}: {error}\n"
