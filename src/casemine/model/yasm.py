"""Activities of the YaSM incident flow by their elements.

They are the labels of casemine's reading of YaSM LP4.6, the process for incidents and service
requests; X01 to X04 exist in logs only, never in the design, so that they always show.
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
