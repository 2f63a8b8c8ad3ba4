"""Check a log against its designed flow: from events to everything that a report shows.

In this order: which steps the log can show (`observe`), which cases are still open
(`log.openness`), optimal alignments of the distinct traces (`align`), what their moves mean
(`readings`), how many cases that concerns (`deviations`), what the design saw of it (`coverage`),
what the order of simultaneous events could change (`ties`), the rules, and their targets beside
the flag of the system (`rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align import Budget, align
from casemine.conform.coverage import cover, times_fired
from casemine.conform.deviations.caselist import OVER, activities_of, case_list
from casemine.conform.deviations.choice import preferred
from casemine.conform.deviations.gathering import CaseDeviations, find_deviations
from casemine.conform.deviations.readings import read_moves
from casemine.conform.laststeps import last_steps
from casemine.conform.observe import AUTO, observe, without_recorded
from casemine.conform.ties import measure_ties
from casemine.log.aggregate import Trail
from casemine.log.extratime import comparison_of
from casemine.log.openness import open_cases
from casemine.model.conformance import Conformance
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.conform.deviations.caselist import CaseList
    from casemine.conform.deviations.gathering import Findings
    from casemine.conform.observe import Observation
    from casemine.conform.rules import RuleSet
    from casemine.log.eventlog import EventLog
    from casemine.model.alignment import Alignments
    from casemine.model.conformance import RuleResult, Ties
    from casemine.model.flow import DesignedFlow
    from casemine.model.mapping import StepSource
    from casemine.model.sla import SlaReconciliation


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What can be chosen about a check.

    Parameters
    ----------
    closing : collection of str, optional
        Activities after which a case is over; by default the last steps of the design.
    closed_where : str, optional
        A condition in the language of `--where`: a case is over too when its last event meets it.
    rest_days : float, optional
        A case that is not over is unfinished when it has been idle for more days than these; by
        default for longer than 99 of 100 finished cases ever were. See `log.openness`.
    all_complete : bool
        Take no case for open: each has to reach the end of the design.
    observable : str or collection of str
        Steps that the log can show: `auto`, `seen`, `all`, `full`, `minimal`, or their names.
    rules : RuleSet, optional
        Rules that control flow cannot express.
    budget : Budget, optional
        Limits of the alignments.
    """

    closing: Collection[str] | None = None
    closed_where: str | None = None
    rest_days: float | None = None
    all_complete: bool = False
    observable: str | Collection[str] = AUTO
    rules: RuleSet | None = None
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What a check finds, and which case shows it."""

    conformance: Conformance
    case_ids: pa.Array  # in the order of the log
    by_case: CaseDeviations
    costs: NDArray[np.int32]  # of each case; -1 where it was not aligned
    moves: tuple[int, ...]  # what each deviation adds to the cost, over all cases


def check_log(
    log: EventLog,
    flow: DesignedFlow,
    *,
    sources: Sequence[StepSource] | None = None,
    options: CheckOptions = CheckOptions(),
) -> Conformance:
    """Find out how a log differs from its designed flow.

    Parameters
    ----------
    log : EventLog
        Its activities are steps of the flow, or no steps of it; a mapping makes them so.
    flow : DesignedFlow
        Sound, or at least with a final marking that can be reached.
    sources : sequence of StepSource, optional
        What the mapping of this log can give, from `casemine.mapping.reach`.
    options : CheckOptions
        See there.

    Returns
    -------
    Conformance
        Deviations of control flow, and the results of the rules.

    Raises
    ------
    InputError
        No activity of the log is a step of the flow, or the flow cannot reach its end.
    UsageError
        An option names a step that the flow does not have.

    Notes
    -----
    Alignments are made for each distinct trace and state, all counting over them: O(n) for n
    events beside the alignments.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> from casemine.model.flow import DesignedFlow, FlowElement
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> names = ("Open", "Work", "Close")
    >>> arcs = [Arc(f"p{n}", f"t{n}") for n in range(3)]
    >>> arcs += [Arc(f"t{n}", f"p{n + 1}") for n in range(3)]
    >>> steps = tuple(Transition(f"t{n}", name) for n, name in enumerate(names))
    >>> net = PetriNet(("p0", "p1", "p2", "p3"), steps, tuple(arcs), {"p0": 1}, {"p3": 1})
    >>> elements = tuple(FlowElement(f"e{n}", name, "task") for n, name in enumerate(names))
    >>> element_of = {f"t{n}": f"e{n}" for n in range(3)}
    >>> flow = DesignedFlow("tiny", "tiny.pnml", net, elements, element_of)
    >>> found = check_log(parse_log("Open Work Close; Open Close"), flow)
    >>> [one.message for one in found.deviations], found.cost_total
    (['1 of 2 cases (50.0 %) skips Work'], 1)
    """
    return check_cases(log, flow, sources=sources, options=options).conformance


def check_cases(
    log: EventLog,
    flow: DesignedFlow,
    *,
    sources: Sequence[StepSource] | None = None,
    options: CheckOptions = CheckOptions(),
) -> Checked:
    """Check as `check_log` does, and say of each case what it shows."""
    trail = Trail.of(log.codes())
    grouped = trail.grouped()
    occurring = activities_of(trail, grouped.variants)
    observation = observe(
        flow,
        occurring.events,
        occurring.cases,
        sources=sources,
        observable=options.observable,
    )
    closing = None
    if not options.all_complete:
        closing = options.closing
    if closing is None and not options.all_complete:
        # Steps that cannot be seen end nothing, unless the design has no other end to be seen.
        closing = last_steps(flow.net) & observation.observable or last_steps(observation.net)
    openness = open_cases(
        log, closing=closing, closed_where=options.closed_where, rest_days=options.rest_days
    )
    cases = case_list(log, trail, grouped, openness, observation.set_aside)
    alignments = align(observation.net, cases.variants, prefixes=cases.open, budget=options.budget)
    if observation.occasional:
        fired = times_fired(observation.net, cases.variants, alignments)
        known = without_recorded(observation, flow.net, fired)
        if known is not observation:
            observation = known
            alignments = align(
                observation.net, cases.variants, prefixes=cases.open, budget=options.budget
            )
    alignments = preferred(
        observation.net,
        cases.variants,
        alignments,
        prefixes=cases.open,
        budget=options.budget,
        design=flow.net,
    )
    readings = read_moves(alignments, cases.variants, cases.state, observation.net)
    comparison = None
    if cases.duration_s is not None:
        comparison = comparison_of(log, cases.duration_s, openness.over)
    findings = find_deviations(
        cases, alignments, readings, net=observation.net, flow=flow, comparison=comparison
    )
    ties = measure_ties(cases, alignments, observation.net, options.budget)
    rules: tuple[RuleResult, ...] = ()
    sla: tuple[SlaReconciliation, ...] = ()
    if options.rules is not None:
        from casemine.conform.rules import evaluate_rules, reconcile_sla

        seen, is_open = observation.observable, openness.open
        rules = evaluate_rules(
            log, options.rules, observable=seen, is_open=is_open, comparison=comparison
        )
        sla = reconcile_sla(log, options.rules, observable=seen, is_open=is_open)
    conformance = _conformance(
        flow,
        cases,
        alignments,
        observation,
        findings,
        open_means=openness.words,
        rules=rules,
        sla=sla,
        ties=ties,
    )
    return Checked(
        conformance,
        cases.ids,
        findings.by_case,
        alignments.costs[cases.of_case],
        findings.moves,
    )


def _conformance(
    flow: DesignedFlow,
    cases: CaseList,
    alignments: Alignments,
    observation: Observation,
    findings: Findings,
    *,
    open_means: str,
    rules: tuple[RuleResult, ...],
    sla: tuple[SlaReconciliation, ...],
    ties: Ties | None,
) -> Conformance:
    variants, costs = cases.variants, alignments.costs
    counts, aligned = variants.counts, alignments.aligned
    coverage = cover(flow, observation.net, variants, alignments, observation.observable)
    fitting = costs == 0
    fits = np.ones(cases.traces, np.bool_)
    np.logical_and.at(fits, cases.trace_of, fitting)
    return Conformance(
        flow=flow.name,
        source=flow.source,
        cases=len(cases),
        open_cases=int(counts[cases.open].sum()),
        open_means=open_means,
        fitting_cases=int(counts[fitting].sum()),
        fitness=_fitness(cases, alignments),
        cost_total=int((costs.astype(np.int64) * counts)[aligned].sum()),
        not_aligned=int(counts[~aligned].sum()),
        cost_bounds=(
            int((alignments.lower.astype(np.int64) * counts).sum()),
            int((alignments.upper.astype(np.int64) * counts).sum()),
        ),
        variants=cases.traces,
        fitting_variants=int(np.count_nonzero(fits)),
        observability=observation.steps,
        untaken=coverage.untaken,
        deviations=findings.deviations,
        rules=rules,
        sla=sla,
        steps=coverage.steps,
        step_counts=coverage.step_counts,
        path_counts=coverage.path_counts,
        ties=ties,
        notes=_notes(cases, observation),
        engine=alignments.engine,
    )


def _fitness(cases: CaseList, alignments: Alignments) -> float | None:
    """Mean over aligned cases of 1 - cost / (events + shortest run); nothing of nothing fits."""
    aligned = alignments.aligned
    weights = cases.variants.counts[aligned]
    if not len(weights) or not weights.sum():
        return None
    worst = np.diff(cases.variants.offsets)[aligned] + alignments.shortest_run
    costs = alignments.costs[aligned]
    each = 1 - np.where(worst > 0, costs / np.maximum(worst, 1), 0.0)
    return float((each * weights).sum() / weights.sum())


def _notes(cases: CaseList, observation: Observation) -> tuple[str, ...]:
    notes = []
    if observation.set_aside:
        names = ", ".join(sorted(observation.set_aside))
        gone = int(np.count_nonzero(cases.left_out[cases.trail.activity]))
        notes.append(f"{counted(gone, 'event')} of steps that were left out by choice: {names}")
    steps = {step.activity for step in observation.steps}
    strange = np.array([name not in steps for name in cases.trail.names], np.bool_)
    unknown = int(np.count_nonzero(strange[cases.trail.activity]))
    if unknown > len(cases.trail.activity) / 2:
        notes.append(
            f"{unknown:,} of {counted(len(cases.trail.activity), 'event')} are no step of the "
            "design: perhaps the log needs a mapping, or another one"
        )
    resting = int(cases.variants.counts[cases.state > OVER].sum())
    if resting == len(cases) and len(cases):
        notes.append("no case of the log has come to an end of the design")
    return tuple(notes)
