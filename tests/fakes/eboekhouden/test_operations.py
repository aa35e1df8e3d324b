"""What each operation writes is read back by another one, over zeep's own bytes."""

import ast
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakes.clock import SettableClock
from fakes.eboekhouden import sessions
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.records import Article, Kind
from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.settings import Settings
from fakes.eboekhouden.vat import Side
from tests.fakes.eboekhouden.conftest import (
    NO_DATE,
    Caller,
    invoice,
    line,
    money,
    mutation_filter,
    payment,
    sent_invoice,
    sent_line,
    sent_relation,
)


def numbers(answer: Any) -> list[int]:
    rows = answer.Mutaties.cMutatieList if answer.Mutaties else []
    return [row.MutatieNr for row in rows]


def test_a_mutation_that_was_added_is_listed_as_it_was_sent(call: Caller) -> None:
    two_rates = sent_invoice("F/1", sent_line(), sent_line("10.00", "0.60", "LAAG_VERK", "8010"))
    number = call("AddMutatie", {**two_rates, "MutatieNr": 99999}).Mutatienummer
    assert number == 1
    (row,) = call("GetMutaties", mutation_filter(MutatieNr=number)).Mutaties.cMutatieList
    for name in ("Soort", "Rekening", "RelatieCode", "Factuurnummer", "Boekstuk", "InExBTW"):
        assert row[name] == two_rates[name]
    assert row.Datum == datetime(2017, 10, 19)
    lines = row.MutatieRegels.cMutatieListRegel
    assert [
        (found.BTWCode, found.BedragExclBTW, found.BedragBTW, found.BedragInclBTW)
        for found in lines
    ] == [
        ("HOOG_VERK_21", Decimal("82.64"), Decimal("17.35"), Decimal("99.99")),
        ("LAAG_VERK", Decimal("10.00"), Decimal("0.60"), Decimal("10.60")),
    ]
    assert [found.BTWPercentage for found in lines] == [21, 6]
    assert {found.Factuurnummer for found in lines} == {"F/1"}


def test_numbers_rise_and_those_of_deleted_mutations_stay_unused(
    call: Caller, books: Administration
) -> None:
    for number in ("1", "2", "3"):
        call("AddMutatie", sent_invoice(number))
    books.delete([2, 3])
    assert call("AddMutatie", sent_invoice("4")).Mutatienummer == 4
    assert numbers(call("GetMutaties", mutation_filter())) == [1, 4]


def test_mutations_are_filtered_by_number_range_invoice_and_day(
    call: Caller, books: Administration
) -> None:
    for day in range(1, 7):
        books.book(invoice(number=f"F{day % 3}", on=date(2017, 10, day)))

    def found(**values: Any) -> list[int]:
        return numbers(call("GetMutaties", mutation_filter(**values)))

    assert found(MutatieNr=3) == [3]
    assert found(MutatieNr=9) == []
    assert found(MutatieNrVan=2, MutatieNrTm=4) == [2, 3, 4]
    assert found(MutatieNrVan=5) == [5, 6]
    assert found(MutatieNrTm=2) == [1, 2]
    assert found(Factuurnummer="F1") == [1, 4]
    assert found(DatumVan=datetime(2017, 10, 2), DatumTm=datetime(2017, 10, 3)) == [2, 3]
    assert found(Factuurnummer="F1", DatumVan=datetime(2017, 10, 2)) == [4]
    assert found(MutatieNrVan=0, MutatieNrTm=0, Factuurnummer="") == [1, 2, 3, 4, 5, 6]


def test_a_list_holds_the_last_500_mutations_at_most(call: Caller, books: Administration) -> None:
    for number in range(1, 504):
        books.book(invoice(number=str(number)))
    assert numbers(call("GetMutaties", mutation_filter())) == list(range(4, 504))
    assert numbers(call("GetMutaties", mutation_filter(MutatieNrVan=2))) == list(range(4, 504))
    asked = mutation_filter(MutatieNrVan=1, MutatieNrTm=500)
    assert numbers(call("GetMutaties", asked)) == list(range(1, 501))


def test_a_text_with_a_carriage_return_is_read_with_a_line_feed(call: Caller) -> None:
    call("AddRelatie", sent_relation(Notitie="een\r\ntwee\rdrie"))
    (kept,) = call("GetRelaties", {"ID": 0, "Code": "K2"}).Relaties.cRelatie
    assert kept.Notitie == "een\ntwee\ndrie"


