"""What every model tells of itself and of its records, beside their values."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from fakes.bizzcloud import access, exporting, importing, views, writing
from fakes.bizzcloud.declaring import as_ids, on_model, on_records

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model


class Described:
    """The part of a model that tells its fields, views and rights, and where records came from."""

    @property
    def _model(self) -> "Model":
        return cast("Model", self)

    @on_model
    def fields_get(
        self, allfields: Iterable[str] | None = None, attributes: Iterable[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Return the description of the named fields, or of all."""
        fields = self._model.all_fields
        wanted = set(allfields or fields)
        kept = set(attributes or ())
        return {
            name: {
                key: value for key, value in field.described().items() if not kept or key in kept
            }
            for name, field in fields.items()
            if name in wanted
        }

    @on_model
    def fields_get_keys(self) -> list[str]:
        """Return the names of the fields that stand in the model, as older clients ask for them."""
        computed = ("id", "display_name", "__last_update")
        model = self._model
        return [name for name in model.all_fields if name not in computed or name in model.fields]

    @on_model
    def fields_view_get(
        self,
        view_id: int | bool | None = None,
        view_type: str = "form",
        toolbar: bool = False,
        submenu: bool = False,
    ) -> dict[str, Any]:
        """Return a view of the model and its fields: that which a model without any view has."""
        return views.default_view(self._model, view_type, toolbar=toolbar)

    @on_records
    def perm_read(self, ids: Any) -> list[dict[str, Any]]:
        """Return who made and last changed records (the older name)."""
        return self.get_metadata(ids)

    @on_records
    def get_metadata(self, ids: Any) -> list[dict[str, Any]]:
        """Return who made and last changed records, when, and the external id of each."""
        fields = ["create_uid", "create_date", "write_uid", "write_date"]
        names = self._external_names(ids)
        return [
            {**row, "xmlid": names.get(row["id"], False)}
            for row in self._model.read_rows(as_ids(ids), fields)
        ]

    @on_records
    def get_external_id(self, ids: Any) -> dict[int, str]:
        """Return the external id of each record, an empty one for none (JSON-RPC alone can)."""
        names = self._external_names(ids)
        return {each: names.get(each, "") for each in as_ids(ids)}

    @on_records
    def get_xml_id(self, ids: Any) -> dict[int, str]:
        """Return the external id of each record (the older name)."""
        return self.get_external_id(ids)

    def _external_names(self, ids: Any) -> dict[int, str]:
        known: Any = self._model.env.as_superuser()["ir.model.data"]
        found: dict[int, str] = known.names_of(self._model.name, as_ids(ids))
        return found

    @on_records
    def export_data(
        self, ids: Any, fields_to_export: Sequence[str], raw_data: bool = False
    ) -> dict[str, list[list[Any]]]:
        """Return records as a table of texts; columns are paths, as for `load`."""
        model, asked = self._model, as_ids(ids)
        model.allow("read")
        model.must_be_there(asked)
        model.may_see(asked, "read")
        paths = [importing.path_of(str(each)) for each in fields_to_export]
        return {"datas": exporting.exported(model, asked, paths, raw=raw_data)}

    @on_model
    def load(self, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """Make or change a record of each row of texts; return their ids, and messages."""
        return importing.loaded(self._model, [str(each) for each in fields], data)

    @on_records
    def copy_data(self, ids: Any, default: writing.Values | None = None) -> dict[str, Any]:
        """Return the values that a copy of one record would be made of."""
        model = self._model
        source = model.copied_one(ids)
        copied = writing.copied(model, source)
        return {**model.defaults({"state"}), **copied, **(default or {})}

    @on_model
    def check_access_rights(self, operation: str, raise_exception: bool = True) -> bool:
        """Return whether the caller may do an operation on the model."""
        model = self._model
        if raise_exception:
            model.allow(operation)
            return True
        return access.allowed(model.env, model.name, operation)

    @on_records
    def check_access_rule(self, ids: Any, operation: str) -> None:
        """Raise AccessError for a record that is hidden from the caller, MissingError for none."""
        asked = as_ids(ids)
        self._model.must_exist(asked)
        self._model.may_see(asked, operation)

    @on_model
    def user_has_groups(self, groups: str) -> bool:
        """Return whether the caller is in any of the groups, by their external ids."""
        users: Any = self._model.env["res.users"]
        return any(users.has_group(each.strip()) for each in groups.split(","))
