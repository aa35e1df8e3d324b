"""Replays a story with a real e-Boekhouden, and names every difference from the fake one.

Where the config names a Bizzcloud, that is the shop; otherwise the stand-in is.

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

from contracts.config import Bizzcloud, Config, Eboekhouden
from contracts.sandbox import GuardError, guard_administration
from contracts.targets import books_of, run_prefix
from scenarios.language.steps import Expect
from scenarios.language.story import PlacedStep, Story
from scenarios.playing.acts import ACTS
from scenarios.playing.runner import REFUSALS, TROUBLES, sentence
from scenarios.replaying.books import OURS, ReplayBooks, Row, foreign
from scenarios.replaying.differing import row_differences
from scenarios.replaying.gate import Allowance
from scenarios.replaying.journal import BY_PERSON, Journal, JournalError, Write
from scenarios.replaying.shop_needs import needs_of, uses_the_till
from scenarios.replaying.shop_people import Numbers
from scenarios.replaying.shop_side import RealShop
from scenarios.replaying.shop_stage import RealWay, ReferenceWay
from scenarios.replaying.shop_view import Shown, document_differences
from scenarios.replaying.stage import Ask, GatedStage, RealStage, ReferenceStage
from scenarios.replaying.story import How, PlanLine, adapted, plan
from scenarios.wire.rpc import ShopError


@dataclass(frozen=True)
class Seen:
    """The run's own mutations at one step, in the order in which they were booked.

    `documents` are those of a shop that is real, or of the fake that it is held by.
    """

    place: str
    rows: Sequence[Row]
    documents: Sequence[Shown] = ()


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
    shop: RealWay | None = None

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
    `write`, an administration or database that is no sandbox, foreign mutations or documents, what
    a real Bizzcloud lacks, or more writes than allowed; JournalError when the journal is another
    replay's.
    """
    settings = settings_of(config)
    head = head_of_run(
        journal, story.title, story.head.today.year, config, settings, config.bizzcloud
    )
    impossible = [
        line
        for line in plan(story, head["prefix"], real_shop=config.bizzcloud is not None)
        if line.how is How.IMPOSSIBLE
    ]
    books, made = ready(config, head, journal, impossible, write=write, http=http)
    ours = adapted(story, head["prefix"], head["years"])
    shop = None
    if config.bizzcloud is not None:
        shop = RealShop(config.bizzcloud, http or requests.Session())
        shop.guard(needs_of(ours), made.shop, till=uses_the_till(ours))
    rehearsal = rehearse(ours, books, shop is not None)
    if rehearsal.played.trouble is not None:
        raise GuardError(f"The story does not even play on the fake: {rehearsal.played.trouble}")
    _guard_limit(rehearsal.would_send, settings)
    way = None
    if shop is not None:
        _guard_shop_limit(rehearsal, shop.settings)
        way = RealWay(ours, shop, made, rehearsal.numbers, ask)
    return Prepared(ours, books, settings, made, rehearsal.played, rehearsal.would_send, ask, way)


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


def dry_run(story: Story, config: Config) -> Sequence[str]:
    """Return what a replay would send, in order; only the ledger accounts are read."""
    settings = settings_of(config)
    books = ReplayBooks(books_of(config, requests.Session()))
    head = head_of_run(None, story.title, story.head.today.year, config, settings, config.bizzcloud)
    ours = adapted(story, head["prefix"], head["years"])
    return rehearse(ours, books, config.bizzcloud is not None).journal.told


@dataclass(frozen=True)
class Rehearsal:
    """What comes of a story on the fake, what it sends, and the numbers that the shop gives."""

    played: Played
    journal: Journal
    numbers: Numbers

    @property
    def would_send(self) -> Sequence[Write]:
        """What is written in the books."""
        return self.journal.writes


def rehearse(story: Story, books: ReplayBooks, real_shop: bool) -> Rehearsal:
    """Play a story on the fake with the target's ledger.

    With `real_shop` the shop is behind a gate too, as it will be there.
    """
    prefix = story.head.given.bizzcloud.instance.rpartition("-")[2].upper()
    journal = Journal(None, {"prefix": prefix})
    way = ReferenceWay(story, journal) if real_shop else None
    with ReferenceStage(story, books.accounts(), journal, way) as stage:
        played = _played(story, stage)
    return Rehearsal(played, journal, way.numbers if way is not None else Numbers())