def test_a_relation_that_was_added_is_found_changed_and_found_again(call: Caller) -> None:
    sent = sent_relation(Plaats="Utrecht", Email="smit@shop.example", KvkNummer="12345678")
    number = call("AddRelatie", sent).Rel_ID

    def found(**values: Any) -> list[Any]:
        rows = call("GetRelaties", {"ID": 0, **values}).Relaties
        return list(rows.cRelatie) if rows else []

    (kept,) = found(ID=number)
    assert (kept.Code, kept.Bedrijf, kept.Plaats, kept.KvkNummer) == (
        "K2",
        "Slagerij Smit",
        "Utrecht",
        "12345678",
    )
    assert kept.AddDatum == datetime(2017, 10, 19)
    assert [row.Code for row in found(Code="K2")] == ["K2"]
    assert [row.Code for row in found(Trefwoord="UTRECHT")] == ["K2"]
    assert [row.Code for row in found()] == ["K1", "K2"]
    assert found(Trefwoord="nobody") == []

    call("UpdateRelatie", sent_relation(ID=number, Bedrijf="Smit Vlees", Plaats="Zeist"))
    (changed,) = found(ID=number)
    assert (changed.Bedrijf, changed.Plaats, changed.Email) == ("Smit Vlees", "Zeist", None)
    call("UpdateRelatie", sent_relation(Bedrijf="Smit en Zn."))
    assert found(Code="K2")[0].Bedrijf == "Smit en Zn."
    assert call.refused("UpdateRelatie", sent_relation(ID=999)) == "CREL002"
    assert call.refused("AddRelatie", sent_relation()) == "CREL001"
    assert call.refused("GetRelaties", {"ID": 0, "Trefwoord": "t" * 256}) == "CVELD002"


def test_a_ledger_account_that_was_added_is_found_changed_and_booked_on(call: Caller) -> None:
    sent = {"ID": 0, "Code": "8030", "Omschrijving": "Omzet online", "Categorie": "VW"}
    number = call("AddGrootboekrekening", sent).Gb_ID

    def found(**values: Any) -> list[Any]:
        rows = call("GetGrootboekrekeningen", {"ID": 0, **values}).Rekeningen
        return list(rows.cGrootboekrekening) if rows else []

    (kept,) = found(ID=number)
    assert (kept.Code, kept.Omschrijving, kept.Categorie) == ("8030", "Omzet online", "VW")
    call("UpdateGrootboekrekening", {**sent, "ID": number, "Omschrijving": "Webwinkel"})
    assert found(Code="8030")[0].Omschrijving == "Webwinkel"
    call("UpdateGrootboekrekening", {**sent, "Omschrijving": "Webshop"})
    assert found(Code="8030")[0].Omschrijving == "Webshop"
    assert [row.Code for row in found(Categorie="FIN")] == ["1000", "1010", "1020", "1050"]
    assert "8030" in [row.Code for row in found(Categorie="VW")]
    call("AddMutatie", sent_invoice("1", sent_line(account="8030")))
    assert call.refused("AddGrootboekrekening", sent) == "CGB001"
    for category in ("FIN", "", "X"):
        assert (
            call.refused("AddGrootboekrekening", {**sent, "Code": "1", "Categorie": category})
            == "CVELD003"
        )


def test_the_standard_chart_has_what_the_manuals_screen_shows_in_all_categories(
    call: Caller, fake: EboekhoudenFake
) -> None:
    rows = call("GetGrootboekrekeningen", {"ID": 0}).Rekeningen.cGrootboekrekening
    assert {row.Categorie for row in rows} == {
        *("AF19", "AF6", "AFOVERIG", "BAL", "BTWRC", "CRED", "DEB", "FIN", "VOOR", "VW")
    }
    codes = {row.Code for row in rows}
    assert {"1000", "1300", "1700", "4650", "4750", "8015", "8020", "8025"} <= codes
    empty = fake.open_administration("Lege BV", ledger="empty").administration
    assert "8020" not in empty.accounts
    assert "1300" in empty.accounts


