"""Random runs of all operations, over their own bytes, equal a model made of plain dicts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.eboekhouden.client import SOAP_11, SOAP_12, Reply, SoapClient
from fakes.clock import SettableClock
from fakes.eboekhouden.errors import Refused
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.records import Article
from fakes.inprocess import session
from tests.fakes.eboekhouden.books_of_dicts import (
    FREE_CATEGORIES,
    KINDS,
    VAT,
    WITH_INVOICE,
    BooksOfDicts,
    Row,
    line,
    total,
)

FIRST = date(2017, 9, 1)
ADDRESS = "http://books.example"
DAYS = st.integers(0, 120).map(lambda days: FIRST + timedelta(days=days))
CENTS = st.integers(-500_000, 500_000)
RELATIONS = st.sampled_from(["K1", "K1", "K2", "K3"])
ADDED = ("8031", "8032", "8033")
CODES = st.sampled_from([*ADDED, *ADDED, "8020", "1300"])
PAYMENTS = ("FactuurbetalingOntvangen", "FactuurbetalingVerstuurd")
NUMBERS = st.one_of(st.just(0), st.integers(0, 600))
INVOICES = st.sampled_from(["F1", "F2", "F3", "F4"])
FLAWS = {
    "relation": "CREL002",
    "account": "CGB002",
    "counter account": "CGB002",
    "unfit account": "CGB003",
    "unfit counter account": "CGB003",
    "code": "CBTW001",
    "code of the other side": "CBTW002",
    "date": "CMUT001",
    "no lines": "CMUT003",
    "sum": "CMUT004",
    "centre": "CKPL001",
    "length": "CVELD002",
}
FLAW = st.sampled_from(["", *FLAWS, *([""] * 7)])
MOST = 500
A_RUN = 260
"""How many mutations are booked in one go, so that two runs are more than one list holds."""


def euros(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


def in_cents(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1)))


class Books(RuleBasedStateMachine):
    """What clients and a bookkeeper do to two administrations of one login, in any order."""

    @initialize(place=st.integers(0, 1))
    def open_the_books(self, place: int) -> None:
        self.fake = EboekhoudenFake(clock=SettableClock(datetime(2017, 12, 31, 10, tzinfo=UTC)))
        self.fake.settings.monthly_calls = None
        first = self.fake.open_administration("Eerste BV")
        self.codes = first.credentials
        second = self.fake.open_administration("Tweede BV", username=self.codes.username)
        self.real = [first.administration, second.administration]
        self.http = session({ADDRESS: self.fake.wsgi})
        self.client = SoapClient(self.http, f"{ADDRESS}/soap.asmx")
        self.login = {
            "Username": self.codes.username,
            "SecurityCode1": self.codes.security_code_1,
            "SecurityCode2": self.codes.security_code_2,
            "Source": "tests",
        }
        self.sessions = [self.opened(number) for number in (0, 1)]
        self.soap = SOAP_11
        self.models = []
        for number in (0, 1):
            self.turn_to(number)
            self.models.append(BooksOfDicts(self.accounts()))
            self.add_relation("K1", "Utrecht", 1)
            self.add_relation("K2", "Zeist", 1)
            self.add_account("8031", "VW")
            self.add_a_cost_centre(under=False)
        self.turn_to(place)

    def teardown(self) -> None:
        """Read everything back, whatever was read on the way."""
        if not hasattr(self, "models"):
            return
        for number in (0, 1):
            self.turn_to(number)
            self.find_mutations(0, 0, "", None)
            self.find_relations("", "")
            self.find_accounts("VW")
            self.find_invoices("", None)
            self.ask_cost_centres_and_articles()
            for side in ("Debiteuren", "Crediteuren"):
                self.ask_open_items(side)
            for centre in range(3):
                self.ask_a_balance("8020", (FIRST, FIRST + timedelta(days=40)), centre)
        self.http.close()

    # Calls

    def opened(self, number: int) -> str:
        if number == 0:
            return self.client.send("OpenSession", self.login).text("SessionID")
        named = {**self.login, "AdministratieGUID": self.real[number].guid}
        return self.client.send("OpenSessionSub", named).text("SessionID")

    def turn_to(self, number: int) -> None:
        self.place = number

    @property
    def model(self) -> BooksOfDicts:
        return self.models[self.place]

    def send(self, operation: str, **fields: Any) -> Reply:
        proof = {
            "SessionID": self.sessions[self.place],
            "SecurityCode2": self.codes.security_code_2,
        }
        reply = self.client.send(operation, {**proof, **fields}, self.soap)
        assert reply.fault is None, reply.fault
        return reply

    def rows(self, operation: str, array: str, item: str, **fields: Any) -> list[Row]:
        reply = self.send(operation, **fields)
        assert reply.code == "", reply.description
        return reply.rows(array, item)

    def accounts(self, **wanted: Any) -> list[Row]:
        asked = {"ID": 0, **wanted}
        return self.rows(
            "GetGrootboekrekeningen", "Rekeningen", "cGrootboekrekening", cFilter=asked
        )

    def done_or(self, reply: Reply, reasons: Iterable[str]) -> bool:
        """Check that a call was refused for one of these reasons, or done when there are none."""
        expected = {reason for reason in reasons if reason}
        assert reply.code in (expected or {""}), (reply.code, reply.description, expected)
        return not expected

    # Sessions

    @rule(number=st.integers(0, 1), soap=st.sampled_from([SOAP_11, SOAP_12]))
    def go_on_elsewhere(self, number: int, soap: str) -> None:
        self.turn_to(number)
        self.soap = soap

    @rule()
    def close_and_open_a_session(self) -> None:
        old = self.sessions[self.place]
        assert self.client.send("CloseSession", {"SessionID": old}).result == ""
        assert self.send("GetAdministraties").code == "E0023"
        self.sessions[self.place] = self.opened(self.place)

    @rule()
    def look_at_the_administrations(self) -> None:
        rows = self.rows("GetAdministraties", "Administraties", "cAdministratie")
        assert [row["Bedrijf"] for row in rows] == ["Eerste BV", "Tweede BV"]
        token = self.client.send(
            "AutoLogin",
            {
                "Username": self.codes.username,
                "SessionID": self.sessions[self.place],
                "SecurityCode2": self.codes.security_code_2,
            },
        ).text("Token")
        with session({ADDRESS: self.fake.wsgi}) as browser:
            page = browser.get(f"{ADDRESS}/autologin", params={"token": token})
            assert rows[self.place]["Bedrijf"] in page.text

    # Relations and accounts

    @rule(code=RELATIONS, city=st.sampled_from(["Utrecht", "Zeist"]), long=st.integers(0, 9))
    def add_relation(self, code: str, city: str, long: int) -> None:
        code = code if long else "K" * 16
        sent = {"ID": 0, "Code": code, "Bedrijf": f"Bedrijf {code}", "Plaats": city, "BP": "B"}
        reply = self.send("AddRelatie", oRel=sent)
        reasons = ["CVELD002"] if not long else ["CREL001"] * (code in self.model.relations)
        if self.done_or(reply, reasons):
            self.model.relations[code] = {"id": int(reply.text("Rel_ID")), "city": city}

    @rule(
        code=RELATIONS,
        new=st.sampled_from(["K1", "K2", "K3", "K4"]),
        city=st.sampled_from(["Soest", "Zeist"]),
    )
    def update_relation(self, code: str, new: str, city: str) -> None:
        relations = self.model.relations
        known = relations.get(code)
        number = known["id"] if known else 987654
        sent = {"ID": number, "Code": new, "Bedrijf": "Nieuw", "Plaats": city, "BP": "P"}
        taken = new != code and (new in relations or self.model.uses(code))
        reasons = ["CREL002"] if known is None else ["CREL001"] * taken
        if self.done_or(self.send("UpdateRelatie", oRel=sent), reasons):
            del relations[code]
            relations[new] = {"id": number, "city": city}

    @rule(code=CODES, category=st.sampled_from(["BAL", "VW", "FIN"]))
    def add_account(self, code: str, category: str) -> None:
        sent = {"ID": 0, "Code": code, "Omschrijving": f"Rekening {code}", "Categorie": category}
        reply = self.send("AddGrootboekrekening", oGb=sent)
        reasons = (
            "" if category in FREE_CATEGORIES else "CVELD003",
            "CGB001" if code in self.model.accounts else "",
        )
        if self.done_or(reply, reasons):
            self.model.accounts[code] = {**sent, "ID": reply.text("Gb_ID")}

    @rule(
        code=st.sampled_from([*ADDED, "1300"]),
        new=CODES,
        category=st.sampled_from(["VW", "BAL", "VW", "DEB"]),
    )
    def update_account(self, code: str, new: str, category: str) -> None:
        accounts = self.model.accounts
        known = accounts.get(code)
        sent = {
            "ID": known["ID"] if known else 987654,
            "Code": new,
            "Omschrijving": "Omgedoopt",
            "Categorie": category,
        }
        reasons = ["CGB002"]
        if known is not None:
            either = {known["Categorie"], category}
            fixed = len(either) > 1 and not either <= set(FREE_CATEGORIES)
            kept = new != code and (code in self.model.touched or code == "1300")
            taken = new != code and new in accounts
            reasons = ["CGB003"] * (fixed or kept) + ["CGB001"] * taken
        if self.done_or(self.send("UpdateGrootboekrekening", oGb=sent), reasons):
            del accounts[code]
            accounts[new] = sent

    # Mutations and invoices

    @rule(
        drafts=st.lists(
            st.fixed_dictionaries(
                {
                    "kind": st.sampled_from(list(KINDS)),
                    "day": DAYS,
                    "relation": RELATIONS,
                    "invoice": INVOICES,
                    "entered": st.lists(
                        st.tuples(CENTS, st.integers(0, 9), st.integers(0, 9)),
                        min_size=1,
                        max_size=3,
                    ),
                    "including": st.booleans(),
                    "bare": st.booleans(),
                    "flaw": FLAW,
                }
            ),
            min_size=1,
            max_size=6,
        )
    )
    def add_mutations(self, drafts: list[Row]) -> None:
        for draft in drafts:
            self.add_mutation(**draft)

    def add_mutation(
        self,
        kind: str,
        day: date,
        relation: str,
        invoice: str,
        entered: list[tuple[int, int, int]],
        including: bool,
        bare: bool,
        flaw: str,
    ) -> None:
        way = KINDS[kind]
        centres = [0, *self.model.centres]
        over = [*way["over"], *(code for code in ADDED if code in self.model.accounts)]
        over = over if kind not in PAYMENTS else way["over"]
        lines = [
            line(
                cents,
                list(way["codes"])[pick % len(way["codes"])],
                over[other % len(over)],
                centres[other % len(centres)],
                including=including,
            )
            for cents, pick, other in entered
        ]
        mutation = {
            "kind": kind,
            "day": day,
            "on": way["on"],
            "relation": relation if kind in WITH_INVOICE else "",
            "invoice": invoice if kind in WITH_INVOICE else "",
            "lines": lines,
        }
        amounts = [cents for cents, _, _ in entered]
        sent = written(mutation, amounts, including=including, bare=bare)
        flaw = flaw if spoil(sent, kind, flaw, bare=bare) else ""
        unknown = mutation["relation"] and relation not in self.model.relations
        reasons = (
            FLAWS.get(flaw, ""),
            "CREL002" if unknown and flaw != "relation" else "",
            "CMUT002" if self.model.is_closed(day) and flaw != "date" else "",
        )
        reply = self.send("AddMutatie", oMut=sent)
        if self.done_or(reply, reasons):
            assert int(reply.text("Mutatienummer")) == self.model.highest + 1
            self.model.book(self.model.highest + 1, mutation)
        else:
            assert reply.text("Mutatienummer") == "0"

    @precondition(lambda self: len(self.model.mutations) < 2 * A_RUN)
    @rule(day=DAYS)
    def add_many_mutations(self, day: date) -> None:
        if self.model.is_closed(day):
            return
        for _ in range(A_RUN):
            lines = [line(100, "GEEN", "8020", 0, including=False)]
            mutation = {"kind": "GeldOntvangen", "day": day, "on": "1000", "lines": lines}
            mutation |= {"relation": "", "invoice": ""}
            sent = written(mutation, [100], including=False, bare=False)
            reply = self.send("AddMutatie", oMut=sent)
            self.model.book(int(reply.text("Mutatienummer")), mutation)

    @rule(place=st.integers(0, 30), also=st.integers(0, 3))
    def delete_mutations(self, place: int, also: int) -> None:
        numbers = sorted(self.model.mutations)[place : place + 1 + also]
        if any(self.model.is_closed(self.model.mutations[number]["day"]) for number in numbers):
            with pytest.raises(Refused, match="afgesloten"):
                self.real[self.place].delete(numbers)
            return
        self.real[self.place].delete(numbers)
        for number in numbers:
            del self.model.mutations[number]

    @rule(
        number=st.sampled_from(["", "F1", "F2", "20170001"]),
        day=DAYS,
        relation=RELATIONS,
        priced=st.lists(
            st.tuples(st.integers(1, 5), CENTS, st.sampled_from(["HOOG_VERK_21", "LAAG_VERK"])),
            min_size=1,
            max_size=3,
        ),
        booked=st.booleans(),
    )
    def add_invoice(
        self, number: str, day: date, relation: str, priced: list[Any], booked: bool
    ) -> None:
        sent = {
            "Factuurnummer": number,
            "Relatiecode": relation,
            "Datum": day,
            "Betalingstermijn": 14,
            "InBoekhoudingPlaatsen": booked,
            "BoekhoudmutatieOmschrijving": "Taart",
            "Regels": {
                "cFactuurRegel": [
                    {
                        "Aantal": amount,
                        "PrijsPerEenheid": euros(price),
                        "BTWCode": code,
                        "TegenrekeningCode": "8020",
                    }
                    for amount, price, code in priced
                ]
            },
        }
        reply = self.send("AddFactuur", oFact=sent)
        reasons = (
            "M006" if number in self.model.invoices else "",
            "CREL002" if relation not in self.model.relations else "",
            "CMUT002" if self.model.is_closed(day) else "",
        )
        if not self.done_or(reply, reasons):
            return
        given = reply.text("Factuurnummer")
        assert given == number or (not number and given[:4] == "2017" and len(given) == 8)
        assert given not in self.model.invoices
        lines = [
            line(amount * price, code, "8020", 0, including=False) for amount, price, code in priced
        ]
        made = {"kind": "FactuurVerstuurd", "day": day, "on": "1300", "lines": lines}
        made |= {"relation": relation, "invoice": given}
        if booked:
            self.model.book(self.model.highest + 1, made)
        mutation = self.model.highest if booked else None
        self.model.invoices[given] = {**made, "number": given, "mutation": mutation}

    # The bookkeeper

    @rule(first=DAYS, length=st.integers(0, 20))
    def close_a_period(self, first: date, length: int) -> None:
        last = first + timedelta(days=length)
        self.real[self.place].close_period(first, last)
        self.model.closed.append((first, last))

    @rule()
    def reopen_everything(self) -> None:
        self.real[self.place].reopen_period(date.min, date.max)
        self.model.closed.clear()

    @precondition(lambda self: len(self.model.centres) < 3)
    @rule(under=st.booleans())
    def add_a_cost_centre(self, under: bool) -> None:
        parent = next(iter(self.model.centres), 0) if under else 0
        made = self.real[self.place].add_cost_centre("Filiaal", parent)
        self.model.centres[made.id] = {"parent": parent}

    @rule(code=st.sampled_from(["T1", "T2"]))
    def add_an_article(self, code: str) -> None:
        made = self.real[self.place].add_article(Article(0, code, f"Artikel {code}"))
        self.model.articles[made.id] = {"code": code}

    # What is read back

    @rule(
        first=NUMBERS,
        last=NUMBERS,
        invoice=st.sampled_from(["", "F1", "F9"]),
        days=st.one_of(st.none(), st.tuples(DAYS, DAYS)),
    )
    def find_mutations(
        self, first: int, last: int, invoice: str, days: tuple[date, date] | None
    ) -> None:
        first_day, last_day = days or ("", "")
        asked: Row = {"MutatieNr": 0, "MutatieNrVan": first, "MutatieNrTm": last}
        asked |= {"Factuurnummer": invoice, "DatumVan": first_day, "DatumTm": last_day}
        rows = self.rows("GetMutaties", "Mutaties", "cMutatieList", cFilter=asked)
        expected = [
            number
            for number, kept in sorted(self.model.mutations.items())
            if kept_by(kept["day"], days)
            and number >= first
            and (not last or number <= last)
            and (not invoice or kept["invoice"] == invoice)
        ]
        assert [int(row["MutatieNr"]) for row in rows] == expected[-MOST:]
        for row in rows:
            assert read(row) == self.model.mutations[int(row["MutatieNr"])]

    @rule(code=st.sampled_from(["", "K1", "K2"]), word=st.sampled_from(["", "ZEIST", "soest"]))
    def find_relations(self, code: str, word: str) -> None:
        asked = {"Trefwoord": word, "Code": code, "ID": 0}
        rows = self.rows("GetRelaties", "Relaties", "cRelatie", cFilter=asked)
        assert {row["Code"]: (int(row["ID"]), row["Plaats"]) for row in rows} == {
            kept: (row["id"], row["city"])
            for kept, row in self.model.relations.items()
            if code in ("", kept) and word.lower() in row["city"].lower()
        }

    @rule(category=st.sampled_from(["", "VW", "DEB"]))
    def find_accounts(self, category: str) -> None:
        found = {row["Code"]: (row["ID"], row["Omschrijving"]) for row in self.accounts()}
        kept = self.model.accounts
        assert found == {code: (row["ID"], row["Omschrijving"]) for code, row in kept.items()}
        wanted = {row["Code"] for row in self.accounts(Categorie=category)}
        assert wanted == {code for code, row in kept.items() if category in ("", row["Categorie"])}

    @rule(relation=st.sampled_from(["", "K1"]), days=st.one_of(st.none(), st.tuples(DAYS, DAYS)))
    def find_invoices(self, relation: str, days: tuple[date, date] | None) -> None:
        first, last = days or ("", "")
        asked = {"Relatiecode": relation, "DatumVan": first, "DatumTm": last}
        rows = self.rows("GetFacturen", "Facturen", "cFactuurList", cFilter=asked)
        found = {
            row["Factuurnummer"]: (
                in_cents(row["TotaalInclBTW"]),
                in_cents(row["TotaalOpenstaand"]),
            )
            for row in rows
        }
        assert found == {
            number: (total(kept), self.model.open_on(kept))
            for number, kept in self.model.invoices.items()
            if relation in ("", kept["relation"]) and kept_by(kept["day"], days)
        }

    @rule(
        code=st.sampled_from(["1300", "8020", "1650", "1000", "9999"]),
        days=st.one_of(st.none(), st.tuples(DAYS, DAYS)),
        pick=st.integers(0, 3),
    )
    def ask_a_balance(self, code: str, days: tuple[date, date] | None, pick: int) -> None:
        centres = [0, *self.model.centres]
        centre = centres[pick % len(centres)]
        first, last = days or (None, None)
        asked = {"GbCode": code, "KostenPlaatsId": centre, "DatumVan": first, "DatumTot": last}
        reply = self.send("GetSaldo", cFilter=asked)
        if self.done_or(reply, ["" if code in self.model.accounts else "CGB002"]):
            assert in_cents(reply.text("Saldo")) == self.model.balance(code, first, last, centre)

    @rule(side=st.sampled_from(["Debiteuren", "Crediteuren"]))
    def ask_open_items(self, side: str) -> None:
        rows = self.rows("GetOpenPosten", "Openposten", "cOpenPost", OpSoort=side)
        found = {
            (row["RelCode"], row["MutFactuur"]): (in_cents(row["Bedrag"]), in_cents(row["Voldaan"]))
            for row in rows
        }
        assert len(found) == len(rows)
        assert found == self.model.open_items(side)

    @rule()
    def ask_cost_centres_and_articles(self) -> None:
        rows = self.rows("GetKostenplaatsen", "Kostenplaatsen", "cKostenplaats", cFilter={})
        assert {int(row["KostenplaatsId"]): int(row["KostenplaatsParentId"]) for row in rows} == {
            number: kept["parent"] for number, kept in self.model.centres.items()
        }
        for code in ("", "T1"):
            asked = {"ArtikelCode": code}
            rows = self.rows("GetArtikelen", "Artikelen", "cArtikel", cFilter=asked)
            assert {int(row["ArtikelID"]) for row in rows} == {
                number for number, kept in self.model.articles.items() if code in ("", kept["code"])
            }

    @invariant()
    def balances_are_the_models_and_add_up_to_nothing(self) -> None:
        rows = self.rows("GetSaldi", "Saldi", "cSaldo", cFilter={"KostenPlaatsId": 0})
        found = {row["Code"]: in_cents(row["Saldo"]) for row in rows}
        assert sum(found.values()) == 0
        if len(self.model.mutations) < A_RUN:
            assert found == {code: self.model.balance(code) for code in self.model.accounts}


def kept_by(day: date, days: tuple[date, date] | None) -> bool:
    return days is None or days[0] <= day <= days[1]


def written(mutation: Row, amounts: list[int], *, including: bool, bare: bool) -> Row:
    """Return a mutation as `cMutatie`; `bare` says only what was entered of each line."""
    lines = []
    for found, entered in zip(mutation["lines"], amounts, strict=True):
        both = {
            "BedragExclBTW": euros(found["net"]),
            "BedragBTW": euros(found["vat"]),
            "BedragInclBTW": euros(found["net"] + found["vat"]),
        }
        lines.append(
            {
                "BedragInvoer": euros(entered),
                **({} if bare else both),
                "BTWCode": found["code"],
                "BTWPercentage": VAT[found["code"]][0] if found["code"] == "AFW_VERK" else 0,
                "TegenrekeningCode": found["account"],
                "KostenplaatsID": found["centre"],
            }
        )
    return {
        "MutatieNr": 99999,
        "Soort": mutation["kind"],
        "Datum": mutation["day"],
        "Rekening": mutation["on"],
        "RelatieCode": mutation["relation"],
        "Factuurnummer": mutation["invoice"],
        "Omschrijving": "Taart",
        "Betalingstermijn": "14",
        "InExBTW": "IN" if including else "EX",
        "MutatieRegels": {"cMutatieRegel": lines},
    }


def spoil(sent: Row, kind: str, flaw: str, *, bare: bool) -> bool:
    """Give a mutation a flaw; tell whether this kind of mutation can have it."""
    first = sent["MutatieRegels"]["cMutatieRegel"][0]
    if flaw == "relation":
        sent["RelatieCode"] = "K9"
    elif flaw == "account":
        sent["Rekening"] = "9999"
    elif flaw == "counter account":
        first["TegenrekeningCode"] = "9999"
    elif flaw == "unfit account" and kind not in ("Memoriaal", "OpeningsSaldo"):
        sent["Rekening"] = "8010"
    elif flaw == "unfit counter account" and kind not in ("Memoriaal", "OpeningsSaldo"):
        first["TegenrekeningCode"] = "1020"
    elif flaw == "code":
        first["BTWCode"] = "MIDDEN"
    elif flaw == "code of the other side" and kind in ("FactuurVerstuurd", "GeldOntvangen"):
        first["BTWCode"] = "HOOG_INK_21"
    elif flaw == "date":
        sent["Datum"] = "1979-12-31"
    elif flaw == "no lines":
        del sent["MutatieRegels"]
    elif flaw == "sum" and not bare:
        first["BedragInclBTW"] = "7777.77"
    elif flaw == "centre":
        first["KostenplaatsID"] = 987654
    elif flaw == "length":
        sent["Omschrijving"] = "O" * 201
    else:
        return False
    return True


def read(row: Row) -> Row:
    """Return a mutation that was listed as the model has it."""
    lines = row["MutatieRegels"]["cMutatieListRegel"]
    return {
        "kind": row["Soort"],
        "day": date.fromisoformat(row["Datum"][:10]),
        "on": row["Rekening"],
        "relation": row["RelatieCode"],
        "invoice": row["Factuurnummer"],
        "lines": [
            {
                "net": in_cents(found["BedragExclBTW"]),
                "vat": in_cents(found["BedragBTW"]),
                "code": found["BTWCode"],
                "account": found["TegenrekeningCode"],
                "centre": int(found["KostenplaatsID"]),
            }
            for found in (lines if isinstance(lines, list) else [lines])
        ],
    }


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=20, stateful_step_count=40, deadline=None)
