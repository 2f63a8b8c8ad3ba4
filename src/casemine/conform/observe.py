"""Which steps of the design a log can show at all; the others become silent.

A step that cannot leave an event must not be called skipped: it is silent in the net that the log
is aligned with, and reported as not observable. A step that leaves an event only at times may
happen with or without one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from casemine.errors import InputError, UsageError, show
from casemine.model.conformance import Step
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.words import counted
from casemine.model.yasm import YASM

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from casemine.model.flow import DesignedFlow
    from casemine.model.mapping import StepSource

AUTO, ALL, SEEN, MINIMAL, FULL = "auto", "all", "seen", "minimal", "full"
PROFILES = (AUTO, ALL, SEEN, MINIMAL, FULL)
# What nearly every system records: creation, hand-overs, waits, resolution, the end.
MINIMAL_STEPS = frozenset(
    YASM[element]
    for element in "A01 A12 A13 A22 A23 A41 A61 A74 A83 A90 W1 W2".split()  # noqa: SIM905
)
_TWIN = " without an event"
RECORDED = 0.9  # of the times that a step leaves an event, from which it is taken to always do so
ENOUGH = 30  # events that this is judged by
_NEVER = "no event of the log bears its name; --observable all counts its absence as a skip"
LISTED = 3  # names that a message shows


@dataclass(frozen=True, slots=True)
class Observation:
    """The steps of the design, and the net in which those that nobody can see are silent."""

    steps: tuple[Step, ...]  # in the order of the design
    net: PetriNet
    set_aside: frozenset[str]  # steps whose events are left out, as they were chosen not to count
    occasional: frozenset[str] = frozenset()  # steps that may happen without an event

    @property
    def observable(self) -> frozenset[str]:
        """Activities that the log can show."""
        return frozenset(step.activity for step in self.steps if step.observable)


def observe(
    flow: DesignedFlow,
    events: Mapping[str, int],
    cases: Mapping[str, int],
    *,
    sources: Sequence[StepSource] | None = None,
    observable: str | Collection[str] = AUTO,
) -> Observation:
    """Decide for each step of the design whether the log can show it.

    Parameters
    ----------
    flow : DesignedFlow
        Its visible transitions bear the names of steps.
    events, cases : mapping of str to int
        How often each activity of the log occurs, and in how many cases.
    sources : sequence of StepSource, optional
        What a mapping can give. None: the log speaks of the design's own activities.
    observable : str or collection of str
        `auto`: steps that occur, and those that a rule of the mapping could give. `seen`: steps
        that occur. `all` and `full`: every step, so that one that never occurs counts as skipped.
        `minimal`: what nearly every system records of the shipped flow. Or names of steps.

    Returns
    -------
    Observation
        A step that is observable only at times keeps its transition and gets a silent twin.

    Raises
    ------
    InputError
        No activity of the log is a step of the design.
    UsageError
        A name that is no step of the design, or a profile that does not suit it.
    """
    if events and not set(events) & set(flow.activities):
        _refuse(flow, events)
    chosen = _chosen(flow, observable)
    known = {source.activity: source for source in sources or ()}
    steps, twins = [], set()
    for activity in flow.activities:
        source = known.get(activity)
        seen = events.get(activity, 0)
        able = source is not None and source.able
        if chosen is not None:
            visible = activity in chosen
            why = "" if visible else "left out by choice"
        elif observable == SEEN or source is None:
            visible = seen > 0
            why = "" if visible else _NEVER
        else:
            visible = seen > 0 or able
            why = "" if visible else source.why
        if visible and source is not None and source.occasional and chosen is None:
            twins.add(activity)
            why = "leaves an event only at times, so its absence is not taken for a skip"
        words = source.words if source is not None else ()
        if not words and seen:
            words = (f"events called {show(activity)}",)
        steps.append(Step(activity, visible, words, seen, cases.get(activity, 0), why))
    hidden = {step.activity for step in steps if not step.observable}
    return Observation(
        steps=tuple(steps),
        net=_with_twins(silenced(flow.net, hidden), twins),
        set_aside=frozenset(activity for activity in hidden if events.get(activity)),
        occasional=frozenset(twins),
    )


def without_recorded(
    observation: Observation, net: PetriNet, fired: NDArray[np.int64]
) -> Observation:
    """Take the silent twins from steps that leave an event nearly every time in this log.

    Parameters
    ----------
    observation : Observation
        With occasional steps.
    net : PetriNet
        Of the flow, before anything was made silent.
    fired : array of int64
        How often each transition of the observation's net was passed by aligned cases.

    Returns
    -------
    Observation
        The same one where no step is recorded so well.
    """
    shown, hidden = (
        dict.fromkeys(observation.occasional, 0),
        dict.fromkeys(observation.occasional, 0),
    )
    label = {one.id: one.label for one in net.transitions}
    for one, times in zip(observation.net.transitions, fired.tolist(), strict=True):
        activity = label[original_of(one.id)]
        if activity in shown:
            (hidden if original_of(one.id) != one.id else shown)[activity] += times
    recorded = {
        activity: shown[activity] / (shown[activity] + hidden[activity])
        for activity in observation.occasional
        if shown[activity] >= ENOUGH
        and shown[activity] >= RECORDED * (shown[activity] + hidden[activity])
    }
    if not recorded:
        return observation
    steps = tuple(
        replace(
            step,
            why=f"leaves an event {recorded[step.activity]:.1%} of the times here, "
            "so its absence counts as a skip",
        )
        if step.activity in recorded
        else step
        for step in observation.steps
    )
    unseen = {step.activity for step in steps if not step.observable}
    left = observation.occasional - set(recorded)
    return replace(
        observation, steps=steps, net=_with_twins(silenced(net, unseen), left), occasional=left
    )


def silenced(net: PetriNet, activities: Collection[str]) -> PetriNet:
    """Make the transitions with these labels silent.

    Examples
    --------
    >>> net = PetriNet((), (Transition("t", "A"), Transition("u", "B")), (), {})
    >>> [one.label for one in silenced(net, {"A"}).transitions]
    [None, 'B']
    """
    return replace(
        net,
        transitions=tuple(
            Transition(one.id, None) if one.label in activities else one for one in net.transitions
        ),
    )


def twin_of(transition: str) -> str:
    """Name the silent transition beside one that is observable only at times."""
    return f"{transition}{_TWIN}"


def original_of(transition: str) -> str:
    """Lead from a silent twin to its transition, from any other to itself.

    Examples
    --------
    >>> original_of(twin_of("t7")), original_of("t8")
    ('t7', 't8')
    """
    return transition.removesuffix(_TWIN)


def _with_twins(net: PetriNet, activities: Collection[str]) -> PetriNet:
    """Let these steps happen with or without an event."""
    twins = [one.id for one in net.transitions if one.label in activities]
    if not twins:
        return net
    arcs = list(net.arcs)
    for arc in net.arcs:
        if arc.source in twins:
            arcs.append(Arc(twin_of(arc.source), arc.target, arc.weight))
        elif arc.target in twins:
            arcs.append(Arc(arc.source, twin_of(arc.target), arc.weight))
    silent = tuple(Transition(twin_of(one), None) for one in twins)
    return replace(net, transitions=(*net.transitions, *silent), arcs=tuple(arcs))


def _chosen(flow: DesignedFlow, observable: str | Collection[str]) -> frozenset[str] | None:
    """Give the steps that somebody chose; None where the log decides."""
    if not isinstance(observable, str):
        for name in observable:
            if name not in flow.activities:
                close = get_close_matches(name, (*flow.activities, *PROFILES), n=1)
                raise UsageError(
                    f"{show(name)} is no step of the flow {show(flow.name)}",
                    mend=f"near is {show(close[0])}"
                    if close
                    else "`casemine flow show` lists them",
                    code="unknown-step",
                )
        return frozenset(observable)
    if observable in {ALL, FULL}:
        return frozenset(flow.activities)
    if observable == MINIMAL:
        found = MINIMAL_STEPS & frozenset(flow.activities)
        if not found:
            raise UsageError(
                f"the profile minimal is for the shipped flow, not for {show(flow.name)}",
                mend="name the steps that the log can show instead",
                code="bad-profile",
            )
        return found
    if observable not in PROFILES:
        raise UsageError(
            f"{show(observable)} is not a choice of observable steps",
            mend=f"expected one of {', '.join(PROFILES)}, or names of steps",
            code="bad-profile",
        )
    return None


def _refuse(flow: DesignedFlow, events: Mapping[str, int]) -> None:
    """Say that log and design share no name, and which were likely meant."""
    often = sorted(events, key=lambda name: (-events[name], name))
    pairs = [
        (name, close[0])
        for name in often
        if (close := get_close_matches(name, flow.activities, n=1, cutoff=0.6))
    ]
    if pairs:
        hint = "near each other are " + ", ".join(
            f"{show(one)} and {show(other)}" for one, other in pairs[:LISTED]
        )
    else:
        hint = (
            f"the log has {_some(often)}; the flow has {_some(flow.activities)}; "
            "a mapping translates one into the other (`casemine map`)"
        )
    raise InputError(
        f"none of the {counted(len(events), 'activity', 'activities')} of the log "
        f"is a step of the flow {show(flow.name)}",
        mend=hint,
        code="nothing-in-common",
    )


def _some(names: Sequence[str]) -> str:
    more = len(names) - LISTED
    return ", ".join(map(show, names[:LISTED])) + (f" and {more:,} more" if more > 0 else "")
