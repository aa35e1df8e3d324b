"""Two shops on one administration: equal ids, equal numbers, one store."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fakes import inprocess
from scenarios.language.given import PartnerFields
from scenarios.language.steps import Invoice, InvoiceLine
from scenarios.playing.shop import Shop
from scenarios.wire.rpc import Rpc
from sync_core.attention import Attention
from sync_core.coupling import Coupling
from tests.sync_core.house import OPTIONS, SHOP_URL, House

SOLD = (InvoiceLine(text="Taart", account="8020", price=Decimal("82.64"), vat="21"),)


@pytest.fixture
def house() -> House:
    return House()


def sells(house: House, database: str, customer: str, reference: str = "") -> None:
    """Let a shop sell to a new customer, the first of its database."""
    session = inprocess.session({SHOP_URL: house.shop.wsgi})
    people = Shop(Rpc(session, SHOP_URL, database, "admin", "admin"))
    people.partner(PartnerFields(ref=reference or "K0001-te-lang-voor-een-code", name=customer))
    people.invoice(Invoice(partner=reference or "K0001-te-lang-voor-een-code", lines=SOLD))


def second(house: House) -> Coupling:
    house.shop.add_database("tweede")
    coupling = house.another_coupling()
    access = replace(house.shop_access, database="tweede")
    coupling.link(access, house.books_access(), OPTIONS)
    return coupling


def invoices_that_wait(coupling: Coupling) -> list[Attention]:
    return [each for each in coupling.attention() if each.facts is not None]


def test_equal_numbers_wait_and_go_in_under_a_prefix(house: House) -> None:
    house.link()
    other = second(house)
    sells(house, "mycompany", "Bakkerij de Groot")
    sells(house, "tweede", "Lunchroom De Hoek")
    house.coupling.sync()
    other.sync()
    assert [number for _, number in house.list_mutations()] == ["F/2017/0001"]
    (waiting,) = invoices_that_wait(other)
    assert "een andere factuur heeft nummer F/2017/0001 al" in waiting.why
    assert "voorvoegsel" in waiting.remedy
    other.use_options(replace(OPTIONS, number_prefix="W2-"))
    other.sync()
    assert [number for _, number in house.list_mutations()] == ["F/2017/0001", "W2-F/2017/0001"]
    assert invoices_that_wait(other) == []


def test_equal_numbers_go_in_under_one_number_when_a_person_says_so(house: House) -> None:
    house.link()
    other = second(house)
    sells(house, "mycompany", "Bakkerij de Groot")
    sells(house, "tweede", "Lunchroom De Hoek")
    house.coupling.sync()
    other.sync()
    other.try_again("F/2017/0001")
    other.sync()
    assert [number for _, number in house.list_mutations()] == ["F/2017/0001", "F/2017/0001"]


def test_customers_with_equal_ids_are_two_relations(house: House) -> None:
    house.link()
    other = second(house)
    sells(house, "mycompany", "Bakkerij de Groot")
    sells(house, "tweede", "Lunchroom De Hoek")
    house.coupling.sync()
    other.sync()
    names = {each.company: each.code for each in house.demo.administration.relations.values()}
    first, another = names["Bakkerij de Groot"], names["Lunchroom De Hoek"]
    assert another == f"{first}-2"
