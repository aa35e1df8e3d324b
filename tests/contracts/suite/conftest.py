"""A served fake e-Boekhouden in the part of a real one, and configs that name it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.clock import SettableClock
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.serve import serve


@dataclass(frozen=True)
class Served:
    """A fake that is served, its administration, and where configs of it are written."""

    url: str
    fake: EboekhoudenFake
    opened: OpenedAdministration
    folder: Path

    def config(self, *, name: str = "Proef BV", guid: str | None = None, **other: str) -> Path:
        """Write a config with one sandbox, right unless something else is given."""
        codes = self.opened.credentials
        values = {
            "soap": f'"{self.url}/soap.asmx"',
            "username": f'"{codes.username}"',
            "security_code_1": f'"{codes.security_code_1}"',
            "security_code_2": f'"{codes.security_code_2}"',
            "day": "2026-06-15",
            **other,
        }
        lines = [f"{key} = {value}" for key, value in values.items()]
        guid = guid or self.opened.administration.guid
        place = self.folder / "sandbox.toml"
        place.write_text(
            'name = "sandbox"\n[eboekhouden]\n'
            + "\n".join(lines)
            + f'\n[[eboekhouden.sandboxes]]\nname = "{name}"\nguid = "{guid}"\n',
            encoding="utf-8",
        )
        return place


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    fake = EboekhoudenFake(clock=SettableClock(datetime(2026, 6, 15, 9, tzinfo=UTC)))
    opened = fake.open_administration("Proef BV")
    with serve(fake.wsgi) as server:
        yield Served(server.url, fake, opened, tmp_path)
