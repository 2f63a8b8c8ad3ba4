"""A BPMN process as moving tokens: one place for each sequence flow, steps for nodes.

How a scope (a process, or the content of a sub-process) ends is the one thing that the drawing
doesn't tell node by node: it ends when its last token is gone. Three forms of it:

single
    Each end event finds itself to be the last token, so it ends the scope.
collect
    An end event puts its token aside; the scope ends when nothing else is left.
vanish
    An end event's token disappears; the scope ends when nothing is left.

`casemine.read.flows.bpmn` chooses the simplest form that is exact for the process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.flows.catching import begins_on, catchers
from casemine.read.flows.graph import ScopeGraph, floats
from casemine.read.flows.routing import InclusiveJoin, Routing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from casemine.read.flows.structure import Document, Flow, Node, Scope

MOST_WAYS = 8  # that an inclusive gateway may choose among: 255 combinations
INTERRUPTED, RUNNING = 1, 0


def unreadable(node: Node, file: str, why: str) -> InputError:
    """A node that can't be understood exactly, by kind, id, name and line."""
    called = f" ({show(node.name)})" if node.name else ""
    return InputError(
        f"<{node.kind}> {show(node.id)}{called} can't be read: {why}",
        where=Place(file, node.line),
        mend="draw it otherwise in a BPMN editor; docs/flow-files.md lists what is read",
        code="flow-element",
    )


@dataclass(slots=True)
class Room:
    """A scope while it is translated."""

    scope: Scope
    graph: ScopeGraph
    exit: int
    ending: str
    runs: list[int]  # marked while it runs: undisturbed, and after an interruption
    armed: frozenset[int]  # boundary events that can still happen once; cleared at its end
    inner: set[int] = field(default_factory=set)  # places of its content
    around: tuple[set[int], ...] = ()  # those of the scopes around it, its own last
    done: set[int] = field(default_factory=set)  # tokens put aside by ends
    bracket: tuple[set[str], set[str]] | None = None
    entries: dict[str, int] = field(default_factory=dict)  # places of nodes before they happen


