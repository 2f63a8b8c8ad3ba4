"""The words that mappings are written in: flows, meanings of states, tiers, kinds of changes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from casemine.model.events import EVENT_KINDS
from casemine.model.yasm import YASM

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOWS: Mapping[str, Mapping[str, str]] = MappingProxyType({"yasm": YASM})

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "new": "recorded, nobody works on it yet",
        "queued": "waits for somebody to take it",
        "working": "somebody works on it",
        "wait-user": "waits for the user",
        "wait-supplier": "waits for a supplier, another team or a change",
        "wait-problem": "waits for problem management",
        "pending": "waits; for the user if the user's answer ends it, else for somebody else",
        "approval": "waits for an approval",
        "escalated": "was escalated",
        "reopened": "was opened again",
        "resolved": "solved, not closed yet",
        "done": "solved and closed in one",
        "closed": "closed for good",
        "cancelled": "ended without a solution",
    }
)
# Words for several states at once, for the conditions from_state and to_state.
ENDED = ("done", "closed", "cancelled")
SPANS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "open": tuple(word for word in MEANINGS if word not in {"resolved", *ENDED}),
        "ended": ENDED,
    }
)
TIERS: Mapping[str, str] = MappingProxyType(
    {
        "L1": "1st level support",
        "L2": "2nd level support",
        "RF": "service request fulfilment group",
        "SUP": "3rd level, specialists, supplier",
        "MIT": "major incident team",
        "SYS": "queue of the system itself",
        "USER": "the user",
    }
)
DEFAULT_TIER = "L1"

KINDS = (*EVENT_KINDS, "update")  # the last: in a log without kinds, nothing changed
# What the name of an event says of a log without kinds: its kind, and for a message who may see it
# and who wrote it.
NAMED_KINDS: Mapping[str, tuple[str, str | None, str | None]] = MappingProxyType(
    {
        **{kind: (kind, None, None) for kind in KINDS if kind != "status"},
        "public comment": ("comment", "true", "agent"),
        "internal comment": ("comment", "false", "agent"),
        "customer comment": ("comment", "true", "customer"),
    }
)
RECORDS = ("incident", "request")
