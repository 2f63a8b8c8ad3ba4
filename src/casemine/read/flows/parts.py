"""Parts of a scope that are joined without a sequence flow: link events, and compensation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import show
from casemine.read.flows.catching import begins_on
from casemine.read.flows.structure import Flow
from casemine.read.flows.ways import unreadable

if TYPE_CHECKING:
    from collections.abc import Collection

    from casemine.read.flows.structure import Node


def jumps(nodes: list[Node], file: str) -> list[Flow]:
    """Join link events of one name.

    Raises
    ------
    InputError
        A throwing event that not exactly one event catches, or a catching one that none leads to.
    """
    links = [node for node in nodes if node.trigger == "link"]
    catching = [node for node in links if node.kind == "intermediateCatchEvent"]
    found = []
    for node in links:
        if node.kind != "intermediateThrowEvent":
            continue
        others = [one for one in catching if one.reference == node.reference]
        if len(others) != 1:
            many = f"{len(others) or 'no'} link events catch {show(node.reference or '')}"
            raise unreadable(node, file, many)
        found.append(Flow(f"link:{node.id}", node.id, others[0].id, node.line, drawn=False))
    for node in catching:
        if not any(jump.target == node.id for jump in found):
            raise unreadable(node, file, f"no link event leads to {show(node.reference or '')}")
    return found


def without_compensation(
    nodes: list[Node],
    flows: Collection[Flow],
    calls_off: bool,
    associations: Collection[tuple[str, str]],
) -> tuple[list[Node], list[Node]]:
    """Leave out steps that undo others, where nothing in the process calls for them.

    Returns
    -------
    tuple
        The nodes that stay, and those that have no part in the flow.
    """
    if calls_off:
        return nodes, []
    events = {node.id for node in nodes if node.trigger == "compensate" and node.host is not None}
    left = events | {node.id for node in nodes if node.undoes}
    left |= {target for source, target in associations if source in events}
    for node in nodes:
        start = begins_on(node.inner) if node.on_event and node.inner is not None else None
        if start is not None and start.trigger == "compensate":
            left.add(node.id)
    left -= {flow.target for flow in flows} | {flow.source for flow in flows}
    stays = [node for node in nodes if node.id not in left]
    return stays, [node for node in nodes if node.id in left and node.id not in events]
