"""Every story of the library passes, in process and over sockets."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from scenarios.language.reading import LIBRARY, read_all
from scenarios.language.story import Story
from scenarios.playing.runner import run
from scenarios.reporting.text import story_lines

FIRST_SLICE = {"manual", "linking", "till", "relinking", "crash"}
"""Tags of the stories that are played over sockets here; `koppeling run --sockets` plays all."""


def each_story(tags: set[str] | None = None) -> list[ParameterSet]:
    return [
        pytest.param(story, id=f"{Path(story.file).name.partition('.')[0]}-{story.case or 'whole'}")
        for story in read_all([LIBRARY])
        if tags is None or tags & set(story.head.tags)
    ]


@pytest.mark.parametrize("story", each_story())
def test_a_library_story_passes(story: Story) -> None:
    result = run(story)

    assert result.passed, "\n".join(story_lines(result, debug=True))


@pytest.mark.parametrize("story", each_story(FIRST_SLICE))
def test_a_library_story_passes_over_sockets(story: Story) -> None:
    result = run(story, sockets=True)

    assert result.passed, "\n".join(story_lines(result, debug=True))


def test_there_are_fifty_stories_each_with_its_source() -> None:
    stories = read_all([LIBRARY])

    assert len({story.file for story in stories}) >= 50
    assert [story.file for story in stories if len(story.head.source) < 10] == []


def test_what_shops_do_to_their_books_is_told_by_twenty_stories() -> None:
    told = [story for story in read_all([LIBRARY]) if "shop practice" in story.head.tags]
    assert len(told) >= 20


def test_no_two_tags_are_one_in_another_spelling() -> None:
    """`--tag vat` would miss the stories of VAT without a word."""
    tags = {tag for story in read_all([LIBRARY]) for tag in story.head.tags}
    assert len({tag.casefold().removesuffix("s") for tag in tags}) == len(tags)
