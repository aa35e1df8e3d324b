"""How each step of a story is done on the stage: one small function a step, in one table."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

from scenarios.language import steps
from scenarios.language.steps import Step
from scenarios.playing.shop_records import Model
from scenarios.playing.stage import Stage
from sync_core.failures import CouplingError


class AuditError(Exception):
    """An audit says other than the story expects."""


def link(stage: Stage, step: steps.Link) -> None:
    """Link the shop to the books, with the codes that were typed."""
    stage.coupling.link(step, stage.shop_access(step), stage.books_access(step))


def relink(stage: Stage, step: steps.Relink) -> None:
    """Link again, to the same books or to other ones."""
    stage.coupling.relink(step, stage.shop_access(step), stage.books_access(step))


def unlink(stage: Stage, _step: steps.Unlink) -> None:
    """Undo the link."""
    stage.coupling.unlink()


def settings(stage: Stage, step: steps.Settings) -> None:
    """Change what a person decides about the link."""
    stage.coupling.change(step)


def sync(stage: Stage, _step: steps.Sync) -> None:
    """Let the coupling look for everything new."""
    stage.coupling.sync()


def push(stage: Stage, step: steps.Push) -> None:
    """Tell the coupling about one document."""
    with stage.undisturbed():
        model, record = _pushed(stage, step)
    stage.coupling.push(model, record)


def partner(stage: Stage, step: steps.Partner) -> None:
    """Make or change a customer."""
    stage.shop.partner(step)


def ledger_account(stage: Stage, step: steps.LedgerAccount) -> None:
    """Make or change a ledger account."""
    stage.shop.ledger_account(step)


def invoice(stage: Stage, step: steps.Invoice) -> None:
    """Make an invoice and open it."""
    stage.shop.invoice(step)


def credit_note(stage: Stage, step: steps.CreditNote) -> None:
    """Make a credit note and open it."""
    stage.shop.credit_note(step)


def receipt(stage: Stage, step: steps.Receipt) -> None:
    """Ring up a receipt."""
    stage.shop.receipt(step, stage.clock.now())


def supplier_invoice(stage: Stage, step: steps.SupplierInvoice) -> None:
    """Enter a supplier's invoice."""
    stage.shop.supplier_invoice(step)


def invoice_receipt(stage: Stage, step: steps.InvoiceReceipt) -> None:
    """Make an invoice of a receipt."""
    stage.shop.invoice_receipt(step)


def edit_receipt(stage: Stage, step: steps.EditReceipt) -> None:
    """Type over what was paid of a receipt."""
    stage.shop.edit_receipt(step)


def payment_journal(stage: Stage, step: steps.PaymentJournal) -> None:
    """Let the till take another way of payment."""
    stage.shop.payment_journal(step)


def product(stage: Stage, step: steps.Product) -> None:
    """Give a product another tax."""
    stage.shop.product(step)


def numbering(stage: Stage, step: steps.Numbering) -> None:
    """Change the number of the next invoice."""
    stage.shop.numbering(step)


def cancel(stage: Stage, step: steps.Cancel) -> None:
    """Cancel an invoice."""
    stage.shop.cancel(step.invoice)


def edit(stage: Stage, step: steps.Edit) -> None:
    """Change an open invoice."""
    stage.shop.edit(step)


def pay(stage: Stage, step: steps.Pay) -> None:
    """Pay an invoice."""
    stage.shop.pay(step)


def cash(stage: Stage, step: steps.Cash) -> None:
    """Put cash in the till, or take it out."""
    stage.shop.cash(step)


def close_till(stage: Stage, step: steps.CloseTill) -> None:
    """Close the till's session."""
    stage.shop.close_till(step.counted)


def books(stage: Stage, step: steps.Books) -> None:
    """Let the bookkeeper act."""
    stage.bookkeeper(step.administration).act(step)


def fault(stage: Stage, step: steps.Fault) -> None:
    """Set up what will go wrong."""
    stage.break_call(step)


def calm(stage: Stage, _step: steps.Calm) -> None:
    """Call off what was still to go wrong."""
    stage.calm()


def crash(stage: Stage, _step: steps.Crash) -> None:
    """Kill the coupling."""
    stage.coupling.crash()


def restart(stage: Stage, _step: steps.Restart) -> None:
    """Start the coupling again."""
    stage.coupling.restart()


def answer(stage: Stage, step: steps.Answer) -> None:
    """Answer what waits."""
    stage.coupling.answer(step)


def repost(stage: Stage, step: steps.Repost) -> None:
    """Have a deleted booking made again."""
    stage.coupling.repost(step.document)


def audit(stage: Stage, step: steps.Audit) -> None:
    """Compare both sides; raises `AuditError` where the audit does not say what it should."""
    told = "\n".join(stage.coupling.audit())
    for part in step.says:
        if part not in told:
            raise AuditError(f"no line of the audit holds {part!r}; it says:\n{told}")


def backup(stage: Stage, _step: steps.Backup) -> None:
    """Keep a copy of Bizzcloud's database."""
    stage.back_up()


def restore(stage: Stage, _step: steps.Restore) -> None:
    """Put the copy back."""
    stage.restore()


def advance(stage: Stage, step: steps.Advance) -> None:
    """Move the clock that all share, and let the coupling look meanwhile where that is said."""
    if step.sync_every is not None:
        assert step.by is not None
        _with_looks(stage, step.by, step.sync_every)
    elif step.by is not None:
        stage.clock.advance(step.by)
    elif step.to is not None:
        stage.clock.set(step.to)


def _with_looks(stage: Stage, left: timedelta, every: timedelta) -> None:
    """Let time pass with a look every so often; raises what the last look raises."""
    while left:
        passing = min(left, every)
        left -= passing
        stage.clock.advance(passing)
        with nullcontext() if not left else suppress(CouplingError):
            stage.coupling.sync()


ACTS: Mapping[type[Step], Callable[[Stage, Any], None]] = {
    steps.Link: link,
    steps.Relink: relink,
    steps.Unlink: unlink,
    steps.Settings: settings,
    steps.Sync: sync,
    steps.Push: push,
    steps.Partner: partner,
    steps.LedgerAccount: ledger_account,
    steps.Invoice: invoice,
    steps.CreditNote: credit_note,
    steps.Receipt: receipt,
    steps.SupplierInvoice: supplier_invoice,
    steps.InvoiceReceipt: invoice_receipt,
    steps.EditReceipt: edit_receipt,
    steps.PaymentJournal: payment_journal,
    steps.Product: product,
    steps.Numbering: numbering,
    steps.Cancel: cancel,
    steps.Edit: edit,
    steps.Pay: pay,
    steps.Cash: cash,
    steps.CloseTill: close_till,
    steps.Books: books,
    steps.Fault: fault,
    steps.Calm: calm,
    steps.Crash: crash,
    steps.Restart: restart,
    steps.Answer: answer,
    steps.Repost: repost,
    steps.Audit: audit,
    steps.Backup: backup,
    steps.Restore: restore,
    steps.Advance: advance,
}
"""Every step that is done; `expect` is judged instead (see `runner`)."""


def _pushed(stage: Stage, step: steps.Push) -> tuple[Model, int]:
    if step.partner is not None:
        return stage.shop.named_partner(step.partner)
    if step.ledger_account is not None:
        return stage.shop.named_account(step.ledger_account)
    name = step.invoice or step.receipt
    assert name is not None
    return stage.shop.document(name)
