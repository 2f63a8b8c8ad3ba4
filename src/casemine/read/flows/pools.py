"""Which process of a BPMN file is meant, and what in the file is BPMN at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, InputError, show
from casemine.read.flows.structure import EVENTS, GATEWAYS, SUB_PROCESSES, TASKS
from casemine.read.models.modelxml import children, spot, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

NODES = TASKS | SUB_PROCESSES | GATEWAYS | EVENTS


def ours(parent: Element) -> Iterator[Element]:
    """Children in BPMN's namespace or none; editors put their own beside them."""
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        space = child.tag.rpartition("}")[0]
        if not space or "BPMN" in space or space[1:] == parent.nsmap.get(parent.prefix):
            yield child


def in_no_namespace(element: Element) -> bool:
    """Tell whether an element without a namespace stands in one of BPMN, put there by a tool."""
    parent = element.getparent()
    return parent is not None and "}" in str(parent.tag) and "}" not in str(element.tag)


def clean(name: str | None) -> str:
    """Make one blank of line breaks and runs of blanks, as editors put them into names."""
    return " ".join((name or "").split())


def choose(root: Element, file: str, wanted: str | None) -> tuple[Element, list[str]]:
    """Find the process that is meant, and what is to be said about the choice.

    Raises
    ------
    InputError
        None has a flow, or none or several are called as wanted.
    AmbiguousError
        Several have steps and none is wanted.
    """
    processes = [one for one in children(root, "process") if nodes_of(one)]
    pools = {
        pool.get("processRef", "").rpartition(":")[2]: pool
        for collaboration in children(root, "collaboration", "choreography")
        for pool in children(collaboration, "participant")
    }
    if wanted is not None:
        named = [one for one in processes if wanted in _names(one, pools)]
        exact = [one for one in named if one.get("id") == wanted]
        if len(exact or named) != 1:
            raise InputError(
                f"{len(named)} processes are called {show(wanted)}"
                if named
                else f"no process is called {show(wanted)}",
                where=spot(root, file),
                mend=_offer(processes, pools),
                code="flow-process",
            )
        return (exact or named)[0], []
    if not processes:
        others = [tag(child) for child in ours(root) if tag(child) in _WITHOUT_PROCESS]
        why = f"; it has a {others[0]} only" if others else ""
        raise InputError(
            f"there is no process with a flow in the file{why}",
            where=spot(root, file),
            mend="a process needs at least one task; export it from the editor as BPMN 2.0",
            code="flow-empty",
        )
    if len(processes) == 1:
        return processes[0], []
    with_steps = [one for one in processes if has_step(one)]
    called = {
        call.get("calledElement", "").rpartition(":")[2] for call in root.iter("{*}callActivity")
    }
    calling = [one for one in with_steps if one.get("id") not in called]
    for found, why in ((with_steps, "has steps"), (calling, "no other one calls")):
        if len(found) == 1:
            name = (_names(found[0], pools) or ["the first"])[-1]
            return found[0], [
                f"of {len(processes)} processes, {show(name)} is the only one that {why}"
            ]
    raise AmbiguousError(
        f"there are {len(processes)} processes with a flow in the file",
        where=spot(processes[1], file),
        mend=_offer(processes, pools),
        code="flow-process",
    )


def called(root: Element) -> tuple[str, ...]:
    """List the processes that have nodes, each by its id, or by its name where it has none."""
    names = (_names(one, {}) for one in children(root, "process") if nodes_of(one))
    return tuple(name[0] for name in names if name)


_WITHOUT_PROCESS = {"collaboration", "choreography", "conversation", "globalTask", "process"}


def _names(process: Element, pools: dict[str, Element]) -> list[str]:
    pool = pools.get(process.get("id", ""))
    found = [process.get("id", ""), clean(process.get("name"))]
    if pool is not None:
        found += [pool.get("id", ""), clean(pool.get("name"))]
    return [name for name in found if name]


def _offer(processes: list[Element], pools: dict[str, Element]) -> str:
    listed = [
        f"{show(names[0])} ({show(names[-1])})" if len(names) > 1 else show(names[0])
        for names in (_names(one, pools) for one in processes)
        if names
    ]
    return f"say which one is the designed flow with --process: {', '.join(listed)}"


def nodes_of(parent: Element) -> list[Element]:
    """List the nodes of a process or sub-process, in the order of the file."""
    return [child for child in ours(parent) if tag(child) in NODES]


def has_step(parent: Element) -> bool:
    """Tell whether there is anything in a process or sub-process that events can show."""
    return any(
        tag(node) in TASKS
        or (tag(node) in SUB_PROCESSES and (not nodes_of(node)))
        or has_step(node)
        for node in nodes_of(parent)
    )
