"""The coupling as a story drives it: link, sync, push, unlink, and its process dying."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scenarios.driving.driver import CouplingDownError
from scenarios.language.steps import Answer, Link
from scenarios.language.steps import Settings as SettingsStep
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.store import Store
from sync_core.audit_text import audit_lines
from sync_core.coupling import Coupling
from sync_core.documents import Model
from sync_core.link import LinkOptions, LinkState
from sync_core.vat import VatMeaning
from sync_core.wires import Wires


class CouplingDriver:
    """Our own coupling, in this process, with a store in memory that outlives a crash.

    Every method raises `sync_core.failures.CouplingError` when the coupling refuses or fails.
    """

    def __init__(self, wires: Wires, now: Callable[[], datetime]) -> None:
        self._wires = wires
        self._now = now
        self._store = Store.open("sqlite://")
        self._sides: tuple[BizzcloudAccess, EboekhoudenAccess] | None = None
        self._coupling: Coupling | None = None
        self.restart()

    def link(self, step: Link, shop: BizzcloudAccess, books: EboekhoudenAccess) -> None:
        """Link a shop to books."""
        self.running.link(shop, books, _options(step))
        self._sides = shop, books

    def relink(self, step: Link, shop: BizzcloudAccess, books: EboekhoudenAccess) -> None:
        """Link again, to the same books or to other ones."""
        self.running.relink(books, _options(step))
        self._sides = shop, books

    def unlink(self) -> None:
        """Undo the link."""
        self.running.unlink()

    def change(self, step: SettingsStep) -> None:
        """Change those options of the active link that a step names."""
        link = self.running.current_link()
        assert link is not None
        changes = {name: getattr(step, name) for name in step.model_fields_set - {"refused"}}
        if "taxes" in changes:
            changes["taxes"] = _meanings(step.taxes)
        self.running.use_options(replace(link.options, **changes))

    def sync(self) -> None:
        """Look for everything new and book it."""
        self.running.sync()

    def follow(self) -> None:
        """Do what a coupling that is linked does by itself: look for everything new."""
        if self._is_linked:
            self.sync()

    @property
    def _is_linked(self) -> bool:
        link = None if self._coupling is None else self._coupling.current_link()
        return link is not None and link.state is LinkState.ACTIVE

    def push(self, model: Model, record: int) -> None:
        """Look at one document now."""
        self.running.push(model, record)

    def attention(self) -> Sequence[str]:
        """Return the lines that wait for a person, each as one text."""
        return [" | ".join((item.what, item.why, item.remedy)) for item in self.running.attention()]

    def answer(self, step: Answer) -> None:
        """Answer what waits of a document."""
        if step.booked is not None:
            self.running.booked_by_me(step.document, step.booked)
        elif step.leave_out is not None:
            self.running.leave_out(step.document, step.leave_out)
        else:
            self.running.try_again(step.document)

    def repost(self, document: str) -> None:
        """Have a document booked again that was deleted."""
        self.running.repost(document)

    def audit(self) -> Sequence[str]:
        """Compare both sides; return the lines that a bookkeeper reads."""
        return list(audit_lines(self.running.audit()))

    def crash(self) -> None:
        """Let the coupling vanish, as a killed process does; only its store is left."""
        self._coupling = None

    def restart(self) -> None:
        """Start a coupling on what is stored; it goes on with the link it had."""
        self._coupling = Coupling(store=self._store, wires=self._wires, now=self._now)
        if self._sides is not None:
            self._coupling.resume(*self._sides)

    def last_words(self) -> str:
        """Our own coupling raises what it has to say."""
        return ""

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    @property
    def running(self) -> Coupling:
        """The coupling that is up; raises CouplingDownError after a crash."""
        if self._coupling is None:
            raise CouplingDownError("the coupling was killed; a `restart` step starts it again")
        return self._coupling


def _options(step: Link) -> LinkOptions:
    return LinkOptions(
        book_from=step.book_from,
        adopt=step.adopt,
        corrections=step.corrections,
        exempt_accounts=step.exempt_accounts,
        payment_accounts=step.payment_accounts,
        accounts=step.accounts,
        taxes=_meanings(step.taxes),
        filed_until=step.filed_until,
        vat_period=step.vat_period,
        ledger_accounts=step.ledger_accounts,
    )


def _meanings(taxes: Mapping[str, str]) -> Mapping[str, VatMeaning]:
    return {tax: VatMeaning(meaning) for tax, meaning in taxes.items()}
