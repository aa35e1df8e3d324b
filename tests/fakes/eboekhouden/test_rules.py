"""Each rule of the books refuses what it is for, and then nothing of it is in the books."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.records import Kind, LedgerAccount, Mutation, MutationLine, Relation
from fakes.eboekhouden.rules import ACCOUNT_RULES, MUTATION_RULES, RELATION_RULES
from fakes.eboekhouden.vat import VAT_CODES
from tests.fakes.eboekhouden.conftest import TODAY, invoice, line, money, payment

Draft = Callable[[], Mutation]
HUGE = MutationLine(
    Decimal(0), Decimal(10) ** 13, Decimal(0), Decimal(10) ** 13, "GEEN", Decimal(0), "8020"
)

BREAKS: dict[str, tuple[Error, list[Mutation]]] = {
    "eb-mutation-lengths": (
        Error.VALUE_TOO_LONG,
        [
            invoice()._replace(account="1" * 11),
            invoice()._replace(relation="K" * 16),
            invoice()._replace(invoice_number="F" * 51),
            invoice()._replace(document="B" * 51),
            invoice()._replace(description="O" * 201),
            invoice()._replace(payment_term="10000"),
            invoice(line(account="8" * 11)),
        ],
    ),
    "eb-payment-term": (Error.VALUE_UNKNOWN, [invoice()._replace(payment_term="x")]),
    "eb-mutation-dates": (
        Error.DATE_OUT_OF_RANGE,
        [invoice(on=date(1979, 12, 31)), invoice(on=date(2050, 1, 1))],
    ),
    "eb-closed-period": (Error.PERIOD_CLOSED, [invoice(on=date(2017, 3, 31))]),
    "eb-mutation-lines": (Error.LINES_MISSING, [invoice()._replace(lines=())]),
    "eb-invoice-required": (
        Error.VALUE_MISSING,
        [
            invoice()._replace(relation=""),
            invoice()._replace(invoice_number=""),
            invoice()._replace(description=""),
            invoice()._replace(payment_term=""),
        ],
    ),
    "eb-payment-required": (
        Error.VALUE_MISSING,
        [payment("99.99")._replace(relation=""), payment("99.99")._replace(invoice_number="")],
    ),
    "eb-mutation-relation": (Error.RELATION_UNKNOWN, [invoice()._replace(relation="K9")]),
    "eb-mutation-accounts": (
        Error.ACCOUNT_UNKNOWN,
        [invoice()._replace(account="1399"), invoice(line(account="8999"))],
    ),
    "eb-account-category": (
        Error.ACCOUNT_UNFIT,
        [
            invoice()._replace(account="8020"),
            money(Kind.MONEY_RECEIVED, account="2000"),
            payment("99.99", account="1300"),
        ],
    ),
    "eb-counter-account-category": (
        Error.ACCOUNT_UNFIT,
        [invoice(line(account="1000")), money(Kind.MONEY_RECEIVED, line(account="1300"))],
    ),
    "eb-vat-codes": (Error.VAT_CODE_UNKNOWN, [invoice(line(code="MIDDEN"))]),
    "eb-vat-dates": (
        Error.VAT_CODE_UNFIT,
        [
            invoice(line(code="HOOG_VERK")),
            invoice(line("100.00", "9.00", "LAAG_VERK_9"), on=date(2018, 12, 31)),
            invoice(on=date(2012, 9, 30)),
        ],
    ),
    "eb-vat-side": (
        Error.VAT_CODE_UNFIT,
        [
            invoice(line(code="HOOG_INK_21")),
            money(Kind.MONEY_SPENT, line(code="HOOG_VERK_21", account="4650")),
        ],
    ),
    "eb-amount-limit": (Error.AMOUNT_TOO_LARGE, [invoice(HUGE)]),
    "eb-line-adds-up": (
        Error.AMOUNTS_DIFFER,
        [invoice(line()._replace(including_vat=Decimal("100.01")))],
    ),
    "eb-line-without-vat": (Error.AMOUNTS_DIFFER, [invoice(line("10.00", "2.10", "GEEN"))]),
    "eb-cost-centre-known": (Error.COST_CENTRE_UNKNOWN, [invoice(line(cost_centre=99))]),
    "eb-used-invoice-number": (Error.INVOICE_NUMBER_USED, [invoice(number="USED")]),
}


@pytest.mark.parametrize("rule", [rule for rule, _ in MUTATION_RULES])
def test_a_mutation_that_breaks_a_rule_is_refused(books: Administration, rule: str) -> None:
    books.settings.refuse_used_invoice_numbers = True
    books.close_period(date(2017, 1, 1), date(2017, 3, 31))
    books.book(invoice(number="USED"))
    before = (books.mutations, books.balance("1300"), books.next_mutation)
    error, drafts = BREAKS[rule]
    for draft in drafts:
        with pytest.raises(Refused) as refused:
            books.book(draft)
        assert refused.value.error is error, refused.value.description
    assert (books.mutations, books.balance("1300"), books.next_mutation) == before


@pytest.mark.parametrize(
    "draft",
    [
        invoice(),
        invoice(line("-82.64", "-17.35")),
        money(Kind.MONEY_RECEIVED),
        money(Kind.MONEY_RECEIVED, line("0.00", "0.00")),
        money(Kind.MONEY_SPENT, line("50.00", "10.50", "HOOG_INK_21", "4650")),
        payment("99.99"),
        money(Kind.MEMORIAL, line("5.00", "0.00", "GEEN", "1300"))._replace(account="2000"),
        invoice(line("55.00", "11.55", "HOOG_INK_21", "4750"))._replace(
            kind=Kind.INVOICE_RECEIVED, account="1700"
        ),
        invoice(line("100.00", "4.00", "AFW_VERK")),
        invoice(line("100.00", "6.00", "LAAG_VERK"), on=date(2018, 12, 31)),
        invoice(line("10.00", "0.00", "GEEN"), on=date(1980, 1, 1)),
        invoice()._replace(description="O" * 200, document="B" * 50, invoice_number="F" * 50),
    ],
    ids=lambda draft: draft.kind.value,
)
def test_a_mutation_that_keeps_all_rules_is_booked(books: Administration, draft: Mutation) -> None:
    booked = books.book(draft)
    assert books.mutations == [booked]
    assert booked.lines[0].including_vat == draft.lines[0].including_vat


RELATION = Relation(0, "K2", "Slagerij Smit", "B", TODAY)
RELATION_BREAKS: dict[str, tuple[Error, list[Relation]]] = {
    "eb-relation-required": (
        Error.VALUE_MISSING,
        [replace(RELATION, code=""), replace(RELATION, company=""), replace(RELATION, kind="")],
    ),
    "eb-relation-lengths": (
        Error.VALUE_TOO_LONG,
        [
            replace(RELATION, code="K" * 16),
            replace(RELATION, details={"Adres": "a" * 151}),
            replace(RELATION, details={"Email": "a" * 151}),
            replace(RELATION, details={"Postcode": "a" * 51}),
            replace(RELATION, details={"IBAN": "a" * 51}),
            replace(RELATION, details={"Def10": "a" * 101}),
        ],
    ),
    "eb-relation-choices": (
        Error.VALUE_UNKNOWN,
        [
            replace(RELATION, kind="X"),
            replace(RELATION, details={"Geslacht": "x"}),
            replace(RELATION, details={"LA": "2"}),
        ],
    ),
    "eb-relation-email": (
        Error.VALUE_UNKNOWN,
        [replace(RELATION, details={"Email": each}) for each in ("bakker@", "bakker", "a b@c.nl")],
    ),
    "eb-relation-code-unique": (Error.RELATION_EXISTS, [replace(RELATION, code="K1")]),
}


@pytest.mark.parametrize("rule", [rule for rule, _ in RELATION_RULES])
def test_a_relation_that_breaks_a_rule_is_refused(books: Administration, rule: str) -> None:
    books.settings.check_email = True
    before = dict(books.relations)
    error, drafts = RELATION_BREAKS[rule]
    for draft in drafts:
        with pytest.raises(Refused) as refused:
            books.add_relation(draft)
        assert refused.value.error is error
    assert books.relations == before


def test_a_relation_keeps_its_rules_when_it_changes(books: Administration) -> None:
    second = books.add_relation(RELATION)
    with pytest.raises(Refused, match="relation exists"):
        books.update_relation(replace(second, code="K1"))
    books.book(invoice()._replace(relation="K2"))
    with pytest.raises(Refused, match="Op relatie K2 is geboekt"):
        books.update_relation(replace(second, code="K3"))
    assert sorted(books.relations) == ["K1", "K2"]


ACCOUNT_BREAKS: dict[str, tuple[Error, list[tuple[str, str]]]] = {
    "eb-account-required": (Error.VALUE_MISSING, [("", "Omzet"), ("8030", "")]),
    "eb-account-lengths": (Error.VALUE_TOO_LONG, [("8" * 11, "Omzet"), ("8030", "o" * 51)]),
    "eb-account-code-numeric": (Error.VALUE_UNKNOWN, [("803A", "Omzet"), ("80\u06630", "Omzet")]),
    "eb-account-code-unique": (Error.ACCOUNT_EXISTS, [("8020", "Omzet")]),
}


@pytest.mark.parametrize("rule", [rule for rule, _ in ACCOUNT_RULES])
def test_an_account_that_breaks_a_rule_is_refused(books: Administration, rule: str) -> None:
    books.settings.numeric_account_codes = True
    before = dict(books.accounts)
    error, drafts = ACCOUNT_BREAKS[rule]
    for code, description in drafts:
        with pytest.raises(Refused) as refused:
            books.add_account(code, description, Category.PROFIT_AND_LOSS)
        assert refused.value.error is error
    assert books.accounts == before


def test_an_account_that_was_booked_on_keeps_its_code(books: Administration) -> None:
    books.book(invoice())
    account = books.accounts["8020"]
    books.update_account(replace(account, description="Omzet taart"))
    assert books.accounts["8020"].description == "Omzet taart"
    with pytest.raises(Refused, match="8020 houdt haar code: daarop is geboekt"):
        books.update_account(replace(account, code="8021"))
    with pytest.raises(Refused, match="1660 houdt haar code: daarop boekt de administratie zelf"):
        books.update_account(replace(books.accounts["1660"], code="1661"))
    for code in ("0100", "1000"):
        books.update_account(replace(books.accounts[code], code=f"{code}1"))
    with pytest.raises(Refused, match="bestaat niet"):
        books.update_account(LedgerAccount(9999, "8021", "Omzet", Category.PROFIT_AND_LOSS))


def test_an_account_keeps_its_category_save_between_balance_and_profit_and_loss(
    books: Administration,
) -> None:
    for code in ("1300", "1650", "1000"):
        with pytest.raises(Refused, match=f"Grootboekrekening {code} heeft categorie"):
            books.update_account(replace(books.accounts[code], category=Category.BALANCE))
    with pytest.raises(Refused, match="categorie VW; dat kan niet DEB worden"):
        books.update_account(replace(books.accounts["8020"], category=Category.DEBTORS))
    books.update_account(replace(books.accounts["8020"], category=Category.BALANCE))
    books.book(invoice())
    assert sum(books.balance(code) for code in books.accounts) == 0


def test_a_new_account_for_vat_moves_no_booking(books: Administration) -> None:
    booked = books.book(invoice())
    books.add_account("1640", "Af te dragen btw", Category.VAT_DUE_HIGH)
    books.delete([booked.number])
    assert {code: books.balance(code) for code in ("1640", "1650")} == {"1640": 0, "1650": 0}


def test_a_mutation_in_a_closed_period_is_not_deleted_and_none_beside_it(
    books: Administration,
) -> None:
    books.book(invoice())
    books.book(invoice(on=date(2017, 3, 1), number="2"))
    books.close_period(date(2017, 1, 1), date(2017, 3, 31))
    with pytest.raises(Refused, match="Mutatie 2 ligt in een afgesloten periode"):
        books.delete([1, 2])
    with pytest.raises(KeyError):
        books.delete([1, 3])
    assert [mutation.number for mutation in books.mutations] == [1, 2]


SALES = {
    "HOOG_VERK": ("1650", {date(2012, 9, 30): 19}),
    "HOOG_VERK_21": ("1650", {date(2012, 10, 1): 21, TODAY: 21}),
    "LAAG_VERK": ("1651", {date(2018, 12, 31): 6, date(2019, 1, 1): 9}),
    "LAAG_VERK_9": ("1651", {date(2019, 1, 1): 9}),
    **{
        code: ("1652", {TODAY: 0})
        for code in (
            *("VERL_VERK", "VERL_VERK_L9", "BU_EU_VERK"),
            *("BI_EU_VERK", "BI_EU_VERK_D", "AFST_VERK", "GEEN"),
        )
    },
    **{code: ("1652", {TODAY: 12}) for code in ("AFW", "AFW_VERK")},
}
PURCHASES = {
    "HOOG_INK": {date(2012, 9, 30): 19},
    "HOOG_INK_21": {date(2012, 10, 1): 21, TODAY: 21},
    "LAAG_INK": {date(2018, 12, 31): 6, date(2019, 1, 1): 9},
    "LAAG_INK_9": {date(2019, 1, 1): 9},
    **{code: {TODAY: 0} for code in ("VERL_INK", "VERL_INK_L9", "BU_EU_INK", "BI_EU_INK")},
}


def entered(code: str, account: str) -> MutationLine:
    """Return a line of 100 euros of which only the amount entered and a rate of 12 are said."""
    nothing = Decimal("0.00")
    return MutationLine(Decimal("100.00"), nothing, nothing, nothing, code, Decimal(12), account)


@pytest.mark.parametrize("code", SALES)
def test_each_sales_code_has_its_rate_by_date_and_its_account(
    books: Administration, code: str
) -> None:
    account, rates = SALES[code]
    for on, rate in rates.items():
        before = books.balance(account)
        (booked,) = books.book(invoice(entered(code, "8020"), on=on)).lines
        assert (booked.vat, booked.including_vat) == (Decimal(rate), Decimal(100 + rate))
        assert books.balance(account) - before == -rate


@pytest.mark.parametrize("code", PURCHASES)
def test_each_purchase_code_has_its_rate_by_date_and_is_input_vat(
    books: Administration, code: str
) -> None:
    for on, rate in PURCHASES[code].items():
        before = books.balance("1660")
        (booked,) = books.book(money(Kind.MONEY_SPENT, entered(code, "4650"), on=on)).lines
        assert booked.vat == rate
        assert books.balance("1660") - before == rate


def test_there_is_no_code_beside_these() -> None:
    assert sorted(VAT_CODES) == sorted([*SALES, *PURCHASES])
    assert len(VAT_CODES) == 21


def test_each_open_behaviour_can_be_chosen_the_other_way(books: Administration) -> None:
    books.book(invoice())
    assert books.book(invoice()).number == 2
    books.settings.refuse_used_invoice_numbers = True
    with pytest.raises(Refused, match="Factuurnummer F/2017/0001 bestaat al"):
        books.book(invoice())

    books.settings.check_accounts = False
    assert books.book(money(Kind.MONEY_RECEIVED, line(code="HOOG_INK_21"), account="2000"))
    books.settings.check_vat_dates = False
    assert books.book(invoice(line(code="HOOG_VERK"), number="2"))

    odd = replace(RELATION, details={"Email": "bakker@"})
    assert books.add_relation(odd)
    assert books.add_account("803A", "Omzet", Category.PROFIT_AND_LOSS)
    books.settings.check_email = books.settings.numeric_account_codes = True
    with pytest.raises(Refused, match="Email 'bakker@' is geen e-mailadres"):
        books.add_relation(replace(odd, code="K3"))
    with pytest.raises(Refused, match="Code '803B' bestaat niet alleen uit cijfers"):
        books.add_account("803B", "Omzet", Category.PROFIT_AND_LOSS)
    sound = replace(RELATION, code="K4", details={"Email": "info@bakker.co.nl"})
    assert books.add_relation(sound)

    wrong = line("0.33", "0.10")
    assert books.book(invoice(wrong, number="3")).lines[0].vat == Decimal("0.10")
    books.settings.recompute_vat = True
    recomputed = books.book(invoice(wrong, number="4")).lines[0]
    assert (recomputed.vat, recomputed.including_vat) == (Decimal("0.07"), Decimal("0.40"))
    other_rate = books.book(invoice(line("0.33", "0.10", "AFW_VERK"), number="5")).lines[0]
    assert other_rate.vat == Decimal("0.10")


def test_vat_that_was_not_sent_is_computed_from_what_was_entered(books: Administration) -> None:
    zero = Decimal("0.00")
    entered = MutationLine(Decimal("99.99"), zero, zero, zero, "HOOG_VERK_21", Decimal(0), "8020")
    excluding = books.book(invoice(entered)).lines[0]
    assert (excluding.vat, excluding.including_vat) == (Decimal("21.00"), Decimal("120.99"))
    including = books.book(invoice(entered, number="2")._replace(entered_with_vat=True)).lines[0]
    assert (including.excluding_vat, including.vat) == (Decimal("82.64"), Decimal("17.35"))
    assert including.vat_percentage == Decimal(21)


def test_a_low_rate_follows_the_booking_date(books: Administration) -> None:
    zero = Decimal("0.00")
    entered = MutationLine(Decimal("100.00"), zero, zero, zero, "LAAG_VERK", Decimal(0), "8010")
    before = books.book(invoice(entered, on=date(2018, 12, 31)))
    after = books.book(invoice(entered, on=date(2019, 1, 1), number="2"))
    assert (before.lines[0].vat, after.lines[0].vat) == (Decimal("6.00"), Decimal("9.00"))
