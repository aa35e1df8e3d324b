"""Reads what an operator configured: a TOML file, and credentials from where they are safe.

A credential comes from the environment, else from the file (which only its owner may read then),
else from the system's keyring. None of them is ever printed.
"""

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.failures import NeedsPerson
from sync_core.link import CorrectionDate, Corrections, LedgerAccounts, LinkOptions
from sync_core.vat import VatMeaning, VatPeriod

SECRETS = {
    "password": "KOPPELING_BIZZCLOUD_PASSWORD",
    "username": "KOPPELING_EBOEKHOUDEN_USERNAME",
    "security_code_1": "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_1",
    "security_code_2": "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_2",
}
"""Each credential's name in the file and the keyring, and in the environment."""

KEYRING_SERVICE = "koppeling"

SHORTEST_SECRET = 16

PUSH_SECRET = "KOPPELING_PUSH_SECRET"  # noqa: S105 - the variable's name, not a secret
"""Where the secret shared with Bizzcloud comes from: the environment alone."""


class SettingsWrong(NeedsPerson):
    """The settings cannot be used; the text names the file, the place and the remedy."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Bizzcloud(_Strict):
    url: str
    database: str
    login: str
    password: str | None = None


class _Eboekhouden(_Strict):
    wsdl: str
    administration: str | None = None
    username: str | None = None
    security_code_1: str | None = None
    security_code_2: str | None = None


class _Link(_Strict):
    book_from: date | None = None
    filed_until: date | None = None
    vat_period: VatPeriod = "quarter"
    adopt: bool = True
    corrections: Corrections = "book"
    correction_date: CorrectionDate = "today"
    debtors_account: str = "1300"
    cash_account: str = "1000"
    card_account: str = "1050"
    clearing_account: str = "2000"
    difference_account: str = "4800"
    accounts: dict[str, str] = {}
    payment_accounts: dict[str, str] = {}
    taxes: dict[str, VatMeaning] = {}
    exempt_accounts: tuple[str, ...] = ()
    number_prefix: str = ""
    ledger_accounts: LedgerAccounts = "to the books"


class _File(_Strict):
    store: str = "sqlite:///koppeling.sqlite"
    bizzcloud: _Bizzcloud
    eboekhouden: _Eboekhouden
    link: _Link = _Link()


@dataclass(frozen=True)
class Settings:
    """Both sides, the link's options, and where the store is (an SQLAlchemy address)."""

    store: str
    bizzcloud: BizzcloudAccess
    eboekhouden: EboekhoudenAccess
    options: LinkOptions


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises SettingsWrong for a file or a credential that is not usable."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        file = _File.model_validate(tomllib.loads(text))
    except FileNotFoundError as error:
        raise SettingsWrong(
            f"{path} is not there; name another with --config, or make it: [bizzcloud] with url, "
            "database and login, [eboekhouden] with wsdl; `docs/operating.md` has the rest"
        ) from error
    except OSError as error:
        raise SettingsWrong(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{path} is no TOML: {error}") from error
    except ValidationError as error:
        raise SettingsWrong(_first_problem(error, path, text)) from None
    secret = _Secrets(path, file, environment)
    return Settings(
        store=_beside(path, file.store),
        bizzcloud=BizzcloudAccess(
            url=file.bizzcloud.url,
            database=file.bizzcloud.database,
            login=file.bizzcloud.login,
            password=secret.get("password", file.bizzcloud.password),
        ),
        eboekhouden=EboekhoudenAccess(
            wsdl=file.eboekhouden.wsdl,
            username=secret.get("username", file.eboekhouden.username),
            security_code_1=secret.get("security_code_1", file.eboekhouden.security_code_1),
            security_code_2=secret.get("security_code_2", file.eboekhouden.security_code_2),
            administration=file.eboekhouden.administration,
        ),
        options=LinkOptions(**dict(file.link)),
    )


def _beside(path: Path, store: str) -> str:
    """Return a store's address; a file without a folder is beside the settings, wherever one works.

    Else the same settings in another folder would begin with an empty store.
    """
    scheme, separator, file = store.partition(":///")
    if not scheme.startswith("sqlite") or not file or file.startswith((":", "/", "file:")):
        return store
    return f"{scheme}{separator}{path.parent / file}"


def read_push_secret(environment: Mapping[str, str] = os.environ) -> bytes:
    """Return the secret that signs what Bizzcloud sends; raises SettingsWrong without one."""
    secret = environment.get(PUSH_SECRET, "")
    if len(secret) < SHORTEST_SECRET:
        raise SettingsWrong(
            f"to listen, set {PUSH_SECRET} to the secret that Bizzcloud signs with, at least "
            f"{SHORTEST_SECRET} characters long"
        )
    return secret.encode()


class _Secrets:
    def __init__(self, path: Path, file: _File, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment
        written = (
            file.bizzcloud.password,
            file.eboekhouden.username,
            file.eboekhouden.security_code_1,
            file.eboekhouden.security_code_2,
        )
        if any(written) and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SettingsWrong(
                f"{path} holds credentials and others may read it: chmod 600 {path}, or give "
                "them in the environment"
            )

    def get(self, name: str, in_file: str | None) -> str:
        section = "bizzcloud" if name == "password" else "eboekhouden"
        found = self._environment.get(SECRETS[name]) or in_file or _from_keyring(name)
        if not found:
            raise SettingsWrong(
                f"{name} is not given: set {SECRETS[name]}, write it in {self._path} under "
                f"[{section}] (chmod 600), or keep it in the keyring as {KEYRING_SERVICE} / {name}"
            )
        return found


def _from_keyring(name: str) -> str | None:
    """Ask the system's keyring, where the optional library for it is installed."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.NoKeyringError:
        return None
    except keyring.errors.KeyringError as error:
        raise SettingsWrong(
            f"the keyring cannot be read for {name}: unlock it, or set {SECRETS[name]}"
        ) from error
    return found


def _first_problem(error: ValidationError, path: Path, text: str) -> str:
    """Tell the first problem and its line, without the value, which may be a credential."""
    problem: Any = error.errors(include_input=False, include_url=False)[0]
    *tables, name = (str(part) for part in problem["loc"])
    line = _line_of(name, text)
    where = f"{path}:{line}" if line else str(path)
    what = ".".join((*tables, name))
    if problem["type"] != "extra_forbidden":
        return f"{where}: {what}: {problem['msg']}"
    known = sorted(_KNOWN.get(tables[0] if tables else "", _File).model_fields)
    close = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
    return f"{where}: there is no setting {what}; {meant}"


_KNOWN: Mapping[str, type[BaseModel]] = {
    "bizzcloud": _Bizzcloud,
    "eboekhouden": _Eboekhouden,
    "link": _Link,
}
"""What each table of the file may hold."""


def _line_of(name: str, text: str) -> int | None:
    """Return the first line that sets a name, None where none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[?["']?{re.escape(name)}["']?\s*[\]=]""", line):
            return number
    return None
