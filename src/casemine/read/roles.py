"""Which column plays which role: what the user named, and what `detect` finds for the rest."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.errors import UsageError, show
from casemine.read.detect import propose_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from casemine.model.intake import Note
    from casemine.read.options import ReadOptions

OPTIONS = ("case", "activity", "time", "start", "resource", "group")


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of source columns; None where no column plays the role."""

    case: str
    activity: str
    time: str | None = None
    start: str | None = None
    resource: str | None = None
    group: str | None = None
    lifecycle: str | None = None
    notes: tuple[Note, ...] = ()


def choose_roles(sample: pa.Table, options: ReadOptions, source: str) -> Roles:
    """Decide the roles from the first rows of a table.

    Raises
    ------
    UsageError
        The user named a column that is not there.
    InputError
        No column, or more than one, could be the case or the activity.
    """
    for role in OPTIONS:
        named = getattr(options, role)
        if named is not None and named not in sample.column_names:
            raise no_such_column(named, sample.column_names, role)
    raise NotImplementedError(propose_columns, source)


def no_such_column(named: str, columns: Sequence[str], role: str) -> UsageError:
    """Make the error for a column that is not there, with names that are close."""
    lowered = {column.lower(): column for column in reversed(columns)}
    close = [lowered[hit] for hit in difflib.get_close_matches(named.lower(), lowered, 3)]
    mend = (
        f"did you mean {' or '.join(map(show, close))}?"
        if close
        else f"there are {', '.join(map(show, columns[:20]))}"
    )
    return UsageError(f"there is no column {show(named)} for --{role}", mend=mend)
