"""The Bizzcloud in which a story is replayed, and the guards before the first write to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import requests

from contracts.config import Bizzcloud
from contracts.sandbox import GuardError, ShopIdentity, guard_database
from scenarios.replaying.shop_journal import ShopJournal
from scenarios.replaying.shop_needs import Need
from scenarios.wire.rpc import Rpc, ShopError
from sync_core.access import BizzcloudAccess

UUID = "database.uuid"


@dataclass(frozen=True)
class RealShop:
    """A real Bizzcloud of a config; `http` carries its calls."""

    settings: Bizzcloud
    http: requests.Session = field(repr=False)

    @property
    def access(self) -> tuple[str, str, str, str]:
        """Address, database, login and password."""
        shop = self.settings
        return shop.url.rstrip("/"), shop.database, shop.login, shop.password

    def coupling_access(self, password: str | None) -> BizzcloudAccess:
        """Return how the coupling reaches it, with the password that was typed."""
        shop = self.settings
        return BizzcloudAccess(shop.url, shop.database, shop.login, password or shop.password)

    def session(self) -> requests.Session:
        """Return a session of its own that is carried as `http` is."""
        made = requests.Session()
        made.trust_env = self.http.trust_env
        for prefix, adapter in self.http.adapters.items():
            made.mount(prefix, adapter)
        return made

    def guard(self, needs: Sequence[Need], journal: ShopJournal, *, till: bool) -> None:
        """Look at everything that can be known before the first write.

        Raises GuardError when the login is refused, when this is not the database that the config
        names, when it holds documents that no replay made, or lacks what the story needs.
        """
        try:
            people = Rpc(self.session(), *self.access)
            guard_database(_identity(people), self.settings)
            if not self.settings.foreign_documents:
                _guard_foreign(people)
            _guard_needs(people, needs)
            if till:
                _guard_till(people, journal)
        except ShopError as wrong:
            raise GuardError(f"{self.settings.url} cannot be the shop: {wrong}") from wrong


def _identity(people: Rpc) -> ShopIdentity:
    (user,) = people.call("res.users", "read", [people.user], ["company_id"])
    company = user["company_id"][0]
    (row,) = people.call("res.company", "read", [company], ["name", "partner_id"])
    (partner,) = people.call("res.partner", "read", [row["partner_id"][0]], ["vat"])
    try:
        uuid = people.call("ir.config_parameter", "get_param", UUID)
    except ShopError:
        uuid = ""  # a login without the right to see it, where the VAT number must do
    return ShopIdentity(str(row["name"]), str(uuid or ""), str(partner["vat"] or ""))


def _guard_foreign(people: Rpc) -> None:
    ours = people.call(
        "res.partner", "search", [["ref", "=like", "KR%"]], context={"active_test": False}
    )
    found = people.call("account.invoice", "search_count", [["partner_id", "not in", ours]])
    if people.call("ir.model", "search_count", [["model", "=", "pos.order"]]):
        others = ["|", ["pos_reference", "=", False], ["pos_reference", "not like", "Order KR"]]
        found += people.call("pos.order", "search_count", others)
    if found:
        raise GuardError(
            f"Bizzcloud holds {found} invoices and receipts that no replay made. Use a database "
            "for this alone, or set foreign_documents = true under [bizzcloud] if they may be "
            "there; they are not touched and not booked."
        )


def _guard_needs(people: Rpc, needs: Sequence[Need]) -> None:
    missing = [
        need.told
        for need in needs
        if not people.call(need.model, "search_count", list(need.domain))
    ]
    if missing:
        raise GuardError(f"Bizzcloud lacks what the story needs. {' '.join(missing)}")


def _guard_till(people: Rpc, journal: ShopJournal) -> None:
    tills = people.call("pos.config", "search_read", [], ["name", "journal_ids"])
    if not tills:
        raise GuardError("Bizzcloud has no till; make one: Point of Sale > Configuration.")
    counted = people.call(
        "account.journal",
        "search_count",
        [["id", "in", tills[0]["journal_ids"]], ["cash_control", "=", True]],
    )
    if counted:
        raise GuardError(
            f"The till {tills[0]['name']} has its cash counted, which a person does. Take Cash "
            "Control off its payment journals."
        )
    if any(write.operation == "pos.session.create" for write in journal.writes):
        return  # an earlier pass of this replay opened it
    open_ones = people.call("pos.session", "search_read", [["state", "!=", "closed"]], ["name"])
    if open_ones:
        raise GuardError(
            f"The till is open in Bizzcloud: session {open_ones[0]['name']}. Close it there: Point "
            "of Sale > Sessions."
        )
