"""Which sequence flows the token of a node can take together, each time it leaves."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.flows.routing import InclusiveJoin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.flows.graph import ScopeGraph
    from casemine.read.flows.rooms import Workshop
    from casemine.read.flows.structure import Flow, Node

MOST_WAYS = 8  # that may be taken together or not: 255 combinations


def unreadable(node: Node, file: str, why: str) -> InputError:
    """Refuse a node that can't be understood exactly, by kind, id, name and line."""
    called = f" ({show(node.name)})" if node.name else ""
    return InputError(
        f"<{node.kind}> {show(node.id)}{called} can't be read: {why}",
        where=Place(file, node.line),
        mend="draw it otherwise in a BPMN editor; docs/flow-files.md lists what is read",
        code="flow-element",
    )


def ways_out(graph: ScopeGraph, node: Node, file: str) -> list[list[str]]:
    """List the sets of sequence flows, by their ids; a node without any gives one empty set.

    Raises
    ------
    InputError
        More than `MOST_WAYS` flows can be taken together or not.
    """
    flows = graph.out[node.id]
    if len(flows) <= 1:
        return [[flow.id for flow in flows]]
    choice = node.kind == "eventBasedGateway" and not node.waits_for_all
    if node.kind == "exclusiveGateway" or choice:
        return [[flow.id] for flow in flows]
    always, maybe, default = _conditions(node, flows)
    if not maybe and default is None:
        return [always]
    if len(maybe) > MOST_WAYS:
        raise unreadable(
            node,
            file,
            f"{len(maybe)} flows can be taken together or not, and the limit is {MOST_WAYS}",
        )
    ways = [
        [*always, *chosen]
        for size in range(1, len(maybe) + 1)
        for chosen in combinations(maybe, size)
    ]
    ways.append([*always, default] if default is not None else always)
    return [way for way in ways if way]


def _conditions(node: Node, flows: list[Flow]) -> tuple[list[str], list[str], str | None]:
    """Sort flows into those always taken, those taken on a condition, and the default."""
    if node.kind in {"parallelGateway", "eventBasedGateway"}:
        return [flow.id for flow in flows], [], None
    default = node.default if any(flow.id == node.default for flow in flows) else None
    inclusive = node.kind in {"inclusiveGateway", "complexGateway"}
    others = [flow for flow in flows if flow.id != default]
    maybe = [flow.id for flow in others if inclusive or flow.conditional]
    always = [flow.id for flow in others if flow.id not in maybe]
    return always, maybe, default


def inclusive_join(
    work: Workshop, joins: Mapping[int, list[int]], incoming: list[int], inside: set[int]
) -> InclusiveJoin:
    """Find the places of a scope from which a token can come to each flow of an inclusive gateway.

    As BPMN 2.0.2 has it (13.4.3), the gateway waits for a token that can come to one of its empty
    flows, unless that token can come to one of those that are not empty as well; paths through the
    gateway itself don't count. The standard counts paths of sequence flows; here the same is asked
    once more of paths that lead through boundary events too, so that what these send is waited for.
    `joins` gives the incoming flows of all inclusive gateways by the place after them.
    """
    along, all_ways = (
        {joined: set(flows) & inside for joined, flows in joins.items()} for _ in range(2)
    )
    for step in work.routing.steps:
        sources = {source for source in step.takes if source in inside}
        sent = step.node is not None and step.node.kind == "boundaryEvent"
        owned = step.node is not None and all(
            work.owner.get(place) == step.node.id for place in sources
        )
        for target in step.gives:
            all_ways.setdefault(target, set()).update(sources)
            if owned or not sent:
                along.setdefault(target, set()).update(sources)
    return InclusiveJoin(
        tuple(incoming),
        tuple(_upstream(flow, incoming, along) for flow in incoming),
        tuple(_upstream(flow, incoming, all_ways) for flow in incoming),
    )


def _upstream(flow: int, incoming: list[int], before: Mapping[int, set[int]]) -> frozenset[int]:
    """Follow the ways back; a token on another flow of the gateway has arrived already."""
    reached: set[int] = set()
    waiting = [flow]
    while waiting:
        for source in before.get(waiting.pop(), ()):
            if source not in reached and source not in incoming:
                reached.add(source)
                waiting.append(source)
    return frozenset(reached)