def test_balances_follow_from_the_mutations_and_add_up_to_nothing(
    call: Caller, books: Administration
) -> None:
    centre = books.add_cost_centre("Filiaal")
    books.book(invoice(line(cost_centre=centre.id), line("10.00", "0.60", "LAAG_VERK", "8010")))
    books.book(money(Kind.MONEY_RECEIVED, on=date(2017, 11, 1)))
    books.book(money(Kind.MONEY_SPENT, line("50.00", "10.50", "HOOG_INK_21", "4650")))

    def balance(code: str, **values: Any) -> float:
        asked = {"GbCode": code, "KostenPlaatsId": 0, "DatumVan": None, "DatumTot": None}
        return float(call("GetSaldo", {**asked, **values}).Saldo)

    assert balance("1300") == 110.59
    assert balance("8020") == -165.28
    assert balance("1650") == -34.70
    assert balance("1651") == -0.60
    assert balance("1660") == 10.50
    assert balance("1000") == 39.49
    assert balance("8020", DatumTot=datetime(2017, 10, 31)) == -82.64
    assert balance("8020", DatumVan=datetime(2017, 11, 1)) == -82.64
    assert balance("8020", KostenPlaatsId=centre.id) == -82.64
    assert call.refused("GetSaldo", {"GbCode": "9999", "KostenPlaatsId": 0}) == "CGB002"

    def balances(category: str, **values: Any) -> dict[str, float]:
        asked = {"KostenPlaatsId": 0, "DatumVan": None, "DatumTot": None, "Categorie": category}
        rows = call("GetSaldi", {**asked, **values}).Saldi.cSaldo
        return {row.Code: row.Saldo for row in rows}

    assert balances("FIN") == {"1000": 39.49, "1010": 0, "1020": 0, "1050": 0}
    assert balances("VW", DatumTot=datetime(2017, 10, 31))["8020"] == -82.64
    assert balances("VW", DatumVan=datetime(2017, 11, 1))["8010"] == 0
    assert balances("VW", KostenPlaatsId=centre.id)["4650"] == 0
    everything = balances("")
    assert everything["8020"] == -165.28
    assert sum(Decimal(str(amount)) for amount in everything.values()) == 0


def test_a_payment_settles_its_open_item(call: Caller, books: Administration) -> None:
    def open_items(kind: str) -> list[tuple[str, float, float, float]]:
        rows = call("GetOpenPosten", kind).Openposten
        return [
            (row.MutFactuur, row.Bedrag, row.Voldaan, row.Openstaand)
            for row in (rows.cOpenPost if rows else [])
        ]

    call("AddMutatie", sent_invoice("F/2017/0001"))
    assert open_items("Debiteuren") == [("F/2017/0001", 99.99, 0, 99.99)]
    books.book(payment("40.00"))
    assert open_items("Debiteuren") == [("F/2017/0001", 99.99, 40, 59.99)]
    rest = books.book(payment("59.99"))
    assert open_items("Debiteuren") == []
    books.delete([rest.number])
    assert open_items("Debiteuren") == [("F/2017/0001", 99.99, 40, 59.99)]
    assert open_items("Crediteuren") == []
    (item,) = call("GetOpenPosten", "Debiteuren").Openposten.cOpenPost
    assert (item.RelCode, item.RelBedrijf) == ("K1", "Bakkerij de Groot")
    assert item.MutDatum == datetime(2017, 10, 19)
    assert books.open_items(Side.PURCHASE) == []


def test_what_is_owed_to_suppliers_is_open_until_it_is_paid(call: Caller) -> None:
    bought = sent_invoice("L1", sent_line("55.00", "11.55", "HOOG_INK_21", "4750"))
    call("AddMutatie", {**bought, "Soort": "FactuurOntvangen", "Rekening": "1700"})

    def open_amounts() -> list[tuple[str, float]]:
        rows = call("GetOpenPosten", "Crediteuren").Openposten
        return [(row.MutFactuur, row.Openstaand) for row in (rows.cOpenPost if rows else [])]

    assert open_amounts() == [("L1", 66.55)]
    assert not call("GetOpenPosten", "Debiteuren").Openposten
    paid = sent_invoice("L1", sent_line("60.00", "0.00", "GEEN", "1700"))
    call("AddMutatie", {**paid, "Soort": "FactuurbetalingVerstuurd", "Rekening": "1010"})
    assert open_amounts() == [("L1", 6.55)]
    owed = call("GetSaldo", {"GbCode": "1700", "KostenPlaatsId": 0}).Saldo
    assert owed == -6.55


