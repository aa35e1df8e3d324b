"""What partners are described by: tags, titles, bank accounts."""

from fakes.bizzcloud.declaring import Record, no_circle
from fakes.bizzcloud.fields import boolean, char, integer, many2one, one2many, selection
from fakes.bizzcloud.records import Model


class PartnerCategory(Model):
    """A tag of partners."""

    name = "res.partner.category"
    description = "Partner Tags"
    order = "name"
    fields = {
        "name": char("Category Name", required=True, translate=True),
        "parent_id": many2one("Parent Category", "res.partner.category", ondelete="cascade"),
        "child_ids": one2many("Child Categories", "res.partner.category", "parent_id"),
        "active": boolean("Active", default=True),
    }
    constraints = (no_circle("Error ! You can not create recursive categories."),)

    def name_of(self, record: Record) -> str:
        """Return a tag's name after those above it."""
        above = record.parent_id
        return f"{self.name_of(above)} / {record.name}" if above else str(record.name)


class PartnerTitle(Model):
    """How a person or a company is addressed."""

    name = "res.partner.title"
    description = "res.partner.title"
    order = "name"
    fields = {
        "name": char("Title", required=True, translate=True),
        "shortcut": char("Abbreviation", translate=True),
        "domain": selection(
            "Domain",
            [("partner", "Partner"), ("contact", "Contact")],
            required=True,
            default="contact",
        ),
    }


class PartnerBank(Model):
    """A bank account of a partner."""

    name = "res.partner.bank"
    description = "Bank Accounts"
    order = "sequence"
    rec_name = "acc_number"
    fields = {
        "name": char("Bank Account"),
        "acc_number": char("Account Number", size=64, required=True),
        "bank_name": char("Bank Name"),
        "bank_bic": char("Bank Identifier Code", size=16),
        "owner_name": char("Account Owner Name"),
        "partner_id": many2one("Account Owner", "res.partner", ondelete="cascade"),
        "state": selection(
            "Bank Account Type",
            [("bank", "Normal Bank Account"), ("iban", "IBAN Account")],
            required=True,
            default="bank",
        ),
        "sequence": integer("Sequence"),
        "company_id": many2one("Company", "res.company"),
    }
