"""Which column of a source plays which role: the decided proposal, ready for use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, Place, show
from casemine.read.columnprofile import profile_columns, sample_of
from casemine.read.detect import propose_columns, settle
from casemine.read.headernames import named, of_case

if TYPE_CHECKING:
    import pyarrow as pa

    from casemine.model.columns import ColumnProposal
    from casemine.model.intake import Note
    from casemine.read.options import ReadOptions


_SAYS_SO = 0.7  # weight of a name that says what the column is, whatever stands in it
_SOME_TIMES = 0.3  # share of times from which a column called start is one with faults


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
    time, start = _spoiled(sample, proposal, source)
    return Roles(
        case,
        activity,
        time=time,
        start=start,
        resource=proposal.column("resource"),
        group=proposal.column("group"),
        lifecycle=proposal.column("lifecycle"),
        notes=proposal.notes if time == proposal.column("time") else (),
    )


def _spoiled(
    sample: pa.Table, proposal: ColumnProposal, source: str
) -> tuple[str | None, str | None]:
    """Return time and start, also where only the name says so: the clock then finds the faults.

    A column called `time` that is half in another format must not make a log without times.
    """
    time, start = proposal.column("time"), proposal.column("start")
    if time is not None and start is not None:
        return time, start
    taken = {role.column for role in proposal.roles}
    free = [
        profile
        for profile in profile_columns(sample_of(sample))
        if profile.name not in taken and profile.distinct and not of_case(profile.name)
    ]
    if time is None:
        weights = {each.name: say.weight for each in free if (say := named("time", each.name))}
        best = max(weights.values(), default=0.0)
        said = [name for name, weight in weights.items() if weight == best >= _SAYS_SO]
        if len(said) > 1:
            raise AmbiguousError(
                f"{' and '.join(map(show, said))} could each be the time, and none is in one format",
                where=Place(source),
                mend="name it with --time, and its form with --time-format",
                code="columns-open",
            )
        time = said[0] if said else None
    if start is None:
        start = next(
            (
                each.name
                for each in free
                if each.name != time
                and (say := named("start", each.name)) is not None
                and say.weight >= _SAYS_SO
                and each.time_share >= _SOME_TIMES
                and not each.is_time
            ),
            None,
        )
    return time, start if time is not None else None
