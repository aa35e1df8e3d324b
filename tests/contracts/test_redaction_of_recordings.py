"""Nothing secret or personal reaches a recording; the same value has the same stand-in."""

import base64
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.commands.recording import redact_command
from contracts.recording.recordings import Exchange, Recording, Request, Response, read, write
from contracts.redacting.kinds import KINDS
from contracts.redacting.recordings import RecordingRedactor
from contracts.redacting.rules import RuleError, own_rules, read_rules
from tests.contracts.secrets import PLACES, Place, left_in, run

RUNS = int(os.environ.get("REDACTION_RUNS", "200"))
EACH = 50


def soap(number: int, inner: str) -> Exchange:
    body = f"<Envelope><Body><AddRelatie>{inner}</AddRelatie></Body></Envelope>".encode()
    request = Request("POST", "http://books.example/soap.asmx", (), body)
    return Exchange(number, request, Response(200, "OK", (), body))


def redacted(*exchanges: Exchange) -> Recording:
    return RecordingRedactor().recording(Recording(exchanges))


@pytest.mark.parametrize("part", range(4))
def test_ten_thousand_exchanges_leave_no_secret(
    part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.jsonl"
    looked_for, places, exchanges = 0, set(), 0
    for seed in range(part, RUNS, 4):
        planted = run(seed, EACH)
        whole = RecordingRedactor().recording(Recording(tuple(planted.exchanges)))
        write(path, whole)
        left = left_in(path.read_bytes(), planted.secrets)
        assert not left, f"seed {seed}: left are {left}"
        second = RecordingRedactor()
        again = second.recording(read(path))
        assert second.found == [], f"seed {seed}: a second pass still finds {second.found[:3]}"
        assert again.exchanges == whole.exchanges
        looked_for += len(planted.secrets)
        places |= planted.places
        exchanges += len(planted.exchanges)
    assert places == {place.__name__ for place in PLACES}
    with capsys.disabled():
        print(f"\nredaction: {exchanges} exchanges, {looked_for} secrets planted, 0 left")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_the_search_for_what_is_left_finds_what_was_not_redacted(
    place: Place, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    planted = run(7, EACH, places=(place,))
    write(path, Recording(tuple(planted.exchanges)))

    assert left_in(path.read_bytes(), planted.secrets)


def test_the_same_value_has_the_same_stand_in_wherever_it_stands() -> None:
    name = "Bakkerij de Groot &amp; Zn."
    made = redacted(
        soap(1, f"<Omschrijving>Voor {name}, taart</Omschrijving>"),
        soap(2, f"<Bedrijf>{name}</Bedrijf><SessionID>{'a' * 40}</SessionID>"),
        soap(3, f"<x y='{name}'/><SessionID>{'a' * 40}</SessionID><Bedrijf>Een ander</Bedrijf>"),
    )

    first, second, third = (exchange.request.body.decode() for exchange in made)
    assert "<Omschrijving>Voor Naam 0001, taart</Omschrijving>" in first
    assert f"<Bedrijf>Naam 0001</Bedrijf><SessionID>{1:040x}</SessionID>" in second
    assert "<x y='Naam 0001'/>" in third
    assert f"<SessionID>{1:040x}</SessionID><Bedrijf>Naam 0002</Bedrijf>" in third


def test_what_is_not_secret_keeps_every_byte() -> None:
    inner = (
        "<a:Datum xmlns:a='b'>2026-03-02T00:00:00</a:Datum>\n <Code >K0001</Code ><Leeg/><Leeg/>"
    )
    exchange = soap(1, f"{inner}<Saldo>1210000000.55</Saldo><Nr>0000000012</Nr>")

    (made,) = redacted(exchange)

    assert made.request.body == exchange.request.body


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("iban", ["NL91 ABNA 0417 1643 00", "NL91ABNA0417164300", "DE89370400440532013000"]),
        ("vat", ["NL123456782B90", "NL 1234.56.782.B.90", "BE0428759497"]),
        ("telephone", ["06-12345678", "+31 (0)30 123 45 67", "0031612345678"]),
        ("email", ["A.B+c@winkel.co.uk"]),
        ("kvk", ["30123456"]),
        ("postcode", ["3511 AB", "3511AB"]),
        ("account", ["12.34.56.789", "P1234567"]),
        ("secret", ["D31DAFFA-A121-451D-B620-BE6057529169", "0f" * 16, "word"]),
    ],
)
def test_a_stand_in_has_the_form_of_its_value_and_is_known_as_one(
    kind: str, values: list[str]
) -> None:
    for number in (1, 42, 9999):
        for value in values:
            stand_in = KINDS[kind].make(value, number)
            assert KINDS[kind].mark.fullmatch(stand_in), stand_in
            assert not KINDS[kind].mark.fullmatch(value), value
            assert KINDS[kind].real(value), value
    same = [KINDS[kind].make(values[0], number) for number in (1, 2, 3)]
    assert len(set(same)) == 3


