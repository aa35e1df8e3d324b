"""The coupling between both fakes: linking, failing, answering, auditing, and its economy."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from fakes.faults import Kind
from scenarios.language.steps import (
    Cash,
    Edit,
    InvoiceLine,
    InvoiceReceipt,
    Product,
    Receipt,
)
from sync_core.adapters import bizzcloud as shop_adapter
from sync_core.answers import NothingToAnswer
from sync_core.audit_findings import Finding
from sync_core.audit_text import audit_lines
from sync_core.coupling import Coupling
from sync_core.failures import (
    BookFromNeeded,
    CouplingError,
    CredentialsRefused,
    LeaseLost,
    LinkRefused,
    NeedsPerson,
    NotReached,
)
from sync_core.journal import PostingState, Reason
from sync_core.link import LinkOptions, LinkState
from tests.sync_core.house import OPTIONS, House
from tests.sync_core.stores import empty_store


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.coupling.close()
    made.store.close()


def wait_out(house: House, rounds: int = 3) -> None:
    for _ in range(rounds):
        house.advance(minutes=6)
        house.coupling.sync()


def test_empty_books_and_an_empty_shop_are_booked_from_today(house: House) -> None:
    house.link(LinkOptions())
    link = house.coupling.current_link()
    assert link is not None
    assert link.options.book_from == date(2017, 10, 19)


def test_documents_that_are_there_already_ask_for_a_date(house: House) -> None:
    house.invoice(house.partner())
    with pytest.raises(BookFromNeeded, match="say from which date to book"):
        house.link(LinkOptions())
    assert house.store.links() == [], "nothing half done"
    house.link(LinkOptions(book_from=date(2017, 10, 1)))
    house.coupling.sync()
    assert house.list_mutations() == [(245, "F/2017/0001")]


def test_wrong_codes_are_a_sentence_and_leave_nothing(house: House) -> None:
    wrong = replace(house.books_access(), security_code_1="0" * 32)
    with pytest.raises(CredentialsRefused, match="security codes"):
        house.coupling.link(house.shop_access, wrong, OPTIONS)
    assert house.store.links() == []


def test_a_wrong_password_is_a_sentence(house: House) -> None:
    wrong = replace(house.shop_access, password="wrong")
    with pytest.raises(CredentialsRefused, match="refused the login"):
        house.coupling.link(wrong, house.books_access(), OPTIONS)


def test_no_message_holds_a_credential(house: House) -> None:
    access = house.books_access()
    wrong = replace(access, security_code_2="00000000-0000-0000-0000-000000000000")
    with pytest.raises(CredentialsRefused) as caught:
        house.coupling.link(house.shop_access, wrong, OPTIONS)
    told = f"{caught.value} {wrong!r} {house.shop_access!r}"
    for secret in (access.security_code_1, access.security_code_2, access.username):
        assert secret not in told
    assert "password" not in repr(house.shop_access)


def test_a_shop_that_is_down_is_a_sentence_and_the_next_round_goes_on(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.shop.faults.add(Kind.REFUSED)
    with pytest.raises(NotReached, match=r"Bizzcloud at .* does not answer"):
        house.coupling.sync()
    house.coupling.sync()
    assert len(house.list_mutations()) == 1


def test_a_link_whose_copying_was_cut_short_is_made_by_asking_again(house: House) -> None:
    house.shop.faults.add("http 503", "account.account.read")
    with pytest.raises(CouplingError):
        house.coupling.link(house.shop_access, house.books_access(), OPTIONS)
    link = house.coupling.link(house.shop_access, house.books_access(), OPTIONS)
    assert link.state is LinkState.ACTIVE


def test_codes_that_are_changed_stop_the_link_and_the_new_ones_go_on(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.close()
    (login,) = house.books.sessions.logins
    login.credentials = replace(login.credentials, security_code_1="1" * 32)
    with pytest.raises(CredentialsRefused):
        house.coupling.sync()
    link = house.coupling.current_link()
    assert link is not None
    assert link.state is LinkState.STOPPED
    assert house.demo.credentials.security_code_1 not in link.reason
    with pytest.raises(LinkRefused, match="link it again"):
        house.coupling.sync()
    house.coupling.relink(replace(house.books_access(), security_code_1="1" * 32))
    house.coupling.sync()
    assert house.list_mutations() == [(245, "F/2017/0001")]


def test_a_second_link_of_the_same_shop_is_refused_until_the_first_is_undone(
    house: House,
) -> None:
    house.link()
    other = house.books.open_administration("Taart & Zoon BV")
    with pytest.raises(LinkRefused, match="unlink that first"):
        house.coupling.link(house.shop_access, house.books_access(other), OPTIONS)


def test_a_link_that_is_refused_leaves_the_one_before_at_work(house: House) -> None:
    house.link()
    other = house.books.open_administration("Taart & Zoon BV")
    with pytest.raises(LinkRefused):
        house.coupling.link(house.shop_access, house.books_access(other), OPTIONS)
    house.invoice(house.partner())
    house.coupling.sync()
    assert house.list_mutations() == [(245, "F/2017/0001")]
    assert house.list_mutations(other) == []


def test_unlinking_resolves_what_is_unknown_first(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.TIME_OUT, "AddMutatie")
    house.coupling.sync()
    with pytest.raises(NeedsPerson, match="not yet known whether F/2017/0001 was booked"):
        house.coupling.unlink()
    for _ in range(2):
        house.advance(minutes=6)
        try:
            house.coupling.unlink()
        except NeedsPerson:
            continue
    link = house.coupling.current_link()
    assert link is not None
    assert link.state is LinkState.UNLINKED
    assert house.list_mutations() == []
    house.coupling.relink()
    house.coupling.sync()
    assert house.list_mutations() == [(245, "F/2017/0001")]


def test_relinking_from_an_earlier_date_brings_in_what_is_dated_from_then(house: House) -> None:
    partner = house.partner()
    house.invoice(partner, date_invoice="2017-09-15")
    house.link()
    house.coupling.sync()
    assert house.list_mutations() == []
    house.coupling.relink(options=LinkOptions(book_from=date(2017, 9, 1)))
    house.coupling.sync()
    assert house.list_mutations() == [(245, "F/2017/0001")]


def test_two_couplings_on_one_store_take_turns(house: House) -> None:
    house.link()
    second = house.another_coupling()
    second.resume(house.shop_access, house.books_access())
    books = house.store.links()[0].books
    assert house.store.take_lease(books, "another process", house.clock.now(), timedelta(minutes=1))
    with pytest.raises(LeaseLost, match="waits its turn"):
        second.sync()
    house.advance(minutes=2)
    second.sync()


def test_two_couplings_with_a_store_each_one_after_the_other_book_once(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    store = empty_store()
    second = house.another_coupling(store)
    second.link(house.shop_access, house.books_access(), OPTIONS)
    second.sync()
    assert len(house.list_mutations()) == 1
    (posting,) = store.postings_in(store.links()[0], PostingState)
    assert (posting.state, posting.number) == (PostingState.BOOKED, 245)
    second.close()
    store.close()


def with_another_store(house: House) -> Coupling:
    """Let a coupling with a store of its own, which knows nothing, follow the same shop."""
    house.coupling.close()
    house.store = empty_store()
    house.coupling = house.another_coupling()
    house.link()
    house.coupling.sync()
    return house.coupling


def edited(house: House, price: str) -> None:
    line = InvoiceLine(text="Taart", account="8020", price=Decimal(price), vat="21")
    house.people().edit(Edit(invoice="F/2017/0001", lines=(line,)))


def test_an_invoice_with_corrections_is_taken_over_whole_by_a_store_that_knows_nothing(
    house: House,
) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    for price in ("90.00", "95.00"):
        house.advance(days=1)
        edited(house, price)
        house.coupling.sync()
    before = house.list_mutations()
    coupling = with_another_store(house)
    assert house.list_mutations() == before
    assert coupling.audit().agrees
    house.advance(days=1)
    edited(house, "90.00")
    coupling.sync()
    assert house.list_mutations()[3:] == [(248, "F/2017/0001-C3")]
    assert coupling.audit().agrees


def test_an_invoice_that_changed_since_the_store_was_lost_is_a_persons_to_change(
    house: House,
) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    edited(house, "90.00")
    coupling = with_another_store(house)
    assert house.list_mutations() == [(245, "F/2017/0001")]
    waits = [each for each in coupling.attention() if each.label == "F/2017/0001"]
    assert [each.reason for each in waits] == [Reason("change-yourself", {"numbers": "245"})]


def test_an_invoice_that_was_cancelled_since_the_store_was_lost_is_taken_back(
    house: House,
) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    house.signal("invoice_cancel", invoice)
    coupling = with_another_store(house)
    assert house.list_mutations() == [(245, "F/2017/0001"), (246, "F/2017/0001-C1")]
    assert coupling.audit().agrees


def test_a_receipt_that_was_invoiced_since_the_store_was_lost_is_turnover_once(
    house: House,
) -> None:
    house.link()
    house.partner()
    people = house.people()
    sold = {"text": "Beker", "account": "8020", "price": "10.00", "vat": "21"}
    given = {"as": "the receipt", "paid": {"card": "12.10"}, "lines": [sold]}
    people.receipt(Receipt.model_validate(given), house.clock.now())
    house.coupling.sync()
    people.invoice_receipt(InvoiceReceipt(receipt="the receipt", partner="K0001"))
    coupling = with_another_store(house)
    totals = [each.total for each in house.demo.administration.mutations]
    assert totals == [Decimal(each) for each in ("12.10", "-12.10", "12.10", "12.10")]
    assert coupling.audit().agrees


def test_a_receipt_is_taken_over_as_it_was_booked_whatever_its_product_became(
    house: House,
) -> None:
    house.link()
    people = house.people()
    sold = {"text": "Beker", "account": "8020", "price": "10.00", "vat": "21"}
    people.receipt(
        Receipt.model_validate({"paid": {"card": "12.10"}, "lines": [sold]}), house.clock.now()
    )
    house.coupling.sync()
    before = house.list_mutations()
    people.product(Product(text="Beker", vat="6"))
    with_another_store(house)
    assert house.list_mutations() == before


def test_a_round_with_nothing_new_costs_at_most_five_calls_whatever_the_history(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop_adapter, "PAGE", 5)
    monkeypatch.setattr("sync_core.follower.PAGE", 5)
    partner = house.partner()
    for number in range(12):
        house.partner(ref=f"K1{number:03}", name=f"Klant {number}")
        house.invoice(partner)
    house.link()
    assert house.coupling.attention(), "accounts for money wait for a person meanwhile"
    wait_out(house)
    house.calls.clear()
    house.coupling.sync(retry=False)
    assert house.calls.count("shop") <= 5
    assert house.calls.count("books") == 0


@pytest.mark.parametrize("minutes", [2, 30])
def test_an_edit_is_found_by_polling_however_much_the_overlap_holds(
    house: House, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    monkeypatch.setattr(shop_adapter, "PAGE", 5)
    monkeypatch.setattr("sync_core.follower.PAGE", 5)
    house.link()
    for _ in range(8):
        house.invoice(house.partner())
    house.coupling.sync()
    house.advance(minutes=minutes)
    edited(house, "90.00")
    house.coupling.sync()
    house.advance(minutes=12)
    house.coupling.sync()
    assert house.list_mutations()[8:] == [(253, "F/2017/0001-C1")]
    house.calls.clear()
    house.coupling.sync()
    assert house.calls.count("shop") == 5, "one a model"


def test_a_record_committed_within_the_overlap_is_found_by_polling(house: House) -> None:
    house.link()
    partner = house.partner()
    house.invoice(partner)
    house.coupling.sync()
    house.advance(minutes=1)
    with house.shop.transactions_started(house.clock.now() - timedelta(minutes=5)):
        house.invoice(partner)
    house.coupling.sync()
    assert len(house.list_mutations()) == 2


def test_a_record_committed_beyond_the_overlap_is_found_by_comparing_ids(house: House) -> None:
    house.link()
    partner = house.partner()
    house.advance(hours=3)
    house.invoice(partner)
    house.coupling.sync()
    with house.shop.transactions_started(house.clock.now() - timedelta(hours=2)):
        house.invoice(partner)
    house.coupling.sync()
    assert len(house.list_mutations()) == 1, "the overlap is ten minutes"
    house.coupling.compare_ids()
    assert len(house.list_mutations()) == 2


def restored(house: House) -> None:
    """Put another document in the place of the first one, as a restored database does."""
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    table = house.shop.databases["mycompany"].tables["account.invoice"]
    moment = datetime(2017, 10, 20, 7, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S")
    table.rows[1]["create_date"] = moment
    house.advance(minutes=1)
    house.execute("account.invoice", "write", [1], {"comment": "andere verkoop"})


def test_a_restored_shop_stops_and_asks_and_goes_on_when_told(house: House) -> None:
    restored(house)
    wait_out(house)
    (waiting,) = [each for each in house.coupling.attention() if each.facts]
    assert waiting.code == "restored-backup"
    assert "teruggezet" in waiting.why
    assert len(house.list_mutations()) == 1
    house.coupling.try_again("F/2017/0001")
    house.coupling.sync()
    assert len(house.list_mutations()) == 2


def test_a_restored_document_can_be_left_out_for_good(house: House) -> None:
    restored(house)
    house.coupling.sync()
    house.coupling.leave_out("F/2017/0001", why="is dezelfde verkoop")
    wait_out(house)
    assert len(house.list_mutations()) == 1
    assert [each for each in house.coupling.attention() if each.facts] == []


def test_a_mutation_of_another_document_with_the_same_number_is_no_answer(house: House) -> None:
    restored(house)
    house.coupling.sync()
    with pytest.raises(NothingToAnswer, match="another document's"):
        house.coupling.booked_by_me("F/2017/0001", 245)


def test_what_a_person_booked_is_taken_for_the_document(house: House) -> None:
    house.link()
    house.invoice(house.partner(), account="8000", tax="0% BTW")
    house.coupling.sync()
    (waiting,) = [each for each in house.coupling.attention() if each.facts]
    assert waiting.code == "tax-unmapped"
    assert waiting.what.startswith("Factuur F/2017/0001, Bakkerij de Groot, € 82,64, 19-10-2017")
    assert waiting.period == "Q4 2017"
    with pytest.raises(NothingToAnswer, match="the books hold no mutation 300"):
        house.coupling.booked_by_me("F/2017/0001", 300)
    house.invoice(house.find("res.partner", ("ref", "=", "K0001")))
    house.coupling.sync()
    with pytest.raises(NothingToAnswer, match="another document"):
        house.coupling.booked_by_me("F/2017/0001", 245)
    (other,) = house.demo.administration.mutations
    house.demo.administration.book(
        other._replace(number=0, invoice_number="F/2017/0001", document="")
    )
    house.coupling.booked_by_me("F/2017/0001", 246)
    wait_out(house)
    assert house.list_mutations() == [(245, "F/2017/0002"), (246, "F/2017/0001")]
    assert [each for each in house.coupling.attention() if each.facts] == []
    with pytest.raises(NothingToAnswer, match="is booked"):
        house.coupling.leave_out("F/2017/0001", why="toch niet")
    with pytest.raises(NothingToAnswer, match="no document F/2017/0099"):
        house.coupling.try_again("F/2017/0099")


def test_an_audit_of_books_that_agree_says_so(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    found = house.coupling.audit()
    assert found.agrees
    lines = list(audit_lines(found))
    assert lines[-1] == "Q4 2017 sluit aan: 1 factuur, 0 bonnen, verschil € 0,00"


def test_an_audit_names_what_a_bookkeeper_deleted_and_repost_books_it_again(
    house: House,
) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    house.demo.administration.delete([245])
    found = house.coupling.audit()
    (period,) = found.periods
    (difference,) = period.differences
    assert (difference.finding, difference.numbers) == (Finding.GONE, (245,))
    assert period.difference == Decimal("99.99")
    assert "sluit NIET aan" in list(audit_lines(found))[-1]
    wait_out(house)
    assert house.list_mutations() == [], "not silently made again"
    house.coupling.repost("F/2017/0001")
    house.coupling.sync()
    assert house.list_mutations() == [(246, "F/2017/0001")]
    assert house.coupling.audit().agrees


def test_an_audit_names_a_double_and_accepts_the_one_that_is_left(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.SERVED_TWICE, "AddMutatie")
    house.coupling.sync()
    assert len(house.list_mutations()) == 2
    found = house.coupling.audit()
    (difference,) = found.periods[0].differences
    assert (difference.finding, difference.numbers) == (Finding.DOUBLE, (245, 246))
    house.demo.administration.delete([245])
    house.coupling.audit()
    assert house.coupling.audit().agrees


def _cancelled(house: House, invoice: int) -> None:
    house.signal("invoice_cancel", invoice)


def _for_another(house: House, invoice: int) -> None:
    values = {"partner_id": house.partner(ref="K0002", name="Slagerij Smit")}
    house.execute("account.invoice", "write", [invoice], values)


def _dearer(house: House, invoice: int) -> None:
    (line,) = house.execute("account.invoice.line", "search", [["invoice_id", "=", invoice]])
    house.execute("account.invoice.line", "write", [line], {"price_unit": 100.0})
    house.execute("account.invoice", "button_reset_taxes", [invoice])


def test_an_audit_names_both_numbers_of_a_double_that_was_corrected_since(house: House) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.books.faults.add(Kind.SERVED_TWICE, "AddMutatie")
    house.coupling.sync()
    _dearer(house, invoice)
    wait_out(house)
    doubles = [
        each.numbers
        for each in house.coupling.audit().periods[0].differences
        if each.finding is Finding.DOUBLE
    ]
    assert (245, 246) in doubles


def _dated_otherwise(house: House, invoice: int) -> None:
    house.execute("account.invoice", "write", [invoice], {"date_invoice": "2017-10-18"})


@pytest.mark.parametrize("edit", [_cancelled, _for_another, _dearer, _dated_otherwise])
def test_an_audit_names_an_invoice_that_changed_and_has_it_followed(
    house: House, edit: Callable[[House, int], None]
) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    edit(house, invoice)
    (difference,) = house.coupling.audit().periods[0].differences
    assert difference.finding is Finding.NOT_FOLLOWED
    house.coupling.push("account.invoice", invoice)
    found = house.coupling.audit()
    assert found.agrees, list(audit_lines(found))


def test_what_a_till_takes_in_another_currency_waits(house: House) -> None:
    house.link()
    dollars = house.find("res.currency", ("name", "=", "USD"))
    lists = house.execute("product.pricelist", "search", [])
    house.execute("product.pricelist", "write", lists, {"currency_id": dollars})
    people = house.people()
    sold = {"text": "Beker", "account": "8020", "price": "10.00", "vat": "21"}
    people.receipt(
        Receipt.model_validate({"paid": {"cash": "12.10"}, "lines": [sold]}), house.clock.now()
    )
    cash = house.find("account.journal", ("type", "=", "cash"))
    house.execute("account.journal", "write", [cash], {"currency": dollars})
    people.cash(Cash.model_validate({"in": "50.00"}))
    house.coupling.sync()
    assert house.list_mutations() == []
    reasons = [each.reason for each in house.coupling.attention() if each.facts is not None]
    assert reasons == [Reason("currency", {"currency": "USD"})] * 2


def test_an_audit_names_what_the_shop_has_no_more(house: House) -> None:
    house.link()
    house.people().cash(Cash.model_validate({"in": "50.00", "reason": "wisselgeld"}))
    tables = copy.deepcopy(house.shop.databases["mycompany"].tables)
    house.invoice(house.partner())
    house.coupling.sync()
    house.shop.databases["mycompany"].tables = tables
    lines = house.execute("account.bank.statement.line", "search", [])
    house.execute("account.bank.statement.line", "unlink", lines)
    house.coupling.sync()
    found = house.coupling.audit()
    told = {(each.finding, each.numbers) for each in found.periods[0].differences}
    assert (Finding.VANISHED, (245,)) in told
    assert (Finding.VANISHED, (246,)) in told
    assert found.periods[0].foreign == 0
    house.demo.administration.delete([245, 246])
    assert not house.coupling.audit().periods


def test_an_audit_names_an_invoice_that_is_dated_before_the_link_by_now(house: House) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    house.advance(minutes=1)
    house.coupling.sync()
    house.execute("account.invoice", "write", [invoice], {"date_invoice": "2017-09-30"})
    house.coupling.sync()
    (difference,) = house.coupling.audit().periods[0].differences
    assert (difference.finding, difference.label) == (Finding.NOT_FOLLOWED, "F/2017/0001")
    house.coupling.sync()
    assert house.list_mutations() == [(245, "F/2017/0001"), (246, "F/2017/0001-C1")]
    assert house.coupling.audit().agrees


def test_a_push_of_what_is_not_followed_books_nothing(house: House) -> None:
    house.link()
    supplier = house.partner(ref="S0001", name="Meelfabriek", customer=False, supplier=True)
    journal = house.find("account.journal", ("type", "=", "purchase"))
    account = house.find("account.account", ("type", "=", "payable"))
    bought = house.invoice(supplier, type="in_invoice", journal_id=journal, account_id=account)
    house.coupling.push("account.invoice", bought)
    house.coupling.push("res.partner", supplier)
    house.coupling.push("account.invoice", 999_999)

    assert house.coupling.states() == {}
    assert house.list_mutations() == []
    assert house.demo.administration.relations == {}


def _on_another_account(house: House, invoice: int) -> None:
    (line,) = house.execute("account.invoice.line", "search", [["invoice_id", "=", invoice]])
    other = house.find("account.account", ("code", "=", "8010"))
    house.execute("account.invoice.line", "write", [line], {"account_id": other})


def test_an_audit_has_followed_what_polling_overlooked(house: House) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    _on_another_account(house, invoice)
    house.coupling.sync()
    assert len(house.list_mutations()) == 1, "the write date, whole seconds, is what it was"
    house.coupling.audit()
    house.coupling.sync()
    assert [number for _, number in house.list_mutations()] == ["F/2017/0001", "F/2017/0001-C1"]
    assert house.coupling.audit().agrees


def test_a_change_that_moves_no_amount_is_no_finding(house: House) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    (line,) = house.execute("account.invoice.line", "search", [["invoice_id", "=", invoice]])
    house.execute("account.invoice.line", "copy", line)
    house.execute("account.invoice.line", "write", [line], {"price_unit": 0.0})
    assert house.coupling.audit().agrees


def test_an_audit_names_a_line_that_was_moved_to_another_account_in_the_books(
    house: House,
) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    books = house.demo.administration
    (own,) = books.mutations
    books.delete([own.number])
    books.next_mutation = own.number
    books.book(own._replace(lines=tuple(x._replace(counter_account="8012") for x in own.lines)))
    (difference,) = house.coupling.audit().periods[0].differences
    assert (difference.finding, difference.numbers) == (Finding.MOVED, (own.number,))
    wait_out(house)
    assert len(house.list_mutations()) == 1, "what a person moves is theirs"


def test_an_audit_leaves_a_persons_own_mutations_alone(house: House) -> None:
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    (own,) = house.demo.administration.mutations
    house.demo.administration.book(own._replace(number=0, invoice_number="20170", document=""))
    found = house.coupling.audit()
    assert found.agrees
    assert found.periods[0].foreign == 1


@pytest.mark.parametrize("kind", [Kind.HTTP_503, Kind.TRUNCATED, Kind.ANSWER_LOST, Kind.TIME_OUT])
@pytest.mark.parametrize("operation", ["OpenSession", "GetMutaties", "AddRelatie", "AddMutatie"])
def test_a_broken_call_of_any_kind_ends_in_one_booking(
    house: House, kind: Kind, operation: str
) -> None:
    house.link()
    house.coupling.close()
    house.books.faults.add(kind, operation)
    house.invoice(house.partner())
    for _ in range(6):
        house.advance(minutes=6)
        try:
            house.coupling.sync()
        except CouplingError:
            continue
    assert house.list_mutations() == [(245, "F/2017/0001")]
    assert [each for each in house.coupling.attention() if each.facts] == []


def test_what_is_unknown_is_looked_for_once_a_minute_however_many_rounds_there_are(
    house: House,
) -> None:
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.TIME_OUT, "AddMutatie")
    house.coupling.sync()
    before = house.coupling.looks_used()
    for _ in range(50):
        house.advance(seconds=1)
        house.coupling.push("res.partner", house.find("res.partner", ("ref", "=", "K0001")))
        house.coupling.sync()
    assert house.coupling.looks_used() - before <= 4


def test_an_edit_in_the_second_of_the_reading_is_seen_once_that_is_over(house: House) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    _on_another_account(house, invoice)
    house.coupling.sync()
    assert len(house.list_mutations()) == 1, "the write date, whole seconds, is what it was"
    house.advance(seconds=2)
    house.coupling.sync()
    assert [number for _, number in house.list_mutations()] == ["F/2017/0001", "F/2017/0001-C1"]


@pytest.mark.parametrize("page", [1, 200])
def test_what_was_read_in_its_own_second_is_read_once_more_and_not_again(
    house: House, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(shop_adapter, "PAGE", page)
    monkeypatch.setattr("sync_core.follower.PAGE", page)
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    house.advance(seconds=2)
    assert house.coupling.sync().followed >= 1
    house.advance(seconds=2)
    house.calls.clear()
    assert house.coupling.sync(retry=False).followed == 0
    assert len(house.calls) <= 5


def test_an_invoice_with_prices_with_and_without_tax_goes_in(house: House) -> None:
    house.link()
    high = house.find("account.tax", ("name", "=", "Verkopen/omzet hoog"))
    within = {"name": "21% in de prijs", "description": "21% BTW", "price_include": True}
    taxes = (high, house.execute("account.tax", "copy", high, within))
    account = house.find("account.account", ("code", "=", "8020"))
    lines = [
        {
            "name": "Taart",
            "account_id": account,
            "quantity": 7,
            "price_unit": 3.33,
            "discount": 12.5,
            "invoice_line_tax_id": [[6, 0, [tax]]],
        }
        for tax in taxes
    ]
    partner = house.partner()
    invoice = house.invoice(partner, invoice_line=[[0, 0, each] for each in lines])
    (printed,) = house.execute("account.invoice.tax", "search_read", [["invoice_id", "=", invoice]])
    house.coupling.sync()
    (mutation,) = house.demo.administration.mutations
    assert mutation.lines[0].vat == Decimal(f"{printed['amount']:.2f}")
    assert house.coupling.audit().agrees


@pytest.mark.parametrize("field", ["create_date", "write_date"])
def test_a_record_that_was_put_into_the_database_otherwise_stops_nothing(
    house: House, field: str
) -> None:
    partner = house.partner()
    house.shop.databases["mycompany"].tables["res.partner"].rows[partner][field] = None
    house.link()
    house.invoice(partner)
    house.coupling.sync()
    house.coupling.compare_ids()
    assert house.list_mutations() == [(245, "F/2017/0001")]
    assert house.coupling.audit().agrees


def test_an_invoice_that_is_numbered_anew_is_booked_under_its_new_number(house: House) -> None:
    house.link()
    invoice = house.invoice(house.partner())
    house.coupling.sync()
    house.advance(minutes=5)
    house.signal("invoice_cancel", invoice)
    house.execute("account.invoice", "action_cancel_draft", [invoice])
    house.execute("account.invoice", "write", [invoice], {"internal_number": False})
    house.signal("invoice_open", invoice)
    (difference,) = house.coupling.audit().periods[0].differences
    assert difference.finding is Finding.NOT_FOLLOWED
    for _ in range(2):
        house.coupling.sync()
        house.advance(minutes=5)
    assert house.list_mutations() == [
        (245, "F/2017/0001"),
        (246, "F/2017/0001-C1"),
        (247, "F/2017/0002"),
    ]
    found = house.coupling.audit()
    assert found.agrees, list(audit_lines(found))


def test_cash_that_is_dated_otherwise_is_booked_under_its_new_date(house: House) -> None:
    house.link()
    house.people().cash(Cash.model_validate({"in": "50.00", "reason": "wisselgeld"}))
    house.coupling.sync()
    house.advance(minutes=5)
    lines = house.execute("account.bank.statement.line", "search", [])
    house.execute("account.bank.statement.line", "write", lines, {"date": "2017-10-18"})
    house.coupling.sync()
    held = house.demo.administration.mutations
    assert [(each.date.isoformat(), each.lines[0].including_vat) for each in held] == [
        ("2017-10-19", Decimal("50.00")),
        ("2017-10-19", Decimal("-50.00")),
        ("2017-10-18", Decimal("50.00")),
    ]
    assert house.coupling.audit().agrees
