"""Which type of object is to be the case: the one the user named, or the only one that can be."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import AmbiguousError, Place, UsageError, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What support and sales call the thing that goes through their process.
CASE_WORDS = frozenset(
    {"ticket", "case", "incident", "issue", "request", "order", "complaint", "claim"}
    | {"application", "conversation", "problem", "enquiry", "inquiry", "vorgang"}
)
NEARLY_ALL = 0.95  # of the events, related to exactly one object
LISTED = 20


@dataclass(frozen=True, slots=True)
class TypeUse:
    """How the events use the objects of one type."""

    name: str
    objects: int
    events: int  # related to at least one
    once: int  # related to exactly one


def uses(
    names: list[str],
    type_of_object: NDArray[np.int32],
    owners: NDArray[np.int32],
    targets: NDArray[np.int32],
    events: int,
) -> list[TypeUse]:
    """Count, for each type, its objects and the events related to them.

    Parameters
    ----------
    names : list of str
        The types; codes in `type_of_object` index them.
    owners, targets : array
        Event and object of each pair, every pair once.
    events : int
        How many there are.
    """
    kinds = type_of_object[targets]
    found = []
    for code, name in enumerate(names):
        per_event = np.bincount(owners[kinds == code], minlength=events)
        found.append(
            TypeUse(
                name,
                int(np.count_nonzero(type_of_object == code)),
                int(np.count_nonzero(per_event)),
                int(np.count_nonzero(per_event == 1)),
            )
        )
    return found


def choose(found: list[TypeUse], wanted: str | None, events: int, file: str) -> tuple[str, bool]:
    """Decide for one type of object.

    Returns
    -------
    (str, bool)
        The type, and whether it was chosen here.

    Raises
    ------
    UsageError
        The user named a type that is not there.
    AmbiguousError
        Nobody named one, and several are possible or none is plain.

    Examples
    --------
    >>> found = [TypeUse("ticket", 2, 9, 9), TypeUse("agent", 1, 9, 9)]
    >>> choose(found, None, 9, "log.json")
    ('ticket', True)
    """
    if wanted is not None:
        if any(each.name == wanted for each in found):
            return wanted, False
        raise _no_such(found, wanted, file)
    used = [each for each in found if each.events]
    if len(used) == 1:
        return used[0].name, True
    likely = [each for each in used if _named_like_a_case(each.name)]
    sure = [each for each in likely if each.once >= NEARLY_ALL * events]
    if len(sure) == 1:
        return sure[0].name, True
    raise AmbiguousError(
        "is an object-centric log; the type of object that is to be the case is not plain: "
        + listing(found),
        where=Place(file),
        mend="name it: --object-type " + show(_best(sure or likely or used or found).name)
        if found
        else "it declares no type of object",
        code="object-type",
    )


def listing(found: list[TypeUse]) -> str:
    """Name the types with their numbers, the most used first."""
    ranked = sorted(found, key=lambda each: (-each.events, each.name))
    parts = [
        f"{show(each.name)} ({_counted(each.objects, 'object')} in "
        f"{_counted(each.events, 'event')})"
        for each in ranked[:LISTED]
    ]
    more = f" and {len(found) - LISTED:,} more" if len(found) > LISTED else ""
    return (", ".join(parts) or "none") + more


def _best(found: list[TypeUse]) -> TypeUse:
    return min(found, key=lambda each: (-each.once, each.name))


def _named_like_a_case(name: str) -> bool:
    """Whether the last word is one of those, in singular or plural.

    Examples
    --------
    >>> _named_like_a_case("Service_Requests"), _named_like_a_case("order item")
    (True, False)
    """
    words = re.findall(r"[A-Za-zÄÖÜäöü]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    last = words[-1].lower() if words else ""
    singular = re.sub(r"ies$", "y", last)
    return bool({last, singular, last.removesuffix("s")} & CASE_WORDS)


def _no_such(found: list[TypeUse], wanted: str, file: str) -> UsageError:
    names = [each.name for each in found]
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    mend = f"did you mean {', '.join(map(show, near))}?" if near else f"there are {listing(found)}"
    return UsageError(
        f"{file} has no object type {show(wanted)}", mend=mend, code="no-such-object-type"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
