"""Which column of a source plays which role: the decided proposal, ready for use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.errors import UsageError
from casemine.read.columns.detect import propose_columns, settle
from casemine.read.columns.names import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from casemine.model.columns import ColumnProposal
    from casemine.model.intake import Note
    from casemine.read.options import ReadOptions


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
    InputError, AmbiguousError
        No column, or more than one, could be the case or the activity.
    """
    proposal = settle(propose_columns(sample, given=options), source=source)
    case, activity = proposal.column("case"), proposal.column("activity")
    assert case is not None
    assert activity is not None
    time = proposal.column("time")
    notes = proposal.notes
    if time is None and options.time_format is not None:
        time, notes = _time_by_name(sample.column_names, proposal, source), ()
    return Roles(
        case,
        activity,
        time=time,
        start=proposal.column("start"),
        resource=proposal.column("resource"),
        group=proposal.column("group"),
        lifecycle=proposal.column("lifecycle"),
        notes=notes,
    )


def _time_by_name(columns: Sequence[str], proposal: ColumnProposal, source: str) -> str:
    """Find the column that a named format is meant for: contents such as 46113.5 don't tell."""
    taken = {role.column for role in proposal.roles}
    weights = {
        column: say.weight
        for column in columns
        if column not in taken and (say := named("time", column)) is not None
    }
    if not weights:
        raise UsageError(
            f"--time-format was given, but no column of {source} looks like a time",
            mend="name it with --time",
            code="no-column",
        )
    return max(weights, key=weights.__getitem__)
