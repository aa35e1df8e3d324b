"""Reads what documents refer to: ledger accounts, partners, taxes, journals."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sync_core.adapters.odoo_rpc import OdooRpc
from sync_core.adapters.odoo_values import link_name, linked, made_at, rate, text
from sync_core.documents import Account, AccountNature, DocumentKey, Model, Partner, Tax

PARTNER_FIELDS = (
    "ref", "name", "is_company", "street", "street2", "zip", "city", "country_id", "phone",
    "mobile", "fax", "email", "vat", "create_date", "commercial_partner_id",
)  # fmt: skip
ACCOUNT_FIELDS = ("code", "name", "type", "user_type", "active", "create_date")
NOT_POSTED_TO = frozenset({"view", "consolidation", "closed"})
MONEY_TYPES = frozenset({"cash", "bank"})
PROFIT_AND_LOSS_TYPES = frozenset({"income", "expense"})
ALSO_INACTIVE = {"active_test": False}


class MasterReader:
    """Reads masters for one batch of documents; what it read once it keeps for that batch."""

    def __init__(self, rpc: OdooRpc, database: str, company: int) -> None:
        self._rpc = rpc
        self._database = database
        self._company = company
        self._accounts: dict[int, tuple[str, str]] = {}

    def key(self, model: Model, row: Mapping[str, Any]) -> DocumentKey:
        """Return the identity of a record that was read with its create date."""
        created = made_at(row["create_date"])
        return DocumentKey(self._database, self._company, model, int(row["id"]), created)

    def accounts(self, ids: Sequence[int]) -> list[Account]:
        """Read ledger accounts whole, with whether some tax books its VAT there."""
        rows = self._read("account.account", ids, ACCOUNT_FIELDS)
        kinds = {linked(row["user_type"]) for row in rows}
        types = {
            row["id"]: (text(row.get("code")), text(row.get("report_type")))
            for row in self._read("account.account.type", kinds, ("code", "report_type"))
        }
        of_taxes = self._tax_accounts if rows else frozenset()
        return [
            Account(
                key=self.key("account.account", row),
                code=text(row["code"]),
                name=text(row["name"]),
                nature=_nature(row["type"], *types.get(linked(row["user_type"]), ("", ""))),
                holds_tax=row["id"] in of_taxes,
                active=row["active"] is not False,
            )
            for row in rows
        ]

    def account_codes(self, ids: Iterable[int | None]) -> Mapping[int, tuple[str, str]]:
        """Return code and name of ledger accounts, by id."""
        new = {each for each in ids if each is not None} - set(self._accounts)
        for row in self._read("account.account", new, ("code", "name")):
            self._accounts[row["id"]] = (text(row["code"]), text(row["name"]))
        return self._accounts

    def partners(self, ids: Iterable[int]) -> list[Partner]:
        """Read partners; a contact person becomes the company that it belongs to."""
        return list(
            {partner.key: partner for partner in self.partners_by_id(ids).values()}.values()
        )

    def partners_by_id(self, ids: Iterable[int]) -> Mapping[int, Partner]:
        """Read partners, by the id that was asked for."""
        rows = {row["id"]: row for row in self._read("res.partner", ids, PARTNER_FIELDS)}
        asked = dict(rows)
        companies = {linked(row["commercial_partner_id"]) for row in rows.values()} - set(rows)
        for row in self._read("res.partner", companies, PARTNER_FIELDS):
            rows[row["id"]] = row
        shared = self._shared_references(rows.values())
        return {
            partner_id: self._partner(
                rows.get(linked(row["commercial_partner_id"]) or partner_id) or row,
                shared,
            )
            for partner_id, row in asked.items()
        }

    @cached_property
    def taxes(self) -> Mapping[int, Tax]:
        """All taxes of the shop, also those that are no longer in use."""
        rows = self._rpc.execute(
            "account.tax", "search_read", [["company_id", "=", self._company]],
            ["name", "description", "amount", "type"], context=ALSO_INACTIVE,
        )  # fmt: skip
        return {
            row["id"]: Tax(row["id"], text(row["name"]), text(row["description"]),
                           rate(row["amount"]), text(row["type"]) == "percent")
            for row in rows
        }  # fmt: skip

    @property
    def journals(self) -> Mapping[int, tuple[str, str, str]]:
        """Code, name and type of all journals, by id."""
        return {
            row["id"]: (text(row["code"]), text(row["name"]), text(row["type"]))
            for row in self._journal_rows
        }

    @property
    def journal_currencies(self) -> Mapping[int, str]:
        """The currency of the journals that are in another than the company's, by id."""
        return {
            row["id"]: link_name(row["currency"]) for row in self._journal_rows if row["currency"]
        }

    @property
    def difference_accounts(self) -> frozenset[int]:
        """The accounts on which the shop enters what was counted too much or too little."""
        fields = ("profit_account_id", "loss_account_id")
        found = {linked(row.get(field)) for row in self._journal_rows for field in fields}
        return frozenset(each for each in found if each is not None)

    @cached_property
    def _journal_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._rpc.execute(
            "account.journal", "search_read", [["company_id", "=", self._company]],
            ["code", "name", "type", "currency", "profit_account_id", "loss_account_id"],
        )  # fmt: skip
        return rows

    @cached_property
    def _tax_accounts(self) -> frozenset[int]:
        rows = self._rpc.execute(
            "account.tax", "search_read", [["company_id", "=", self._company]],
            ["account_collected_id", "account_paid_id"], context=ALSO_INACTIVE,
        )  # fmt: skip
        both = [
            linked(row.get(f)) for row in rows for f in ("account_collected_id", "account_paid_id")
        ]
        return frozenset(each for each in both if each is not None)

    def _read(
        self, model: str, ids: Iterable[int | None], fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        wanted = sorted({each for each in ids if each is not None})
        if not wanted:
            return []
        rows: list[dict[str, Any]] = self._rpc.execute(model, "read", wanted, list(fields))
        return rows

    def _shared_references(self, rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
        references = sorted({text(row["ref"]) for row in rows} - {""})
        if not references:
            return frozenset()
        holders = self._rpc.execute(
            "res.partner", "search_read", [["ref", "in", references]], ["ref"],
            context=ALSO_INACTIVE,
        )  # fmt: skip
        held = [row["ref"] for row in holders]
        return frozenset(each for each in held if held.count(each) > 1)

    def _partner(self, row: Mapping[str, Any], shared: frozenset[str]) -> Partner:
        reference = text(row["ref"])
        street = " ".join(filter(None, (text(row["street"]), text(row["street2"]))))
        return Partner(
            key=self.key("res.partner", row),
            reference=reference,
            reference_is_unique=bool(reference) and reference not in shared,
            name=text(row["name"]),
            is_company=bool(row["is_company"]),
            street=street,
            postcode=text(row["zip"]),
            city=text(row["city"]),
            country=link_name(row["country_id"]),
            phone=text(row["phone"]),
            mobile=text(row["mobile"]),
            fax=text(row["fax"]),
            email=text(row["email"]),
            vat_number=text(row["vat"]),
        )


def _nature(kind: str, type_code: str, report: str) -> AccountNature:
    if kind in NOT_POSTED_TO:
        return AccountNature.NOT_POSTED_TO
    if kind == "liquidity" or type_code in MONEY_TYPES:
        return AccountNature.MONEY
    if report in PROFIT_AND_LOSS_TYPES or type_code in PROFIT_AND_LOSS_TYPES:
        return AccountNature.PROFIT_AND_LOSS
    return AccountNature.BALANCE
