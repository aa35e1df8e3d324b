"""The till: its configuration, and its sessions from opening to closing."""

from typing import Any

from fakes.bizzcloud.access import TILL_MANAGER, belongs
from fakes.bizzcloud.declaring import Constraint, Record, as_ids, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    decimal,
    integer,
    many2many,
    many2one,
    moment,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.till_entry import book_orders
from fakes.bizzcloud.records import Model


class TillConfig(Model):
    """A till, with the journals that its payments go in."""

    name = "pos.config"
    description = "pos.config"
    order = "id"
    fields = {
        "name": char("Point of Sale Name", required=True),
        "journal_ids": many2many("Available Payment Methods", "account.journal"),
        "journal_id": many2one("Sale Journal", "account.journal"),
        "pricelist_id": many2one("Pricelist", "product.pricelist", required=True, default=1),
        "currency_id": many2one(
            "Currency", "res.currency", related=("company_id", "currency_id"), store=False
        ),
        "state": selection(
            "Status",
            [("active", "Active"), ("inactive", "Inactive"), ("deprecated", "Deprecated")],
            required=True,
            default="active",
        ),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "session_ids": one2many("Sessions", "pos.session", "config_id"),
        "sequence_id": many2one("Order IDs Sequence", "ir.sequence"),
        "receipt_header": text("Receipt Header"),
        "receipt_footer": text("Receipt Footer"),
        "iface_cashdrawer": boolean("Cashdrawer"),
        "iface_invoicing": boolean("Invoicing", default=True),
        "group_by": boolean(
            "Group Journal Items",
            default=True,
            help="Check this if you want to group the Journal Items by Product while closing a "
            "Session",
        ),
    }

    def name_of(self, record: Record) -> str:
        """Return a till's name, and who is at it."""
        sessions = record.session_ids
        if not sessions or sessions[0].state == "closed":
            return f"{record.name} (not used)"
        return f"{record.name} ({sessions[0].user_id.name})"


def _only_active(session: Record, field: str) -> bool:
    """Return whether no other session with the same value of a field is open."""
    mine = getattr(session, field).id
    ended = ("closed",) if field == "config_id" else ("closed", "closing_control")
    return int(session.model.search_count([("state", "not in", ended), (field, "=", mine)])) <= 1


