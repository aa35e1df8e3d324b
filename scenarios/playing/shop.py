"""What people do in Bizzcloud. Every act is a call over XML-RPC."""

from scenarios.language.given import PartnerFields, ShopLedgerAccount
from scenarios.language.steps import Numbering
from scenarios.playing.shop_invoices import Invoicing
from scenarios.playing.shop_till import Till


class Shop(Invoicing, Till):
    """The people of one shop. Raises `ShopError` when Bizzcloud says no."""

    def partner(self, fields: PartnerFields) -> int:
        """Make a customer, or change the one with this reference; return its id."""
        values = {
            key: value
            for key, value in {
                "ref": fields.ref,
                "name": fields.name,
                "is_company": fields.company,
                "street": fields.street,
                "zip": fields.postcode,
                "city": fields.city,
                "email": fields.email,
                "phone": fields.phone,
                "vat": fields.vat_number,
            }.items()
            if value is not None
        }
        known = self._rpc.call("res.partner", "search", [["ref", "=", fields.ref]])
        if known:
            self._rpc.call("res.partner", "write", known, values)
            return int(known[0])
        return int(self._rpc.call("res.partner", "create", {"customer": True, **values}))

    def ledger_account(self, fields: ShopLedgerAccount) -> int:
        """Make a ledger account, or rename the one with this code; return its id."""
        known = self._rpc.call("account.account", "search", [["code", "=", fields.code]])
        if known:
            self._rpc.call("account.account", "write", known, {"name": fields.name})
            return int(known[0])
        kind = self._one("account.account.type", "name", fields.type)
        return int(
            self._rpc.call(
                "account.account",
                "create",
                {"code": fields.code, "name": fields.name, "type": "other", "user_type": kind},
            )
        )

    def numbering(self, step: Numbering) -> None:
        """Change which number the next sales invoice gets."""
        journal = self._one("account.journal", "type", "sale")
        (row,) = self._rpc.call("account.journal", "read", [journal], ["sequence_id"])
        values = {"number_next": step.next}
        self._rpc.call("ir.sequence", "write", [row["sequence_id"][0]], values)
