"""Ledger accounts and relations: copied, adopted, changed, or left to a person."""

from dataclasses import replace

import pytest

from sync_core.bookings import LedgerAccount, Relation
from sync_core.documents import Account, AccountNature
from sync_core.effects import MaybeDone, NotDone, SaidNo, TryLater
from sync_core.journal import Reason
from sync_core.masters import follow_account, follow_partner
from tests.sync_core.examples import OPTIONS, key, partner
from tests.sync_core.world_of_dicts import WorldOfDicts


def account(**changes: object) -> Account:
    values: dict[str, object] = {
        "key": key("account.account", 452),
        "code": "8025",
        "name": "Verkopen taart",
        "nature": AccountNature.PROFIT_AND_LOSS,
        "holds_tax": False,
        "active": True,
    }
    return Account(**(values | changes))  # type: ignore[arg-type]


def test_an_account_that_the_books_lack_is_added_once() -> None:
    world = WorldOfDicts()
    assert world.perform(follow_account(account(), OPTIONS)) is None
    assert world.perform(follow_account(account(), OPTIONS)) is None
    assert world.accounts == {"8025": LedgerAccount("8025", "Verkopen taart", "VW")}


def test_a_balance_account_is_added_as_one() -> None:
    world = WorldOfDicts()
    world.perform(follow_account(account(nature=AccountNature.BALANCE), OPTIONS))
    assert world.accounts["8025"].category == "BAL"


@pytest.mark.parametrize(
    "changes",
    [{"nature": AccountNature.NOT_POSTED_TO}, {"holds_tax": True}, {"active": False}],
    ids=["view", "tax", "inactive"],
)
def test_what_is_not_posted_to_is_not_copied(changes: dict[str, object]) -> None:
    world = WorldOfDicts()
    assert world.perform(follow_account(account(**changes), OPTIONS)) is None
    assert world.accounts == {}


def test_an_account_for_money_is_asked_of_the_bookkeeper() -> None:
    world = WorldOfDicts()
    reason = world.perform(follow_account(account(nature=AccountNature.MONEY), OPTIONS))
    assert reason == Reason("money-account-missing", {"account": "8025", "name": "Verkopen taart"})
    assert world.accounts == {}


def test_only_an_account_that_the_coupling_added_is_renamed() -> None:
    world = WorldOfDicts(accounts={"8000": LedgerAccount("8000", "Omzet", "VW")})
    world.perform(follow_account(account(), OPTIONS))
    world.perform(follow_account(account(name="Gebak"), OPTIONS))
    world.perform(follow_account(account(code="8000", name="Gebak"), OPTIONS))
    assert world.accounts["8025"].name == "Gebak"
    assert world.accounts["8000"].name == "Omzet"


def test_a_name_that_is_too_long_waits_instead_of_being_cut() -> None:
    reason = WorldOfDicts().perform(follow_account(account(name="x" * 51), OPTIONS))
    assert reason == Reason("text-too-long", {"field": "name", "length": "51", "limit": "50"})


def test_an_account_whose_answer_was_lost_is_looked_up() -> None:
    world = WorldOfDicts(sends=[lambda *_: MaybeDone("lost")])
    with pytest.raises(TryLater):
        world.perform(follow_account(account(), OPTIONS))
    world.perform(follow_account(account(), OPTIONS))
    assert list(world.accounts) == ["8025"]


def test_a_partner_becomes_a_relation_under_its_reference() -> None:
    world = WorldOfDicts()
    assert world.perform(follow_partner(partner())) == "K0001"
    assert world.relations["K0001"].name == "Bakkerij de Groot"


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": ""},
        {"reference": "K" * 16},
        {"reference_is_unique": False},
    ],
)
def test_a_partner_without_a_usable_reference_gets_a_code_of_its_own(
    changes: dict[str, object],
) -> None:
    assert WorldOfDicts().perform(follow_partner(partner(**changes))) == "B6"


def test_the_code_never_changes() -> None:
    world = WorldOfDicts()
    world.perform(follow_partner(partner()))
    assert world.perform(follow_partner(partner(reference="K0002", city="Utrecht"))) == "K0001"
    assert world.relations["K0001"].city == "Utrecht"


