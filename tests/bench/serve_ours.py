"""Serves the fake as `koppeling serve` does; prints the request that it takes, once it answers."""

import sys
import threading

from fakes.fast_serve import fast_serve
from tests.bench.workload import body, opened_fake, session_of

fake, opened = opened_fake()
with fast_serve(fake.wsgi, port=int(sys.argv[1])):
    request = body(session_of(fake, opened), opened.credentials.security_code_2)
    sys.stdout.write(request.decode() + "\n")
    sys.stdout.flush()
    threading.Event().wait()
