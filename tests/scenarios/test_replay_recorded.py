"""A recorded run is replayed in another set of books: in its own words, once, and compared."""

import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.recording.recordings import Exchange, Recording, Request, Response, read, write
from fakes.serve import serve
from scenarios.commands.replay import replay_command
from scenarios.replaying.recorded import Words
from tests.contracts.planted import Change, planted_text
from tests.scenarios.replay_target import Target, target
from tests.scenarios.test_replay_killed import Killing, config, run


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the recording that a replay of a story kept of itself, redacted."""
    folder = tmp_path / "first"
    folder.mkdir()
    monkeypatch.chdir(folder)
    sandbox = target(folder)
    with serve(sandbox.wsgi) as served:
        arguments = ["two_vat_rates", "--target", str(config(sandbox, served.url, folder))]
        done = CliRunner().invoke(replay_command, [*arguments, "--write"])
    assert done.exit_code == 0, done.output
    return folder / "two_vat_rates.run.jsonl"


def again(recording: Path, folder: Path, sandbox: Target, *more: str) -> Result:
    with serve(sandbox.wsgi) as served:
        place = config(sandbox, served.url, folder)
        return CliRunner().invoke(replay_command, [str(recording), "--target", str(place), *more])


def test_it_comes_to_the_same_in_other_books(recorded: Path, tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    done = again(recorded, tmp_path, sandbox, "--write")
    assert done.exit_code == 0, done.output
    assert "did as recorded." in done.output
    booked = sandbox.administration.mutations
    assert booked
    assert all(mutation.document.startswith("KR") for mutation in booked)
    assert "to be deleted by a person" in done.output
    assert len(read(Path("two_vat_rates.run.run.jsonl"))) > len(booked)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (
            planted_text("<InExBTW>EX<", "<InExBTW>IN<", "GetMutaties"),
            "value: cMutatieList/InExBTW",
        ),
        (
            planted_text("<LastErrorCode><", "<LastErrorCode>CNEW01<", "AddRelatie"),
            "outcome: AddRelatie CNEW01",
        ),
    ],
    ids=["a value", "refusals"],
)
def test_what_the_service_does_otherwise_is_named(
    change: Change, name: str, recorded: Path, tmp_path: Path
) -> None:
    done = again(recorded, tmp_path, target(tmp_path, changes=[change]), "--write")
    assert done.exit_code == 1, done.output
    assert name in done.output


def test_killed_it_goes_on_without_writing_twice(recorded: Path, tmp_path: Path) -> None:
    chance = random.Random(1)
    whole = target(tmp_path)
    killing = Killing(whole.wsgi)
    with serve(killing) as served:
        arguments = [str(recorded), "--write", "--target", str(config(whole, served.url, tmp_path))]
        assert run(arguments, tmp_path, killing) == 0
        requests, expected = killing.seen, len(whole.administration.mutations)
        for moment, when in enumerate(("before the call", "after the call")):
            folder = tmp_path / str(moment)
            folder.mkdir()
            sandbox = target(folder)
            killing.inner, killing.when = sandbox.wsgi, when
            killing.at = chance.randint(requests // 2, requests)
            arguments[-1] = str(config(sandbox, served.url, folder))
            assert run(arguments, folder, killing) == -9
            killing.at = None
            assert run(arguments, folder, killing) == 0
            assert len(sandbox.administration.mutations) == expected
            assert max(sandbox.marks().values()) == 1


def test_nothing_is_written_where_that_may_not_be(recorded: Path, tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    told = again(recorded, tmp_path, sandbox, "--check")
    assert told.exit_code == 0
    assert "AddMutatie" in told.output
    sent = again(recorded, tmp_path, sandbox, "--dry-run")
    assert "AddMutatie FactuurVerstuurd" in sent.output
    refused = again(recorded, tmp_path, sandbox)
    assert (refused.exit_code, "Nothing is written without --write." in refused.output) == (2, True)
    shop = Path(__file__).parents[2] / "contracts" / "bizzcloud" / "recorded.jsonl"
    refused = again(shop, tmp_path, sandbox, "--write")
    assert refused.exit_code == 2
    assert "holds no call of e-Boekhouden" in refused.output
    write(tmp_path / "empty.jsonl", Recording(()))
    assert again(tmp_path / "empty.jsonl", tmp_path, sandbox, "--write").exit_code == 2
    assert again(tmp_path / "none.jsonl", tmp_path, sandbox, "--write").exit_code == 2
    assert not sandbox.administration.mutations


def test_dates_codes_and_numbers_become_those_of_the_run_and_back() -> None:
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<AddMutatie xmlns="http://www.e-boekhouden.nl/soap"><SessionID>s</SessionID><oMut>'
        b"<Datum>2018-02-28</Datum><RelatieCode>K1</RelatieCode><MutatieRegels><cMutatieRegel>"
        b"<BTWCode>LAAG_VERK</BTWCode></cMutatieRegel></MutatieRegels></oMut></AddMutatie>"
        b"</e:Body></e:Envelope>"
    )
    xml = (("Content-Type", "text/xml"),)
    given = Response(200, "OK", xml, b"<r><Mutatienummer>7</Mutatienummer></r>")
    recording = Recording((Exchange(1, Request("POST", "http://x/soap.asmx", xml, body), given),))
    words = Words(recording, "KR0000", 8)
    sent = words.call(recording.exchanges[0], {"SessionID": "own"})
    for told in (b">own<", b">2026-02-28<", b">KR0000K1<", b">AFW_VERK<"):
        assert told in sent
    now = b"<r><Mutatienummer>91</Mutatienummer></r>"
    assert words.answer("AddMutatie", given, now) == now
    assert words.numbers == {"7": "91"}
    listed = b"<Datum>2026-02-28T00:00:00</Datum><c>KR0000K1</c><BTWCode>AFW_VERK</BTWCode>"
    assert words.answer("GetMutaties", given, listed) == (
        b"<Datum>2018-02-28T00:00:00</Datum><c>K1</c><BTWCode>LAAG_VERK</BTWCode>"
    )
