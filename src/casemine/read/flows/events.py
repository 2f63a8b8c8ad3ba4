"""What a BPMN event waits for or causes, from its event definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.read.models.modelxml import tag, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element as Element

_SUFFIX = "EventDefinition"
_REFERENCES = {"error": "errorRef", "escalation": "escalationRef", "link": "name"}


@dataclass(frozen=True, slots=True)
class EventFacts:
    """The trigger or result of an event."""

    trigger: str  # none, message, timer, ..., multiple
    reference: str | None  # which error, escalation or link


def event_facts(element: Element, shared: Mapping[str, Element]) -> EventFacts:
    """Read the definitions of an event, its own and those that it refers to.

    Parameters
    ----------
    shared : Mapping
        Event definitions that stand at the top of the file, by id.
    """
    definitions = [child for child in element if tag(child).endswith(_SUFFIX)]
    for child in element:
        if tag(child) == "eventDefinitionRef":
            found = shared.get(text(child).strip().rpartition(":")[2])
            if found is not None:
                definitions.append(found)
    kinds = [tag(one).removesuffix(_SUFFIX) for one in definitions]
    if not definitions:
        return EventFacts("none", None)
    # one of these among several decides what becomes of the other tokens
    for decisive in ("terminate", "cancel", "compensate", "link", "error", "escalation"):
        if decisive in kinds:
            chosen = definitions[kinds.index(decisive)]
            reference = chosen.get(_REFERENCES[decisive]) if decisive in _REFERENCES else None
            if decisive == "link":
                reference = reference or element.get("name")
            return EventFacts(decisive, reference or None)
    return EventFacts(kinds[0] if len(kinds) == 1 else "multiple", None)
