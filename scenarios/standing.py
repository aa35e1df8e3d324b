"""A stand-in for a block or for a function: a context manager that decorates as well."""

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")
Function = TypeVar("Function", bound=Callable[..., Any])


class StandIn(AbstractContextManager[Made], Generic[Made]):
    """Stands in while a block or a decorated function runs, anew each time.

    Decorates functions, coroutines, generators (a fixture that yields is one), and classes: of
    those each method whose name begins with `test`. A parameter called `name` gets the stand-in,
    and is no parameter for the caller, so that pytest looks for no fixture of that name.
    """

    def __init__(self, make: Callable[[], AbstractContextManager[Made]], name: str) -> None:
        self._make = make
        self._name = name
        self._entered: list[AbstractContextManager[Made]] = []

    def __enter__(self) -> Made:
        made = self._make()
        entered = made.__enter__()
        self._entered.append(made)
        return entered

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered.pop().__exit__(kind, error, trace)

    def __call__(self, function: Function) -> Function:
        """Decorate a function or a class of tests."""
        if inspect.isclass(function):
            for name, method in list(vars(function).items()):
                if name.startswith("test") and inspect.isfunction(method):
                    setattr(function, name, self(method))
            return function
        signature = inspect.signature(function)
        wanted = self._name in signature.parameters

        if inspect.isasyncgenfunction(function):

            @functools.wraps(function)
            async def decorated(*given: Any, **named: Any) -> Any:
                with self._make() as made:
                    async for each in function(*given, **self._with(made, named, wanted)):
                        yield each
        elif inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def decorated(*given: Any, **named: Any) -> Any:
                with self._make() as made:
                    return (yield from function(*given, **self._with(made, named, wanted)))
        elif inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def decorated(*given: Any, **named: Any) -> Any:
                with self._make() as made:
                    return await function(*given, **self._with(made, named, wanted))
        else:

            @functools.wraps(function)
            def decorated(*given: Any, **named: Any) -> Any:
                with self._make() as made:
                    return function(*given, **self._with(made, named, wanted))

        if wanted:
            kept = [one for one in signature.parameters.values() if one.name != self._name]
            decorated.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined] # what inspect reads
        return decorated  # type: ignore[return-value] # the same function to its callers

    def _with(self, made: Made, named: dict[str, Any], wanted: bool) -> dict[str, Any]:
        return {**named, self._name: made} if wanted else named
