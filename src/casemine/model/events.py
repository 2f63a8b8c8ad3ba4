"""Words that casemine writes into events of CRM systems: kinds of events, types of actors."""

from __future__ import annotations

EVENT_KINDS = (
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
)
ACTOR_TYPES = ("agent", "customer", "system")
