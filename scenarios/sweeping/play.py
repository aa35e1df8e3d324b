"""Plays a story once undisturbed, and from each chosen point on in a disturbed copy.

Just before every call and every commit of the coupling the process copies itself, once for each
case: the copy is disturbed there, goes on to the end of the story, recovers as a watched coupling
would, and reports what the books then hold. The undisturbed play tells what they should hold.

Books that take a used invoice number and books that refuse it are the same until the first mutation
is added. There a copy goes on with books that refuse, undisturbed, and the cases of such books
branch off from that one: their own past is that of the play they are compared with.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from fakes import inprocess
from fakes.faults import Faults
from scenarios.driving.driver import CouplingDownError
from scenarios.language.steps import (
    Advance,
    Audit,
    Books,
    Expect,
    Fault,
    Link,
    Relink,
    Settings,
    Step,
    Sync,
    Unlink,
)
from scenarios.language.story import PlacedStep, Story
from scenarios.playing.acts import ACTS, AuditError
from scenarios.playing.runner import COUPLING_STEPS, REFUSALS
from scenarios.playing.stage import SOAP, Stage
from scenarios.sweeping.books import BooksState, read_books
from scenarios.sweeping.cases import (
    COMMIT,
    FAULTS,
    KILLED_AFTER,
    KILLED_BEFORE,
    SETTINGS,
    Case,
    Choice,
    Point,
)
from scenarios.sweeping.forking import Copies
from sync_core.answers import NothingToAnswer
from sync_core.audit_findings import Finding
from sync_core.failures import CouplingError
from sync_core.journal import PostingState
from sync_core.link import LinkState

ROUND = timedelta(minutes=6)
"""How long a recovering coupling waits before it looks again; longer than the settle time."""

MOST_ROUNDS = 10
"""How often it looks again at most; what is not well by then will not be."""

LATE = 120.0
"""Seconds after which a call that is committed late takes effect."""

NOT_YET_KNOWN = (PostingState.PLANNED, PostingState.SENDING, PostingState.UNKNOWN)
"""States in which a coupling that recovers has something to do yet."""


class Killed(BaseException):
    """The coupling's process dies here: nothing that it does afterwards leaves a trace."""


@dataclass(frozen=True)
class Ending:
    """What a play came to: the books of each company, and the doubles that the coupling named."""

    books: Mapping[str, BooksState]
    doubles: Mapping[str, Sequence[Sequence[int]]]
    """By company, each double by its numbers."""
    deleted: int = 0
    """How many more were named halfway, and deleted by the bookkeeper."""
    trouble: str = ""
    at_step: int = 0
    """The step in which the disturbance was; 0 when there was none."""

    @classmethod
    def from_json(cls, said: Any) -> "Ending":
        """Return what `as_json` gave."""
        books = {name: BooksState.from_json(state) for name, state in said["books"].items()}
        return cls(books, said["doubles"], said["deleted"], said["trouble"], said["at_step"])

    def as_json(self) -> Any:
        """Return the ending as what JSON can hold."""
        return {
            "books": {name: state.as_json() for name, state in self.books.items()},
            "doubles": self.doubles,
            "deleted": self.deleted,
            "trouble": self.trouble,
            "at_step": self.at_step,
        }


@dataclass
class Plays:
    """All plays of one story: the undisturbed endings by setting, and those of the cases.

    A copy that goes on with books that refuse has those of its own.
    """

    undisturbed: dict[str, Ending] = field(default_factory=dict)
    disturbed: list[tuple[Case, Ending, float]] = field(default_factory=list)
    """Each case with its ending and the seconds it took."""
    calls: Counter[str] = field(default_factory=Counter)
    """How often the coupling called each operation."""

    def add_json(self, said: Any) -> None:
        """Take over the plays of which a copy said `as_json`; its calls were those of this one."""
        self.undisturbed |= {
            setting: Ending.from_json(ending) for setting, ending in said["undisturbed"].items()
        }
        self.disturbed += [
            (Case.from_json(case), Ending.from_json(ending), seconds)
            for case, ending, seconds in said["disturbed"]
        ]

    def as_json(self) -> Any:
        """Return the endings as what JSON can hold."""
        return {
            "undisturbed": {
                setting: ending.as_json() for setting, ending in self.undisturbed.items()
            },
            "disturbed": [
                (asdict(case), ending.as_json(), seconds)
                for case, ending, seconds in self.disturbed
            ],
        }


def play_all(story: Story, name: str, choice: Choice) -> Plays:
    """Play a story undisturbed and in all chosen cases. Needs a process with one thread."""
    plays = Plays()
    story = _without_faults(story)
    with Stage(story) as stage:
        player = _Player(story, stage, name, choice, plays)
        with player.listening():
            player.play()
    return plays


def _without_faults(story: Story) -> Story:
    """Return the story without its own faults: a sweep brings them, one at a time."""
    steps = tuple(
        one for each in story.steps if not isinstance(each.step, Fault) for one in _apart(each)
    )
    return Story(story.file, story.head, steps, story.case)


