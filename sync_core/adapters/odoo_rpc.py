"""Calls Odoo's XML-RPC and tells its faults apart. Knows no model."""

import xmlrpc.client
from typing import Any
from xml.parsers.expat import ExpatError

import requests

from sync_core.access import BizzcloudAccess
from sync_core.adapters.xmlrpc_answers import read_answer
from sync_core.failures import CredentialsRefused, NotReached, RefusedByShop
from sync_core.wires import CALL_TIMEOUT

ACCESS_DENIED = 3
"""The fault code of a wrong password on a call (evidence: protocol)."""


class OdooRpc:
    """One user of one database; logs in when it is first needed."""

    def __init__(self, access: BizzcloudAccess, session: requests.Session) -> None:
        self._access = access
        self._session = session
        self._user: int | None = None
        self._prepared: dict[str, requests.PreparedRequest] = {}

    @property
    def user(self) -> int:
        """The id of the logged-in user; raises CredentialsRefused for a wrong login."""
        if self._user is None:
            access = self._access
            user = self._call(
                "common", "authenticate", access.database, access.login, access.password, {}
            )
            if not user:
                raise CredentialsRefused(
                    f"Bizzcloud at {access.url} refused the login for database "
                    f"{access.database}: check the user name and the password"
                )
            self._user = int(user)
        return self._user

    def execute(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model and return its result.

        Raises NotReached when no answer came (every call made here may be made again: all
        read, but for the adding of a ledger account, whose code the shop takes once),
        CredentialsRefused for a wrong password, RefusedByShop for any other fault.
        """
        access = self._access
        return self._call(
            "object",
            "execute_kw",
            access.database,
            self.user,
            access.password,
            model,
            method,
            list(args),
            kwargs,
        )

    def _call(self, service: str, method: str, *params: Any) -> Any:
        body = xmlrpc.client.dumps(params, method, allow_none=False).encode()
        try:
            response = self._post(service, body)
            response.raise_for_status()
            return read_answer(response.content)
        except requests.HTTPError as error:
            raise NotReached(
                f"Bizzcloud at {self._access.url} answered with HTTP {response.status_code}: "
                "is the address right? Otherwise try again later"
            ) from error
        except requests.RequestException as error:
            raise NotReached(
                f"Bizzcloud at {self._access.url} does not answer: is the address right, and is "
                "it up?"
            ) from error
        except xmlrpc.client.Fault as fault:
            raise self._failure(fault) from fault
        except (ExpatError, xmlrpc.client.Error, ValueError) as error:
            raise NotReached(
                f"Bizzcloud at {self._access.url} gave an answer that is no XML-RPC: is the "
                "address that of Bizzcloud itself?"
            ) from error

    def _post(self, service: str, body: bytes) -> requests.Response:
        """Post a call; all that calls of a service share is prepared once: that costs the most."""
        if service not in self._prepared:
            url = f"{self._access.url.rstrip('/')}/xmlrpc/2/{service}"
            bare = requests.Request("POST", url, headers={"Content-Type": "text/xml"})
            self._prepared[service] = self._session.prepare_request(bare)
        request = self._prepared[service].copy()
        request.prepare_body(body, None)
        around = self._session.merge_environment_settings(request.url, {}, None, None, None)
        return self._session.send(request, timeout=CALL_TIMEOUT, **around)

    def _failure(self, fault: xmlrpc.client.Fault) -> Exception:
        if fault.faultCode == ACCESS_DENIED:
            return CredentialsRefused(
                f"Bizzcloud at {self._access.url} refused a call for database "
                f"{self._access.database}: check the user name and the password"
            )
        last_line = str(fault.faultString).strip().rpartition("\n")[2]
        if "does not exist" in last_line and "database" in last_line:
            return CredentialsRefused(
                f"Bizzcloud at {self._access.url} has no database {self._access.database}: "
                "compare `database` in the settings with its address"
            )
        return RefusedByShop(
            f"Bizzcloud answered with fault {fault.faultCode}: {last_line}; may this user read "
            "all of the company's invoices and receipts? Otherwise ask Bizzcloud's support"
        )
