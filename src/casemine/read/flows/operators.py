"""WoPeD's operators: transitions that stand for an exclusive or a parallel choice.

WoPeD writes most operators as several transitions of one operator id, one for each way, and joins
the two halves of an operator that both merges and parts by a place of its own in the middle. Such
nets mean what their arcs say, except that the operator is one step although it fires twice. A
single transition that is marked as exclusive stands for as many as it has ways.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from casemine.errors import InputError, show
from casemine.read.models.modelxml import children, spot, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element as Element

_XOR_SPLIT, _XOR_JOIN, _XOR_BOTH = "104", "105", "106"
_PARALLEL = {"101", "102", "107"}

Weights = dict[tuple[str, str], int]


def operator_of(element: Element) -> tuple[str, str] | None:
    """Read id and type of the operator that a place or transition belongs to."""
    for mark in children(element, "toolspecific"):
        if (mark.get("tool") or "").lower() == "woped":
            for operator in children(mark, "operator"):
                return operator.get("id", ""), operator.get("type", "")
    return None


def second_halves(nodes: Mapping[str, Element], weights: Weights) -> list[str]:
    """List the transitions of an operator that take from its middle: it has happened before."""
    middles: dict[str, str] = {}
    for id_, node in nodes.items():
        operator = operator_of(node)
        if tag(node) == "place" and operator is not None:
            middles[id_] = operator[0]
    found = []
    for source, target in weights:
        operator = operator_of(nodes[target])
        if source in middles and operator is not None and operator[0] == middles[source]:
            found.append(target)
    return list(dict.fromkeys(found))


def exclusive_ways(
    nodes: Mapping[str, Element], weights: Weights, file: str
) -> tuple[Weights, dict[str, list[str]]]:
    """Make one transition for each way of an exclusive operator that is written as one.

    Returns
    -------
    tuple
        The arcs, and the new transitions of each one that was divided.

    Raises
    ------
    InputError
        A single transition is marked as an operator whose ways can't be told apart.
    """
    groups: dict[str, list[str]] = {}
    for id_, node in nodes.items():
        operator = operator_of(node)
        if tag(node) == "transition" and operator is not None:
            groups.setdefault(operator[0], []).append(id_)
    divided: dict[str, list[str]] = {}
    arcs = dict(weights)
    for group in groups.values():
        if len(group) > 1:
            continue
        id_ = group[0]
        _, kind = operator_of(nodes[id_]) or ("", "")
        before = [arc for arc in weights if arc[1] == id_]
        after = [arc for arc in weights if arc[0] == id_]
        if kind in _PARALLEL or (len(before) < 2 and len(after) < 2):
            continue
        if kind not in {_XOR_SPLIT, _XOR_JOIN, _XOR_BOTH}:
            raise InputError(
                f"<transition> {show(id_)} is an operator of type {show(kind)}, whose ways are not "
                "in the file",
                where=spot(nodes[id_], file),
                mend="draw it as two operators, one that joins and one that splits",
                code="flow-element",
            )
        takes = [[arc] for arc in before] if kind != _XOR_SPLIT else [before]
        gives = [[arc] for arc in after] if kind != _XOR_JOIN else [after]
        for arc in (*before, *after):
            del arcs[arc]
        divided[id_] = []
        for number, (taken, given) in enumerate(product(takes, gives), start=1):
            way = f"{id_}/{number}"
            while way in nodes:
                way += "'"
            divided[id_].append(way)
            arcs |= {(source, way): weights[source, target] for source, target in taken}
            arcs |= {(way, target): weights[source, target] for source, target in given}
    return arcs, divided
