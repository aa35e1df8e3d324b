"""Made-up histories: judged by a model of their own, written as files that fail the same way."""

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, seed, settings

from scenarios.cli import koppeling
from scenarios.exploring import explore
from scenarios.exploring.histories import history
from scenarios.exploring.not_invented import NOT_INVENTED, choices, made_up
from scenarios.exploring.so_far import NAMESAKE, PLAIN_INVOICE, PLAIN_RECEIPT, Act
from scenarios.language import steps
from scenarios.language.loader import load_text
from scenarios.language.reading import LIBRARY, read, read_source
from scenarios.language.story import Story
from scenarios.language.writing import write
from scenarios.playing.results import StoryResult
from scenarios.playing.runner import run
from scenarios.strategies import histories, invoices
from tests.broken.variants import VARIANTS

OFTEN = settings(max_examples=60, deadline=None, phases=[Phase.generate])
SELDOM = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def words(story: Story) -> list[steps.Step]:
    return [placed.step for placed in story.steps]


@OFTEN
@given(histories())
def test_a_written_history_reads_as_it_was(story: Story) -> None:
    (again,) = read_source(load_text(write(story), "written"), Path())

    assert words(again) == words(story)
    assert again.head == story.head


@SELDOM
@given(histories())
def test_a_history_ends_with_the_books_that_the_model_expects(story: Story) -> None:
    result = run(story)

    assert result.passed, write(story)


SPLIT = PLAIN_RECEIPT.model_copy(update={"paid": {"cash": Decimal(50), "card": Decimal("49.99")}})
INVOICED = SPLIT.model_copy(update={"invoiced": True, "partner": "K0001"})

BALANCES = {
    "too little is typed over": ([Act("mistyped receipt", part=SPLIT)], {}),
    "and then all of it": (
        [Act("mistyped receipt", part=SPLIT), Act("sync"), Act("retype", part=110)],
        {"1000": "109.99", "1050": "-10.00"},
    ),
    "what is booked is typed over": (
        [Act("receipt", part=SPLIT), Act("retype", part=30)],
        {"1000": "50.00", "1050": "49.99"},
    ),
    "of an invoice it is corrected": (
        [Act("receipt", part=INVOICED), Act("night"), Act("sync"), Act("retype", part=30)],
        {"1000": "30.00", "1050": "69.99"},
    ),
    "no account is chosen for a journal": ([Act("paid otherwise", part=SPLIT)], {}),
    "one is chosen": (
        [Act("paid otherwise", part=SPLIT), Act("sync"), Act("choose account")],
        {"1000": "50.00", "1055": "49.99"},
    ),
    "a total is typed over": ([Act("mistyped total", part=PLAIN_INVOICE)], {}),
    "and computed anew": (
        [Act("mistyped total", part=PLAIN_INVOICE), Act("sync"), Act("recompute")],
        {"1300": "99.99"},
    ),
    "it was booked before": ([Act("mistyped total")], {"1300": "99.99"}),
    "the receipt is invoiced later": (
        [Act("paid otherwise", part=SPLIT), Act("invoiced later")],
        {"1000": "50.00", "1300": "49.99"},
    ),
    "cash is put in": ([Act("cash")], {"1000": "50.00", "2000": "-50.00"}),
}
"""Histories, and the balances that the judge must expect and the coupling must come to."""


@pytest.mark.parametrize(("acts", "balances"), BALANCES.values(), ids=BALANCES)
def test_the_judge_and_the_coupling_have_the_same_balances(
    acts: list[Act], balances: dict[str, str]
) -> None:
    story = history(acts)
    (expected,) = [each for each in words(story) if isinstance(each, steps.Expect)]

    assert expected.balances is not None
    assert {code: str(amount) for code, amount in expected.balances.items() if amount} == balances
    assert run(story).passed


OF_NAMESAKE = PLAIN_INVOICE.model_copy(update={"partner": NAMESAKE.ref})

SHOWN_BY = {
    "dates receipts by UTC": Act("night sale"),
    "has no settle time": Act("late"),
    "merges relations by code": Act("invoice", part=OF_NAMESAKE),
}
"""Couplings that are broken, and the one act that shows it."""


