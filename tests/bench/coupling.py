"""What the coupling costs: a first sync of many invoices, a quiet round, and a push.

    python -m tests.bench.coupling [--invoices 100000]

Ratios are printed beside what they should be; seconds are printed, and nothing is asserted.
"""

import argparse
import random
import statistics
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from zeep.transports import Transport

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.serve import serve
from scenarios.driving.coupled import start
from sync_core.adapters.bizzcloud import PAGE
from sync_core.adapters.store import Store
from sync_core.progress import Progress
from sync_core.wires import Wires
from tests.sync_core.house import OPTIONS, House

PUSHES = 100


def multiply(shop: BizzcloudFake, invoice: int, number: int) -> None:
    """Put so many copies of an open invoice into the shop, ten a second, oldest first.

    Opening each by XML-RPC would take far longer than what is to be measured.
    """
    tables = shop.databases[shop.database].tables
    invoices, lines, taxes = (
        tables[name] for name in ("account.invoice", "account.invoice.line", "account.invoice.tax")
    )
    row = invoices.rows[invoice]
    parts = [
        (table, part)
        for table in (lines, taxes)
        for part in table.rows.values()
        if part["invoice_id"] == invoice
    ]
    for at in range(number):
        copy = invoices.new_id()
        label = f"F/2017/9{at:06}"
        hours, seconds = divmod(at // 10, 3600)
        written = (
            f"2017-10-{19 + hours // 24:02} {hours % 24:02}:{seconds // 60:02}:{seconds % 60:02}"
        )
        dates = {"create_date": written, "write_date": written}
        invoices.put(copy, {**row, **dates, "number": label, "internal_number": label})
        for table, part in parts:
            table.put(table.new_id(), {**part, "invoice_id": copy})


@dataclass
class Pages:
    """Notes when each page of a round was done, and may cut the round short."""

    cut_after: int | None = None
    done: list[tuple[int, float]] = field(default_factory=list)
    memory: list[tuple[int, float]] = field(default_factory=list)

    def __call__(self, model: str, done: int, total: int) -> None:
        if model != "account.invoice":
            return
        self.done.append((done, time.perf_counter()))
        self.memory.append((done, resident()))
        if self.cut_after is not None and done >= self.cut_after:
            raise KeyboardInterrupt

    def cost(self, low: float, high: float) -> float:
        """Return the seconds an invoice between two fractions of the round."""
        last = self.done[-1][0]
        inside = [each for each in self.done if low * last <= each[0] <= high * last + PAGE]
        (first, began), (end, ended) = inside[0], inside[-1]
        return (ended - began) / max(1, end - first)


def resident() -> float:
    """Return the memory that this process holds, in MB; 0 where the system does not tell."""
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * 4096 / 1e6
    return 0.0


def first_sync(invoices: int, folder: Path) -> None:
    """Sync many invoices, and then look at a quiet round."""
    house = with_many_invoices(invoices, folder / "first.sqlite")
    pages = Pages()
    house.coupling.sync(progress=pages)
    print(f"first sync of {invoices} invoices: {1000 * pages.cost(0, 1):.1f} ms an invoice")
    print(f"  booked {len(house.list_mutations())}")
    show("cost at the end / at the start", pages.cost(0.9, 1) / pages.cost(0, 0.1), 1.2)
    show("calls to the books an invoice", house.calls.count("books") / invoices, 1.2)
    show("calls to the shop an invoice", house.calls.count("shop") / invoices, 0.3)
    house.coupling.sync()
    house.calls.clear()
    house.coupling.sync(retry=False)
    show("calls of a round with nothing new", len(house.calls), 5)
    end(house)


def interrupted(invoices: int, folder: Path) -> None:
    """Interrupt a first sync at a random moment, continue it, and count what is in the books."""
    house = with_many_invoices(invoices, folder / "interrupted.sqlite")
    cut = Pages(cut_after=random.Random(invoices).randrange(invoices))
    with suppress(KeyboardInterrupt):
        house.coupling.sync(progress=cut)
    at = len(house.list_mutations())
    house.coupling.sync()
    held = house.list_mutations()
    whole = len(held) == len({number for _, number in held}) == invoices
    print(f"a first sync of {invoices} invoices, interrupted after {at} and continued")
    print(f"  each booked once: {'yes' if whole else 'NO'}")
    end(house)


def with_many_invoices(invoices: int, store: Path) -> House:
    """Return a linked house whose shop holds so many open invoices, none of them booked."""
    house = House()
    house.store.close()
    house.store = Store.open(f"sqlite:///{store}")
    house.coupling = house.another_coupling()
    multiply(house.shop, house.invoice(house.partner()), invoices - 1)
    house.link(OPTIONS)
    house.calls.clear()
    return house


def end(house: House) -> None:
    """Close what a house has open."""
    house.coupling.close()
    house.store.close()


def memory(invoices: int, folder: Path) -> None:
    """Sync with the books' own growth left out: each mutation is forgotten once it is booked."""
    house = with_many_invoices(invoices, folder / "memory.sqlite")
    books = house.demo.administration
    pages = Pages()

    def forgetting(model: str, done: int, total: int) -> None:
        books.delete([each.number for each in books.mutations])
        pages(model, done, total)

    watched: Progress = forgetting
    house.coupling.sync(progress=watched)
    tenth = max(1, len(pages.memory) // 10)
    first = statistics.mean(used for _, used in pages.memory[tenth : 2 * tenth])
    last = statistics.mean(used for _, used in pages.memory[-tenth:])
    print(f"memory over {invoices} invoices, {first:.0f} MB at first, {last:.0f} MB at last")
    show("memory in the last tenth / in the first", last / first, 1.1)
    end(house)


class TimedWires:
    """Wires over sockets that note how long each call took, and when the last one ended."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.booked = 0.0
        self.session = requests.Session()
        self.transport = Transport(timeout=20, operation_timeout=20)
        self._time(self.session, "send")
        self._time(self.transport, "post")

    def wires(self) -> Wires:
        """Return the wires for a coupling."""
        return Wires(self.session, self.transport)

    def _time(self, owner: Any, name: str) -> None:
        call = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                ended = time.perf_counter()
                self.spent += ended - began
                if any(b"AddMutatie" in part for part in args if isinstance(part, bytes)):
                    self.booked = ended

        setattr(owner, name, timed)


def pushes() -> None:
    """Open invoices one by one and see how long after each its mutation is booked, by push."""
    house = House()
    house.clock.let_run()
    timed = TimedWires()
    with ExitStack() as exits:
        shop_url = exits.enter_context(serve(house.shop.wsgi)).url
        books_url = exits.enter_context(serve(house.books.wsgi)).url
        access = type(house.shop_access)(shop_url, "mycompany", "admin", "admin")
        codes = house.books_access()
        wsdl = f"{books_url}/soap.asmx?wsdl"
        said: list[str] = []
        coupled = start(
            exits, house.shop, access, wsdl, house.clock.now, 3600, said.append, timed.wires()
        )
        trouble = coupled.link(type(codes)(wsdl, codes.username, codes.security_code_1,
                                           codes.security_code_2))  # fmt: skip
        assert not trouble, trouble
        partner = house.partner()
        ratios, delays = [], []
        for _ in range(PUSHES):
            timed.spent = timed.booked = 0.0
            house.invoice(partner)
            opened = time.perf_counter()
            deadline = opened + 10
            while not timed.booked and time.perf_counter() < deadline:
                time.sleep(0.001)
            if not timed.booked:
                raise RuntimeError(f"a push was not booked in 10 s; the coupling said: {said}")
            delays.append(timed.booked - opened)
            ratios.append(delays[-1] / timed.spent)
    p95 = statistics.quantiles(ratios, n=20)[-1]
    print(
        f"{PUSHES} invoices pushed, booked {1000 * statistics.median(delays):.0f} ms after opening"
    )
    show("p95 of that time / the time of the wire calls in it", p95, 3)
    end(house)


def show(name: str, found: float, at_most: float) -> None:
    """Print a figure beside what it should be."""
    verdict = "as it should be" if found <= at_most else "MORE THAN IT SHOULD BE"
    print(f"  {name}: {found:.2f} (at most {at_most:g}: {verdict})")


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--invoices", type=int, default=100_000)
    invoices = parser.parse_args().invoices
    with tempfile.TemporaryDirectory() as folder:
        pushes()
        memory(max(1000, invoices // 5), Path(folder))
        interrupted(max(1000, invoices // 10), Path(folder))
        first_sync(invoices, Path(folder))


if __name__ == "__main__":
    main()
