"""`make bench`, the part about Bizzcloud: start, calls, and what a store of many invoices costs.

    python -m tests.bench.bizzcloud [--large 100000]

Each figure is the best of several rounds, and the two stores are compared in the process's own
time, so that what else the machine does weighs little.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xmlrpc import client

import requests

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from fakes.inprocess import session
from fakes.serve import serve

HERE = Path(__file__).parent
BASE = "http://mycompany.bizzcloud.example"
START = datetime(2017, 1, 2, 9, tzinfo=UTC)
CHAIN = ("account.invoice", "account.invoice.line", "account.invoice.tax", "res.partner")
READ = {
    "account.invoice": [
        "number",
        "state",
        "type",
        "date_invoice",
        "date_due",
        "partner_id",
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "invoice_line",
        "tax_line",
        "write_date",
    ],
    "account.invoice.line": [
        "name",
        "account_id",
        "quantity",
        "price_unit",
        "discount",
        "price_subtotal",
        "invoice_line_tax_id",
    ],
    "account.invoice.tax": [
        "name",
        "base",
        "amount",
        "account_id",
        "tax_code_id",
    ],
    "res.partner": [
        "name",
        "ref",
        "is_company",
        "street",
        "zip",
        "city",
        "country_id",
        "vat",
    ],
}


def main() -> None:
    """Measure, and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=100_000, help="invoices in the large store")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    show("first answer after the start of the process", starting(options.rounds), "s", 0.5)
    fake = filled(100)
    show(
        "a search in process, over XML-RPC bytes", per_call(in_process(fake), options.rounds), "ms"
    )
    with serve(fake.wsgi) as served:
        plain = per_call(over_socket(served.url), options.rounds)
        show("the same over a socket, by requests", plain, "ms")
        odoorpc = by_odoorpc(served.url)
        if odoorpc is not None:
            show("the same over a socket, by odoorpc", odoorpc, "ms")
    small, large = by_turns(options.rounds, reading(fake), reading(filled(options.large)))
    show("reading one invoice whole, of 100", small, "ms")
    show(f"reading one invoice whole, of {options.large:,}", large, "ms")
    show("the second against the first", large / small, "times", 1.2)


def show(what: str, figure: float, unit: str, at_most: float | None = None) -> None:
    """Print one figure, beside what it should be at most."""
    shown = figure * 1000 if unit == "ms" else figure
    wanted = "" if at_most is None else f"  (at most {at_most:g}: {verdict(shown <= at_most)})"
    rate = f"  {1 / figure:,.0f} a second" if unit == "ms" else ""
    sys.stdout.write(f"{what:<58}{shown:>8.2f} {unit}{rate}{wanted}\n")


def verdict(met: bool) -> str:
    """Return whether a bound is kept, in a word."""
    return "met" if met else "NOT met"


def best(rounds: int, measure: Callable[[], float]) -> float:
    """Return the least of several measurements, in seconds."""
    return min(measure() for _ in range(rounds))


def starting(rounds: int) -> float:
    """Return the seconds from the start of a process to its first answer over a socket."""
    program = (
        "from fakes.bizzcloud.fake import BizzcloudFake\n"
        "from fakes.serve import serve\n"
        "import sys, time\n"
        "served = serve(BizzcloudFake().wsgi)\n"
        "print(served.url, flush=True)\n"
        "sys.stdin.read()\n"
    )

    def once() -> float:
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            client.ServerProxy(f"{url}/xmlrpc/2/common").version()
            took = time.perf_counter() - began
            process.terminate()
        return took

    return best(rounds, once)


