"""Petri nets in PNML as ProM, pm4py, WoPeD, PIPE and other tools write them, as designed flows.

Read are place/transition nets (ISO/IEC 15909-2): places, transitions, arcs with weights, pages at
any depth, references between pages, labels in `<text>` or `<value>`, any namespace or none. What
changes the order of steps and a place/transition net can't hold is refused with id and line:
inhibitor, reset and test arcs, coloured tokens. Pictures, times and rates are left aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, InputError, show
from casemine.model.flow import DesignedFlow, FlowElement
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.read.flows.limits import MOST_NODES, MOST_TOKENS, too_many
from casemine.read.flows.markings import derive_final, derive_initial, join_finals, within_capacity
from casemine.read.flows.netlabels import labels_of, name_of
from casemine.read.flows.operators import exclusive_ways, second_halves
from casemine.read.flows.pools import clean
from casemine.read.models.modelxml import children, first, required, spot, tag, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_NODES = ("place", "transition", "referencePlace", "referenceTransition")
_PLAIN_ARCS = {"", "normal", "regular", "standard"}
_HIGH_LEVEL = ("highlevel", "symmetric", "hlpn", "hlcore", "refnet", "cpnet", "coloured", "colored")
_ELSEWHERE = {"net": "a net inside the net", "instance": "an instance of a module"}
_COLOURED = ("hlinitialMarking", "hlinscription", "initmark", "annot", "condition")
_UNTIMED = ("timed", "rate", "priority", "infiniteServer", "delay", "interval", "guard", "time")


def read_net_flow(root: Element, file: str, *, wanted: str | None) -> DesignedFlow:
    """Read the one net of a document that is meant.

    Parameters
    ----------
    wanted : str, optional
        Id or name of the net, where there are several.

    Raises
    ------
    InputError
        No net or several without a choice; ids missing, used twice or unknown; numbers that are
        none; elements that a place/transition net can't hold; no initial or final marking that
        follows from the net.
    """
    net = _choose(root, file, wanted)
    reader = _NetReader(net, file)
    return reader.flow()


def _choose(root: Element, file: str, wanted: str | None) -> Element:
    nets = [root] if tag(root) == "net" else list(children(root, "net"))
    if wanted is not None:
        named = [net for net in nets if net.get("id") == wanted]
        named = named or [net for net in nets if clean(name_of(net)) == wanted]
        if len(named) != 1:
            raise InputError(
                f"{'no net is' if not named else 'several nets are'} called {show(wanted)}",
                where=spot(root, file),
                mend=_offer(nets),
                code="flow-process",
            )
        return named[0]
    if not nets:
        raise InputError("there is no net in the file", where=spot(root, file), code="flow-empty")
    if len(nets) > 1:
        raise AmbiguousError(
            f"there are {len(nets)} nets in the file",
            where=spot(nets[1], file),
            mend=_offer(nets),
            code="flow-process",
        )
    return nets[0]


def called_nets(root: Element) -> tuple[str, ...]:
    """List the nets of a document, each by its id, or by its name where it has none."""
    nets = [root] if tag(root) == "net" else children(root, "net")
    return tuple(name for name in (net.get("id") or clean(name_of(net)) for net in nets) if name)


def _offer(nets: list[Element]) -> str:
    named = [(show(net.get("id") or ""), clean(name_of(net))) for net in nets]
    listed = ", ".join(id_ + (f" ({show(name)})" if name else "") for id_, name in named)
    return f"say which one is the designed flow with --process: {listed}"


class _NetReader:
    """The nodes, arcs and markings of one net."""

    def __init__(self, net: Element, file: str) -> None:
        self.net = net
        self.file = file
        self.remarks: list[str] = []
        kind = net.get("type", "").lower()
        if any(word in kind for word in _HIGH_LEVEL):
            raise InputError(
                f"the net is of type {show(net.get('type'))}, not a place/transition net",
                where=spot(net, file),
                mend="save it as a place/transition net (P/T net)",
                code="flow-element",
            )
        self.content = list(_on_pages(net, file))
        self.nodes: dict[str, Element] = {}
        for element in self.content:
            if tag(element) in _NODES:
                id_ = required(element, "id", file)
                if id_ in self.nodes:
                    raise InputError(
                        f"the id {show(id_)} is used twice, "
                        f"first in line {self.nodes[id_].sourceline}",
                        where=spot(element, file),
                        code="flow-duplicate-id",
                    )
                self.nodes[id_] = element
            self._refuse_coloured(element)
        self.places = [id_ for id_, node in self.nodes.items() if tag(node) == "place"]
        self.transitions = [id_ for id_, node in self.nodes.items() if tag(node) == "transition"]
        if len(self.transitions) > MOST_NODES:
            raise too_many(len(self.transitions), "transitions", spot(net, file))
        if not self.transitions:
            raise InputError("the net has no transitions", where=spot(net, file), code="flow-empty")

    def flow(self) -> DesignedFlow:
        """Put the net together."""
        labels, remarks = labels_of({id_: self.nodes[id_] for id_ in self.transitions})
        self.remarks += remarks
        weights = self._arcs()
        twice = [id_ for id_ in second_halves(self.nodes, weights) if labels[id_] is not None]
        if twice:
            self.remarks.append(
                "operators of WoPeD that both join and split are one step each: "
                + ", ".join(dict.fromkeys(show(str(labels[id_])) for id_ in twice))
            )
            labels |= dict.fromkeys(twice)
        weights, divided = exclusive_ways(self.nodes, weights, self.file)
        if divided:
            self.remarks.append(
                "operators of WoPeD that take one of several ways: "
                + ", ".join(show(labels[id_] or id_) for id_ in divided)
            )
        origin = {way: id_ for id_ in self.transitions for way in divided.get(id_, [id_])}
        if all(label is None for label in labels.values()):
            raise InputError(
                "no transition of the net is visible: none has a name of its own",
                where=spot(self.net, self.file),
                mend="name the transitions after the steps that they stand for",
                code="flow-empty",
            )
        name = clean(name_of(self.net)) or self.net.get("id") or "net"
        net = PetriNet(
            places=tuple(self.places),
            transitions=tuple(Transition(way, labels[id_]) for way, id_ in origin.items()),
            arcs=tuple(Arc(source, target, weight) for (source, target), weight in weights.items()),
            initial=self._initial(),
            name=name,
        )
        if not net.initial:
            net, remark = derive_initial(net, spot(self.net, self.file))
            self.remarks.append(remark)
        finals = self._finals()
        if len(finals) == 1:
            net = _with_final(net, finals[0])
        elif finals:
            net, remark = join_finals(net, finals)
            self.remarks.append(remark)
        else:
            net, remark = derive_final(net, spot(self.net, self.file))
            self.remarks.append(remark)
        self._check_capacities(net)
        self._remark_aside()
        elements = tuple(
            FlowElement(id_, label, "transition", line=self.nodes[id_].sourceline)
            for id_, label in labels.items()
            if label is not None
        )
        return DesignedFlow(
            name=name,
            source=self.file.replace("\\", "/"),
            net=net,
            elements=elements,
            element_of={way: id_ for way, id_ in origin.items() if labels[id_] is not None},
            remarks=tuple(self.remarks),
            routing_of={
                way: FlowElement(
                    id_,
                    clean(name_of(self.nodes[id_])),
                    "transition",
                    line=self.nodes[id_].sourceline,
                )
                for way, id_ in origin.items()
                if labels[id_] is None
            },
        )

    def _refuse_coloured(self, element: Element) -> None:
        """Refuse what only nets with coloured tokens have."""
        for child in children(element, *_COLOURED):
            if "".join(str(part) for part in child.itertext()).strip():
                raise InputError(
                    f"<{tag(element)}> {show(element.get('id', ''))} has a <{tag(child)}>, which a "
                    "place/transition net doesn't have",
                    where=spot(child, self.file),
                    mend="save it as a place/transition net (P/T net)",
                    code="flow-element",
                )

    def _initial(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for id_ in self.places:
            marking = first(self.nodes[id_], "initialMarking")
            tokens = 0 if marking is None else self._number(marking, least=0, missing=0)
            if tokens > MOST_TOKENS:
                raise InputError(
                    f"the place {show(id_)} begins with {tokens:,} tokens, and the limit is "
                    f"{MOST_TOKENS}",
                    where=spot(self.nodes[id_], self.file),
                    mend="a case begins with one token, or a few",
                    code="flow-too-large",
                )
            if tokens:
                found[id_] = tokens
        return found

    def _number(self, element: Element, *, least: int, missing: int) -> int:
        """Read a whole number; PIPE writes the colour of its tokens before it: `Default,1`."""
        inner = first(element, "text", "value")
        said = (text(inner) if inner is not None else element.text or "").strip()
        if not said:
            return missing
        parts = [part.strip() for part in said.split(",")]
        colours = [number for number in parts[1::2] if number.strip("0")]
        digits = parts[0] if len(parts) == 1 else (colours or ["0"])[0]
        if len(parts) > 1 and (len(parts) % 2 or len(colours) > 1 or parts[0].isdigit()):
            digits = ""  # tokens of several colours
        whole, point, rest = digits.partition(".")
        if point and not rest.strip("0"):
            digits = whole
        plain = digits.isascii() and digits.isdigit() and len(digits) <= 9
        if not (plain and int(digits) >= least):
            raise InputError(
                f"{show(said)} in <{tag(element)}> is not a whole number of at least {least}",
                where=spot(element, self.file),
                mend="only nets with uncoloured tokens are read",
                code="flow-element",
            )
        return int(digits)

    def _arcs(self) -> dict[tuple[str, str], int]:
        """Read arcs; several between the same nodes add up to one."""
        weights: dict[tuple[str, str], int] = {}
        for element in self.content:
            if tag(element) != "arc":
                continue
            self._refuse_strange(element)
            source, target = (
                self._resolved(required(element, side, self.file), element)
                for side in ("source", "target")
            )
            if tag(self.nodes[source]) == tag(self.nodes[target]):
                raise InputError(
                    f"the arc {show(element.get('id', ''))} connects two "
                    f"{tag(self.nodes[source])}s",
                    where=spot(element, self.file),
                    code="flow-element",
                )
            inscription = first(element, "inscription")
            weight = 1 if inscription is None else self._number(inscription, least=1, missing=1)
            weights[source, target] = weights.get((source, target), 0) + weight
        return weights

    def _refuse_strange(self, arc: Element) -> None:
        kinds = children(arc, "arctype", "type")
        said = [arc.get("type") or ""]
        said += [(_text_of(kind) or kind.get("value") or "").strip() for kind in kinds]
        for one in said:
            if one.rpartition("#")[2].lower() not in _PLAIN_ARCS:
                raise InputError(
                    f"the arc {show(arc.get('id', ''))} from {show(arc.get('source', ''))} to "
                    f"{show(arc.get('target', ''))} is of type {show(one)}, which a "
                    "place/transition net doesn't have",
                    where=spot(arc, self.file),
                    mend="draw the flow without such arcs; nothing is left out silently",
                    code="flow-element",
                )

    def _resolved(self, id_: str, element: Element) -> str:
        """Follow references between pages to the place or transition itself."""
        seen: set[str] = set()
        while True:
            if id_ not in self.nodes or id_ in seen:
                called = show(element.get("id", ""))
                raise InputError(
                    f"<{tag(element)}> {called} refers to {show(id_)}, which is no place or "
                    "transition",
                    where=spot(element, self.file),
                    code="flow-dangling",
                )
            seen.add(id_)
            if not tag(self.nodes[id_]).startswith("reference"):
                return id_
            id_ = required(self.nodes[id_], "ref", self.file)

    def _finals(self) -> list[dict[str, int]]:
        lists = [e for e in [*self.net, *self.content] if tag(e) == "finalmarkings"]
        found: list[dict[str, int]] = []
        for marking in (m for one in dict.fromkeys(lists) for m in children(one, "marking")):
            tokens: dict[str, int] = {}
            for element in children(marking, "place"):
                id_ = self._resolved(required(element, "idref", self.file), element)
                number = self._number(element, least=0, missing=0)
                if number:
                    tokens[id_] = tokens.get(id_, 0) + number
            if tokens not in found:
                found.append(tokens)
        if found == [{}] and all(self._gives(id_) for id_ in self.transitions):
            # a token is always left, so an empty marking only means that none was set
            return []
        return found

    def _gives(self, transition: str) -> bool:
        return any(tag(e) == "arc" and e.get("source") == transition for e in self.content)

    def _check_capacities(self, net: PetriNet) -> None:
        limits: dict[str, int] = {}
        for id_ in self.places:
            capacity = first(self.nodes[id_], "capacity")
            if capacity is not None:
                limit = self._number(capacity, least=0, missing=0)
                if limit:
                    limits[id_] = limit
        for id_ in within_capacity(net, limits):
            raise InputError(
                f"the place {show(id_)} has a capacity of {limits[id_]} that keeps steps from "
                "happening, which is not supported",
                where=spot(self.nodes[id_], self.file),
                mend="draw a place that holds the free room instead",
                code="flow-element",
            )

    def _remark_aside(self) -> None:
        aside = {
            tag(child)
            for id_ in self.transitions
            for child in self.nodes[id_]
            if tag(child) in _UNTIMED and (_text_of(child) or text(child)).strip() not in _PLAIN
        }
        if aside:
            self.remarks.append(
                "times, rates, priorities and guards of transitions have no part in the order of "
                f"steps here: {', '.join(sorted(aside))}"
            )


_PLAIN = {"", "false", "0", "1", "1.0", "true"}  # what PIPE writes for a net without times


def _with_final(net: PetriNet, final: dict[str, int]) -> PetriNet:
    ordered = {id_: final[id_] for id_ in net.places if id_ in final}
    return PetriNet(net.places, net.transitions, net.arcs, net.initial, ordered, net.name)


def _on_pages(parent: Element, file: str) -> Iterator[Element]:
    """Everything on a net and its pages, at any depth."""
    for element in parent:
        if tag(element) == "page":
            yield from _on_pages(element, file)
        elif tag(element) in _ELSEWHERE:
            raise InputError(
                f"<{tag(element)}> {show(element.get('id') or parent.get('id') or '')} brings in "
                f"{_ELSEWHERE[tag(element)]}, which is not read",
                where=spot(element, file),
                mend="save the net as one, without parts in nets of their own",
                code="flow-element",
            )
        else:
            yield element


def _text_of(element: Element) -> str:
    inner = first(element, "text", "value")
    return text(inner) if inner is not None else text(element)
