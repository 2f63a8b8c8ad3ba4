"""Events that come while something else runs: event sub-processes, boundary events, stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import show
from casemine.read.flows.catching import begins_on
from casemine.read.flows.graph import floats
from casemine.read.flows.rooms import INTERRUPTED, RUNNING, Room, Workshop
from casemine.read.flows.ways import unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.flows.catching import Catcher
    from casemine.read.flows.structure import Node, Scope


class Reactions(Workshop):
    """The part of a translation that takes tokens away from what is under way, or adds some."""

    process: Scope

    def __init__(self, file: str, fading: frozenset[str], caught: Mapping[str, Catcher]) -> None:
        super().__init__(file, fading)
        self.caught = caught
        self.explicit = {catcher.node.id for catcher in caught.values()}
        self._armed: dict[str, int] = {}

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
        raise NotImplementedError

    def pass_on(self, room: Room, node: Node) -> None:
        """Let a token through a node, from each incoming flow."""
        raise NotImplementedError

    def is_watched(self, scope: Scope, host: Node | None) -> bool:
        """Tell whether something may end the scope from outside of its flows."""
        caught = any(catcher.scope.id == scope.id for catcher in self.caught.values())
        if host is None:
            return caught
        parent = self._parent(host)
        return caught or (parent is not None and bool(parent.graph.boundary[host.id]))

    def interrupts(self, node: Node) -> bool:
        """Tell whether an event sub-process takes the place of what is under way."""
        start = begins_on(node.inner) if node.inner is not None else None
        return start is None or start.interrupting

    def refuse_compensation(self, node: Node) -> None:
        """Refuse what undoes earlier steps."""
        if node.trigger == "compensate":
            raise unreadable(node, self.file, "compensation is not supported")

    # event sub-processes

    def reaction(self, room: Room, node: Node) -> None:
        """Translate an event sub-process."""
        assert node.inner is not None
        start = begins_on(node.inner)
        if start is not None:
            self.refuse_compensation(start)
        step = floats(node)
        if step is not None and node.id not in self.explicit:
            runs = room.runs[:1]
            self.routing.step(step.id, runs, runs, node=step, label=step.label)
            room.floating.append(step.label)
            return
        entry = self.place(f"in:{node.id}", of=node)
        leave = self.place(f"out:{node.id}", of=node)
        room.entries[node.id] = entry
        content = self.open_room(node.inner, entry, leave, node)
        interrupting = self.interrupts(node)
        run = INTERRUPTED if interrupting else RUNNING
        self.end(room, node, [leave], name=f"{node.id}/end", run=run)
        if node.id in self.explicit:
            return
        if interrupting:
            begun = [room.runs[INTERRUPTED], entry]
            name = f"{node.id}/begin"
            self.abort(room, node, [], begun, name=name, runs=room.runs[:1], while_busy=True)
            return

        def work() -> None:
            busy = content.inner | {entry, leave, *content.runs}
            taken = room.runs[:1]
            self.routing.step(f"{node.id}/begin", taken, [*taken, entry], node=node, empty=busy)

        self._later.append(work)
        self.remarks.append(
            f"the event sub-process {show(node.name or node.id)} can come any number of times, "
            "one at a time"
        )

    # boundary events

    def happens_once(self, room: Room, event: Node) -> bool:
        """Tell whether a boundary event adds tokens to a path that others use too.

        It can then happen once while its host runs; otherwise again and again, one at a time.
        """
        beside = not event.interrupting and bool(room.graph.out[event.id])
        return beside and room.graph.only_after(event) is None

    def armed(self, event: Node) -> int:
        """Find or make the place that lets an event happen once."""
        if event.id not in self._armed:
            self._armed[event.id] = self.place(f"armed:{event.id}", of=event)
        return self._armed[event.id]

    def happens_beside(self, room: Room, event: Node, active: int) -> None:
        """Let a boundary event happen that interrupts nothing, while `active` is marked."""
        if not room.graph.out[event.id]:
            return  # a token that ends where it arises
        called = show(event.name or event.id)
        if self.happens_once(room, event):
            self.leave(room, event, event.id, [active, self.armed(event)], gives=[active])
            self.remarks.append(f"the event {called} can come once while its host runs")
            return
        mine = room.graph.only_after(event) or set()

        def work() -> None:
            self.leave(
                room, event, event.id, [active], gives=[active], empty=self._busy(room, mine)
            )

        self._later.append(work)
        self.remarks.append(f"the event {called} can come any number of times, one at a time")

    def _busy(self, room: Room, nodes: set[str]) -> set[int]:
        """List the places that hold tokens while these nodes are at work."""
        found = {place for place, node in self.owner.items() if node in nodes}
        for id_ in nodes:
            found |= {self.place_of[flow.id] for flow in room.graph.out[id_]}
            inside = room.graph.node[id_].inner
            if inside is not None:
                found |= self.rooms[inside.id].inner
        return found

    # events that stop or are thrown

    def thrown(self, room: Room, node: Node) -> None:
        """Translate an end event or a throwing event."""
        self.refuse_compensation(node)
        catcher = self.caught.get(node.id)
        if catcher is not None and catcher.node.on_event:
            self._begins_reaction(room, node, catcher)
        elif catcher is not None:
            self._caught_at_border(room, node, catcher)
        elif node.kind == "endEvent" and node.trigger in {"error", "cancel"}:
            self._stops(room, node, self.rooms[self.process.id])
        elif node.kind == "endEvent" and node.trigger == "terminate":
            self._stops(room, node, room)
        else:
            self.pass_on(room, node)

    def _stops(self, room: Room, node: Node, stopped: Room) -> None:
        """End a scope at once, whatever else is under way in it."""
        entry = self.entry(room, node)
        reactions = any(one.on_event and floats(one) is None for one in stopped.scope.nodes)
        if stopped is room and room.ending == "single" and not reactions:
            self.end(room, node, [entry], name=node.id)
        elif stopped.runs and not stopped.bracket:
            ends = [stopped.exit]
            self.abort(stopped, node, [entry], ends, name=node.id, stops=stopped is room)
        else:

            def work() -> None:
                cleared = stopped.inner | stopped.armed | set(stopped.runs)
                self.routing.step(node.id, [entry], [stopped.exit], node=node, clears=cleared)

            self._later.append(work)

    def _begins_reaction(self, room: Room, node: Node, catcher: Catcher) -> None:
        """Let what is thrown begin the event sub-process that waits for it."""
        entry = self.entry(room, node)
        caught = self.rooms[catcher.scope.id]

        def work() -> None:
            begun = caught.entries[catcher.node.id]
            if catcher.interrupting:
                gives = [caught.runs[INTERRUPTED], begun]
                self.abort(caught, node, [entry], gives, name=node.id, runs=caught.runs[:1])
            else:
                self.leave(room, node, node.id, [entry], gives=[begun])

        self._later.append(work)

    def _caught_at_border(self, room: Room, node: Node, catcher: Catcher) -> None:
        """Lead what is thrown to the boundary event that waits for it."""
        entry = self.entry(room, node)
        parent = self._parent(catcher.node)
        assert parent is not None
        after = self._armed.get(catcher.node.id)
        if after is None:
            after = self.place(f"caught:{catcher.node.id}", parent, of=catcher.node)
            self._armed[catcher.node.id] = after
            self.leave(parent, catcher.node, catcher.node.id, [after])
        if catcher.interrupting:
            caught = self.rooms[catcher.scope.id]
            self.abort(caught, node, [entry], [after], name=node.id)
        else:
            self.leave(room, node, node.id, [entry], gives=[after])

    def _parent(self, node: Node) -> Room | None:
        """Find the room that a node stands in."""
        rooms = self.rooms.values()
        return next((room for room in rooms if node.id in room.graph.node), None)
