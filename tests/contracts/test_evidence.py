"""No rule without an entry, no entry without a test, no reference to evidence that is not there."""

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.cli import evidence
from contracts.evidence.catalogue import SERVICES, Entry, Grade, by_grade, entries
from fakes.eboekhouden.rules import ACCOUNT_RULES, MUTATION_RULES, RELATION_RULES

ROOT = Path(__file__).parents[2]
ALL = [entry for service in SERVICES for entry in entries(service)]


def named_tests(path: Path) -> set[str]:
    """Return the names of the test functions and classes of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    } | {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.id)
def test_the_test_that_an_entry_names_exists(entry: Entry) -> None:
    file, _, name = entry.shown_by.partition("::")
    function, _, case = name.partition("[")
    path = ROOT / file
    assert path.is_file(), f"{entry.id} names {file}, which is not there"
    assert function in named_tests(path), f"{entry.id} names {function}, which is not in {file}"
    if case:
        assert f'"{case.rstrip("]")}"' in path.read_text(encoding="utf-8")


def test_every_rule_of_the_books_has_an_entry() -> None:
    known = {entry.id for entry in entries("eboekhouden")}
    rules = [rule for rules in (MUTATION_RULES, RELATION_RULES, ACCOUNT_RULES) for rule, _ in rules]
    assert [rule for rule in rules if rule not in known] == []
    assert len(rules) == len(set(rules))


def test_every_rule_that_is_written_stands_in_a_list() -> None:
    source = (ROOT / "fakes/eboekhouden/rules.py").read_text(encoding="utf-8")
    written = re.findall(r"^def (\w+)\(books: Books", source, re.MULTILINE)
    listed = [
        rule.__name__
        for rules in (MUTATION_RULES, RELATION_RULES, ACCOUNT_RULES)
        for _, rule in rules
    ]
    assert sorted(written) == sorted(listed)


def test_what_the_fakes_say_of_their_evidence_is_there() -> None:
    known = {entry.id for entry in ALL}
    named = {
        reference
        for path in (ROOT / "fakes").rglob("*.py")
        for reference in re.findall(r"\b(?:eb|bz)-[a-z]+(?:-[a-z]+)+\b", path.read_text("utf-8"))
    }
    assert sorted(named - known) == []


def test_the_command_counts_by_grade_and_prints_what_is_assumed_in_full() -> None:
    output = CliRunner().invoke(evidence).output
    found = entries("eboekhouden")
    counts = by_grade(found)
    assert f"eboekhouden: {len(found)} behaviours: " in output
    assert f"{counts[Grade.ASSUMED]} assumed" in output
    for entry in found:
        assert (entry.says in output) == (entry.grade is Grade.ASSUMED), entry.id
