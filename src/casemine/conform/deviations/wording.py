"""What findings say: one sentence with its numbers, what is seen, and what can be done about it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.conformance import Kind, Level
    from casemine.model.proportion import Proportion

LEVELS: Mapping[Kind, Level] = MappingProxyType(
    {
        "skipped": "error",
        "unknown": "error",
        "order": "error",
        "unfinished": "warning",
        "repeated": "warning",
        "inserted": "warning",
    }
)
# What the cases do, for one case and for several; {one} and {other} are activities.
_SAYS: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        "skipped": ("skips {one}", "skip {one}"),
        "unknown": ("shows {one}, no step of the design", "show {one}, no step of the design"),
        "order": ("does {one} before {other}", "do {one} before {other}"),
        "unfinished": ("rests after {one}, unfinished", "rest after {one}, unfinished"),
        "repeated": ("repeats {one}", "repeat {one}"),
        "inserted": ("does {one} out of place", "do {one} out of place"),
    }
)
_REMEDIES: Mapping[Kind, str] = MappingProxyType(
    {
        "skipped": (
            "If {one} is needed, make it hard to leave out: a required field or state before the "
            "next step. If cases do well without it, draw a way round it in the design."
        ),
        "unknown": (
            "If {one} belongs to the process, add it to the design where it happens. If it should "
            "not happen, find out in the example cases what makes people do it. If it is a "
            "known step under another name, map it."
        ),
        "order": (
            "If the order matters, let {one} wait for {other}: a state that comes after it. If it "
            "does not, let the design allow both orders."
        ),
        "unfinished": (
            "Finish or cancel these cases, and let somebody look through the cases that rest. If "
            "they are over in fact, let the design end here, or name what closes them."
        ),
        "repeated": (
            "Find out in the example cases why {one} was not right the first time. If doing it "
            "again is part of the work, draw the loop in the design."
        ),
        "inserted": (
            "If {one} is of use at this point, allow it in the design. If not, find out in the "
            "example cases what it makes up for."
        ),
    }
)
_WHOLE = 0.9995  # shares from here on would be written as 100.0 %


def sentence(kind: Kind, cases: Proportion, one: str, other: str = "") -> str:
    """Say how many cases deviate, and how.

    Examples
    --------
    >>> from casemine.model.proportion import Proportion
    >>> sentence("skipped", Proportion(99, 1500), "Notify user")
    '99 of 1,500 cases (6.6 %) skip Notify user'
    >>> sentence("order", Proportion(1, 1500), "Close", "Resolve")
    '1 of 1,500 cases (0.1 %) does Close before Resolve'
    """
    if kind == "order" and not other:
        says = ("does {one} out of order", "do {one} out of order")
    else:
        says = _SAYS[kind]
    what = says[cases.cases != 1].format(one=one, other=other)
    return f"{cases.cases:,} of {cases.total:,} cases ({percent(cases.share)}) {what}"


def remedy(kind: Kind, one: str, other: str = "") -> str:
    """Offer both ways out: another execution, or another design."""
    return _REMEDIES[kind].format(one=one, other=other or "what comes before it")


def percent(share: float) -> str:
    """Write a share in percent; what is not nothing or all never looks like it.

    Examples
    --------
    >>> percent(0.0253), percent(0.00001), percent(0.99999)
    ('2.5 %', '<0.1 %', '>99.9 %')
    """
    if 0 < share < 1 - _WHOLE:
        return "<0.1 %"
    if _WHOLE <= share < 1:
        return ">99.9 %"
    return f"{share * 100:.1f} %"
