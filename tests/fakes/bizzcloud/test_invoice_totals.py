"""Invoice totals against a calculation of its own, in exact decimals, over generated invoices.

The service computes in binary floats; where an exact value lies on half a cent, the float's last
bit decides and neither side of the half is wrong by any rule. Such invoices are drawn again, and a
test of their own states what the service makes of one.
"""

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from fakes.bizzcloud.database import Environment
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.models.invoice import Invoice
from fakes.bizzcloud.models.tax import Tax
from tests.fakes.bizzcloud.shop import HIGH, RECEIVABLE, Caller

INVOICES = 2_400
CENT = Decimal("0.01")
TINY = Decimal("0.0000001")


@dataclass(frozen=True)
class TaxRule:
    """A tax of the generated invoices; one that is taxed itself comes first."""

    name: str
    rate: Decimal
    included: bool = False
    fixed: bool = False
    taxed: bool = False


RULES = (
    TaxRule("21", Decimal("0.21")),
    TaxRule("6", Decimal("0.06")),
    TaxRule("9", Decimal("0.09")),
    TaxRule("0", Decimal(0)),
    TaxRule("21 in", Decimal("0.21"), included=True),
    TaxRule("6 in", Decimal("0.06"), included=True),
    TaxRule("statiegeld", Decimal("0.15"), fixed=True),
    TaxRule("statiegeld in", Decimal("0.15"), included=True, fixed=True),
    TaxRule("toeslag", Decimal("0.25"), fixed=True, taxed=True),
    TaxRule("heffing", Decimal("0.025"), taxed=True),
)
CHOICES: tuple[tuple[TaxRule, ...], ...] = (
    *((rule,) for rule in RULES),
    (RULES[0], RULES[6]),
    (RULES[1], RULES[2]),
    (RULES[4], RULES[5]),
    (RULES[4], RULES[7]),
    (RULES[4], RULES[6]),
    (RULES[5], RULES[2]),
    (RULES[8], RULES[0]),
    (RULES[8], RULES[9], RULES[1]),
    (),
)


@dataclass(frozen=True)
class Line:
    """A line of a generated invoice."""

    price: Decimal
    quantity: Decimal
    discount: Decimal
    taxes: tuple[TaxRule, ...]


class OnHalfACent(Exception):
    """An exact value that lies on the half of the place that it is rounded to."""


def half_up(value: Decimal, place: Decimal) -> Decimal:
    """Round half away from zero; raises OnHalfACent when the half itself is met."""
    scaled = abs(value) / place % 1
    if abs(scaled - Decimal("0.5")) < Decimal("0.0000001"):
        raise OnHalfACent
    return value.quantize(place, ROUND_HALF_UP)


def totals(lines: list[Line], *, globally: bool) -> tuple[Decimal, Decimal, Decimal]:
    """Return the total without tax, the tax and the total with tax of an invoice."""
    place = TINY if globally else CENT
    untaxed = Decimal(0)
    by_tax: dict[str, Decimal] = {}
    for line in lines:
        unit = line.price * (1 - line.discount / 100)
        net = half_up(unit * line.quantity, CENT)
        included = [rule for rule in line.taxes if rule.included]
        fixed = sum((rule.rate for rule in included if rule.fixed), Decimal(0))
        rates = sum((rule.rate for rule in included if not rule.fixed), Decimal(0))
        base = (unit - fixed) / (1 + rates)
        for rule in included:
            exact = (rule.rate if rule.fixed else base * rule.rate) * line.quantity
            tax = half_up(exact, place)
            by_tax[rule.name] = by_tax.get(rule.name, Decimal(0)) + tax
            net -= tax
        price = net
        for rule in line.taxes:
            if rule.included:
                continue
            exact = rule.rate * line.quantity if rule.fixed else price * rule.rate
            by_tax[rule.name] = by_tax.get(rule.name, Decimal(0)) + half_up(exact, place)
            price += exact if rule.taxed else 0
        untaxed += half_up(net, CENT)
    tax = sum((half_up(each, CENT) for each in by_tax.values()), Decimal(0))
    return untaxed, tax, untaxed + tax