class TillSession(Model):
    """A till between its opening and its closing."""

    name = "pos.session"
    description = "pos.session"
    order = "id desc"
    fields = {
        "config_id": many2one("Point of Sale", "pos.config", required=True),
        "name": char("Session ID", required=True, default="/"),
        "user_id": many2one(
            "Responsible", "res.users", required=True, default=lambda model: model.env.uid
        ),
        "currency_id": many2one(
            "Currency", "res.currency", related=("config_id", "currency_id"), store=False
        ),
        "start_at": moment("Opening Date", readonly=True),
        "stop_at": moment("Closing Date", readonly=True),
        "state": selection(
            "Status",
            [
                ("opening_control", "Opening Control"),
                ("opened", "In Progress"),
                ("closing_control", "Closing Control"),
                ("closed", "Closed & Posted"),
            ],
            required=True,
            readonly=True,
            default="opening_control",
        ),
        "sequence_number": integer("Order Sequence Number", default=1),
        "login_number": integer("Login Sequence Number", default=0),
        "cash_control": boolean("Has Cash Control", compute="compute_cash_control", store=False),
        "cash_journal_id": many2one("Cash Journal", "account.journal"),
        "cash_register_id": many2one("Cash Register", "account.bank.statement"),
        "journal_ids": many2many(
            "Available Payment Methods",
            "account.journal",
            related=("config_id", "journal_ids"),
            store=False,
        ),
        **{
            f"cash_register_{name}": decimal(
                label, readonly=True, related=("cash_register_id", name), store=False
            )
            for name, label in (
                ("balance_start", "Starting Balance"),
                ("total_entry_encoding", "Total Cash Transaction"),
                ("balance_end", "Theoretical Closing Balance"),
                ("balance_end_real", "Ending Balance"),
                ("difference", "Difference"),
            )
        },
        "order_ids": one2many("Orders", "pos.order", "session_id"),
        "statement_ids": one2many("Bank Statement", "account.bank.statement", "pos_session_id"),
    }
    unique = ((("name",), "The name of this POS Session must be unique !"),)
    constraints = (
        Constraint(
            lambda record: _only_active(record, "user_id"),
            "You cannot create two active sessions with the same responsible!",
            ("user_id", "state"),
        ),
        Constraint(
            lambda record: _only_active(record, "config_id"),
            "You cannot create two active sessions related to the same point of sale!",
            ("config_id",),
        ),
    )

    def create(self, vals: Any) -> int:
        """Open a session, with a statement for each way of paying."""
        values = dict(vals)
        values.setdefault("config_id", self.env.context.get("default_config_id"))
        if not values["config_id"]:
            raise UserError("You should assign a Point of Sale to your session.")
        config = self.env["pos.config"].one(values["config_id"])
        cash = [journal.id for journal in config.journal_ids if journal.cash_control]
        if not cash:
            values |= {"state": "opened", "start_at": self.env.now}
        values["name"] = self.env.of(Sequence).next_by_code("pos.session")
        identifier = super().create(values)
        for journal in config.journal_ids:
            made = self.env["account.bank.statement"].create(
                {
                    "journal_id": journal.id,
                    "user_id": self.env.uid,
                    "pos_session_id": identifier,
                    "state": "open",
                }
            )
            if journal.id in cash:
                self.store(identifier, cash_journal_id=journal.id, cash_register_id=made)
        return identifier

    def compute_cash_control(self, record: Record) -> bool:
        """Return whether cash is counted at the end."""
        return record.cash_journal_id is not None

    def signal(self, identifier: int, signal: str) -> Any:
        """Send a signal to a session: `open`, `cashbox_control` or `close`.

        Where cash has to be counted, a session waits to be opened and is counted before it closes;
        elsewhere it may be counted, or closes at once. Returns what the service's own client does
        next.
        """
        session = self.one(identifier)
        if signal == "open" and session.state == "opening_control":
            session.write({"state": "opened", "start_at": session.start_at or self.env.now})
            return {"type": "ir.actions.act_url", "target": "self", "url": "/pos/web/"}
        if signal == "cashbox_control" and session.state == "opened":
            self._count(session, counted=True)
        elif signal == "close" and session.state == "opened" and not session.cash_control:
            self._count(session, counted=False)
            return self._close(session)
        elif signal == "close" and session.state == "closing_control":
            return self._close(session)
        return False

    def _count(self, session: Record, *, counted: bool) -> None:
        """End selling; what was counted of the cash stays, all else is as it should be."""
        for statement in session.statement_ids:
            of_cash = statement.journal_id.type == "cash"
            typed = session.cash_control or statement.balance_end_real
            if not (counted and of_cash and typed):
                statement.write({"balance_end_real": statement.balance_end})
        session.write({"state": "closing_control", "stop_at": self.env.now})

    def _close(self, session: Record) -> dict[str, Any]:
        """Close and book a session's statements, then its paid orders; raises UserError if not."""
        for statement in session.statement_ids:
            self._must_be_close(statement)
            kind = statement.journal_id.type
            if kind not in ("bank", "cash"):
                raise UserError(
                    "The type of the journal for your payment method should be bank or cash "
                )
            getattr(statement.model, f"button_confirm_{kind}")([statement.id])
        if any(order.state not in ("paid", "invoiced", "done") for order in session.order_ids):
            raise UserError(
                "You cannot confirm all orders of this session, because they have not the 'paid' "
                "status"
            )
        paid = [order for order in session.order_ids if order.state == "paid"]
        move = book_orders(session, paid)
        for order in paid:
            order.write({"state": "done", "account_move": move})
        session.write({"state": "closed"})
        return {
            "type": "ir.actions.client",
            "name": "Point of Sale Menu",
            "tag": "reload",
            "params": {"menu_id": False},
        }

    def _must_be_close(self, statement: Record) -> None:
        """Raise UserError where more is missing than the journal allows; managers may close it."""
        most = statement.journal_id.amount_authorized_diff or 0.0
        if abs(statement.difference) > most and not belongs(self.env, TILL_MANAGER):
            raise UserError(
                "Your ending balance is too different from the theoretical cash closing "
                f"({statement.difference:.2f}), the maximum allowed is: {most:.2f}. You can "
                "contact your manager to force it."
            )

    def unlink(self, ids: Any) -> bool:
        """Delete sessions with their statements, which only new ones can be."""
        for session in self.browse(each for each in as_ids(ids) if each in self.table.rows):
            statements = self.env["account.bank.statement"]
            statements.unlink([statement.id for statement in session.statement_ids])
        return super().unlink(ids)

    @on_records
    def wkf_action_close(self, ids: Any) -> bool:
        """Close sessions."""
        for each in as_ids(ids):
            self.signal(each, "close")
        return True

    @on_records
    def signal_workflow(self, ids: Any, signal: str) -> dict[int, Any]:
        """Send a workflow signal to sessions."""
        return {each: self.signal(each, signal) for each in as_ids(ids)}
