"""Which transitions of a Petri net leave an event, and under which name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import show
from casemine.model.words import counted
from casemine.read.flows.pools import clean
from casemine.read.models.modelxml import children, first, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element as Element

# names that tools give to steps which leave no event
_SILENT = re.compile(
    r"(?i)τ|ε|tau|epsilon|silent|invisible|hidden|\$invisible\$"
    r"|(tau|skip|loop|init_loop|silent|invisible|hidden)[ _-]?\d+"
    r"|tau[ _]?(split|join)[ _]?\d*|tau from .*|inv_.*"
)
_CLASS = re.compile(r".+\+(start|complete|schedule|assign|unknown|suspend|resume)", re.IGNORECASE)


def name_of(element: Element) -> str | None:
    """Read the name of a net or node; None where there is no name at all."""
    name = first(element, "name")
    if name is None:
        return None
    inner = first(name, "text", "value")
    return (text(inner) if inner is not None else name.text) or ""


def labels_of(transitions: Mapping[str, Element]) -> tuple[dict[str, str | None], list[str]]:
    """Name the visible transitions, and say what was taken from where.

    Returns
    -------
    tuple
        The label of each transition, None where it is silent; and remarks.
    """
    labels: dict[str, str | None] = {}
    by_name: list[str] = []
    by_id: list[str] = []
    remarks: list[str] = []
    events = _log_events(transitions)
    if events:
        remarks.append(
            "transitions are called by the log events that ProM 5 wrote at them; those without "
            "one leave no event"
        )
    for id_, node in transitions.items():
        said = name_of(node)
        name = clean(said)
        if _marked_silent(node) or (said is not None and not name) or (events and not events[id_]):
            labels[id_] = None
        elif events:
            labels[id_] = events[id_]
        elif name and _SILENT.fullmatch(name):
            labels[id_] = None
            by_name.append(name)
        else:
            labels[id_] = name or id_
            if not name:
                by_id.append(id_)
    if by_name:
        remarks.append(
            "taken to leave no event, by their names: " + _some(list(dict.fromkeys(by_name)))
        )
    if by_id:
        remarks.append("transitions without a name are called by their ids: " + _some(by_id))
    classes = [label for label in labels.values() if label and _CLASS.fullmatch(label)]
    if classes:
        remarks.append(
            f"{counted(len(classes), 'name')} as {show(classes[0])} "
            f"{'has' if len(classes) == 1 else 'have'} a lifecycle state at the end, which is "
            "kept as part of the name"
        )
    return labels, remarks


def _log_events(transitions: Mapping[str, Element]) -> dict[str, str]:
    """Read the log events of ProM 5; with their types where they are of several."""
    found: dict[str, tuple[str, str]] = {}
    for id_, node in transitions.items():
        for mark in children(node, "toolspecific"):
            for event in children(mark, "logevent"):
                parts = (first(event, "name"), first(event, "type"))
                name, kind = ("" if one is None else clean(text(one)) for one in parts)
                found[id_] = (name, kind)
    if not any(name for name, _ in found.values()):
        return {}
    several = len({kind for name, kind in found.values() if name}) > 1
    events = {id_: f"{name}+{kind}" if several else name for id_, (name, kind) in found.items()}
    return {id_: events[id_] if found.get(id_, ("", ""))[0] else "" for id_ in transitions}


def _marked_silent(transition: Element) -> bool:
    """Whether a tool's own mark says that the transition leaves no event."""
    marks = list(children(transition, "toolspecific"))
    for mark in marks:
        if "invisible" in mark.get("activity", "").lower():
            return True
        for entry in children(mark, "property"):
            if entry.get("key") == "invisible" and text(entry).strip().lower() == "true":
                return True
    return any(
        text(said).strip().lower() == "true"
        for parent in (transition, *marks)
        for said in children(parent, "silent", "invisible")
    )


def _some(names: list[str]) -> str:
    return ", ".join(show(name) for name in names[:5]) + (", …" if len(names) > 5 else "")
