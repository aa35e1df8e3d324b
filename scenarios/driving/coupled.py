"""A coupling that runs beside served fakes: it listens to pushes, polls underneath, and can be
linked from Bizzcloud's pages.
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from fakes.bizzcloud.activation import Codes
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.push import Courier
from scenarios.wire.log import WireLog
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.listening import listening
from sync_core.adapters.store import Store
from sync_core.coupling import Coupling
from sync_core.desk import ActivationDesk
from sync_core.listener import create_listener
from sync_core.watch import Watch
from sync_core.wires import Wires, sockets

SECONDS_TO_END = 0.5
"""How long the round that is under way may take when the coupling is to end."""

FIRST_COMPANY = 1
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Coupled:
    """A coupling that is running; `url` is where it listens, `secret` what signs a push."""

    url: str
    secret: str
    shop: BizzcloudFake

    def link(self, books: EboekhoudenAccess) -> str:
        """Activate the link as Bizzcloud's page does; return what went wrong, "" for nothing."""
        codes = Codes(books.username, books.security_code_1, books.security_code_2)
        answer = self.shop.activation.link(self.shop.database, FIRST_COMPANY, codes)
        return "" if answer.ok else answer.message


def start(
    exits: ExitStack,
    shop: BizzcloudFake,
    access: BizzcloudAccess,
    wsdl: str,
    now: Callable[[], datetime],
    poll: float,
    tell: Callable[[str], None],
    wires: Wires | None = None,
    log: WireLog | None = None,
) -> Coupled:
    """Start a coupling between served fakes; `exits` ends it.

    `poll` is how many seconds lie between two looks for what no push named; `tell` hears each
    failure as a sentence; `wires` carry its calls, over sockets when there are none; `log` keeps
    what Bizzcloud says to it.
    """
    store = Store.open("sqlite://")
    coupling = Coupling(store, wires or sockets(), now)
    watch = Watch(coupling, now, timedelta(seconds=poll), tell)

    def work() -> None:
        try:
            watch.run()
        finally:
            store.close()

    thread = threading.Thread(target=work, name="coupling", daemon=True)
    exits.callback(thread.join, SECONDS_TO_END)
    exits.callback(watch.stop)
    thread.start()
    secret = secrets.token_hex(16)
    desk = ActivationDesk(watch, access, wsdl, now)
    listener = create_listener(desk, secret.encode(), now)
    if log is not None:
        listener.wsgi_app = log.watching(listener.wsgi_app, "coupling", "Bizzcloud")  # type: ignore[assignment, method-assign] # as Flask's manual has it
    url = exits.enter_context(listening(listener, LOOPBACK, 0))
    shop.connect(url, secret)
    courier = Courier(shop.pushes)
    exits.callback(courier.close)
    return Coupled(url, secret, shop)
