"""Runs third-party clients as they are, each in its own folder with its own pins.

A client is a script that reads its target as JSON from the environment variable TARGET and prints
what it saw as one JSON object. `make test-clients` installs what the scripts need.
"""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
RUNTIMES = {".php": "php", ".js": "node", ".pl": "perl", ".sh": "sh"}

RunClient = Callable[[str, dict[str, Any]], dict[str, Any]]


@pytest.fixture
def run_client() -> RunClient:
    """Return a function that runs the client of a folder against a target."""

    def run(name: str, target: dict[str, Any]) -> dict[str, Any]:
        folder = HERE / name
        (script,) = folder.glob("client.*")
        runtime = RUNTIMES.get(script.suffix, str(folder / ".venv" / "bin" / "python"))
        done = subprocess.run(
            [runtime, script.name],
            cwd=folder,
            env={**os.environ, "TARGET": json.dumps(target)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{name} failed:\n{done.stdout}\n{done.stderr}")
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    return run
