"""Times a search by odoorpc against the server at an address; prints the seconds of one call."""

import sys
import time
from urllib.parse import urlsplit

import odoorpc

CALLS, ROUNDS = 200, 5

place = urlsplit(sys.argv[1])
odoo = odoorpc.ODOO(place.hostname, protocol="jsonrpc", port=place.port)
odoo.login("mycompany", "admin", "admin")
domain = [["state", "=", "open"], ["partner_id", "=", 6]]
best = float("inf")
for _ in range(ROUNDS):
    began = time.perf_counter()
    for _ in range(CALLS):
        odoo.execute_kw("account.invoice", "search", [domain])
    best = min(best, (time.perf_counter() - began) / CALLS)
print(best)
