"""What a new database holds: one company, its chart of accounts, taxes, journals and a till.

The ids are those of the recorded exchanges where these name them.
"""

import csv
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from fakes.bizzcloud.access import RIGHTS
from fakes.bizzcloud.database import Database, Environment
from fakes.bizzcloud.models import ODOO_8
from fakes.bizzcloud.models.meta import PUSHED
from fakes.bizzcloud.tables import Row, Table

FISCAL_YEARS = (2016, 2017, 2018, 2025, 2026, *range(2019, 2025), *range(2027, 2031), 2015)
"""The years that have periods, in the order of their ids; five of them stand in the recording."""

ACCOUNT_TYPES = (
    ("Root/View", "view", "none", "none"),
    ("Receivable", "receivable", "asset", "unreconciled"),
    ("Payable", "payable", "liability", "unreconciled"),
    ("Bank", "bank", "asset", "balance"),
    ("Cash", "cash", "asset", "balance"),
    ("Asset", "asset", "asset", "balance"),
    ("Liability", "liability", "liability", "balance"),
    ("Income", "income", "income", "none"),
    ("Expense", "expense", "expense", "none"),
    ("Equity", "equity", "liability", "balance"),
    ("BTW", "tax", "none", "none"),
)

JOURNALS = (
    (1, "Stock Journal", "STJ", "general", None),
    (2, "Sales Journal", "SAJ", "sale", 458),
    (3, "Purchase Journal", "EXJ", "purchase", 431),
    (4, "Sales Refund Journal", "SCNJ", "sale_refund", 458),
    (5, "Purchase Refund Journal", "ECNJ", "purchase_refund", 431),
    (6, "Miscellaneous Journal", "MISC", "general", None),
    (7, "Opening Entries Journal", "OPEJ", "situation", None),
    (8, "Kas", "BNK1", "cash", 483),
    (9, "PIN", "BNK2", "bank", 484),
)

CASH_DIFFERENCES = 304
BETWEEN_ACCOUNTS = 164
"""The ledger account for what is counted too much or too little in a till."""

UUID_ROW = 2
"""The system parameter that tells a database from any other, also from a copy of it."""

INSTALLED = datetime(2015, 1, 1, tzinfo=UTC)
"""When a new database was filled."""


EVER = "1970-01-01 00:00:00"
"""Since when the currencies have the rate that they begin with."""


NOBODY_MADE_IT: Row = {"create_date": None, "create_uid": None}
"""What Odoo's installation writes into the database itself (published: base.sql) has no maker."""


@cache
def beginning() -> dict[str, Table]:
    """Return the tables that every new database begins with; its first user has no password yet."""
    database = Database("beginning", ODOO_8, lambda: INSTALLED)
    with database.transaction() as env:
        _fill(env)
    return database.tables


def seed(database: Database, login: str, password: str) -> None:
    """Fill an empty database; `login` and `password` are those of its first user."""
    database.tables = {name: table.copy() for name, table in beginning().items()}
    users = database.tables["res.users"]
    users.put(1, {**users.rows[1], "login": login, "password": password})
    parameters = database.tables["ir.config_parameter"]
    parameters.put(UUID_ROW, {**parameters.rows[UUID_ROW], "value": str(uuid.uuid4())})


def _fill(env: Environment) -> None:
    _keep(env, "res.currency", 1, name="EUR", symbol="€", position="after", **NOBODY_MADE_IT)
    _keep(env, "res.currency", 3, name="USD", symbol="$")
    for number, currency in enumerate((1, 3), start=1):
        _keep(env, "res.currency.rate", number, name=EVER, rate=1.0, currency_id=currency)
    for row in table("countries"):
        _keep(env, "res.country", int(row["id"]), name=row["name"], code=row["code"])
    _people(env)
    _ledger(env)
    _till(env)
    _models(env)
    _installation(env)
    env["res.partner"].recompute(env["res.partner"].table.rows)


def _models(env: Environment) -> None:
    models, fields = env["ir.model"].table, env["ir.model.fields"].table
    known: dict[str, int] = {}
    for name, model in env.database.data_model.items():
        identifier = known[name] = models.new_id()
        _keep(env, "ir.model", identifier, name=model.description, model=name)
        for field_name, field in model.all_fields.items():
            _keep(
                env,
                "ir.model.fields",
                fields.new_id(),
                name=field_name,
                model=name,
                model_id=identifier,
                field_description=field.string,
                ttype=field.type,
                relation=field.relation,
                relation_field=field.relation_field,
                required=field.required,
                readonly=bool(field.readonly),
            )
    for number, name in enumerate(PUSHED, 1):
        about = {"name": f"e-Boekhouden: {name}", "model_id": known[name]}
        _keep(env, "ir.actions.server", number, **about)
        _keep(env, "base.action.rule", number, server_action_ids=(number,), **about)


