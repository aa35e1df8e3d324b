"""Writes a story as the file that a person would have written."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from scenarios.language.story import Story
from scenarios.language.tables import Table
from scenarios.language.values import AMSTERDAM, OPENING_HOUR

WIDE = 92
"""How wide a value on one line may be."""

_PLAIN = re.compile(r"[\w/.+(][\w/.,+()' -]*(?<! )|-?\d[\d.]*")


def write(story: Story) -> str:
    """Return the text of a story file; reading it gives the same story."""
    plain = _plain(story.head)
    head = {key: plain[key] for key in ("title", "source", "tags", "today", "live") if key in plain}
    given = plain.get("given") or {}
    lines = [f"{key}: {_flow(value)}" for key, value in head.items()]
    if given:
        lines += ["", "given:", *_block(given, "  ")]
    lines += ["", "steps:"]
    for placed in story.steps:
        inside = _plain(placed.step)
        word = placed.step.word
        if not inside:
            lines.append(f"  - {word}")
        elif not _has_table(inside) and len(_flow(inside)) + len(word) <= WIDE:
            lines.append(f"  - {word}: {_flow(inside)}")
        else:
            lines += [f"  - {word}:", *_block(inside, "      ")]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    """Return a typed value as the texts, lists and mappings that a story file holds."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        named = {
            fields[name].alias or name: getattr(value, name) for name in value.model_fields_set
        }
        ordered = [fields[name].alias or name for name in fields]
        return {name: _plain(named[name]) for name in ordered if named.get(name) is not None}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Table):
        return value
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        local = value.astimezone(AMSTERDAM)
        at = "" if local.time() == OPENING_HOUR else f" {local:%H:%M:%S}"
        return f"{local:%Y-%m-%d}{at}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())} seconds"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _has_table(values: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Table) for value in values.values())


def _flow(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _word(value)


def _block(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Yield a mapping as lines, a key each; what is short stays on one line."""
    for key, value in mapping.items():
        if isinstance(value, Table):
            yield f"{indent}{key}: |"
            yield from (f"{indent}  {line}" for line in value.lines())
        elif not isinstance(value, str) and len(_flow(value)) > WIDE - len(indent) - len(key):
            yield f"{indent}{key}:"
            if isinstance(value, dict):
                yield from _block(value, indent + "  ")
            else:
                yield from (f"{indent}  - {_flow(one)}" for one in value)
        else:
            yield f"{indent}{_word(key)}: {_flow(value)}"


def _word(text: str) -> str:
    """Return a text as YAML takes it inside a line: plain where that is safe, else quoted."""
    if _PLAIN.fullmatch(text) and "," not in text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
