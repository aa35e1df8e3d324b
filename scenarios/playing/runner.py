"""Runs stories: each on a fresh stage, step by step, until one is not as it should be."""

import os
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import Any

import requests

from scenarios.driving.driver import CouplingDownError, Killed, NotJudged, NotPossible
from scenarios.driving.outside import Outside, OutsideRefusal
from scenarios.driving.program import kill_all
from scenarios.language.expectations import SCREEN
from scenarios.language.steps import (
    Advance,
    Audit,
    Expect,
    Link,
    Push,
    Relink,
    Step,
    Sync,
    Unlink,
)
from scenarios.language.story import PlacedStep, Story
from scenarios.language.tables import Table
from scenarios.playing.acts import ACTS, AuditError
from scenarios.playing.bookkeeper import BookkeeperError
from scenarios.playing.judge import Books, judge
from scenarios.playing.ledger_view import mutations
from scenarios.playing.redaction import Known, redaction_of
from scenarios.playing.results import Failure, StoryResult
from scenarios.playing.stage import Stage
from scenarios.playing.workers import Workers
from scenarios.wire.books_reader import BooksError
from scenarios.wire.log import WireLog
from scenarios.wire.rpc import ShopError
from sync_core.failures import CouplingError

REFUSALS = (ShopError, CouplingError, BookkeeperError, OutsideRefusal)
"""What a step may be expected to be refused with."""

TROUBLES = (*REFUSALS, AuditError, BooksError, CouplingDownError, requests.RequestException)
"""What ends a story with a sentence; anything else is a mistake of ours, and shows as such."""

COUPLING_STEPS = (Link, Relink, Unlink, Sync, Push, Audit)
"""Steps in which the coupling calls the services; faults happen to no other calls."""

WORTH_MORE_PROCESSES = 6
"""From how many stories on starting more processes is quicker than waiting for one."""


THREADS_FOR_OUTSIDE = 4
"""How many stories with an outside coupling go on at a time: mostly they wait for the program."""


def run(
    story: Story,
    sockets: bool = False,
    keep_calls: bool = False,
    outside: Outside | None = None,
) -> StoryResult:
    """Run one story and return what came of it, with the calls of all parties when asked.

    The coupling is our own unless `outside` names another.
    """
    begun = time.perf_counter()
    told: dict[str, Any] = {}
    done = 0
    step: PlacedStep | None = None
    failure: Failure | None = None
    tables: list[tuple[str, Table]] = []
    not_judged: list[str] = []
    words = ""
    try:
        with Stage(story, sockets, keep_calls, outside) as stage:
            told = {"log": stage.log, "secrets": stage.secrets()} if keep_calls else {}
            not_judged = stage.not_judged
            for step in story.steps:
                done = stage.log.step = step.number
                try:
                    failure = _perform(step, stage)
                except NotPossible as hidden:
                    not_judged.append(f"{step} and all after it: {hidden}")
                    break
                if story.head.live and not _moves_the_coupling(step.step):
                    stage.coupling.follow()
                if failure is not None:
                    break
            failure = failure or _unstruck(story, stage)
            words = stage.coupling.last_words() if failure is not None else ""
            step = None
            with stage.undisturbed():
                tables = list(_mutation_lists(stage))
    except TROUBLES as error:
        where = f"{step}: " if step is not None else ""
        return StoryResult(
            story,
            time.perf_counter() - begun,
            trouble=f"{where}{sentence(error)}",
            trace=traceback.format_exc(),
            steps_done=done,
            not_judged=tuple(not_judged),
            **_kept(story, **told),
        )
    return StoryResult(
        story,
        time.perf_counter() - begun,
        tables,
        failure,
        steps_done=done,
        not_judged=tuple(not_judged),
        last_words=words,
        **_kept(story, **told),
    )


