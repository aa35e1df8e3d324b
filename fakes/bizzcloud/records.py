"""Models and their records: what every model can do, over the tables of a database.

Public methods that a caller may use over the wire are marked with `on_model` or `on_records`;
`rpc.py` calls no others.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from fakes.bizzcloud import access, domain, grouping, ordering, search, writing
from fakes.bizzcloud.database import SUPERUSER, Environment
from fakes.bizzcloud.declaring import (
    Constraint,
    Record,
    as_ids,
    automatic_fields,
    on_model,
    on_records,
)
from fakes.bizzcloud.describing import Described
from fakes.bizzcloud.errors import MissingError, ServerError
from fakes.bizzcloud.fields import Field
from fakes.bizzcloud.tables import Row, Table
from fakes.bizzcloud.writing import Values


class Model(Described):
    """A model bound to one caller and transaction; subclasses declare its fields and rules."""

    name: ClassVar[str]
    description: ClassVar[str]
    order: ClassVar[str] = "id"
    rec_name: ClassVar[str] = "name"
    parent_field: ClassVar[str] = "parent_id"
    fields: ClassVar[dict[str, Field]]
    inherits: ClassVar[dict[str, str]] = {}
    searched: ClassVar[tuple[str, ...]] = ()
    unique: ClassVar[tuple[tuple[tuple[str, ...], str], ...]] = ()
    constraints: ClassVar[tuple[Constraint, ...]] = ()
    all_fields: ClassVar[dict[str, Field]]
    referrers: ClassVar[list[tuple[str, str, Field]]]
    callable_methods: ClassVar[frozenset[str]]

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.table: Table = env.database.tables[self.name]

    # What rules use

    def browse(self, ids: int | Iterable[int]) -> list[Record]:
        """Return records to work with."""
        return [Record(self, each) for each in ([ids] if isinstance(ids, int) else ids)]

    def one(self, identifier: int) -> Record:
        """Return one record to work with; raises MissingError when it is gone."""
        self.must_exist([identifier])
        return Record(self, identifier)

    def raw(self, identifier: int, name: str) -> Any:
        """Return a field's value: None for empty, an id or ids for references."""
        field = self.all_fields.get(name)
        if field is None:
            raise AttributeError(f"'{self.name}' object has no attribute '{name}'")
        if name == "id":
            return identifier
        if field.related and not field.store:
            return self._related(identifier, field)
        if field.compute and not field.store:
            return getattr(self, field.compute)(Record(self, identifier))
        if field.type == "one2many":
            assert field.relation is not None
            assert field.relation_field is not None
            other = self.env[field.relation]
            found: Iterable[int] = other.table.having(field.relation_field, (identifier,))
            if found and isinstance(field.domain, list):
                found = search.kept_by(other, field.domain, found)
            return other.shown(found)
        value = self.table.rows[identifier].get(name)
        if field.type == "many2many":
            assert field.relation is not None
            return self.env[field.relation].shown(value or ())
        return value

    def shown(self, ids: Iterable[int]) -> list[int]:
        """Return ids in the model's own order, without the records that are not active."""
        rows = self.table.rows
        kept = [each for each in ids if each in rows]
        if "active" in self.all_fields and self.env.context.get("active_test", True):
            kept = [each for each in kept if rows[each].get("active")]
        return kept if len(kept) < 2 else ordering.ordered(self, kept, None)

    def _related(self, identifier: int, field: Field) -> Any:
        record: Any = Record(self, identifier)
        for step in field.related[:-1]:
            record = getattr(record, step)
            if record is None:
                return field.empty_stored()
        return record.model.raw(record.id, field.related[-1])

    def must_exist(self, ids: Iterable[int]) -> None:
        """Raise MissingError unless all records are there and this caller may see them."""
        for each in ids:
            row = self.table.rows.get(each)
            if row is None:
                raise MissingError(
                    "One of the records you are trying to modify has already been deleted "
                    f"(Document type: {self.description})."
                )

    def must_be_there(self, ids: Iterable[int]) -> None:
        """Raise MissingError unless all records that are about to be shown are there."""
        if any(each not in self.table.rows for each in ids):
            raise MissingError(
                "One of the documents you are trying to access has been deleted, please try again "
                "after refreshing."
            )

    def must_be_kept(self, ids: Iterable[Any]) -> None:
        """Raise UserError unless all ids can be referred to."""
        if any(each not in self.table.rows for each in ids):
            raise writing.not_kept(self)

    @property
    def visible(self) -> Callable[[Row], bool]:
        """Return the test of whether this caller may see a row: that of the caller's companies."""
        if self.env.uid == SUPERUSER or "company_id" not in self.all_fields:
            return lambda row: True
        allowed = access.companies(self.env)
        return lambda row: row.get("company_id") is None or row["company_id"] in allowed

    def computed_leaf(self, name: str, operator: str, value: Any) -> domain.Test:
        """Return the test of a field that is not stored.

        Only display_name is looked at, and what a model names as `searched`; any other field is
        passed over, as the service does with a function that has no search of its own.
        """
        if name in self.searched:
            return search.computed_test(self, name, operator, value)
        if name != "display_name":
            return lambda identifier, row: True
        operator = operator.removeprefix(domain.NOT)
        ids = {pair[0] for pair in self.name_search(str(value), operator=operator, limit=None)}
        return lambda identifier, row: identifier in ids

    def compute_display_name(self, record: Record) -> str:
        """Return the name that references to the record show."""
        return self.name_of(record)

    def compute_last_update(self, record: Record) -> str | None:
        """Return when the record was last changed."""
        row = self.table.rows[record.id]
        return row.get("write_date") or row.get("create_date")

    def name_of(self, record: Record) -> str:
        """Return the name of a record in references; models with another rule override it."""
        if self.rec_name not in self.all_fields:
            return f"{self.name},{record.id}"
        return str(self.raw(record.id, self.rec_name) or "")

    def written(self, record: Record, names: set[str]) -> None:
        """Do what follows from a change of the named fields; nothing by default."""

    def recompute(self, ids: Iterable[int]) -> None:
        """Compute the stored computed fields of records again; nothing by default."""

    def recompute_after(self, ids: Iterable[int], names: set[str]) -> None:
        """Compute what depends on fields that were written; everything by default."""
        self.recompute(ids)

    def store(self, identifier: int, **values: Any) -> None:
        """Put computed values in a row, when they differ, without a new write date."""
        row = self.table.rows[identifier]
        if any(row.get(name) != value for name, value in values.items()):
            self.env.put(self.table, identifier, {**row, **values})

    # What callers may use

    @on_model
    def search(
        self,
        args: Any = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        count: bool = False,
    ) -> Any:
        """Return the ids that match a domain, in order.

        When `count` is set, how many these are, whatever the limit (published: _search in
        openerp/models.py).
        """
        self.allow("read")
        ids = search.found(self, args)
        if count:
            ordering.order_terms(self, order or self.order)
            return len(ids)
        return ordering.ordered(self, ids, order or None)[ordering.window(offset, limit)]

    @on_model
    def search_count(self, args: Any = None) -> int:
        """Return how many records match a domain."""
        return int(self.search(args, count=True))

    @on_model
    def search_read(
        self,
        domain: Any = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the records that match a domain, read."""
        ids = self.search(domain, offset, limit, order)
        if "active_test" not in self.env.context:
            return self.read_rows(ids, fields)
        return self.env.with_context(active_test=True)[self.name].read_rows(ids, fields)

    @on_records
    def read(self, ids: Any, fields: list[str] | None = None, load: str = "_classic_read") -> Any:
        """Return records in the order of the ids; one dict when one id came outside a list."""
        self.allow("read")
        if isinstance(ids, (list, tuple)):
            return self.read_rows(ids, fields, names=load == "_classic_read")
        rows = self.read_rows([ids], fields, names=load == "_classic_read")
        return rows[0] if rows else False

    def read_rows(
        self, ids: Iterable[int], fields: Iterable[str] | None, *, names: bool = True
    ) -> list[dict[str, Any]]:
        """Return records as the wire has them, without those that do not exist."""
        there = [each for each in ids if isinstance(each, int) and each in self.table.rows]
        self.may_see(there, "read")
        asked = [each for each in fields or self.all_fields if each in self.all_fields]
        made: list[dict[str, Any]] = [{"id": each} for each in there]
        for name in asked:
            if name != "id":
                for answer, value in zip(made, self._shown(there, name, names), strict=True):
                    answer[name] = value
        return made

    def _shown(self, ids: list[int], name: str, names: bool) -> Iterator[Any]:
        """Yield a field's values as the wire has them: False for empty, [id, name] references."""
        field, rows = self.all_fields[name], self.table.rows
        plain = field.store and not field.relation
        pairs: dict[int, list[Any]] = {}
        for each in ids:
            value = rows[each].get(name) if plain else self.raw(each, name)
            if value is not None and field.type == "many2one" and names:
                if value not in pairs:
                    assert field.relation is not None
                    other = self.env.as_superuser()[field.relation]
                    pairs[value] = [value, other.name_of(Record(other, value))]
                value = pairs[value]
            yield False if value is None else value

    def may_see(self, ids: Iterable[int], operation: str) -> None:
        """Raise AccessError for a record that a company rule hides from this caller."""
        if self.env.uid == SUPERUSER:
            return
        visible = self.visible
        if not all(visible(self.table.rows[each]) for each in ids):
            raise access.hidden(self.description, operation)

    def allow(self, operation: str) -> None:
        """Raise AccessError unless the caller may do an operation on the model."""
        if self.env.uid != SUPERUSER:
            access.require(self.env, self.name, operation)

    @on_model
    def create(self, vals: Values) -> int:
        """Make a record and return its id; fields that the model lacks are ignored."""
        self.allow("create")
        return writing.create(self, vals)

    @on_records
    def write(self, ids: Any, vals: Values) -> bool:
        """Change records; fields that the model lacks are ignored."""
        self.allow("write")
        all_ids = as_ids(ids)
        self.must_exist(all_ids)
        self.may_see(all_ids, "write")
        writing.write(self, all_ids, vals)
        return True

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete records; those that are gone already are no error."""
        self.allow("unlink")
        there = [each for each in as_ids(ids) if each in self.table.rows]
        self.may_see(there, "unlink")
        writing.unlink(self, there)
        return True

    @on_model
    def default_get(self, fields_list: Iterable[str]) -> dict[str, Any]:
        """Return the defaults of the named fields, only of those that have one."""
        return self.defaults(set(fields_list))

    def defaults(self, names: set[str]) -> dict[str, Any]:
        """Return the default of each named field that has one: the context's, else the field's."""
        made: dict[str, Any] = {}
        for name, field in self.all_fields.items():
            if name not in names:
                continue
            from_context = self.env.context.get(f"default_{name}")
            if from_context is not None:
                made[name] = from_context
            elif field.default is not None:
                value = field.default(self) if callable(field.default) else field.default
                if value is not None:
                    made[name] = value
        return made

    @on_model
    def read_group(
        self,
        domain: Any,
        fields: list[str],
        groupby: str | list[str],
        offset: int = 0,
        limit: int | None = None,
        orderby: str | bool = False,
        lazy: bool = True,
    ) -> list[dict[str, Any]]:
        """Return the records that match a domain, counted and added up by fields."""
        self.allow("read")
        by = [groupby] if isinstance(groupby, str) else list(groupby)
        order = orderby if isinstance(orderby, str) and orderby else None
        if order is not None:
            ordering.order_terms(
                self, ",".join(each.partition(":")[0] for each in order.split(","))
            )
        groups = grouping.grouped(
            self, domain, fields or self.all_fields, by, orderby=order, lazy=lazy
        )
        return groups[ordering.window(offset, limit)]

    @on_records
    def name_get(self, ids: Any) -> list[list[Any]]:
        """Return [id, name] of each record."""
        there = as_ids(ids)
        self.must_be_there(there)
        return [[each, self.name_of(Record(self, each))] for each in there]

    @on_model
    def name_search(
        self,
        name: str = "",
        args: Any = None,
        operator: str = "ilike",
        limit: int | None = 100,
    ) -> list[list[Any]]:
        """Return [id, name] of the records that a user means by a name."""
        found = self.named(str(name), list(args or []), operator, limit)
        return [[each, self.name_of(Record(self, each))] for each in found]

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the ids of the records of a domain that a name means, the likeliest first."""
        if not name and operator == "ilike":
            ids: list[int] = self.search(args, limit=limit)
        else:
            ids = self.search([*self.name_domain(name, operator), *args], limit=limit)
        return ids

    def name_domain(self, name: str, operator: str) -> list[Any]:
        """Return the domain of the records that a name means."""
        return [(self.rec_name, operator, name)]

    def either(self, fields: tuple[str, ...], operator: str, name: str) -> list[Any]:
        """Return the domain of a name in any of the fields; of its absence, in all of them."""
        joined = "&" if operator in domain.NEGATIVE else "|"
        return [joined] * (len(fields) - 1) + [(field, operator, name) for field in fields]

    @on_model
    def name_create(self, name: str) -> list[Any]:
        """Make a record of its name alone; return [id, name]."""
        identifier = self.create({self.rec_name: name})
        return [identifier, self.name_of(Record(self, identifier))]

    @on_records
    def exists(self, ids: Any) -> list[int]:
        """Return those of the ids that there are."""
        return [each for each in as_ids(ids) if each in self.table.rows]

    @on_records
    def copy(self, ids: Any, default: Values | None = None) -> int:
        """Make a copy of one record and return its id."""
        return self.create({**writing.copied(self, self.copied_one(ids)), **(default or {})})

    def copied_one(self, ids: Any) -> Record:
        """Return the record that is to be copied; raises ServerError when it is not there."""
        identifier = (as_ids(ids) or [0])[0]
        if identifier not in self.table.rows:
            raise ServerError(
                "IndexError", f"Record #{identifier} of {self.name} not found, cannot copy!"
            )
        return Record(self, identifier)


def data_model(*models: type[Model]) -> dict[str, type[Model]]:
    """Return models by name, each with all its fields and with the fields that refer to it."""
    by_name = {model.name: model for model in models}
    for model in models:
        model.all_fields = {**automatic_fields()}
        for parent, link in model.inherits.items():
            model.all_fields |= {
                name: replace(field, related=(link, name), store=False, compute=None)
                for name, field in by_name[parent].fields.items()
            }
        model.all_fields |= model.fields
    for model in models:
        model.callable_methods = frozenset(
            name
            for made in model.__mro__
            for name, method in vars(made).items()
            if "called_on" in getattr(method, "__dict__", {})
        )
        model.referrers = [
            (other.name, name, field)
            for other in models
            for name, field in other.all_fields.items()
            if field.relation == model.name
            and field.store
            and field.type in ("many2one", "many2many")
            and name not in ("create_uid", "write_uid")
        ]
    return by_name
