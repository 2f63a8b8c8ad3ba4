"""Models from the JSON that casemine writes, with or without the envelope of a command.

The keys tell the kind: see the writer's contract in DESIGN, "JSON contract". A graph's contract
holds no mean positions and no service times, so positions are estimated and service times unknown.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from casemine.errors import InputError, Place, escape, show
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.graph import DirectlyFollowsGraph, Edge
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.timing import Timing
from casemine.model.tree import Operator, ProcessTree
from casemine.read.models.modelgraph import graph_of
from casemine.read.models.ptml import DEEPEST

Model = DirectlyFollowsGraph | PetriNet | BpmnModel | ProcessTree
TIMES = ("min_s", "median_s", "mean_s", "p90_s", "max_s", "total_s")


def read_json(data: bytes, file: str) -> Model:
    """Read a model.

    Raises
    ------
    InputError
        Broken JSON (with the line), something else than a model, or a value that doesn't belong
        where it stands (with its path, such as `edges[3].count`).
    """
    try:
        value = json.loads(data)
    except json.JSONDecodeError as error:
        raise InputError(
            f"the JSON is broken: {error.msg}", where=Place(file, error.lineno), code="bad-json"
        ) from None
    except UnicodeDecodeError:
        raise InputError("the JSON is not UTF-8", where=Place(file), code="bad-json") from None
    except (RecursionError, ValueError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"the JSON can't be read: {why}", where=Place(file)) from None
    if isinstance(value, dict) and "data" in value:
        value = value["data"]
    found = _Value(value, "", file)
    keys = value.keys() if isinstance(value, dict) else set()
    if {"activities", "edges"} <= keys:
        return _graph(found)
    if {"places", "transitions", "arcs"} <= keys:
        return _net(found)
    if {"nodes", "flows"} <= keys:
        return _bpmn(found)
    if {"operator", "children"} <= keys:
        return _tree(found)
    raise InputError(
        "the JSON is no model: neither a directly-follows graph (activities, edges), a Petri net "
        "(places, transitions, arcs), BPMN (nodes, flows) nor a process tree (operator, children)",
        where=Place(file),
        mend="write one with casemine discover LOG -o model.json",
    )


@dataclass(frozen=True, slots=True)
class _Value:
    """A value and its path in the file; every look into it is checked."""

    value: Any
    path: str
    file: str

    def wrong(self, wanted: str) -> InputError:
        written = escape(json.dumps(self.value))
        shown = (
            show(self.value)
            if isinstance(self.value, str)
            else written
            if len(written) <= 80
            else f"{written[:79]}…"
        )
        return InputError(
            f"{self.path or 'the model'} is {shown}, not {wanted}", where=Place(self.file)
        )

    def __getitem__(self, key: str) -> _Value:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        path = f"{self.path}.{key}" if self.path else key
        if key not in self.value:
            raise InputError(f"{path} is missing", where=Place(self.file))
        return _Value(self.value[key], path, self.file)

    def get(self, key: str, default: object) -> _Value:
        """Look up a key that may be missing."""
        if isinstance(self.value, dict) and key not in self.value:
            return _Value(default, f"{self.path}.{key}", self.file)
        return self[key]

    def items(self) -> list[_Value]:
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [
            _Value(item, f"{self.path}[{number}]", self.file)
            for number, item in enumerate(self.value)
        ]

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("text")
        if any("\ud800" <= char <= "\udfff" for char in self.value):
            raise self.wrong("text: it holds half of a character")
        return self.value

    def maybe_text(self) -> str | None:
        return None if self.value is None else self.text()

    def count(self, least: int = 0) -> int:
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not whole or self.value < least:
            raise self.wrong(f"a whole number of at least {least}")
        return int(self.value)

    def seconds(self) -> float:
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if not number or not math.isfinite(self.value):
            raise self.wrong("a number of seconds")
        return float(self.value)

    def counts(self, least: int = 1) -> dict[str, int]:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return {key: self[key].count(least) for key in self.value}

    def one_of(self, known: set[str], what: str) -> str:
        name = self.text()
        if name not in known:
            raise InputError(
                f"{self.path} is {show(name)}, which is no {what}", where=Place(self.file)
            )
        return name


def _unique(values: list[_Value], key: str) -> set[str]:
    seen: set[str] = set()
    for value in values:
        if (name := value[key].text()) in seen:
            raise InputError(
                f"{value.path}.{key} is {show(name)}, as is one before it", where=Place(value.file)
            )
        seen.add(name)
    return seen


def _graph(value: _Value) -> DirectlyFollowsGraph:
    listed = value["activities"].items()
    names = _unique(listed, "name")
    edges = []
    for item in value["edges"].items():
        source, target = (item[side].one_of(names, "activity") for side in ("from", "to"))
        count, cases = item["count"].count(1), item["cases"].count(1)
        times = [item.get(name, None) for name in TIMES]
        untimed = all(time.value is None for time in times)
        wait = None if untimed else Timing(count, *(time.seconds() for time in times))
        edges.append(Edge(source, target, count, cases, wait))
    pairs = {(edge.source, edge.target) for edge in edges}
    if len(pairs) < len(edges):
        raise InputError("two edges connect the same activities", where=Place(value.file))
    for side in ("starts", "ends"):
        for name in value[side].counts():
            _Value(name, f"a key of {side}", value.file).one_of(names, "activity")
    return graph_of(
        [(a["name"].text(), a["events"].count(), a["cases"].count()) for a in listed],
        edges,
        value["starts"].counts(),
        value["ends"].counts(),
    )


def _net(value: _Value) -> PetriNet:
    places = tuple(item.text() for item in value["places"].items())
    listed = value["transitions"].items()
    transitions = tuple(Transition(t["id"].text(), t["label"].maybe_text()) for t in listed)
    steps = _unique(listed, "id")
    if len(set(places)) < len(places) or steps & set(places):
        raise InputError("two nodes of the net have the same id", where=Place(value.file))
    arcs = []
    for item in value["arcs"].items():
        source = item["from"].one_of(steps | set(places), "place or transition")
        target = item["to"].one_of(set(places) if source in steps else steps, "node it can lead to")
        arcs.append(Arc(source, target, item.get("weight", 1).count(1)))
    final = value.get("final", None)
    markings = [value["initial"], *([final] if final.value is not None else [])]
    for marking in markings:
        for place in marking.counts():
            _Value(place, f"a key of {marking.path}", value.file).one_of(set(places), "place")
    return PetriNet(
        places,
        transitions,
        tuple(arcs),
        initial=value["initial"].counts(),
        final=None if final.value is None else final.counts(),
        name=value.get("name", "net").text(),
        frequency=value.get("frequency", {}).counts(0),
    )


def _bpmn(value: _Value) -> BpmnModel:
    listed = value["nodes"].items()
    ids = _unique(listed, "id")
    kinds = {kind.value for kind in NodeKind}
    nodes = tuple(
        BpmnNode(
            item["id"].text(),
            NodeKind(item["kind"].one_of(kinds, "kind of node")),
            item.get("name", "").text(),
            item.get("lane", None).maybe_text(),
        )
        for item in listed
    )
    drawn = value["flows"].items()
    if ids & _unique(drawn, "id"):
        raise InputError("a node and a flow have the same id", where=Place(value.file))
    flows = tuple(
        SequenceFlow(
            item["id"].text(),
            item["from"].one_of(ids, "node"),
            item["to"].one_of(ids, "node"),
            item.get("name", "").text(),
        )
        for item in drawn
    )
    name = value.get("name", "process").text()
    return BpmnModel(nodes, flows, name, value.get("frequency", {}).counts(0))


def _tree(value: _Value, level: int = 1) -> ProcessTree:
    if level > DEEPEST:
        raise InputError("the tree is nested too deeply", where=Place(value.file))
    operator = value["operator"].maybe_text()
    children = tuple(_tree(item, level + 1) for item in value["children"].items())
    label = value.get("label", None).maybe_text()
    if operator is None:
        if children:
            raise value["children"].wrong("an empty list: it belongs to an activity")
        return ProcessTree(label=label)
    value["operator"].one_of({known.value for known in Operator}, "operator")
    least = 2 if operator == Operator.LOOP.value else 1
    if len(children) < least:
        raise value["children"].wrong(f"a list of at least {least}")
    return ProcessTree(Operator(operator), children=children)
