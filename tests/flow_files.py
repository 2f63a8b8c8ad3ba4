"""Short BPMN and PNML files for tests."""

from __future__ import annotations

import re
from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="x">\n'
)
KINDS = {
    "start": "startEvent",
    "end": "endEvent",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "event": "eventBasedGateway",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
}


def bpmn(inner, *, process_id="P", name="Test"):
    """Wrap the content of a process."""
    return f'{HEAD}<process id="{process_id}" name="{name}">\n{inner}\n</process>\n</definitions>\n'


def nodes(text):
    """Write nodes: one capital letter is a task of that name; `xor g` is a gateway of id g."""
    lines = []
    for word in re.split(r"[,\n]\s*", text.strip()):
        kind, _, id_ = word.strip().rpartition(" ")
        if kind:
            lines.append(f'<{KINDS[kind]} id="{id_}"/>')
        elif id_:
            lines.append(f'<task id="{id_}" name="{id_[0]}"/>')
    return "\n".join(lines)


def flows(text, prefix="f"):
    """Write sequence flows: `a>b>c` gives two."""
    pairs = []
    for chain in text.split():
        ids = chain.split(">")
        pairs += pairwise(ids)
    return "\n".join(
        f'<sequenceFlow id="{prefix}{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(pairs, start=1)
    )
