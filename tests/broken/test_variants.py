"""Each faulty coupling is caught, by what the table says; the right one is not."""

from collections.abc import Callable

import pytest

from scenarios.language.reading import LIBRARY, read
from scenarios.playing.runner import run
from tests.broken.variant import Variant
from tests.broken.variants import VARIANTS

ENOUGH = 25

MISTAKES = ("TypeError", "AttributeError", "NameError", "ImportError")
"""How a patch fails that no longer fits what it patches, which proves nothing."""


def catches(by: str | Callable[[], None]) -> str:
    """Return what is wrong with the coupling as it is now, "" when all is as it should be."""
    if callable(by):
        try:
            by()
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 # however it fails, it is caught
            return f"{type(error).__name__}: {error}"
        return ""
    for story in read(LIBRARY / f"{by}.story.yaml"):
        try:
            result = run(story)
        except Exception as error:  # noqa: BLE001 # however it fails, it is caught
            return f"{type(error).__name__}: {error}"
        if not result.passed:
            return result.trouble or (result.failure.sentence if result.failure else "")
    return ""


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_faulty_coupling_is_caught(
    variant: Variant, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, str], None]
) -> None:
    by = variant.caught_by
    assert catches(by) == "", "the coupling itself is not as it should be"
    variant.patch(monkeypatch)
    what = catches(by)
    record_property("caught by", by if isinstance(by, str) else by.__name__)
    assert what, f"a coupling that {variant.name} is not noticed"
    assert not what.startswith(MISTAKES), f"the patch itself does not work: {what}"


def test_there_are_enough_of_them() -> None:
    assert len(VARIANTS) >= ENOUGH
