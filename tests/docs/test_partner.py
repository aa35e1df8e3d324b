"""The partner's how-to, followed word for word, with a served fake as the sandbox."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from ruamel.yaml import YAML

from fakes.clock import SettableClock
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.serve import serve

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "partner.md").read_text(encoding="utf-8")
KOPPELING = [sys.executable, "-c", "from scenarios.cli import main; main()"]
ZEROS = "00000000-0000-0000-0000-000000000000"


def commands() -> list[tuple[str, str]]:
    """Return each command of the guide with the text that it says will be printed."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.strip()))
    return found


def test_the_guide_followed_word_for_word_works(tmp_path: Path) -> None:
    fake = EboekhoudenFake(clock=SettableClock(datetime(2026, 6, 15, 9, tzinfo=UTC)))
    opened = fake.open_administration("Proef BV")
    for code in ("1001", "1002"):
        opened.administration.add_account(code, f"Rekening {code}", Category.CASH_AND_BANK)
    codes = opened.credentials
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EBOEKHOUDEN_USERNAME": codes.username,
        "EBOEKHOUDEN_CODE_1": codes.security_code_1,
        "EBOEKHOUDEN_CODE_2": codes.security_code_2,
    }
    library = ROOT / "scenarios" / "library"
    for name in ("credit_note.story.yaml", "shop.given.yaml"):
        shutil.copy(library / name, tmp_path)
    (config,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    place = tmp_path / "sandbox.toml"
    with serve(fake.wsgi) as served:
        text = config.replace("https://soap.e-boekhouden.nl", served.url)
        place.write_text(text, encoding="utf-8")
        for command, promised in commands():
            if "--write" in command and command.startswith("koppeling replay"):
                text = text.replace("[eboekhouden]\n", "[eboekhouden]\nforeign_mutations = true\n")
                place.write_text(text, encoding="utf-8")
            done = subprocess.run(
                [*KOPPELING, *command.split()[1:]],
                cwd=tmp_path,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            told = done.stdout + done.stderr
            assert promised in told, f"{command}\n{told}"
            guid = opened.administration.guid
            if guid in told and ZEROS in text:
                text = text.replace(ZEROS, guid)
                place.write_text(text, encoding="utf-8")
    assert (tmp_path / "contract.html").is_file()


def test_the_workflows_run_commands_that_there_are() -> None:
    from scenarios.cli import koppeling

    for name in ("github.yml", "gitlab.yml"):
        text = (ROOT / "docs" / "ci" / name).read_text(encoding="utf-8")
        assert YAML(typ="safe").load(text)
        called = set(re.findall(r"koppeling ([a-z-]+) ", text))
        assert {"contract", "record", "drift"} <= called
        assert called <= set(koppeling.list_commands(click.Context(koppeling)))
