"""Calls e-Boekhouden's SOAP service through zeep and tells its failures apart.

Knows sessions and errors, no bookings. Facts: `contracts/evidence/eboekhouden`.
"""

import hashlib
from typing import Any

import requests
import zeep
from lxml import etree
from zeep.exceptions import Fault, TransportError, XMLSyntaxError
from zeep.transports import Transport
from zeep.wsdl.wsdl import Document

from sync_core.access import EboekhoudenAccess
from sync_core.failures import (
    CredentialsRefused,
    NotReached,
    QuotaReached,
    RefusedByBooks,
    SessionExpired,
    Unanswered,
)

BINDING = "{http://www.e-boekhouden.nl/soap}soapAppSoap"
SOURCE = "koppeling"
SESSION_EXPIRED = "E0023"
"""The service's code for a session that is expired or unknown (evidence: errors)."""

UNREADABLE = "Server was unable to read request"
"""How a fault begins that tells that nothing was done (evidence: errors)."""

TRY_AGAIN = "nothing is lost, the same goes on when it is tried again"
"""What follows from an answer that did not come, whether it was a round's or a person's call."""

ADDRESS = "{http://schemas.xmlsoap.org/wsdl/soap/}address"

_documents: dict[str, Document] = {}
"""Parsed interfaces, by their text: parsing one takes longer than many calls."""


class SoapSession:
    """The service as one user sees it; opens a session when it first needs one."""

    def __init__(self, access: EboekhoudenAccess, transport: Transport) -> None:
        self._access = access
        self._transport = transport
        self._service: Any = None
        self._client: zeep.Client | None = None
        self._session: str | None = None

    def type(self, name: str) -> Any:
        """Return a type of the interface by its name ("cMutatie"), to make values of."""
        self._connected()
        assert self._client is not None
        return self._client.get_type(f"{{http://www.e-boekhouden.nl/soap}}{name}")

    def call(self, operation: str, **arguments: Any) -> Any:
        """Call an operation within the session and return its result.

        Raises NotReached or SessionExpired or QuotaReached when surely nothing was done,
        RefusedByBooks when the service said no, Unanswered when it may have been done. An
        expired session is forgotten, so that the next call opens a new one.
        """
        if self._session is None:
            self._open()
        try:
            return self._checked(
                operation,
                SessionID=self._session,
                SecurityCode2=self._access.security_code_2,
                **arguments,
            )
        except SessionExpired:
            self._session = None
            raise

    def read(self, operation: str, **arguments: Any) -> Any:
        """Call an operation that changes nothing; an expired session is renewed once."""
        try:
            return self.call(operation, **arguments)
        except SessionExpired:
            return self.call(operation, **arguments)

    def close(self) -> None:
        """Close the session, if one is open; a service that does not answer is left alone."""
        session, self._session = self._session, None
        if session is not None and self._service is not None:
            try:
                self._invoke("CloseSession", SessionID=session)
            except (NotReached, Unanswered):
                return

    def _open(self) -> None:
        access = self._access
        arguments = {
            "Username": access.username,
            "SecurityCode1": access.security_code_1,
            "SecurityCode2": access.security_code_2,
            "Source": SOURCE,
        }
        operation = "OpenSession"
        if access.administration is not None:
            operation = "OpenSessionSub"
            arguments["AdministratieGUID"] = access.administration
        try:
            result = self._checked(operation, **arguments)
        except RefusedByBooks as error:
            raise CredentialsRefused(
                "e-Boekhouden refused the user name or the security codes "
                f"({error.code} {error.description}): compare them with Beheer > Inrichting > "
                "Instellingen > Api/Soap"
            ) from error
        except Unanswered as error:
            raise NotReached(f"e-Boekhouden opened no session: {error}") from error
        self._session = result.SessionID

    def _checked(self, operation: str, **arguments: Any) -> Any:
        result = self._invoke(operation, **arguments)
        error = getattr(result, "ErrorMsg", result)
        code = (getattr(error, "LastErrorCode", None) or "").strip()
        description = (getattr(error, "LastErrorDescription", None) or "").strip()
        if code == SESSION_EXPIRED:
            raise SessionExpired("e-Boekhouden no longer knows the session")
        if code and "quota" in f"{code} {description}".lower():
            raise QuotaReached(
                f"e-Boekhouden takes no more calls of {operation} this month; what is left over "
                "goes in when the next one begins"
            )
        if code or description:
            raise RefusedByBooks(operation, code, description)
        return result

    def _invoke(self, operation: str, **arguments: Any) -> Any:
        service = self._connected()
        try:
            return service[operation](**arguments)
        except Fault as fault:
            if UNREADABLE in (fault.message or ""):
                raise RefusedByBooks(operation, "", "the service could not read it") from fault
            raise Unanswered(
                f"e-Boekhouden broke off {operation} with a fault; {TRY_AGAIN}"
            ) from fault
        except requests.exceptions.ConnectTimeout as error:
            raise NotReached(self._not_reached()) from error
        except requests.exceptions.ConnectionError as error:
            if _was_refused(error):
                raise NotReached(self._not_reached()) from error
            raise Unanswered(f"the connection broke during {operation}; {TRY_AGAIN}") from error
        except (
            requests.RequestException,
            TransportError,
            XMLSyntaxError,
            etree.XMLSyntaxError,
            zeep.exceptions.Error,
            AttributeError,  # zeep's own, for an answer of another shape than the interface says
        ) as error:
            raise Unanswered(
                f"e-Boekhouden gave no usable answer to {operation}; {TRY_AGAIN}"
            ) from error

    def _connected(self) -> Any:
        if self._service is None:
            document, address = self._interface()
            self._client = zeep.Client(document, transport=self._transport)
            self._service = self._client.create_service(BINDING, address)
        return self._service

    def _interface(self) -> tuple[Document, str]:
        wsdl = self._access.wsdl
        try:
            content = self._transport.load(wsdl)
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
        except (requests.RequestException, TransportError, OSError) as error:
            raise NotReached(self._not_reached()) from error
        except etree.XMLSyntaxError as error:
            raise NotReached(f"{wsdl} is no WSDL; is the address right?") from error
        address = next((each.get("location") for each in root.iter(ADDRESS)), None)
        if address is None:
            raise NotReached(f"{wsdl} is no WSDL of e-Boekhouden; is the address right?")
        known = hashlib.sha256(content.replace(address.encode(), b"")).hexdigest()
        if known not in _documents:
            _documents[known] = Document(wsdl, self._transport)  # type: ignore[arg-type]  # zeep's hint
        return _documents[known], address

    def _not_reached(self) -> str:
        return f"e-Boekhouden at {self._access.wsdl} does not answer: is it up?"


def _was_refused(error: BaseException | None) -> bool:
    """Tell whether no connection was made at all, by the causes of an error."""
    while error is not None:
        if isinstance(error, ConnectionRefusedError) or "NewConnectionError" in repr(error):
            return True
        error = error.__cause__ or error.__context__
    return False
