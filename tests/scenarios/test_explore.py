"""Made-up histories: judged by a model of their own, written as files that fail the same way."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings

from scenarios.cli import koppeling
from scenarios.exploring import explore
from scenarios.exploring.histories import history
from scenarios.exploring.so_far import Act
from scenarios.language import steps
from scenarios.language.loader import load_text
from scenarios.language.reading import LIBRARY, read, read_source
from scenarios.language.story import Story
from scenarios.language.writing import write
from scenarios.playing.results import StoryResult
from scenarios.playing.runner import run
from scenarios.strategies import histories, invoices

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