def perform(prepared: Prepared, carrier: Transport) -> Played:
    """Play a prepared story on its target, going on where an earlier pass broke off.

    `carrier` carries the coupling's calls.
    """
    settings = prepared.settings
    prepared.journal.begin_pass()
    before = prepared.books.client.before
    allowance = Allowance(settings.writes, settings.pause, settings.settle, before)
    story, books, journal = prepared.story, prepared.books, prepared.journal
    try:
        shop = prepared.shop
        with RealStage(story, books, carrier, journal, allowance, prepared.ask, shop) as stage:
            return _played(story, stage)
    except (ShopError, GuardError) as stopped:
        return Played((), str(stopped))
    except requests.RequestException as stopped:
        return Played((), sentence(stopped))


def differences(prepared: Prepared, found: Played) -> list[str]:
    """Return a sentence for each difference between the fake's run and the target's."""
    promised, by_document = prepared.reference, prepared.shop is not None
    sentences = list(_refusals(prepared.would_send, prepared.journal.writes))
    for wanted, seen in zip(promised.seen, found.seen, strict=False):
        named = [
            *document_differences(wanted.documents, seen.documents),
            *row_differences(wanted.rows, seen.rows, by_document=by_document),
        ]
        sentences += [each for each in dict.fromkeys(named) if each not in sentences]
    if found.trouble is not None:
        return [*sentences, found.trouble]
    return [*sentences, *_unanswered(prepared.journal.writes)]


def _unanswered(made: Sequence[Write]) -> Iterator[str]:
    """Yield which mutations got no answer, so that it is not known whether they were booked."""
    for write in made:
        if write.operation == "AddMutatie" and write.answer is None:
            yield (
                f"{write.told}: there was no answer. Give the same command again: it is looked for "
                "before it is sent again."
            )


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
    documents = stage.documents()
    if not own:
        return Seen(place, (), documents)
    rows = stage.real.mutations(own[0] - 1)
    return Seen(place, tuple(row for row in rows if int(row["MutatieNr"]) in own), documents)


def settings_of(config: Config) -> Eboekhouden:
    """Return what a config says of e-Boekhouden; raises GuardError when it says nothing."""
    if config.eboekhouden is None:
        raise GuardError(
            f"The config {config.name!r} has no [eboekhouden]: a replay is with a real "
            "e-Boekhouden, and with a fake Bizzcloud or a real one."
        )
    return config.eboekhouden


def head_of_run(
    journal: Path | None,
    title: str,
    year: int,
    config: Config,
    settings: Eboekhouden,
    bizzcloud: Bizzcloud | None = None,
) -> dict[str, Any]:
    """Return the head of a run's journal: the one in the file, or a new one with a new prefix.

    `bizzcloud` is the real shop that the run is with, None where that is the stand-in.
    """
    found = Journal.head_of(journal) if journal is not None else None
    wanted = {"story": title, "target": config.name}
    shop = None if bizzcloud is None else bizzcloud.database
    if found is not None:
        if {name: found.get(name) for name in wanted} != wanted:
            raise JournalError(
                f"{journal} is the journal of another replay ({found.get('story')} on "
                f"{found.get('target')}). Name another file."
            )
        if found.get("shop") != shop:
            was = found.get("shop") or "the stand-in"
            raise JournalError(
                f"{journal} is the journal of a replay whose Bizzcloud was {was}. Name another "
                "file."
            )
        return found
    if shop is not None:
        wanted["shop"] = shop
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


def _guard_shop_limit(rehearsal: Rehearsal, settings: Bizzcloud) -> None:
    writes = rehearsal.journal.shop.sent + rehearsal.numbers.writes
    if writes > settings.writes:
        raise GuardError(
            f"The story makes {writes} writes in Bizzcloud, and the config allows "
            f"{settings.writes} (writes under [bizzcloud])."
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
