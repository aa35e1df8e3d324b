"""The reference of the story language in Markdown, made from the models themselves."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.language import values
from scenarios.language.expectations import Headings
from scenarios.language.given import (
    Administration,
    BookLedgerAccount,
    BookLine,
    BookMutation,
    BookRelation,
    EboekhoudenSettings,
    Given,
    GivenBizzcloud,
    GivenEboekhouden,
    Head,
    PartnerFields,
    ShopLedgerAccount,
)
from scenarios.language.problems import inner
from scenarios.language.schema import TEMPLATES
from scenarios.language.steps import STEPS, InvoiceLine, Step

PARTS: tuple[type[BaseModel], ...] = (
    Given,
    GivenEboekhouden,
    Administration,
    EboekhoudenSettings,
    BookLedgerAccount,
    BookRelation,
    BookMutation,
    BookLine,
    GivenBizzcloud,
    PartnerFields,
    ShopLedgerAccount,
    InvoiceLine,
)
"""The parts that are described by themselves, in the order in which a reader meets them."""

VALUES: dict[Any, str] = {
    values.Text: "text",
    values.YesNo: "yes or no",
    values.Amount: "amount",
    values.Whole: "whole number",
    values.Day: "date",
    values.Moment: "date, or date and time",
    values.Duration: "duration",
    values.AccountCode: "account code",
}
"""How each type of value is called."""

TOP = """\
# The language of stories

This page is made from the models that read stories: `koppeling schema --reference`.

Texts mean what they say: `price: 82.64` is an amount, `account: 8020` a code, `no` a word where a
word is expected. Amounts have a point and no thousands; dates are `2017-10-19`; a duration is
`3 days`, `2 hours`, `90 minutes` or `10 seconds`. Tables are written as on the screen of
e-Boekhouden: cells two or more spaces apart, `1.216,95`, `19-10-2017`, an empty cell as `-`.
"""


def reference() -> str:
    """Return the whole reference."""
    return "\n".join([TOP, *_story(), *_steps(), *_parts()])


def _story() -> Iterator[str]:
    yield "## A story\n"
    yield from _keys(Head)
    for name, schema in TEMPLATES.items():
        yield f"| `{name}` | | {schema['description']} |"
    yield "| `steps` | list, needed | what is done and expected, in order |\n"


def _steps() -> Iterator[str]:
    yield "## Steps\n"
    yield "Every step may also have:\n"
    yield from _keys(Step)
    yield ""
    for word, step in STEPS.items():
        yield f"### {word}\n"
        yield f"{step.__doc__}\n"
        own = [name for name in step.model_fields if name not in Step.model_fields]
        if own:
            yield from _keys(step, own)
            yield ""


def _parts() -> Iterator[str]:
    yield "## Parts\n"
    for part in PARTS:
        yield f"### {_name(part)}\n"
        yield f"{part.__doc__}\n"
        yield from _keys(part)
        yield ""


def _keys(model: type[BaseModel], names: list[str] | None = None) -> Iterator[str]:
    yield "| key | value | |"
    yield "| --- | --- | --- |"
    for name, field in model.model_fields.items():
        if names is None or name in names:
            needed = ", needed" if field.is_required() else ""
            kind = _kind(field.annotation, field)
            yield f"| `{field.alias or name}` | {kind}{needed} | {_described(field)} |"


def _described(field: FieldInfo) -> str:
    return (field.description or "").replace("|", "\\|")


def _kind(annotation: Any, field: FieldInfo) -> str:
    """Return what a key's value is called."""
    for known, name in VALUES.items():
        if annotation == get_args(known)[0] and field.metadata[:1] == list(known.__metadata__[:1]):
            return name
    annotation, *_none = [part for part in _parts_of(annotation) if part is not NoneType]
    for told in getattr(annotation, "__metadata__", ()):
        if isinstance(told, Headings):
            return f"table of {told.text}"
    if get_origin(annotation) is tuple:
        return f"list of {_of(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        key, value = get_args(annotation)
        return f"{_of(value)} by {_of(key)}"
    return _of(annotation)


def _parts_of(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, or the annotation when it is none."""
    is_union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if is_union else (annotation,)


def _of(annotation: Any) -> str:
    for part in get_args(annotation) or (annotation,):
        if part in VALUES:
            return VALUES[part]
    if annotation in VALUES:
        return VALUES[annotation]
    bare = inner(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return f"[{_name(bare)}](#{_name(bare).replace(' ', '-')})"
    if get_origin(bare) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(bare))
    return "text"


def _name(model: type[BaseModel]) -> str:
    words = "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__
    )
    return words.strip()
