"""Replays a story with a real e-Boekhouden, and names every difference from the fake one.

The story is played twice with the same words: first on the fake, in memory, which shows what would
be sent and what must come of it; then on the target. Nothing is written before everything that can
be known beforehand has been looked at (`prepare`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from zeep.transports import Transport

from contracts.config import Config, Eboekhouden
from contracts.sandbox import GuardError, guard_administration
from contracts.targets import books_of, run_prefix
from scenarios.language.steps import Expect
from scenarios.language.story import PlacedStep, Story
from scenarios.playing.acts import ACTS
from scenarios.playing.runner import REFUSALS, TROUBLES, sentence
from scenarios.replaying.books import OURS, ReplayBooks, Row, foreign, told
from scenarios.replaying.gate import Allowance
from scenarios.replaying.journal import BY_PERSON, Journal, JournalError, Write
from scenarios.replaying.stage import Ask, GatedStage, RealStage, ReferenceStage
from scenarios.replaying.story import How, PlanLine, adapted, plan


@dataclass(frozen=True)
class Seen:
    """The run's own mutations at one step, in the order in which they were booked."""

    place: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Played:
    """What came of one pass: what was seen at each `expect` and at the end, or where it broke."""

    seen: Sequence[Seen]
    trouble: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A replay of which everything is known that can be known before anything is written."""

    story: Story
    books: ReplayBooks
    settings: Eboekhouden
    journal: Journal
    reference: Played
    would_send: Sequence[Write]
    ask: Ask = field(repr=False)

    @property
    def left_behind(self) -> Iterator[Write]:
        """What the target now holds of this replay, for a person to delete."""
        return (write for write in self.journal.writes if is_left(write))


def prepare(
    story: Story,
    config: Config,
    *,
    journal: Path | None,
    write: bool,
    ask: Ask,
    http: requests.Session | None = None,
) -> Prepared:
    """Look at everything that can be known before the first write.

    Raises GuardError with a sentence when the replay may not write: a step that is impossible, no
    `write`, an administration that is no sandbox, foreign mutations, or more writes than allowed;
    JournalError when the journal is another replay's.
    """
    settings = settings_of(config)
    head = head_of_run(journal, story.title, story.head.today.year, config, settings)
    impossible = [line for line in plan(story, head["prefix"]) if line.how is How.IMPOSSIBLE]
    books, made = ready(config, head, journal, impossible, write=write, http=http)
    ours = adapted(story, head["prefix"], head["years"])
    reference, would_send = rehearse(ours, books)
    if reference.trouble is not None:
        raise GuardError(f"The story does not even play on the fake: {reference.trouble}")
    _guard_limit(would_send, settings)
    return Prepared(ours, books, settings, made, reference, would_send, ask)


def ready(
    config: Config,
    head: Mapping[str, Any],
    journal: Path | None,
    impossible: Sequence[PlanLine],
    *,
    write: bool,
    http: requests.Session | None,
) -> tuple[ReplayBooks, Journal]:
    """Return the books that may be written to, and the journal; raises as `prepare` does."""
    settings = settings_of(config)
    target = books_of(config, http or requests.Session())
    books = ReplayBooks(replace(target, prefix=head["prefix"]))
    if impossible:
        steps = "; ".join(f"{line.what}: {line.told}" for line in impossible)
        raise GuardError(f"This cannot be replayed. {steps}.")
    if not write:
        raise GuardError("Nothing is written without --write. --dry-run prints what would be sent.")
    rows = books.administrations()
    guard_administration(rows, target.administration, target.username, settings.sandboxes)
    made = Journal(journal, head)
    _guard_foreign(books, made, settings)
    return books, made


def dry_run(story: Story, config: Config) -> Sequence[Write]:
    """Return what a replay would send, in order; only the ledger accounts are read."""
    settings = settings_of(config)
    books = ReplayBooks(books_of(config, requests.Session()))
    head = head_of_run(None, story.title, story.head.today.year, config, settings)
    return rehearse(adapted(story, head["prefix"], head["years"]), books)[1]


def rehearse(story: Story, books: ReplayBooks) -> tuple[Played, Sequence[Write]]:
    """Play a story on the fake with the target's ledger: what comes of it, and what it sends."""
    prefix = story.head.given.bizzcloud.instance.rpartition("-")[2].upper()
    journal = Journal(None, {"prefix": prefix})
    with ReferenceStage(story, books.accounts(), journal) as stage:
        played = _played(story, stage)
    return played, journal.writes


def perform(prepared: Prepared, carrier: Transport) -> Played:
    """Play a prepared story on its target, going on where an earlier pass broke off.

    `carrier` carries the coupling's calls.
    """
    settings = prepared.settings
    prepared.journal.begin_pass()
    before = prepared.books.client.before
    allowance = Allowance(settings.writes, settings.pause, before)
    story, books, journal = prepared.story, prepared.books, prepared.journal
    try:
        with RealStage(story, books, carrier, journal, allowance, prepared.ask) as stage:
            return _played(story, stage)
    except GuardError as stopped:
        return Played((), str(stopped))


