"""What the findings of a check put on a process map: marks of activities, marks of paths."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.marks import BoxMark, Look
from casemine.draw.page import percent, plural
from casemine.draw.svg import isolated
from casemine.draw.textwidth import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casemine.model.conformance import Conformance, Deviation
    from casemine.model.footprint import Footprint

_THEN = " > "  # between the two activities of a finding
MOST_REASONS = 3  # findings that the tooltip of one path names
_LIMITS = frozenset({"targets", "intervals", "time", "within"})  # parameters of rules about time
_WORDS = {"skipped": "skipped", "inserted": "out of place", "repeated": "repeated"}


@dataclass(frozen=True, slots=True)
class Findings:
    """Deviations by the activities that they are about."""

    by_activity: Mapping[str, tuple[Deviation, ...]]
    by_pair: Mapping[tuple[str, str], tuple[Deviation, ...]]  # `A > B`: A came before B
    timed: frozenset[str] = frozenset()  # rules about time limits

    @classmethod
    def of(cls, conformance: Conformance, names: Iterable[str]) -> Findings:
        """Sort deviations to the activities named; of `A > B` both sides must be among them."""
        known = set(names)
        boxes: dict[str, list[Deviation]] = defaultdict(list)
        between: dict[tuple[str, str], list[Deviation]] = defaultdict(list)
        for one in (*conformance.deviations, *_of_rules(conformance)):
            pair = _pair(one.element, known)
            if one.element in known:
                boxes[one.element].append(one)
            elif pair is not None:
                between[pair].append(one)
        return cls(
            {name: tuple(found) for name, found in boxes.items()},
            {pair: tuple(found) for pair, found in between.items()},
            frozenset(one.rule for one in conformance.rules if _LIMITS & one.parameters.keys()),
        )

    def of_kind(self, activity: str, kind: str) -> Deviation | None:
        """Find the deviation of one kind about an activity."""
        return next((d for d in self.by_activity.get(activity, ()) if d.kind == kind), None)


def _pair(element: str, known: set[str]) -> tuple[str, str] | None:
    """Take `A > B` apart, where names may hold the sign themselves."""
    parts = element.split(_THEN)
    for cut in range(1, len(parts)):
        pair = _THEN.join(parts[:cut]), _THEN.join(parts[cut:])
        if known.issuperset(pair):
            return pair
    return None


def _of_rules(conformance: Conformance) -> list[Deviation]:
    """List violated rules that are not among the deviations."""
    there = {(one.rule, one.element) for one in conformance.deviations}
    found = [result.deviation for result in conformance.rules if result.deviation is not None]
    return [one for one in found if (one.rule, one.element) not in there]


def box_mark(
    activity: str, findings: Findings, *, designed: bool, least_share: float = 0.0
) -> BoxMark:
    """Mark an activity that the log shows.

    Parameters
    ----------
    designed : bool
        Whether the design has a step of that name.
    least_share : float
        Findings in a smaller share of cases stand in the tooltip only.
    """
    found = findings.by_activity.get(activity, ())
    said = tuple(told(one) for one in found)
    found = tuple(one for one in found if one.cases.share >= least_share)
    if not designed:
        return BoxMark("unknown", ("not in the design",), said, badge=True)
    lines = [
        f"{_WORDS[one.kind]} {_share(one)}" for kind in _WORDS for one in found if one.kind == kind
    ]
    rules = [one for one in found if one.kind == "rule"]
    timed = {len(lines) + i for i, one in enumerate(rules) if one.rule in findings.timed}
    lines += [f"{one.rule} {_share(one)}" for one in rules]
    skipped = any(one.kind == "skipped" for one in found)
    added = any(one.kind == "inserted" for one in found)
    look: Look = "skipped" if skipped else "plain"
    return BoxMark(look, tuple(lines), said, badge=added, timed=frozenset(timed))


def told(finding: Deviation) -> str:
    """Tell a finding in a tooltip: its message holds names from data, so it is made visible."""
    return f"{finding.rule}: {visible(finding.message)}"


def _share(deviation: Deviation) -> str:
    cases = deviation.cases
    return f"{cases.cases:,} ({percent(cases.cases, cases.total)})"


def unseen_mark(activity: str, findings: Findings, *, why: str) -> BoxMark:
    """Mark a step of the design that the log does not show; `why` where it cannot show it."""
    found = findings.by_activity.get(activity, ())
    said = tuple(told(one) for one in found)
    if why:
        return BoxMark("hidden", (), (*said, why))
    skipped = [one for one in found if one.kind == "skipped"]
    lines = tuple(f"skipped {_share(one)}" for one in skipped)
    return BoxMark("skipped" if skipped else "ghost", lines, said)


def reasons(
    source: str | None, target: str | None, findings: Findings, allowed: Footprint
) -> tuple[str, ...]:
    """Name the findings that a path outside the design belongs to; None is start or end.

    A step that could stand between the two is skipped there; an end that is no step of the design
    is unknown; otherwise it is what is known about the order of the two, and about each of them.
    """
    ends = [name for name in (source, target) if name is not None]
    found = [d for name in ends for d in findings.by_activity.get(name, ()) if d.kind == "unknown"]
    if not found:
        found = [
            one
            for name in sorted(allowed.activities)
            if _follows(source, name, allowed) and _follows(name, target, allowed)
            for one in findings.by_activity.get(name, ())
            if one.kind == "skipped"
        ]
    if source is not None and target is not None:
        found += findings.by_pair.get((source, target), ())
    if not found:
        late = [(target, ("repeated", "inserted")), (source, ("inserted",))]
        found = [
            one
            for name, kinds in late
            if name is not None
            for one in findings.by_activity.get(name, ())
            if one.kind in kinds
        ]
    found.sort(key=lambda one: (-one.cases.cases, one.rule, one.element))
    return tuple(told(one) for one in found[:MOST_REASONS])


def _follows(source: str | None, target: str | None, allowed: Footprint) -> bool:
    if source is None:
        return target in allowed.starts
    return source in allowed.ends if target is None else (source, target) in allowed.pairs


def outside(
    source: str | None, target: str | None, allowed: Footprint, *, open_cases: bool
) -> bool:
    """Whether the design has no such path; where cases are open, an end says nothing."""
    if source is None and target is None:
        return not allowed.empty
    if target is None and open_cases:
        return False
    return not _follows(source, target, allowed)


def standing(conformance: Conformance) -> str:
    """Say in one line how many cases follow the flow."""
    fits = conformance.fitting_cases
    said = (
        f"{fits:,} of {plural(conformance.cases, 'case')}"
        f" ({percent(fits, conformance.cases)}) follow {isolated(conformance.flow)}"
    )
    if conformance.fitness is not None:
        said += f" · fitness {conformance.fitness:.3f}"
    if conformance.not_aligned:
        said += f" · {plural(conformance.not_aligned, 'case')} not aligned"
    return said


def summary(conformance: Conformance, *, paths: int, foreign: int, judged: bool) -> str:
    """Say in one line how the log and its flow agree.

    Parameters
    ----------
    paths, foreign : int
        Paths that are shown, and those of them that the design doesn't have.
    judged : bool
        Whether it is known which paths the design allows.
    """
    if judged:
        last = f"{foreign:,} of {plural(paths, 'path')} shown not in the design"
    else:
        last = "the design is too large to tell which paths it allows"
    return f"{standing(conformance)} · {last}"
