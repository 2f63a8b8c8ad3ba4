"""What the two output streams can show, and the words that go to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass

import click

from casemine.errors import escape

_KEY = "casemine.settings"
NARROWEST = 40


@dataclass(slots=True)
class Settings:
    """The common options of one run."""

    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    debug: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How to write for people on stdout."""

    terminal: bool  # someone looks at it: a terminal, or colours were asked for
    colour: bool
    drawing: bool  # more than ASCII
    width: int


def settings(ctx: click.Context | None = None) -> Settings:
    """Return the common options of this run; the same object for group and command."""
    ctx = ctx or click.get_current_context(silent=True)
    if ctx is None:
        return Settings()
    known: Settings = ctx.find_root().meta.setdefault(_KEY, Settings())
    return known


def look() -> Look:
    """Decide by --color, NO_COLOR, CLICOLOR_FORCE, TERM and what stdout is."""
    tty = sys.stdout.isatty()
    colour = _wants_colour(settings().color, tty=tty)
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    drawing = utf8 and os.environ.get("TERM") != "dumb"
    width = max(NARROWEST, shutil.get_terminal_size((120, 24)).columns)
    return Look(tty or colour, colour, drawing, width)


def say(text: str) -> None:
    """Tell the user something that is not the result, unless --quiet."""
    if not settings().quiet:
        click.echo(escape(text), err=True)


def note(text: str) -> None:
    """Remark on an assumption or a doubt, once."""
    say(f"note: {text}")


def gap() -> None:
    """Set the result apart from what was said before, where both are on one screen."""
    if sys.stdout.isatty() and sys.stderr.isatty():
        say("")


def prepare_streams() -> None:
    """Write UTF-8 into pipes and files whatever the locale; never fail on a character."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _wants_colour(choice: str, *, tty: bool) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return tty and os.environ.get("TERM") != "dumb"
