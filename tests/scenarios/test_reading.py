"""From a story file to typed steps: texts, includes, variables and examples."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from fakes.eboekhouden import service
from fakes.faults import Kind
from scenarios.language.checks import OPERATIONS
from scenarios.language.errors import StoryError
from scenarios.language.reading import LIBRARY, read, read_all
from scenarios.language.steps import STEPS, Advance, Happens, Invoice, Link, Sync
from scenarios.language.story import Story
from scenarios.playing.stage import KILLING

HEAD = "title: A story\nsource: a test\ntoday: 2017-10-19\n"
PARTNER = "given:\n  bizzcloud:\n    partners:\n      - {ref: no, name: 0012}\n"


def story(tmp_path: Path, text: str) -> Story:
    return stories(tmp_path, text)[0]


def stories(tmp_path: Path, text: str) -> list[Story]:
    file = tmp_path / "a.story.yaml"
    file.write_text(text, "utf-8")
    return read(file)


def test_scalars_mean_what_they_say(tmp_path: Path) -> None:
    told = story(
        tmp_path,
        HEAD
        + PARTNER
        + "steps:\n"
        + "  - invoice:\n"
        + "      partner: no\n"
        + "      date: 2017-10-18\n"
        + "      lines: [{text: 2017-10-19, account: 8020, quantity: 2, price: 82.64, vat: 21}]\n",
    )

    step = told.steps[0].step
    assert isinstance(step, Invoice)
    assert step.partner == "no"
    assert step.date == date(2017, 10, 18)
    line = step.lines[0]
    assert (line.text, line.account, line.quantity, line.price, line.vat) == (
        "2017-10-19",
        "8020",
        Decimal(2),
        Decimal("82.64"),
        "21",
    )


def test_a_step_without_details_is_a_word_alone(tmp_path: Path) -> None:
    told = story(tmp_path, HEAD + "steps:\n  - link\n  - sync:\n  - sync: {}\n")

    assert [type(placed.step) for placed in told.steps] == [Link, Sync, Sync]
    assert [(placed.number, placed.place.line) for placed in told.steps] == [(1, 5), (2, 6), (3, 7)]


@pytest.mark.parametrize(
    ("today", "moment"),
    [
        ("2017-10-19", datetime(2017, 10, 19, 7, 0, tzinfo=UTC)),
        ("2017-10-29", datetime(2017, 10, 29, 8, 0, tzinfo=UTC)),
        ("2017-12-31 23:30", datetime(2017, 12, 31, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_nine_in_amsterdam(tmp_path: Path, today: str, moment: datetime) -> None:
    told = story(tmp_path, HEAD.replace("2017-10-19", today) + "steps:\n  - sync\n")

    assert told.head.today == moment


def test_durations_are_a_number_and_a_unit(tmp_path: Path) -> None:
    told = story(tmp_path, HEAD + "steps:\n  - advance: {by: 90 minutes}\n")

    step = told.steps[0].step
    assert isinstance(step, Advance)
    assert step.by == timedelta(minutes=90)


def test_an_example_is_a_story_of_its_own(tmp_path: Path) -> None:
    told = stories(
        tmp_path,
        HEAD
        + "variables: {account: 8020}\n"
        + "examples: |\n  price  vat\n  82.64  21\n  10.00  6\n"
        + PARTNER
        + "steps:\n"
        + "  - invoice:\n"
        + "      partner: no\n"
        + "      lines: [{text: Taart, account: <account>, price: <price>, vat: <vat>}]\n",
    )

    assert [one.title for one in told] == [
        "A story (price 82.64, vat 21)",
        "A story (price 10.00, vat 6)",
    ]
    steps = [one.steps[0].step for one in told]
    assert [step.lines[0].price for step in steps if isinstance(step, Invoice)] == [
        Decimal("82.64"),
        Decimal("10.00"),
    ]


def test_a_story_goes_before_what_it_includes(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(
        "given:\n"
        "  eboekhouden:\n"
        "    administration: {company: Shared BV, next mutation: 7}\n"
        "  bizzcloud:\n"
        "    partners: [{ref: K1, name: One}]\n"
    )
    told = story(
        tmp_path,
        HEAD
        + "include: [shop.yaml]\n"
        + "given:\n"
        + "  eboekhouden:\n"
        + "    administration: {company: Mine BV}\n"
        + "  bizzcloud:\n"
        + "    partners: [{ref: K2, name: Two}]\n"
        + "steps:\n  - sync\n",
    )

    administration = told.head.given.eboekhouden.administration
    assert (administration.company, administration.next_mutation) == ("Mine BV", 7)
    assert [partner.ref for partner in told.head.given.bizzcloud.partners] == ["K2", "K1"]


def test_a_fault_in_an_included_file_is_told_with_that_file(tmp_path: Path) -> None:
    shared = tmp_path / "shop.yaml"
    shared.write_text("given:\n  bizzcloud:\n    partners: [{ref: K1, nam: One}]\n")

    with pytest.raises(StoryError) as caught:
        story(tmp_path, HEAD + "include: [shop.yaml]\nsteps:\n  - sync\n")

    assert str(caught.value).startswith(f"{shared}:3:26: unknown key 'nam'")


def test_every_story_of_the_library_can_be_read() -> None:
    told = read_all([LIBRARY])

    assert len({one.title for one in told}) == len(told)


def test_every_step_has_a_sentence_about_it() -> None:
    assert [word for word, step in STEPS.items() if not (step.__doc__ or "").endswith(".")] == []


def test_a_story_may_use_every_fault_that_a_stand_in_knows() -> None:
    assert {*get_args(Happens)} == {*Kind, *KILLING}


@pytest.mark.parametrize(
    "advance", ["{to: 2017-10-20, sync every: 1 hour}", "{by: 1 day, sync every: 0 minutes}"]
)
def test_looks_meanwhile_need_a_duration(tmp_path: Path, advance: str) -> None:
    with pytest.raises(StoryError, match="`sync every` goes with `by`"):
        story(tmp_path, HEAD + f"steps:\n  - advance: {advance}\n")


def test_all_operations_of_the_books_are_known() -> None:
    assert set(OPERATIONS) == {operation.name for operation in service.OPERATIONS}
