"""What people do in the Bizzcloud of a replay: the numbers and days of the story, on any server.

A server has its own day and its own numbers. So the story is played on the stand-in first, which
says what number and day each document has, and the real one is given the same: an invoice before
it is opened (evidence: bz-number-kept), a receipt when it is made, a payment by its context.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import requests

from scenarios.wire.rpc import Rpc, ShopError

Values = Mapping[str, Any]

OF_AN_INVOICE = ("internal_number", "date_invoice")
OF_A_RECEIPT = ("name", "date_order")
CONTEXT_OF_A_PAYMENT = 8
"""Where pay_and_reconcile has its context, among the arguments that people send."""


@dataclass
class Numbers:
    """Number and day of each invoice that was opened and of each receipt, in the story's order."""

    invoices: list[Values] = field(default_factory=list)
    receipts: list[Values] = field(default_factory=list)

    @property
    def writes(self) -> int:
        """How many writes it takes to give them all to a real server."""
        return len(self.invoices) + len(self.receipts)


class People(Rpc):
    """A client that dates what it sends by the story, and keeps apart what the till does at once.

    `today` tells the story's day, `prefix` begins the numbers of the till's tickets.
    """

    def __init__(
        self,
        session: requests.Session,
        access: tuple[str, str, str, str],
        prefix: str,
        today: Callable[[], date],
    ) -> None:
        super().__init__(session, *access)
        self._prefix = prefix
        self._today = today

    def call(self, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        """Call a method of a model in the run's words."""
        if method == "refund" and len(arguments) == 1:
            arguments = (*arguments, self._today().isoformat())
        if method == "pay_and_reconcile":
            given = list(arguments)
            given[CONTEXT_OF_A_PAYMENT] = {"date_p": self._today().isoformat()}
            arguments = tuple(given)
        if method == "create_from_ui":
            return [self._receipt(order) for order in arguments[0]]
        return super().call(model, method, *arguments, **more)

    def signal(self, model: str, signal: str, record: int) -> None:
        """Send a workflow signal; an invoice is opened under the number and day of the story."""
        if (model, signal) != ("account.invoice", "invoice_open"):
            super().signal(model, signal, record)
            return
        self.before_opening(record)
        super().signal(model, signal, record)
        self.after_opening(record)

    def before_opening(self, invoice: int) -> None:
        """Do what is to be done before an invoice is opened."""

    def after_opening(self, invoice: int) -> None:
        """Do what is to be done after an invoice was opened."""

    def after_receipt(self, receipt: int) -> None:
        """Do what is to be done when a receipt was made."""

    def _receipt(self, order: Mapping[str, Any]) -> int:
        """Send a receipt; the invoice that goes with one is made of it afterwards, as a till does.

        So it can be given the story's number before it is opened.
        """
        ticket = f"{self._prefix}{str(order['id'])[5:]}"
        data = {**order["data"], "uid": ticket, "name": f"Order {ticket}", "user_id": self._user}
        sent = [{**order, "id": ticket, "data": data, "to_invoice": False}]
        made = super().call("pos.order", "create_from_ui", sent)
        if not made:
            raise ShopError(f"Bizzcloud has a receipt {data['name']!r} already")
        receipt = int(made[0])
        self.after_receipt(receipt)
        if order["to_invoice"]:
            super().call("pos.order", "action_invoice", [receipt])
            (row,) = super().call("pos.order", "read", [receipt], ["invoice_id"])
            self.signal("account.invoice", "invoice_open", row["invoice_id"][0])
        return receipt


class PeopleOfTheStandIn(People):
    """People at the stand-in, who note what numbers and days it gives."""

    numbers: Numbers

    def before_opening(self, invoice: int) -> None:
        """Leave a place for an invoice, which stays empty if it is not opened after all."""
        self.numbers.invoices.append({})

    def after_opening(self, invoice: int) -> None:
        """Note number and day of an invoice."""
        (row,) = self.call("account.invoice", "read", [invoice], list(OF_AN_INVOICE))
        self.numbers.invoices[-1] = {name: row[name] for name in OF_AN_INVOICE if row[name]}

    def after_receipt(self, receipt: int) -> None:
        """Note number and moment of a receipt."""
        (row,) = self.call("pos.order", "read", [receipt], list(OF_A_RECEIPT))
        self.numbers.receipts.append({name: row[name] for name in OF_A_RECEIPT})


class PeopleOfTheServer(People):
    """People at a real server, who give their documents the stand-in's numbers and days."""

    _invoices: Iterator[Values]
    _receipts: Iterator[Values]

    def follow(self, numbers: Numbers) -> None:
        """Begin with the first of the numbers."""
        self._invoices, self._receipts = iter(numbers.invoices), iter(numbers.receipts)

    def before_opening(self, invoice: int) -> None:
        """Give an invoice its number and day."""
        values = next(self._invoices)
        if values:
            self.call("account.invoice", "write", [invoice], dict(values))

    def after_receipt(self, receipt: int) -> None:
        """Give a receipt its number and moment."""
        self.call("pos.order", "write", [receipt], dict(next(self._receipts)))