def test_open_items_come_oldest_first_and_keep_the_day_of_their_first_invoice(
    call: Caller, books: Administration
) -> None:
    def days() -> list[tuple[str, int]]:
        rows = call("GetOpenPosten", "Debiteuren").Openposten.cOpenPost
        return [(row.MutFactuur, row.MutDatum.day) for row in rows]

    books.book(invoice(number="B", on=date(2017, 10, 3)))
    first = books.book(invoice(number="A", on=date(2017, 10, 2)))
    books.book(invoice(number="A", on=date(2017, 10, 4)))
    assert days() == [("A", 2), ("B", 3)]
    books.delete([first.number])
    assert days() == [("B", 3), ("A", 4)]


def sent_own_invoice(**values: Any) -> dict[str, Any]:
    return {
        "Factuurnummer": "2017001",
        "Relatiecode": "K1",
        "Datum": datetime(2017, 10, 19),
        "Betalingstermijn": 14,
        "PerEmailVerzenden": False,
        "AutomatischeIncasso": False,
        "IncassoMachtigingDatumOndertekening": NO_DATE,
        "IncassoMachtigingFirst": False,
        "InBoekhoudingPlaatsen": True,
        "Regels": {
            "cFactuurRegel": [
                {
                    "Aantal": 2.0,
                    "Omschrijving": "Taart",
                    "PrijsPerEenheid": 41.32,
                    "BTWCode": "HOOG_VERK_21",
                    "TegenrekeningCode": "8020",
                    "KostenplaatsID": 0,
                }
            ]
        },
        **values,
    }


INVOICE_FILTER = {"DatumVan": NO_DATE, "DatumTm": NO_DATE}


def test_an_invoice_made_there_is_listed_and_booked(call: Caller, books: Administration) -> None:
    assert call("AddFactuur", sent_own_invoice()).Factuurnummer == "2017001"
    (made,) = call("GetFacturen", INVOICE_FILTER).Facturen.cFactuurList
    assert (made.TotaalExclBTW, made.TotaalBTW, made.TotaalInclBTW, made.TotaalOpenstaand) == (
        82.64,
        17.35,
        99.99,
        99.99,
    )
    assert made.Regels.cFactuurRegel[0].Omschrijving == "Taart"
    (row,) = call("GetMutaties", mutation_filter(Factuurnummer="2017001")).Mutaties.cMutatieList
    assert (row.Soort, row.Rekening) == ("FactuurVerstuurd", "1300")
    books.book(payment("99.99", "2017001"))
    (paid,) = call("GetFacturen", {**INVOICE_FILTER, "Relatiecode": "K1"}).Facturen.cFactuurList
    assert paid.TotaalOpenstaand == 0
    books.delete([row.MutatieNr])
    (unbooked,) = call("GetFacturen", INVOICE_FILTER).Facturen.cFactuurList
    assert unbooked.TotaalOpenstaand == 99.99


def test_an_invoice_need_not_be_booked_and_gets_a_number_when_it_has_none(
    call: Caller, books: Administration
) -> None:
    sent = sent_own_invoice(Factuurnummer=None, InBoekhoudingPlaatsen=False)
    assert call("AddFactuur", sent).Factuurnummer == "20170001"
    assert call("AddFactuur", sent).Factuurnummer == "20170002"
    assert books.mutations == []
    assert call.refused("AddFactuur", sent_own_invoice(Factuurnummer="20170001")) == "M006"
    assert call.refused("AddFactuur", sent_own_invoice(Relatiecode="K9")) == "CREL002"
    asked = {**INVOICE_FILTER, "Factuurnummer": "20170002"}
    assert len(call("GetFacturen", asked).Facturen.cFactuurList) == 1
    for first, last, found in ((19, 19, 2), (20, 31, 0), (1, 18, 0)):
        days = {"DatumVan": datetime(2017, 10, first), "DatumTm": datetime(2017, 10, last)}
        listed = call("GetFacturen", days).Facturen
        assert len(listed.cFactuurList if listed else []) == found


