"""Waits on the designed flow: before each of its steps, and from one step to the next.

Events that are no step of the design are left out, so a wait lasts from one step of the design to
the next, whatever happens between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.waits import waits_by
from casemine.errors import InputError, show
from casemine.model.bottlenecks import FlowStep, FlowWaits

if TYPE_CHECKING:
    from casemine.analyse.journey import Journey
    from casemine.model.flow import DesignedFlow


def flow_waits(journey: Journey, flow: DesignedFlow) -> FlowWaits:
    """Measure the waits between steps of the design.

    Raises
    ------
    InputError
        No event of the log bears the name of a step.

    Notes
    -----
    Several elements of one name share their waits: events do not tell which of them they are.
    Waits that still run after the last step of an open case count in the shares, and belong to no
    step. Cases without a step are passed over.
    """
    sight = journey.sight
    names = sight.codes.activities
    steps = set(flow.activities)
    events = np.bincount(sight.activity, minlength=len(names))
    inside = np.array([name in steps for name in names], np.bool_)
    places = np.flatnonzero(inside[sight.activity])
    if not len(places):
        raise InputError(
            f"no event bears the name of a step of {show(flow.name)}",
            mend="map the log to the steps of the flow with --mapping",
            code="flow-unknown",
        )
    case = sight.case[places]
    together = case[1:] == case[:-1]
    last = places[np.append(~together, np.True_)]  # step of each case that has one
    gaps = journey.between(places[:-1][together], places[1:][together], last)
    source, target = sight.activity[gaps.source], sight.activity[gaps.target]
    before = np.where(gaps.running, -1, target).astype(np.int64)
    waits = waits_by(journey, gaps, before, [(name,) for name in names])
    by_name = {wait.what[0]: wait for wait in waits}
    size = len(names)
    pairs = np.where(gaps.running, -1, source.astype(np.int64) * size + target)
    used, place = np.unique(pairs, return_inverse=True)
    ways = [(names[pair // size], names[pair % size]) for pair in used.tolist()]
    paths = waits_by(journey, gaps, np.where(pairs < 0, -1, place), ways)
    counts = {name: int(events[code]) for code, name in enumerate(names)}
    elements = {element.name: element for element in reversed(flow.elements)}
    return FlowWaits(
        flow=flow.name,
        steps=tuple(
            FlowStep(
                activity=name,
                lane=elements[name].lane,
                element_id=elements[name].id,
                events=counts.get(name, 0),
                wait=by_name.get(name),
            )
            for name in flow.activities
        ),
        paths=paths,
        events_outside=int(events[~inside].sum()),
    )