def _installation(env: Environment) -> None:
    """Keep what clients ask of the installation: external ids, modules, languages, settings."""
    for number, row in enumerate(table("external_ids"), 1):
        about = {"module": row["module"], "name": row["name"], "model": row["model"]}
        _keep(env, "ir.model.data", number, res_id=int(row["id"]), noupdate=True, **about)
    for number, row in enumerate(table("modules"), 1):
        _keep(
            env,
            "ir.module.module",
            number,
            name=row["name"],
            shortdesc=row["title"],
            application=row["application"] == "yes",
            state="installed",
            latest_version="9.0alpha1.1.0",
        )
    comma = {"decimal_point": ",", "thousands_sep": ".", "date_format": "%d-%m-%Y"}
    _keep(env, "res.lang", 1, name="English", code="en_US", iso_code="en", translatable=True)
    _keep(env, "res.lang", 2, name="Dutch / Nederlands", code="nl_NL", iso_code="nl", **comma)
    _keep(env, "ir.config_parameter", 1, key="database.create_date", value=env.now)
    _keep(env, "ir.config_parameter", UUID_ROW, key="database.uuid", value="-")


def _keep(env: Environment, model: str, identifier: int, /, **values: Any) -> None:
    """Put one row with a given id, its other fields at their defaults, without any rule."""
    table = env[model].table
    env.put(table, identifier, {**_blank(env, model), **values})
    table.last_id = max(table.last_id, identifier)


@lru_cache(maxsize=100)
def _blank(env: Environment, model: str) -> Row:
    """Return a row of a model with every stored field at its default."""
    made = env[model]
    row: Row = {
        name: field.empty_stored()
        for name, field in made.all_fields.items()
        if field.store and name != "id" and field.type != "one2many"
    }
    row |= {
        "create_date": env.now,
        "create_uid": 1,
        "write_date": env.now,
        "write_uid": 1,
    }
    defaults = made.defaults(set(row))
    return row | {name: value for name, value in defaults.items() if not isinstance(value, list)}


def _people(env: Environment) -> None:
    for name in RIGHTS:
        _keep(env, "res.groups", env["res.groups"].table.new_id(), name=name)
    receivable = {"property_account_receivable": 166, "property_account_payable": 175}
    company = {"email": "info@yourcompany.com", "is_company": True, "customer": False}
    _keep(env, "res.partner", 1, name="Bakkerij Demo", **company, **receivable, **NOBODY_MADE_IT)
    nobody = {"customer": False, **receivable}
    _keep(env, "res.partner", 3, name="Administrator", email="admin@example.com", **nobody)
    _keep(env, "res.partner", 4, name="Public user", active=False, **nobody)
    _keep(env, "res.partner", 5, name="Template User", **nobody)
    _keep(env, "res.company", 1, partner_id=1, currency_id=1, **NOBODY_MADE_IT)
    groups = tuple(env["res.groups"].table.rows)
    everyone = {"company_id": 1, "company_ids": (1,)}
    _keep(
        env,
        "res.users",
        1,
        login="admin",
        partner_id=3,
        groups_id=groups,
        **everyone,
        **NOBODY_MADE_IT,
    )
    _keep(env, "res.users", 3, login="public", active=False, partner_id=4, **everyone)
    _keep(env, "res.users", 4, login="portaltemplate", active=False, partner_id=5, **everyone)


def _ledger(env: Environment) -> None:
    for name, code, report, close in ACCOUNT_TYPES:
        types = env["account.account.type"]
        _keep(
            env,
            types.name,
            types.table.new_id(),
            name=name,
            code=code,
            report_type=report,
            close_method=close,
        )
    for row in table("accounts"):
        _keep(
            env,
            "account.account",
            int(row["id"]),
            code=row["code"],
            name=row["name"],
            type=row["type"],
            user_type=int(row["user_type"]),
            reconcile=row["reconcile"] == "yes",
            parent_id=_id(row["parent"]),
        )
    for row in table("tax_codes"):
        _keep(
            env,
            "account.tax.code",
            int(row["id"]),
            code=row["code"] or None,
            name=row["name"],
            parent_id=_id(row["parent"]),
        )
    for row in table("taxes"):
        _tax(env, row)
    _journals(env)
    for year in FISCAL_YEARS:
        _fiscal_year(env, year)
    _payment_term(env, "Immediate Payment", [0])
    _payment_term(env, "15 Days", [15])
    _payment_term(env, "30 Net Days", [30])


def table(name: str) -> Iterable[dict[str, str]]:
    """Yield the rows of one of the tables that a new database begins with."""
    source = resources.files("fakes.bizzcloud") / "data" / f"{name}.csv"
    with source.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _id(text: str) -> int | None:
    return int(text) if text else None


