"""ir.model.data: the names by which programs know records, such as base.main_company."""

from collections.abc import Iterable
from typing import Any

from fakes.bizzcloud.declaring import Record, on_model
from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import boolean, char, integer, moment
from fakes.bizzcloud.records import Model


class ExternalId(Model):
    """The name of one record, in the module that brought it."""

    name = "ir.model.data"
    description = "ir.model.data"
    order = "module, model, name"
    fields = {
        "name": char(
            "External Identifier",
            required=True,
            help="External Key/Identifier that can be used for data integration with third-party "
            "systems",
        ),
        "complete_name": char("Complete ID", compute="compute_complete_name", store=False),
        "model": char("Model Name", required=True),
        "module": char("Module", required=True, default=""),
        "res_id": integer("Record ID", help="ID of the target record in the database", default=0),
        "noupdate": boolean("Non Updatable"),
        "date_update": moment("Update Date", default=lambda model: model.env.now),
        "date_init": moment("Init Date", default=lambda model: model.env.now),
    }
    unique = (
        (
            ("name", "module"),
            "You cannot have multiple records with the same external ID in the same module!",
        ),
    )

    def compute_complete_name(self, record: Record) -> str:
        """Return a name with its module's before it."""
        return f"{record.module}.{record.name}" if record.module else str(record.name)

    def name_of(self, record: Record) -> str:
        """Return the complete name."""
        return self.compute_complete_name(record)

    @on_model
    def xmlid_lookup(self, xmlid: str) -> list[Any]:
        """Return the id of a name, and model and id of its record; raises ServerError for none."""
        module, dot, name = str(xmlid).partition(".")
        if not dot:
            raise ServerError("ValueError", "need more than 1 value to unpack")
        known = self.env.as_superuser()[self.name].table
        for each in known.having("name", (name,)):
            row = known.rows[each]
            if row["module"] == module and row["res_id"]:
                return [each, row["model"], row["res_id"]]
        raise ServerError("ValueError", f"External ID not found in the system: {xmlid}")

    @on_model
    def xmlid_to_res_model_res_id(self, xmlid: str, raise_if_not_found: bool = False) -> list[Any]:
        """Return the model and id of a name's record; [False, False] for none, unless it raises."""
        try:
            return self.xmlid_lookup(xmlid)[1:]
        except ServerError:
            if raise_if_not_found:
                raise
            return [False, False]

    @on_model
    def xmlid_to_res_id(self, xmlid: str, raise_if_not_found: bool = False) -> Any:
        """Return the id of a name's record; False for none, unless it raises."""
        return self.xmlid_to_res_model_res_id(xmlid, raise_if_not_found)[1]

    @on_model
    def get_object_reference(self, module: str, xml_id: str) -> list[Any]:
        """Return the model and id of a name's record; raises ServerError for none."""
        return self.xmlid_lookup(f"{module}.{xml_id}")[1:]

    @on_model
    def check_object_reference(
        self, module: str, xml_id: str, raise_on_access_error: bool = False
    ) -> list[Any]:
        """Return the model of a name's record, and its id where the caller may read it."""
        model, identifier = self.get_object_reference(module, xml_id)
        if raise_on_access_error:
            self.env[model].allow("read")
        allowed = self.env[model].check_access_rights("read", raise_exception=False)
        return [model, identifier if allowed else False]

    def keep(self, model: str, xmlid: str, values: dict[str, Any], identifier: int | None) -> int:
        """Make a record, or change the one that has an id or an external id; return its id.

        The record has the external id then, unless that is empty. Raises ServerError for one that
        is of another model's record (published: _update in ir_model.py).
        """
        records = self.env[model]
        module, name = xmlid.split(".", 1) if "." in xmlid else ("", xmlid)
        if "." in name:
            raise ServerError(
                "AssertionError",
                f"'{xmlid}' contains too many dots. XML ids should not contain dots ! These are "
                "used to refer to other modules data, as in module.reference_id",
            )
        domain = [("module", "=", module), ("name", "=", name)]
        named: list[int] = self.env.as_superuser()[self.name].search(domain) if name else []
        for each in list(named):
            row = self.table.rows[each]
            if row["res_id"] not in self.env[row["model"]].table.rows:
                self.unlink([each])
                named = []
            elif row["model"] != model:
                raise ServerError(
                    "AssertionError",
                    f"External ID conflict, {name} already refers to a `{row['model']}` record, "
                    f"you can't define a `{model}` record with this ID.",
                )
            else:
                identifier = row["res_id"]
                self.write([each], {"date_update": self.env.now})
        if identifier is None:
            identifier = records.create(values)
        else:
            records.write([identifier], values)
        if name and not named:
            about = {"module": module, "name": name, "model": model, "res_id": identifier}
            self.env.as_superuser()[self.name].create(about)
        return identifier

    def names_of(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        """Return the complete name of each record of a model that has one: that which came last."""
        return {
            row["res_id"]: f"{row['module']}.{row['name']}"
            for _, row in sorted(self._of(model, ids).items())
        }

    def forget(self, model: str, ids: Iterable[int]) -> None:
        """Forget the names of records that are deleted."""
        for each in self._of(model, ids):
            self.env.drop(self.table, each)

    def _of(self, model: str, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        rows = self.table.rows
        found = self.table.having("res_id", ids)
        return {each: rows[each] for each in found if rows[each]["model"] == model}
