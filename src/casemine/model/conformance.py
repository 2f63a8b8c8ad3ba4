"""How a log differs from its designed flow: what can be seen, what deviates, what the rules say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.proportion import Proportion
    from casemine.model.sla import SlaReconciliation

Level = Literal["error", "warning", "note"]  # SARIF's own words
Kind = Literal[
    "skipped",  # a step of the design without its event
    "inserted",  # an event of a step of the design, where the design has no place for it
    "unknown",  # an event that is no step of the design
    "order",  # a step that was done, too early or too late
    "repeated",  # a step done again where the design wants it once
    "unfinished",  # a case that has come to rest before the end of the design
    "rule",  # a rule that control flow cannot express
]
RULE_OF: Mapping[Kind, str] = {  # ids of control-flow findings; rules bear their own (R08)
    "skipped": "CM001",
    "unknown": "CM002",
    "order": "CM003",
    "unfinished": "CM004",
    "repeated": "CM005",
    "inserted": "CM006",
}


@dataclass(frozen=True, slots=True)
class ExampleCase:
    """A case that shows a finding, with the rows of the source that prove it."""

    case: str
    rows: tuple[int, ...]
    duration_s: float | None  # of the whole case
    what: str = ""  # what is to be seen there, in words


@dataclass(frozen=True, slots=True)
class ExtraTime:
    """How much longer deviating cases take than comparable ones: difference of the medians."""

    seconds: float
    low_s: float  # 95 % interval of the difference
    high_s: float
    n: int  # deviating cases that were compared
    n_others: int  # comparable cases without the deviation
    alike_in: tuple[str, ...]  # attributes that compared cases share


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which cases leave the designed flow, over all cases that show it."""

    rule: str  # CM001 ..., R01 ..., or the customer's own
    element: str  # activity; `A > B` where the finding is about two
    kind: Kind
    level: Level
    message: str  # one sentence with its numbers: "99 of 1,500 cases (6.6 %) skip Notify user"
    cases: Proportion  # of the cases that could show it
    events: int  # how often, over all cases
    remedy: str = ""
    detail: str = ""  # what was expected and what is seen instead, in words
    element_id: str | None = None  # in the flow file
    line: int | None = None  # of the flow file
    extra: ExtraTime | None = None
    shortest: tuple[ExampleCase, ...] = ()  # up to three cases with the fewest events
    costliest: tuple[ExampleCase, ...] = ()  # up to three with the longest time, or most events


@dataclass(frozen=True, slots=True)
class Step:
    """Whether the log can show one activity of the design at all."""

    activity: str
    observable: bool
    sources: tuple[str, ...]  # rules of the mapping or columns that can give it, in words
    events: int
    cases: int
    why: str = ""  # why it cannot be seen


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the design that no case has taken."""

    element: str  # activity, or `A > B` for a path between two steps
    element_id: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class StepCount:
    """What became of one activity of the design, over all aligned cases."""

    done: int  # events in their place
    skipped: int  # model moves: the step without its event
    inserted: int  # log moves: the event without its place
    cases_done: int
    cases_skipped: int
    cases_inserted: int


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """A limit or a calendar that a rule is judged by, and who has set it."""

    name: str  # of the parameter, `targets`, one entry of it, `targets.high`, or `calendar desk`
    value: str  # as a person would write it
    file: str | None  # of the user, that sets it; None: an example that ships


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule: in how many cases it holds, is broken, or cannot be judged."""

    rule: str
    title: str
    level: Level
    satisfied: int
    violated: int
    not_evaluable: int  # cases that it is about, but whose data do not decide it
    not_concerned: int = 0  # cases that it is not about
    why_not: str = ""  # what is missing where it could not be judged
    parameters: Mapping[str, str] = field(default_factory=dict)
    deviation: Deviation | None = None  # present where cases violate it
    unit: str = "case"  # what is counted; `group` for rules over the whole log
    numbers: tuple[RuleNumber, ...] = ()  # limits and calendars that decide it

    @property
    def outcome(self) -> Literal["satisfied", "violated", "not evaluable"]:
        """One word for the whole log."""
        if self.violated:
            return "violated"
        return "satisfied" if self.satisfied else "not evaluable"


@dataclass(frozen=True, slots=True)
class Ties:
    """What the order of events of one instant could change."""

    cases: int  # cases with events of one instant that could stand either way
    as_read: int  # sum of costs in the order of the source
    best: int  # with the best order of each instant
    worst: int
    exact: bool  # False: some cases had too many orders; their bounds are only what was tried


@dataclass(frozen=True, slots=True)
class Conformance:
    """Everything a check finds, before thresholds and baselines."""

    flow: str  # name of the process
    source: str  # the flow file
    cases: int
    open_cases: int  # aligned as beginnings of runs
    open_means: str  # what counted as open, in words
    fitting_cases: int  # cost 0
    fitness: float | None  # mean over aligned cases of 1 - cost / (events + shortest run)
    cost_total: int  # over aligned cases
    not_aligned: int  # cases whose variant exceeded its budget
    cost_bounds: tuple[int, int]  # of all cases, aligned or not
    variants: int
    fitting_variants: int
    observability: tuple[Step, ...]  # in the order of the design
    untaken: tuple[Branch, ...]
    deviations: tuple[Deviation, ...]  # errors first, then by falling cases, rule, element
    rules: tuple[RuleResult, ...] = ()  # in the order of their file
    sla: tuple[SlaReconciliation, ...] = ()  # targets beside the flags of the system itself
    steps: Mapping[str, StepCount] = field(default_factory=dict)  # by activity
    step_counts: Mapping[str, int] = field(default_factory=dict)  # element id to times passed
    path_counts: Mapping[str, int] = field(default_factory=dict)  # sequence flow id to times
    ties: Ties | None = None  # None: no events of one instant
    notes: tuple[str, ...] = ()
    engine: str = ""  # of the alignments