class Translation:
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
        self.file = document.file
        self.endings = endings
        self.fading = fading
        self.events_are_steps = events_are_steps
        self.routing = Routing()
        self.place_of: dict[str, int] = {}
        self.rooms: dict[str, Room] = {}
        self.finishing: dict[int, str] = {}  # step that ends a token, to its scope
        self.done_of: dict[int, str] = {}  # place of tokens put aside, to the end node
        self.remarks: list[str] = []
        self._open: list[set[int]] = []  # places of all scopes around the current one
        self._later: list[Callable[[], None]] = []
        self._last: list[Callable[[], None]] = []  # asks what all the others have made
        self._caught = catchers(document.process)
        self._explicit = {catcher.node.id for catcher in self._caught.values()}
        entry, leave = self.routing.place("i"), self.routing.place("o")
        self.process = document.process
        self._scope(document.process, entry, leave, frozenset(), None)
        while self._later:
            self._later.pop(0)()
        for work in self._last:
            work()

    # places

    def _place(self, name: str, room: Room | None = None) -> int:
        """Add a place to the scope that is being translated, or to a room, and all around it."""
        place = self.routing.place(name)
        for inner in self._open if room is None else room.around:
            inner.add(place)
        return place

    # scopes

    def _scope(
        self, scope: Scope, entry: int, leave: int, armed: frozenset[int], host: Node | None
    ) -> Room:
        graph = ScopeGraph(scope)
        ending = self.endings.get(scope.id, "single")
        reactions = [n for n in scope.nodes if n.on_event and n.inner is not None]
        room = Room(scope, graph, leave, ending, [], armed)
        self.rooms[scope.id] = room
        floating = [n for n in reactions if floats(n) is not None]
        if host is None and reactions and floating == reactions and ending == "single":
            room.bracket = graph.bracket()
        interrupts = any(self._interrupts(n) for n in reactions)
        watched = host is not None and self._watched(host)
        if ending != "single" or reactions or watched or scope.ad_hoc or self._aborts(scope):
            room.runs.append(self._place(f"run:{scope.id}"))
            if interrupts:
                room.runs.append(self._place(f"interrupted:{scope.id}"))
        self._open.append(room.inner)
        room.around = tuple(self._open)
        for flow in scope.flows:
            place = self._place(flow.id)
            self.place_of[flow.id] = place
        if scope.ad_hoc:
            self._ad_hoc(room, entry)
        else:
            self._begin(room, entry)
            for node in scope.nodes:
                if not node.on_event:
                    self._node(room, node)
        for node in reactions:
            self._reaction(room, node)
        self._open.pop()
        if room.ending != "single":
            self._later.append(lambda: self._complete(room))
        return room

    def _watched(self, host: Node) -> bool:
        parent = next(r for r in self.rooms.values() if host.id in r.graph.node)
        return bool(parent.graph.boundary[host.id])

    def _aborts(self, scope: Scope) -> bool:
        """Tell whether something inside ends the scope while it runs elsewhere."""
        return any(catcher.scope.id == scope.id for catcher in self._caught.values())

    def _interrupts(self, node: Node) -> bool:
        start = begins_on(node.inner) if node.inner is not None else None
        return start is None or start.interrupting

    def _begin(self, room: Room, entry: int) -> None:
        graph, scope = room.graph, room.scope
        started = list(room.armed) + ([] if room.bracket else room.runs[:1])
        roots = graph.roots()
        if not roots:
            raise InputError(
                f"there is no node that {show(scope.name)} could begin with: to each leads a flow",
                where=Place(self.file, scope.line),
                mend="add a start event",
                code="flow-start",
            )
        starts = [node for node in roots if node.kind == "startEvent"]
        others = [node for node in roots if node.kind != "startEvent"]
        self._refuse_loose(room, others)
        for node in starts:
            self._leave(room, node, f"{node.id}", [entry], gives=started)
        if others:
            places = {node.id: self._entry(room, node) for node in others}
            names = ", ".join(show(node.label) for node in others)
            apart = starts or len(others) == 1 or all(_waits(node) for node in others)
            if apart:
                for node in others:
                    self.routing.step(
                        f"begin:{node.id}", [entry], [*started, places[node.id]], node=node
                    )
            else:
                self.routing.step(
                    f"begin:{scope.id}", [entry], [*started, *places.values()], node=others[0]
                )
            how = "one of them or a start event" if starts else "one of them" if apart else "all"
            self.remarks.append(
                f"{show(scope.name)} has no start event before {names}; "
                + (f"{how} of these begin it" if not apart else "it begins there")
                + (f" ({how})" if apart and len(others) + len(starts) > 1 else "")
            )
        elif len(starts) > 1 and scope.id == self.process.id:
            names = ", ".join(show(node.label) for node in starts)
            self.remarks.append(f"a case begins with one of the start events {names}")

    def _refuse_loose(self, room: Room, roots: list[Node]) -> None:
        """Refuse nodes without any flow beside others that have some."""
        graph = room.graph
        loose = [n for n in roots if not graph.out[n.id] and not graph.boundary[n.id]]
        usual = [n for n in room.scope.nodes if not n.on_event and n.host is None]
        if loose and len(usual) > 1:
            raise unreadable(loose[0], self.file, "no sequence flow leads to it or away from it")

    def _ends(
        self,
        room: Room,
        node: Node,
        takes: list[int],
        *,
        label: str | None = None,
        gives: Iterable[int] = (),
        clears: Iterable[int] = (),
        run: int = RUNNING,
    ) -> None:
        """End a token."""
        step = len(self.routing.steps)
        self.finishing[step] = room.scope.id
        gives, clears = list(gives), list(clears)
        if room.ending == "single":
            runs = room.runs[run : run + 1] if room.bracket is None else []
            started = [p for p in gives if p in runs]
            taking = [p for p in runs if p not in started]
            kept = [p for p in gives if p not in started and p not in room.armed]
            self.routing.step(
                node.id,
                [*takes, *taking],
                [*kept, room.exit],
                node=node,
                label=label,
                clears=[*clears, *(room.armed - set(gives))],
            )
            return
        if room.ending == "collect" and node.id not in self.fading:
            done = self._place(f"done:{node.id}", room)
            room.done.add(done)
            self.done_of[done] = node.id
            gives.append(done)
        self.routing.step(node.id, takes, gives, node=node, label=label, clears=clears)

    def _complete(self, room: Room) -> None:
        """End a scope when its last token is gone."""
        for run in room.runs:
            self.routing.step(
                f"complete:{room.scope.id}",
                [run],
                [room.exit],
                clears=room.done | room.armed,
                empty=room.inner - room.done,
            )

    def _abort(
        self,
        room: Room,
        node: Node,
        takes: list[int],
        gives: list[int],
        *,
        name: str,
        label: str | None = None,
        some: bool = False,
        runs: list[int] | None = None,
    ) -> None:
        """Take every token of a scope at once."""

        def work() -> None:
            for run in room.runs if runs is None else runs:
                self.routing.step(
                    name,
                    [*takes, run],
                    gives,
                    node=node,
                    label=label,
                    clears=room.inner | room.armed,
                    some=room.inner - room.done if some else (),
                )

        self._later.append(work)

    # event sub-processes and boundary events

    def _reaction(self, room: Room, node: Node) -> None:
        assert node.inner is not None
        start = begins_on(node.inner)
        if start is not None and start.trigger == "compensate":
            raise unreadable(node, self.file, "compensation is not supported")
        step = floats(node)
        if step is not None and node.id not in self._explicit:
            self.routing.step(step.id, room.runs, room.runs, node=step, label=step.label)
            return
        entry, leave = self._place(f"in:{node.id}"), self._place(f"out:{node.id}")
        content = self._scope(node.inner, entry, leave, frozenset(), node)
        room.entries[node.id] = entry
        interrupting = self._interrupts(node)
        self._ends(room, node, [leave], run=INTERRUPTED if interrupting else RUNNING)
        if node.id in self._explicit:
            return
        if interrupting:
            self._abort(
                room,
                node,
                [],
                [room.runs[INTERRUPTED], entry],
                name=f"begin:{node.id}",
                some=True,
                runs=room.runs[:1],
            )
            return
        run = room.runs[0]

        def work() -> None:
            busy = content.inner | {entry, leave} | set(content.runs)
            self.routing.step(f"begin:{node.id}", [run], [run, entry], node=node, empty=busy)

        self._later.append(work)
        self.remarks.append(
            f"the event sub-process {show(node.name or node.id)} can come any number of times, "
            "one at a time"
        )

    def _boundaries(self, room: Room, node: Node, active: int) -> frozenset[int]:
        """Translate the boundary events of a step; `active` is marked while they can happen.

        Returns
        -------
        frozenset of int
            Places that are marked while a boundary event can still happen, to be cleared when the
            step is over.
        """
        armed: set[int] = set()
        for event in room.graph.boundary[node.id]:
            if event.interrupting:
                continue
            place = self._armed(room, event)
            if place is not None:
                armed.add(place)
        for event in room.graph.boundary[node.id]:
            self._refuse_compensation(event)
            if event.interrupting:
                self._leave(room, event, event.id, [active], clears=armed)
            else:
                self._happens_beside(room, event, active)
        return frozenset(armed)

    def _armed(self, room: Room, event: Node) -> int | None:
        """Make the place that lets an event happen once; None where it may happen again."""
        if room.graph.only_after(event) is not None:
            return None
        return room.entries.setdefault(event.id, self._place(f"armed:{event.id}"))

    def _happens_beside(self, room: Room, event: Node, active: int) -> None:
        """Let a boundary event happen that interrupts nothing."""
        armed = room.entries.get(event.id)
        if armed is not None:
            self._leave(room, event, event.id, [active, armed], gives=[active])
            return
        mine = room.graph.only_after(event) or set()

        def busy() -> set[int]:
            names = {flow.id for node in mine for flow in room.graph.out[node]}
            found = {self.place_of[name] for name in names}
            for id_ in mine:
                inside = room.graph.node[id_].inner
                if inside is not None:
                    found |= self.rooms[inside.id].inner
            return found

        self._later.append(
            lambda: self._leave(room, event, event.id, [active], gives=[active], empty=busy())
        )

    def _refuse_compensation(self, event: Node) -> None:
        if event.trigger == "compensate":
            raise unreadable(event, self.file, "compensation is not supported")

    # nodes

    def _entry(self, room: Room, node: Node) -> int:
        """Find or make the place where a token waits for the node."""
        if node.id not in room.entries:
            flows = room.graph.into[node.id]
            if len(flows) == 1:
                room.entries[node.id] = self.place_of[flows[0].id]
            else:
                place = self._place(f"in:{node.id}")
                room.entries[node.id] = place
                for flow in flows:
                    self.routing.step(
                        f"{node.id}/{flow.id}", [self.place_of[flow.id]], [place], node=node
                    )
        return room.entries[node.id]

    def _node(self, room: Room, node: Node) -> None:
        flows = room.graph.into[node.id]
        if node.kind == "boundaryEvent" or (node.kind == "startEvent" and not flows):
            return
        if node.inner is not None:
            self._sub_process(room, node)
        elif node.is_step:
            self._task(room, node)
        elif node.kind == "parallelGateway" and len(flows) > 1:
            self._leave(room, node, node.id, [self.place_of[flow.id] for flow in flows])
        elif node.kind == "inclusiveGateway" and len(flows) > 1:
            self._inclusive_join(room, node)
        elif node.kind == "complexGateway" and len(flows) > 1:
            raise unreadable(
                node, self.file, "what a complex gateway waits for is a formula of its own"
            )
        elif node.kind in {"endEvent", "intermediateThrowEvent"}:
            self._thrown(room, node)
        else:
            self._pass(room, node)

    def _pass(self, room: Room, node: Node) -> None:
        """Let a token through each incoming flow."""
        flows = room.graph.into[node.id]
        shown = self.events_are_steps and node.kind.startswith("intermediate") and node.name
        label = node.label if shown else None
        if len(flows) > 1 and len(room.graph.out[node.id]) == 1 and label is None:
            for flow in flows:
                name = f"{node.id}/{flow.id}"
                self._leave(room, node, name, [self.place_of[flow.id]])
            return
        self._leave(room, node, node.id, [self._entry(room, node)], label=label)

    def _thrown(self, room: Room, node: Node) -> None:
        if node.trigger == "compensate":
            raise unreadable(node, self.file, "compensation is not supported")
        catcher = self._caught.get(node.id)
        if catcher is not None:
            self._caught_by(room, node, catcher.node, self.rooms[catcher.scope.id])
        elif node.kind == "endEvent" and node.trigger in {"error", "cancel"}:
            self._stops(room, node, self.rooms[self.process.id])
        elif node.kind == "endEvent" and node.trigger == "terminate":
            self._stops(room, node, room)
        else:
            self._pass(room, node)

    def _stops(self, room: Room, node: Node, stopped: Room) -> None:
        """End a scope at once, whatever else is under way in it."""
        entry = self._entry(room, node)
        if stopped is room and room.ending == "single" and not self._has_reactions(room):
            self._ends(room, node, [entry])
            return
        if not stopped.runs:
            self._later.append(
                lambda: self.routing.step(
                    node.id,
                    [entry],
                    [stopped.exit],
                    node=node,
                    clears=(stopped.inner | stopped.armed) - {entry},
                )
            )
            return
        self._abort(stopped, node, [entry], [stopped.exit], name=node.id)

    def _has_reactions(self, room: Room) -> bool:
        return any(n.on_event and floats(n) is None for n in room.scope.nodes)

    def _caught_by(self, room: Room, node: Node, catcher: Node, caught: Room) -> None:
        entry = self._entry(room, node)
        if catcher.on_event:
            begin = caught.entries
            interrupting = self._interrupts(catcher)

            def work() -> None:
                place = begin[catcher.id]
                if interrupting:
                    self._abort(
                        caught,
                        node,
                        [entry],
                        [caught.runs[INTERRUPTED], place],
                        name=node.id,
                        runs=caught.runs[:1],
                    )
                else:
                    self._leave(room, node, node.id, [entry], gives=[place])

            self._later.append(work)
            return
        parent = next(r for r in self.rooms.values() if catcher.id in r.graph.node)
        ways = self._ways(parent, catcher)
        if not catcher.interrupting:
            if len(ways) != 1:
                raise unreadable(catcher, self.file, "it leads to several ways at once")
            self._leave(room, node, node.id, [entry], gives=ways[0])
            return
        after = self._place(f"caught:{catcher.id}", parent)
        self._abort(caught, node, [entry], [after], name=node.id)
        self._leave(parent, catcher, catcher.id, [after])

    def _inclusive_join(self, room: Room, node: Node) -> None:
        incoming = [self.place_of[flow.id] for flow in room.graph.into[node.id]]
        leaving = self._place(f"joined:{node.id}")

        def work() -> None:
            feeders = _feeders(self.routing, incoming, room.inner | set(room.runs))
            self.routing.step(
                f"join:{node.id}",
                [],
                [leaving],
                node=node,
                join=InclusiveJoin(tuple(incoming), feeders),
            )

        self._last.append(work)
        self._leave(room, node, node.id, [leaving])

    def _task(self, room: Room, node: Node) -> None:
        entry = self._entry(room, node)
        armed: frozenset[int] = frozenset()
        if room.graph.boundary[node.id]:
            beside = [
                event
                for event in room.graph.boundary[node.id]
                if not event.interrupting and room.graph.only_after(event) is None
            ]
            active = entry
            if beside:
                active = self._place(f"active:{node.id}")
                places = [self._armed(room, event) for event in beside]
                self.routing.step(
                    f"begin:{node.id}",
                    [entry],
                    [active, *(p for p in places if p is not None)],
                    node=node,
                )
            armed = self._boundaries(room, node, active)
            entry = active
        if node.loop is None:
            self._leave(room, node, node.id, [entry], label=node.label, clears=armed)
            return
        after = self._repeated(node, entry)
        self._leave(room, node, f"{node.id}/end", [after], clears=armed)

    def _repeated(self, node: Node, entry: int) -> int:
        """Repeat a step; gives the place where it may stop."""
        loop = node.loop
        assert loop is not None
        after = self._place(f"repeated:{node.id}")
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
                then = self._place(f"turn:{node.id}")
                self.routing.step(node.id, [here], [then], node=node, label=node.label)
                here = then
        return after

    def _sub_process(self, room: Room, node: Node) -> None:
        assert node.inner is not None
        arrival = self._entry(room, node)
        leave = self._place(f"out:{node.id}")
        armed: set[int] = set()
        for event in room.graph.boundary[node.id]:
            self._refuse_compensation(event)
            if not event.interrupting and event.id not in self._explicit:
                place = self._armed(room, event)
                if place is not None:
                    armed.add(place)
        entry = arrival
        if node.loop is not None:
            entry = self._place(f"again:{node.id}")
            self.routing.step(f"{node.id}/begin", [arrival], [entry], node=node)
            self.routing.step(f"{node.id}/again", [leave], [entry], node=node)
            if node.loop.least == 0:
                self.routing.step(f"{node.id}/none", [arrival], [leave], node=node)
            self._remark_repeats(node)
        inside = self._scope(node.inner, entry, leave, frozenset(armed), node)
        for event in room.graph.boundary[node.id]:
            if event.id in self._explicit:
                continue
            if event.interrupting:
                after = self._place(f"caught:{event.id}")
                self._abort(inside, event, [], [after], name=f"begin:{event.id}")
                self._leave(room, event, event.id, [after])
            else:
                self._happens_beside(room, event, inside.runs[0])
        self._leave(room, node, f"{node.id}/end", [leave])

    def _remark_repeats(self, node: Node) -> None:
        assert node.loop is not None
        if node.loop.most is not None:
            self.remarks.append(
                f"{show(node.name or node.id)} is repeated without counting: its limit of "
                f"{node.loop.most} is not held"
            )
        if node.loop.parallel:
            self.remarks.append(
                f"{show(node.name or node.id)} has parallel instances; they are read as one after "
                "another"
            )

    def _ad_hoc(self, room: Room, entry: int) -> None:
        """Let the steps of an ad-hoc sub-process come in any order and number."""
        scope, run = room.scope, room.runs[0]
        if scope.flows:
            raise InputError(
                f"the ad-hoc sub-process {show(scope.name)} ({show(scope.id)}) can't be read: its "
                "steps are joined by sequence flows",
                where=Place(self.file, scope.line),
                mend="make it a plain sub-process, or leave the order of its steps open",
                code="flow-element",
            )
        self.routing.step(f"begin:{scope.id}", [entry], [run, *room.armed])
        for node in scope.nodes:
            if node.is_step and not room.graph.boundary[node.id]:
                self.routing.step(node.id, [run], [run], node=node, label=node.label)
            elif node.kind not in {"startEvent", "endEvent"} and not node.on_event:
                raise unreadable(node, self.file, "only steps can stand in an ad-hoc sub-process")
        if room.ending == "single":
            self.routing.step(f"complete:{scope.id}", [run], [room.exit], clears=room.armed)
        self.remarks.append(
            f"the steps of {show(scope.name)} come in any order and number, or not at all"
        )

    # ways out of a node

    def _ways(self, room: Room, node: Node) -> list[list[int]]:
        """Which flows a token can take together, each time."""
        flows = room.graph.out[node.id]
        places = {flow.id: self.place_of[flow.id] for flow in flows}
        if len(flows) <= 1:
            return [list(places.values())]
        if node.kind == "exclusiveGateway" or (
            node.kind == "eventBasedGateway" and not node.waits_for_all
        ):
            return [[place] for place in places.values()]
        always, maybe, default = _conditions(node, flows)
        if not maybe and default is None:
            return [list(places.values())]
        if len(maybe) > MOST_WAYS:
            raise unreadable(
                node,
                self.file,
                f"{len(maybe)} flows can be taken together or not; the limit is {MOST_WAYS}",
            )
        ways = [
            [*always, *chosen]
            for size in range(1, len(maybe) + 1)
            for chosen in combinations(maybe, size)
        ]
        ways.append([*always, default] if default is not None else list(always))
        return [[places[id_] for id_ in way] for way in ways if way]

    def _leave(
        self,
        room: Room,
        node: Node,
        name: str,
        takes: list[int],
        *,
        label: str | None = None,
        gives: Iterable[int] = (),
        clears: Iterable[int] = (),
        empty: Iterable[int] = (),
    ) -> None:
        """Send the token of a node on its ways, or end it where there is none."""
        gives, clears, empty = list(gives), list(clears), list(empty)
        if room.bracket is not None:
            gives += room.runs if node.id in room.bracket[0] else []
            takes = takes + (room.runs if node.id in room.bracket[1] else [])
        ways = self._ways(room, node)
        if ways == [[]]:
            if empty:
                # a boundary event that leads nowhere changes nothing
                return
            self._ends(room, node, takes, label=label, gives=gives, clears=clears)
            return
        if label is not None and len(ways) > 1:
            between = self._place(f"chosen:{node.id}", room)
            self.routing.step(name, takes, [between, *gives], node=node, label=label, clears=clears)
            takes, gives, clears = [between], [], []
            name = f"{name}/way"
        for way in ways:
            self.routing.step(
                name,
                takes,
                [*gives, *way],
                node=node,
                label=label if len(ways) == 1 else None,
                clears=clears,
                empty=empty,
            )


