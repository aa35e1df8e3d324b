"""Serves the fake as `koppeling serve` does; prints the session that it opened, once it answers."""

import json
import sys
import threading

from fakes.fast_serve import fast_serve
from tests.bench.workload import opened_fake, session_of

fake, opened = opened_fake()
with fast_serve(fake.wsgi, port=int(sys.argv[1])):
    codes = [session_of(fake, opened), opened.credentials.security_code_2]
    sys.stdout.write(json.dumps(codes) + "\n")
    sys.stdout.flush()
    threading.Event().wait()
