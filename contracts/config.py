"""The config of a target that is not the fake: where it is, what opens it, what may be written.

A TOML file. A value that begins with "env:" is taken from that environment variable, so that the
file itself need hold no secret:

    name = "sandbox"

    [eboekhouden]
    soap = "https://soap.e-boekhouden.nl/soap.asmx"
    username = "env:EBOEKHOUDEN_USERNAME"
    security_code_1 = "env:EBOEKHOUDEN_CODE_1"
    security_code_2 = "env:EBOEKHOUDEN_CODE_2"
    day = 2026-01-15            # a day in an open year, on which bookings may be dated
    pause = 0.5                 # seconds between two calls

    [[eboekhouden.sandboxes]]   # the only administrations in which anything is ever written
    name = "Proefadministratie"
    guid = "0F8B6A54-..."

    [bizzcloud]                 # only where Bizzcloud is not the stand-in
    url = "https://proef.bizzcloud.nl"
    database = "proef"
    login = "env:BIZZCLOUD_LOGIN"
    password = "env:BIZZCLOUD_PASSWORD"

    [[bizzcloud.sandboxes]]     # the only databases in which anything is ever written
    database = "proef"
    company = "Proef BV"
    uuid = "6b3f2c1e-..."
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError


class ConfigError(Exception):
    """A config cannot be used; the text says which value and what to do."""


def _from_environment(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    if name not in os.environ:
        raise ValueError(f"the environment variable {name} is not set")
    return os.environ[name]


Secret = Annotated[str, BeforeValidator(_from_environment), Field(repr=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Sandbox(_Part):
    """An administration that may be written to: its name, and its GUID or else a user name."""

    name: str
    guid: str | None = None
    username: str | None = None


class Eboekhouden(_Part):
    """Where e-Boekhouden is and what opens it.

    `administration` is a GUID, for a login that holds several. `day` is a day in an open year.
    `writes` is the greatest number of writes in one run; `monthly_calls` how often GetMutaties may
    be asked in a month, of the 5,000 that the service allows. `settle` is for how many seconds a
    write that got no answer may still come to the books; until then a replay does not repeat it.
    """

    soap: str
    username: Secret
    security_code_1: Secret
    security_code_2: Secret
    administration: str | None = None
    day: date = Field(default_factory=lambda: datetime.now(UTC).date())
    pause: float = 0.0
    settle: float = 300.0
    writes: int = 200
    monthly_calls: int = 4000
    foreign_mutations: bool = False
    sandboxes: tuple[Sandbox, ...] = ()


class ShopSandbox(_Part):
    """A database that may be written to: its name, its company's, and its uuid or VAT number.

    The uuid is the system parameter database.uuid, which a copy of a database gets anew.
    """

    database: str
    company: str
    uuid: str | None = None
    vat_number: str | None = None


class Bizzcloud(_Part):
    """Where Bizzcloud is and what opens it; `sandboxes` are the databases to be written to.

    One that is named by its name alone may be written to by the contract suite, but no story is
    replayed in it. `writes` is the greatest number of writes in one run, `pause` the seconds
    between two calls.
    """

    url: str
    database: str
    login: Secret
    password: Secret
    pause: float = 0.0
    writes: int = 200
    foreign_documents: bool = False
    sandboxes: tuple[str | ShopSandbox, ...] = ()

    @property
    def sandbox_databases(self) -> frozenset[str]:
        """The names of the databases that may be written to."""
        return frozenset(
            each if isinstance(each, str) else each.database for each in self.sandboxes
        )


class Config(_Part):
    """One target: either service or both; the one that is left out is the fake's part."""

    name: str
    eboekhouden: Eboekhouden | None = None
    bizzcloud: Bizzcloud | None = None
    _place: Path | None = PrivateAttr(default=None)

    @property
    def calls_file(self) -> Path | None:
        """Where the month's calls are counted: beside the config's file."""
        return None if self._place is None else self._place.with_suffix(".calls.json")


def read_config(path: Path) -> Config:
    """Read a config; raises ConfigError, which names the value and shows none of the secrets."""
    try:
        raw: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        config = Config.model_validate(raw)
        config._place = path
        return config
    except OSError as wrong:
        raise ConfigError(f"{path} cannot be read: {wrong.strerror}") from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ConfigError(f"{path} is no TOML: {wrong}") from wrong
    except ValidationError as wrong:
        told = "; ".join(
            f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}"
            for error in wrong.errors()
        )
        raise ConfigError(f"{path}: {told}") from wrong
