"""The operator's commands, each against both fakes over sockets."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakes.faults import Kind
from fakes.serve import serve
from scenarios.cli import koppeling
from tests.sync_core.house import House


@dataclass
class Office:
    """An operator at work: a settings file, and the services it names."""

    house: House
    settings: Path
    environment: dict[str, str]

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(
            koppeling, [*words, "--config", str(self.settings)], env=self.environment
        )

    def told(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return json.loads(result.output)

    def answer(self, *words: str) -> Result:
        command = ["attention", "--config", str(self.settings), *words]
        return CliRunner().invoke(koppeling, command, env=self.environment)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    house = House()
    codes = house.demo.credentials
    with serve(house.shop.wsgi) as shop, serve(house.books.wsgi) as books:
        settings = tmp_path / "koppeling.toml"
        settings.write_text(
            f'store = "sqlite:///{tmp_path}/koppeling.sqlite"\n'
            f'[bizzcloud]\nurl = "{shop.url}"\ndatabase = "mycompany"\nlogin = "admin"\n'
            f'[eboekhouden]\nwsdl = "{books.url}/soap.asmx?wsdl"\n'
        )
        yield Office(
            house,
            settings,
            {
                "KOPPELING_BIZZCLOUD_PASSWORD": "admin",
                "KOPPELING_EBOEKHOUDEN_USERNAME": codes.username,
                "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_1": codes.security_code_1,
                "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_2": codes.security_code_2,
            },
        )
    house.store.close()


def test_an_operators_day(office: Office) -> None:
    assert office.told("link", "--book-from", "2017-10-01")["state"] == "active"
    partner = office.house.partner()
    office.house.invoice(partner)
    office.house.invoice(partner, account="8000", tax="0% BTW")
    synced = office.run("sync")
    assert "1 mutations booked, 1 waiting" in synced.output
    status = office.told("status")
    assert status["postings"] == {"booked": 1, "waiting": 1}
    assert status["looks"]["a_month"] == 5000
    listed = json.loads(office.run("attention", "--json").output)
    assert status["attention"] == len(listed) > 1, "ledger accounts wait beside the invoice"
    assert f"{len(listed)} to look at: koppeling attention\n" in office.run("status").output
    waiting = office.run("attention").output
    assert "Factuur F/2017/0002, Bakkerij de Groot, € 82,64, 19-10-2017" in waiting
    assert "kies een btw-code" in waiting
    assert "tax-unmapped" not in waiting, "codes are for machines"
    assert "no VAT code is chosen" in office.run("attention", "--lang", "en").output
    listed = [each for each in office.told("attention") if each["document"] == "F/2017/0002"]
    assert listed[0]["code"] == "tax-unmapped"
    wrong = office.run("audit")
    assert wrong.exit_code == 1
    assert "Q4 2017 sluit NIET aan: 2 facturen, 0 bonnen, verschil € 82,64" in wrong.output
    assert office.answer("leave-out", "F/2017/0002", "--why", "proefverkoop").exit_code == 0
    assert office.told("audit")["periods"][0]["differences"][0]["finding"] == "left out"
    assert "is unlinked" in office.run("unlink").output
    assert office.run("sync").exit_code == 1
    assert office.told("relink")["state"] == "active"
    assert office.house.list_mutations() == [(245, "F/2017/0001")]


def test_an_answer_takes_its_options_before_and_after_its_own_word(office: Office) -> None:
    office.run("link", "--book-from", "2017-10-01")
    office.house.invoice(office.house.partner(), account="8000", tax="0% BTW")
    office.run("sync")
    assert office.run("attention", "try-again", "F/2017/0001").exit_code == 0
    assert office.answer("try-again", "F/2017/0001").exit_code == 0
    told = office.told("attention", "leave-out", "F/2017/0001", "--why", "proefverkoop")
    assert told == {"document": "F/2017/0001"}


def test_a_deleted_mutation_is_reposted_by_command_alone(office: Office) -> None:
    office.run("link", "--book-from", "2017-10-01")
    office.house.invoice(office.house.partner())
    office.run("sync")
    office.house.demo.administration.delete([245])
    assert office.run("repost", "F/2017/0001").exit_code == 1, "nobody has seen that it is gone"
    assert office.run("audit").exit_code == 1
    assert "mutatie 245 is in e-Boekhouden verwijderd" in office.run("attention").output
    assert office.told("repost", "F/2017/0001") == {"document": "F/2017/0001"}
    office.run("sync")
    assert office.house.list_mutations() == [(246, "F/2017/0001")]
    right = office.run("audit")
    assert (right.exit_code, right.output.splitlines()[-1]) == (
        0,
        "Q4 2017 sluit aan: 1 factuur, 0 bonnen, verschil € 0,00",
    )


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("KOPPELING_BIZZCLOUD_PASSWORD", "Bizzcloud at .* refused"),
        ("KOPPELING_EBOEKHOUDEN_SECURITY_CODE_1", "e-Boekhouden refused the user name or"),
        ("KOPPELING_EBOEKHOUDEN_SECURITY_CODE_2", "e-Boekhouden refused the user name or"),
    ],
)
def test_a_wrong_credential_is_a_sentence_that_says_which(
    office: Office, variable: str, sentence: str
) -> None:
    import re

    office.environment[variable] = "0" * 32
    result = office.run("link", "--book-from", "2017-10-01")
    assert result.exit_code == 1
    assert re.search(sentence, result.output)
    assert "Traceback" not in result.output
    assert "0" * 32 not in result.output


def test_a_service_that_is_down_is_a_sentence_and_debug_shows_the_cause(office: Office) -> None:
    office.house.shop.faults.add(Kind.REFUSED, times=100)
    result = office.run("link", "--book-from", "2017-10-01")
    assert result.exit_code == 1
    assert "does not answer: is the address right, and is it up?" in result.output
    debugged = office.run("link", "--book-from", "2017-10-01", "--debug")
    assert debugged.exception is not None
    assert debugged.exception.__cause__ is not None


def test_missing_settings_are_bad_input(tmp_path: Path) -> None:
    result = CliRunner().invoke(koppeling, ["sync", "--config", str(tmp_path / "no.toml")])
    assert result.exit_code == 2
    assert "is not there" in result.output


def test_before_there_is_a_link_each_command_says_so(office: Office) -> None:
    for command in ("status", "sync", "attention", "audit", "unlink"):
        result = office.run(command)
        assert result.exit_code == 1
        assert "was never linked" in result.output


def test_the_mapping_is_shown_as_settings_and_a_change_of_them_takes_effect(
    office: Office,
) -> None:
    house = office.house
    assert office.run("link", "--book-from", "2017-10-01").exit_code == 0
    house.invoice(house.partner(), tax="0% BTW")
    assert office.told("sync")["waiting"] == 1
    shown = tomllib.loads(office.run("mapping").output)["link"]
    assert shown["taxes"]["21% BTW"] == "high"
    assert "0% BTW" not in shown["taxes"], "it stands there as a line to complete"
    assert shown["payment_accounts"] == {"Kas": "1000", "PIN": "1050"}
    with office.settings.open("a") as settings:
        settings.write('[link.taxes]\n"0% BTW" = "outside VAT"\n')
    assert office.told("sync")["booked"] == 1
    zero = next(each for each in office.told("mapping")["taxes"] if each["tax"] == "0% BTW")
    assert (zero["vat_code"], zero["proposed"]) == ("GEEN", False)


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("sqlite:////proc/none/store.sqlite", "unable to open database file"),
        ("sqlite:///{folder}", "unable to open database file"),
        ("oracle+none://x", "names no database that can be used here"),
        ("postgresql+psycopg://u:geheim@127.0.0.1:1/x", "store"),
    ],
)
def test_a_store_that_cannot_be_used_is_a_sentence(
    office: Office, tmp_path: Path, store: str, said: str
) -> None:
    lines = office.settings.read_text().splitlines()
    lines[0] = f'store = "{store.format(folder=tmp_path)}"'
    office.settings.write_text("\n".join(lines))
    result = office.run("sync")
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
    assert "geheim" not in result.output


def test_an_answer_says_what_follows_from_it(office: Office) -> None:
    house = office.house
    office.run("link", "--book-from", "2017-10-01")
    house.invoice(house.partner(), tax="0% BTW")
    office.run("sync")
    refused = office.answer("booked", "F/2017/0001", "999")
    assert (refused.exit_code, "hold no mutation 999" in refused.output) == (1, True)
    assert "tried again in the next round" in office.answer("try-again", "F/2017/0001").output
    told = office.answer("--json", "leave-out", "F/2017/0001", "--why", "geen omzet").output
    assert json.loads(told) == {"document": "F/2017/0001"}


@pytest.mark.parametrize("place", ["8071", ":8071", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:²"])
def test_a_place_to_listen_that_is_none_is_a_sentence(office: Office, place: str) -> None:
    office.run("link", "--book-from", "2017-10-01")
    result = office.run("watch", "--listen", place)
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert f"--listen takes HOST:PORT, 127.0.0.1:8071 for instance, not {place}" in result.output


def test_another_day_to_book_from_wants_a_link_that_is_made_again(office: Office) -> None:
    office.run("link", "--book-from", "2017-10-01")
    assert office.run("link", "--book-from", "2017-10-01").exit_code == 0

    for command in ("link", "relink"):
        refused = office.run(command, "--book-from", "2017-10-05")
        assert refused.exit_code == 1
        assert "it goes on from 2017-10-01, not 2017-10-05" in refused.stderr

    office.run("unlink")
    assert "books from 2017-10-05" in office.run("relink", "--book-from", "2017-10-05").stdout


def test_a_day_in_another_form_is_told_with_the_one_that_is_expected(office: Office) -> None:
    told = office.run("link", "--book-from", "01-10-2017")

    assert told.exit_code == 2
    assert "expected a day as 2017-10-19, found '01-10-2017'" in told.stderr
