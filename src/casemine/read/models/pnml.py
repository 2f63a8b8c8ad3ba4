"""Petri nets from PNML (ISO/IEC 15909-2) as ProM, pm4py, PIPE and others write it.

Read: places, transitions, arcs and their weights, on pages at any depth, with or without a
namespace; the initial marking; the final marking in ProM's form. Silent are the transitions that
ProM's or pm4py's own marks call invisible; one without a name is called by its id. Positions,
colours and the names of places are not part of a net here. Refused: what changes how a net behaves
and a place/transition net can't hold, such as inhibitor arcs or coloured tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError, show
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.read.models.modelxml import children, first, required, spot, tag, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_NODES = ("place", "transition", "referencePlace", "referenceTransition")
_PLAIN_ARCS = {"", "normal"}


def read_pnml(root: Element, file: str) -> PetriNet:
    """Read the one net of a document.

    Raises
    ------
    InputError
        No net or several, ids that are missing, used twice or unknown, numbers that are none, and
        elements that a place/transition net can't hold.
    """
    nets = [root] if tag(root) == "net" else list(children(root, "net"))
    if len(nets) != 1:
        raise InputError(f"there are {len(nets)} nets in the file, not one", where=spot(root, file))
    net = nets[0]
    if any(word in net.get("type", "").lower() for word in ("highlevel", "symmetric", "hlpn")):
        raise InputError(
            f"the net is of type {show(net.get('type'))}, not a place/transition net",
            where=spot(net, file),
        )
    elements = list(_on_pages(net))
    nodes: dict[str, Element] = {}
    for element in elements:
        if tag(element) in _NODES:
            id_ = required(element, "id", file)
            if id_ in nodes:
                raise InputError(
                    f"the id {show(id_)} is used twice, first in line {nodes[id_].sourceline}",
                    where=spot(element, file),
                )
            nodes[id_] = element
    places = {id_: node for id_, node in nodes.items() if tag(node) == "place"}
    transitions = {id_: node for id_, node in nodes.items() if tag(node) == "transition"}
    if not transitions:
        raise InputError("the net has no transitions", where=spot(net, file))
    initial = {id_: _tokens(node, file) for id_, node in places.items()}
    name = first(net, "name")
    return PetriNet(
        places=tuple(places),
        transitions=tuple(Transition(i, _label(node, i)) for i, node in transitions.items()),
        arcs=_arcs([e for e in elements if tag(e) == "arc"], nodes, file),
        initial={id_: tokens for id_, tokens in initial.items() if tokens},
        final=_final(net, elements, places, file),
        name=(_value(name) if name is not None else "") or net.get("id") or "net",
    )


def _on_pages(parent: Element) -> Iterator[Element]:
    """Everything on a net and its pages, at any depth."""
    for element in parent:
        if tag(element) == "page":
            yield from _on_pages(element)
        else:
            yield element


def _value(element: Element) -> str:
    """Read what a label says: PNML puts it into `text`, PIPE into `value`."""
    inner = first(element, "text", "value")
    return text(inner) if inner is not None else ""


def _label(transition: Element, id_: str) -> str | None:
    for mark in children(transition, "toolspecific"):
        if "invisible" in mark.get("activity", ""):
            return None
        for entry in children(mark, "property"):
            if entry.get("key") == "invisible" and text(entry).strip().lower() == "true":
                return None
    name = first(transition, "name")
    return (_value(name) if name is not None else "") or id_


def _tokens(place: Element, file: str) -> int:
    marking = first(place, "initialMarking")
    return 0 if marking is None else _number(marking, file, least=0)


def _number(element: Element, file: str, *, least: int) -> int:
    """Read a whole number; PIPE writes the colour of its tokens before it, as in `Default,1`."""
    value = (
        _value(element).strip() if first(element, "text", "value") is not None else text(element)
    )
    digits = value.strip().rpartition(",")[2]
    if not digits:
        return least
    if not (digits.isascii() and digits.isdigit() and int(digits) >= least):
        raise InputError(
            f"{show(value)} in <{tag(element)}> is not a whole number of at least {least}",
            where=spot(element, file),
            mend="only nets with uncoloured tokens are read",
        )
    return int(digits)


def _arcs(elements: list[Element], nodes: dict[str, Element], file: str) -> tuple[Arc, ...]:
    """Read arcs; several between the same nodes add up to one."""
    weights: dict[tuple[str, str], int] = {}
    for element in elements:
        for kind in children(element, "arctype", "type"):
            said = (_value(kind) or kind.get("value") or text(kind)).strip()
            if said not in _PLAIN_ARCS:
                raise InputError(
                    f"the arc {show(element.get('id', ''))} is of type {show(said)}, which a "
                    "place/transition net doesn't have",
                    where=spot(element, file),
                )
        source, target = (
            _resolved(required(element, side, file), nodes, element, file)
            for side in ("source", "target")
        )
        if tag(nodes[source]) == tag(nodes[target]):
            raise InputError(
                f"the arc {show(element.get('id', ''))} connects two {tag(nodes[source])}s",
                where=spot(element, file),
            )
        inscription = first(element, "inscription")
        weight = 1 if inscription is None else _number(inscription, file, least=1)
        weights[source, target] = weights.get((source, target), 0) + weight
    return tuple(Arc(source, target, weight) for (source, target), weight in weights.items())


def _resolved(id_: str, nodes: dict[str, Element], element: Element, file: str) -> str:
    """Follow references between pages to the place or transition itself."""
    seen: set[str] = set()
    while True:
        if id_ not in nodes or id_ in seen:
            raise InputError(
                f"<{tag(element)}> refers to {show(id_)}, which is no place or transition",
                where=spot(element, file),
            )
        seen.add(id_)
        if not tag(nodes[id_]).startswith("reference"):
            return id_
        id_ = required(nodes[id_], "ref", file)


def _final(
    net: Element, elements: list[Element], places: dict[str, Element], file: str
) -> dict[str, int] | None:
    """Read the final marking; several of them, or none, can't be told from one that is empty."""
    lists = [e for e in [*net, *elements] if tag(e) == "finalmarkings"]
    markings = [marking for found in dict.fromkeys(lists) for marking in children(found, "marking")]
    if len(markings) > 1:
        raise InputError(
            f"the net has {len(markings)} final markings, and only one can be held",
            where=spot(markings[1], file),
        )
    if not markings:
        return None
    tokens: dict[str, int] = {}
    for element in children(markings[0], "place"):
        id_ = required(element, "idref", file)
        if id_ not in places:
            raise InputError(
                f"the final marking names {show(id_)}, which is no place", where=spot(element, file)
            )
        tokens[id_] = _number(element, file, least=0)
    return {id_: tokens[id_] for id_ in places if tokens.get(id_)}