def generated(chance: random.Random) -> list[Line]:
    """Return the lines of one invoice."""
    return [
        Line(
            Decimal(chance.randint(1, 50_000)) / 100,
            Decimal(chance.choice((1, 1, 1, 2, 3, 7, 12, -1, -3))),
            Decimal(chance.choice((0, 0, 0, 5, 10, 12, 33))),
            chance.choice(CHOICES),
        )
        for _ in range(chance.randint(1, 6))
    ]


def taxes(env: Environment) -> dict[str, int]:
    """Make the taxes of the generated invoices, each with a box of its own; return their ids."""
    made: dict[str, int] = {}
    for rule in RULES:
        box = env["account.tax.code"].create({"name": rule.name})
        made[rule.name] = env.of(Tax).create(
            {
                "name": rule.name,
                "type": "fixed" if rule.fixed else "percent",
                "amount": float(rule.rate),
                "price_include": rule.included,
                "include_base_amount": rule.taxed,
                "sequence": 1 if rule.taxed else 2,
                "tax_code_id": box,
                "type_tax_use": "sale",
            }
        )
    return made


@pytest.mark.parametrize("globally", [False, True], ids=["per line", "globally"])
def test_generated_invoices_come_to_what_exact_decimals_say(
    fake: BizzcloudFake, globally: bool
) -> None:
    chance = random.Random(f"totals {globally}")
    compared = drawn_again = 0
    with fake.databases[fake.database].transaction() as env:
        method = "round_globally" if globally else "round_per_line"
        env["res.company"].write([1], {"tax_calculation_rounding_method": method})
        ids = taxes(env)
        while compared < INVOICES // 2:
            lines = generated(chance)
            try:
                expected = totals(lines, globally=globally)
            except OnHalfACent:
                drawn_again += 1
                continue
            found = made_invoice(env, lines, ids)
            assert found == expected, f"invoice {compared}: {lines}"
            compared += 1
    assert drawn_again < compared, "most invoices were drawn again: the test compares too little"


def made_invoice(
    env: Environment, lines: list[Line], ids: dict[str, int]
) -> tuple[Decimal, Decimal, Decimal]:
    """Make an invoice in the stand-in; return its totals in cents."""
    values: list[Any] = [
        (
            0,
            0,
            {
                "name": "regel",
                "account_id": 460,
                "price_unit": float(line.price),
                "quantity": float(line.quantity),
                "discount": float(line.discount),
                "invoice_line_tax_id": [(6, 0, [ids[rule.name] for rule in line.taxes])],
            },
        )
        for line in lines
    ]
    invoices = env.of(Invoice)
    made = invoices.create({"partner_id": 1, "account_id": RECEIVABLE, "invoice_line": values})
    invoices.button_reset_taxes([made])
    (row,) = invoices.read_rows([made], ["amount_untaxed", "amount_tax", "amount_total"])
    untaxed, tax, total = (
        Decimal(repr(row[name])).quantize(CENT)
        for name in ("amount_untaxed", "amount_tax", "amount_total")
    )
    return untaxed, tax, total


def test_many_small_lines_come_to_less_tax_than_their_sum(caller: Caller) -> None:
    invoice = caller.invoice(*[{"price_unit": 0.07}] * 7)
    assert caller.read("account.invoice", invoice, "amount_tax")["amount_tax"] == 0.07


def test_half_a_cent_falls_where_the_float_falls(caller: Caller) -> None:
    lower = caller.invoice({"price_unit": 0.5, "invoice_line_tax_id": [[6, 0, [HIGH]]]})
    assert caller.read("account.invoice", lower, "amount_tax")["amount_tax"] == 0.11
