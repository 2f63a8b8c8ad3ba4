"""What a check decides: which findings fail, against which limits and which baseline."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from casemine.model.conformance import Deviation
    from casemine.model.proportion import Proportion

FailOn = Literal["new", "any", "never"]
State = Literal[
    "new",  # the baseline does not hold it, or no longer
    "unchanged",  # no larger than the baseline says, or not more than chance allows
    "worsened",  # larger beyond tolerance and beyond chance
    "improved",  # smaller beyond tolerance and beyond chance
]
FITNESS, FITTING = "CM101", "CM102"  # measures of the whole log
WHOLE_LOG = "all cases"  # the element of findings about the whole log


def fingerprint(rule: str, element: str, *, process: str, source: str) -> str:
    """Name a finding for good: no figures, line numbers or cases are in it.

    Examples
    --------
    >>> fingerprint("CM001", "Notify user", process="incident", source="models/incident.bpmn")
    '58247aca1bc5f1233aa60a7b83f8cd6a'
    """
    text = f"{rule}\0{process}\0{element}\0{source}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that a baseline holds."""

    rule: str
    element: str
    cases: Proportion  # when it was taken into the baseline
    fingerprint: str
    reason: str = ""  # why it is accepted, in the words of whoever did
    until: date | None = None  # last day on which it is accepted

    @property
    def key(self) -> tuple[str, str]:
        """Rule and element, by which findings are found again."""
        return self.rule, self.element


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was known about a process at some time; later checks are held against it."""

    process: str
    source: str  # the flow file
    cases: int  # of the log that it was made from
    known: tuple[Known, ...]  # by rule, then element
    unseen: tuple[str, ...] = ()  # steps and rules that could not be judged then

    def entry(self, rule: str, element: str) -> Known | None:
        """Find an entry."""
        return next((one for one in self.known if one.key == (rule, element)), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding, and what the verdict makes of it."""

    finding: Deviation
    fingerprint: str
    fails: bool
    why: str  # one clause: why it fails, or why not
    limit: float | None = None  # share of cases that is allowed
    state: State | None = None  # None without a baseline
    before: Proportion | None = None  # in the baseline
    chance: float | None = None  # corrected for all that was tested at once
    known: Known | None = None  # its entry, also one that has expired
    expired: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Rule and element."""
        return self.finding.rule, self.finding.element


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of the whole log, and the least it has to be."""

    rule: str
    name: str
    value: float | None  # None: nothing to measure
    least: float | None
    fails: bool
    why: str
    fingerprint: str
    cases: Proportion | None = None  # for a share
    before: Proportion | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What fails and what does not."""

    findings: tuple[Judged, ...]  # what fails first, then by level, then by falling cases
    measures: tuple[Measured, ...]
    fail_on: FailOn
    baseline: Baseline | None = None
    fixed: tuple[Known, ...] = ()  # entries of the baseline that no case shows any more
    not_seen: tuple[Known, ...] = ()  # entries that this log gives no ground to judge
    notes: tuple[str, ...] = ()  # such as limits that match nothing

    @property
    def failing(self) -> tuple[Judged, ...]:
        """Findings that fail."""
        return tuple(one for one in self.findings if one.fails)

    @property
    def failing_measures(self) -> tuple[Measured, ...]:
        """Measures that fail."""
        return tuple(one for one in self.measures if one.fails)

    @property
    def failed(self) -> bool:
        """Whether anything fails: exit code 1."""
        return bool(self.failing or self.failing_measures)
