"""The fake e-Boekhouden as one object, usable without pytest and without a server."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakes.clock import Clock, SystemClock
from fakes.eboekhouden.app import Site
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.operations import Office
from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.sessions import Credentials, Sessions, credentials_for
from fakes.eboekhouden.settings import Settings
from fakes.eboekhouden.soap import Answer as SoapAnswer
from fakes.eboekhouden.soap import SoapApplication, fault_answer, operation_named, version_of
from fakes.faults import Answer, Faults, Kind

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class OpenedAdministration:
    """An administration of the fake, and the credentials that open it."""

    administration: Administration
    credentials: Credentials


class EboekhoudenFake:
    """A stand-in for the whole of e-Boekhouden: `wsgi` answers SOAP calls and shows the pages.

    fake = EboekhoudenFake()
    books = fake.open_administration("Demo BV")
    client = zeep.Client("http://books.example/soap.asmx?wsdl", transport=...)

    `trust_forwarded` lets X-Forwarded-Proto and X-Forwarded-Host say by which address a client
    came; only behind a proxy that sets them.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        settings: Settings | None = None,
        trust_forwarded: bool = False,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.settings = settings or Settings()
        self.faults = Faults(self.clock, [operation.name for operation in OPERATIONS])
        self.sessions = Sessions(self.settings, self.clock.now)
        self.office = Office(self.settings, self.clock, self.sessions)
        self._soap = SoapApplication(self.office)
        self.site = Site(self._soap, self._made_pages, trust_forwarded=trust_forwarded)
        self.wsgi: WSGIApplication = self.faults.around(
            self.site,
            operation_named,
            self._answers(),
        )

    def open_administration(
        self,
        company: str,
        *,
        ledger: str = "standard",
        next_mutation: int = 1,
        city: str = "",
        username: str | None = None,
        security_code_1: str | None = None,
        security_code_2: str | None = None,
    ) -> OpenedAdministration:
        """Make the books of a company and a login for them.

        What is not given follows from the company's name. A user name that exists already gets the
        administration beside its others, as an accountant has them.
        """
        proposed = credentials_for(company)
        credentials = Credentials(
            username or proposed.username,
            security_code_1 or proposed.security_code_1,
            security_code_2 or proposed.security_code_2,
        )
        for login in self.sessions.logins:
            if login.credentials.username == username and security_code_1 is None:
                credentials = login.credentials
        digest = hashlib.sha256(f"{credentials.username}/{company}".encode()).hexdigest()
        administration = Administration(
            company,
            str(uuid.UUID(digest[:32])).upper(),
            self.settings,
            ledger=ledger,
            next_mutation=next_mutation,
            city=city,
            first_year=self.clock.now().year,
        )
        self.sessions.add(credentials, administration)
        return OpenedAdministration(administration, credentials)

    def _made_pages(self) -> "WSGIApplication":
        from fakes.eboekhouden.pages import pages

        made: WSGIApplication = pages(self.office)
        return made

    def _answers(self) -> dict[Kind, "_Worded"]:
        def session_expired(environ: "WSGIEnvironment", operation: str) -> Answer:
            self.sessions.expire_all()
            refused = Refused(Error.SESSION_UNKNOWN, "De sessie is onbekend of verlopen.")
            return _as_answer(self._soap.refusal(environ, operation, refused))

        def quota_reached(environ: "WSGIEnvironment", operation: str) -> Answer:
            refused = Refused(Error.QUOTA_REACHED, "Het maximum van deze maand is bereikt.")
            return _as_answer(self._soap.refusal(environ, operation, refused))

        def soap_fault(environ: "WSGIEnvironment", operation: str) -> Answer:
            text = "Server was unable to process request."
            return _as_answer(fault_answer(version_of(environ), "Server", text))

        return {
            Kind.SESSION_EXPIRED: session_expired,
            Kind.QUOTA_REACHED: quota_reached,
            Kind.SOAP_FAULT: soap_fault,
        }


_Worded = Callable[["WSGIEnvironment", str], Answer]


def _as_answer(answer: SoapAnswer) -> Answer:
    status, headers, body = answer
    headers.append(("Content-Length", str(len(body))))
    return f"{status.value} {status.phrase}", headers, body
