"""A program that `koppeling run --coupling` starts, in the standard library alone.

Its first argument says how it behaves; what it saw goes to the file that SEEN names, a JSON object
a line.
"""

import http.server
import json
import os
import signal
import sys
import time
import urllib.request
import xmlrpc.client
from pathlib import Path
from typing import Any


def env(name: str) -> str:
    return os.environ[f"KOPPELING_{name}"]


def see(**what: object) -> None:
    with Path(os.environ["SEEN"]).open("a") as file:
        file.write(json.dumps(what) + "\n")


def look() -> None:
    """Ask Bizzcloud for the numbers of its invoices."""
    arguments = [env("BIZZCLOUD_DATABASE"), 1, env("BIZZCLOUD_PASSWORD"), "account.invoice"]
    with xmlrpc.client.ServerProxy(env("BIZZCLOUD_URL") + "/xmlrpc/2/object") as shop:
        found: Any = shop.execute_kw(*arguments, "search_read", [[]], {"fields": ["state"]})  # type: ignore[arg-type] # what is stubbed is narrower than what the wire takes
    see(states=[row["state"] for row in found])


def main() -> None:
    how = sys.argv[1]
    see(started=os.getpid(), state=sorted(one.name for one in Path(env("STATE")).iterdir()))
    (Path(env("STATE")) / "kept").touch()
    if how == "refuses":
        sys.exit(f"the code {env('EBOEKHOUDEN_SECURITY_CODE_1')} is not mine")
    if how == "never calls":
        time.sleep(3600)
    if how == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # It listens before its first call, and looks before it answers a push, so that no test hangs
    # on how fast it is.
    server = listening() if how == "pushed" else None
    look()
    if server is not None:
        server.serve_forever()
    for number in range(10_000):
        if how == "tells by HTTP":
            urllib.request.urlopen(urllib.request.Request(env("AT_REST"), method="POST"))
        else:
            print("at rest", flush=True)
        time.sleep(0.02)
        if how == "dies" and number == 0:
            sys.exit("something of mine broke")
        look()


def listening() -> http.server.HTTPServer:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server wants
            length = int(self.headers["Content-Length"])
            see(path=self.path, signed=self.headers["X-Bizzcloud-Signature"],
                push=json.loads(self.rfile.read(length)))  # fmt: skip
            look()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    port = int(env("PUSH_ADDRESS").rpartition(":")[2])
    return http.server.HTTPServer(("127.0.0.1", port), Handler)


main()