def _apart(placed: PlacedStep) -> Iterator[PlacedStep]:
    """Yield a step as what it is made of: time that passes with looks is both, each disturbable."""
    step = placed.step
    if not isinstance(step, Advance) or step.sync_every is None or step.by is None:
        yield placed
        return
    left = step.by
    while left:
        passing = min(left, step.sync_every)
        left -= passing
        yield replace(placed, step=Advance(by=passing))
        yield replace(placed, step=Sync())


class _Player:
    """One play of a story, from which the disturbed ones branch off."""

    def __init__(self, story: Story, stage: Stage, name: str, choice: Choice, plays: Plays) -> None:
        self.setting = "refusing" if stage.eboekhouden.settings.refuse_used_invoice_numbers else ""
        self._both = not self.setting
        """Whether the play is still that of both settings."""
        self.setting = self.setting or "taking"
        self._story = story
        self._stage = stage
        self._name = name
        self._choice = choice
        self._plays = plays
        self._copies = Copies()
        self._counts: Counter[str] = Counter()
        self._after: str | None = None
        self._step = 0
        self._linked: Link | None = None
        self._case: Case | None = None
        self._struck_at = 0
        self._must_recover = False
        self._dead = False
        self._calls_since = 0
        self._doubles: dict[str, list[tuple[int, ...]]] = {}
        self._deleted = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear of each call and each commit of the coupling meanwhile."""
        shop, books = self._stage.bizzcloud.faults, self._stage.eboekhouden.faults
        hear_shop, hear_books = self._hears(shop), self._hears(books)
        shop.listen(hear_shop)
        books.listen(hear_books)
        event.listen(Engine, "commit", self._on_commit)
        try:
            yield
        finally:
            shop.listen(None)
            books.listen(None)
            event.remove(Engine, "commit", self._on_commit)

    def play(self) -> None:
        """Play to the end and note it; a copy reports it instead, and ends."""
        try:
            ending = self._ending()
        except BaseException as error:
            if not self._copies.is_copy:
                raise
            # Whatever it was, a copy that went on from here would be the maker's double.
            trouble = f"step {self._step}: {type(error).__name__}: {error}"
            ending = Ending({}, {}, trouble=trouble, at_step=self._struck_at)
        if self._case is not None:
            self._copies.report(ending.as_json())
        self._plays.undisturbed[self.setting] = ending
        if self._copies.is_copy:
            self._copies.report(self._plays.as_json())

    def _ending(self) -> Ending:
        for placed in self._steps():
            self._step, self._after = placed.number, None
            step = placed.step
            if isinstance(step, Unlink | Relink):
                # Nobody audits books that were left: what is double there is named now or never.
                self._audit()
            self._perform(step)
            if isinstance(step, Audit):
                self._delete_doubles()
            if self._is_live and not isinstance(step, COUPLING_STEPS):
                self._perform(Sync())
        if self._is_active:
            self._perform(Sync())
        self._audit()
        with self._stage.undisturbed():
            session = inprocess.session({SOAP: self._stage.eboekhouden.wsgi})
            wsdl = f"{SOAP}/soap.asmx?wsdl"
            books = {
                company: read_books(session, bookkeeper.credentials(wsdl))
                for company, bookkeeper in self._stage.books.items()
            }
        return Ending(books, self._doubles, self._deleted, at_step=self._struck_at)

    def _steps(self) -> Iterator[PlacedStep]:
        for placed in self._story.steps:
            if not isinstance(placed.step, Expect):
                yield placed

    @property
    def _is_live(self) -> bool:
        return self._story.head.live and self._is_active

    # A step, and what a watched coupling does when it was disturbed in it.

    def _perform(self, step: Step) -> None:
        if not isinstance(step, COUPLING_STEPS):
            with self._stage.undisturbed():
                self._refusable(step)
            if isinstance(step, Settings) and self._linked is not None:
                # Whoever must link again does so with the settings of today.
                named = step.model_fields_set - {"refused"}
                changes = {name: getattr(step, name) for name in named}
                self._linked = self._linked.model_copy(update=changes)
            return
        try:
            went_well = self._attempt(step)
        except CouplingDownError:
            if self._must_recover:
                raise
            return
        for _ in range(MOST_ROUNDS):
            if not self._must_recover and went_well:
                return
            self._must_recover = False
            self._stage.clock.advance(ROUND)
            went_well = self._restarted() and self._attempt(step)
            self._must_recover |= self._is_unsettled
        if not went_well:
            raise NotRecoveredError(f"`{step.word}` still fails after {MOST_ROUNDS} rounds")

    def _attempt(self, step: Step) -> bool:
        """Let the coupling do a step; tell whether it ended as it does undisturbed."""
        try:
            if self._case is not None and self._is_half_linked and self._linked is not None:
                ACTS[Link](self._stage, self._linked)
            self._refusable(step)
        except CouplingError:
            if self._case is None:
                raise
            return False
        except Killed:
            self._dead = False
            self._stage.coupling.crash()
            return False
        if isinstance(step, Link) and step.refused is None:
            self._linked = step
        return True

    def _refusable(self, step: Step) -> None:
        """Do a step; one that the story wants refused must be, unless it is disturbed."""
        try:
            ACTS[type(step)](self._stage, step)
        except (AuditError, NothingToAnswer):
            # What a person is told, or answers, may be of a fault that the story made itself.
            return
        except REFUSALS as error:
            if step.refused is None or step.refused not in str(error):
                raise

    def _restarted(self) -> bool:
        """Start the coupling again if it is down; tell whether it is up."""
        try:
            if not self._is_up:
                self._stage.coupling.restart()
        except CouplingError:
            self._stage.coupling.crash()
            return False
        except Killed:
            self._dead = False
            self._stage.coupling.crash()
            return False
        return True

    @property
    def _is_up(self) -> bool:
        try:
            return self._stage.own.running is not None
        except CouplingDownError:
            return False

    @property
    def _state(self) -> LinkState | None:
        link = self._stage.own.running.current_link() if self._is_up else None
        return None if link is None else link.state

    @property
    def _is_active(self) -> bool:
        return self._state is LinkState.ACTIVE

    @property
    def _is_half_linked(self) -> bool:
        """Whether a person must link again: it stopped, or linking again was cut short."""
        return self._state in (LinkState.STOPPED, LinkState.CHECKING, LinkState.COPYING)

    @property
    def _is_unsettled(self) -> bool:
        """Whether the coupling has something to do yet, in the books it is linked to."""
        if not self._is_active:
            return False
        states = self._stage.own.running.states()
        return any(states.get(state.value) for state in NOT_YET_KNOWN)

    def _audit(self) -> None:
        """Let the coupling audit where it may have doubled; note the doubles it names."""
        if self._case is None or "served-twice" not in self._case.name or not self._is_active:
            return
        coupling = self._stage.own.running
        link = coupling.current_link()
        assert link is not None
        with self._stage.undisturbed():
            audit = coupling.audit()
        known = self._doubles.setdefault(link.books_name, [])
        for period in audit.periods:
            for difference in period.differences:
                if difference.finding is Finding.DOUBLE:
                    # One that was named before may have become larger.
                    numbers = difference.numbers
                    known[:] = [each for each in known if not {*each} <= {*numbers}]
                    known.append(numbers)

    def _delete_doubles(self) -> None:
        """Do as a bookkeeper who was told of doubles: what is double waits until one is left."""
        self._audit()
        for company, doubles in self._doubles.items():
            if doubles:
                numbers = tuple(number for _, *others in doubles for number in others)
                with self._stage.undisturbed():
                    ACTS[Books](self._stage, Books(administration=company, delete=numbers))
                    self._stage.own.running.audit()
                self._deleted += len(doubles)
                doubles.clear()

    # The points at which it is disturbed.

    def _hears(self, faults: Faults) -> Any:
        def hear(operation: str) -> None:
            if self._dead:
                raise Killed
            point = self._next(operation)
            self._branch(point, faults)
            self._after = point.name
            self._second(faults)

        return hear

    def _on_commit(self, _connection: Any) -> None:
        if self._dead:
            raise Killed
        point = self._next(COMMIT)
        self._branch(point, None)
        self._after = None

    def _next(self, operation: str) -> Point:
        self._counts[operation] += 1
        return Point(operation, self._counts[operation], self._after)

    def _branch(self, point: Point, faults: Faults | None) -> None:
        """Try all chosen cases of this point, each in a copy."""
        if self._case is not None:
            return
        self._plays.calls[point.operation] += 1
        if self._both and point.operation == "AddMutatie":
            self._part()
        for case in self._choice.cases(self._name, point):
            if case.setting != self.setting and not self._both:
                continue
            begun = time.perf_counter()
            said = self._copies.fork()
            if said is None:
                self._disturb(case, faults)
                return
            took = time.perf_counter() - begun
            self._plays.disturbed.append((case, Ending.from_json(said), took))

    def _part(self) -> None:
        """Let a copy go on with books that refuse, cases and all; take over what it reports."""
        self._both = False
        said = self._copies.fork()
        if said is None:
            self._plays = Plays()
            self._become_refusing()
        else:
            self._plays.add_json(said)

    def _become_refusing(self) -> None:
        self.setting = "refusing"
        self._stage.eboekhouden.settings.refuse_used_invoice_numbers = SETTINGS["refusing"]

    def _disturb(self, case: Case, faults: Faults | None) -> None:
        """Be the copy in which a case happens, from now on."""
        self._case = case
        self._struck_at = self._step
        self._must_recover = True
        self._calls_since = -1
        if case.setting == "refusing":
            self._become_refusing()
        self._strike(case.kind, faults)

    def _second(self, faults: Faults) -> None:
        """Let the second disturbance of a pair happen, when its call has come."""
        if self._case is None or self._case.second is None:
            return
        self._calls_since += 1
        if self._calls_since == self._case.second.calls:
            self._must_recover = True
            self._strike(self._case.second.kind, faults)

    def _strike(self, kind: str, faults: Faults | None) -> None:
        if kind in (KILLED_BEFORE, KILLED_AFTER):
            self._dead = True
            raise Killed
        assert faults is not None
        faults.add(FAULTS[kind], seconds=LATE)


class NotRecoveredError(Exception):
    """A coupling that was disturbed did not come to rest."""
