"""The whole site of the fake as one WSGI application: the SOAP service and what surrounds it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from fakes.eboekhouden import wsdl
from fakes.eboekhouden.soap import SoapApplication

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOAP_PATH = "/soap.asmx"


class Site:
    """Sends each request where it belongs.

    `trust_forwarded` lets X-Forwarded-Proto and X-Forwarded-Host say by which address the client
    came; without it the Host header does. `pages` makes the pages, when the first is asked for:
    who only calls the service need not load them.
    """

    def __init__(
        self,
        soap: SoapApplication,
        pages: Callable[[], "WSGIApplication"],
        *,
        trust_forwarded: bool = False,
    ) -> None:
        self._soap = soap
        self._pages = cache(pages)
        self._trust_forwarded = trust_forwarded

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        if environ.get("PATH_INFO", "").lower() != SOAP_PATH:
            return self._pages()(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST":
            return self._soap(environ, start_response)
        environ["PATH_INFO"] = SOAP_PATH
        return self._described(environ, start_response)

    def _described(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        asked = environ.get("QUERY_STRING", "")
        if asked.lower() == "wsdl":
            body = wsdl.document(self._address(environ))
            headers = [
                ("Content-Type", "text/xml; charset=utf-8"),
                ("Content-Length", str(len(body))),
            ]
            start_response("200 OK", headers)
            return [body]
        return self._pages()(environ, start_response)

    def _address(self, environ: "WSGIEnvironment") -> str:
        scheme = environ["wsgi.url_scheme"]
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        if self._trust_forwarded:
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", scheme)
            host = environ.get("HTTP_X_FORWARDED_HOST", host)
        return f"{scheme}://{host}{SOAP_PATH}"
