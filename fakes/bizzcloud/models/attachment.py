"""ir.attachment: files that belong to a record, such as the PDF of an invoice."""

import base64
from typing import Any

from fakes.bizzcloud import access
from fakes.bizzcloud.declaring import Record, as_ids, on_records
from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import binary, char, integer, many2one, selection, text
from fakes.bizzcloud.records import Model


class Attachment(Model):
    """A file or an address, of a record or of none."""

    name = "ir.attachment"
    description = "ir.attachment"
    order = "id desc"
    fields = {
        "name": char("Attachment Name", required=True),
        "datas_fname": char("File Name"),
        "description": text("Description"),
        "res_name": char("Resource Name", compute="compute_res_name", store=False),
        "res_model": char(
            "Resource Model",
            readonly=True,
            help="The database object this attachment will be attached to",
        ),
        "res_id": integer("Resource ID", readonly=True, help="The record id this is attached to"),
        "company_id": many2one("Company", "res.company", default=1),
        "type": selection(
            "Type",
            [("url", "URL"), ("binary", "Binary")],
            help="Binary File or URL",
            required=True,
            default="binary",
        ),
        "url": char("Url", size=1024),
        "datas": binary("File Content"),
        "file_size": integer("File Size", compute="compute_file_size", store=False),
    }

    def compute_res_name(self, record: Record) -> str | None:
        """Return the name of the record that a file belongs to."""
        if not record.res_model or not record.res_id or record.res_model not in self.env:
            return None
        other = self.env.as_superuser()[record.res_model]
        if record.res_id not in other.table.rows:
            return None
        return other.name_of(Record(other, record.res_id))

    def compute_file_size(self, record: Record) -> int:
        """Return how many bytes a file has."""
        return len(base64.b64decode(record.datas or ""))

    def create(self, vals: Any) -> int:
        """Keep a file; the caller has to be allowed to change the record that it belongs to."""
        self._must_fit(vals)
        self._may(vals.get("res_model"), "write")
        return super().create(vals)

    @on_records
    def write(self, ids: Any, vals: Any) -> bool:
        """Change files."""
        self._must_fit(vals)
        self._may_each(ids, "write")
        self._may(vals.get("res_model"), "write")
        return super().write(ids, vals)

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete files."""
        self._may_each(ids, "write")
        return super().unlink(ids)

    def read_rows(self, ids: Any, fields: Any, *, names: bool = True) -> list[dict[str, Any]]:
        """Return files as the wire has them: their content in base64, or its size where asked."""
        there = list(ids)
        self._may_each(there, "read")
        rows = super().read_rows(there, fields, names=names)
        if self.env.context.get("bin_size"):
            for row in rows:
                if row.get("datas"):
                    row["datas"] = _size(len(base64.b64decode(row["datas"])))
        return rows

    def _may_each(self, ids: Any, operation: str) -> None:
        rows = self.table.rows
        for model in {rows[each]["res_model"] for each in as_ids(ids) if each in rows}:
            self._may(model, operation)

    def _may(self, model: Any, operation: str) -> None:
        """Raise AccessError unless the caller may do so to records of a model, if it is one."""
        if self.env.uid != 1 and model in self.env:
            access.require(self.env, model, operation)

    def _must_fit(self, vals: Any) -> None:
        if isinstance(vals.get("datas"), bytes):
            raise ServerError("AttributeError", "Binary instance has no attribute 'decode'")
        try:
            base64.b64decode(vals.get("datas") or "")
        except (ValueError, TypeError) as error:
            raise ServerError("Error", "Incorrect padding") from error


def _size(count: int) -> str:
    """Return a number of bytes as people read it: "11.00 bytes", "1.50 Kb"."""
    size, units = float(count), ("bytes", "Kb", "Mb", "Gb")
    step = 0
    while size >= 1024 and step < len(units) - 1:
        size, step = size / 1024, step + 1
    return f"{size:0.2f} {units[step]}"
