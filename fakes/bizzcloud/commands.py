"""The commands that a one2many or many2many field is written with."""

from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import Field

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model


def apply(model: "Model", identifier: int, name: str, field: Field, value: Any) -> None:
    """Carry out a list of commands on a field of one record.

    (0, 0, values) makes, (1, id, values) changes, (2, id) deletes, (3, id) takes away, (4, id)
    adds, (5,) takes all away, (6, 0, ids) sets. What is no command is passed over by a many2many
    field, a plain id too; a one2many field raises ServerError for it. Unknown codes do nothing.
    """
    act = _one2many if field.type == "one2many" else _many2many
    for command in value or []:
        if not isinstance(command, (list, tuple)) or not command:
            if field.type == "many2many":
                continue
            kind = {str: "unicode", bool: "bool", float: "float"}.get(type(command), "int")
            raise ServerError("TypeError", f"'{kind}' object has no attribute '__getitem__'")
        if command[0] not in range(7):
            continue
        code, target, values = (*command, None, None)[:3]
        act(model, identifier, name, field, (code, target, values))


def _one2many(
    model: "Model", identifier: int, name: str, field: Field, command: tuple[int, Any, Any]
) -> None:
    assert field.relation is not None
    assert field.relation_field is not None
    env = model.env if field.context is None else model.env.with_context(**field.context)
    other, inverse = env[field.relation], field.relation_field
    code, target, values = command
    if code == 0:
        other.create({**(values or {}), inverse: identifier})
    elif code == 1:
        other.write([target], values or {})
    elif code == 2:
        other.unlink([target])
    elif code == 4:
        other.write([target], {inverse: identifier})
    else:
        keep = set(values or ()) if code == 6 else set()
        current = other.table.having(inverse, (identifier,))
        leaving = [target] if code == 3 else sorted(current - keep)
        inverse_field = other.all_fields[inverse]
        if inverse_field.required or inverse_field.ondelete == "cascade":
            other.unlink(leaving)
        else:
            other.write(leaving, {inverse: False})
        if code == 6:
            other.write(sorted(keep - current), {inverse: identifier})


def _many2many(
    model: "Model", identifier: int, name: str, field: Field, command: tuple[int, Any, Any]
) -> None:
    assert field.relation is not None
    other = model.env[field.relation]
    code, target, values = command
    current = model.table.rows[identifier].get(name) or ()
    if code == 0:
        current = (*current, other.create(values or {}))
    elif code == 1:
        other.write([target], values or {})
    elif code == 2:
        other.unlink([target])
        current = tuple(each for each in current if each != target)
    elif code == 3:
        current = tuple(each for each in current if each != target)
    elif code == 4:
        other.must_be_kept([target])
        current = current if target in current else (*current, target)
    elif code == 5:
        current = ()
    else:
        other.must_be_kept(values or [])
        current = tuple(dict.fromkeys(values or []))
    model.store(identifier, **{name: current})