def filled(invoices: int) -> BizzcloudFake:
    """Return a stand-in with a number of open invoices, a minute apart, of a hundred customers.

    One of them is made by the rules; the others are its rows under other ids, since making each
    by the rules would take minutes and leave the same rows.
    """
    fake = BizzcloudFake(clock=SettableClock(START))
    database = fake.databases[fake.database]
    with database.transaction() as env:
        partner = env["res.partner"].create({"name": "Klant", "is_company": True})
        line = {"name": "Taart", "account_id": 460, "price_unit": 10}
        lines = [(0, 0, {**line, "invoice_line_tax_id": [(6, 0, [tax])]}) for tax in (2, 5)]
        values = {"partner_id": partner, "account_id": 166, "invoice_line": lines}
        invoice = env["account.invoice"].create(values)
    fake_call(fake, "exec_workflow", "account.invoice", "invoice_open", invoice)
    tables = database.tables
    originals = {
        name: [row for row in tables[name].rows.values() if row.get("invoice_id") == invoice]
        for name in CHAIN[1:3]
    }
    for n in range(1, invoices):
        moment = (START + timedelta(minutes=n)).strftime("%Y-%m-%d %H:%M:%S")
        if n < 100:
            tables["res.partner"].put(
                tables["res.partner"].new_id(), {**tables["res.partner"].rows[partner]}
            )
        made = tables["account.invoice"].new_id()
        tables["account.invoice"].put(
            made,
            {
                **tables["account.invoice"].rows[invoice],
                "number": f"F/2017/{n + 1:06d}",
                "partner_id": partner + n % 100 if n >= 100 else partner + n,
                "write_date": moment,
            },
        )
        for name, rows in originals.items():
            for row in rows:
                tables[name].put(tables[name].new_id(), {**row, "invoice_id": made})
    return fake


def fake_call(fake: BizzcloudFake, method: str, *arguments: Any) -> Any:
    """Call a method of the object service in process."""
    with session({BASE: fake.wsgi}) as http:
        return posted(http, BASE, method, *arguments)


def posted(http: requests.Session, url: str, method: str, *arguments: Any) -> Any:
    """Call a method of the object service by a session."""
    body = client.dumps(("mycompany", 1, "admin", *arguments), method).encode()
    answer = http.post(f"{url}/xmlrpc/2/object", data=body)
    return client.loads(answer.content, use_builtin_types=True)[0][0]


def in_process(fake: BizzcloudFake) -> Callable[[], Any]:
    """Return a search, called in process."""
    return searching(session({BASE: fake.wsgi}), BASE)


def over_socket(url: str) -> Callable[[], Any]:
    """Return a search, called over a socket."""
    return searching(requests.Session(), url)


def searching(http: requests.Session, url: str) -> Callable[[], Any]:
    """Return a call that searches the open invoices of one customer."""
    domain = [["state", "=", "open"], ["partner_id", "=", 6]]
    return lambda: posted(http, url, "execute_kw", "account.invoice", "search", [domain])


def per_call(
    call: Callable[[], Any],
    rounds: int,
    calls: int = 200,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return the seconds that a call takes, by a clock."""

    def once() -> float:
        began = clock()
        for _ in range(calls):
            call()
        return (clock() - began) / calls

    call()
    return best(rounds, once)


def by_odoorpc(url: str) -> float | None:
    """Return the seconds that odoorpc takes for the same search; None where it is not installed."""
    python = HERE.parent / "clients" / "bizzcloud_odoorpc" / ".venv" / "bin" / "python"
    if not python.exists():
        sys.stdout.write("odoorpc is not installed; `make test-clients` installs it\n")
        return None
    done = subprocess.run(
        [python, HERE / "odoorpc_calls.py", url], capture_output=True, text=True, check=True
    )
    return float(json.loads(done.stdout))


def by_turns(rounds: int, *calls: Callable[[], Any]) -> list[float]:
    """Return the processor's seconds of several calls in process, each the best of its turns."""
    turns = [
        [per_call(call, 1, 60, time.process_time) for call in calls] for _ in range(rounds * 3)
    ]
    return [min(times) for times in zip(*turns, strict=True)]


def reading(fake: BizzcloudFake) -> Callable[[], Any]:
    """Return a call that finds the newest invoice by write date and reads it whole."""
    newest = max(
        row["write_date"] for row in fake.databases["mycompany"].tables[CHAIN[0]].rows.values()
    )
    http = session({BASE: fake.wsgi})

    def read(model: str, ids: list[int]) -> Any:
        return posted(http, BASE, "execute_kw", model, "read", [ids, READ[model]])

    def whole() -> None:
        domain = [
            ["type", "in", ["out_invoice", "out_refund"]],
            ["state", "in", ["open", "paid"]],
            ["write_date", ">=", newest],
        ]
        (found,) = posted(
            http,
            BASE,
            "execute_kw",
            "account.invoice",
            "search",
            [domain],
            {"order": "write_date, id", "limit": 80},
        )
        (invoice,) = read("account.invoice", [found])
        assert len(read("account.invoice.line", invoice["invoice_line"])) == 2
        assert len(read("account.invoice.tax", invoice["tax_line"])) == 2
        assert read("res.partner", [invoice["partner_id"][0]])

    return whole


if __name__ == "__main__":
    main()
