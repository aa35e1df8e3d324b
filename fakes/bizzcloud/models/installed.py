"""What clients ask of the installation itself: its modules, languages, settings and rights."""

from typing import Any

from fakes.bizzcloud.declaring import Record, on_model
from fakes.bizzcloud.fields import boolean, char, many2one, selection, text
from fakes.bizzcloud.records import Model


class Module(Model):
    """A module of the service, installed or not."""

    name = "ir.module.module"
    description = "Module"
    order = "name"
    fields = {
        "name": char("Technical Name", required=True, readonly=True),
        "shortdesc": char("Module Name", readonly=True, translate=True),
        "summary": char("Summary", readonly=True, translate=True),
        "description": text("Description", readonly=True, translate=True),
        "author": char("Author", readonly=True),
        "state": selection(
            "Status",
            [
                ("uninstallable", "Not Installable"),
                ("uninstalled", "Not Installed"),
                ("installed", "Installed"),
                ("to upgrade", "To be upgraded"),
                ("to remove", "To be removed"),
                ("to install", "To be installed"),
            ],
            readonly=True,
            default="uninstalled",
        ),
        "installed_version": char("Latest Version", compute="compute_version", store=False),
        "latest_version": char("Installed Version", readonly=True),
        "application": boolean("Application", readonly=True),
    }
    unique = ((("name",), "The name of the module must be unique !"),)

    def compute_version(self, record: Record) -> str | None:
        """Return the version that a module's own files tell."""
        return str(record.latest_version)


class Language(Model):
    """A language that the service speaks, with how it writes dates and numbers."""

    name = "res.lang"
    description = "Languages"
    order = "active desc, name"
    fields = {
        "name": char("Name", required=True),
        "code": char("Locale Code", size=16, required=True),
        "iso_code": char("ISO code", size=16),
        "translatable": boolean("Translatable"),
        "active": boolean("Active", default=True),
        "direction": selection(
            "Direction",
            [("ltr", "Left-to-Right"), ("rtl", "Right-to-Left")],
            required=True,
            default="ltr",
        ),
        "date_format": char("Date Format", required=True, default="%m/%d/%Y"),
        "time_format": char("Time Format", required=True, default="%H:%M:%S"),
        "grouping": char("Separator Format", required=True, default="[]"),
        "decimal_point": char("Decimal Separator", required=True, default="."),
        "thousands_sep": char("Thousands Separator", default=","),
    }
    unique = (
        (("name",), "The name of the language must be unique !"),
        (("code",), "The code of the language must be unique !"),
    )


class Parameter(Model):
    """A setting of the database, by key."""

    name = "ir.config_parameter"
    description = "ir.config_parameter"
    order = "key"
    rec_name = "key"
    fields = {
        "key": char("Key", required=True),
        "value": text("Value", required=True),
    }
    unique = ((("key",), "Key must be unique."),)

    @on_model
    def get_param(self, key: str, default: Any = False) -> Any:
        """Return the value of a key, else the default."""
        found = self.search([("key", "=", key)], limit=1)
        return self.one(found[0]).value if found else default

    @on_model
    def set_param(self, key: str, value: Any) -> Any:
        """Keep the value of a key, or forget it for none; return what it was, False for nothing."""
        found = self.search([("key", "=", key)], limit=1)
        if not found:
            if value not in (False, None):
                self.create({"key": key, "value": value})
            return False
        before = self.one(found[0]).value
        if value in (False, None):
            self.unlink(found)
        else:
            self.write(found, {"value": value})
        return before


class ModelAccess(Model):
    """What a group may do on a model; the rights themselves are not kept as records here."""

    name = "ir.model.access"
    description = "ir.model.access"
    order = "model_id, group_id, name"
    fields = {
        "name": char("Name", required=True),
        "active": boolean("Active", default=True),
        "model_id": many2one("Object", "ir.model", required=True, ondelete="cascade"),
        "group_id": many2one("Group", "res.groups", ondelete="cascade"),
        "perm_read": boolean("Read Access"),
        "perm_write": boolean("Write Access"),
        "perm_create": boolean("Create Access"),
        "perm_unlink": boolean("Delete Access"),
    }

    @on_model
    def check(self, model: str, mode: str = "read", raise_exception: bool = True) -> bool:
        """Return whether the caller may read, write, create or unlink records of a model."""
        return bool(self.env[model].check_access_rights(mode, raise_exception))
