"""Settings and credentials: read strictly, and never shown."""

import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from sync_core.adapters.settings import SECRETS, SettingsWrong, read_settings
from sync_core.vat import VatMeaning

FILE = """
store = "sqlite:///kept.sqlite"
[bizzcloud]
url = "https://mycompany.bizzcloud.example"
database = "mycompany"
login = "admin"
[eboekhouden]
wsdl = "https://books.example/soap.asmx?wsdl"
[link]
book_from = 2017-10-01
taxes = { "0% BTW" = "outside VAT" }
"""
IN_ENVIRONMENT = {
    "KOPPELING_BIZZCLOUD_PASSWORD": "p-secret",
    "KOPPELING_EBOEKHOUDEN_USERNAME": "u-secret",
    "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_1": "c1-secret",
    "KOPPELING_EBOEKHOUDEN_SECURITY_CODE_2": "c2-secret",
}


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "koppeling.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_settings_and_credentials_from_the_environment(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, FILE, 0o644), IN_ENVIRONMENT)
    assert settings.store == f"sqlite:///{tmp_path}/kept.sqlite"
    assert settings.options.book_from == date(2017, 10, 1)
    assert settings.options.taxes == {"0% BTW": VatMeaning.NONE}
    assert settings.bizzcloud.password == "p-secret"
    assert settings.eboekhouden.security_code_2 == "c2-secret"
    assert "secret" not in repr(settings)


def test_credentials_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    text = FILE.replace('login = "admin"', 'login = "admin"\npassword = "p-secret"')
    with_codes = text.replace(
        "[link]", 'username = "u"\nsecurity_code_1 = "a"\nsecurity_code_2 = "b"\n[link]'
    )
    assert read_settings(written(tmp_path, with_codes), {}).bizzcloud.password == "p-secret"
    with pytest.raises(SettingsWrong, match="chmod 600") as caught:
        read_settings(written(tmp_path, with_codes, 0o640), {})
    assert "p-secret" not in str(caught.value)


def test_credentials_in_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    keyring.get_password = lambda service, name: f"{service}/{name}"  # type: ignore[attr-defined]
    errors.KeyringError = RuntimeError  # type: ignore[attr-defined]
    errors.NoKeyringError = NotImplementedError  # type: ignore[attr-defined]
    keyring.errors = errors  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    settings = read_settings(written(tmp_path, FILE), {})
    assert settings.eboekhouden.security_code_1 == "koppeling/security_code_1"

    def locked(service: str, name: str) -> str:
        raise RuntimeError("no prompt")

    keyring.get_password = locked  # type: ignore[attr-defined]
    with pytest.raises(SettingsWrong, match="the keyring cannot be read for password: unlock it"):
        read_settings(written(tmp_path, FILE), {})


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_missing_credential_says_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    rest = {key: value for key, value in IN_ENVIRONMENT.items() if key != SECRETS[name]}
    table = "bizzcloud" if name == "password" else "eboekhouden"
    with pytest.raises(SettingsWrong, match=f"{name} is not given: set {SECRETS[name]}") as caught:
        read_settings(written(tmp_path, FILE), rest)
    assert f"under [{table}]" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("store = ", "is no TOML"),
        ("[bizzcloud]\n", "bizzcloud.url: Field required"),
        (FILE + 'taks = "x"\n', "there is no setting link.taks; did you mean taxes"),
        (FILE.replace("2017-10-01", '"gisteren"'), "link.book_from"),
        (FILE.replace("outside VAT", "nul"), "link.taxes.0% BTW"),
    ],
)
def test_settings_that_cannot_be_used_say_where_and_why(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(SettingsWrong, match=r"koppeling\.toml") as caught:
        read_settings(written(tmp_path, text), IN_ENVIRONMENT)
    assert told in str(caught.value)


def test_a_wrong_value_is_not_repeated_since_it_may_be_a_credential(tmp_path: Path) -> None:
    text = FILE.replace('login = "admin"', 'login = "admin"\npaswoord = "p-secret"')
    with pytest.raises(SettingsWrong) as caught:
        read_settings(written(tmp_path, text), IN_ENVIRONMENT)
    assert "p-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_settings_that_are_not_there_say_how_to_name_others(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="--config"):
        read_settings(tmp_path / "koppeling.toml", {})


@pytest.mark.parametrize(
    "store",
    [
        "sqlite:////var/lib/koppeling.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+psycopg:///koppeling",
    ],
)
def test_a_store_that_says_where_it_is_stays_there(tmp_path: Path, store: str) -> None:
    path = written(tmp_path, FILE.replace("sqlite:///kept.sqlite", store))

    assert read_settings(path, IN_ENVIRONMENT).store == store
