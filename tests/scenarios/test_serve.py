"""`koppeling serve`: both fakes answer plain clients, and the coupling follows by itself."""

import json
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep

PORTS = ("--bizzcloud-port", "0", "--eboekhouden-port", "0")
PATIENCE = 30.0
"""Seconds after which a test gives up; nothing is asserted about how soon things happen."""


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, dict[str, str]]]]:
    """Start `koppeling serve`; yield its process and what it printed."""
    command = [sys.executable, "-m", "scenarios.cli", "serve", "--json", *PORTS, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def open_an_invoice(shop: dict[str, str]) -> str:
    """Make and open an invoice with a plain XML-RPC client; return its number."""
    common = xmlrpc.client.ServerProxy(f"{shop['url']}/xmlrpc/2/common")
    uid = common.authenticate(shop["database"], shop["login"], shop["password"], {})
    models = xmlrpc.client.ServerProxy(f"{shop['url']}/xmlrpc/2/object")
    me = (shop["database"], uid, shop["password"])

    def call(model: str, method: str, *arguments: Any) -> Any:
        return models.execute_kw(*me, model, method, list(arguments))

    partner = call("res.partner", "create", {"name": "Bakkerij de Groot", "ref": "K0001"})
    line = {
        "name": "Taart",
        "account_id": call("account.account", "search", [["code", "=", "8020"]])[0],
        "quantity": 1,
        "price_unit": 82.64,
        "invoice_line_tax_id": [
            [6, 0, call("account.tax", "search", [["description", "=", "21% BTW"]])[:1]]
        ],
    }
    invoice = call(
        "account.invoice",
        "create",
        {
            "type": "out_invoice",
            "partner_id": partner,
            "account_id": call("account.account", "search", [["code", "=", "1300"]])[0],
            "journal_id": call("account.journal", "search", [["type", "=", "sale"]])[0],
            "invoice_line": [[0, 0, line]],
        },
    )
    call("account.invoice", "button_reset_taxes", [invoice])
    models.exec_workflow(*me, "account.invoice", "invoice_open", invoice)
    (opened,) = call("account.invoice", "read", [invoice], ["number", "amount_total"])
    assert opened["amount_total"] == pytest.approx(99.99)
    return str(opened["number"])


class Books:
    """A plain SOAP client of the books."""

    def __init__(self, access: dict[str, str]) -> None:
        self.service = zeep.Client(access["wsdl"]).service
        self.code = access["security_code_2"]
        self.session = self.service.OpenSession(
            access["username"], access["security_code_1"], self.code, "test"
        ).SessionID

    def invoices(self, number: str) -> list[Any]:
        """Return the mutations with an invoice number."""
        everything = {
            "MutatieNr": 0,
            "Factuurnummer": number,
            "DatumVan": datetime(1980, 1, 1),
            "DatumTm": datetime(2049, 12, 31),
        }
        answer = self.service.GetMutaties(self.session, self.code, everything)
        return [] if answer.Mutaties is None else list(answer.Mutaties.cMutatieList)

    def owing(self) -> list[str]:
        """Return the numbers of the invoices that are open; of these calls there is no limit."""
        answer = self.service.GetOpenPosten(self.session, self.code, "Debiteuren")
        rows = [] if answer.Openposten is None else answer.Openposten.cOpenPost
        return [row.MutFactuur for row in rows]

    def book(self) -> Any:
        """Book a receipt by hand."""
        line = {
            "BedragInvoer": 1,
            "BedragExclBTW": 1,
            "BedragBTW": 0,
            "BedragInclBTW": 1,
            "BTWCode": "GEEN",
            "BTWPercentage": 0,
            "TegenrekeningCode": "8020",
            "KostenplaatsID": 0,
        }
        return self.service.AddMutatie(
            self.session,
            self.code,
            {
                "MutatieNr": 0,
                "Soort": "GeldOntvangen",
                "Datum": datetime(2017, 10, 19),
                "Rekening": "1000",
                "Omschrijving": "Met de hand",
                "InExBTW": "IN",
                "MutatieRegels": {"cMutatieRegel": [line]},
            },
        )


def test_plain_clients_are_answered() -> None:
    with served("--no-coupling") as (_, told):
        number = open_an_invoice(told["bizzcloud"])
        booked = Books(told["eboekhouden"]).book()

    assert number.startswith("F/")
    assert not booked.ErrorMsg.LastErrorCode
    assert booked.Mutatienummer == 1


def test_an_opened_invoice_is_booked_by_itself() -> None:
    with served("--poll", "0.1") as (_, told):
        number = open_an_invoice(told["bizzcloud"])
        begun = time.monotonic()
        books = Books(told["eboekhouden"])
        while number not in books.owing() and time.monotonic() < begun + PATIENCE:
            pass
        print(f"booked {time.monotonic() - begun:.2f} s after it was opened")
        found = books.invoices(number)

    assert [mutation.Factuurnummer for mutation in found] == [number]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("options", [["--no-coupling"], []], ids=["fakes alone", "coupled"])
def test_a_signal_ends_it_well(options: list[str], sent: signal.Signals) -> None:
    with served(*options) as (process, _):
        process.send_signal(sent)

        assert process.wait(PATIENCE) == 0


def test_faults_can_be_set_from_elsewhere_only_when_that_is_asked_for() -> None:
    fault = {"kind": "answer lost", "operation": "AddMutatie"}
    with served("--no-coupling") as (_, told):
        closed = requests.post(f"{told['eboekhouden']['pages']}/control/faults", json=fault)
        assert closed.status_code == 404
    with served("--no-coupling", "--control") as (_, told):
        opened = requests.post(f"{told['eboekhouden']['pages']}/control/faults", json=fault)
        assert opened.status_code == 200
        books = Books(told["eboekhouden"])
        with pytest.raises(requests.ConnectionError):
            books.book()
        assert books.book().Mutatienummer == 2


@pytest.mark.parametrize("options", [[], ["--control"]], ids=["", "with control"])
def test_both_services_take_a_body_in_chunks(options: list[str]) -> None:
    version = xmlrpc.client.dumps((), "version").encode()
    unknown = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        b'<GetAdministraties xmlns="http://www.e-boekhouden.nl/soap" /></s:Body></s:Envelope>'
    )
    with served("--no-coupling", *options) as (_, told):
        for address, body, expected in (
            (f"{told['bizzcloud']['url']}/xmlrpc/2/common", version, "server_version"),
            (f"{told['eboekhouden']['pages']}/soap.asmx", unknown, "E0023"),
        ):
            halves = iter([body[:50], body[50:]])
            answer = requests.post(address, data=halves, headers={"Content-Type": "text/xml"})
            assert expected in answer.text


