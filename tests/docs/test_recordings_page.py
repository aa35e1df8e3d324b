"""The page recordings.md, followed with two stand-ins of which one has another error code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fakes.eboekhouden.errors import CODES, Error
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.settings import Settings
from fakes.serve import serve
from tests.docs.blocks import DOCS, Reader

CLIENT = """\
import os
import zeep

service = zeep.Client(os.environ["KOPPELING_EBOEKHOUDEN_URL"] + "?wsdl").service
user, one, two = os.environ["BOOKS"].split()
session = service.OpenSession(user, one, two, "mine").SessionID
relation = {"ID": 0, "AddDatum": "2026-03-01T00:00:00", "Code": "K0001", "BP": "B", "Gb_ID": 0}
relation |= {"GeenEmail": 0, "NieuwsbriefgroepenCount": 0, "Bedrijf": "Bakkerij de Groot"}
for _ in range(2):
    service.AddRelatie(session, two, relation)
service.CloseSession(session)
"""


@contextmanager
def books(settings: Settings) -> Iterator[tuple[str, str]]:
    """Serve books; yield their address, and what opens them as the client wants it."""
    fake = EboekhoudenFake(settings=settings)
    codes = fake.open_administration("Demo BV").credentials
    with serve(fake.wsgi) as served:
        yield (
            f"{served.url}/soap.asmx",
            f"{codes.username} {codes.security_code_1} {codes.security_code_2}",
        )


def config(address: str, opened: str) -> str:
    user, one, two = opened.split()
    return (
        f'name = "sandbox"\n[eboekhouden]\nsoap = "{address}"\nusername = "{user}"\n'
        f'security_code_1 = "{one}"\nsecurity_code_2 = "{two}"\n'
    )


def test_the_page_followed_word_for_word_works(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT, "utf-8")
    reader = Reader(DOCS / "recordings.md", tmp_path)
    changed = {**CODES, Error.RELATION_EXISTS: "CREL010"}
    # The recordings that the page presumes, made as it says.
    for name, settings in (
        ("run", Settings()),
        ("fake", Settings()),
        ("sandbox", Settings(codes=changed)),
    ):
        with books(settings) as (address, opened):
            (tmp_path / "sandbox.toml").write_text(config(address, opened), "utf-8")
            reader.environment["BOOKS"] = opened
            reader.run(
                f"koppeling record sandbox.toml --out {name}.jsonl -- python client.py",
                where="before the page",
            )
    with books(Settings()) as (address, opened):
        (tmp_path / "sandbox.toml").write_text(config(address, opened), "utf-8")
        reader.environment["BOOKS"] = opened
        reader.follow()

    assert (tmp_path / "run.har").is_file()
    assert "Bakkerij de Groot" not in (tmp_path / "other.jsonl").read_text("utf-8")
