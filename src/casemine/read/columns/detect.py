"""Which column is the case, the activity, the time: proposed from names and contents.

The scores are rules of thumb that rank columns, not probabilities. What they rest on is said in
words with each candidate; where two columns are equally good and would give different logs,
`settle` refuses and lists them.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, InputError, Place, UsageError, show
from casemine.model.columns import ROLES, Candidate, ColumnProposal, RoleProposal
from casemine.model.intake import Note
from casemine.read.columns.names import bookkeeping, named, of_case, plain
from casemine.read.columns.profile import Profile, profile_columns, sample_of
from casemine.read.columns.scores import (
    Scored,
    Steps,
    as_activity,
    as_case,
    as_lifecycle,
    as_start,
    as_time,
    as_who,
    listed,
    name_for,
    same_split,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from casemine.read.options import ReadOptions

_CLOSE = 0.1  # candidates that are nearer than this are equally good
_LEAST = {"case": 0.3, "activity": 0.3, "time": 0.3, "start": 0.5, "resource": 0.45, "group": 0.45}
_SHOWN = 5
_SOME_TIMES = 0.2  # share of values that makes a column with faults a time nevertheless
_SAYS_SO = 0.85  # weight of a name that is enough alone


def propose_columns(table: pa.Table, *, given: ReadOptions) -> ColumnProposal:
    """Propose a column for each role, with ranked candidates and the evidence for each.

    Parameters
    ----------
    table : pyarrow.Table
        Columns as text (other types are understood too); the whole table or its first rows.
    given : ReadOptions
        Columns that the user named win; an empty `time` means that there is none.

    Returns
    -------
    ColumnProposal
        A role between whose candidates the data do not decide has no column but `rivals`; the
        caller refuses with `settle` or shows it.

    Raises
    ------
    UsageError
        The user named a column that is not there; near matches are shown.

    Notes
    -----
    At most 20,000 rows are looked at. The result does not depend on anything but the table.
    """
    chosen = {
        role: find_column(getattr(given, role), table.column_names, role)
        for role in ROLES
        if role != "lifecycle" and getattr(given, role)
    }
    profiles = profile_columns(sample_of(table))
    return _Detective(profiles, chosen, table.num_rows, timed=given.time != "").propose()


def settle(proposal: ColumnProposal, *, source: str) -> ColumnProposal:
    """Hand the proposal back if it is decided, or refuse and list the candidates.

    Raises
    ------
    AmbiguousError
        Several columns are equally good for a role and would give different logs.
    InputError
        No column could be the case or the activity.
    """
    for role in proposal.roles:
        if role.undecided:
            raise AmbiguousError(
                f"{listed(role.rivals, 'and')} could each be the {role.role}",
                where=Place(source),
                mend="say " + listed([f"--{role.role} {_argument(c)}" for c in role.rivals], "or"),
                code="columns-open",
            )
        if role.role in {"case", "activity"} and role.column is None:
            raise InputError(
                f"no column looks like the {role.role}",
                where=Place(source),
                mend=f"name it with --{role.role}; casemine columns shows what there is",
                code="no-column",
            )
    return proposal


def find_column(asked: str, columns: Sequence[str], role: str) -> str:
    """Find a column by the name the user gave: as it is, else the only one in another case.

    Raises
    ------
    UsageError
        There is none; near matches are shown.
    """
    if asked in columns:
        return asked
    folded = [column for column in columns if column.strip().casefold() == asked.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    by_fold = {column.casefold(): column for column in reversed(columns)}
    close = [by_fold[hit] for hit in difflib.get_close_matches(asked.casefold(), by_fold, 3)]
    mend = f"did you mean {listed(map(show, close), 'or')}?" if close else None
    if not mend and columns:
        mend = f"the columns are {listed(map(show, columns[:20]), 'and')}"
    raise UsageError(f"there is no column {show(asked)} for --{role}", mend=mend, code="no-column")


class _Detective:
    """Goes from role to role; each finding narrows what is left for the next."""

    def __init__(
        self, profiles: list[Profile], chosen: dict[str, str], rows: int, *, timed: bool
    ) -> None:
        self.timed = timed
        self.profiles = profiles
        self.chosen = chosen
        self.rows = rows
        self.notes: list[Note] = []
        self.found: dict[str, RoleProposal] = {}
        self.steps: Steps | None = None  # of the best case column

    def propose(self) -> ColumnProposal:
        """Take the case first, for what varies within cases; what is no activity before it."""
        self._take("case", map(as_case, self._free()))
        best = self._best("case")
        self.steps = Steps(best.codes) if best else None
        self._take_times()
        self._take("lifecycle", map(as_lifecycle, self._free()))
        self._take("activity", (as_activity(profile, self.steps) for profile in self._free()))
        for role in ("resource", "group"):
            self._take(role, (as_who(role, profile, self.steps) for profile in self._free()))
        self._remark()
        return ColumnProposal(
            tuple(self.found[role] for role in ROLES),
            self.profiles[0].rows if self.profiles else 0,
            tuple(self.notes),
        )

    def _free(self) -> list[Profile]:
        """Columns that the user did not name for a role and that no other role has taken."""
        taken = set(self.chosen.values())
        taken |= {role.column for role in self.found.values() if role.column is not None}
        return [
            profile
            for profile in self.profiles
            if profile.name not in taken and not bookkeeping(profile.name)
        ]

    def _take(self, role: str, scored: Iterable[Scored | None]) -> None:
        if role in self.chosen:
            given = Candidate(self.chosen[role], 1.0, ("named by the user",))
            self.found[role] = RoleProposal(role, given.column, (given,), given=True)
            return
        ranked = sorted(
            (found for found in scored if found is not None),
            key=lambda found: (-round(found.score, 3), found.profile.position),
        )
        candidates = tuple(
            Candidate(found.profile.name, round(found.score, 3), found.evidence)
            for found in ranked[:_SHOWN]
        )
        ranked = [found for found in ranked if found.score >= _LEAST.get(role, 0.5)]
        rivals = self._rivals(role, ranked)
        if role == "time" and not ranked:  # nothing convinces, but without times it is another log
            rivals = tuple(candidate.column for candidate in candidates)
        column = ranked[0].profile.name if ranked and not rivals else None
        if len(rivals) == 1:
            column, rivals = rivals[0], ()
        self.found[role] = RoleProposal(role, column, candidates, rivals=rivals)

    def _rivals(self, role: str, ranked: list[Scored]) -> tuple[str, ...]:
        """Columns as good as the best that would give another log; none if it stands alone."""
        if role not in {"case", "activity", "time"} or len(ranked) < 2:
            return ()
        best = ranked[0]
        say = named(role, best.profile.name)
        if say is not None and say.system == "XES":  # these names leave no doubt
            return ()
        near = [found for found in ranked[1:] if best.score - found.score < _CLOSE]
        unlike = [found for found in near if not same_split(best.profile, found.profile)]
        return tuple(found.profile.name for found in (best, *unlike)) if unlike else ()

    def _best(self, role: str) -> Profile | None:
        """Look up the column of a role, or its best candidate where it is undecided."""
        proposal = self.found[role]
        name = proposal.column or (proposal.candidates[0].column if proposal.candidates else None)
        return next((profile for profile in self.profiles if profile.name == name), None)

    def _take_times(self) -> None:
        """Find the time and the start together: both vary within a case, and one is earlier."""
        times = [profile for profile in self._free() if self.timed and self._is_time(profile)]
        scored = {profile.name: as_time(profile, self.steps) for profile in times}
        starts = [
            profile
            for profile in times
            if (say := named("start", profile.name)) is not None
            and say.weight >= max(0.7, name_for("time", profile)[0])
            and not of_case(profile.name)
        ]
        names = {profile.name for profile in starts}
        ends = [scored[profile.name] for profile in times if profile.name not in names]
        if not ends and "time" not in self.chosen:  # a start is all there is
            self._take("time", scored.values())
            starts = []
        else:
            if starts:  # beside a start stands its end
                ends = [_as_end(found) for found in ends]
            self._take("time", ends)
        self._take(
            "start",
            (as_start(profile, self.steps, self._best("time")) for profile in starts),
        )

    def _is_time(self, profile: Profile) -> bool:
        """Whether a column is to be tried as a time.

        One that is called a time counts even if many of its values are none: a log without times
        would hide the fault, while the clock names it.
        """
        if profile.is_time or not profile.distinct:
            return profile.is_time
        said = max(name_for(role, profile)[0] for role in ("time", "start"))
        if profile.could_be_time or profile.time_share > _SOME_TIMES:
            return said >= 0.7
        return said >= _SAYS_SO and not of_case(profile.name)

    def _remark(self) -> None:
        time, case = self.found["time"], self._best("case")
        if time.column is None and not time.undecided:
            text = "no column holds times: the rows are taken in the order of the file"
            self.notes.append(Note("no-time-column", text))
        if case is not None and case.rows > 20 and case.distinct == case.rows == self.rows:
            text = (
                f"every row has its own {show(case.name)}: this looks like a list of cases, not of "
                "events"
            )
            self.notes.append(Note("one-row-per-case", text, case.rows))


def _as_end(found: Scored) -> Scored:
    """Prefer what is called an end, in a table that has starts."""
    words = set(plain(found.profile.name).split())
    ends = {"end", "complete", "completed", "completion", "finish", "finished", "ende", "fin"}
    ends |= {"timestamp", "enddate", "endtime", "endzeit", "enddatum", "abschluss"}
    return found if words & ends else Scored(found.profile, found.score * 0.85, found.evidence)


def _argument(column: str) -> str:
    """Quote a column for a command line where it needs it."""
    plain = column.replace("_", "").replace("-", "").isalnum() and column.isascii()
    return column if plain and not column.startswith("-") else show(column)
