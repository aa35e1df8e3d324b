"""Two addresses beside the services for an outside coupling: the story's time, and saying so.

GET  /koppeling/clock      {"now": "2017-10-19T07:00:00+00:00"}
POST /koppeling/at-rest    "I have nothing more to do"; the answer is empty
"""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from fakes.clock import Clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CLOCK = "/koppeling/clock"
AT_REST = "/koppeling/at-rest"


def with_desk(
    application: "WSGIApplication", clock: Clock, at_rest: Callable[[], None]
) -> "WSGIApplication":
    """Return the application with both addresses beside it."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if asked == ("GET", CLOCK):
            now = json.dumps({"now": clock.now().isoformat()})
            return Response(now, content_type="application/json")(environ, start_response)
        if asked == ("POST", AT_REST):
            Request(environ).get_data()  # what is left unread would be taken for the next request
            at_rest()
            return Response(status=204)(environ, start_response)
        return application(environ, start_response)

    return answer
