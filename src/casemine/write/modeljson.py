"""Models as values that JSON can hold; each kind is told by its keys.

- directly-follows graph: `activities`, `edges`, `starts`, `ends`; durations in seconds, null in a
  log without times. Mean positions and service times are not part of it.
- Petri net: `places`, `transitions` (`label` null: silent), `arcs`, `initial`, `final` (null:
  unknown), `name`, `frequency`.
- BPMN: `nodes`, `flows`, `name`, `frequency`.
- process tree: `operator` (null: a leaf), `label` (null: silent), `children`.
"""

from __future__ import annotations

from typing import Any

from casemine.model.bpmn import BpmnModel
from casemine.model.graph import DirectlyFollowsGraph
from casemine.model.petri import PetriNet
from casemine.model.tree import ProcessTree

Model = DirectlyFollowsGraph | PetriNet | BpmnModel | ProcessTree
TIMES = ("min_s", "median_s", "mean_s", "p90_s", "max_s", "total_s")


def to_json(model: Model) -> dict[str, Any]:
    """Make a value that `json.dumps` accepts.

    Examples
    --------
    >>> to_json(ProcessTree(label="Close"))
    {'operator': None, 'label': 'Close', 'children': []}
    """
    match model:
        case DirectlyFollowsGraph():
            return _graph(model)
        case PetriNet():
            return _net(model)
        case BpmnModel():
            return _bpmn(model)
        case ProcessTree():
            return _tree(model)


def _graph(graph: DirectlyFollowsGraph) -> dict[str, Any]:
    return {
        "activities": [
            {"name": a.name, "events": a.events, "cases": a.cases} for a in graph.activities
        ],
        "edges": [
            {"from": edge.source, "to": edge.target, "count": edge.count, "cases": edge.cases}
            | {name: None if edge.wait is None else getattr(edge.wait, name) for name in TIMES}
            for edge in graph.edges
        ],
        "starts": dict(graph.starts),
        "ends": dict(graph.ends),
    }


def _net(net: PetriNet) -> dict[str, Any]:
    return {
        "places": list(net.places),
        "transitions": [{"id": t.id, "label": t.label} for t in net.transitions],
        "arcs": [{"from": a.source, "to": a.target, "weight": a.weight} for a in net.arcs],
        "initial": dict(net.initial),
        "final": None if net.final is None else dict(net.final),
        "name": net.name,
        "frequency": dict(net.frequency),
    }


def _bpmn(model: BpmnModel) -> dict[str, Any]:
    return {
        "nodes": [
            {"id": n.id, "kind": n.kind.value, "name": n.name, "lane": n.lane} for n in model.nodes
        ],
        "flows": [
            {"id": f.id, "from": f.source, "to": f.target, "name": f.name} for f in model.flows
        ],
        "name": model.name,
        "frequency": dict(model.frequency),
    }


def _tree(tree: ProcessTree) -> dict[str, Any]:
    return {
        "operator": None if tree.operator is None else tree.operator.value,
        "label": tree.label,
        "children": [_tree(child) for child in tree.children],
    }
