"""Makes spyne 2.14 importable on Python 3.12 and later, and without a warning on 3.11.

Spyne carries a copy of ``six`` whose lazy importer has ``find_module`` and ``load_module`` only;
Python 3.12 asks an importer for ``find_spec`` alone, so ``spyne.util.six.moves`` is not found.
(Python 3.13 also dropped ``cgi``; the distribution ``legacy-cgi`` gives it back.)

Until when: drop this file, and ``legacy-cgi``, once a spyne release imports on 3.12 by itself.
"""

import importlib.util
import sys
import warnings
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

_SIX = "spyne.util.six"


class _FindsSpec:
    """Answers the modern importer's questions out of the old importer's table of modules."""

    def __init__(self, old_importer: Any) -> None:
        self._old = old_importer

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for the modules that the old importer knows, None for all others."""
        if name not in self._old.known_modules:
            return None
        return importlib.util.spec_from_loader(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Let the old importer make the module."""
        module: ModuleType = self._old.load_module(spec.name)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing more: the old importer hands over finished modules."""


def _load_six() -> None:
    """Load spyne's six by itself (``spyne.util`` already needs it) and add its modern importer."""
    package = importlib.util.find_spec("spyne")
    if package is None or not package.submodule_search_locations:
        raise ImportError("spyne is not installed; run: pip install koppeling")
    path = Path(package.submodule_search_locations[0]) / "util" / "six.py"
    spec = importlib.util.spec_from_file_location(_SIX, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"spyne has no util/six.py at {path}; is it 2.14?")
    six = importlib.util.module_from_spec(spec)
    sys.modules[_SIX] = six
    spec.loader.exec_module(six)
    sys.meta_path.remove(six._importer)
    sys.meta_path.append(_FindsSpec(six._importer))


# Spyne 2.14 also holds a few "\d" in plain strings and imports cgi: warnings for spyne's authors.
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"spyne(\.|$)")
warnings.filterwarnings("ignore", category=SyntaxWarning, module=r"spyne(\.|$)")
if _SIX not in sys.modules:
    _load_six()