def _tax(env: Environment, row: dict[str, str]) -> None:
    amount = env["account.tax"].all_fields["amount"]
    _keep(
        env,
        "account.tax",
        int(row["id"]),
        name=row["name"],
        description=row["description"],
        amount=amount.stored_value("account.tax", "amount", row["amount"]),
        sequence=int(row["sequence"]),
        account_collected_id=int(row["account"]),
        account_paid_id=int(row["account"]),
        tax_code_id=_id(row["tax_code"]),
        base_code_id=_id(row["base_code"]),
        ref_tax_code_id=_id(row["ref_tax_code"]),
        ref_base_code_id=_id(row["ref_base_code"]),
        ref_base_sign=-1.0,
        ref_tax_sign=-1.0,
        type_tax_use=row["use"],
    )


def _journals(env: Environment) -> None:
    for identifier, name, code, kind, account in JOURNALS:
        sequence = 37 + identifier
        _keep(
            env,
            "ir.sequence",
            sequence,
            name=name,
            implementation="no_gap",
            prefix="F/%(year)s/" if kind == "sale" else f"{code}/%(year)s/",
            padding=4,
            company_id=1,
        )
        _keep(
            env,
            "account.journal",
            identifier,
            name=name,
            code=code,
            type=kind,
            default_credit_account_id=account,
            default_debit_account_id=account,
            sequence_id=sequence,
            update_posted=True,
            journal_user=kind in ("cash", "bank"),
            profit_account_id=CASH_DIFFERENCES if kind == "cash" else None,
            loss_account_id=CASH_DIFFERENCES if kind == "cash" else None,
            internal_account_id=BETWEEN_ACCOUNTS if kind == "cash" else None,
        )


def _fiscal_year(env: Environment, year: int) -> None:
    years, periods = env["account.fiscalyear"], env["account.period"]
    identifier = years.table.new_id()
    start, stop = f"{year}-01-01", f"{year}-12-31"
    _keep(
        env,
        years.name,
        identifier,
        name=str(year),
        code=str(year),
        date_start=start,
        date_stop=stop,
    )
    _keep(
        env,
        periods.name,
        periods.table.new_id(),
        name=f"Opening Period {year}",
        code=f"00/{year}",
        special=True,
        date_start=start,
        date_stop=start,
        fiscalyear_id=identifier,
    )
    for month in range(1, 13):
        last = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30
        if month == 2:
            last = 29 if year % 4 == 0 else 28
        _keep(
            env,
            periods.name,
            periods.table.new_id(),
            name=f"{month:02d}/{year}",
            code=f"{month:02d}/{year}",
            date_start=f"{year}-{month:02d}-01",
            date_stop=f"{year}-{month:02d}-{last}",
            fiscalyear_id=identifier,
        )


def _payment_term(env: Environment, name: str, days: list[int]) -> None:
    terms, lines = env["account.payment.term"], env["account.payment.term.line"]
    identifier = terms.table.new_id()
    _keep(env, terms.name, identifier, name=name)
    for each in days:
        _keep(
            env, lines.name, lines.table.new_id(), value="balance", days=each, payment_id=identifier
        )


def _till(env: Environment) -> None:
    for code, prefix, padding in (
        ("pos.session", "Main/", 5),
        ("pos.order", "POS", 4),
        ("pos.order.line", "POSL", 4),
    ):
        sequences = env["ir.sequence"]
        _keep(
            env,
            sequences.name,
            sequences.table.new_id(),
            name=code,
            code=code,
            prefix=prefix,
            padding=padding,
        )
    _keep(env, "product.uom", 1, name="Unit(s)", factor=1.0)
    accounts = {"property_account_income_categ": 458, "property_account_expense_categ": 431}
    _keep(env, "product.category", 1, name="All products", **accounts)
    _keep(env, "product.template", 1, name="Service", type="service", list_price=75.0, categ_id=1)
    _keep(env, "product.product", 1, product_tmpl_id=1, name_template="Service")
    _keep(env, "product.price.type", 1, name="Public Price", field="list_price")
    _keep(env, "product.price.type", 2, name="Cost Price", field="standard_price")
    _keep(env, "product.pricelist", 1, name="Public Pricelist", type="sale")
    version = "Default Public Pricelist Version"
    _keep(env, "product.pricelist.version", 1, name=version, pricelist_id=1)
    rule = {"name": "Default Public Pricelist Line", "base": 1}
    _keep(env, "product.pricelist.item", 1, price_version_id=1, **rule)
    _keep(env, "pos.config", 1, name="Kassa 1", journal_ids=(8, 9), journal_id=2)
