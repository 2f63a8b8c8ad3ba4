"""The words that mappings are written in: activities of the flow, meanings of states, tiers, kinds.

The activities are the labels of casemine's reading of YaSM LP4.6, the process for incidents and
service requests; X01 to X04 exist in logs only, never in the design, so that they always show.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

YASM: Mapping[str, str] = MappingProxyType(
    {
        "A01": "Log record",
        "A02": "Classify and prioritize",
        "A10": "Analyse in 1st level",
        "A11": "Check knowledge base",
        "A12": "Resolve in 1st level",
        "A13": "Hand over to 2nd level",
        "A20": "Diagnose in 2nd level",
        "A21": "Involve specialists or supplier",
        "A22": "Resolve in 2nd level",
        "A23": "Reassign within 2nd level",
        "A40": "Declare major incident",
        "A41": "Resolve major incident",
        "A60": "User confirms resolution",
        "A61": "Reopen",
        "A70": "Verify resolution documentation",
        "A71": "Re-check classification",
        "A72": "Correct record",
        "A73": "Record findings",
        "A74": "Close record",
        "A81": "Obtain authorization",
        "A82": "Assign to fulfilment group",
        "A83": "Fulfil service request",
        "A90": "Cancel record",
        "W1": "Request user information",
        "W2": "Receive user information",
        "U1": "Inform users",
        "U2": "Escalate hierarchically",
        "U3": "Raise problem record",
        "U4": "Re-prioritize record",
        "X01": "Return to 1st level",
        "X02": "Change after closure",
        "X03": "Reopen after closure",
        "X04": "Merge / split record",
    }
)
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

KINDS = (
    "create",
    "status",
    "assign",
    "group",
    "priority",
    "comment",
    "merge",
    "delete",
    "sla",
    "field",
    "link",
    "escalate",
    "approval",
    "update",  # an event of a log without kinds in which nothing changed
)
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
ACTORS = ("agent", "customer", "system")
RECORDS = ("incident", "request")
