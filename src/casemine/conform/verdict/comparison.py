"""The findings of a check against those of a baseline: what has grown, beyond what chance does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.conform.verdict.chance import (
    can_grow,
    chance_of_growth,
    corrected,
    least_chance,
    room,
)
from casemine.model.proportion import Proportion
from casemine.model.verdict import FITTING, WHOLE_LOG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casemine.model.conformance import Conformance, Deviation
    from casemine.model.verdict import Baseline, Known, State

FALSE_ALARMS = 0.01  # runs in which chance alone may fail a check, whatever is tested in it
ACCIDENTS = 0.001  # updates in which chance alone may lower a baseline: it stays lowered
SMALL = 30  # cases below which two shares are not compared

Key = tuple[str, str]  # rule and element


def shown_first(baseline: Baseline, conformance: Conformance) -> set[str]:
    """Name the steps that this log shows and that of the baseline did not.

    More cases leave the design then because more of it is judged.
    """
    seen = {step.activity for step in conformance.observability if step.observable}
    return seen & set(baseline.unseen)


def names_in(key: Key) -> set[str]:
    """Name the rule and the steps that a finding is about.

    Examples
    --------
    >>> sorted(names_in(("CM003", "A > B")))
    ['A', 'A > B', 'B', 'CM003']
    """
    rule, element = key
    return {rule, element, *element.split(" > ")}


def leaving(conformance: Conformance) -> Proportion:
    """Cases that leave the design, of those that were aligned."""
    aligned = conformance.cases - conformance.not_aligned
    return Proportion(aligned - conformance.fitting_cases, aligned)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each finding against the baseline: what it was, and the corrected chance of such growth."""

    baseline: Baseline | None
    entries: Mapping[Key, Known]
    expired: frozenset[Key]
    before: Mapping[Key, Proportion]
    growth: Mapping[Key, float]
    decline: Mapping[Key, float]

    @classmethod
    def of(
        cls,
        conformance: Conformance,
        found: tuple[Deviation, ...],
        *,
        worse_by: float,
        strict: bool,
        baseline: Baseline | None,
        today: date | None,
    ) -> Comparison:
        """Compare every finding, and the share of cases that leave the design."""
        if baseline is None:
            return cls(None, {}, frozenset(), {}, {}, {})
        entries = {one.key: one for one in baseline.known}
        expired = frozenset(
            key
            for key, one in entries.items()
            if one.until is not None and today is not None and one.until < today
        )
        now = {(one.rule, one.element): one.cases for one in found if one.level != "note"}
        if not shown_first(baseline, conformance):
            now[FITTING, WHOLE_LOG] = leaving(conformance)
        scale = baseline.cases / conformance.cases if conformance.cases else 0.0
        before = {}
        for key, cases in now.items():
            if key in entries and key not in expired:
                before[key] = entries[key].cases
            elif not names_in(key) & set(baseline.unseen):
                before[key] = Proportion(0, round(cases.total * scale))
        before = {
            key: share
            for key, share in before.items()
            if strict or min(share.total, now[key].total) >= SMALL
        }
        pairs = {key: (now[key], then) for key, then in before.items()}
        growth = _tested(pairs, worse_by)
        back = {key: (then, later) for key, (later, then) in pairs.items()}
        return cls(baseline, entries, expired, before, growth, _tested(back, worse_by))

    def state(self, key: Key, now: Proportion, worse_by: float) -> State | None:
        """Say how a finding stands to the baseline; None where there is none."""
        if self.baseline is None:
            return None
        known = key in self.entries and key not in self.expired
        before = self.before.get(key)
        if self.grown(key, now, worse_by):
            return "worsened" if known else "new"
        less = before is not None and before.share - now.share > worse_by
        if less and self.decline.get(key, 1.0) < ACCIDENTS:
            return "improved"
        return "unchanged" if known else "new"

    def grown(self, key: Key, now: Proportion, worse_by: float) -> bool:
        """Whether it is larger than before beyond tolerance and beyond chance."""
        before = self.before.get(key)
        return (
            before is not None
            and now.share - before.share > worse_by
            and self.growth.get(key, 1.0) < FALSE_ALARMS
        )


def _tested(
    pairs: Mapping[Key, tuple[Proportion, Proportion]], worse_by: float
) -> dict[Key, float]:
    """Give the corrected chance of growth of every finding that could have grown enough.

    The share of cases that leave the design weighs as much as all findings together: it gathers
    what is spread over many of them, and would be lost as one among so many.
    """
    able = {
        key: (now, before)
        for key, (now, before) in pairs.items()
        if can_grow(now, before, beyond=worse_by) and least_chance(now, before) < FALSE_ALARMS
    }
    weights = {key: room(now, before) for key, (now, before) in able.items()}
    whole = (FITTING, WHOLE_LOG)
    if whole in weights and len(weights) > 1:
        weights[whole] = sum(weight for key, weight in weights.items() if key != whole)
    chances = {key: chance_of_growth(now, before) for key, (now, before) in able.items()}
    return corrected(chances, weights)
