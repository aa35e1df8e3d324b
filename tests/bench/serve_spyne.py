"""Serves the same books through spyne's own application under waitress."""

import json
import logging
import sys

import fakes.eboekhouden  # noqa: F401 - without it Python 3.12 cannot import spyne

# isort: split
import waitress
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from fakes.eboekhouden import service
from tests.bench.workload import opened_fake, session_of

logging.disable(logging.INFO)
fake, opened = opened_fake()
codes = [session_of(fake, opened), opened.credentials.security_code_2]
sys.stdout.write(json.dumps(codes) + "\n")
sys.stdout.flush()
application = WsgiApplication(service.application(fake.office, Soap11))
waitress.serve(application, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
