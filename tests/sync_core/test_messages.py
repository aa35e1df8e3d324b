"""Every reason to wait has its sentences, in both languages, with all that they name."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import sync_core
from sync_core.journal import Reason
from sync_core.messages import CATALOGUE, sentences

SOURCES = Path(sync_core.__file__).parent.rglob("*.py")


def reasons_given() -> dict[str, set[str] | None]:
    """Find each Reason that the code gives: its code, and the details that are written out."""
    found: dict[str, set[str] | None] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason"):
                continue
            if not (node.args and isinstance(node.args[0], ast.Constant)):
                continue
            details = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
            names = None
            if isinstance(details, ast.Dict):
                names = {str(k.value) for k in details.keys if isinstance(k, ast.Constant)}
            found[str(node.args[0].value)] = names
    return found


GIVEN = reasons_given()


def test_the_catalogue_has_each_reason_and_no_other() -> None:
    passed_along = {"account-refused", "relation-refused"}
    assert set(GIVEN) | passed_along == set(CATALOGUE)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sentences_name_only_what_the_reason_gives(code: str, language: str) -> None:
    found = CATALOGUE[code][language]  # type: ignore[index]
    texts = (found.why, found.remedy, found.then)
    named = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    given = GIVEN.get(code)
    if given is not None:
        assert named <= given
    filled = sentences(Reason(code, dict.fromkeys(named, "12.50")), language)  # type: ignore[arg-type]
    assert "{" not in filled.why + filled.remedy + filled.then


def test_euros_and_fields_are_in_the_words_of_the_reader() -> None:
    paid = Reason("payments-differ", {"paid": "1216.95", "document": "0.50"})
    assert sentences(paid).why == "er is € 1.216,95 betaald op een bon van € 0,50"
    long = Reason("text-too-long", {"field": "street", "length": "160", "limit": "150"})
    assert sentences(long).why.startswith("het adres is 160 tekens lang")
