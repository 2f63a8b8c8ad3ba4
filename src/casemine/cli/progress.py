"""A sign of life on stderr while something takes long: a moving line, or one every ten seconds."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from casemine.cli.screen import say, settings
from casemine.errors import escape
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET_FOR = 1.0  # seconds before anything is shown
CI_EVERY = 10.0
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that `what` goes on, on a terminal's stderr or in CI; nothing into a plain pipe.

    With --verbose, say afterwards how long it took.
    """
    began = time.monotonic()
    with _shown(what):
        yield
    if settings().verbose:
        say(f"{what}: {time.monotonic() - began:.2f} s")


@contextmanager
def _shown(what: str) -> Iterator[None]:
    tty = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if settings().quiet or not (tty or os.environ.get("CI")):
        yield
        return
    done = threading.Event()
    show = _moving if tty else _lines
    thread = threading.Thread(target=show, args=(escape(what), done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _moving(what: str, done: threading.Event) -> None:
    began = time.monotonic()
    if done.wait(QUIET_FOR):
        return
    turn = 0
    while True:
        spent = format_duration(int(time.monotonic() - began))
        sys.stderr.write(f"\r\x1b[2K{FRAMES[turn % len(FRAMES)]} {what} … {spent}")
        sys.stderr.flush()
        turn += 1
        if done.wait(0.1):
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            return


def _lines(what: str, done: threading.Event) -> None:
    began = time.monotonic()
    while not done.wait(CI_EVERY):
        sys.stderr.write(f"{what} … {format_duration(int(time.monotonic() - began))}\n")
        sys.stderr.flush()
