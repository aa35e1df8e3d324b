"""res.partner: customers and suppliers, people and companies, with their addresses."""

import re
from collections.abc import Iterable
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Constraint, Record, as_ids, no_circle, on_model, on_records
from fakes.bizzcloud.fields import (
    boolean,
    char,
    date,
    decimal,
    many2many,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.models.messages import Thread, thread_fields
from fakes.bizzcloud.models.vat import invalid_vat, valid_vat
from fakes.bizzcloud.records import Model


def _account(code: str) -> Any:
    def default(model: Model) -> int | None:
        found = model.env.as_superuser()["account.account"].search([("code", "=", code)], limit=1)
        return found[0] if found else None

    return default


class Partner(Thread):
    """Somebody to do business with; a contact person hangs below a company."""

    name = "res.partner"
    description = "Partner"
    order = "display_name"
    searched = ("commercial_partner_id", "credit", "debit")
    fields = {
        "name": char("Name", required=True),
        "display_name": char(
            "Name",
            readonly=True,
            compute="compute_display_name",
            depends=("name", "parent_id.name"),
        ),
        "date": date("Date"),
        "title": many2one("Title", "res.partner.title"),
        "parent_id": many2one("Related Company", "res.partner"),
        "child_ids": one2many(
            "Contacts", "res.partner", "parent_id", domain=[["active", "=", True]], copy=False
        ),
        "ref": char("Contact Reference"),
        "lang": selection(
            "Language",
            [("en_US", "English"), ("nl_NL", "Dutch / Nederlands")],
            default="en_US",
        ),
        "tz": char("Timezone"),
        "user_id": many2one(
            "Salesperson",
            "res.users",
            help="The internal user that is in charge of communicating with this contact if any.",
        ),
        "vat": char(
            "TIN",
            help="Tax Identification Number. Check the box if this contact is subjected to taxes. "
            "Used by the some of the legal statements.",
        ),
        "bank_ids": one2many("Banks", "res.partner.bank", "partner_id"),
        "website": char("Website", help="Website of Partner or Company"),
        "comment": text("Notes"),
        "category_id": many2many("Tags", "res.partner.category"),
        "credit_limit": decimal("Credit Limit", None),
        "ean13": char("EAN13", size=13),
        "active": boolean("Active", default=True),
        "customer": boolean(
            "Customer", default=True, help="Check this box if this contact is a customer."
        ),
        "supplier": boolean(
            "Supplier",
            help="Check this box if this contact is a supplier. If it's not checked, "
            "purchase people will not see it when encoding a purchase order.",
        ),
        "employee": boolean("Employee", help="Check this box if this contact is an Employee."),
        "function": char("Job Position"),
        "type": selection(
            "Address Type",
            [
                ("default", "Default"),
                ("invoice", "Invoice"),
                ("delivery", "Shipping"),
                ("contact", "Contact"),
                ("other", "Other"),
            ],
            default="contact",
            help="Used to select automatically the right address according to the "
            "context in sales and purchases documents.",
        ),
        "street": char("Street"),
        "street2": char("Street2"),
        "zip": char("Zip", size=24),
        "city": char("City"),
        "state_id": many2one("State", "res.country.state", ondelete="restrict"),
        "country_id": many2one("Country", "res.country", ondelete="restrict"),
        "email": char("Email"),
        "phone": char("Phone"),
        "fax": char("Fax"),
        "mobile": char("Mobile"),
        "birthdate": char("Birthdate"),
        "is_company": boolean(
            "Is a Company", help="Check if the contact is a company, otherwise it is a person"
        ),
        "use_parent_address": boolean(
            "Use Company Address",
            help="Select this if you want to set company's address information  for this contact",
        ),
        "company_id": many2one("Company", "res.company", default=1),
        "commercial_partner_id": many2one(
            "Commercial Entity", "res.partner", compute="compute_commercial_partner", store=False
        ),
        "property_account_receivable": many2one(
            "Account Receivable",
            "account.account",
            help="This account will be used instead of the default one as the receivable account "
            "for the current partner",
            domain="[('type', '=', 'receivable')]",
            required=True,
            company_dependent=True,
            default=_account("1300"),
        ),
        "property_account_payable": many2one(
            "Account Payable",
            "account.account",
            help="This account will be used instead of the default one as the payable account for "
            "the current partner",
            domain="[('type', '=', 'payable')]",
            required=True,
            company_dependent=True,
            default=_account("1500"),
        ),
        "property_product_pricelist": many2one(
            "Sale Pricelist",
            "product.pricelist",
            domain=[["type", "=", "sale"]],
            help="This pricelist will be used, instead of the default one, for sales to the "
            "current partner",
            company_dependent=True,
            default=1,
        ),
        "property_payment_term": many2one(
            "Customer Payment Term",
            "account.payment.term",
            help="This payment term will be used instead of the default one for sale orders and "
            "customer invoices",
            company_dependent=True,
        ),
        "property_supplier_payment_term": many2one(
            "Supplier Payment Term",
            "account.payment.term",
            help="This payment term will be used instead of the default one for purchase orders "
            "and supplier invoices",
            company_dependent=True,
        ),
        "property_account_position": many2one(
            "Fiscal Position",
            "account.fiscal.position",
            help="The fiscal position will determine taxes and accounts used for the partner.",
            company_dependent=True,
        ),
        "invoice_ids": one2many("Invoices", "account.invoice", "partner_id", copy=False),
        "credit": decimal(
            "Total Receivable",
            compute="compute_credit",
            store=False,
            help="Total amount this customer owes you.",
        ),
        "debit": decimal(
            "Total Payable",
            compute="compute_debit",
            store=False,
            help="Total amount you have to pay to this supplier.",
        ),
        **thread_fields(),
        "debit_limit": decimal("Payable Limit", None),
        "user_ids": one2many("Users", "res.users", "partner_id", copy=False),
    }

    constraints = (
        no_circle("You cannot create recursive Partner hierarchies."),
        Constraint(lambda record: not record.vat or valid_vat(record.vat), invalid_vat, ("vat",)),
    )

    def compute_display_name(self, record: Record) -> str:
        """Return a partner's name after that of the company it belongs to."""
        own = record.name or ""
        if record.parent_id is not None and not record.is_company:
            return f"{record.parent_id.name}, {own}"
        return str(own)

    def name_of(self, record: Record) -> str:
        """Return the name of a partner in references."""
        return str(record.display_name or "")

    def compute_commercial_partner(self, record: Record) -> int:
        """Return the company that a contact person buys for, or the partner itself."""
        while not record.is_company and record.parent_id is not None:
            record = record.parent_id
        return record.id

    def _open(self, record: Record, kind: str) -> float:
        """Return what is open on a kind of account for a partner, positive on the debit side."""
        lines = self.env.as_superuser()["account.move.line"]
        own = lines.browse(lines.table.having("partner_id", (record.id,)))
        open_lines = [each for each in own if each.reconcile_id is None]
        return stored(
            sum(each.debit - each.credit for each in open_lines if each.account_id.type == kind), 2
        )

    def compute_credit(self, record: Record) -> float:
        """Return what a customer owes."""
        return self._open(record, "receivable")

    def compute_debit(self, record: Record) -> float:
        """Return what is owed to a supplier."""
        return stored(-self._open(record, "payable"), 2)

    @on_records
    def onchange_state(self, ids: Any, state_id: int | bool) -> dict[str, Any]:
        """Return what a form fills in when a state is chosen: its country."""
        if not state_id:
            return {}
        state = self.env["res.country.state"].one(int(state_id))
        return {"value": {"country_id": state.country_id.id}}

    @on_records
    def address_get(self, ids: Any, adr_pref: Any = None) -> dict[str, Any]:
        """Return the partner for each kind of address that is asked for, and the default one.

        Each is looked for below the partner, then beside and above it, within one company; where
        there is none it is the default one, else the partner itself.
        """
        wanted = {*(adr_pref or ()), "default"}
        found: dict[str, int] = {}
        seen: set[int] = set()
        for partner in self.browse(as_ids(ids)):
            above: Record | None = partner
            while above is not None and len(found) < len(wanted):
                self._scan(above, wanted, found, seen)
                above = None if above.is_company else above.parent_id
        first = (as_ids(ids) or [0])[0] or False
        return {kind: found.get(kind) or found.get("default") or first for kind in sorted(wanted)}

    def _scan(
        self, record: Record, wanted: set[str], found: dict[str, int], seen: set[int]
    ) -> None:
        if record.id in seen or len(found) == len(wanted):
            return
        seen.add(record.id)
        if record.type in wanted:
            found.setdefault(record.type, record.id)
        for child in record.child_ids:
            if not child.is_company:
                self._scan(child, wanted, found, seen)

    @on_model
    def name_create(self, name: str) -> list[Any]:
        """Make a partner of a name, an address, or both as in e-mail; return [id, name]."""
        called, address = _name_and_address(name)
        made = self.create({"name": called or address, "email": address or False})
        return [made, self.name_of(self.one(made))]

    @on_model
    def find_or_create(self, email: str) -> int:
        """Return the partner with an e-mail address, a new one where there is none."""
        address = _name_and_address(email)[1] or email
        found: list[int] = self.search([("email", "=ilike", address)])
        return found[0] if found else int(self.name_create(email)[0])

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy a partner, with a name that says so."""
        source = self.copied_one(ids)
        return super().copy(ids, {**(default or {}), "name": f"{source.name} (copy)"})

    def recompute(self, ids: Iterable[int]) -> None:
        """Keep the display names of partners and of the people below them."""
        for record in self.browse(ids):
            self.store(record.id, display_name=self.compute_display_name(record))
            self.recompute(self.table.having("parent_id", (record.id,)))

    def written(self, record: Record, names: set[str]) -> None:
        """Hand a company's terms and address down to its people, and tell what books hold."""
        if names & {"parent_id", "use_parent_address", "is_company"}:
            self._take_over(record)
        if names.isdisjoint(_COMMERCIAL + _ADDRESS):
            below = []
        else:
            below = self.browse(sorted(self.table.having("parent_id", (record.id,))))
        for person in below:
            self._take_over(person)
        if names & _TOLD:
            self.env.changed(self.name, record.id, "changed")

    def _take_over(self, record: Record) -> None:
        """Give a person the company's terms, and its address when the person uses that.

        A company without an address gets that of the first person below it.
        """
        above = record.parent_id
        if above is None:
            return
        taken: tuple[str, ...] = ()
        if not record.is_company:
            commercial = self.one(self.compute_commercial_partner(record))
            self._take(record, commercial, _COMMERCIAL)
        if record.use_parent_address:
            taken = _ADDRESS
        elif not any(getattr(above, name) for name in _ADDRESS) and len(above.child_ids) == 1:
            self._take(above, record, _ADDRESS)
        self._take(record, above, taken)

    def _take(self, into: Record, source: Record, names: tuple[str, ...]) -> None:
        row = self.table.rows[source.id]
        values = {name: row[name] for name in names}
        if any(self.table.rows[into.id][name] != value for name, value in values.items()):
            into.write({name: False if value is None else value for name, value in values.items()})

    def name_domain(self, name: str, operator: str) -> list[Any]:
        """Return the domain of the partners that a name or an e-mail address means."""
        if operator in ("=", "ilike", "=ilike", "like", "=like"):
            return self.either(("email", "display_name"), operator, name)
        return [("name", operator, name)]


def _name_and_address(text: str) -> tuple[str, str]:
    """Return the name and the e-mail address that a text such as "Jan <jan@x.nl>" holds."""
    address = re.search(r"[^\s<>,;]+@[^\s<>,;]+", text)
    if address is None:
        return text, ""
    return text[: address.start()].replace('"', "").replace("<", "").strip(), address[0]


_COMMERCIAL = (
    "vat",
    "credit_limit",
    "property_account_receivable",
    "property_account_payable",
    "property_account_position",
    "property_product_pricelist",
    "property_payment_term",
    "property_supplier_payment_term",
)
"""What a company's people have in common with it."""

_ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")

_TOLD = {
    "name",
    "ref",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "country_id",
    "email",
    "phone",
} | {
    "mobile",
    "fax",
    "is_company",
    "parent_id",
    "active",
    "bank_ids",
}
"""The fields whose change is pushed: what books hold of a relation."""