def test_a_stand_in_of_an_iban_has_right_check_digits() -> None:
    stand_in = KINDS["iban"].make("NL91 ABNA 0417 1643 00", 12).replace(" ", "")
    digits = "".join(str(int(char, 36)) for char in stand_in[4:] + stand_in[:4])

    assert len(stand_in) == 18
    assert int(digits) % 97 == 1


def test_basic_authorization_becomes_that_of_the_stand_ins() -> None:
    given = base64.b64encode(b"jan:geheim!").decode()
    request = Request("GET", "http://x/", (("Authorization", f"Basic {given}"),), b"")

    (made,) = redacted(Exchange(1, request, None))

    scheme, _, written = made.request.header("authorization").partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(written) == b"gebruiker0001:geheim0001"


def test_values_of_a_config_are_replaced_wherever_they_stand() -> None:
    known = {"name": ["Proefadministratie"], "user": ["jan"]}
    request = Request("GET", "http://x/Proefadministratie?u=jan", (), b"")

    (made,) = RecordingRedactor(known=known).recording(Recording((Exchange(1, request, None),)))

    assert "Proefadministratie" not in made.request.url


def test_rules_may_be_added_and_a_wrong_one_is_refused_with_the_good_names(
    tmp_path: Path,
) -> None:
    more = tmp_path / "more.toml"
    more.write_text('[fields]\nname = ["Huisdier"]\n', encoding="utf-8")
    rules = read_rules(more)
    assert rules.kind_of("huisdier", "AddRelatie") == "name"
    assert rules.kind_of("IBAN", "AddRelatie") == "iban"
    assert own_rules().kind_of("name", "account.account.read") is None
    assert own_rules().kind_of("name", "res.partner.read") == "name"

    more.write_text('[fields]\nnaam = ["Huisdier"]\n', encoding="utf-8")
    with pytest.raises(RuleError, match="there is no kind 'naam'; there are user, database, name"):
        read_rules(more)


def test_the_recorded_exchanges_of_bizzcloud_stay_readable() -> None:
    path = Path(__file__).parents[2] / "contracts" / "bizzcloud" / "recorded.jsonl"

    made = {exchange.label: exchange for exchange in RecordingRedactor().recording(read(path))}

    opened = made["read it back"].response
    assert opened is not None
    assert b"Bakkerij Demo" not in opened.body
    version = made["jsonrpc common.version"].response
    assert version is not None
    assert json.loads(version.body)["result"]["server_serie"] == "9.0"


def test_the_command_proves_that_nothing_is_left_and_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    write(path, Recording((soap(1, "<Email>jan@winkel.nl</Email><Plaats>Grou</Plaats>"),)))

    found = CliRunner().invoke(redact_command, [str(path), "--check"])
    mended = CliRunner().invoke(redact_command, [str(path)])
    proved = CliRunner().invoke(redact_command, [str(path), "--check"])

    assert found.exit_code == 1
    assert "exchange 1, request body: email" in found.output
    assert "exchange 1, response body: place" in found.output
    assert "jan" not in found.output
    assert mended.exit_code == 0, mended.output
    assert proved.exit_code == 0
    assert "nothing secret or personal found in 1 exchanges" in proved.output