def _waits(node: Node) -> bool:
    """Whether a node without a flow to it begins a case by something that happens to it."""
    return node.begins or node.kind in {"intermediateCatchEvent", "receiveTask"}


def _conditions(node: Node, flows: list[Flow]) -> tuple[list[str], list[str], str | None]:
    """Sort flows into those always taken, those taken on a condition, and the default."""
    default = node.default if any(flow.id == node.default for flow in flows) else None
    inclusive = node.kind in {"inclusiveGateway", "complexGateway"}
    others = [flow for flow in flows if flow.id != default]
    if node.kind == "parallelGateway" or node.kind == "eventBasedGateway":
        return [flow.id for flow in flows], [], None
    maybe = [flow.id for flow in others if inclusive or flow.conditional]
    always = [flow.id for flow in others if flow.id not in maybe]
    return always, maybe, default


def _feeders(routing: Routing, incoming: list[int], inside: set[int]) -> tuple[frozenset[int], ...]:
    """Find the places of a scope from which a token can come to each flow of a gateway."""
    before: dict[int, set[int]] = {}
    for step in routing.steps:
        for target in step.gives:
            before.setdefault(target, set()).update(
                source for source in step.takes if source in inside
            )
    found = []
    for flow in incoming:
        reached: set[int] = set()
        waiting = [flow]
        while waiting:
            for source in before.get(waiting.pop(), ()):
                # a token on another flow of the gateway has arrived, and goes no other way
                if source not in reached and source not in incoming:
                    reached.add(source)
                    waiting.append(source)
        found.append(frozenset(reached - set(incoming)))
    return tuple(found)
