"""Starts the small e-Boekhouden in Node: a target that shares nothing with the fake."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.eboekhouden import wsdl

HERE = Path(__file__).parent / "node_server"
COMPANY = "Proef BV"
USERNAME = "node"
CODE_1 = "0123456789abcdef0123456789abcdef"
CODE_2 = "6F9619FF-8B86-D011-B42D-00C04FC964FF"


@dataclass(frozen=True)
class NodeServer:
    """A server that is answering: its address, and the GUID of its one administration."""

    url: str
    guid: str

    def config(self, folder: Path, **more: str) -> Path:
        """Write a config that names this server as a sandbox."""
        lines = "".join(f"{key} = {value}\n" for key, value in more.items())
        place = folder / "node.toml"
        place.write_text(
            f'name = "node"\n[eboekhouden]\nsoap = "{self.url}/soap.asmx"\n'
            f'username = "{USERNAME}"\nsecurity_code_1 = "{CODE_1}"\n'
            f'security_code_2 = "{CODE_2}"\nday = 2026-06-15\n{lines}'
            f'[[eboekhouden.sandboxes]]\nname = "{COMPANY}"\nguid = "{self.guid}"\n',
            encoding="utf-8",
        )
        return place


@contextmanager
def node_server(folder: Path) -> Iterator[NodeServer]:
    """Serve from the WSDL in KOPPELING_WSDL where that is set, else from the fake's own."""
    named = os.environ.get("KOPPELING_WSDL")
    place = Path(named) if named else folder / "soap.wsdl"
    if not named:
        place.write_bytes(wsdl.document("http://soap.example/soap.asmx"))
    login = {"company": COMPANY, "username": USERNAME, "code1": CODE_1, "code2": CODE_2}
    with subprocess.Popen(
        ["node", "server.js", str(place.absolute())],
        cwd=HERE,
        env={**os.environ, "LOGIN": json.dumps(login)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield NodeServer(told["url"], told["guid"])
        finally:
            process.stdin.close()
            process.wait(timeout=10)
