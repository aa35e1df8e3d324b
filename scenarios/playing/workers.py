"""Processes that share out stories, and that end without a word when a person presses Ctrl-C."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Workers(ProcessPoolExecutor):
    """A pool of fresh processes; `prepare` is called once in each, before its first task.

    Ctrl-C reaches every process of a terminal. Only the one that waits for the others has
    something to say then; a worker would tell a traceback from wherever it happened to be.
    """

    def __init__(self, count: int, prepare: Callable[[], object] | None = None) -> None:
        super().__init__(count, get_context("spawn"), _begin, (prepare,))

    def __exit__(self, kind: type[BaseException] | None, *more: Any) -> None:
        """Wait for what is under way; end it where nobody waits for it any more."""
        if kind is not None:
            for process in list(self._processes.values()):
                process.terminate()
        super().__exit__(kind, *more)

    def submit(
        self,
        fn: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Have a task done; starts a process when none is free."""
        with _interrupts_held():
            return super().submit(fn, *args, **kwargs)


def _begin(prepare: Callable[[], object] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if prepare is not None:
        prepare()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C; a process that is started meanwhile holds it until it has begun."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
