"""The reference of the language is what the models say."""

from scenarios.language.reference import reference
from scenarios.language.steps import STEPS
from tests.docs.blocks import DOCS


def test_the_reference_is_what_the_models_say() -> None:
    written = (DOCS / "story-language.md").read_text("utf-8")

    assert written == reference(), "write it anew: koppeling schema --reference"
    assert [word for word in STEPS if f"### {word}\n" not in written] == []


def test_the_reference_tells_columns_and_amounts_by_name() -> None:
    written = reference()

    assert "| `vat return` | table of Rubriek, Omzet, Btw |" in written
    assert "| `balances` | amount by account code |" in written
    assert "| `close` | list of date |" in written
