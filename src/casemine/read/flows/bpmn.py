"""The designed flow of a BPMN process: the net that has exactly its orders of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.model.flow import DesignedFlow, FlowElement
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.read.flows.coordinates import read_coordinates
from casemine.read.flows.document import read_document
from casemine.read.flows.exploring import BUDGET, Explored, explore
from casemine.read.flows.flatten import flattened
from casemine.read.flows.graph import may_split
from casemine.read.flows.leftovers import without_leftovers
from casemine.read.flows.lowering import TooManyVariantsError, lower
from casemine.read.flows.reducing import reduced
from casemine.read.flows.routing import mask, packed, tokens
from casemine.read.flows.translate import Translation

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from casemine.read.flows.routing import Step
    from casemine.read.flows.structure import Document, Scope


UNDECIDED = (
    "too many states, or tokens that pile up, to see here whether each end event is the last; "
    "the check for soundness decides"
)


def read_bpmn_flow(
    root: Element, file: str, *, process: str | None, events_are_steps: bool
) -> DesignedFlow:
    """Read a BPMN document as a designed flow.

    Raises
    ------
    InputError
        See `casemine.read.flows.read_flow`.
    """
    document = read_document(root, file, process)
    _refuse_empty(document, events_are_steps=events_are_steps)
    document = without_leftovers(document, events_are_steps=events_are_steps)
    translation, steps, remarks = _exact(document, events_are_steps=events_are_steps)
    steps, place_of = reduced(steps, translation.place_of)
    net = _net(translation, steps, document.process.name)
    known = set(net.places)
    names = translation.routing.places
    elements = {
        node.id: FlowElement(node.id, node.label, node.kind, node.lane, node.line)
        for node in document.process.within()
    }
    shown = {step.node.id for step in steps if step.label is not None and step.node is not None}
    return DesignedFlow(
        name=document.process.name,
        source=file.replace("\\", "/"),
        net=net,
        elements=tuple(one for one in elements.values() if one.id in shown),
        element_of={
            step.id: step.node.id
            for step in steps
            if step.label is not None and step.node is not None
        },
        remarks=tuple(dict.fromkeys((*document.remarks, *translation.remarks, *remarks))),
        diagram=flattened(document.process),
        place_of={flow: names[place] for flow, place in place_of.items() if names[place] in known},
        routing_of={
            step.id: elements[step.node.id]
            for step in steps
            if step.label is None and step.node is not None
        },
        coordinates=read_coordinates(root, document.process),
    )


def _refuse_empty(document: Document, *, events_are_steps: bool) -> None:
    """Refuse a process that can leave no event in a log."""
    nodes = document.process.within()
    named = [node for node in nodes if node.kind.startswith("intermediate") and node.name]
    if any(node.is_step for node in nodes) or (events_are_steps and named):
        return
    raise InputError(
        f"the process {show(document.process.name)} has no steps",
        where=Place(document.file, document.process.line),
        mend="with --events steps, its named intermediate events are steps"
        if named
        else "a flow to check against needs at least one task",
        code="flow-empty",
    )


def _exact(
    document: Document, *, events_are_steps: bool
) -> tuple[Translation, list[Step], list[str]]:
    """Translate with the simplest form of ending for each scope that is exact."""

    def translated(endings: dict[str, str], fading: frozenset[str] = frozenset()) -> Translation:
        return Translation(document, endings, fading, events_are_steps=events_are_steps)

    scopes = _scopes(document.process)
    simple = translated({})
    if not may_split(document.process):
        return simple, *_plain(document, simple, explored=None)
    vanishing = translated({scope.id: "vanish" for scope in scopes})
    explored = explore(vanishing.routing)
    if not explored.complete:
        ends_beside = explored.overflow is None and _not_single(vanishing, explored)
        if all(step.is_plain for step in simple.routing.steps) and not ends_beside:
            # where this net is sound, no end has left or taken other tokens, so it is exact
            return simple, list(simple.routing.steps), [UNDECIDED]
        raise _too_large(document, vanishing, explored)
    _refuse_running_twice(document, vanishing, explored)
    several = _not_single(vanishing, explored)
    if not several:
        return simple, *_plain(document, simple, explored=None)
    fading: frozenset[str] = frozenset()
    while True:
        collecting = translated(dict.fromkeys(several, "collect"), fading)
        explored = explore(collecting.routing)
        if explored.complete:
            return collecting, *_plain(document, collecting, explored)
        place = explored.overflow[1] if explored.overflow else -1
        if place not in collecting.done_of:
            raise _too_large(document, collecting, explored)
        fading |= {collecting.done_of[place]}


def _scopes(process: Scope) -> list[Scope]:
    return [process, *(node.inner for node in process.within() if node.inner is not None)]


def _refuse_running_twice(document: Document, translation: Translation, explored: Explored) -> None:
    """Refuse sub-processes that begin again while they run; their tokens would be mixed up."""
    for name, room in translation.rooms.items():
        for at, marking in enumerate(explored.markings):
            if any(tokens(marking, place) > 1 for place in room.runs):
                path = " → ".join(explored.path(translation.routing, at)[-12:])
                raise InputError(
                    f"{show(room.scope.name)} ({show(name)}) can begin again while it still runs, "
                    f"after {path or 'nothing'}",
                    where=Place(document.file, room.scope.line),
                    mend="join the paths that lead to it with a parallel gateway",
                    code="flow-unbounded",
                )


def _not_single(vanishing: Translation, explored: Explored) -> list[str]:
    """Find the scopes in which an end event may leave other tokens behind, or take them along."""
    insides = {name: mask(room.inner) for name, room in vanishing.rooms.items()}
    found: set[str] = set()
    followed = explored.markings[: len(explored.moves)]
    for marking, moves in zip(followed, explored.moves, strict=True):
        for number, taken in moves:
            scope = vanishing.finishing.get(number)
            if scope is not None and scope not in found:
                step = vanishing.routing.steps[number]
                left = marking - taken + packed(step.gives)
                others = taken - packed(step.takes)
                if (left | others) & insides[scope]:
                    found.add(scope)
    return [name for name in vanishing.rooms if name in found]


def _plain(
    document: Document, translation: Translation, explored: Explored | None
) -> tuple[list[Step], list[str]]:
    if all(step.is_plain for step in translation.routing.steps):
        return list(translation.routing.steps), []
    explored = explored or explore(translation.routing)
    if not explored.complete:
        raise _too_large(document, translation, explored)
    try:
        steps = lower(translation.routing, explored)
    except TooManyVariantsError as error:
        node = error.step.node
        raise InputError(
            f"{show(error.step.id)} can happen in too many situations to be read exactly",
            where=Place(document.file, node.line if node else document.process.line),
            mend="make the part that it interrupts or waits for smaller",
            code="flow-too-large",
        ) from None
    return steps, []


def _too_large(document: Document, translation: Translation, explored: Explored) -> InputError:
    """Refuse a process whose ends, joins or interruptions can't be worked out."""
    routing = translation.routing
    reason = next((s.node for s in routing.steps if s.join is not None), None) or next(
        (s.node for s in routing.steps if s.clears and s.node is not None), None
    )
    called = f"<{reason.kind}> {show(reason.id)}" if reason is not None else "how it ends"
    line = reason.line if reason is not None else document.process.line
    if explored.overflow is not None:
        at, place = explored.overflow
        path = " → ".join(explored.path(routing, at)[-12:]) or "at the very start"
        return InputError(
            f"tokens pile up without end at {show(routing.places[place])} ({path}), so {called} "
            "can't be read",
            where=Place(document.file, line),
            mend="join parallel paths with a parallel gateway before they lead back",
            code="flow-unbounded",
        )
    return InputError(
        f"the process has more than {BUDGET:,} states, too many to read {called} exactly",
        where=Place(document.file, line),
        mend="divide the process, or join its parallel paths",
        code="flow-too-large",
    )


def _net(translation: Translation, steps: list[Step], name: str) -> PetriNet:
    names = translation.routing.places
    used = {0, 1} | {place for step in steps for place in (*step.takes, *step.gives)}
    arcs: list[Arc] = []
    for step in steps:
        arcs += (Arc(names[place], step.id, weight) for place, weight in step.takes.items())
        arcs += (Arc(step.id, names[place], weight) for place, weight in step.gives.items())
    return PetriNet(
        places=tuple(name for number, name in enumerate(names) if number in used),
        transitions=tuple(Transition(step.id, step.label) for step in steps),
        arcs=tuple(arcs),
        initial={names[0]: 1},
        final={names[1]: 1},
        name=name,
    )
