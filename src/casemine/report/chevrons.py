"""Variants as rows of coloured chevrons, one three-letter code per activity.

The code identifies the activity, the colour only helps: there are twelve of them.
Colours: P. Tol, "Colour schemes", SRON technical note 09-002 (2021), schemes light and bright.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from casemine.errors import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COLOURS = (
    "#88ccee",
    "#ddcc77",
    "#44aa99",
    "#cc99bb",
    "#99ddff",
    "#bbcc33",
    "#eedd88",
    "#ffaabb",
    "#aabbdd",
    "#dddddd",
    "#77aadd",
    "#ee8866",
)
ARROW = "▶"
AGAIN = "›"  # between equals, where an arrow in their colour could not be seen


def activity_codes(activities: Sequence[str]) -> dict[str, str]:
    """Give each activity a code of three letters that no other has.

    Initials of three or more words, else the first letter with the next consonants, else with a
    number; the first in the sequence chooses first.

    Examples
    --------
    >>> activity_codes(["Register", "Resolve", "Awaiting User Info", "Reg", "解決"])
    {'Register': 'Reg', 'Resolve': 'Res', 'Awaiting User Info': 'AUI', 'Reg': 'Rg1', '解決': '解決'}
    """
    taken: set[str] = set()
    codes = {}
    for activity in activities:
        code = next(code for code in _candidates(activity) if code.casefold() not in taken)
        taken.add(code.casefold())
        codes[activity] = code
    return codes


def colour_of(activity: str, codes: Mapping[str, str]) -> str:
    """Colour of an activity: its place among the codes, round and round."""
    return COLOURS[list(codes).index(activity) % len(COLOURS)]


def wrap(codes: Sequence[str], width: int, extra: int) -> list[list[int]]:
    """Split a row of chevrons into lines; gives the indices of each line.

    `extra` is what one chevron needs beside its code. A line holds at least one.
    """
    from casemine.report.width import display_width

    lines: list[list[int]] = [[]]
    used = 0
    for index, code in enumerate(codes):
        needed = display_width(code) + extra
        if lines[-1] and used + needed > width:
            lines.append([])
            used = 0
        lines[-1].append(index)
        used += needed
    return lines


def _candidates(activity: str) -> Iterator[str]:
    words = re.findall(r"[^\W_]+", escape(activity[:200])) or ["?"]
    joined = "".join(words)
    initials = "".join(word[0] for word in words).upper()
    first = joined[0].upper()
    consonants = [char for char in joined[1:].lower() if char not in "aeiou"]
    straight = first + joined[1:3].lower()
    fixed = [initials[:3]] if len(words) > 2 else []
    fixed.append(straight)
    if len(words) > 1:
        fixed.append(initials[:2] + words[-1][1:2].lower())
    fixed.extend(first + a + b for i, a in enumerate(consonants) for b in consonants[i + 1 :])
    stem = (first + "".join(islice(consonants, 1))) or "?"
    numbered = (f"{stem[: max(1, 3 - len(str(n)))]}{n}" for n in range(1, 10**6))
    return chain(fixed, numbered)
