"""The choices of `Settings` as a TOML file has them, for who does not write Python."""

import difflib
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from fakes.eboekhouden.errors import codes_of
from fakes.eboekhouden.settings import Settings


def read_settings(path: Path, settings: Settings) -> None:
    """Make the choices of a TOML file, which names them as `Settings` does.

    `session_lifetime` is in seconds there, and the table `codes` is as in `errors.codes_from`.
    Raises ValueError for what is none of them, with the good names; then nothing is changed.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{path} is no TOML: {wrong}") from wrong
    except OSError as wrong:
        raise ValueError(f"{path} cannot be read: {wrong.strerror}") from wrong
    made = {name: _chosen(name, value, path) for name, value in found.items()}
    for name, value in made.items():
        setattr(settings, name, value)


def _chosen(name: str, value: object, path: Path) -> object:
    """Return what a file says of one setting, as `Settings` keeps it."""
    names = [known.name for known in fields(Settings)]
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        meant = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
        raise ValueError(f"{path}: there is no setting {name!r}; {meant}")
    if name == "codes":
        if not isinstance(value, dict):
            raise ValueError(f'{path}: codes is a table such as "period closed" = "M019"')
        return codes_of(value, path)
    if name in ("monthly_calls", "session_lifetime"):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{path}: {name} is a whole number, not {value!r}")
        return value if name == "monthly_calls" else timedelta(seconds=value)
    if not isinstance(value, bool):
        raise ValueError(f"{path}: {name} is true or false, not {value!r}")
    return value
