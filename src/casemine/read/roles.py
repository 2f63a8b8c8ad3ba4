"""Which column of a source plays which role: the decided proposal, ready for use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.read.detect import propose_columns, settle

if TYPE_CHECKING:
    import pyarrow as pa

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
    return Roles(
        case,
        activity,
        time=proposal.column("time"),
        start=proposal.column("start"),
        resource=proposal.column("resource"),
        group=proposal.column("group"),
        lifecycle=proposal.column("lifecycle"),
        notes=proposal.notes,
    )
