"""Users, groups, companies and countries."""

import hmac
from typing import Any

from fakes.bizzcloud.access import EMPLOYEE
from fakes.bizzcloud.database import SUPERUSER
from fakes.bizzcloud.declaring import Constraint, Record, as_ids, no_circle, on_model, on_records
from fakes.bizzcloud.errors import AccessDenied, ServerError, UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    many2many,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.records import Model


class Country(Model):
    """A country, with its ISO code."""

    name = "res.country"
    description = "Country"
    order = "name"
    fields = {
        "name": char(
            "Country Name", required=True, translate=True, help="The full name of the country."
        ),
        "code": char(
            "Country Code",
            size=2,
            help="The ISO country code in two chars.\nYou can use this field for quick search.",
        ),
        "currency_id": many2one("Currency", "res.currency"),
    }
    unique = (
        (("name",), "The name of the country must be unique !"),
        (("code",), "The code of the country must be unique !"),
    )

    def create(self, vals: Any) -> int:
        """Make a country; its code is kept in capitals."""
        return super().create(_with_code_in_capitals(vals))

    @on_records
    def write(self, ids: Any, vals: Any) -> bool:
        """Change countries; their codes are kept in capitals."""
        return super().write(ids, _with_code_in_capitals(vals))

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the country whose code a name of two letters is, then those with such a name."""
        ids: list[int] = []
        if len(name) == 2:
            ids = self.search([("code", "ilike", name), *args], limit=limit)
        others = [("id", "not in", ids)] if ids else []
        ids += self.search([("name", operator, name), *others, *args], limit=limit)
        return ids


def _with_code_in_capitals(vals: Any) -> Any:
    if isinstance(vals, dict) and isinstance(vals.get("code"), str):
        return {**vals, "code": vals["code"].upper()}
    return vals


class CountryState(Model):
    """A part of a country; none are kept to begin with."""

    name = "res.country.state"
    description = "Country state"
    order = "code"
    fields = {
        "country_id": many2one("Country", "res.country", required=True),
        "name": char("State Name", required=True),
        "code": char("State Code", size=3, required=True),
    }

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the states whose code a name is, else those with such a name."""
        ids: list[int] = self.search([("code", "=", name), *args], limit=limit) if name else []
        return ids or super().named(name, args, operator, limit)


class Group(Model):
    """A group of users, which has rights."""

    name = "res.groups"
    description = "Access Groups"
    order = "name"
    searched = ("users",)
    fields = {
        "name": char("Name", required=True, translate=True),
        "full_name": char("Group Name", readonly=True, related=("name",), store=False),
        "users": many2many("Users", "res.users", compute="compute_users", store=False),
        "comment": text("Comment"),
    }

    def compute_users(self, record: Record) -> list[int]:
        """Return the users of a group."""
        return sorted(self.env["res.users"].table.having("groups_id", (record.id,)))


class Company(Model):
    """A company of the shop; its partner holds name and address."""

    name = "res.company"
    description = "Companies"
    order = "name"
    searched = ("user_ids",)
    fields = {
        "partner_id": many2one("Partner", "res.partner", required=True),
        "name": char("Company Name", related=("partner_id", "name"), store=False),
        "parent_id": many2one("Parent Company", "res.company"),
        "child_ids": one2many("Child Companies", "res.company", "parent_id"),
        "currency_id": many2one("Currency", "res.currency", required=True, default=1),
        "street": char("Street", related=("partner_id", "street"), store=False),
        "street2": char("Street2", related=("partner_id", "street2"), store=False),
        "zip": char("Zip", related=("partner_id", "zip"), store=False),
        "city": char("City", related=("partner_id", "city"), store=False),
        "country_id": many2one(
            "Country", "res.country", related=("partner_id", "country_id"), store=False
        ),
        "email": char("Email", related=("partner_id", "email"), store=False),
        "phone": char("Phone", related=("partner_id", "phone"), store=False),
        "website": char("Website", related=("partner_id", "website"), store=False),
        "vat": char("Tax ID", related=("partner_id", "vat"), store=False),
        "company_registry": char("Company Registry", size=64),
        "user_ids": many2many("Accepted Users", "res.users", compute="compute_users", store=False),
        "tax_calculation_rounding_method": selection(
            "Tax Calculation Rounding Method",
            [("round_per_line", "Round per Line"), ("round_globally", "Round Globally")],
            default="round_per_line",
        ),
    }

    constraints = (no_circle("Error! You can not create recursive companies."),)

    def create(self, vals: Any) -> int:
        """Make a company, and its partner unless it is given."""
        values = dict(vals)
        if not values.get("partner_id"):
            values["partner_id"] = self.env["res.partner"].create(
                {"name": values.get("name"), "is_company": True, "customer": False}
            )
        return super().create(values)

    def compute_users(self, record: Record) -> list[int]:
        """Return the users that may work in a company."""
        return sorted(self.env["res.users"].table.having("company_ids", (record.id,)))


