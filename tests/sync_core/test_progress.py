"""The progress of a long round, on a terminal and without one."""

import io
import sys

import pytest

from sync_core.progress import shown


class Terminal(io.StringIO):
    """A terminal that keeps what is written on it."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Let the error stream be a terminal; from within a test, since pytest sets it before each."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    return made


def test_a_terminal_shows_how_many_are_done_of_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    with shown(quiet=False) as progress:
        for done in (0, 50, 120):
            progress("account.invoice", done, 400)
    assert "account.invoice" in terminal.getvalue()
    assert "120/400" in terminal.getvalue()


def test_nothing_is_shown_without_a_terminal_or_to_a_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = on_a_terminal(monkeypatch)
    with shown(quiet=True) as progress:
        progress("account.invoice", 1, 2)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with shown(quiet=False) as progress:
        progress("account.invoice", 1, 2)
    assert terminal.getvalue() == ""
