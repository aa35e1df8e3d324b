"""One life of a coupling's process: it follows the shop over sockets until it is killed."""

import os
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

from scenarios.sweeping.kill_services import Services
from scenarios.wire.books_reader import Credentials
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.store import Store
from sync_core.coupling import Coupling
from sync_core.failures import CouplingError
from sync_core.journal import PostingState
from sync_core.link import LinkOptions, LinkState
from sync_core.wires import sockets

BOOK_FROM = date(2017, 10, 1)
SECONDS_BETWEEN_ROUNDS = 0.01

AT_WORK = b"w"
"""What a life says when its link is active and it begins to book."""

SETTLED = b"s"
"""What a life says each time that nothing is left to be done."""

NOT_SETTLED = (
    PostingState.PLANNED,
    PostingState.WAITING,
    PostingState.SENDING,
    PostingState.REFUSED,
    PostingState.UNKNOWN,
)


class Life:
    """A forked process with a coupling in it; `hears` reads what it says."""

    def __init__(self, work: Callable[[Callable[[bytes], object]], None]) -> None:
        self.hears, says = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.close(self.hears)
                work(lambda word: os.write(says, word))
            except BaseException:  # noqa: BLE001 # a copy that went on would be its maker's double
                traceback.print_exc()
            os._exit(0)
        os.close(says)

    def end(self, signal: int | None) -> None:
        """Send the process a signal, if it is to be ended by one, and wait for its end."""
        if signal is not None:
            os.kill(self.process, signal)
        os.waitpid(self.process, 0)
        os.close(self.hears)


def live(
    services: Services,
    codes: Credentials,
    store: Path,
    forever: bool,
    says: Callable[[bytes], object],
) -> None:
    """Link, or go on with the link, and follow the shop; until all is settled unless `forever`."""
    shop = BizzcloudAccess(services.shop_url, services.database, services.login, services.password)
    books = EboekhoudenAccess(
        codes.wsdl, codes.username, codes.security_code_1, codes.security_code_2
    )
    options = LinkOptions(book_from=BOOK_FROM)
    coupling = Coupling(Store.open(f"sqlite:///{store}"), sockets(), services.clock.now)
    while True:
        try:
            if coupling.link(shop, books, options).state is LinkState.ACTIVE:
                break
        except CouplingError:
            time.sleep(SECONDS_BETWEEN_ROUNDS)
    says(AT_WORK)
    while True:
        try:
            coupling.sync()
            states = coupling.states()
        except CouplingError:
            states = {PostingState.UNKNOWN: 1}
        if not any(states.get(state.value) for state in NOT_SETTLED):
            says(SETTLED)
            if not forever:
                return
        time.sleep(SECONDS_BETWEEN_ROUNDS)
