"""The ledger accounts with their types, and the journals."""

from typing import Any

from fakes.bizzcloud.declaring import Constraint, Record, as_ids, no_circle, on_records
from fakes.bizzcloud.domain import NEGATIVE
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    decimal,
    integer,
    many2many,
    many2one,
    selection,
    text,
)
from fakes.bizzcloud.records import Model


class AccountType(Model):
    """A kind of account: receivable, cash, income and so on."""

    name = "account.account.type"
    description = "Account Type"
    order = "code"
    fields = {
        "name": char("Account Type", required=True, translate=True),
        "code": char("Code", size=32, required=True),
        "close_method": selection(
            "Deferral Method",
            [
                ("none", "None"),
                ("balance", "Balance"),
                ("detail", "Detail"),
                ("unreconciled", "Unreconciled"),
            ],
            required=True,
            default="none",
        ),
        "report_type": selection(
            "P&L / BS Category",
            [
                ("none", "/"),
                ("income", "Profit & Loss (Income account)"),
                ("expense", "Profit & Loss (Expense account)"),
                ("asset", "Balance Sheet (Asset account)"),
                ("liability", "Balance Sheet (Liability account)"),
            ],
            default="none",
        ),
        "note": text("Description"),
    }


class Account(Model):
    """A ledger account."""

    name = "account.account"
    description = "Account"
    order = "code"
    fields = {
        "name": char("Name", required=True),
        "code": char("Code", required=True, size=64),
        "currency_id": many2one("Secondary Currency", "res.currency"),
        "type": selection(
            "Internal Type",
            [
                ("view", "View"),
                ("other", "Regular"),
                ("receivable", "Receivable"),
                ("payable", "Payable"),
                ("liquidity", "Liquidity"),
                ("consolidation", "Consolidation"),
                ("closed", "Closed"),
            ],
            required=True,
            default="other",
            help="The 'Internal Type' is used for features available on different types of "
            "accounts: view can not have journal items, consolidation are accounts that can have "
            "children accounts for multi-company consolidations, payable/receivable are for "
            "partners accounts (for debit/credit computations), closed for depreciated accounts.",
        ),
        "user_type": many2one(
            "Account Type",
            "account.account.type",
            required=True,
            help="Account Type is used for information purpose, to generate country-specific "
            "legal reports, and set the rules to close a fiscal year and generate opening entries.",
        ),
        "parent_id": many2one("Parent", "account.account", ondelete="cascade"),
        "child_id": many2many(
            "Child Accounts", "account.account", compute="compute_children", store=False
        ),
        "tax_ids": many2many("Default Taxes", "account.tax"),
        "note": text("Internal Notes"),
        "reconcile": boolean(
            "Allow Reconciliation",
            help="Check this box if this account allows reconciliation of journal items.",
        ),
        "active": boolean(
            "Active",
            default=True,
            help="If the active field is set to False, it will allow you to hide the account "
            "without removing it.",
        ),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "shortcut": char("Shortcut", size=12),
        "level": integer("Level", compute="compute_level", store=False),
        "debit": decimal("Debit", compute="compute_debit", store=False),
        "credit": decimal("Credit", compute="compute_credit", store=False),
        "balance": decimal("Balance", compute="compute_balance", store=False),
    }
    unique = ((("code", "company_id"), "The code of the account must be unique per company !"),)
    constraints = (
        no_circle("Error!\nYou cannot create recursive accounts."),
        Constraint(
            lambda record: record.type in ("view", "consolidation") or not record.child_id,
            "Configuration Error!\nYou cannot define children to an account with internal type "
            'different of "View".',
            ("type",),
        ),
        Constraint(
            lambda record: (
                record.type not in ("receivable", "payable")
                or record.user_type.close_method == "unreconciled"
            ),
            "Configuration Error!\nYou cannot select an account type with a deferral method "
            'different of "Unreconciled" for accounts with internal type "Payable/Receivable".',
            ("user_type", "type"),
        ),
    )

    def name_of(self, record: Record) -> str:
        """Return an account's code and name."""
        return f"{record.code} {record.name}" if record.code else str(record.name)

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the accounts whose code begins so or whose name holds it, or both in two words."""
        if not name:
            return super().named(name, args, "ilike", limit)
        code, _, rest = name.partition(" ")
        both = [("code", operator, code), ("name", operator, rest)]
        if operator in NEGATIVE:
            others = ["&", "!", ("code", "=like", f"{name}%"), ("name", operator, name)]
            ids: list[int] = self.search([*others, *args], limit=limit)
            if ids and rest:
                ids = self.search([*both, ("id", "in", ids), *args], limit=limit)
            return ids
        by_code = ("code", operator, name)
        if operator in ("like", "ilike"):
            by_code = ("code", f"={operator}", f"{name}%")
        wide = ["|", by_code, "|", ("shortcut", "=", name), ("name", operator, name)]
        ids = self.search([*wide, *args], limit=limit)
        if not ids and rest:
            ids = self.search([*both, *args], limit=limit)
        return ids

    def compute_children(self, record: Record) -> list[int]:
        """Return the accounts below an account."""
        return self.shown(self.table.having("parent_id", (record.id,)))

    def compute_level(self, record: Record) -> int:
        """Return how deep an account lies in the chart."""
        level = 0
        while record.parent_id is not None:
            record, level = record.parent_id, level + 1
        return level

    def _total(self, record: Record, name: str) -> float:
        lines = self.env["account.move.line"].table
        return float(sum(lines.rows[n][name] for n in lines.having("account_id", (record.id,))))

    def compute_debit(self, record: Record) -> float:
        """Return what was booked on the debit side."""
        return self._total(record, "debit")

    def compute_credit(self, record: Record) -> float:
        """Return what was booked on the credit side."""
        return self._total(record, "credit")

    def compute_balance(self, record: Record) -> float:
        """Return debit less credit."""
        return float(record.debit - record.credit)

    def written(self, record: Record, names: set[str]) -> None:
        """Tell a change of what books hold of an account."""
        if names & {"code", "name", "type", "user_type", "active"}:
            self.env.changed(self.name, record.id, "changed")

    @on_records
    def write(self, ids: Any, vals: Any) -> bool:
        """Change accounts; what books rest on stays as it is once something was booked."""
        booked = self._booked(as_ids(ids))
        kind = vals.get("type")
        if vals.get("active", True) is False:
            self._must_be_idle(as_ids(ids), "deactivate")
        if booked and kind in ("consolidation", "view"):
            raise UserError(
                f"You cannot change the type of account to '{kind}' type as it contains journal "
                "items!"
            )
        if booked and "code" in vals:
            raise UserError("You cannot change the code of account which contains journal items!")
        return super().write(ids, vals)

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete accounts that nothing was booked on and that no partner has."""
        self._must_be_idle(as_ids(ids), "remove")
        return super().unlink(ids)

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy an account, with a code of its own."""
        source = self.copied_one(ids)
        return super().copy(ids, {**(default or {}), "code": f"{source.code} (copy)"})

    def _booked(self, ids: list[int]) -> bool:
        """Return whether something was booked on accounts, or on those below them."""
        below = self.search([("id", "child_of", ids)]) if ids else []
        return bool(self.env["account.move.line"].table.having("account_id", below))

    def _must_be_idle(self, ids: list[int], done: str) -> None:
        if self._booked(ids):
            raise UserError(f"You cannot {done} an account that contains journal items.")
        partners, categories = self.env["res.partner"].table, self.env["product.category"].table
        if any(
            table.having(f"property_account_{kind}", ids)
            for table, kinds in (
                (partners, ("receivable", "payable")),
                (categories, ("income_categ", "expense_categ")),
            )
            for kind in kinds
        ):
            raise UserError(
                "You cannot remove/deactivate an account which is set on a customer or supplier."
            )


class Journal(Model):
    """A journal, which gives its documents their numbers."""

    name = "account.journal"
    description = "Journal"
    order = "code"
    fields = {
        "name": char("Journal Name", required=True),
        "code": char("Code", size=5, required=True),
        "type": selection(
            "Type",
            [
                ("sale", "Sale"),
                ("sale_refund", "Sale Refund"),
                ("purchase", "Purchase"),
                ("purchase_refund", "Purchase Refund"),
                ("cash", "Cash"),
                ("bank", "Bank and Checks"),
                ("general", "General"),
                ("situation", "Opening/Closing Situation"),
            ],
            size=32,
            required=True,
        ),
        "default_credit_account_id": many2one("Default Credit Account", "account.account"),
        "default_debit_account_id": many2one("Default Debit Account", "account.account"),
        "sequence_id": many2one("Entry Sequence", "ir.sequence", required=True, copy=False),
        "currency": many2one("Currency", "res.currency"),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "user_id": many2one("User", "res.users", default=lambda model: model.env.uid),
        "update_posted": boolean("Allow Cancelling Entries"),
        "entry_posted": boolean("Autopost Created Moves"),
        "centralisation": boolean("Centralized Counterpart"),
        "group_invoice_lines": boolean("Group Invoice Lines"),
        "allow_date": boolean("Check Date in Period"),
        "journal_user": boolean("PoS Payment Method"),
        "cash_control": boolean("Cash Control"),
        "with_last_closing_balance": boolean("Opening With Last Closing Balance", default=True),
        "self_checkout_payment_method": boolean("Self Checkout Payment Method"),
        "amount_authorized_diff": decimal("Amount Authorized Difference", None),
        "profit_account_id": many2one("Profit Account", "account.account"),
        "loss_account_id": many2one("Loss Account", "account.account"),
        "internal_account_id": many2one("Internal Transfers Account", "account.account"),
    }
    unique = (
        (("code", "company_id"), "The code of the journal must be unique per company !"),
        (("name", "company_id"), "The name of the journal must be unique per company !"),
    )

    def create(self, vals: Any) -> int:
        """Make a journal, with a sequence of its own unless one is given."""
        values = dict(vals)
        if not values.get("sequence_id") and values.get("code"):
            values["sequence_id"] = self.env["ir.sequence"].create(
                {
                    "name": values.get("name"),
                    "implementation": "no_gap",
                    "prefix": f"{str(values['code']).upper()}/%(year)s/",
                    "padding": 4,
                }
            )
        return super().create(values)

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy a journal, with a code and a name of its own."""
        source = self.copied_one(ids)
        own = {"code": f"{source.code} (copy)", "name": f"{source.name} (copy)"}
        return super().copy(ids, {**(default or {}), **own})

    def name_of(self, record: Record) -> str:
        """Return a journal's name and currency."""
        currency = record.currency or record.company_id.currency_id
        return f"{record.name} ({currency.name})"

    def name_domain(self, name: str, operator: str) -> list[Any]:
        """Return the domain of the journals that a code or a name means."""
        return self.either(("code", "name"), operator, name)
