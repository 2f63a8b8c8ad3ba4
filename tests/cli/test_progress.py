"""Signs of life: only after a second, only where somebody watches, never into a plain pipe."""

from __future__ import annotations

import io
import sys
import time

import click
import pytest

from casemine.cli import progress
from casemine.cli.screen import settings


class Screen(io.StringIO):
    """Standard error that is, or is not, a terminal."""

    def __init__(self, *, tty: bool) -> None:
        super().__init__()
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


def shown(monkeypatch, *, tty: bool, seconds: float = 0.1, **known: object) -> str:
    """Work for a while and return what stands on the screen."""
    screen = Screen(tty=tty)
    monkeypatch.setattr(sys, "stderr", screen)
    with click.Context(click.Command("x")) as context:
        for name, value in known.items():
            setattr(settings(context), name, value)
        with progress.working("reading a\x1bb"):
            time.sleep(seconds)
    return screen.getvalue()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "QUIET_FOR", 0.02)
    monkeypatch.setattr(progress, "CI_EVERY", 0.02)


def test_a_terminal_gets_a_line_that_is_wiped_in_the_end(monkeypatch):
    text = shown(monkeypatch, tty=True)

    assert "reading a\\x1bb … 0 s" in text
    assert text.endswith("\r\x1b[2K")


def test_what_is_done_soon_shows_nothing(monkeypatch):
    monkeypatch.setattr(progress, "QUIET_FOR", 5)

    assert shown(monkeypatch, tty=True, seconds=0) == ""


def test_ci_gets_plain_lines(monkeypatch):
    monkeypatch.setenv("CI", "true")

    lines = shown(monkeypatch, tty=False).splitlines()

    assert lines
    assert set(lines) == {"reading a\\x1bb … 0 s"}


@pytest.mark.parametrize("known", [{}, {"quiet": True}])
def test_a_plain_pipe_gets_nothing(monkeypatch, known):
    assert shown(monkeypatch, tty=False, **known) == ""


def test_quiet_is_quiet_on_a_terminal_too(monkeypatch):
    assert shown(monkeypatch, tty=True, quiet=True) == ""


def test_verbose_says_how_long_it_took(monkeypatch):
    assert "reading a\\x1bb: 0." in shown(monkeypatch, tty=False, verbose=True)


def test_an_error_inside_passes_through_and_the_line_is_gone(monkeypatch):
    screen = Screen(tty=True)
    monkeypatch.setattr(sys, "stderr", screen)

    with pytest.raises(KeyError), progress.working("reading"):
        time.sleep(0.05)
        raise KeyError

    assert screen.getvalue().endswith("\r\x1b[2K")
