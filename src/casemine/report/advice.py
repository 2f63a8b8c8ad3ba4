"""What a wait means by the name of the activity before it, and what is usually done about it.

The kind is taken from the name alone: the steps of the YaSM flow, and words that service desks use.
"""

from __future__ import annotations

import re
from typing import Literal

from casemine.model.yasm import YASM

Kind = Literal["user", "supplier", "queue", "closure", "work"]

_OF_YASM: dict[str, Kind] = {
    **dict.fromkeys(("W1",), "user"),
    **dict.fromkeys(("A21",), "supplier"),
    **dict.fromkeys(("A01", "A02", "A13", "A23", "A82", "X01", "A61", "X03"), "queue"),
    **dict.fromkeys(
        ("A12", "A22", "A41", "A83", "A60", "A70", "A71", "A72", "A73", "A74", "A90"), "closure"
    ),
}
_BY_NAME: dict[str, Kind] = {YASM[code]: kind for code, kind in _OF_YASM.items()}
_WORDS: tuple[tuple[str, Kind], ...] = (
    (r"(wait|pend|hold|request).*(user|customer|caller|requester|client|info)", "user"),
    (r"(wait|pend|hold).*(vendor|supplier|third|implementation|change|problem)", "supplier"),
    (
        r"queued|unassigned|await\w* assign|(hand|pass)(ed)? over|reassign|transfer|\bre-?open",
        "queue",
    ),
    (
        r"(?<!un)(?<!unre)(resol|solved)|clos(e|ed|ing|ure)\b|(?<!in)complet|\bdone\b|fulfil",
        "closure",
    ),
)
ADVICE: dict[Kind, str] = {
    "user": "ask for everything at once with a form by category, remind after a set time, and "
    "close what stays unanswered; check that the state is not set to stop the clock",
    "supplier": "agree on times with the supplier, and measure them apart from your own",
    "queue": "look at who is on duty when cases arrive, and at routing that sends them to the "
    "right group at once",
    "closure": "the user is served by then: confirm or close automatically after a set time, and "
    "leave this wait out of the time to resolve",
    "work": "look at the cases with the longest waits, and whether they wait for a person, an "
    "answer or a decision; an activity for that would show it",
}


def kind_of(activity: str) -> Kind:
    """Say what cases wait for after an activity, as far as its name tells.

    Examples
    --------
    >>> [kind_of(name) for name in ("Request user information", "Awaiting Vendor", "Open")]
    ['user', 'supplier', 'work']
    """
    known = _BY_NAME.get(activity)
    if known is not None:
        return known
    named = activity.casefold()
    return next((kind for words, kind in _WORDS if re.search(words, named)), "work")
