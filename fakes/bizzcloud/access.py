"""Who may do what: the rights of groups on models, and the texts of refusals."""

from typing import TYPE_CHECKING

from fakes.bizzcloud.errors import AccessError

if TYPE_CHECKING:
    from fakes.bizzcloud.database import Environment

ALL = frozenset(("read", "write", "create", "unlink"))
READ = frozenset(("read",))

INVOICING = "Accounting & Finance / Invoicing & Payments"
ACCOUNTANT = "Accounting & Finance / Accountant"
TILL = "Point of Sale / User"
TILL_MANAGER = "Point of Sale / Manager"
EMPLOYEE = "Human Resources / Employee"
SETTINGS = "Administration / Settings"

CHART = (
    "account.account",
    "account.account.type",
    "account.tax",
    "account.tax.code",
    "account.journal",
    "account.fiscalyear",
    "account.period",
    "account.payment.term",
    "account.payment.term.line",
    "account.fiscal.position",
    "account.fiscal.position.tax",
)
DOCUMENTS = (
    "account.invoice",
    "account.invoice.line",
    "account.invoice.tax",
    "account.invoice.refund",
    "account.move",
    "account.move.line",
    "account.move.reconcile",
    "account.voucher",
    "account.voucher.line",
    "res.partner",
    "res.partner.bank",
)
STATEMENTS = ("account.bank.statement", "account.bank.statement.line")
EVERYDAY = (
    "res.users",
    "res.groups",
    "res.company",
    "res.partner",
    "res.partner.category",
    "res.partner.bank",
    "res.country",
    "res.country.state",
    "res.partner.title",
    "res.currency",
    "res.currency.rate",
    "ir.sequence",
    "ir.model",
    "ir.model.fields",
    "ir.model.data",
    "ir.model.access",
    "ir.module.module",
    "ir.config_parameter",
    "res.lang",
    "product.template",
    "product.product",
    "product.category",
    "product.uom",
    "product.price.type",
    "product.pricelist",
    "product.pricelist.version",
    "product.pricelist.item",
)
ADMINISTRATION = (
    "res.users",
    "res.groups",
    "res.company",
    "ir.sequence",
    "ir.model",
    "ir.model.fields",
    "ir.model.data",
    "ir.model.access",
    "ir.config_parameter",
    "res.lang",
    "ir.actions.server",
    "base.action.rule",
)

RIGHTS: dict[str, dict[str, frozenset[str]]] = {
    EMPLOYEE: {
        **dict.fromkeys(EVERYDAY, READ),
        "ir.attachment": ALL,
        "mail.message": READ | {"create"},
    },
    INVOICING: {**dict.fromkeys((*CHART, *STATEMENTS), READ), **dict.fromkeys(DOCUMENTS, ALL)},
    ACCOUNTANT: dict.fromkeys((*CHART, *STATEMENTS), ALL),
    TILL: {
        **dict.fromkeys(("pos.config", "account.journal", "account.account", "account.tax"), READ),
        **dict.fromkeys(("pos.session", "pos.order", "pos.order.line", *STATEMENTS), ALL),
    },
    SETTINGS: dict.fromkeys(ADMINISTRATION, ALL),
    TILL_MANAGER: {"pos.config": ALL},
}
"""The rights of each group. Which groups there are is Odoo 8's; which rights, in short, assumed."""

_REFUSALS = {
    "read": "Sorry, you are not allowed to access this document.",
    "write": "Sorry, you are not allowed to modify this document.",
    "create": "Sorry, you are not allowed to create this kind of document.",
    "unlink": "Sorry, you are not allowed to delete this document.",
}


def group_names(env: "Environment") -> set[str]:
    """Return the names of the caller's groups."""
    groups = env.database.tables["res.groups"].rows
    user = env.database.tables["res.users"].rows[env.uid]
    return {groups[each]["name"] for each in user["groups_id"]}


def belongs(env: "Environment", group: str) -> bool:
    """Return whether the caller is in a group."""
    return group in group_names(env)


def companies(env: "Environment") -> set[int]:
    """Return the company that the caller works in, and those below it."""
    company: int = env.database.tables["res.users"].rows[env.uid]["company_id"]
    return {company, *env.database.tables["res.company"].having("parent_id", (company,))}


def allowed(env: "Environment", model: str, operation: str) -> bool:
    """Return whether the caller may do an operation on a model; the first user may do all."""
    if env.uid == 1:
        return True
    groups = group_names(env)
    return any(operation in RIGHTS.get(group, {}).get(model, ()) for group in groups)


def require(env: "Environment", model: str, operation: str) -> None:
    """Raise AccessError, naming the groups that may, unless the caller may."""
    if allowed(env, model, operation):
        return
    groups = sorted(group for group, rights in RIGHTS.items() if operation in rights.get(model, ()))
    if groups:
        advice = "Only users with the following access level are currently allowed to do that:\n"
        advice += "\n".join(f"- {group}" for group in groups)
    else:
        advice = "Please contact your system administrator if you think this is an error."
    raise AccessError(f"{_REFUSALS[operation]} {advice}\n\n(Document model: {model})")


def hidden(description: str, operation: str) -> AccessError:
    """Return the error for a record of a company that the caller does not belong to."""
    return AccessError(
        "The requested operation cannot be completed due to security restrictions. Please contact "
        f"your system administrator.\n\n(Document type: {description}, Operation: {operation})"
    )
