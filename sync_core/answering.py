"""What waits for a person, and what that person answers."""

from collections.abc import Callable, Sequence

from sync_core.answers import NothingToAnswer, booked_by_me, leave_out, repost, try_again
from sync_core.attention import Attention, of_master, of_posting
from sync_core.journal import Posting, PostingState
from sync_core.linked import Linked
from sync_core.messages import Language

NEEDS_ATTENTION = (
    PostingState.WAITING,
    PostingState.REFUSED,
    PostingState.UNKNOWN,
    PostingState.DOUBLE,
    PostingState.GONE,
)


class Answering(Linked):
    """Tells what waits, and notes a person's answers; the next round acts on them."""

    def attention(self, language: Language = "nl") -> Sequence[Attention]:
        """Return what waits for a person, longest first."""
        link = self._current()
        postings = self._store.postings_in(link, NEEDS_ATTENTION)
        vat_period = link.options.vat_period
        found = [of_posting(posting, language, vat_period) for posting in postings]
        found += [
            of_master(master.label, master.reason, master.since, language)
            for master in self._store.waiting_masters(link)
            if not master.left_out
        ]
        return sorted(found, key=lambda each: each.since)

    def booked_by_me(self, label: str, number: int) -> None:
        """Take mutation `number`, which a person booked, for the document with this number.

        Raises NothingToAnswer where the books hold no such mutation, or another document has it.
        """
        for posting in self._waiting(label):
            if self._store.taken([number], posting):
                raise NothingToAnswer(f"mutation {number} is another document's already")
        with self._round() as world:
            held = world.window(number, number)
        if not held:
            raise NothingToAnswer(f"the books hold no mutation {number}; is the number right?")
        self._answer(label, lambda posting: booked_by_me(posting, number, self._now()))

    def leave_out(self, label: str, why: str) -> None:
        """Leave the document with this number out of the books, until it changes.

        Also a ledger account or a customer that waits: it stays as it is, for the same reason.
        """
        if self._store.leave_masters(self._current(), label, why):
            return
        self._answer(label, lambda posting: leave_out(posting, why, self._now()))

    def try_again(self, label: str) -> None:
        """Let the next round try the document with this number again, whatever held it back."""
        self._answer(label, lambda posting: try_again(posting, self._now()))

    def repost(self, label: str) -> None:
        """Let the next round book again what a bookkeeper deleted in e-Boekhouden."""
        link = self._current()
        for posting in self._store.labelled(link, label):
            if posting.state is PostingState.GONE and posting.number is not None:
                self._store.forget_held(link.books, posting.number)
        self._answer(label, lambda posting: repost(posting, self._now()))

    def _answer(self, label: str, change: Callable[[Posting], Posting]) -> None:
        """Apply a person's answer to what waits of a document; raises NothingToAnswer."""
        for posting in self._waiting(label):
            self._store.save_posting(change(posting))
            key = posting.document
            self._store.finish(self._current(), key.model, key.id, unfinished=True)

    def _waiting(self, label: str) -> Sequence[Posting]:
        """Return what waits of the documents with this number, else what came last of them.

        Raises NothingToAnswer where there is none.
        """
        postings = self._store.labelled(self._current(), label)
        if not postings:
            raise NothingToAnswer(f"no document {label} is known; see `koppeling attention`")
        return [each for each in postings if each.state in NEEDS_ATTENTION] or postings[-1:]
