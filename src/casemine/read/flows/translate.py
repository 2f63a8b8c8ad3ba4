"""A BPMN process as moving tokens: one place for each sequence flow, steps for its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.flows.catching import catchers
from casemine.read.flows.graph import ScopeGraph, floats
from casemine.read.flows.reactions import Reactions
from casemine.read.flows.rooms import Room
from casemine.read.flows.ways import inclusive_join, unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.flows.structure import Document, Node, Scope


class Translation(Reactions):
    """The routing of a process, made on creation.

    Parameters
    ----------
    endings : Mapping
        The form of ending of each scope by its id; `single` where it is missing.
    fading : frozenset
        Ids of end nodes whose tokens disappear although their scope collects.
    events_are_steps : bool
        Whether intermediate events that have a name leave an event of that name.
    """

    def __init__(
        self,
        document: Document,
        endings: Mapping[str, str],
        fading: frozenset[str] = frozenset(),
        *,
        events_are_steps: bool = False,
    ) -> None:
        super().__init__(document.file, fading, catchers(document.process))
        self.endings = endings
        self.events_are_steps = events_are_steps
        self.process = document.process
        self._joins: dict[int, list[int]] = {}  # place after an inclusive gateway to its flows
        begin, end = self.routing.place("i"), self.routing.place("o")
        self.open_room(document.process, begin, end, None)
        self.finish()

    def open_room(
        self,
        scope: Scope,
        entry: int,
        leave: int,
        host: Node | None,
        *,
        armed: frozenset[int] = frozenset(),
        repeated: frozenset[int] = frozenset(),
    ) -> Room:
        """Translate a scope between two places."""
        ending = self.endings.get(scope.id, "single")
        room = Room(scope, ScopeGraph(scope), leave, ending, [], armed, repeated)
        self.rooms[scope.id] = room
        reactions = [node for node in scope.nodes if node.on_event and node.inner is not None]
        floating = [node for node in reactions if floats(node) is not None]
        if host is None and reactions and floating == reactions and ending == "single":
            room.bracket = room.graph.bracket()
        if ending != "single" or reactions or scope.ad_hoc or self.is_watched(scope, host):
            room.runs.append(self.place(f"run:{scope.id}", of=host))
        if any(self.interrupts(node) for node in reactions):
            room.runs.append(self.place(f"interrupted:{scope.id}", of=host))
        self._open.append(room.inner)
        room.around = tuple(self._open)
        for flow in scope.flows:
            self.place_of[flow.id] = self.place(flow.id)
        if scope.ad_hoc:
            self._ad_hoc(room, entry)
        else:
            self._begin(room, entry)
            for node in scope.nodes:
                if not node.on_event:
                    self._node(room, node)
        for node in reactions:
            self.reaction(room, node)
        self._open.pop()
        if room.floating:
            when = "after the first step and before the last" if room.bracket else "while it runs"
            self.remarks.append(
                f"any number of times in {show(scope.name)}, {when}: "
                + ", ".join(show(label) for label in room.floating)
            )
        if room.ending != "single":
            self._later.append(lambda: self.complete(room))
        return room

    # where a scope begins

    def _begin(self, room: Room, entry: int) -> None:
        scope = room.scope
        started = [*room.armed, *([] if room.bracket else room.runs[:1])]
        starts = [node for node in scope.nodes if node.kind == "startEvent"]
        others = [node for node in room.graph.roots() if node.kind != "startEvent"]
        if not starts and not others:
            raise InputError(
                f"there is no node that {show(scope.name)} could begin with: a flow leads to each",
                where=Place(self.file, scope.line),
                mend="add a start event",
                code="flow-start",
            )
        for node in starts:
            if room.graph.into[node.id]:
                self.routing.step(
                    f"begin:{node.id}", [entry], [*started, self.entry(room, node)], node=node
                )
                self.remarks.append(f"flows lead back to the start event {show(node.label)}")
            else:
                self.leave(room, node, node.id, [entry], gives=started)
        waiting = [node for node in others if starts or _waits(node) or len(others) == 1]
        at_once = [node for node in others if node not in waiting]
        for node in waiting:
            self.routing.step(
                f"begin:{node.id}", [entry], [*started, self.entry(room, node)], node=node
            )
        if at_once:
            places = [self.entry(room, node) for node in at_once]
            self.routing.step(f"begin:{scope.id}", [entry], [*started, *places], node=at_once[0])
        self._remark_begin(scope, starts, waiting, at_once)

    def _remark_begin(
        self, scope: Scope, starts: list[Node], waiting: list[Node], at_once: list[Node]
    ) -> None:
        if len(starts) + len(waiting) + bool(at_once) > 1 and not scope.ad_hoc:
            together = " and ".join(show(node.label) for node in at_once)
            ways = [show(node.label) for node in [*starts, *waiting]] + [together] * bool(at_once)
            self.remarks.append(f"{show(scope.name)} begins with one of " + ", ".join(ways))
            return
        if waiting:
            self.remarks.append(
                f"{show(scope.name)} has no start event; it begins with {show(waiting[0].label)}"
            )
        elif at_once:
            self.remarks.append(
                f"{show(scope.name)} has no start event; it begins with all nodes that no flow "
                "leads to: " + ", ".join(show(node.label) for node in at_once)
            )

    # nodes

    def _node(self, room: Room, node: Node) -> None:
        flows = room.graph.into[node.id]
        if node.kind == "boundaryEvent" or (node.kind == "startEvent" and not flows):
            return
        if node.inner is not None:
            self._sub_process(room, node)
        elif node.is_step:
            self._task(room, node)
        elif node.kind == "parallelGateway" and len(flows) > 1:
            self.leave(room, node, node.id, [self.place_of[flow.id] for flow in flows])
        elif node.kind == "inclusiveGateway" and len(flows) > 1:
            self._inclusive_join(room, node)
        elif node.kind == "complexGateway" and len(flows) > 1:
            why = "a complex gateway that joins paths waits for what a formula of its own says"
            raise unreadable(node, self.file, why)
        elif node.kind in {"endEvent", "intermediateThrowEvent"}:
            self.thrown(room, node)
        else:
            self.pass_on(room, node)

    def pass_on(self, room: Room, node: Node) -> None:
        """Let a token through, from each incoming flow."""
        flows = room.graph.into[node.id]
        shown = self.events_are_steps and node.kind.startswith("intermediate") and node.name
        if node.kind == "endEvent" and room.graph.out[node.id]:
            self.remarks.append(f"a flow leads on from the end event {show(node.label)}")
        if not shown and len(flows) > 1 and len(room.graph.out[node.id]) == 1:
            for flow in flows:
                self.leave(room, node, f"{node.id}/{flow.id}", [self.place_of[flow.id]])
            return
        label = node.label if shown else None
        self.leave(room, node, node.id, [self.entry(room, node)], label=label)

    def _inclusive_join(self, room: Room, node: Node) -> None:
        incoming = [self.place_of[flow.id] for flow in room.graph.into[node.id]]
        joined = self.place(f"joined:{node.id}", of=node)
        self._joins[joined] = incoming

        def work() -> None:
            self.routing.step(
                f"{node.id}/join",
                [],
                [joined],
                node=node,
                join=inclusive_join(self, self._joins, incoming, room.inner),
            )

        self._last.append(work)
        self.leave(room, node, node.id, [joined])

    def _task(self, room: Room, node: Node) -> None:
        entry = self.entry(room, node)
        once = [event for event in room.graph.boundary[node.id] if self.happens_once(room, event)]
        armed = frozenset(self.armed(event) for event in once)
        if once:
            active = self.place(f"active:{node.id}", of=node)
            self.routing.step(f"{node.id}/begin", [entry], [active, *sorted(armed)], node=node)
            entry = active
        if any(event.interrupting for event in room.graph.boundary[node.id]):
            self.remarks.append(f"where it is interrupted, {show(node.label)} leaves no event")
        for event in room.graph.boundary[node.id]:
            self.refuse_compensation(event)
            if event.interrupting:
                self.leave(room, event, event.id, [entry], clears=armed)
            else:
                self.happens_beside(room, event, entry)
        if node.loop is None:
            self.leave(room, node, node.id, [entry], label=node.label, clears=armed)
            return
        after = self._repeated(node, entry)
        for event in room.graph.boundary[node.id]:
            if event.interrupting:
                self.leave(room, event, event.id, [after], clears=armed)
        self.leave(room, node, f"{node.id}/end", [after], clears=armed)

    def _repeated(self, node: Node, entry: int) -> int:
        """Repeat a step; gives the place where it may stop."""
        loop = node.loop
        assert loop is not None
        after = self.place(f"repeated:{node.id}", of=node)
        if loop.most is None:
            self.routing.step(node.id, [entry], [after], node=node, label=node.label)
            self.routing.step(node.id, [after], [after], node=node, label=node.label)
            if loop.least == 0:
                self.routing.step(f"{node.id}/none", [entry], [after], node=node)
            return after
        here = entry
        for turn in range(loop.most + 1):
            if turn >= loop.least:
                self.routing.step(f"{node.id}/enough", [here], [after], node=node)
            if turn < loop.most:
                then = self.place(f"turn:{node.id}", of=node)
                self.routing.step(node.id, [here], [then], node=node, label=node.label)
                here = then
        return after

    def _sub_process(self, room: Room, node: Node) -> None:
        assert node.inner is not None
        arrival = self.entry(room, node)
        leave = self.place(f"out:{node.id}", of=node)
        events = [event for event in room.graph.boundary[node.id] if event.id not in self.explicit]
        once = [event for event in events if self.happens_once(room, event)]
        armed = frozenset(self.armed(event) for event in once)
        entry = arrival
        if node.loop is not None:
            entry = self.place(f"again:{node.id}", of=node)
            self.routing.step(f"{node.id}/begin", [arrival], [entry, *sorted(armed)], node=node)
            self.routing.step(f"{node.id}/again", [leave], [entry], node=node)
            if node.loop.least == 0:
                self.routing.step(f"{node.id}/none", [arrival], [leave], node=node)
            self._remark_repeats(node)
        if node.loop is None:
            inside = self.open_room(node.inner, entry, leave, node, armed=armed)
        else:
            inside = self.open_room(node.inner, entry, leave, node, repeated=armed)
        for event in room.graph.boundary[node.id]:
            self.refuse_compensation(event)
        for event in events:
            if event.interrupting:
                after = self.place(f"caught:{event.id}", of=event)
                self.abort(inside, event, [], [after], name=f"{event.id}/begin")
                self.leave(room, event, event.id, [after])
            else:
                self.happens_beside(room, event, inside.runs[0])
        self.leave(room, node, f"{node.id}/end", [leave], clears=armed if node.loop else ())

    def _remark_repeats(self, node: Node) -> None:
        assert node.loop is not None
        called = show(node.name or node.id)
        if node.loop.most is not None:
            self.remarks.append(
                f"{called} may be repeated without limit; its limit of {node.loop.most} is not held"
            )
        if node.loop.parallel:
            self.remarks.append(
                f"the parallel instances of {called} are read as coming one after another"
            )

    def _ad_hoc(self, room: Room, entry: int) -> None:
        """Let the steps of an ad-hoc sub-process come in any order and number."""
        scope, run = room.scope, room.runs[0]
        if scope.flows:
            raise InputError(
                f"<adHocSubProcess> {show(scope.id)} ({show(scope.name)}) can't be read: sequence "
                "flows join its steps",
                where=Place(self.file, scope.line),
                mend="make it a plain sub-process, or leave the order of its steps open",
                code="flow-element",
            )
        self.routing.step(f"{scope.id}/begin", [entry], [run, *sorted(room.armed)])
        for node in scope.nodes:
            if node.is_step and not room.graph.boundary[node.id]:
                self.routing.step(node.id, [run], [run], node=node, label=node.label)
            elif node.kind not in {"startEvent", "endEvent"}:
                raise unreadable(node, self.file, "only steps can stand in an ad-hoc sub-process")
        if room.ending == "single":
            self.routing.step(f"{scope.id}/complete", [run], [room.exit], clears=room.armed)
        self.remarks.append(
            f"the steps of {show(scope.name)} come in any order and number, or not at all"
        )


def _waits(node: Node) -> bool:
    """Whether a node that no flow leads to begins a case by something that happens to it."""
    return node.begins or node.kind in {"intermediateCatchEvent", "receiveTask"}
