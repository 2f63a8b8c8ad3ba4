"""A designed flow in words: its steps, where it begins and ends, and whether it is sound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casemine.model.soundness import FaultKind, Verdict
from casemine.model.words import counted
from casemine.report.document import Column, Document, Facts, Prose, Table
from casemine.report.figures import DASH, count

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.model.flow import DesignedFlow
    from casemine.model.footprint import Footprint
    from casemine.model.soundness import Blamed, Fault, Soundness
    from casemine.report.document import Block

HEADINGS = {
    FaultKind.UNBOUNDED: "Grows without limit",
    FaultKind.DEADLOCK: "Deadlock: it stops before the end",
    FaultKind.LIVELOCK: "Cycle without exit",
    FaultKind.LEFT_OVER: "Something is left over at the end",
    FaultKind.DEAD: "Never reached",
    FaultKind.CROWDED: "Sound, and seldom meant: twice at a time",
}


@dataclass(frozen=True, slots=True)
class FlowView:
    """A flow with what was found out about it."""

    flow: DesignedFlow
    soundness: Soundness
    find_footprint: Callable[[], Footprint | None]  # None: too large to say what may follow what


def verdict(view: FlowView) -> str:
    """Say in one sentence whether the flow is sound.

    Examples
    --------
    >>> from casemine.model.flow import DesignedFlow
    >>> from casemine.model.petri import PetriNet
    >>> from casemine.model.soundness import Soundness
    >>> flow = DesignedFlow("Claims", "claims.bpmn", PetriNet((), (), (), {}), (), {})
    >>> verdict(FlowView(flow, Soundness(Verdict.SOUND, (), 2, 1, True, 1, True), lambda: None))
    'Claims is sound'
    """
    name, found = view.flow.name, view.soundness
    if found.verdict is Verdict.UNDECIDED:
        return f"{name}: whether it is sound was not decided"
    if found.sound:
        return f"{name} is sound"
    return f"{name} is not sound: {counted(len(found.faults), 'fault')}"


def check_document(view: FlowView) -> Document:
    """Show the verdict, what it rests on, and each fault with the run that leads to it."""
    found = view.soundness
    blocks: list[Block] = [Facts((("file", view.flow.source), *_seen(found)))]
    blocks += [_fault(fault) for fault in (*found.faults, *found.doubts)]
    if found.verdict is Verdict.UNDECIDED:
        blocks.append(
            Prose(
                (
                    "No fault was met in the part that was looked at; --budget looks further.",
                    "Branches in parallel multiply: ten steps beside ten are a hundred situations.",
                )
            )
        )
    return Document(verdict(view), tuple(blocks))


def show_document(view: FlowView) -> Document:
    """Show the steps with their lanes, where the flow begins and ends, and what leaves no event."""
    flow, found, after = view.flow, view.soundness, view.find_footprint()
    lanes = list(dict.fromkeys(step.lane for step in flow.elements if step.lane))
    size = f"{counted(len(flow.elements), 'step')}"
    if len(flow.activities) != len(flow.elements):
        size += f" of {counted(len(flow.activities), 'activity', 'activities')}"
    if lanes:
        size += f" in {counted(len(lanes), 'lane')}"
    silent = sum(transition.label is None for transition in flow.net.transitions)
    net = (
        f"{counted(len(flow.net.places), 'place')}, "
        f"{counted(len(flow.net.transitions), 'transition')}, {count(silent)} of them silent"
    )
    pairs = [
        ("file", flow.source),
        ("sound", found.verdict.value if not found.sound else "yes"),
        ("begins with", DASH if after is None else ", ".join(sorted(after.starts)) or DASH),
        ("ends with", DASH if after is None else ", ".join(sorted(after.ends)) or DASH),
        ("as a net", net),
        *_seen(found),
    ]
    with_lines = any(step.line is not None for step in flow.elements)
    columns = [Column("step"), Column("id"), Column("kind")]
    columns += [Column("lane")] if lanes else []
    columns += [Column("line", figure=True)] if with_lines else []
    rows = tuple(
        (
            step.name,
            step.id,
            step.kind,
            *([step.lane or DASH] if lanes else []),
            *([DASH if step.line is None else str(step.line)] if with_lines else []),
        )
        for step in flow.elements
    )
    blocks: list[Block] = [Facts(tuple(pairs)), Table(tuple(columns), rows, heading="Steps")]
    if quiet := _quiet(flow):
        blocks.append(Prose((", ".join(quiet),), heading="Leave no event"))
    if flow.remarks:
        blocks.append(Prose(tuple(f"- {remark}" for remark in flow.remarks), heading="Remarks"))
    return Document(f"{flow.name}: {size}", tuple(blocks))


def data(view: FlowView) -> dict[str, Any]:
    """Return flow and verdict for JSON."""
    flow, found, after = view.flow, view.soundness, view.find_footprint()
    return {
        "name": flow.name,
        "source": flow.source,
        "steps": records(view),
        "activities": list(flow.activities),
        "begins_with": None if after is None else sorted(after.starts),
        "ends_with": None if after is None else sorted(after.ends),
        "leave_no_event": _quiet(flow),
        "places": len(flow.net.places),
        "transitions": len(flow.net.transitions),
        "silent_transitions": sum(one.label is None for one in flow.net.transitions),
        "remarks": list(flow.remarks),
        "soundness": {
            "verdict": found.verdict.value,
            "situations": found.markings,
            "steps_between": found.arcs,
            "explored": found.explored,
            "shrunk": found.shrunk,
            "bound": found.bound,
            "can_end": found.can_end,
            "faults": [_fault_data(fault) for fault in found.faults],
            "doubts": [_fault_data(fault) for fault in found.doubts],
        },
    }


def records(view: FlowView) -> list[dict[str, Any]]:
    """Return one record for each step."""
    return [
        {
            "activity": step.name,
            "id": step.id,
            "kind": step.kind,
            "lane": step.lane,
            "line": step.line,
        }
        for step in view.flow.elements
    ]


def fault_records(view: FlowView) -> list[dict[str, Any]]:
    """Return one record for each fault and doubt; sequences as text."""
    found = view.soundness
    return [
        {
            "kind": fault.kind.value,
            "what": fault.what,
            "trace": " > ".join(fault.trace),
            "again": " > ".join(fault.again),
            "elements": " ".join(element.id for element in fault.elements),
            "line": next((one.line for one in fault.elements if one.line is not None), None),
            "situations": fault.markings,
            "remedy": fault.remedy,
        }
        for fault in (*found.faults, *found.doubts)
    ]


def _seen(found: Soundness) -> tuple[tuple[str, str], ...]:
    """Say how much was looked at."""
    seen = f"{counted(found.markings, 'situation')}, {counted(found.arcs, 'step')} between them"
    if found.shrunk:
        seen += ", of a smaller net with the same verdict: the flow itself has too many"
    if not found.explored:
        seen += "; there are more"
    facts = [("looked at", seen)]
    if found.explored and found.bound is not None:
        safe = " (1-safe)" if found.safe else ""
        facts.append(("at once", f"at most {counted(found.bound, 'token')} in a place{safe}"))
    if found.explored and not found.can_end:
        facts.append(("end", "no run reaches it"))
    return tuple(facts)


def _fault(fault: Fault) -> Facts:
    pairs = [("what", fault.what)]
    if fault.kind is not FaultKind.DEAD:
        pairs.append(("after", " > ".join(fault.trace) or "the start"))
    if fault.again:
        joint = " > " if fault.kind is FaultKind.UNBOUNDED else ", "
        pairs.append(("then again", joint.join(fault.again)))
    if fault.markings > 1:
        pairs.append(("seen in", counted(fault.markings, "situation")))
    pairs.append(("remedy", fault.remedy))
    return Facts(tuple(pairs), heading=HEADINGS[fault.kind])


def _fault_data(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind.value,
        "what": fault.what,
        "trace": list(fault.trace),
        "again": list(fault.again),
        "elements": [_element_data(element) for element in fault.elements],
        "situations": fault.markings,
        "remedy": fault.remedy,
    }


def _element_data(element: Blamed) -> dict[str, Any]:
    return {
        "id": element.id,
        "name": element.name,
        "kind": element.kind,
        "line": element.line,
    }


def _quiet(flow: DesignedFlow) -> list[str]:
    """Name the events that leave none in a log, and count gateways and silent transitions."""
    if flow.diagram is None:
        silent = sum(transition.label is None for transition in flow.net.transitions)
        return [counted(silent, "silent transition")] if silent else []
    steps = {step.id for step in flow.elements}
    found: dict[str, int] = {}
    for node in flow.diagram.nodes:
        if node.id not in steps:
            named = node.name and node.name != node.id and not node.kind.endswith("Gateway")
            kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.kind).lower()
            title = f"{kind} {node.name!r}" if named else kind
            found[title] = found.get(title, 0) + 1
    return [title if number == 1 else f"{number} × {title}" for title, number in found.items()]