@pytest.mark.parametrize("refused", [False, True])
def test_an_invoice_gets_no_number_that_was_booked_by_a_mutation(
    call: Caller, books: Administration, refused: bool
) -> None:
    books.settings.refuse_used_invoice_numbers = refused
    books.book(invoice(number="20170001"))
    sent = sent_own_invoice(Factuurnummer=None)
    assert call("AddFactuur", sent).Factuurnummer == "20170002"
    assert call("AddFactuur", sent).Factuurnummer == "20170003"


def test_cost_centres_and_articles_of_the_bookkeeper_are_listed(
    call: Caller, books: Administration
) -> None:
    main = books.add_cost_centre("Winkels")
    part = books.add_cost_centre("Utrecht", main.id)
    cake = Article(0, "T1", "Taart", "G", "Gebak", price=Decimal("82.64"))
    cake = books.add_article(cake)
    books.add_article(Article(0, "T2", "Brood", active=False))
    rows = call("GetKostenplaatsen", {}).Kostenplaatsen.cKostenplaats
    assert [(row.KostenplaatsId, row.Omschrijving, row.KostenplaatsParentId) for row in rows] == [
        (main.id, "Winkels", 0),
        (part.id, "Utrecht", main.id),
    ]
    for asked in (
        {"KostenplaatsID": part.id},
        {"KostenplaatsParentID": main.id},
        {"Omschrijving": "Utrecht"},
    ):
        (row,) = call("GetKostenplaatsen", asked).Kostenplaatsen.cKostenplaats
        assert row.KostenplaatsId == part.id
    for asked in (
        {"ArtikelID": cake.id},
        {"ArtikelCode": "T1"},
        {"ArtikelOmschrijving": "Taart"},
        {"GroepCode": "G"},
        {"GroepOmschrijving": "Gebak", "ArtikelCode": ""},
    ):
        (article,) = call("GetArtikelen", asked).Artikelen.cArtikel
        assert (article.ArtikelOmschrijving, article.VerkoopprijsExclBTW, article.Actief) == (
            "Taart",
            Decimal("82.64"),
            True,
        )
    assert len(call("GetArtikelen", {}).Artikelen.cArtikel) == 2
    assert not call("GetArtikelen", {"ArtikelCode": "T3"}).Artikelen


def test_an_accountant_opens_each_of_several_administrations(
    fake: EboekhoudenFake, opened: OpenedAdministration, call: Caller
) -> None:
    second = fake.open_administration(
        "Tweede BV", city="Zeist", username=opened.credentials.username
    )
    rows = call("GetAdministraties").Administraties.cAdministratie
    assert [(row.Bedrijf, row.Plaats, row.StartBoekjaar) for row in rows] == [
        ("Demo BV", None, "2017"),
        ("Tweede BV", "Zeist", "2017"),
    ]
    codes = opened.credentials
    login = (codes.username, codes.security_code_1, codes.security_code_2, "tests")
    answer = call.service.OpenSessionSub(*login, rows[1].Guid.lower())
    sub = {"SessionID": answer.SessionID, "SecurityCode2": codes.security_code_2}
    listed = call.service.GetRelaties(**sub, cFilter={"ID": 0})
    assert not listed.Relaties
    assert second.administration.relations == {}
    wrong = call.service.OpenSessionSub(*login, "00000000-0000-0000-0000-000000000000")
    assert wrong.ErrorMsg.LastErrorCode == "CADM001"


def test_wrong_codes_given_to_open_session_open_nothing_and_say_not_which(
    call: Caller, opened: OpenedAdministration
) -> None:
    codes = opened.credentials
    right = [codes.username, codes.security_code_1, codes.security_code_2]
    said = set()
    for place in range(3):
        wrong = [*right[:place], "wrong", *right[place + 1 :]]
        answer = call.service.OpenSession(*wrong)
        assert answer.SessionID is None
        said.add((answer.ErrorMsg.LastErrorCode, answer.ErrorMsg.LastErrorDescription))
    assert said == {("CLOGIN001", "De gebruikersnaam of een beveiligingscode is onjuist.")}


def test_a_session_is_opened_without_a_source(call: Caller) -> None:
    codes = call.codes
    login = {
        "Username": codes.username,
        "SecurityCode1": codes.security_code_1,
        "SecurityCode2": codes.security_code_2,
    }
    opened = call.service.OpenSession(**login)
    assert opened.SessionID
    assert opened.SessionID != call.session_id
    listed = call.service.GetAdministraties(opened.SessionID, codes.security_code_2)
    assert listed.Administraties


