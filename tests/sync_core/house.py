"""Both fakes in process, a coupling between them, and the few acts that tests need."""

import xmlrpc.client
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fakes import inprocess
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.inprocess_zeep import WsgiTransport
from scenarios.playing.shop import Shop
from scenarios.wire.rpc import Rpc
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.store import Store
from sync_core.coupling import Coupling
from sync_core.link import LinkOptions
from sync_core.wires import Wires
from tests.sync_core.stores import empty_store

SHOP_URL = "http://mycompany.bizzcloud.example"
BOOKS_URL = "http://soap.eboekhouden.example"
START = datetime(2017, 10, 19, 8, tzinfo=UTC)
OPTIONS = LinkOptions(book_from=date(2017, 10, 1))


@dataclass
class House:
    """A shop, books, a store and a coupling; `calls` are the requests that reached each side."""

    clock: SettableClock = field(default_factory=lambda: SettableClock(START))

    def __post_init__(self) -> None:
        self.shop = BizzcloudFake(clock=self.clock)
        self.books = EboekhoudenFake(clock=self.clock)
        self.demo = self.books.open_administration("Demo BV", next_mutation=245)
        self.calls: list[str] = []
        self.store = empty_store()
        self.coupling = self.another_coupling()

    def another_coupling(self, store: Store | None = None) -> Coupling:
        session = inprocess.session({SHOP_URL: self._counted("shop", self.shop.wsgi)})
        transport = WsgiTransport({BOOKS_URL: self._counted("books", self.books.wsgi)})
        return Coupling(store or self.store, Wires(session, transport), self.clock.now)

    def _counted(self, side: str, application: Any) -> Any:
        def counted(environ: Any, start_response: Any) -> Any:
            self.calls.append(side)
            return application(environ, start_response)

        return counted

    @property
    def shop_access(self) -> BizzcloudAccess:
        return BizzcloudAccess(SHOP_URL, "mycompany", "admin", "admin")

    def books_access(self, opened: OpenedAdministration | None = None) -> EboekhoudenAccess:
        codes = (opened or self.demo).credentials
        return EboekhoudenAccess(
            f"{BOOKS_URL}/soap.asmx?wsdl",
            codes.username,
            codes.security_code_1,
            codes.security_code_2,
        )

    def link(self, options: LinkOptions = OPTIONS) -> None:
        self.coupling.link(self.shop_access, self.books_access(), options)

    def execute(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        params = ("mycompany", 1, "admin", model, method, list(args), kwargs)
        return self._rpc("execute_kw", *params)

    def signal(self, signal: str, invoice: int) -> None:
        self._rpc("exec_workflow", "mycompany", 1, "admin", "account.invoice", signal, invoice)

    def _rpc(self, method: str, *params: Any) -> Any:
        session = inprocess.session({SHOP_URL: self.shop.wsgi})
        body = xmlrpc.client.dumps(params, method).encode()
        answer = session.post(f"{SHOP_URL}/xmlrpc/2/object", data=body)
        (result,), _ = xmlrpc.client.loads(answer.content)
        return result

    def find(self, model: str, *domain: Any) -> int:
        return int(self.execute(model, "search", [list(term) for term in domain])[0])

    def partner(self, **values: Any) -> int:
        given = {"name": "Bakkerij de Groot", "ref": "K0001", "is_company": True, "customer": True}
        return int(self.execute("res.partner", "create", given | values))

    def invoice(
        self,
        partner: int,
        price: float = 82.64,
        account: str = "8020",
        tax: str = "21% BTW",
        **values: Any,
    ) -> int:
        line = {
            "name": "Taart",
            "account_id": self.find("account.account", ("code", "=", account)),
            "quantity": 1,
            "price_unit": price,
            "invoice_line_tax_id": [[6, 0, [self.find("account.tax", ("description", "=", tax))]]],
        }
        invoice = self.execute(
            "account.invoice",
            "create",
            {
                "type": "out_invoice",
                "partner_id": partner,
                "account_id": self.find("account.account", ("code", "=", "1300")),
                "journal_id": self.find("account.journal", ("type", "=", "sale")),
                "invoice_line": [[0, 0, line]],
                **values,
            },
        )
        self.signal("invoice_open", invoice)
        return int(invoice)

    def people(self) -> Shop:
        """Return the people of the shop, who can do what the steps of a story say."""
        session = inprocess.session({SHOP_URL: self.shop.wsgi})
        return Shop(Rpc(session, SHOP_URL, "mycompany", "admin", "admin"))

    def advance(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))

    def list_mutations(self, opened: OpenedAdministration | None = None) -> list[tuple[int, str]]:
        """Return number and invoice number of all mutations, as the books themselves hold them."""
        held = (opened or self.demo).administration.mutations
        return [(each.number, each.invoice_number) for each in held]
