"""The pages of the stand-in, in Dutch: invoices, ledger accounts with the link, a till, support."""

import secrets
from typing import TYPE_CHECKING

from flask import Flask, Response

from fakes.bizzcloud.jsonrpc import Sessions
from fakes.bizzcloud.pages import invoicing, linking, till
from fakes.bizzcloud.pages.visit import Visits

if TYPE_CHECKING:
    from fakes.bizzcloud.fake import BizzcloudFake

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
LARGEST_FORM = 1024 * 1024


def make_pages(fake: "BizzcloudFake", sessions: Sessions) -> Flask:
    """Return the pages of a stand-in as a WSGI application."""
    app = Flask("fakes.bizzcloud")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.secret_key = secrets.token_bytes(32)
    visits = Visits(fake, sessions)
    for pages in (invoicing, linking, till):
        pages.add_pages(visits)
    app.register_blueprint(visits.pages)
    app.after_request(_secure)
    return app


def _secure(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response
