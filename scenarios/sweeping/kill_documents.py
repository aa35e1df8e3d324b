"""What a shop sells while its coupling is killed, and what each sale must come to in the books."""

import random
from collections import Counter
from datetime import datetime
from decimal import Decimal

import requests

from scenarios.language.given import PartnerFields
from scenarios.language.steps import CreditNote, Invoice, InvoiceLine, Receipt
from scenarios.playing.shop import Shop
from scenarios.sweeping.kill_services import Services
from scenarios.wire.rpc import Rpc


class Sales:
    """Sells at random; `expected` counts how many mutations each document's number must have."""

    def __init__(self, services: Services, chance: random.Random) -> None:
        self.expected: Counter[str] = Counter()
        self._chance = chance
        self._now = services.clock.now
        self._rpc = Rpc(
            requests.Session(),
            services.shop_url,
            services.database,
            services.login,
            services.password,
        )
        self._shop = Shop(self._rpc)
        self._invoices: list[str] = []
        self._customers = 0

    @property
    def documents(self) -> int:
        """How many documents were made."""
        return len(self.expected)

    def sell(self) -> None:
        """Make one document of a random kind."""
        kinds = [self._invoice, self._invoice, self._receipt, self._split, self._invoiced]
        if self._invoices:
            kinds.append(self._credit_note)
        self._chance.choice(kinds)(self._now())

    def _customer(self) -> str:
        if self._customers and self._chance.random() < 0.7:
            return f"K{self._chance.randint(1, self._customers):04}"
        self._customers += 1
        reference = f"K{self._customers:04}"
        self._shop.partner(
            PartnerFields(ref=reference, name=f"Klant {self._customers}", company=True)
        )
        return reference

    def _lines(self, number: int) -> tuple[InvoiceLine, ...]:
        return tuple(
            InvoiceLine(
                text=f"Artikel {rate}",
                account="8020",
                price=Decimal(self._chance.randint(100, 20_000)).scaleb(-2),
                vat=rate,
            )
            for rate in self._chance.sample(["21", "6"], number)
        )

    def _invoice(self, _now: datetime) -> None:
        step = Invoice(partner=self._customer(), lines=self._lines(self._chance.randint(1, 2)))
        number = self._number("account.invoice", self._shop.invoice(step))
        self._invoices.append(number)
        self.expected[number] += 1

    def _credit_note(self, _now: datetime) -> None:
        of = self._invoices.pop(self._chance.randrange(len(self._invoices)))
        self.expected[
            self._number("account.invoice", self._shop.credit_note(CreditNote(of=of)))
        ] += 1

    def _receipt(self, now: datetime) -> None:
        self._ring_up(now, {"card": Decimal(1)})

    def _split(self, now: datetime) -> None:
        self._ring_up(now, {"cash": Decimal("0.4"), "card": Decimal("0.6")})

    def _invoiced(self, now: datetime) -> None:
        receipt = self._ring_up(now, {"card": Decimal(1)}, self._customer())
        (row,) = self._rpc.call("pos.order", "read", [receipt], ["invoice_id"])
        self.expected[self._number("account.invoice", row["invoice_id"][0])] += 1

    def _ring_up(self, now: datetime, paid: dict[str, Decimal], customer: str | None = None) -> int:
        (line,) = self._lines(1)
        line = line.model_copy(update={"price": Decimal(self._chance.randint(1, 50) * 10)})
        factor = {"21": Decimal("1.21"), "6": Decimal("1.06")}[line.vat]
        total = line.price * factor
        first, *others = paid.items()
        parts = {way: (total * share).quantize(Decimal("0.01")) for way, share in others}
        parts[first[0]] = total - sum(parts.values(), Decimal(0))
        step = Receipt(lines=(line,), paid=parts, partner=customer, invoiced=customer is not None)
        made = self._shop.receipt(step, now)
        self.expected[self._number("pos.order", made)] += len(paid)
        return made

    def _number(self, model: str, record: int) -> str:
        field = "name" if model == "pos.order" else "internal_number"
        (row,) = self._rpc.call(model, "read", [record], [field])
        return str(row[field])
