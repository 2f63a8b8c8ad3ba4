"""Places and steps of scopes: how tokens end, how a scope is left, how it is interrupted.

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
from typing import TYPE_CHECKING

from casemine.read.flows.routing import Routing
from casemine.read.flows.ways import ways_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from casemine.read.flows.graph import ScopeGraph
    from casemine.read.flows.structure import Node, Scope

RUNNING, INTERRUPTED = 0, 1


@dataclass(slots=True)
class Room:
    """A scope while it is translated."""

    scope: Scope
    graph: ScopeGraph
    exit: int
    ending: str
    runs: list[int]  # marked while it runs: undisturbed, and after an interruption
    armed: frozenset[int]  # boundary events that can still happen once; cleared at its end
    repeated: frozenset[int] = frozenset()  # the same, of all rounds of a loop together
    inner: set[int] = field(default_factory=set)  # places of its content
    around: tuple[set[int], ...] = ()  # those of the scopes around it, its own last
    done: set[int] = field(default_factory=set)  # tokens put aside by ends
    bracket: tuple[set[str], set[str]] | None = None  # first and last steps of a case
    floating: list[str] = field(default_factory=list)  # steps that come at any time
    entries: dict[str, int] = field(default_factory=dict)  # places of nodes before they happen


class Workshop:
    """What all parts of a translation need: a routing that grows, and its scopes."""

    def __init__(self, file: str, fading: frozenset[str]) -> None:
        self.file = file
        self.fading = fading
        self.routing = Routing()
        self.place_of: dict[str, int] = {}  # sequence flow to place
        self.rooms: dict[str, Room] = {}
        self.finishing: dict[int, str] = {}  # step that ends a token, to its scope
        self.done_of: dict[int, str] = {}  # place of tokens put aside, to the end node
        self.owner: dict[int, str] = {}  # place where a token waits in or after a node, to the node
        self.remarks: list[str] = []
        self._open: list[set[int]] = []  # places of all scopes around the current one
        self._later: list[Callable[[], None]] = []  # needs all places of a scope
        self._last: list[Callable[[], None]] = []  # asks what all the others have made

    def finish(self) -> None:
        """Do what had to wait for all places and steps."""
        while self._later:
            self._later.pop(0)()
        for work in self._last:
            work()

    def place(self, name: str, room: Room | None = None, *, of: Node | None = None) -> int:
        """Add a place to the scope that is being translated, or to a room, and all around it."""
        place = self.routing.place(name)
        if of is not None:
            self.owner[place] = of.id
        for inner in self._open if room is None else room.around:
            inner.add(place)
        return place

    def entry(self, room: Room, node: Node) -> int:
        """Find or make the place where a token waits for the node."""
        if node.id not in room.entries:
            flows = room.graph.into[node.id]
            if len(flows) == 1 and node.kind != "startEvent":
                room.entries[node.id] = self.place_of[flows[0].id]
            else:
                place = self.place(f"in:{node.id}", of=node)
                room.entries[node.id] = place
                for flow in flows:
                    self.routing.step(
                        f"{node.id}/{flow.id}", [self.place_of[flow.id]], [place], node=node
                    )
        return room.entries[node.id]

    def leave(
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
            first, last = room.bracket
            gives += room.runs if node.id in first else []
            takes = takes + (room.runs if node.id in last else [])
        ways = [
            [self.place_of[flow] for flow in way] for way in ways_out(room.graph, node, self.file)
        ]
        if ways == [[]]:
            self.end(room, node, takes, name=name, label=label, gives=gives, clears=clears)
            return
        if label is not None and len(ways) > 1:
            between = self.place(f"chosen:{node.id}", room, of=node)
            self.routing.step(name, takes, [between, *gives], node=node, label=label, clears=clears)
            takes, gives, clears, label = [between], [], [], None
            name = f"{name}/way"
        for way in ways:
            self.routing.step(
                name, takes, [*gives, *way], node=node, label=label, clears=clears, empty=empty
            )

    def end(
        self,
        room: Room,
        node: Node,
        takes: list[int],
        *,
        name: str,
        label: str | None = None,
        gives: Iterable[int] = (),
        clears: Iterable[int] = (),
        run: int = RUNNING,
    ) -> None:
        """End a token."""
        self.finishing[len(self.routing.steps)] = room.scope.id
        gives, clears = list(gives), list(clears)
        if room.ending == "single":
            # a start event without a way out begins and ends the scope at once
            runs = [] if room.bracket else [p for p in room.runs[run : run + 1] if p not in gives]
            kept = [
                p for p in gives if p not in room.armed and (room.bracket or p not in room.runs)
            ]
            self.routing.step(
                name,
                [*takes, *runs],
                [*kept, room.exit],
                node=node,
                label=label,
                clears=[*clears, *(room.armed - set(gives))],
            )
            return
        if room.ending == "collect" and node.id not in self.fading:
            done = self.place(f"done:{node.id}", room)
            room.done.add(done)
            self.done_of[done] = node.id
            gives.append(done)
        self.routing.step(name, takes, gives, node=node, label=label, clears=clears)

    def complete(self, room: Room) -> None:
        """End a scope when its last token is gone."""
        for run in room.runs:
            self.routing.step(
                f"complete:{room.scope.id}",
                [run],
                [room.exit],
                clears=room.done | room.armed,
                empty=room.inner - room.done,
            )

    def abort(
        self,
        room: Room,
        node: Node,
        takes: list[int],
        gives: list[int],
        *,
        name: str,
        runs: list[int] | None = None,
        while_busy: bool = False,
        stops: bool = False,
    ) -> None:
        """Take every token of a scope at once, when all of its places are known."""

        def work() -> None:
            for run in room.runs if runs is None else runs:
                if stops:
                    self.finishing[len(self.routing.steps)] = room.scope.id
                self.routing.step(
                    name,
                    [*takes, run],
                    gives,
                    node=node,
                    clears=room.inner | room.armed | room.repeated,
                    some=room.inner - room.done if while_busy else (),
                )

        self._later.append(work)
