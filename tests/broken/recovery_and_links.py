"""Couplings that lose, double or misplace bookings: recovery, links, amounts, masters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sync_core import (
    audit,
    booking_dates,
    corrections,
    facts,
    invoices,
    masters,
    recovery,
    sending,
    synchronizer,
    till,
)
from sync_core.adapters import bizzcloud_documents, bizzcloud_masters, eboekhouden, soap
from sync_core.adapters.bizzcloud import Bizzcloud
from sync_core.adapters.store import Store
from sync_core.bookings import Mutation
from sync_core.coupling import Coupling
from sync_core.documents import InvoiceState
from sync_core.effects import Done, LastNumber, MaybeDone, NotDone, RelationWithCode, Window
from sync_core.failures import RefusedByBooks
from sync_core.follower import Follower
from sync_core.journal import PostingState, fingerprint
from sync_core.link import LinkOptions
from sync_core.vat import VatMeaning
from sync_core.world import World
from tests.broken.patching import everywhere
from tests.broken.variant import Patch, Variant
from tests.proof import properties as p


def _forgets_sending(patch: Patch) -> None:
    save = World._save

    def forgetful(self: World, effect: Any) -> Any:
        sending = effect.posting.state is PostingState.SENDING
        return effect.posting if sending else save(self, effect)

    patch.setattr(World, "_save", forgetful)


def _promises_part_by_part(patch: Patch) -> None:
    follow = synchronizer.follow

    def part_by_part(subject: Any, wanted: Any) -> Any:
        for part, want in wanted.items():
            yield from follow(subject, {part: want})

    patch.setattr("sync_core.record_follower.follow", part_by_part)


def _never_looks(patch: Patch) -> None:
    def nothing(*_: Any) -> Any:
        yield from ()
        return []

    patch.setattr(recovery, "_look_for", nothing)
    patch.setattr(World, "_held_by_mark", lambda *_: [])


def _looks_at_the_newest(patch: Patch) -> None:
    between = eboekhouden.Eboekhouden.mutations_between

    def newest(self: Any, first: int, last: int) -> Any:
        seen = {each.number for each in self.last_mutations()}
        return [each for each in between(self, first, last) if each.number in seen]

    patch.setattr(eboekhouden.Eboekhouden, "mutations_between", newest)


def _compares_the_amount(patch: Patch) -> None:
    def look(posting: Any, mutation: Any) -> Any:
        last = yield LastNumber()
        window = yield Window(posting.highest_before + 1, last)
        return [each.number for each in window if each.mutation.total == mutation.total]

    patch.setattr(recovery, "_look_for", look)


def _ignores_a_returns_sign(patch: Patch) -> None:
    wanted = till._receipt_mutations

    def positive(*arguments: Any) -> Any:
        return {
            part: replace(
                each,
                lines=tuple(
                    replace(line, excluding=abs(line.excluding), vat=abs(line.vat))
                    for line in each.lines
                ),
            )
            for part, each in wanted(*arguments).items()
            if isinstance(each, Mutation)
        }

    patch.setattr(till, "_receipt_mutations", positive)


def _takes_floats(patch: Patch) -> None:
    patch.setattr(bizzcloud_documents, "money", lambda value: Decimal(str(value)))


def _vat_by_percentage(patch: Patch) -> None:
    by_rate = {Decimal("0.21"): VatMeaning.HIGH, Decimal("0.06"): VatMeaning.LOW}
    patch.setattr(
        "sync_core.booking_lines.meaning",
        lambda tax, _mapped: by_rate.get(tax.rate, VatMeaning.NONE),
    )


def _adopts_by_number(patch: Patch) -> None:
    patch.setattr(sending, "agrees", lambda ours, theirs: True)


def _loses_a_page(patch: Patch) -> None:
    changed = Bizzcloud.changed

    def first_page(self: Any, model: Any, since: Any, after: Any = None, start: Any = None) -> Any:
        return [] if after is not None else changed(self, model, since, after, start)

    patch.setattr(Bizzcloud, "changed", first_page)


def _resets_the_journal(patch: Patch) -> None:
    unlink = Coupling.unlink

    def forgetting(self: Coupling) -> Any:
        link = unlink(self)
        with self._store._engine.begin() as connection:
            connection.exec_driver_sql("delete from postings")
        return link

    patch.setattr(Coupling, "unlink", forgetting)


def _forgets_the_create_date(patch: Patch) -> None:
    key = bizzcloud_masters.MasterReader.key
    always = datetime(2017, 1, 1, tzinfo=UTC)
    patch.setattr(
        bizzcloud_masters.MasterReader,
        "key",
        lambda self, *arguments: replace(key(self, *arguments), created=always),
    )


def _no_settle_time(patch: Patch) -> None:
    settle = recovery.settle

    def at_once(posting: Any, options: LinkOptions) -> Any:
        return settle(posting, replace(options, settle=timedelta(0)))

    everywhere(patch, settle, at_once)


def _one_look(patch: Patch) -> None:
    patch.setattr(recovery, "LOOKS_BEFORE_ABSENT", 1)


def _corrects_in_full(patch: Patch) -> None:
    difference = corrections.difference
    patch.setattr(
        corrections,
        "difference",
        lambda wanted, booked, day=None: (
            wanted.lines if wanted else difference(wanted, booked, day)
        ),
    )


def _no_suffix(patch: Patch) -> None:
    marked = synchronizer._marked
    patch.setattr(
        synchronizer, "_marked", lambda posting, target, _want: marked(posting, target, target)
    )


def _drops_the_lease(patch: Patch) -> None:
    patch.setattr(Store, "take_lease", lambda *_: True)


def _ignores_expired_sessions(patch: Patch) -> None:
    patch.setattr(soap, "SESSION_EXPIRED", "another code")


def _days_of_utc(patch: Patch) -> None:
    patch.setattr(booking_dates, "AMSTERDAM", UTC)


def _positive_credit_notes(patch: Patch) -> None:
    patch.setattr(invoices, "_times", lambda line, _sign: line)


def _turnover_twice(patch: Patch) -> None:
    wanted = till.wanted_by_receipt
    patch.setattr(
        till,
        "wanted_by_receipt",
        lambda document, *more: wanted(replace(document, invoice=None), *more),
    )


def _cent_on_the_first_line(patch: Patch) -> None:
    patch.setattr("sync_core.booking_lines.largest", lambda _amounts: 0)


def _no_overlap(patch: Patch) -> None:
    poll = Follower._poll

    def exact(self: Any, model: Any, cursor: Any) -> Any:
        options = replace(self._link.options, overlap=timedelta(0))
        self._link = replace(self._link, options=options)
        return poll(self, model, cursor)

    patch.setattr(Follower, "_poll", exact)


def _cursor_too_far(patch: Patch) -> None:
    follow = Follower._follow_changed

    def hasty(self: Any, model: Any, rows: Any, newest: Any) -> Any:
        self._store.remember(self._link, rows, frozenset(), {})
        follow(self, model, rows, newest)

    patch.setattr(Follower, "_follow_changed", hasty)


def _refused_is_booked(patch: Patch) -> None:
    def outcome(write: Callable[[], int]) -> Any:
        try:
            return Done(int(write()))
        except RefusedByBooks:
            return Done(0)

    patch.setattr(eboekhouden, "_outcome", outcome)


def _merges_relations(patch: Patch) -> None:
    def adopt(partner: Any, binding: Any) -> Any:
        held = yield RelationWithCode(binding.code)
        return (yield from masters._adopt(partner, held))

    patch.setattr(masters, "_code_taken", adopt)


def _renames_foreign_accounts(patch: Patch) -> None:
    patch.setattr(Store, "name_we_gave", lambda *_: "any name")


def _books_drafts_as_cancelled(patch: Patch) -> None:
    patch.setattr(invoices, "WANTED_STATES", frozenset(InvoiceState))


def _ignores_book_from(patch: Patch) -> None:
    domain = Bizzcloud._domain
    patch.setattr(
        Bizzcloud, "_domain", lambda self, model, since, _start: domain(self, model, since, None)
    )
    for module, name in ((invoices, "wanted_by_invoice"), (till, "wanted_by_receipt")):
        wanted = getattr(module, name)
        patch.setattr(
            module,
            name,
            lambda document, options, *more, wanted=wanted: wanted(
                document, replace(options, book_from=None), *more
            ),
        )


def _makes_deleted_ones_again(patch: Patch) -> None:
    patch.setattr(Coupling, "audit", _audit_and_repost(Coupling.audit))


def _audit_and_repost(audit: Callable[[Coupling], Any]) -> Callable[[Coupling], Any]:
    def reposting(self: Coupling) -> Any:
        found = audit(self)
        for period in found.periods:
            for difference in period.differences:
                self.repost(difference.label)
        return found

    return reposting


def _audits_amounts_alone(patch: Patch) -> None:
    patch.setattr(audit, "_is_not_followed", lambda *_: False)


def _takes_settings_for_edits(patch: Patch) -> None:
    """Any difference from what would be booked today is a change of the document."""
    never_twice_the_same = count()
    patch.setattr(facts, "_content", lambda document: fingerprint(next(never_twice_the_same)))


def _books_anew_under_other_settings(patch: Patch) -> None:
    """Whatever is read again, be it for a payment, goes where it would be booked today."""
    patch.setattr(synchronizer, "is_unchanged", lambda _postings, _content: False)


def _reads_each_second_once(patch: Patch) -> None:
    patch.setattr(Follower, "_read_again", lambda self, *_: None)


def _sends_lost_answers_again(patch: Patch) -> None:
    def outcome(write: Callable[[], int]) -> Any:
        sent = kept(write)
        if isinstance(sent, MaybeDone):
            return NotDone(sent.why, again=True)
        return sent

    kept = eboekhouden._outcome
    patch.setattr(eboekhouden, "_outcome", outcome)


VARIANTS = (
    Variant(
        "forgets to commit `sending`",
        _forgets_sending,
        p.a_killed_send_is_booked_once,
        beyond="what a killed send left is found by its mark before another, unless it is late too",
    ),
    Variant(
        "promises a receipt part by part",
        _promises_part_by_part,
        p.a_split_receipt_is_whole_after_a_kill,
    ),
    Variant("retries without looking", _never_looks, "answer_lost_invoice"),
    Variant(
        "looks only at the newest 500",
        _looks_at_the_newest,
        p.a_buried_one_is_found,
        beyond="it takes more than 500 mutations after a lost answer",
    ),
    Variant("compares only the amount", _compares_the_amount, p.an_equal_amount_is_not_ours),
    Variant("ignores a return's sign", _ignores_a_returns_sign, "return_by_card"),
    Variant("takes floats as they come", _takes_floats, p.a_float_is_rounded_to_its_cents),
    Variant("takes VAT by percentage", _vat_by_percentage, "inside_the_eu"),
    Variant(
        "adopts by number alone",
        _adopts_by_number,
        p.another_amount_is_not_adopted,
        beyond="the books end alike: adopted wrongly or waiting for ever",
    ),
    Variant(
        "loses a page on relink",
        _loses_a_page,
        p.all_pages_are_followed,
        beyond="it takes more documents than a page",
    ),
    Variant(
        "resets the journal on unlink",
        _resets_the_journal,
        p.deleted_while_unlinked_stays_deleted,
    ),
    Variant(
        "forgets the create date",
        _forgets_the_create_date,
        "restored_backup",
        beyond="it takes a restored backup",
    ),
    Variant("has no settle time", _no_settle_time, p.a_late_commit_within_settle_is_found),
    Variant(
        "looks once before absent",
        _one_look,
        p.a_late_commit_after_one_look_is_found,
        beyond="it takes a commit between two looks, later than the settle time",
    ),
    Variant("corrects by the full amount", _corrects_in_full, "edited_after_booking"),
    Variant("corrects without a suffix", _no_suffix, "edited_after_booking"),
    Variant(
        "drops the lease",
        _drops_the_lease,
        p.two_couplings_take_turns,
        beyond="it takes two couplings at once",
    ),
    Variant(
        "ignores E0023",
        _ignores_expired_sessions,
        p.an_expired_session_is_renewed,
        beyond="the next look books it",
    ),
    Variant("dates receipts by UTC", _days_of_utc, "after_midnight"),
    Variant("books credit notes positive", _positive_credit_notes, "credit_note"),
    Variant("books an invoiced receipt twice", _turnover_twice, "till_day"),
    Variant(
        "leaves a cent on the first line",
        _cent_on_the_first_line,
        p.cents_are_placed,
        beyond="no total of the books tells on which line of a rate a cent is",
    ),
    Variant(
        "polls without overlap",
        _no_overlap,
        p.an_earlier_write_date_is_found,
        beyond="it takes a record that appears with an earlier date",
    ),
    Variant("moves the cursor too soon", _cursor_too_far, p.a_broken_page_is_read_again),
    Variant("takes refused for booked", _refused_is_booked, "closed_period"),
    Variant("merges relations by code", _merges_relations, "relation_code_of_another"),
    Variant(
        "renames foreign accounts",
        _renames_foreign_accounts,
        p.a_foreign_account_keeps_its_name,
    ),
    Variant("books what was cancelled", _books_drafts_as_cancelled, "cancelled_after_booking"),
    Variant("ignores `book from`", _ignores_book_from, "book_from"),
    Variant(
        "remakes what was deleted",
        _makes_deleted_ones_again,
        p.deleted_stays_deleted,
        beyond="it takes a deleted booking, and an audit",
    ),
    Variant("sends lost answers again", _sends_lost_answers_again, "answer_lost_receipt"),
    Variant(
        "reads each second once",
        _reads_each_second_once,
        "edited_while_read",
        beyond="it takes an edit of an account alone, in the second of the reading",
    ),
    Variant(
        "audits amounts alone",
        _audits_amounts_alone,
        "audit_names_an_edit",
        beyond="it takes an audit between an edit and the next look",
    ),
    Variant(
        "takes changed settings for edits",
        _takes_settings_for_edits,
        "audit_names_an_edit",
        beyond="it takes an audit after the settings were changed",
    ),
    Variant(
        "books anew under other settings",
        _books_anew_under_other_settings,
        "mapped_otherwise_after_booking",
        beyond="it takes settings that change after a booking",
    ),
)
"""Each of them, and what must catch it."""
