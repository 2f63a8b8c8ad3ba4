"""Which column is the case, the activity, the time: proposed from names and contents.

The scores are rules of thumb that rank columns, not probabilities. What they rest on is said in
words with each candidate; where two columns are equally good and would give different logs,
`settle` refuses and lists them.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import AmbiguousError, InputError, Place, UsageError, show
from casemine.model.columns import ROLES, Candidate, ColumnProposal, RoleProposal
from casemine.model.intake import Note
from casemine.read.columnprofile import Profile, profile_columns, sample_of
from casemine.read.headernames import bookkeeping, named, of_case, of_something_else, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.options import ReadOptions

_CLOSE = 0.1  # candidates that are nearer than this are equally good
_LEAST = {"case": 0.3, "activity": 0.3, "time": 0.3, "start": 0.5, "resource": 0.45, "group": 0.45}
_NAME_SHARE = 0.6  # of a score; the rest is contents
_SHOWN = 5
_FEW_ROWS = 20  # in fewer, contents alone say nothing

_STEPS = frozenset(  # of the standard transactional model of XES
    {"schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort"}
    | {"ate_abort", "complete", "autoskip", "manualskip", "unknown"}
)


def propose_columns(table: pa.Table, *, given: ReadOptions) -> ColumnProposal:
    """Propose a column for each role, with ranked candidates and the evidence for each.

    Parameters
    ----------
    table : pyarrow.Table
        Columns as text (other types are understood too); the whole table or its first rows.
    given : ReadOptions
        Columns that the user named win.

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
        if role != "lifecycle" and getattr(given, role) is not None
    }
    detective = _Detective(profile_columns(sample_of(table)), chosen, table.num_rows)
    return detective.propose()


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
                f"{_listed(role.rivals, 'and')} could each be the {role.role}",
                where=Place(source),
                mend="say " + _listed([f"--{role.role} {_argument(c)}" for c in role.rivals], "or"),
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
    mend = f"did you mean {_listed(map(show, close), 'or')}?" if close else None
    if not mend and columns:
        mend = f"the columns are {_listed(map(show, columns[:20]), 'and')}"
    raise UsageError(f"there is no column {show(asked)} for --{role}", mend=mend, code="no-column")


@dataclass(frozen=True, slots=True)
class _Scored:
    """A candidate with its profile, before it is a plain value."""

    profile: Profile
    score: float
    evidence: tuple[str, ...]