@pytest.mark.parametrize(("name", "act"), SHOWN_BY.items(), ids=SHOWN_BY)
def test_one_act_shows_that_a_coupling_is_broken(
    name: str, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(history([act])).passed
    VARIANTS[name].patch(monkeypatch)
    result = run(history([act]))
    assert result.failure is not None, result.trouble


def test_what_is_of_a_namesake_waits_and_so_does_its_credit_note() -> None:
    others = [Act("invoice", part=PLAIN_INVOICE), Act("late")]
    story = history([Act("invoice", part=OF_NAMESAKE), Act("sync"), Act("credit"), *others])
    (expected,) = [each for each in words(story) if isinstance(each, steps.Expect)]

    assert expected.balances is not None
    assert expected.balances["1300"] == 2 * Decimal("99.99")
    assert run(story).passed


def test_what_is_invoiced_at_the_till_of_new_books_is_of_their_first_day() -> None:
    assert run(history([Act("night"), Act("move"), Act("receipt", part=INVOICED)])).passed


def credited() -> Story:
    """Return the history of an invoice that is credited before anybody looks."""
    made = steps.Invoice.model_validate(
        {
            "partner": "K0001",
            "lines": [{"text": "Taart", "account": "8020", "price": "10", "vat": "21"}],
        }
    )
    return history([Act("invoice", part=made), Act("credit")])


def test_a_failing_history_fails_the_same_way_from_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sync_core.invoices._times", lambda line, sign: line)
    result = run(credited())
    file = tmp_path / "found.story.yaml"
    file.write_text(write(credited()), "utf-8")

    told = CliRunner().invoke(koppeling, ["run", str(file)])

    assert result.failure is not None
    assert result.failure.difference is not None
    cells = result.failure.difference.cells()
    assert cells == ["Rekening 1300, Saldo: expected 0,00, found 24,20"]
    assert told.exit_code == 1
    assert cells[0] in told.stdout


def test_the_same_history_passes_when_nothing_is_broken() -> None:
    assert run(credited()).passed


def test_the_same_seed_makes_up_the_same_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[str]] = [[], []]
    batches = 2
    monkeypatch.setattr(explore, "BATCH", 8)
    for written in made:

        def watched(story: Story, written: list[str] = written) -> StoryResult:
            written.append(write(story))
            return run(story)

        monkeypatch.setattr(explore, "run", watched)
        search = explore.Search(seed=7)
        for _ in range(batches):
            _, search = explore.explore_batch(search, seconds=600)

    assert made[0] == made[1]
    assert len(made[0]) == batches * explore.BATCH
    assert search.known, "what reached something new is kept, and steers"


def test_the_command_counts_what_it_covered(tmp_path: Path) -> None:
    options = ["--seconds", "2", "--seed", "4", "--processes", "1", "--out", str(tmp_path)]

    told = CliRunner().invoke(koppeling, ["explore", *options])

    assert told.exit_code == 0, told.output
    assert "seed 4" in told.stdout
    assert "changes of state" in told.stdout
    assert int(told.stdout.split(" histories")[0].split()[-1]) > 0


MOST_ROUNDS = 20
"""How many times 500 histories may be made up before what was not seen is missed: mostly two do."""


def test_each_step_and_choice_is_made_up_or_listed_with_the_reason() -> None:
    seen: set[str] = set()
    for round_ in range(MOST_ROUNDS):

        @seed(round_)
        @settings(SELDOM, max_examples=500, derandomize=False, database=None)
        @given(histories())
        def look(story: Story) -> None:
            seen.update(made_up(story))

        look()
        if choices() <= seen | NOT_INVENTED.keys():
            break

    assert choices() - seen - NOT_INVENTED.keys() == set(), "make it up, or say why not"
    assert NOT_INVENTED.keys() & seen == set(), "it is made up: no reason is needed"
    assert NOT_INVENTED.keys() - choices() == set(), "the language has no such thing"


@OFTEN
@given(invoices())
def test_strategies_are_for_everybody(invoice: steps.Invoice) -> None:
    assert invoice.lines
    assert all(line.price > 0 for line in invoice.lines)


def test_a_story_of_the_library_is_written_as_it_reads(tmp_path: Path) -> None:
    file = tmp_path / "again.story.yaml"
    (story,) = read(LIBRARY / "manual.story.yaml")
    file.write_text(write(story), "utf-8")

    (again,) = read(file)
    assert words(again) == words(story)