def differences(prepared: Prepared, found: Played) -> list[str]:
    """Return a sentence for each difference between the fake's run and the target's."""
    promised = prepared.reference
    sentences = list(_refusals(prepared.would_send, prepared.journal.writes))
    for wanted, seen in zip(promised.seen, found.seen, strict=False):
        for sentence_ in _row_differences(wanted.rows, seen.rows):
            if sentence_ not in sentences:
                sentences.append(sentence_)
    if found.trouble is not None:
        sentences.append(found.trouble)
    return sentences


def _refusals(promised: Sequence[Write], made: Sequence[Write]) -> Iterator[str]:
    """Yield what was refused on one side only; both send the same under the same keys."""
    codes = {(write.operation, write.key): _refused(write) for write in promised}
    for write in made:
        was, now = codes.get((write.operation, write.key), ""), _refused(write)
        if write.answer is not None and write.operation != BY_PERSON and was != now:
            theirs = f"refused with {now}" if now else "taken"
            ours = f"refused with {was}" if was else "taken"
            yield f"{write.told}: {ours} on the fake, {theirs} there"


def _refused(write: Write) -> str:
    outcome = json.loads(write.answer) if write.answer is not None else {}
    return str(outcome.get("refused") or "")


def _row_differences(promised: Sequence[Row], found: Sequence[Row]) -> Iterator[str]:
    if len(promised) != len(found):
        yield f"the run has {len(found)} mutations there, and {len(promised)} on the fake"
    for place, (wanted, row) in enumerate(zip(promised, found, strict=False), 1):
        ours, theirs = told(wanted), told(row)
        if len(ours) != len(theirs):
            yield f"mutation {place} of the run has another number of lines there"
        for one, other in zip(ours, theirs, strict=False):
            if one != other:
                yield f"mutation {place} of the run: on the fake {one!r}, there {other!r}"


def _played(story: Story, stage: GatedStage) -> Played:
    seen: list[Seen] = []
    step: PlacedStep | None = None
    try:
        for step in story.steps:
            if isinstance(step.step, Expect):
                seen.append(_seen(str(step), stage))
            else:
                _done(step, stage)
            if story.head.live:
                stage.coupling.follow()
        seen.append(_seen("the end", stage))
    except (*TROUBLES, GuardError) as error:
        where = f"{step}: " if step is not None else ""
        return Played(tuple(seen), f"{where}{sentence(error)}")
    return Played(tuple(seen))


def _done(placed: PlacedStep, stage: GatedStage) -> None:
    step = placed.step
    try:
        ACTS[type(step)](stage, step)
    except REFUSALS as error:
        if not step.may_fail and (step.refused is None or step.refused not in str(error)):
            raise


def _seen(place: str, stage: GatedStage) -> Seen:
    """Return the run's own mutations, of all that the books hold."""
    own = sorted(set(stage.gate.numbers))
    if not own:
        return Seen(place, ())
    rows = stage.real.mutations(own[0] - 1)
    return Seen(place, tuple(row for row in rows if int(row["MutatieNr"]) in own))


def settings_of(config: Config) -> Eboekhouden:
    """Return what a config says of e-Boekhouden; raises GuardError when it says nothing."""
    if config.eboekhouden is None:
        raise GuardError(
            f"The config {config.name!r} has no [eboekhouden]: a replay is with a real "
            "e-Boekhouden and a fake Bizzcloud."
        )
    return config.eboekhouden


def head_of_run(
    journal: Path | None, title: str, year: int, config: Config, settings: Eboekhouden
) -> dict[str, Any]:
    """Return the head of a run's journal: the one in the file, or a new one with a new prefix."""
    found = Journal.head_of(journal) if journal is not None else None
    wanted = {"story": title, "target": config.name}
    if found is not None:
        if {name: found.get(name) for name in wanted} != wanted:
            raise JournalError(
                f"{journal} is the journal of another replay ({found.get('story')} on "
                f"{found.get('target')}). Name another file."
            )
        return found
    prefix = OURS + run_prefix(datetime.now(UTC))[-4:]
    return {**wanted, "prefix": prefix, "years": settings.day.year - year}


def _guard_foreign(books: ReplayBooks, journal: Journal, settings: Eboekhouden) -> None:
    if settings.foreign_mutations:
        return
    numbers = {number for write in journal.writes for number in _numbers(write)}
    begun = [write.after for write in journal.writes if write.answer is None]
    rows = [row for row in books.mutations() if not (begun and int(row["MutatieNr"]) > min(begun))]
    found = foreign(rows, numbers)
    if found:
        raise GuardError(
            f"The books hold {len(found)} mutations that no replay made, number {found[0]} among "
            "them. Use an administration for this alone, or set foreign_mutations = true in the "
            "config if they may be there."
        )


def _guard_limit(would_send: Sequence[Write], settings: Eboekhouden) -> None:
    if len(would_send) > settings.writes:
        raise GuardError(
            f"The story makes {len(would_send)} writes, and the config allows "
            f"{settings.writes} (writes)."
        )


def _numbers(write: Write) -> list[int]:
    if write.answer is None:
        return []
    outcome = json.loads(write.answer)
    number = outcome.get("number") if write.operation == "AddMutatie" else None
    return [*outcome.get("numbers", ()), *([number] if number else ())]


def is_left(write: Write) -> bool:
    """Return whether a write left something in the books."""
    return write.operation.startswith("Add") and not _refused(write)
