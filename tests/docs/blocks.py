"""The blocks of the documentation's pages, and what it means that each of them works.

A page is followed from top to bottom in a folder of its own, as a reader would:

- a block with a file's name as its title is that file;
- each command of a `console` block is run; what is shown under it must be what it prints, where a
  line of `…` stands for any lines, and times and free ports are as they come;
- `koppeling serve` goes on until the page ends, and the addresses that the page has for it mean
  those that it printed;
- Python is run, after what stands above it, or by pytest where it has tests; a story is played;
  TOML, JSON and YAML are read.

A title may say besides: `exit code 1`, or `not run: ` and why. Of what is not run, each command
and option must be one that there is.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from ruamel.yaml import YAML

from scenarios.cli import COMMANDS, koppeling

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([^"]*)"')
NOT_RUN = "not run: "
PATIENCE = 120.0
INSTALLS = ("python3 -m venv ", ". .venv/bin/activate", "pip install koppeling")
"""What installs koppeling is there already; `make test-wheel` does what they say."""
STAYS = ("koppeling serve", "koppeling replay-server")
"""What goes on until it is ended."""
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
SERVED = {"Bizzcloud": 8069, "e-Boekhouden": 8070, "The timeline of all calls": 8071}
"""The ports that pages have for `koppeling serve`, by the heading that it prints."""


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, its title, and its text; `line` is where it begins."""

    line: int
    language: str
    title: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, None when it is none."""
        return self.title if re.fullmatch(r"[\w./-]+\.\w+", self.title) else None


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in order."""
    text = page.read_text("utf-8")
    found = []
    for block in FENCE.finditer(text):
        language, _, _ = block["info"].strip().partition(" ")
        title = TITLE.search(block["info"])
        line = text.count("\n", 0, block.start()) + 1
        found.append(Block(line, language, title[1] if title else "", block["text"]))
    return found


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with what is shown under it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", "").partition("\n")
        yield command, shown.rstrip("\n")


def same(shown: str, printed: str) -> bool:
    """Return whether what a page shows is what was printed."""
    pattern = "\n".join(
        r"(?:.*\n)*?.*" if line.strip() == "…" else re.escape(line).replace("…", ".*")
        for line in _settled(shown).splitlines()
    )
    return re.fullmatch(pattern, _settled(printed)) is not None


def _settled(text: str) -> str:
    text = ADDRESS.sub("http://127.0.0.1:0", re.sub(r"\b\d+\.\d+ ?s\b", "0.0 s", text))
    lines = (re.sub(r" {3,}(?=\[ *\d+%\])", "  ", line).rstrip() for line in text.splitlines())
    return "\n".join(lines).strip("\n")


class Reader:
    """Follows one page in a folder, with the programs of `programs` first on the path."""

    def __init__(
        self, page: Path, folder: Path, programs: Path = Path(sys.executable).parent
    ) -> None:
        self.page = page
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []
        self._ports: dict[int, str] = {}
        self._script = ""
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "COLUMNS": "100"}
        for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
            self.environment.pop(name, None)

    def follow(self) -> None:
        """Do what each block says; raises AssertionError where one does not work."""
        try:
            for block in blocks(self.page):
                self._do(block)
        finally:
            for process in self._started:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()

    def _do(self, block: Block) -> None:
        where = f"{self.page.relative_to(ROOT)}:{block.line}"
        text = self._placed(block.text)
        if block.file is not None:
            place = self.folder / block.file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        if block.title.startswith(NOT_RUN):
            assert len(block.title) > len(NOT_RUN) + 10, f"{where}: say why it is not run"
            for command, _ in commands(block.text):
                check_words(command, where)
            return
        match block.language:
            case "console":
                code = int(found[1]) if (found := re.search(r"exit code (\d+)", block.title)) else 0
                for command, shown in commands(text):
                    self.run(command, shown, code, where=where)
            case "python":
                self._python(block.file, text, where)
            case "yaml":
                assert YAML(typ="safe").load(text), where
                if text.startswith("title:") and block.file is None:
                    (self.folder / "block.story.yaml").write_text(text, "utf-8")
                    self.run("koppeling run block.story.yaml", "", 0, where=where)
            case "toml":
                assert tomllib.loads(text), where
            case "json":
                json.loads(text)
            case "text":
                assert "$ " not in text, f"{where}: a command stands in a block of plain text"
            case other:
                raise AssertionError(f"{where}: nobody knows how a block of {other!r} is run")

    def _placed(self, text: str) -> str:
        """Return a text with the addresses at which things are really served."""
        for port, real in self._ports.items():
            text = text.replace(f"http://127.0.0.1:{port}", real)
        return text

    def _python(self, file: str | None, text: str, where: str) -> None:
        tests = re.search(r"^\s*(?:async )?def test_", text, re.MULTILINE) is not None
        if not tests:
            # What a block makes is there for the next one.
            self._script += text
            text = self._script
        name = file or ("test_block.py" if tests else "block.py")
        (self.folder / name).write_text(text, "utf-8")
        if file is None:
            self.run(f"pytest -q {name}" if tests else f"python {name}", "", 0, where=where)

    def run(self, command: str, shown: str = "", code: int = 0, *, where: str) -> None:
        """Run a command; what is shown must be what it prints, and the code its exit code."""
        if command.startswith(INSTALLS):
            return
        if command.startswith(STAYS):
            self._stay(command, shown, where)
            return
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        told = f"{where}: {command}\n{done.stdout}{done.stderr}"
        assert done.returncode == code, told
        if shown:
            assert same(shown, done.stdout + done.stderr), f"{told}\nthe page shows:\n{shown}"

    def _stay(self, command: str, shown: str, where: str) -> None:
        """Start a command that goes on, and read what it says when it is ready."""
        serves = command.startswith("koppeling serve")
        ports = " --bizzcloud-port 0 --eboekhouden-port 0 --timeline-port 0" if serves else ""
        process = subprocess.Popen(
            shlex.split(command + ports),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            executable=shutil.which("koppeling", path=self.environment["PATH"]),
        )
        self._started.append(process)
        assert process.stdout is not None
        printed, heading = "", ""
        for line in process.stdout:
            printed += line
            heading = heading if line.startswith(" ") else line.strip()
            found = ADDRESS.search(line)
            if serves and found and heading in SERVED:
                self._ports[SERVED[heading]] = found[0]
            if "Ctrl-C ends it" in line or (found and not serves):
                break
        assert same(shown, printed), f"{where}: {command}\n{printed}\nthe page shows:\n{shown}"


def check_words(command: str, where: str) -> None:
    """Check that a command of ours which is not run is there, and that it has these options."""
    words = shlex.split(command, comments=True)
    if not words or not words[0].endswith("koppeling"):
        return
    assert words[1] in {name for group in COMMANDS.values() for name in group}, (
        f"{where}: {command}"
    )
    with click.Context(koppeling) as context:
        found = koppeling.get_command(context, words[1])
    for word in words[2:]:
        if isinstance(found, click.Group) and word in found.commands:
            found = found.commands[word]
        elif word == "--":
            break
        elif word.startswith("--"):
            assert found is not None
            options = {name for one in found.params for name in (*one.opts, *one.secondary_opts)}
            assert word in options | {"--help"}, f"{where}: {command}: there is no {word}"
