"""From timed events to the log and its truth: the cut at the end, priorities, rows, wording."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from casemine.generate.calendar import iso_texts
from casemine.generate.export import event_table
from casemine.generate.flow import LABELS
from casemine.generate.people import GROUPS, assign_groups, choose_agents
from casemine.generate.playout import ELEMENTS
from casemine.generate.records import CATEGORIES, CHANNELS, CRITICAL, CUSTOMERS, PRIORITIES
from casemine.generate.timing import Timed
from casemine.generate.truth import PlantedDeviation
from casemine.log import EventLog
from casemine.model.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from casemine.generate.draws import Draws
    from casemine.generate.options import GenerateOptions
    from casemine.generate.plant import Plan
    from casemine.generate.records import Records

_CLOSING = np.array([element in {"A74", "A90"} for element in ELEMENTS])
_U4 = np.array([element == "U4" for element in ELEMENTS])


def hidden_cases(plan: Plan, timed: Timed, cut: int) -> NDArray[np.int64]:
    """Find the cases whose deviation the log does not show in full when it ends at `cut`."""
    visible = np.bincount(timed.case[timed.finish < cut], minlength=len(plan.traces))
    hidden = {
        case
        for case, edits in plan.edits.items()
        if visible[case] <= (edits[0].by if len(edits) == 1 else len(plan.traces[case]) - 1)
    }
    missed = timed.due >= 0
    hidden |= set(timed.case[missed & (timed.finish >= cut)].tolist())
    return np.array(sorted(hidden), np.int64)


def replaced(timed: Timed, cases: NDArray[np.int64], fresh: Timed) -> Timed:
    """Exchange all events of some cases; those of `fresh` number them from 0."""
    kept = np.flatnonzero(~np.isin(timed.case, cases))
    joined = {
        name: np.concatenate([getattr(timed, name)[kept], getattr(fresh, name)])
        for name in Timed.__slots__
    }
    joined["case"][len(kept) :] = cases[fresh.case]
    order = np.argsort(joined["case"], kind="stable")
    return Timed(**{name: column[order] for name, column in joined.items()})


def until(timed: Timed, cut: int) -> Timed:
    """Keep what is finished before the log ends."""
    kept = np.flatnonzero(timed.finish < cut)
    return Timed(**{name: getattr(timed, name)[kept] for name in Timed.__slots__})


def open_cases(timed: Timed) -> int:
    """Count the cases without a closing or cancelling event."""
    return int(timed.case[-1]) + 1 - len(np.unique(timed.case[_CLOSING[timed.kind]]))


def rows_in_order(timed: Timed) -> NDArray[np.int64]:
    """Give events their numbers from 1 in order of time, then of case, then of position."""
    rows = np.empty(len(timed.case), np.int64)
    rows[np.lexsort((timed.position, timed.case, timed.finish))] = np.arange(1, len(rows) + 1)
    return rows


def event_log(
    timed: Timed,
    rows: NDArray[np.int64],
    records: Records,
    options: GenerateOptions,
    draws: tuple[Draws, Draws, Draws],
) -> EventLog:
    """Add people and attributes, and put the log together."""
    case = timed.case
    group, acting = assign_groups(timed, records, draws[0])
    agent, names = choose_agents(timed, acting, options, draws[1])
    labels = tuple(dict.fromkeys(LABELS.values()))
    by_kind = np.array([labels.index(LABELS[element]) for element in ELEMENTS])
    events = event_table(
        start=timed.start,
        finish=timed.finish,
        has_start=timed.has_start,
        row=rows,
        coded={
            "case": (case, tuple(map(case_id, range(options.cases)))),
            "activity": (by_kind[timed.kind], labels),
            "resource": (agent, names),
            "group": (group, GROUPS),
            "priority": (_priorities(timed, records, draws[2]), PRIORITIES),
            "category": (records.category[case], CATEGORIES),
            "channel": (records.channel[case], CHANNELS),
            "customer": (
                records.customer[case],
                tuple(f"C{number:02}" for number in range(1, CUSTOMERS + 1)),
            ),
        },
    )
    source = f"generated (seed {options.seed})"
    return EventLog.ordered(events, source=source, intake=Intake(rows_read=len(case)))


def truth_of(
    plan: Plan, timed: Timed, rows: NDArray[np.int64], options: GenerateOptions
) -> tuple[PlantedDeviation, ...]:
    """Say of each deviation that the log shows which rows show it."""
    first = np.searchsorted(timed.case, np.arange(len(plan.traces)))
    found = [
        PlantedDeviation(
            case=case_id(case),
            kind=edit.kind,
            activity=LABELS[edit.element],
            element=edit.element,
            rows=tuple(rows[first[case] + np.array(edit.shows)].tolist()),
            expected=edit.expected,
        )
        for case, edits in plan.edits.items()
        for edit in edits
    ]
    missed = np.flatnonzero(timed.due >= 0)
    due = iso_texts(timed.due[missed], ZoneInfo(options.zone)).tolist()
    for event, moment in zip(missed.tolist(), due, strict=True):
        element = ELEMENTS[timed.kind[event]]
        found.append(
            PlantedDeviation(
                case=case_id(int(timed.case[event])),
                kind="late",
                activity=LABELS[element],
                element=element,
                rows=(int(rows[event]),),
                expected=f"by {moment}",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.rows, one.kind)))


def without(plan: Plan, cases: Collection[int]) -> Plan:
    """Take back what was planted in some cases; their traces stay to be replaced."""
    return type(plan)(
        plan.traces,
        {case: edits for case, edits in plan.edits.items() if case not in cases},
        frozenset(one for one in plan.late if one[0] not in cases),
    )


def case_id(case: int) -> str:
    """Give a record its number, as a service desk does.

    Examples
    --------
    >>> case_id(0)
    'INC0001001'
    """
    return f"INC{1001 + case:07}"


def _priorities(timed: Timed, records: Records, draws: Draws) -> NDArray[np.int64]:
    """Let the priority move one step up or down at each re-prioritizing; critical ones stay."""
    step = np.where(draws.uniform(len(timed.case)) < 0.6, -1, 1)
    change = np.where(_U4[timed.kind], step, 0)
    total = np.cumsum(change)
    first = np.flatnonzero(timed.position == 0)
    total -= (total - change)[first][np.cumsum(timed.position == 0) - 1]
    original = records.priority[timed.case]
    moved = np.clip(original + total, CRITICAL + 1, len(PRIORITIES) - 1)
    return np.where(original == CRITICAL, original, moved)
