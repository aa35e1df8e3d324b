"""The whole site of the fake as one WSGI application: the SOAP service and what surrounds it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from fakes.eboekhouden import wsdl
from fakes.eboekhouden.soap import SoapApplication

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOAP_PATH = "/soap.asmx"
DISCO = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<discovery xmlns="http://schemas.xmlsoap.org/disco/">'
    '<contractRef ref="{address}?wsdl" docRef="{address}"'
    ' xmlns="http://schemas.xmlsoap.org/disco/scl/" /></discovery>'
)
Written = tuple[str, str, bytes]


class Site:
    """Sends each request where it belongs.

    `trust_forwarded`, which may be changed, lets X-Forwarded-Proto and X-Forwarded-Host say by
    which address the client came; without it the Host header does. `pages` makes the pages, when
    the first is asked for: who only calls the service need not load them.
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
        self.trust_forwarded = trust_forwarded

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        path, method = environ.get("PATH_INFO", "").lower(), environ["REQUEST_METHOD"]
        if path == SOAP_PATH and method == "POST":
            return self._soap(environ, start_response)
        written = self._written(path, environ) if path.startswith(SOAP_PATH) else None
        if written is None:
            if path == SOAP_PATH:
                environ["PATH_INFO"] = SOAP_PATH
            return self._pages()(environ, start_response)
        status, content_type, body = written
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [] if method == "HEAD" else [body]

    def _written(self, path: str, environ: "WSGIEnvironment") -> Written | None:
        """Return what is not a page of the service's own address; None for a page."""
        if path.startswith(f"{SOAP_PATH}/"):
            ending = environ["PATH_INFO"][len(SOAP_PATH) :][:80]
            said = f"Request format is unrecognized for URL unexpectedly ending in '{ending}'."
            body = said.encode("latin-1", "replace")
            return "500 Internal Server Error", "text/plain; charset=iso-8859-1", body
        # ASP.NET looks at the parts of the query without a value, whatever their case.
        asked = environ.get("QUERY_STRING", "").lower().split("&")
        if path != SOAP_PATH or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        if "wsdl" in asked:
            return "200 OK", "text/xml; charset=utf-8", wsdl.document(self._address(environ))
        if "disco" in asked:
            disco = DISCO.format(address=escape(self._address(environ), {'"': "&quot;"}))
            return "200 OK", "text/xml; charset=utf-8", disco.encode()
        return None

    def _address(self, environ: "WSGIEnvironment") -> str:
        """Return the address of the service by which the client came."""
        scheme = environ["wsgi.url_scheme"]
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        if self.trust_forwarded:
            scheme = _nearest_the_client(environ.get("HTTP_X_FORWARDED_PROTO")) or scheme
            host = _nearest_the_client(environ.get("HTTP_X_FORWARDED_HOST")) or host
        return f"{scheme}://{host}{SOAP_PATH}"


def _nearest_the_client(forwarded: str | None) -> str:
    """Return the first value of a header to which every proxy on the way adds its own."""
    return (forwarded or "").partition(",")[0].strip()
