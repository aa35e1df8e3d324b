"""The account that a payment journal stands for, and a payment of an invoice at the till. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sync_core.booking_dates import check_date
from sync_core.bookings import LedgerAccount, Mutation, MutationKind, MutationLine
from sync_core.documents import CashMove, InvoicePayment, Payment
from sync_core.journal import Reason
from sync_core.link import LinkOptions
from sync_core.vat import NO_VAT
from sync_core.wanted import Waits, check_account, fitting, mutation_or_reason, shortened

FINANCIAL = "FIN"
"""The category of the books for accounts that money comes in on: cash, card, bank."""

MoneyMove = Payment | InvoicePayment | CashMove
"""What a payment journal records: a payment of a receipt or invoice, cash put in or taken out."""


def chosen_account(code: str, name: str, kind: str, options: LinkOptions) -> str | None:
    """Return the account of a payment journal: as the link maps it, else as proposed.

    `kind` is Odoo's type of the journal; None where neither says.
    """
    proposals = {"cash": options.cash_account, "bank": options.card_account}
    mapped = options.payment_accounts
    return mapped.get(name) or mapped.get(code) or proposals.get(kind)


def account_chosen_for(move: MoneyMove, options: LinkOptions) -> str | None:
    """Return the account that money came in on or went out from; None where none is chosen."""
    return chosen_account(move.journal_code, move.journal_name, move.journal_type, options)


def money_account(
    move: MoneyMove, options: LinkOptions, accounts: Mapping[str, LedgerAccount]
) -> str:
    """Return the account of cash or card to book on; raises Waits where none will do."""
    code = account_chosen_for(move, options)
    if code is None:
        raise Waits(Reason("journal-unmapped", {"journal": move.journal_name}))
    check_account(code, accounts)
    if accounts[code].category != FINANCIAL:
        raise Waits(Reason("account-not-financial", {"account": code}))
    return code


def payment_of_invoice(
    payment: Payment | InvoicePayment,
    number: str,
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Mutation | Reason:
    """Return what a payment at the till wants of the invoice `number`, paid on `day`.

    `relation` is the code of the invoice's customer in the books, or why there is none.
    """

    def make() -> Mutation:
        account = money_account(payment, options, accounts)
        if isinstance(relation, Reason):
            raise Waits(relation)
        check_date(day)
        check_account(options.debtors_account, accounts)
        return fitting(
            Mutation(
                kind=MutationKind.INVOICE_PAYMENT_RECEIVED,
                date=day,
                account=account,
                description=shortened(f"Betaling aan de kassa van factuur {number}"),
                lines=(MutationLine(options.debtors_account, NO_VAT, payment.amount, Decimal(0)),),
                includes_vat=True,
                relation=relation,
                invoice_number=options.number_prefix + number,
            )
        )

    return mutation_or_reason(make)
