"""Promises about an invoice's life."""

import re
from typing import Any

import pytest

from contracts.bizzcloud.client import Refusal, RpcClient
from contracts.bizzcloud.observed import Ground, dateless_invoice
from contracts.suite.expect import broken, same, true

Seen = dict[str, Any]


def _cents(amount: float) -> int:
    return round(amount * 100)


def _refused(said: Any, begins: str) -> None:
    if not isinstance(said, Refusal):
        broken(f"promised fault 2, found the answer {said!r}")
    same(said.code, 2, "faultCode")
    true(said.text.startswith(begins), f"faultString begins otherwise: {said.text[:120]!r}")


@pytest.mark.promise("bz-draft", writes=True)
def test_a_draft_has_no_number_no_residual_and_no_tax(invoice: Seen) -> None:
    draft = invoice["draft"]
    found = tuple(draft[name] for name in ("state", "number", "residual", "tax_line", "move_id"))
    same(found, ("draft", False, 0.0, [], False), "state, number, residual, taxes and entry")
    same(_cents(draft["amount_untaxed"]), 9519, "the untaxed amount in cents")


@pytest.mark.promise("bz-open", writes=True)
def test_opening_numbers_dates_and_enters_an_invoice(invoice: Seen) -> None:
    opened = invoice["open"]
    same(opened["state"], "open", "state")
    true(bool(opened["number"]), "an open invoice has no number")
    same(opened["internal_number"], opened["number"], "internal_number")
    same((opened["date_invoice"], opened["date_due"]), ("2017-10-19",) * 2, "the two dates")
    true(bool(opened["move_id"]) and bool(opened["period_id"]), "no entry or no period")
    same(_cents(opened["residual"]), _cents(opened["amount_total"]), "the residual in cents")


@pytest.mark.promise("bz-number-year", writes=True)
def test_the_year_in_the_number_is_that_of_today(invoice: Seen) -> None:
    opened = invoice["open"]
    found = re.fullmatch(r"F/(\d{4})/\d{4,}", opened["number"])
    if found is None:
        broken(f"the number is {opened['number']!r}, not F/year/number")
    same(found[1], opened["create_date"][:4], "the year in the number")


@pytest.mark.promise("bz-tax-by-line", writes=True)
def test_tax_is_computed_by_line_and_summed_by_tax(invoice: Seen) -> None:
    found = [(_cents(tax["base"]), _cents(tax["amount"])) for tax in invoice["taxes"]]
    same(found, [(8265, 1736), (1254, 75)], "base and tax in cents, by tax")
    same(_cents(invoice["open"]["amount_tax"]), 1811, "the whole tax in cents")
    same(_cents(invoice["open"]["amount_total"]), 11330, "the total in cents")


@pytest.mark.promise("bz-lines", writes=True)
def test_lines_keep_what_was_asked(invoice: Seen) -> None:
    found = [
        (line["name"], line["quantity"], line["discount"], _cents(line["price_subtotal"]))
        for line in invoice["lines"]
    ]
    same(found, [("Taart", 3.0, 0.0, 8265), ("Brood", 7.0, 10.0, 1254)], "the lines")


@pytest.mark.promise("bz-entry", writes=True)
def test_the_entry_balances(invoice: Seen) -> None:
    debit = sum(_cents(item["debit"]) for item in invoice["items"])
    credit = sum(_cents(item["credit"]) for item in invoice["items"])
    same((debit, credit), (11330, 11330), "debit and credit in cents")


@pytest.mark.promise("bz-polled", writes=True)
def test_an_open_invoice_is_found_by_its_write_date(invoice: Seen) -> None:
    numbers = [row["number"] for row in invoice["polled"]]
    true(invoice["open"]["number"] in numbers, f"the invoice is not among {numbers!r}")


@pytest.mark.promise("bz-open-written", writes=True)
def test_an_open_invoice_may_be_written(invoice: Seen) -> None:
    same(invoice["written"], True, "the answer to a write")


@pytest.mark.promise("bz-open-kept", writes=True)
def test_an_open_invoice_cannot_be_deleted(invoice: Seen) -> None:
    begins = "You cannot delete an invoice which is not draft or cancelled."
    _refused(invoice["deleted open"], begins)


@pytest.mark.promise("bz-cancelled", writes=True)
def test_a_cancelled_invoice_loses_its_number_and_keeps_it_inside(invoice: Seen) -> None:
    found = invoice["cancelled"]
    same((found["state"], found["number"], found["move_id"]), ("cancel", False, False), "it")
    same(found["internal_number"], invoice["open"]["number"], "internal_number")


@pytest.mark.promise("bz-numbered-kept", writes=True)
def test_what_ever_had_a_number_cannot_be_deleted(invoice: Seen) -> None:
    begins = "You cannot delete an invoice after it has been validated"
    _refused(invoice["deleted draft"], begins)


@pytest.mark.promise("bz-reopened", writes=True)
def test_a_reopened_invoice_has_its_number_again(invoice: Seen) -> None:
    found = invoice["again"]
    same((found["state"], found["number"]), ("open", invoice["open"]["number"]), "it")


@pytest.mark.promise("bz-refund", writes=True)
def test_a_refund_is_a_positive_draft_that_names_no_original(invoice: Seen) -> None:
    found = invoice["refund"]
    kind = (found["type"], found["state"], found["origin"], found["tax_line"])
    same(kind, ("out_refund", "draft", False, []), "type, state, origin and taxes")
    same(_cents(found["amount_untaxed"]), 9519, "the untaxed amount in cents")
    same(found["date_invoice"], "2017-10-20", "its date")


@pytest.mark.promise("bz-refund-number", writes=True)
def test_a_refund_is_numbered_in_a_sequence_of_its_own(invoice: Seen) -> None:
    found = invoice["refund open"]
    same((found["state"], _cents(found["amount_total"])), ("open", 11330), "state and total")
    prefix = found["number"].split("/")[0]
    true(prefix != invoice["open"]["number"].split("/")[0], f"both sequences are {prefix!r}")


@pytest.mark.promise("bz-date-filled", writes=True)
def test_opening_fills_an_empty_date(rpc: RpcClient, ground: Ground, invoice: Seen) -> None:
    found = dateless_invoice(rpc, ground)
    same(len(found["date_invoice"] or ""), 10, f"the length of the date {found!r}")
    same(found["date_due"], found["date_invoice"], "the day it is due")


@pytest.mark.promise("bz-lines-needed", writes=True)
def test_an_invoice_without_lines_cannot_be_opened(rpc: RpcClient, ground: Ground) -> None:
    number = rpc.call("account.invoice", "create", ground.head())
    _refused(rpc.signal("account.invoice", "invoice_open", number), "Please create some")