def held(**changes: object) -> Relation:
    values: dict[str, object] = {"code": "K0001", "name": "Iemand anders", "is_company": True}
    return Relation(**(values | {"id": 7} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{"name": "Bakkerij de Groot"}, {"postcode": "1234 AB"}])
def test_a_relation_under_the_code_is_adopted_when_name_or_postcode_agrees(
    changes: dict[str, object],
) -> None:
    world = WorldOfDicts(relations={"K0001": held(**changes)})
    assert world.perform(follow_partner(partner())) == "K0001"
    assert world.relations["K0001"].name == "Bakkerij de Groot"
    assert world.relations["K0001"].id == 7


def test_what_the_shop_does_not_know_of_a_relation_stays_as_a_person_has_it() -> None:
    theirs = held(name="Bakkerij de Groot", phone="030-1234567", city="Zeist", email="a@b.nl")
    world = WorldOfDicts(relations={"K0001": theirs})
    world.perform(follow_partner(partner(city="Utrecht")))
    assert world.relations["K0001"] == replace(theirs, city="Utrecht", postcode="1234 AB")
    world.relations["K0001"] = replace(world.relations["K0001"], city="Bilthoven")
    world.perform(follow_partner(partner(city="Utrecht", email="nieuw@b.nl")))
    told = world.relations["K0001"]
    assert (told.city, told.phone, told.email) == ("Bilthoven", "030-1234567", "nieuw@b.nl")
    world.perform(follow_partner(partner(city="Utrecht")))
    assert world.relations["K0001"].email == "", "what the shop had told and took back"


def test_a_code_that_is_somebody_elses_waits() -> None:
    world = WorldOfDicts(relations={"K0001": held()})
    reason = world.perform(follow_partner(partner()))
    assert reason == Reason("relation-code-taken", {"code": "K0001", "name": "Iemand anders"})
    assert world.relations["K0001"].name == "Iemand anders"


def test_a_relation_is_adopted_by_vat_number_when_exactly_one_has_it() -> None:
    number = "NL123456782B90"
    world = WorldOfDicts(relations={"X1": held(code="X1", vat_number=number)})
    assert world.perform(follow_partner(partner(vat_number=number))) == "X1"
    both = {code: held(code=code, vat_number=number) for code in ("X1", "X2")}
    reason = WorldOfDicts(relations=both).perform(follow_partner(partner(vat_number=number)))
    assert reason == Reason("relation-ambiguous", {"number": number, "codes": "X1, X2"})


def test_a_lost_answer_ends_in_one_relation() -> None:
    def lost(world: WorldOfDicts, _: object) -> MaybeDone:
        world.relations["K0001"] = held(name="Bakkerij de Groot")
        return MaybeDone("lost")

    world = WorldOfDicts(sends=[lost])
    assert world.perform(follow_partner(partner())) == "K0001"
    assert list(world.relations) == ["K0001"]


@pytest.mark.parametrize("outcome", [NotDone("down", again=False), MaybeDone("lost")])
def test_a_partner_is_tried_again_later_when_the_books_do_not_answer(
    outcome: NotDone | MaybeDone,
) -> None:
    world = WorldOfDicts(sends=[lambda *_: outcome])
    with pytest.raises(TryLater):
        world.perform(follow_partner(partner()))
    assert world.perform(follow_partner(partner())) == "K0001"


def test_a_refused_relation_waits_with_what_the_service_said() -> None:
    world = WorldOfDicts(sends=[lambda *_: SaidNo("X", "geen plaats")])
    reason = world.perform(follow_partner(partner()))
    assert reason == Reason("relation-refused", {"code": "K0001", "description": "X geen plaats"})


def test_a_text_that_is_too_long_waits() -> None:
    reason = WorldOfDicts().perform(follow_partner(partner(email="x" * 151)))
    assert reason == Reason("text-too-long", {"field": "email", "length": "151", "limit": "150"})


def test_a_relation_that_a_bookkeeper_deleted_is_made_again_on_the_next_change() -> None:
    world = WorldOfDicts()
    world.perform(follow_partner(partner()))
    del world.relations["K0001"]
    world.perform(follow_partner(replace(partner(), city="Utrecht")))
    assert world.relations["K0001"].city == "Utrecht"
