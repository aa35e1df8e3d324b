"""What a promise says when it is broken: what was looked at, what was promised, what was found."""

from typing import Any, NoReturn

import pytest


def same(found: Any, promised: Any, what: str) -> None:
    """Break the promise unless what was found is what was promised."""
    if found != promised:
        broken(f"{what}: promised {promised!r}, found {found!r}")


def true(found: bool, sentence: str) -> None:
    """Break the promise with a sentence unless it holds."""
    if not found:
        broken(sentence)


def broken(sentence: str) -> NoReturn:
    """Break the promise."""
    pytest.fail(sentence, pytrace=False)


def not_tried(why: str) -> NoReturn:
    """Leave a promise untried."""
    pytest.skip(why)
