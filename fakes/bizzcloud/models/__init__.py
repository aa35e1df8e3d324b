"""The data model of Odoo 8, which is the one that Bizzcloud's published server has.

A later model (invoice_line_ids, then account.move for invoices) is another table beside this one;
the record store knows none of them.
"""

from fakes.bizzcloud.models import (
    company,
    entry,
    invoice,
    invoice_line,
    ledger,
    meta,
    partner,
    periods,
    product,
    sequences,
    statement,
    tax,
    terms,
    till,
    till_order,
)
from fakes.bizzcloud.records import data_model

ODOO_8 = data_model(
    meta.IrModel,
    meta.IrModelFields,
    meta.ServerAction,
    meta.ActionRule,
    company.Country,
    company.Currency,
    company.Group,
    company.Company,
    company.User,
    partner.PartnerCategory,
    partner.PartnerBank,
    partner.Partner,
    sequences.Sequence,
    ledger.AccountType,
    ledger.Account,
    ledger.Journal,
    periods.FiscalYear,
    periods.Period,
    terms.PaymentTerm,
    terms.PaymentTermLine,
    terms.FiscalPosition,
    terms.FiscalPositionTax,
    tax.TaxCode,
    tax.Tax,
    entry.Move,
    entry.MoveLine,
    entry.Reconcile,
    invoice.Invoice,
    invoice_line.InvoiceLine,
    invoice_line.InvoiceTax,
    product.UnitOfMeasure,
    product.ProductCategory,
    product.ProductTemplate,
    product.Product,
    statement.Statement,
    statement.StatementLine,
    till.TillConfig,
    till.TillSession,
    till_order.TillOrder,
    till_order.TillOrderLine,
)
"""The models by name."""