class User(Model):
    """Someone who can log in; name and address are those of the user's partner."""

    name = "res.users"
    description = "Users"
    order = "login"
    inherits = {"res.partner": "partner_id"}
    fields = {
        "partner_id": many2one(
            "Related Partner", "res.partner", required=True, ondelete="restrict"
        ),
        "login": char("Login", size=64, required=True),
        "password": char("Password", copy=False),
        "active": boolean("Active", default=True),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "company_ids": many2many("Companies", "res.company", default=lambda model: [(6, 0, [1])]),
        "groups_id": many2many("Groups", "res.groups"),
        "signature": text("Signature"),
        "share": boolean("Share User"),
        "login_date": char("Latest connection"),
    }
    unique = ((("login",), "You can not have two users with the same login !"),)
    constraints = (
        Constraint(
            lambda record: (
                not record.company_ids
                or record.company_id.id in [each.id for each in record.company_ids]
            ),
            "The chosen company is not in the allowed companies for this user",
            ("company_id", "company_ids"),
        ),
    )

    def create(self, vals: Any) -> int:
        """Make a user, who is an employee at least."""
        values = {"customer": False, **vals}
        if "groups_id" not in values:
            employee = self.env["res.groups"].search([("name", "=", EMPLOYEE)])
            values["groups_id"] = [(6, 0, employee)]
        return super().create(values)

    @on_records
    def write(self, ids: Any, vals: Any) -> bool:
        """Change users; everyone may change what is personal of oneself."""
        own = as_ids(ids) == [self.env.uid] and self.env.uid != SUPERUSER
        if own and isinstance(vals, dict) and _PERSONAL.issuperset(vals):
            return User(self.env.as_superuser()).write(ids, vals)
        return super().write(ids, vals)

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy a user, with a name and a login that say so."""
        source = self.copied_one(ids)
        own = {"name": f"{source.name} (copy)", "login": f"{source.login} (copy)"}
        return super().copy(ids, {**own, **(default or {})})

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the user whose login a name is, else those with such a name."""
        ids: list[int] = []
        if name and operator in ("=", "ilike"):
            ids = self.search([("login", "=", name), *args], limit=limit)
        return ids or super().named(name, args, operator, limit)

    def read_rows(self, ids: Any, fields: Any, *, names: bool = True) -> list[dict[str, Any]]:
        """Return users as the wire has them; a password is never shown."""
        rows = super().read_rows(ids, fields, names=names)
        for row in rows:
            if "password" in row:
                row["password"] = "********"  # noqa: S105 - what the service shows instead of one
        return rows

    def checked_login(self, login: str, password: str) -> int | None:
        """Return the uid of an active user with a login and password; None when there is none."""
        for identifier in self.table.having("login", (login,)):
            row = self.table.rows[identifier]
            if row["active"] and _same(row["password"], password):
                return identifier
        return None

    def has_password(self, uid: int, password: str) -> bool:
        """Return whether an active user with an id has a password."""
        row = self.table.rows.get(uid)
        return row is not None and row["active"] and _same(row["password"], password)

    @on_model
    def context_get(self) -> dict[str, Any]:
        """Return the language and time zone of the caller."""
        partner = self.browse(self.env.uid)[0].partner_id
        return {"lang": partner.lang or False, "tz": partner.tz or False}

    @on_model
    def has_group(self, group_ext_id: str) -> bool:
        """Return whether the caller is in the group of an external id; the first user is in all."""
        module, dot, name = str(group_ext_id).partition(".")
        if not dot:
            raise ServerError("AssertionError", "External ID must be fully qualified")
        known: Any = self.env.as_superuser()["ir.model.data"]
        group = known.xmlid_to_res_id(f"{module}.{name}")
        return self.env.uid == 1 or group in self.table.rows[self.env.uid]["groups_id"]

    @on_model
    def change_password(self, old_passwd: str, new_passwd: str) -> bool:
        """Change the caller's own password; raises AccessDenied when the old one is wrong."""
        if not self.has_password(self.env.uid, old_passwd):
            raise AccessDenied
        if not new_passwd:
            raise UserError("Setting empty passwords is not allowed for security reasons!")
        self.store(self.env.uid, password=new_passwd)
        return True


_PERSONAL = frozenset(
    {"password", "signature", "action_id", "company_id", "email", "name", "lang", "tz"}
    | {"image", "image_medium", "image_small"}
)
"""What a user may change of the own account without rights to users."""


def _same(kept: Any, given: Any) -> bool:
    if not isinstance(kept, str) or not isinstance(given, str) or not kept:
        return False
    return hmac.compare_digest(kept.encode(errors="replace"), given.encode(errors="replace"))