def run_all(
    stories: Sequence[Story],
    sockets: bool = False,
    processes: int | None = None,
    keep_calls: bool = False,
    outside: Outside | None = None,
) -> Iterator[StoryResult]:
    """Run stories and yield their results in order; many stories share the computer's cores."""
    if outside is not None:
        yield from _run_with(outside, stories, sockets, keep_calls)
        return
    count = processes or min(os.cpu_count() or 1, len(stories) // WORTH_MORE_PROCESSES + 1)
    one = partial(run, sockets=sockets, keep_calls=keep_calls)
    if count == 1:
        yield from map(one, stories)
        return
    with Workers(count) as pool:
        # Not by its map, which cancels what waits: a pool whose workers are gone trips over that.
        for played in [pool.submit(one, story) for story in stories]:
            yield played.result()


def _run_with(
    outside: Outside, stories: Sequence[Story], sockets: bool, keep_calls: bool
) -> Iterator[StoryResult]:
    """Run stories with an outside coupling, in threads: the programs are processes already."""
    one = partial(run, sockets=sockets, keep_calls=keep_calls, outside=outside)
    if outside.command is None:
        yield from map(one, stories)
        return
    pool = ThreadPoolExecutor(THREADS_FOR_OUTSIDE)
    try:
        yield from pool.map(one, stories)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        # Stories that were given up end by themselves when their program is gone.
        kill_all()
        pool.shutdown()


def sentence(error: Exception) -> str:
    """Return what went wrong as a sentence; a connection's failure names the address."""
    if isinstance(error, requests.RequestException):
        address = error.request.url if error.request is not None else "a service"
        return f"{address} does not answer as it should: {error}"
    return str(error)


def _perform(placed: PlacedStep, stage: Stage) -> Failure | None:
    """Do a step; return why the story fails here, if it does."""
    step = placed.step
    if isinstance(step, Expect):
        try:
            with stage.undisturbed():
                finding = judge(step, Books(stage.reader(step.administration)), stage.attention)
        except NotJudged as hidden:  # asked last, when the books are as expected
            stage.not_judged.append(f"{placed}: {hidden}")
            finding = None
        if finding is None:
            return None
        return Failure(placed, finding.subject, finding.sentence, finding.difference)
    try:
        with nullcontext() if _moves_the_coupling(step) else stage.undisturbed():
            ACTS[type(step)](stage, step)
    except Killed:
        stage.coupling.crash()
        return None
    except NotPossible:
        raise
    except NotJudged as hidden:
        stage.not_judged.append(f"{placed}: {hidden}")
        return None
    except (*REFUSALS, requests.RequestException) as error:
        if step.may_fail:
            return None
        if step.refused is None:
            raise
        if isinstance(error, OutsideRefusal):
            stage.not_judged.append(f"{placed}: the words of the refusal")
            return None
        if step.refused in str(error):
            return None
        return Failure(
            placed, "refused", f"expected a refusal with {step.refused!r}; it says: {error}"
        )
    if step.refused is not None and not step.may_fail:
        if stage.is_outside and isinstance(step, Sync | Push):
            stage.not_judged.append(f"{placed}: whether it is refused")
            return None
        return Failure(
            placed, "refused", f"expected a refusal with {step.refused!r}; nothing was refused"
        )
    return None


def _moves_the_coupling(step: Step) -> bool:
    looks = isinstance(step, Advance) and step.sync_every is not None
    return looks or isinstance(step, COUPLING_STEPS)


def _unstruck(story: Story, stage: Stage) -> Failure | None:
    """Return the failure of a story whose fault never happened: it shows less than it says."""
    fault = stage.unstruck()
    if fault is None:
        return None
    placed = next(placed for placed in story.steps if placed.step is fault)
    which = "" if fault.call == 1 else f" {fault.call} times"
    why = f"the fault did not happen: {fault.operation} was never called{which}"
    if stage.is_outside:
        # Another coupling may well ask for the same in other words.
        stage.not_judged.append(f"{placed}: {why}")
        return None
    return Failure(placed, "fault", why)


def _kept(story: Story, log: WireLog | None = None, secrets: Known | None = None) -> dict[str, Any]:
    """Return what a result holds of the calls: nothing secret leaves the story in them."""
    if log is None or secrets is None:
        return {}
    redaction = redaction_of(story, secrets)
    return {"calls": redaction.calls(log.calls), "redaction": redaction}


def _mutation_lists(stage: Stage) -> Iterator[tuple[str, Table]]:
    for company in stage.books:
        yield company, mutations(stage.reader(company).mutations()).only(SCREEN)
