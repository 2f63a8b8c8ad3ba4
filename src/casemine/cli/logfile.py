"""Write an event log to where -o points: a file by its ending, or CSV to stdout."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.cli.output import (
    LOG_ENDINGS,
    STDOUT,
    check_folder,
    print_data,
    refuse_input,
    suffix_of,
)
from casemine.cli.progress import working
from casemine.cli.screen import note, say

if TYPE_CHECKING:
    from casemine.cli.options import LogRequest
    from casemine.log import EventLog


def write_requested(request: LogRequest, output: str, *, force: bool) -> None:
    """Read the log that is asked for, filters and all, and write it; fail early where it can't be.

    Raises
    ------
    UsageError
        The ending is no form of a log, or the output is an input and `force` is not given.
    """
    suffix = suffix_of(output, LOG_ENDINGS, default=".csv")
    if output != STDOUT:
        check_folder(output)
        refuse_input(output, request.inputs, force=force)
    from casemine.cli.loading import whole
    from casemine.cli.reading import open_log

    write_log_file(whole(open_log(request, columns=None).log), output, suffix)


def write_log_file(log: EventLog, output: str, suffix: str) -> None:
    """Write, and say on stderr what was written, and what the format could not hold as it was."""
    from casemine.model.words import counted
    from casemine.report.account import note_line
    from casemine.write import write_log

    with working(f"writing {output}"):
        if output == STDOUT:
            with tempfile.TemporaryDirectory() as folder:
                part = Path(folder) / f"log{suffix}"
                notes = write_log(log, part)
                print_data(part.read_text(encoding="utf-8"))
        else:
            notes = write_log(log, Path(output))
    where = "stdout" if output == STDOUT else output
    say(f"wrote {where}: {counted(len(log), 'event')}")
    for remark in notes:
        note(note_line(remark))
