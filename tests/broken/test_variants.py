"""Each coupling that is broken on purpose is caught by a story of the library."""

import pytest

from scenarios.language.reading import LIBRARY, read
from scenarios.runner import run
from tests.broken.variants import VARIANTS


def test_there_are_twenty_five_of_them() -> None:
    assert len(VARIANTS) >= 25


@pytest.mark.parametrize("name", VARIANTS)
def test_a_broken_coupling_fails_its_story(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variant = VARIANTS[name]
    variant.break_(monkeypatch.setattr)

    results = [run(story) for story in read(LIBRARY / f"{variant.story}.story.yaml")]

    assert [one.story.title for one in results if not one.passed], f"nobody saw: {variant.does}"
