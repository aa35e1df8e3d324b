"""Writes a failing case of a sweep as a story with its fault as a step."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from scenarios.language.steps import Fault
from scenarios.language.story import Story
from scenarios.playing.runner import run
from scenarios.sweeping.cases import FAULTS
from scenarios.sweeping.play import LATE, ROUND
from scenarios.sweeping.sweep import CaseResult, StorySweep

ROUNDS = 4
"""How often the written story lets the coupling look again after its fault."""

AGAIN = {"link", "relink", "unlink", "sync", "push"}
"""Steps that are done once more when the fault was in them."""


def write_failing(swept: StorySweep, result: CaseResult, folder: Path) -> Path:
    """Write a failing case into a folder and return the file.

    The story is the swept one without faults of its own, with the case's fault before its first
    step, the rounds of a recovery after the step that was struck, and the undisturbed list of
    mutations at its end. A process that is killed within a step, and the second fault of a pair,
    have no step in a story: they are named at the top, and `koppeling sweep --case` runs them.
    """
    yaml = YAML()
    source = Path(swept.story.file)
    document = yaml.load(source.read_text())
    document["title"] = f"{swept.story.head.title}: {result.case.name}"
    if "include" in document:
        document["include"] = [
            str((source.parent / name).resolve()) for name in document["include"]
        ]
    document["steps"] = _steps(document["steps"], swept.story, result)
    document.yaml_set_start_comment(
        f"koppeling sweep --case {result.case.name}\n" + "\n".join(result.wrong[:3])
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.case.name.replace('/', '--')}.story.yaml"
    with path.open("w") as file:
        yaml.dump(document, file)
    return path


def _steps(steps: list[Any], story: Story, result: CaseResult) -> list[Any]:
    written = []
    operation, _, number = result.case.point.rpartition("-")
    if result.case.kind in FAULTS:
        kind = FAULTS[result.case.kind]
        fault = {
            "service": "bizzcloud" if "." in operation else "eboekhouden",
            "operation": operation,
            "call": int(number),
            "happens": kind.value,
        }
        if result.case.kind == "committed-late":
            fault["seconds"] = int(LATE)
        written.append({"fault": fault})
    for position, step in enumerate(steps, 1):
        word = step if isinstance(step, str) else next(iter(step))
        if word in (Fault.word, "expect"):
            continue
        written.append(step)
        if position == result.at_step and word in AGAIN:
            for _ in range(ROUNDS):
                minutes = int(ROUND.total_seconds() // 60)
                # A copy: of the same mapping twice YAML would make an anchor and an alias.
                written += [{"advance": {"by": f"{minutes} minutes"}}, deepcopy(step)]
    without = tuple(each for each in story.steps if not isinstance(each.step, Fault))
    for company, table in run(replace(story, steps=without)).mutations:
        rows = LiteralScalarString("\n".join(table.lines()) + "\n")
        written.append({"expect": {"administration": company, "mutations": rows}})
    return written
