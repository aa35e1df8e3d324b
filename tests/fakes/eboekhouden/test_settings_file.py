"""The choices of a settings file, and what is said of one that makes none."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.eboekhouden.errors import CODES, Error
from fakes.eboekhouden.settings import Settings
from fakes.eboekhouden.settings_file import read_settings

EVERYTHING = """
refuse_used_invoice_numbers = true
recompute_vat = true
check_accounts = false
check_vat_dates = false
numeric_account_codes = true
check_email = true
monthly_calls = 100
session_lifetime = 60
[codes]
"period closed" = "M019"
"""


def test_every_setting_can_be_chosen_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "books.toml"
    path.write_text(EVERYTHING, encoding="utf-8")
    settings = Settings()
    read_settings(path, settings)
    for each in fields(Settings):
        assert getattr(settings, each.name) != getattr(Settings(), each.name), each.name
    assert settings.session_lifetime == timedelta(minutes=1)
    assert settings.codes == {**CODES, Error.PERIOD_CLOSED: "M019"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("check_emails = true", "there is no setting 'check_emails'; did you mean check_email?"),
        ("zzz = true", "there is no setting 'zzz'; there are: refuse_used_invoice_numbers, "),
        ("check_email = 1", "check_email is true or false, not 1"),
        ("monthly_calls = true", "monthly_calls is a whole number, not True"),
        ("session_lifetime = -1", "session_lifetime is a whole number, not -1"),
        ('codes = "M019"', "codes is a table such as"),
        ('[codes]\n"period shut" = "M019"', "there is no error 'period shut'; there are: login"),
        ("check_email", "is no TOML"),
        ("check_email = true\nzzz = true", "there is no setting 'zzz'"),
    ],
)
def test_a_wrong_file_says_what_is_wrong_and_changes_nothing(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "books.toml"
    path.write_text(content, encoding="utf-8")
    settings = Settings()
    with pytest.raises(ValueError, match=r"books\.toml") as wrong:
        read_settings(path, settings)
    assert said in str(wrong.value)
    assert settings == Settings()


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none.toml cannot be read: No such file"):
        read_settings(tmp_path / "none.toml", Settings())
