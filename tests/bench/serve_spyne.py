"""Serves the same books through spyne's own application under waitress."""

import logging
import sys

import waitress
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from fakes.eboekhouden import service
from tests.bench.workload import body, opened_fake, session_of

logging.disable(logging.INFO)
fake, opened = opened_fake()
request = body(session_of(fake, opened), opened.credentials.security_code_2)
sys.stdout.write(request.decode() + "\n")
sys.stdout.flush()
application = WsgiApplication(service.application(fake.office, Soap11))
waitress.serve(application, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