def test_one_clock_of_both_can_be_set_when_that_is_asked_for() -> None:
    day = {"now": "2017-10-19T08:00:00+00:00"}
    with served("--no-coupling", "--control") as (_, told):
        books, shop = told["eboekhouden"]["pages"], told["bizzcloud"]["url"]
        assert requests.post(f"{books}/control/clock", json=day).status_code == 200
        now = requests.get(f"{shop}/control/clock").json()["now"]
        assert now.startswith("2017-10-19T08:")


def test_what_is_not_known_of_the_books_is_chosen_by_a_file(tmp_path: Path) -> None:
    chosen = tmp_path / "books.toml"
    chosen.write_text('monthly_calls = 0\n[codes]\n"quota reached" = "M099"\n')
    with served("--no-coupling", "--settings", str(chosen), "--trust-forwarded") as (_, told):
        books = Books(told["eboekhouden"])
        answer = books.service.GetMutaties(books.session, books.code)
        assert answer.ErrorMsg.LastErrorCode == "M099"
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "books.example"}
        document = requests.get(told["eboekhouden"]["wsdl"], headers=proxied).text
        assert 'location="https://books.example/soap.asmx"' in document


def test_a_file_of_choices_that_is_wrong_is_a_sentence(tmp_path: Path) -> None:
    chosen = tmp_path / "books.toml"
    chosen.write_text("monthly_call = 0\n")
    command = [sys.executable, "-m", "scenarios.cli", "serve", *PORTS, "--settings", str(chosen)]
    wrong = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert wrong.returncode == 2
    assert "there is no setting 'monthly_call'; did you mean monthly_calls?" in wrong.stderr


def test_a_port_in_use_is_a_sentence() -> None:
    with served("--no-coupling") as (_, told):
        port = told["bizzcloud"]["url"].rpartition(":")[2]
        command = [sys.executable, "-m", "scenarios.cli", "serve", "--no-coupling"]
        second = subprocess.run(
            [*command, "--bizzcloud-port", port, "--eboekhouden-port", "0"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    assert second.returncode == 1
    assert "--bizzcloud-port" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_host_that_is_not_this_machines_is_a_sentence() -> None:
    command = [sys.executable, "-m", "scenarios.cli", "serve", "--no-coupling"]
    wrong = subprocess.run(
        [*command, "--host", "192.0.2.1", "--bizzcloud-port", "0", "--eboekhouden-port", "0"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert wrong.returncode == 1
    assert "--host is a name or number of this machine" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_all_calls_are_on_the_timeline() -> None:
    with served("--poll", "0.1") as (_, told):
        number = open_an_invoice(told["bizzcloud"])
        address = told["timeline"]["url"]
        begun, seen, calls = time.monotonic(), set(), []
        booking = ("coupling", "e-Boekhouden", "AddMutatie")
        while booking not in seen and time.monotonic() < begun + PATIENCE:
            calls = requests.get(f"{address}/calls", timeout=5).json()["calls"]
            seen = {(call["party"], call["service"], call["operation"]) for call in calls}

        assert {
            ("client", "Bizzcloud", "account.invoice.invoice_open"),
            ("Bizzcloud", "coupling", "POST /push"),
            ("coupling", "Bizzcloud", "account.invoice.read"),
            ("coupling", "e-Boekhouden", "AddMutatie"),
        } <= seen
        assert number in {name for call in calls for name in call["documents"]}
        assert requests.get(address, timeout=5).status_code == 200


def test_a_second_one_takes_another_port_for_its_timeline() -> None:
    with served("--no-coupling") as (_, one), served("--no-coupling") as (_, other):
        assert one["timeline"]["url"] != other["timeline"]["url"]
