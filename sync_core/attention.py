"""What waits for a person, each as one readable line. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sync_core.journal import DocumentKind, Facts, Posting, PostingState, Reason
from sync_core.messages import Language, sentences
from sync_core.money_text import day_text, euros
from sync_core.vat import VatPeriod
from sync_core.vat_periods import period_name, period_text

KINDS: Mapping[DocumentKind, Mapping[Language, str]] = {
    "invoice": {"nl": "Factuur", "en": "Invoice"},
    "credit note": {"nl": "Creditnota", "en": "Credit note"},
    "receipt": {"nl": "Bon", "en": "Receipt"},
    "cash move": {"nl": "Kasmutatie", "en": "Cash move"},
}


@dataclass(frozen=True)
class Attention:
    """One thing that waits: which, why, and since when (UTC); `facts` are a document's.

    `vat_period` is for how long VAT is filed at a time.
    """

    label: str
    reason: Reason
    since: datetime
    facts: Facts | None = None
    language: Language = "nl"
    vat_period: VatPeriod = "quarter"

    @property
    def what(self) -> str:
        """Which it is: "Factuur F/2017/0012, Bakkerij de Groot, € 121,00, 19-10-2017"."""
        facts = self.facts
        if facts is None:
            return self.label
        day = day_text(facts.day) if facts.day else ""
        name = f"{KINDS[facts.kind][self.language]} {self.label}"
        return ", ".join(filter(None, (name, facts.partner, euros(facts.total), day)))

    @property
    def total(self) -> Decimal:
        """Its amount in euros; nothing for a ledger account or a relation."""
        return self.facts.total if self.facts else Decimal(0)

    @property
    def period(self) -> str:
        """The name of the VAT period that it is in, in any language; "" when it is in none."""
        day = self.facts.day if self.facts else None
        return period_name(day, self.vat_period) if day else ""

    @property
    def period_text(self) -> str:
        """What a person calls that VAT period; "" when it is in none."""
        day = self.facts.day if self.facts else None
        return period_text(day, self.vat_period, self.language) if day else ""

    @property
    def code(self) -> str:
        """The reason's code."""
        return self.reason.code

    @property
    def why(self) -> str:
        """Why it waits."""
        return sentences(self.reason, self.language).why

    @property
    def remedy(self) -> str:
        """What to do, and where."""
        return sentences(self.reason, self.language).remedy

    @property
    def then(self) -> str:
        """What happens once that is done."""
        return sentences(self.reason, self.language).then


def of_posting(
    posting: Posting, language: Language = "nl", vat_period: VatPeriod = "quarter"
) -> Attention:
    """Return what a bookkeeper reads of a posting that needs attention."""
    since = posting.waiting_since or posting.unknown_since or posting.changed
    reason = posting.reason or _reason_of_state(posting)
    return Attention(posting.label, reason, since, posting.facts, language, vat_period)


def of_master(label: str, reason: Reason, since: datetime, language: Language = "nl") -> Attention:
    """Return what a bookkeeper reads of a ledger account or a partner that waits."""
    return Attention(label, reason, since, language=language)


def _reason_of_state(posting: Posting) -> Reason:
    match posting.state:
        case PostingState.DOUBLE:
            return Reason("double", {"numbers": ", ".join(map(str, posting.numbers))})
        case PostingState.GONE:
            return Reason("gone", {"number": str(posting.number)})
    return Reason("unknown")
