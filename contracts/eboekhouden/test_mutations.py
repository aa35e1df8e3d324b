"""Promises about booking mutations and listing them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.eboekhouden.books import Books, lines_of
from contracts.suite.expect import same, true


def _numbers(rows: Sequence[dict[str, Any]]) -> list[int]:
    return [int(row["MutatieNr"]) for row in rows]


@pytest.mark.promise("eb-mutation-number", writes=True)
def test_the_service_gives_the_number_one_up_from_the_last(books: Books) -> None:
    first = books.book(books.invoice(MutatieNr=99999))
    same(books.book(books.invoice(MutatieNr=0)), first + 1, "the number after the first")


@pytest.mark.promise("eb-mutation-read", writes=True)
def test_a_mutation_is_read_back_with_its_lines(books: Books) -> None:
    account = books.account("VW", "4")
    lines = [books.line(), books.line("10.00", "0.90", "LAAG_VERK_9", TegenrekeningCode=account)]
    sent = books.invoice(*lines)
    found = books.booked(books.book(sent))
    for name in ("Soort", "Rekening", "RelatieCode", "Factuurnummer", "Boekstuk", "Omschrijving"):
        same(found.get(name), sent[name], name)
    same(found["Datum"][:10], str(books.target.day), "Datum")
    names = ("BedragExclBTW", "BedragBTW", "BedragInclBTW")
    amounts = [tuple(Decimal(line[name]) for name in names) for line in lines_of(found)]
    promised = [tuple(Decimal(line[name]) for name in names) for line in lines]
    same(amounts, promised, "the amounts of the lines")
    accounts = [line["TegenrekeningCode"] for line in lines_of(found)]
    same(accounts, [books.turnover, account], "the counter accounts")


@pytest.mark.promise("eb-line-invoice-number", writes=True)
def test_a_listed_line_carries_the_invoice_number(books: Books) -> None:
    sent = books.invoice()
    (line,) = lines_of(books.booked(books.book(sent)))
    same(line.get("Factuurnummer"), sent["Factuurnummer"], "Factuurnummer of the line")


@pytest.mark.promise("eb-mutation-filter", writes=True)
def test_mutations_are_filtered_with_both_ends_included(books: Books) -> None:
    sent = [books.invoice() for _ in range(3)]
    made = [books.book(mutation) for mutation in sent]
    same(_numbers(books.mutations(MutatieNr=made[1])), [made[1]], "MutatieNr")
    between = _numbers(books.mutations(MutatieNrVan=made[0], MutatieNrTm=made[2]))
    same(sorted(between), made, "MutatieNrVan and MutatieNrTm")
    number = sent[0]["Factuurnummer"]
    same(_numbers(books.mutations(Factuurnummer=number)), [made[0]], "Factuurnummer")
    day = books.target.day
    on_day = _numbers(books.mutations(MutatieNrVan=made[0], DatumVan=day, DatumTm=day))
    same(set(made) <= set(on_day), True, "whether DatumVan and DatumTm include their own day")
    later = day + timedelta(days=2)
    same(_numbers(books.mutations(MutatieNr=made[0], DatumVan=later)), [], "a later DatumVan")


@pytest.mark.promise("eb-mutation-order", writes=True)
def test_mutations_are_listed_with_the_lowest_number_first(books: Books) -> None:
    made = [books.book(books.invoice()) for _ in range(3)]
    found = _numbers(books.mutations(MutatieNrVan=made[0], MutatieNrTm=made[2]))
    same(found, sorted(found), "the numbers as they are listed")


@pytest.mark.promise("eb-mutation-limit", writes=True)
def test_never_more_than_the_last_500_are_listed(books: Books) -> None:
    by_hand = books.by_hand
    last = books.book(books.invoice())
    kept = by_hand.opened.administration.mutation(last)
    assert kept is not None
    for _ in range(501):
        by_hand.opened.administration.book(kept)
    found = _numbers(books.mutations())
    same((len(found), max(found)), (500, last + 501), "how many are listed, and the last")
    whole = _numbers(books.mutations(MutatieNrVan=last, MutatieNrTm=last + 499))
    same((len(whole), min(whole)), (500, last), "how many a window lists, and its first")


@pytest.mark.promise("eb-quota", writes=True)
def test_lists_are_counted_by_the_month(books: Books) -> None:
    settings = books.by_hand.fake.settings
    same(settings.monthly_calls, 5000, "the fake's monthly quota")
    settings.monthly_calls = 0
    try:
        true(bool(books.refused("GetMutaties", cFilter={})), "a list beyond the quota was given")
    finally:
        settings.monthly_calls = 5000


@pytest.mark.promise("eb-vat-computed", writes=True)
def test_vat_that_was_not_sent_is_computed(books: Books) -> None:
    line = books.line(BedragExclBTW=None, BedragBTW=None, BedragInclBTW=None)
    (found,) = lines_of(books.booked(books.book(books.invoice(line))))
    same(Decimal(found["BedragBTW"]), Decimal("17.35"), "BedragBTW of 82,64 at 21%")


@pytest.mark.promise("eb-open-behaviours", writes=True)
def test_vat_that_was_sent_is_kept_with_the_code_for_other_rates(books: Books) -> None:
    line = books.line("0.35", "0.10", "AFW_VERK")
    (found,) = lines_of(books.booked(books.book(books.invoice(line))))
    same(Decimal(found["BedragBTW"]), Decimal("0.10"), "BedragBTW with AFW_VERK")


@pytest.mark.promise("eb-vat-low-rate", writes=True)
def test_the_low_rate_changed_with_2019(books: Books) -> None:
    before = books.day_before(2019)
    old = books.line("10.00", "0.60", "LAAG_VERK")
    new = books.line("10.00", "0.90", "LAAG_VERK")
    (then,) = lines_of(books.booked(books.book(books.invoice(old, Datum=before))))
    (now,) = lines_of(books.booked(books.book(books.invoice(new))))
    rates = [Decimal(line["BTWPercentage"]) for line in (then, now)]
    same(rates, [6, 9], "the percentages of LAAG_VERK before 2019 and now")


@pytest.mark.promise("eb-used-invoice-number", writes=True)
def test_a_used_invoice_number_is_taken_or_refused_with_m006(books: Books) -> None:
    sent = books.invoice()
    books.book(sent)
    code = books.send("AddMutatie", oMut=sent).code
    true(code in ("", "M006"), f"a used invoice number is refused with {code!r}, not M006")


@pytest.mark.promise("eb-code-invoice", writes=True)
def test_a_used_invoice_number_that_is_refused_is_m006(books: Books) -> None:
    settings = books.by_hand.fake.settings
    sent = books.invoice()
    books.book(sent)
    settings.refuse_used_invoice_numbers = True
    try:
        same(books.refused("AddMutatie", oMut=sent), "M006", "the code")
    finally:
        settings.refuse_used_invoice_numbers = False


@pytest.mark.promise("eb-refused-is-refused", writes=True)
def test_what_is_refused_leaves_nothing(books: Books) -> None:
    sent = books.invoice(Rekening="NOSUCH")
    books.refused("AddMutatie", oMut=sent)
    found = books.mutations(Factuurnummer=sent["Factuurnummer"])
    same(found, [], "the mutations that a refused call left")


@pytest.mark.promise("eb-closed-period", writes=True)
def test_a_closed_period_refuses(books: Books) -> None:
    administration = books.by_hand.opened.administration
    day = books.target.day
    sent = books.invoice()
    administration.close_period(day, day)
    try:
        books.refused("AddMutatie", oMut=sent)
    finally:
        administration.reopen_period(day, day)
    books.book(sent)


@pytest.mark.promise("eb-closed-period-delete", writes=True)
def test_nothing_is_deleted_in_a_closed_period(books: Books) -> None:
    administration = books.by_hand.opened.administration
    day = books.target.day
    number = books.book(books.invoice())
    administration.close_period(day, day)
    try:
        with pytest.raises(Exception, match="afgesloten"):
            administration.delete([number])
    finally:
        administration.reopen_period(day, day)
    books.booked(number)


@pytest.mark.promise("eb-entries", writes=True)
def test_an_invoice_debits_debtors_and_credits_turnover(books: Books) -> None:
    accounts = (books.account("DEB"), books.turnover)
    before = [books.balance(code) for code in accounts]
    books.book(books.invoice())
    moved = [books.balance(code) - old for code, old in zip(accounts, before, strict=True)]
    same(moved, [Decimal("99.99"), Decimal("-82.64")], "what debtors and turnover moved")


@pytest.mark.promise("eb-balance", writes=True)
def test_balances_filter_by_days_and_debit_is_positive(books: Books) -> None:
    cash = books.account("FIN")
    day = books.target.day
    before = books.balance(cash)
    earlier = books.balance(cash, DatumTot=day - timedelta(days=1))
    books.book(books.money("GeldOntvangen"))
    same(books.balance(cash) - before, Decimal("99.99"), "what cash moved")
    unmoved = books.balance(cash, DatumTot=day - timedelta(days=1))
    same(unmoved, earlier, "the balance of the day before")
    asked = {"KostenPlaatsId": 0, "DatumVan": None, "DatumTot": None, "Categorie": "FIN"}
    rows = books.done("GetSaldi", cFilter=asked).rows("Saldi", "cSaldo")
    true(cash in {row["Code"] for row in rows}, "GetSaldi of FIN does not list the cash account")


@pytest.mark.promise("eb-books-balanced", writes=True)
def test_all_balances_add_up_to_nothing(books: Books) -> None:
    books.book(books.invoice())
    asked = {"KostenPlaatsId": 0, "DatumVan": None, "DatumTot": None}
    rows = books.done("GetSaldi", cFilter=asked).rows("Saldi", "cSaldo")
    whole = sum((Decimal(row["Saldo"]).quantize(Decimal("0.01")) for row in rows), Decimal(0))
    same(whole, Decimal(0), "the sum of all balances")


@pytest.mark.promise("eb-open-items", writes=True)
def test_a_payment_settles_its_open_item(books: Books) -> None:
    sent = books.invoice()
    number = sent["Factuurnummer"]
    books.book(sent)
    whole, none = Decimal("99.99"), Decimal(0)
    same(books.open_items(number), [(whole, none, whole)], "the open item of the invoice")
    books.book(books.payment(number, "40.00"))
    part = (whole, Decimal("40.00"), Decimal("59.99"))
    same(books.open_items(number), [part], "the open item after a part payment")
    books.book(books.payment(number, "59.99"))
    same(books.open_items(number), [], "the open item after the rest was paid")


@pytest.mark.promise("eb-open-items-order", writes=True)
def test_open_items_come_oldest_first(books: Books) -> None:
    numbers = [books.code("F"), books.code("F")]
    for number, earlier in zip(numbers, (0, 1), strict=True):
        books.book(
            books.invoice(Factuurnummer=number, Datum=books.target.day - timedelta(days=earlier))
        )
    rows = books.done("GetOpenPosten", OpSoort="Debiteuren").rows("Openposten", "cOpenPost")
    found = [row["MutFactuur"] for row in rows if row["MutFactuur"] in numbers]
    same(found, numbers[::-1], "the order of two open items, the later one booked first")


@pytest.mark.promise("eb-open-items-suppliers", writes=True)
def test_what_is_owed_to_a_supplier_is_open_until_it_is_paid(books: Books) -> None:
    bought = books.invoice(
        books.line("55.00", "11.55", "HOOG_INK_21"),
        Soort="FactuurOntvangen",
        Rekening=books.account("CRED"),
    )
    number = bought["Factuurnummer"]
    books.book(bought)
    found = [left for _, _, left in books.open_items(number, "Crediteuren")]
    same(found, [Decimal("66.55")], "what is open")
    line = books.line("66.55", "0", "GEEN", TegenrekeningCode=books.account("CRED"))
    paid = {"RelatieCode": books.relation, "Factuurnummer": number}
    books.book(books.money("FactuurbetalingVerstuurd", line, **paid))
    same(books.open_items(number, "Crediteuren"), [], "what is open when it was paid")
