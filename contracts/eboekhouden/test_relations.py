"""Promises about relations, ledger accounts, and what else the books hold."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.eboekhouden.books import ANY_INVOICE, Books, in_order, lines_of
from contracts.suite.expect import same, true

CATEGORIES = {"AF19", "AF6", "AFOVERIG", "BAL", "BTWRC", "CRED", "DEB", "FIN", "VOOR", "VW"}
INVOICE_FIELDS = [
    "Factuurnummer",
    "Relatiecode",
    "Datum",
    "Betalingstermijn",
    "PerEmailVerzenden",
    "AutomatischeIncasso",
    "IncassoMachtigingDatumOndertekening",
    "IncassoMachtigingFirst",
    "InBoekhoudingPlaatsen",
    "Regels",
]


@pytest.mark.promise("eb-code-relation", writes=True)
def test_a_used_relation_code_is_crel001(books: Books) -> None:
    sent = books.relation_fields(books.relation)
    same(books.refused("AddRelatie", oRel=sent), "CREL001", "the code")


@pytest.mark.promise("eb-relation-filter", writes=True)
def test_relations_are_found_by_code_id_and_word(books: Books) -> None:
    code = books.code("R")
    sent = books.relation_fields(code, Bedrijf=f"Slagerij {code}", Plaats="Utrecht")
    number = books.done("AddRelatie", oRel=sent).text("Rel_ID")
    for wanted in ({"Code": code}, {"ID": number}, {"Trefwoord": code}):
        found = [row["Code"] for row in books.relations(**wanted)]
        same(found, [code], f"the relations found by {next(iter(wanted))}")
    (row,) = books.relations(Code=code)
    same((row["Bedrijf"], row["Plaats"]), (f"Slagerij {code}", "Utrecht"), "what was added")
    books.refused("GetRelaties", cFilter={"Trefwoord": "t" * 256, "ID": 0})


@pytest.mark.promise("eb-relation-update", writes=True)
def test_an_update_replaces_every_field(books: Books) -> None:
    code = books.code("R")
    sent = books.relation_fields(code, Plaats="Utrecht", Email="a@shop.example")
    number = books.done("AddRelatie", oRel=sent).text("Rel_ID")
    changed = books.relation_fields(code, ID=number, Bedrijf="Smit Vlees", Plaats="Zeist")
    books.done("UpdateRelatie", oRel=changed)
    (row,) = books.relations(Code=code)
    found = (row["Bedrijf"], row["Plaats"], row.get("Email", ""))
    same(found, ("Smit Vlees", "Zeist", ""), "name, place and e-mail after the update")


@pytest.mark.promise("eb-line-ends", writes=True)
def test_a_carriage_return_is_read_as_a_line_feed(books: Books) -> None:
    code = books.code("R")
    books.done("AddRelatie", oRel=books.relation_fields(code, Notitie="een\r\ntwee\rdrie"))
    (row,) = books.relations(Code=code)
    same(row["Notitie"], "een\ntwee\ndrie", "the note of three lines")


@pytest.mark.promise("eb-relation-email", writes=True)
def test_an_email_address_is_not_checked(books: Books) -> None:
    books.done("AddRelatie", oRel=books.relation_fields(books.code("R"), Email="smit@slagerij"))


@pytest.mark.promise("eb-relation-code-kept", writes=True)
def test_a_relation_that_was_booked_on_keeps_its_code(books: Books) -> None:
    code = books.code("R")
    number = books.done("AddRelatie", oRel=books.relation_fields(code)).text("Rel_ID")
    books.book(books.invoice(RelatieCode=code))
    renamed = books.relation_fields(books.code("R"), ID=number)
    books.refused("UpdateRelatie", oRel=renamed)


@pytest.mark.promise("eb-chart")
def test_the_books_begin_with_a_chart(books: Books) -> None:
    missing = CATEGORIES - set(books.accounts.values())
    same(missing, set(), "the categories of which there is no account")


@pytest.mark.promise("eb-account-filter")
def test_accounts_are_found_by_id_code_and_category(books: Books) -> None:
    def found(**wanted: Any) -> list[dict[str, Any]]:
        asked = in_order(("ID", "Code", "Categorie"), {"ID": 0, **wanted})
        return books.done("GetGrootboekrekeningen", cFilter=asked).rows(
            "Rekeningen", "cGrootboekrekening"
        )

    (row,) = found(Code=books.turnover)
    same(row["Code"], books.turnover, "the account found by Code")
    same([one["Code"] for one in found(ID=row["ID"])], [books.turnover], "found by ID")
    categories = {one["Categorie"] for one in found(Categorie="FIN")}
    same(categories, {"FIN"}, "the categories found by Categorie")


@pytest.mark.promise("eb-account-categories", writes=True)
def test_accounts_are_added_as_bal_or_vw_only(books: Books) -> None:
    for category in ("BAL", "VW"):
        books.done("AddGrootboekrekening", oGb=_account(books, category))
    books.refused("AddGrootboekrekening", oGb=_account(books, "FIN"))


@pytest.mark.promise("eb-account-code-numeric", writes=True)
def test_an_account_code_may_hold_letters(books: Books) -> None:
    sent = {**_account(books, "VW"), "Code": books.code("L")[-10:]}
    books.done("AddGrootboekrekening", oGb=sent)


@pytest.mark.promise("eb-account-code-kept", writes=True)
def test_an_account_that_was_booked_on_keeps_its_code(books: Books) -> None:
    sent = _account(books, "VW")
    number = books.done("AddGrootboekrekening", oGb=sent).text("Gb_ID")
    books.book(books.invoice(books.line(TegenrekeningCode=sent["Code"])))
    renamed = {**sent, "ID": number, "Code": books.code("G")[-10:]}
    books.refused("UpdateGrootboekrekening", oGb=renamed)


@pytest.mark.promise("eb-account-update", writes=True)
def test_an_update_names_an_account_by_id_or_code(books: Books) -> None:
    sent = _account(books, "VW")
    number = books.done("AddGrootboekrekening", oGb=sent).text("Gb_ID")
    for name, known in (("Webwinkel", number), ("Webshop", 0)):
        books.done("UpdateGrootboekrekening", oGb={**sent, "ID": known, "Omschrijving": name})
        asked = {"ID": 0, "Code": sent["Code"]}
        rows = books.done("GetGrootboekrekeningen", cFilter=asked).rows(
            "Rekeningen", "cGrootboekrekening"
        )
        same([row["Omschrijving"] for row in rows], [name], f"the description after ID {known}")


@pytest.mark.promise("eb-account-category-kept", writes=True)
def test_an_account_keeps_its_category_save_bal_and_vw(books: Books) -> None:
    sent = _account(books, "VW")
    sent["ID"] = books.done("AddGrootboekrekening", oGb=sent).text("Gb_ID")
    books.done("UpdateGrootboekrekening", oGb={**sent, "Categorie": "BAL"})
    books.refused("UpdateGrootboekrekening", oGb={**sent, "Categorie": "DEB"})


@pytest.mark.promise("eb-own-invoice", writes=True)
def test_an_invoice_made_there_is_listed_and_booked(books: Books) -> None:
    number = books.code("I")
    books.done("AddFactuur", oFact=_own_invoice(books, Factuurnummer=number))
    asked = {"Factuurnummer": number, **ANY_INVOICE}
    (row,) = books.done("GetFacturen", cFilter=asked).rows("Facturen", "cFactuurList")
    same(Decimal(row["TotaalInclBTW"]), Decimal("99.99"), "TotaalInclBTW")
    found = [one["Soort"] for one in books.mutations(Factuurnummer=number)]
    same(found, ["FactuurVerstuurd"], "what was booked of it")


@pytest.mark.promise("eb-own-invoice-number", writes=True)
def test_an_invoice_without_a_number_gets_the_next_of_its_year(books: Books) -> None:
    sent = _own_invoice(books, InBoekhoudingPlaatsen=False)
    given = [books.done("AddFactuur", oFact=sent).text("Factuurnummer") for _ in range(2)]
    year = str(books.target.day.year)
    true(all(number.startswith(year) for number in given), f"the numbers given are {given!r}")
    same(int(given[1]) - int(given[0]), 1, "how far apart two numbers are")


@pytest.mark.promise("eb-cost-centres")
def test_cost_centres_and_articles_are_listed(books: Books) -> None:
    books.done("GetKostenplaatsen", cFilter={})
    books.done("GetArtikelen", cFilter={})


@pytest.mark.promise("eb-vat-codes", writes=True)
def test_every_sales_code_is_known_and_others_are_not(books: Books) -> None:
    for code, vat in SALES_CODES.items():
        books.book(books.invoice(books.line("100.00", vat, code)))
    books.refused("AddMutatie", oMut=books.invoice(books.line(code="NOSUCH")))


@pytest.mark.promise("eb-vat-rates", writes=True)
def test_vat_of_a_sales_code_is_computed_at_its_rate(books: Books) -> None:
    for code, vat in SALES_CODES.items():
        if code != "AFW_VERK":
            same(_vat_computed(books, "FactuurVerstuurd", code), Decimal(vat), f"VAT at {code}")


@pytest.mark.promise("eb-vat-rates-purchases", writes=True)
def test_vat_of_a_purchase_code_is_computed_at_its_rate(books: Books) -> None:
    for code, vat in PURCHASE_CODES.items():
        same(_vat_computed(books, "GeldUitgegeven", code), Decimal(vat), f"VAT at {code}")


def _vat_computed(books: Books, kind: str, code: str) -> Decimal:
    """Book a hundred euros of which no VAT is said, and return what is in the books."""
    absent = dict.fromkeys(("BedragExclBTW", "BedragBTW", "BedragInclBTW"))
    line = books.line("100.00", "0.00", code, **absent)
    sold = kind == "FactuurVerstuurd"
    number = books.book(books.invoice(line) if sold else books.money(kind, line))
    return Decimal(lines_of(books.booked(number))[0]["BedragBTW"])


PURCHASE_CODES = {
    "HOOG_INK_21": "21.00",
    "LAAG_INK_9": "9.00",
    "VERL_INK": "0.00",
    "VERL_INK_L9": "0.00",
    "BU_EU_INK": "0.00",
    "BI_EU_INK": "0.00",
}
SALES_CODES = {
    "HOOG_VERK_21": "21.00",
    "LAAG_VERK_9": "9.00",
    "VERL_VERK": "0.00",
    "AFW_VERK": "5.00",
    "BU_EU_VERK": "0.00",
    "BI_EU_VERK": "0.00",
    "BI_EU_VERK_D": "0.00",
    "AFST_VERK": "0.00",
    "GEEN": "0.00",
}
"""VAT codes of sales that exist today, each with the VAT of a hundred euros."""


def _account(books: Books, category: str) -> dict[str, Any]:
    code = books.code("G")[-10:]
    return {"ID": 0, "Code": code, "Omschrijving": "Omzet online", "Categorie": category}


def _own_invoice(books: Books, **other: Any) -> dict[str, Any]:
    line = {
        "Aantal": 2,
        "Omschrijving": "Taart",
        "PrijsPerEenheid": 41.32,
        "BTWCode": "HOOG_VERK_21",
        "TegenrekeningCode": books.turnover,
        "KostenplaatsID": 0,
    }
    values = {
        "Relatiecode": books.relation,
        "Datum": books.target.day,
        "Betalingstermijn": 14,
        "PerEmailVerzenden": False,
        "AutomatischeIncasso": False,
        "IncassoMachtigingDatumOndertekening": date(1980, 1, 1),
        "IncassoMachtigingFirst": False,
        "InBoekhoudingPlaatsen": True,
        "Regels": {"cFactuurRegel": [line]},
        **other,
    }
    return in_order(INVOICE_FIELDS, values)
