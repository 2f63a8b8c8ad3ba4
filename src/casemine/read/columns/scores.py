"""How well a column fits a role: the score and the evidence, from its name and its contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.model.columns import ROLES
from casemine.read.columns.names import named, of_case, of_something_else

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from casemine.read.columns.profile import Profile

_NAME_SHARE = 0.6  # of a score; the rest is contents
_FEW_ROWS = 20  # in fewer, contents alone say nothing
_STEPS = frozenset(  # of the standard transactional model of XES
    {"schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort"}
    | {"ate_abort", "complete", "autoskip", "manualskip", "unknown"}
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its profile, before it is a plain value."""

    profile: Profile
    score: float
    evidence: tuple[str, ...]


class Steps:
    """The neighbouring rows of each case: where a step goes from and where it goes to."""

    def __init__(self, case: NDArray[np.int64]) -> None:
        order = np.argsort(case, kind="stable")
        same = np.flatnonzero((case[order][1:] == case[order][:-1]) & (case[order][1:] >= 0))
        self.case = case
        self._before, self._after = order[same], order[same + 1]

    def pairs(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows from which and to which the steps go, where both have a value."""
        there = (codes[self._before] >= 0) & (codes[self._after] >= 0)
        return self._before[there], self._after[there]

    def moves(self, profile: Profile) -> tuple[float, float] | None:
        """Share of the steps at which a time changes, and share at which it does not fall."""
        instants = profile.instants()
        if instants is None:
            return None
        before, after = self.pairs(profile.codes)
        moves = instants[after] - instants[before]
        return (float((moves != 0).mean()), float((moves >= 0).mean())) if len(moves) else None

    def varies(self, profile: Profile) -> float | None:
        """Share of the cases with several values present in which these are not all the same."""
        before, after = self.pairs(profile.codes)
        changed = profile.codes[before] != profile.codes[after]
        cases = self.case[before]
        several = np.bincount(cases) > 0
        return float((np.bincount(cases, changed)[several] > 0).mean()) if len(cases) else None


def as_case(profile: Profile) -> Scored | None:
    """Score a column as the case: its values repeat, but not too often."""
    if profile.is_time or not profile.distinct:
        return None
    name, evidence = name_for("case", profile)
    if 0 < name < 0.6 and of_something_else(profile.name):
        return None
    if name < 0.5 and _other_role(profile, "case") >= 0.7:
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
    if name < 0.8 and (_fractions(profile) or _is_flag(profile)):
        content *= 0.2
    if (content < 0.2 and name < 0.6) or (not name and profile.rows < _FEW_ROWS):
        return None
    return _score(profile, name, content, evidence)


def as_time(profile: Profile, steps: Steps | None) -> Scored:
    """Score a column of times: the time of an event varies within the case and rises."""
    name, evidence = name_for("time", profile)
    evidence.append(_times_in(profile))
    content = min(1.0, profile.present + 0.1) * _share(profile)
    if profile.present < 1:
        evidence.append(f"{1 - profile.present:.1%} of the rows have none")
    moves = steps.moves(profile) if steps else None
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
    return _score(profile, name, content, evidence)


def as_start(profile: Profile, steps: Steps | None, end: Profile | None) -> Scored:
    """Score a column of times as the start: it is not after the end."""
    name, evidence = name_for("start", profile)
    evidence.append(_times_in(profile))
    content = profile.present * _share(profile)
    moves = steps.moves(profile) if steps else None
    if moves is not None and moves[0] < 0.05:
        evidence.append("the same in all rows of a case")
        content = 0.0
    earlier = _never_later(profile, end) if end is not None else None
    if earlier is not None and end is not None:
        evidence.append(f"not after {end.name} in {earlier:.0%} of the rows")
        content *= earlier
    return _score(profile, name, content, evidence)


def as_activity(profile: Profile, steps: Steps | None) -> Scored | None:
    """Score a column as the activity: few different values, and they vary within a case."""
    if profile.is_time or not profile.distinct or of_case(profile.name):
        return None
    name, evidence = name_for("activity", profile)
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
    varied = steps.varies(profile) if steps else None
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
    return _score(profile, name, content, evidence)


def as_who(role: str, profile: Profile, steps: Steps | None) -> Scored | None:
    """Score a column as the resource or the group: mostly by its name."""
    name, evidence = name_for(role, profile)
    if name == 0 or profile.is_time or not profile.distinct or of_case(profile.name):
        return None
    evidence.append(f"{profile.distinct:,} different values in {profile.rows:,} rows")
    varied = steps.varies(profile) if steps else None
    content = min(1.0, profile.present + 0.3)
    if varied is not None and varied < 0.02 and profile.distinct > 1:
        content *= 0.4
        evidence.append("hardly ever differs within a case")
    if _is_flag(profile):
        content = 0.0
    return _score(profile, name, content, evidence)


def as_lifecycle(profile: Profile) -> Scored | None:
    """Score a column as the lifecycle: its values are all of the standard ones."""
    name, evidence = name_for("lifecycle", profile)
    values = {value.strip().casefold() for value in profile.some(len(_STEPS) + 1)}
    if not values or profile.distinct > len(_STEPS) or not values - {""} <= _STEPS:
        return None
    if not values & {"start", "complete"}:
        return None
    evidence.append(f"its values are {listed(sorted(values - {''}), 'and')}")
    return _score(profile, max(name, 0.5), 1.0, evidence)


def name_for(role: str, profile: Profile) -> tuple[float, list[str]]:
    """Weigh a column's name for a role, and say where it is called so."""
    say = named(role, profile.name)
    if say is None:
        return 0.0, []
    where = f" in {say.system}" if say.system else ""
    word = "case id" if role == "case" else role
    return say.weight, [f"the name {show(profile.name)} means {word}{where}"]


def _score(profile: Profile, name: float, content: float, evidence: list[str]) -> Scored:
    score = _NAME_SHARE * name + (1 - _NAME_SHARE) * content
    # Contents that speak against it weigh more than a name that speaks for it.
    return Scored(profile, score * min(1.0, 0.4 + content), tuple(evidence))


def _times_in(profile: Profile) -> str:
    if profile.typed_time:
        return "the file says it is a time"
    if profile.time_example is None or not profile.time_share:
        return "none of its values is a time in a known form"
    return f"{profile.time_share:.0%} are times ({profile.time_example})"


def _share(profile: Profile) -> float:
    return 1.0 if profile.typed_time else profile.time_share


def _other_role(profile: Profile, role: str) -> float:
    """How much the name says for any other role."""
    says = (named(other, profile.name) for other in ROLES if other not in {role, "lifecycle"})
    return max((say.weight for say in says if say is not None), default=0.0)


def same_split(one: Profile, two: Profile) -> bool:
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


def listed(names: Iterable[str], word: str) -> str:
    """Join names for a sentence: `a, b and c`."""
    parts = list(names)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"