def test_a_session_ends_when_it_is_closed_expires_or_is_used_with_other_codes(
    fake: EboekhoudenFake, clock: SettableClock, call: Caller, opened: OpenedAdministration
) -> None:
    other = fake.open_administration("Andere BV")
    crossed = call.service.GetRelaties(
        call.session_id, other.credentials.security_code_2, {"ID": 0}
    )
    assert crossed.ErrorMsg.LastErrorCode == "E0023"
    again = Caller(fake, opened)
    clock.advance(timedelta(minutes=59))
    call("GetAdministraties")
    clock.advance(timedelta(minutes=2))
    call("GetAdministraties")
    assert again.refused("GetAdministraties") == "E0023"
    call.service.CloseSession(call.session_id)
    call.service.CloseSession(call.session_id)
    assert call.refused("GetAdministraties") == "E0023"


def test_sessions_and_tokens_that_expired_are_not_kept(
    clock: SettableClock, opened: OpenedAdministration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "FEW", 10)
    kept = sessions.Sessions(Settings(), clock.now)
    codes = opened.credentials
    kept.add(codes, opened.administration)
    used = kept.open(codes.username, codes.security_code_1, codes.security_code_2)
    for _ in range(500):
        clock.advance(timedelta(minutes=6))
        session = kept.of(used, codes.security_code_2)
        newest = kept.open(codes.username, codes.security_code_1, codes.security_code_2)
        token = kept.token_for(session)
        assert len(kept._open) + len(kept._tokens) < 50
    assert kept.of(newest, codes.security_code_2)
    assert kept.redeem(token) is session
    assert kept.redeem(token) is None


def test_the_monthly_quota_counts_lists_and_starts_anew_each_month(
    fake: EboekhoudenFake, clock: SettableClock, call: Caller, opened: OpenedAdministration
) -> None:
    assert fake.settings.monthly_calls == 5000
    fake.settings.monthly_calls = 2
    call("GetMutaties", mutation_filter())
    call("GetMutaties", mutation_filter())
    assert call.refused("GetMutaties", mutation_filter()) == "CQUOTA001"
    call("AddMutatie", sent_invoice())
    clock.set(datetime(2017, 11, 1, tzinfo=UTC))
    Caller(fake, opened)("GetMutaties", mutation_filter())


def test_a_token_is_for_the_sessions_own_login(call: Caller) -> None:
    answer = call.service.AutoLogin(
        call.codes.username, call.session_id, call.codes.security_code_2
    )
    assert len(answer.Token) > 30
    wrong = call.service.AutoLogin("other", call.session_id, call.codes.security_code_2)
    assert wrong.ErrorMsg.LastErrorCode == "CLOGIN001"


def test_a_closed_period_refuses_with_its_date_until_it_is_reopened(
    call: Caller, books: Administration
) -> None:
    books.close_period(date(2017, 10, 1), date(2017, 12, 31))
    answer = call.raw("AddMutatie", sent_invoice())
    assert answer.ErrorMsg.LastErrorCode == "CMUT002"
    assert "19-10-2017" in answer.ErrorMsg.LastErrorDescription
    assert "01-10-2017 t/m 31-12-2017" in answer.ErrorMsg.LastErrorDescription
    books.reopen_period(date(2017, 10, 1), date(2017, 12, 31))
    call("AddMutatie", sent_invoice())


@pytest.mark.parametrize("fault", ["session expired", "quota reached"])
def test_a_fault_words_a_refusal_as_the_service_does(
    fake: EboekhoudenFake, call: Caller, books: Administration, fault: str
) -> None:
    fake.faults.add(fault, "AddMutatie")
    code = call.refused("AddMutatie", sent_invoice())
    assert code == {"session expired": "E0023", "quota reached": "CQUOTA001"}[fault]
    assert books.mutations == []


def test_every_operation_of_the_service_is_called_here() -> None:
    named = {
        node.value if isinstance(node, ast.Constant) else node.attr
        for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant | ast.Attribute)
    }
    assert [made.name for made in OPERATIONS if made.name not in named] == []
