"""Patches that reach a function of the core wherever it was taken over by name."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import sync_core


def everywhere(patch: pytest.MonkeyPatch, function: Callable[..., Any], value: Any) -> None:
    """Put `value` in the place of a function in each module of the core that knows it."""
    name = function.__name__
    for found in pkgutil.iter_modules(sync_core.__path__, "sync_core."):
        module = importlib.import_module(found.name)
        if getattr(module, name, None) is function:
            patch.setattr(module, name, value)
