"""How a run that did not go well ends: its lines on stderr and its exit code."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from casemine.errors import CasemineError, ExitCode, InputError, OutputError, escape, show

if TYPE_CHECKING:
    from collections.abc import Sequence

MACHINE_FORMATS = {"json", "ndjson"}


class ClosedPipe(BaseException):
    """The reader of our output has gone, as `head` does; not an error."""


def outcome_of(error: BaseException, words: Sequence[str]) -> int:
    """Write what happened and return the exit code.

    `words` is the command line: `--debug` asks for the traceback, `-f json` for the error as a
    JSON object in the last line of stderr.
    """
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    if isinstance(error, ClosedPipe | BrokenPipeError):
        _silence_stdout()
        return ExitCode.DONE
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.message, err=True)
        return ExitCode.USAGE
    if "--debug" in words and not isinstance(error, click.ClickException):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        _write("casemine: interrupted")
        return ExitCode.INTERRUPTED
    known = _as_known(error)
    if known is None:
        return _bug(error, words)
    for line in lines_of(known):
        _write(line)
    if wants_json(words):
        _write(json.dumps({"error": as_data(known)}))
    return int(known.exit_code)


def lines_of(error: CasemineError) -> list[str]:
    """Write the error as its line, and a second one that says how to mend it.

    Examples
    --------
    >>> from casemine.errors import BadTimeError, Place
    >>> where = Place("a.csv", 7)
    >>> lines_of(BadTimeError("'31/2' in column 'at' is not a time", where=where, count=3))
    ["casemine: a.csv:7: '31/2' in column 'at' is not a time (3 rows)"]
    """
    first = f"casemine: {error}"
    said = error.count is None or re.search(rf"\b{error.count:,}\b", error.message)
    if error.count and error.count > 1 and not said:
        first += f" ({error.count:,} rows)"
    lines = [escape(line) for line in first.split("\n")]
    if error.mend:
        lines.extend(
            ("  help: " if number == 0 else "        ") + escape(line)
            for number, line in enumerate(error.mend.split("\n"))
        )
    return lines


def as_data(error: CasemineError) -> dict[str, object]:
    """Return the error for machines; what is not known is null."""
    where = error.where
    return {
        "code": error.code,
        "message": error.message,
        "file": where.file if where else None,
        "row": where.row if where else None,
        "column": where.column if where else None,
        "value": error.value,
        "count": error.count,
        "help": error.mend,
        "exit": int(error.exit_code),
    }


def wants_json(words: Sequence[str]) -> bool:
    """Whether the command line asks for a format for machines; it may not have been parsed.

    Examples
    --------
    >>> wants_json(["stats", "-f", "json"]), wants_json(["--format=ndjson"]), wants_json(["-f"])
    (True, True, False)
    """
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in {"-f", "--format"} and (value if equals else following) in MACHINE_FORMATS:
            return True
        if word.removeprefix("-f") in MACHINE_FORMATS and word.startswith("-f"):
            return True
    return False


class CommandLineError(CasemineError):
    """What click found wrong with the command line."""

    exit_code = ExitCode.USAGE


def _as_known(error: BaseException) -> CasemineError | None:
    """Errors of the system and of click as our own; None for what nobody expected."""
    if isinstance(error, CasemineError):
        return error
    if isinstance(error, click.ClickException):
        return _from_click(error)
    if isinstance(error, MemoryError):
        return InputError(
            "there is not enough memory",
            code="out-of-memory",
            mend="set --memory-limit below what is free, such as --memory-limit 1GB",
        )
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        named = f": {show(str(error.filename))}" if error.filename else ""
        return OutputError(f"the disk is full{named}; nothing was replaced", code="disk-full")
    if isinstance(error, OSError) and error.filename is not None:
        reason = error.strerror or type(error).__name__
        return InputError(f"{show(str(error.filename))}: {reason}", code="cannot-read")
    return None


def _from_click(error: click.ClickException) -> CasemineError:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    mend = f"{ctx.command_path} -h shows what there is" if ctx else None
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        name = ""
        if isinstance(error.param, click.Option):
            name = max(error.param.opts, key=len) + ": "
        elif error.param is not None:
            name = f"{error.param.name}: ".upper()
        message = name + error.message
    else:
        message = error.format_message().rstrip(".")
    if message[1:2].islower():
        message = message[0].lower() + message[1:]
    return CommandLineError(message.rstrip("."), mend=mend, code="usage")


def _bug(error: BaseException, words: Sequence[str]) -> int:
    kind = type(error).__name__
    first = str(error).splitlines()[:1]
    what = f"{kind}: {first[0]}" if first else kind
    mend = "this is a bug in casemine; please report it with what --debug shows"
    _write(f"casemine: internal error: {escape(what)[:400]}")
    _write(f"  help: {mend}")
    if wants_json(words):
        _write(json.dumps({"error": {"code": "bug", "message": what, "help": mend, "exit": 70}}))
    return ExitCode.BUG


def _write(line: str) -> None:
    """Write to stderr; if that is gone too, there is nobody to tell."""
    with suppress(OSError):
        click.echo(line, err=True)


def _silence_stdout() -> None:
    """Keep Python from complaining about the closed pipe once more on its way out."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