class _Detective:
    """Goes from role to role; each finding narrows what is left for the next."""

    def __init__(self, profiles: list[Profile], chosen: dict[str, str], rows: int) -> None:
        self.profiles = profiles
        self.chosen = chosen
        self.rows = rows
        self.notes: list[Note] = []
        self.found: dict[str, RoleProposal] = {}
        self.case: NDArray[np.int64] | None = None  # codes of the best case column

    def propose(self) -> ColumnProposal:
        self._take("case", map(self._as_case, self._free()))
        best = self._best("case")
        self.case = best.codes if best else None
        # Times first: whatever is one is no activity.
        self._take_times()
        self._take("activity", map(self._as_activity, self._free()))
        for role in ("resource", "group"):
            self._take(role, (self._as_who(role, profile) for profile in self._free()))
        self._take("lifecycle", map(self._as_lifecycle, self._free()))
        self._remark()
        return ColumnProposal(
            tuple(self.found[role] for role in ROLES),
            self.profiles[0].rows if self.profiles else 0,
            tuple(self.notes),
        )

    # --- choosing ------------------------------------------------------------------------------

    def _free(self) -> list[Profile]:
        """Columns that the user did not name for a role and that no other role has taken."""
        taken = set(self.chosen.values())
        taken |= {role.column for role in self.found.values() if role.column is not None}
        return [
            profile
            for profile in self.profiles
            if profile.name not in taken and not bookkeeping(profile.name)
        ]

    def _take(self, role: str, scored: Iterable[_Scored | None]) -> None:
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

    def _rivals(self, role: str, ranked: list[_Scored]) -> tuple[str, ...]:
        """Columns as good as the best that would give another log; none if it stands alone."""
        if role not in {"case", "activity", "time"} or len(ranked) < 2:
            return ()
        best = ranked[0]
        near = [found for found in ranked[1:] if best.score - found.score < _CLOSE]
        unlike = [found for found in near if not _same_split(best.profile, found.profile)]
        return tuple(found.profile.name for found in (best, *unlike)) if unlike else ()

    def _best(self, role: str) -> Profile | None:
        """Look up the column of a role, or its best candidate where it is undecided."""
        proposal = self.found[role]
        name = proposal.column or (proposal.candidates[0].column if proposal.candidates else None)
        return next((profile for profile in self.profiles if profile.name == name), None)

    # --- case ----------------------------------------------------------------------------------

    def _as_case(self, profile: Profile) -> _Scored | None:
        if profile.is_time or not profile.distinct:
            return None
        name, evidence = _name("case", profile)
        if 0 < name < 0.6 and of_something_else(profile.name):
            return None
        repeats = profile.repeats
        evidence.append(
            f"{profile.distinct:,} different values in {profile.rows:,} rows, "
            f"{repeats:.1f} rows each on average"
        )
        if profile.distinct == profile.rows and profile.rows > 1:
            content = 0.35 if name >= 0.8 else 0.1
            evidence.append("no value stands twice: rather a number of the row")
        elif repeats < 1.05 and profile.rows > 50:
            content = 0.3
        elif profile.distinct < 10 and profile.rows > 500:
            content = 0.05
        elif repeats > 200:
            content = 0.3
        else:
            content = 1.0 if profile.distinct > 1 else 0.4
        content *= profile.present
        if profile.present < 1:
            evidence.append(f"{1 - profile.present:.1%} of the rows have none")
        if _fractions(profile) or _is_flag(profile):
            content *= 0.2
        if (content < 0.2 and name < 0.6) or (not name and profile.rows < _FEW_ROWS):
            return None
        return _scored(profile, name, content, evidence)

    # --- times ---------------------------------------------------------------------------------

    def _take_times(self) -> None:
        """Find the time and the start together: both vary within a case, and one is earlier."""
        times = [profile for profile in self._free() if self._is_time(profile)]
        scored = {profile.name: self._as_time(profile) for profile in times}
        starts = [
            profile
            for profile in times
            if (say := named("start", profile.name)) is not None
            and say.weight >= max(0.7, _name("time", profile)[0])
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
            (self._as_start(profile) for profile in starts if profile in self._free()),
        )

    def _is_time(self, profile: Profile) -> bool:
        if profile.is_time:
            return True
        say = named("time", profile.name) or named("start", profile.name)
        return profile.could_be_time and say is not None and say.weight >= 0.7

    def _as_time(self, profile: Profile) -> _Scored:
        name, evidence = _name("time", profile)
        if profile.typed_time:
            evidence.append("the file says it is a time")
        else:
            evidence.append(f"{profile.time_share:.0%} are times ({profile.time_example})")
        content = min(1.0, profile.present + 0.1)
        if profile.present < 1:
            evidence.append(f"{1 - profile.present:.1%} of the rows have none")
        moves = self._moves(profile)
        if moves is not None:
            changes, rises = moves
            if changes < 0.05:
                content *= 0.1
                evidence.append("the same in all rows of a case")
            else:
                evidence.append(f"differs in {changes:.0%} of the steps within cases")
                content *= 0.5 + 0.3 * min(changes * 2, 1) + 0.2 * rises
                if rises > 0.99:
                    evidence.append("never falls along the rows of a case")
        if of_case(profile.name):
            content *= 0.3
        return _scored(profile, name, content, evidence)

    def _as_start(self, profile: Profile) -> _Scored:
        name, evidence = _name("start", profile)
        if not profile.typed_time:
            evidence.append(f"{profile.time_share:.0%} are times ({profile.time_example})")
        content = profile.present
        moves = self._moves(profile)
        if moves is not None and moves[0] < 0.05:
            evidence.append("the same in all rows of a case")
            content = 0.0
        end = self._best("time")
        earlier = _never_later(profile, end) if end is not None else None
        if earlier is not None and end is not None:
            evidence.append(f"not after {end.name} in {earlier:.0%} of the rows")
            content *= earlier
        return _scored(profile, name, content, evidence)

    def _moves(self, profile: Profile) -> tuple[float, float] | None:
        """Share of steps within a case at which the time changes, and of those where it rises."""
        instants = profile.instants() if self.case is not None else None
        if instants is None or self.case is None:
            return None
        order = np.argsort(self.case, kind="stable")
        case, time = self.case[order], instants[order]
        there = profile.codes[order] >= 0
        same = (case[1:] == case[:-1]) & (case[1:] >= 0) & there[1:] & there[:-1]
        steps = np.diff(time)[same]
        if not len(steps):
            return None
        changed = steps != 0
        return float(changed.mean()), float((steps >= 0).mean())

    # --- activity and the rest -----------------------------------------------------------------

    def _as_activity(self, profile: Profile) -> _Scored | None:
        if profile.is_time or not profile.distinct or of_case(profile.name):
            return None
        name, evidence = _name("activity", profile)
        evidence.append(f"{profile.distinct:,} different values in {profile.rows:,} rows")
        content = 1.0
        if profile.distinct > max(50, profile.rows / 10) or (
            profile.distinct == profile.rows and profile.rows > 20
        ):
            content = 0.15
            evidence.append("too many for kinds of steps")
        if profile.distinct == 1:
            content = 0.4
        if profile.numeric:
            content *= 0.3
            evidence.append("numbers")
        if _is_flag(profile):
            content *= 0.3
            evidence.append("yes or no")
        varied = self._varies(profile)
        if varied is not None:
            if varied < 0.05:
                content *= 0.15
                evidence.append("hardly ever differs within a case")
            else:
                content *= 0.5 + 0.5 * min(2 * varied, 1.0)
                evidence.append(f"differs within {varied:.0%} of the cases")
        if _other_role(profile, "activity") > name:
            content *= 0.5
        content *= profile.present
        unnamed = not name and (profile.rows < _FEW_ROWS or 3 * profile.distinct > profile.rows)
        if (content < 0.2 and name < 0.6) or unnamed:
            return None
        return _scored(profile, name, content, evidence)

    def _as_who(self, role: str, profile: Profile) -> _Scored | None:
        name, evidence = _name(role, profile)
        if name == 0 or profile.is_time or not profile.distinct or of_case(profile.name):
            return None
        evidence.append(f"{profile.distinct:,} different values in {profile.rows:,} rows")
        varied = self._varies(profile)
        content = min(1.0, profile.present + 0.3)
        if varied is not None and varied < 0.02 and profile.distinct > 1:
            content *= 0.4
            evidence.append("hardly ever differs within a case")
        if _is_flag(profile):
            content = 0.0
        return _scored(profile, name, content, evidence)

    def _as_lifecycle(self, profile: Profile) -> _Scored | None:
        name, evidence = _name("lifecycle", profile)
        values = {value.strip().casefold() for value in profile.some(len(_STEPS) + 1)}
        if not values or profile.distinct > len(_STEPS) or not values - {""} <= _STEPS:
            return None
        if not values & {"start", "complete"}:
            return None
        evidence.append(f"its values are {_listed(sorted(values - {''}), 'and')}")
        return _scored(profile, max(name, 0.5), 1.0, evidence)

    def _varies(self, profile: Profile) -> float | None:
        """Share of the cases with more than one row in which the column has more than one value."""
        if self.case is None:
            return None
        both = (self.case >= 0) & (profile.codes >= 0)
        case = self.case[both]
        pairs = np.unique(case * (len(profile.texts) + 1) + profile.codes[both])
        values = np.bincount(pairs // (len(profile.texts) + 1))
        rows = np.bincount(case)
        several = rows > 1
        return float((values[several] > 1).mean()) if several.any() else None

    # --- remarks -------------------------------------------------------------------------------

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


# --- small questions about columns -----------------------------------------------------------


def _name(role: str, profile: Profile) -> tuple[float, list[str]]:
    """Weigh a column's name for a role, and say where it is called so."""
    say = named(role, profile.name)
    if say is None:
        return 0.0, []
    where = f" in {say.system}" if say.system else ""
    word = {"case": "case id", "who": "resource"}.get(role, role)
    return say.weight, [f"the name {show(profile.name)} means {word}{where}"]


def _scored(profile: Profile, name: float, content: float, evidence: list[str]) -> _Scored:
    score = _NAME_SHARE * name + (1 - _NAME_SHARE) * content
    # Contents that speak against it weigh more than a name that speaks for it.
    return _Scored(profile, score * min(1.0, 0.4 + content), tuple(evidence))


def _as_end(found: _Scored) -> _Scored:
    """Prefer what is called an end, in a table that has starts."""
    words = set(plain(found.profile.name).split())
    ends = {"end", "complete", "completed", "completion", "finish", "finished", "ende", "fin"}
    ends |= {"timestamp", "enddate", "endtime", "endzeit", "enddatum", "abschluss"}
    return found if words & ends else _Scored(found.profile, found.score * 0.85, found.evidence)


def _other_role(profile: Profile, role: str) -> float:
    """How much the name says for any other role."""
    says = (named(other, profile.name) for other in ROLES if other not in {role, "lifecycle"})
    return max((say.weight for say in says if say is not None), default=0.0)


def _same_split(one: Profile, two: Profile) -> bool:
    """Whether two columns tell the same rows apart, so that either gives the same log."""
    if one.is_time and two.is_time:
        first, second = one.instants(), two.instants()
        return first is not None and second is not None and bool((first == second).all())
    pairs = np.unique((one.codes + 1) * (len(two.texts) + 2) + two.codes + 1)
    return len(pairs) == len(np.unique(one.codes)) == len(np.unique(two.codes))


def _never_later(start: Profile, end: Profile) -> float | None:
    first, last = start.instants(), end.instants()
    if first is None or last is None:
        return None
    both = (start.codes >= 0) & (end.codes >= 0)
    return float((first <= last)[both].mean()) if both.any() else None


def _is_flag(profile: Profile) -> bool:
    values = {value.strip().casefold() for value in profile.some(4)}
    return profile.distinct <= 3 and values <= {
        *("", "true", "false", "yes", "no", "y", "n", "0", "1", "t", "f", "ja", "nein", "oui"),
        *("non", "si", "sí", "wahr", "falsch"),
    }


def _fractions(profile: Profile) -> bool:
    """Whether the values are numbers with decimals, so amounts rather than names."""
    some = profile.some(50)
    return profile.numeric and any("." in value and not value.endswith(".0") for value in some)


def _listed(names: Iterable[str], word: str) -> str:
    """Join names for a sentence: `a, b and c`."""
    parts = list(names)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _argument(column: str) -> str:
    """Quote a column for a command line where it needs it."""
    plain = column.replace("_", "").replace("-", "").isalnum() and column.isascii()
    return column if plain and not column.startswith("-") else show(column)
