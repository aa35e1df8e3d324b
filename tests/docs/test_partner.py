"""The partner's how-to, followed word for word in a new environment, served fakes as sandbox.

The package is built and installed there as a partner has it; what it depends on is this
environment's, since a test may not download. What the how-to tells a person to do is done here.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.seed import UUID_ROW
from fakes.clock import SettableClock
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.serve import serve

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "partner.md").read_text(encoding="utf-8")
ZEROS = "00000000-0000-0000-0000-000000000000"
INSTALLING = ("python3 -m venv", ". koppeling-env", "pip install")
MISSING = re.compile(r"account (?P<code>\d+) (?P<name>.*), category (?P<category>\w+)")


@dataclass(frozen=True)
class Block:
    """A block of the guide: a part of the config, or a command and what it says is printed."""

    config: str = ""
    command: str = ""
    promised: str = ""


def blocks() -> list[Block]:
    """Return what the guide has a partner write and run, in order."""
    found = []
    for kind, block in re.findall(r"```(toml|console)\n(.*?)```", GUIDE, re.DOTALL):
        if kind == "toml":
            found.append(Block(config=block))
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Block(command=command, promised=output.strip()))
    return found


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the programs of a new environment are, the built package installed in it."""
    folder = tmp_path_factory.mktemp("partner")
    place = folder / "koppeling-env"
    for command in (
        ["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        ["-m", "venv", "--without-pip", str(place)],
    ):
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    (packages,) = place.glob("lib/python*/site-packages")
    dependencies = sysconfig.get_paths()["purelib"]
    (packages / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install"]
    quietly = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, *quietly, str(wheel)], check=True, capture_output=True)
    return place / "bin"


@dataclass
class Sandbox:
    """Fakes that are served in the part of a partner's services, and the partner's folder."""

    url: str
    shop_url: str
    shop: BizzcloudFake
    opened: OpenedAdministration
    folder: Path
    programs: Path

    @property
    def config(self) -> str:
        """The config as the guide begins it, at this address."""
        return self.here(next(block.config for block in blocks() if block.config))

    def here(self, text: str) -> str:
        """Return a part of the config with the addresses of these services."""
        at_home = text.replace("https://soap.e-boekhouden.nl", self.url)
        return at_home.replace("https://proef.bizzcloud.nl", self.shop_url)

    @property
    def identities(self) -> tuple[str, str]:
        """What stands in the place of the zeros in the config: the books' GUID, the shop's uuid."""
        parameters = self.shop.databases[self.shop.database].tables["ir.config_parameter"]
        return self.opened.administration.guid, str(parameters.rows[UUID_ROW]["value"])

    @property
    def environment(self) -> Mapping[str, str]:
        """What the partner's shell has."""
        codes = self.opened.credentials
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return {
            **kept,
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "EBOEKHOUDEN_USERNAME": codes.username,
            "EBOEKHOUDEN_CODE_1": codes.security_code_1,
            "EBOEKHOUDEN_CODE_2": codes.security_code_2,
            "BIZZCLOUD_LOGIN": self.shop.login,
            "BIZZCLOUD_PASSWORD": self.shop.password,
        }

    def write(self, text: str) -> None:
        """Write the config."""
        (self.folder / "sandbox.toml").write_text(text, encoding="utf-8")

    def follow(self, command: str) -> tuple[int, str]:
        """Run a command in a shell, do what it asks a person, and return its code and words."""
        with subprocess.Popen(
            ["bash", "-e", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            told = ""
            for line in process.stdout:
                told += line
                if line.startswith("Press Enter"):
                    self._made_by_a_person(told.splitlines()[-2])
                    process.stdin.write("\n")
                    process.stdin.flush()
        return process.returncode, told

    def _made_by_a_person(self, asked: str) -> None:
        found = MISSING.search(asked)
        assert found is not None, asked
        category = Category(found["category"])
        self.opened.administration.add_account(found["code"], found["name"], category)


@pytest.fixture
def sandbox(tmp_path: Path, programs: Path) -> Iterator[Sandbox]:
    fake = EboekhoudenFake(clock=SettableClock(datetime(2026, 6, 15, 9, tzinfo=UTC)))
    opened = fake.open_administration("Proef BV")
    shop = BizzcloudFake()
    with shop.databases[shop.database].transaction() as env:
        env["res.partner"].write([1], {"name": "Proef BV"})
    with serve(fake.wsgi) as served, serve(shop.wsgi) as shop_served:
        yield Sandbox(served.url, shop_served.url, shop, opened, tmp_path, programs)


def test_the_guide_followed_word_for_word_works(sandbox: Sandbox) -> None:
    text = ""
    for block in blocks():
        if block.config:
            text += sandbox.here(block.config)
            sandbox.write(text)
        command = block.command
        if block.config or command.startswith(INSTALLING):
            continue
        if command.startswith("koppeling replay credit_note ") and "--write" in command:
            text = text.replace("[eboekhouden]\n", "[eboekhouden]\nforeign_mutations = true\n")
            sandbox.write(text)
        code, told = sandbox.follow(command)
        assert block.promised in told, f"{command}\n{told}"
        refused = [one for one in sandbox.identities if one in told and ZEROS in text]
        assert code == (2 if refused else 0), f"{command}\n{told}"
        for identity in refused:
            text = text.replace(ZEROS, identity)
            sandbox.write(text)
    invoices = sandbox.shop.databases[sandbox.shop.database].tables["account.invoice"].rows.values()
    assert [row["internal_number"][:2] for row in invoices] == ["KR"]
    assert (sandbox.folder / "contract.html").is_file()
    codes = sandbox.opened.credentials
    for kept in ("credit_note.run.jsonl", "till_day.run.jsonl", "monday.jsonl", "tuesday.jsonl"):
        said = (sandbox.folder / kept).read_text(encoding="utf-8")
        assert codes.security_code_1 not in said
        assert codes.security_code_2 not in said
        assert sandbox.identities[1] not in said


def scripts(name: str) -> list[list[str]]:
    """Return the commands of each job of a workflow, in order."""
    told: dict[str, Any] = YAML(typ="safe").load(
        (ROOT / "docs" / "ci" / name).read_text(encoding="utf-8")
    )
    if name == "github.yml":
        jobs = told["jobs"].values()
        return [[step["run"] for step in job["steps"] if "run" in step] for job in jobs]
    jobs = [job for job in told.values() if isinstance(job, dict)]
    return [["\n".join(job["script"]), *job.get("after_script", ())] for job in jobs]


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_the_workflows_run_night_after_night(name: str, sandbox: Sandbox) -> None:
    sandbox.write(sandbox.config.replace(ZEROS, sandbox.opened.administration.guid))
    on_push, at_night = scripts(name)
    told = ""
    for command in [*on_push, *at_night, *at_night]:
        code, said = sandbox.follow(re.sub(r"pip install \S+", "true", command))
        assert code == 0, f"{command}\n{said}"
        told += said
    assert "No difference." in told, "the second night is held against the first"
    for made in ("eboekhouden.xml", "bizzcloud.xml", "sandbox.html", "last.jsonl"):
        assert (sandbox.folder / made).is_file()
