"""How wide a text will be, where it may break, and how it is shown safely.

Boxes are sized before any font is known, so widths come from the metrics of Helvetica (which Arial
and Liberation Sans share) with some slack, and from classes of characters for everything else.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from casemine.errors import escape

# Advance widths of the characters U+0020 to U+007E, in thousandths of the font size.
_REGULAR = (
    278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 222, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 278, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 278, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip
_SLACK = 1.06
_LONGEST = 400  # characters that are looked at: far more than any box can hold
_KEPT = "\u200c\u200d"  # joiners change how neighbours look and are invisible themselves
_BREAK_AFTER = frozenset(" -‐–—/\\_.,:;+&|)]}>")


def visible(text: str, *, limit: int = _LONGEST) -> str:
    r"""Make a name safe to show: white space is one blank, controls are escaped, long text is cut.

    Examples
    --------
    >>> visible(" a\tb\n\x07")
    'a b \\x07'
    """
    cut = text[: limit + 1]
    joined = " ".join(cut.split())
    shown = (
        joined if joined.isprintable() else "".join(c if c in _KEPT else escape(c) for c in joined)
    )
    return shown if len(text) <= limit else clip(shown, limit) + "…"


def clip(text: str, length: int) -> str:
    """Cut a text to at most `length` characters, between two whole graphemes."""
    if len(text) <= length:
        return text
    parts: list[str] = []
    used = 0
    for cluster in clusters(text[: length + 32]):
        used += len(cluster)
        if used > length:
            break
        parts.append(cluster)
    return "".join(parts).rstrip()


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate the width of a line in points, a little on the generous side.

    Examples
    --------
    >>> round(text_width("Resolve", 13, bold=True), 1)
    52.8
    """
    return sum(_em(char, bold) for char in text) * size * _SLACK / 1000


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for char in text[:_LONGEST]:
        direction = unicodedata.bidirectional(char)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def clusters(text: str) -> list[str]:
    r"""Split a text into what readers see as single characters.

    Combining marks, variation selectors, skin tones, joined emoji and flags stay in one piece.

    Examples
    --------
    >>> len(clusters("e\u0301a")), len(clusters("👩\u200d💻!"))
    (2, 2)
    """
    found: list[str] = []
    for char in text:
        if found and (_extends(char) or found[-1].endswith("\u200d") or _flag(found[-1], char)):
            found[-1] += char
        else:
            found.append(char)
    return found


def wrap(
    text: str, size: float, width: float, *, lines: int = 2, bold: bool = False
) -> tuple[tuple[str, ...], bool]:
    """Break a text into at most `lines` lines of at most `width` points, as even as they can be.

    Returns
    -------
    tuple
        The lines, and whether something had to be cut (the last line then ends in "…").

    Examples
    --------
    >>> wrap("Assign seriousness to the ticket", 13, 140, bold=True)
    (('Assign seriousness', 'to the ticket'), False)
    """
    cut = len(text) > _LONGEST
    text = text[:_LONGEST]
    if not cut and text_width(text, size, bold=bold) <= width:
        return (text,), False
    pieces = _pieces(text, size, width, bold=bold)
    broken = _fill(pieces, size, width, bold=bold)
    if len(broken) > lines or cut:
        kept = broken[: min(lines, len(broken)) - 1]
        rest = text[_length_of(kept, text) :].lstrip()
        return (*kept, _ellipsis(rest, size, width, bold=bold)), True
    # The same number of lines in the narrowest box that holds them looks calmest.
    low, high = width / len(broken) * 0.7, width
    for _ in range(12):
        middle = (low + high) / 2
        attempt = _fill(pieces, size, middle, bold=bold)
        fits = len(attempt) == len(broken) and all(
            text_width(line, size, bold=bold) <= middle for line in attempt
        )
        if fits:
            high, broken = middle, attempt
        else:
            low = middle
    return tuple(broken), False


def _length_of(lines: list[str], text: str) -> int:
    """Count the characters of the text that stand on these lines; blanks between were dropped."""
    at = 0
    for line in lines:
        at = text.index(line, at) + len(line)
    return at


def _pieces(text: str, size: float, width: float, *, bold: bool) -> list[str]:
    """Split a text where a line may end; a word longer than a line is split anywhere."""
    pieces = [""]
    for cluster in clusters(text):
        previous = pieces[-1]
        ideograph = bool(previous) and (_wide(cluster[0]) or _wide(previous[-1]))
        if (previous and (ideograph or (previous[-1] in _BREAK_AFTER and cluster != " "))) or (
            text_width(previous + cluster, size, bold=bold) > width and previous
        ):
            pieces.append(cluster)
        else:
            pieces[-1] += cluster
    # A dash or slash between blanks ends a line rather than begins one, where there is room.
    joined = pieces[:1]
    for piece in pieces[1:]:
        together = joined[-1] + piece
        fits = text_width(together.rstrip(), size, bold=bold) <= width
        if piece.strip() and set(piece) <= _BREAK_AFTER and fits:
            joined[-1] = together
        else:
            joined.append(piece)
    return joined


def _fill(pieces: list[str], size: float, width: float, *, bold: bool) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size, bold=bold) > width:
            lines.append(piece)
        else:
            lines[-1] += piece
    return [line.strip() for line in lines]


def _ellipsis(text: str, size: float, width: float, *, bold: bool) -> str:
    kept = ""
    for cluster in clusters(text):
        if text_width(kept + cluster + "…", size, bold=bold) > width:
            break
        kept += cluster
    return kept.rstrip() + "…"


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char)[0] == "M"
        or char in _KEPT
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _flag(previous: str, char: str) -> bool:
    """Two regional indicators make one flag."""
    return len(previous) == 1 and all("\U0001f1e6" <= c <= "\U0001f1ff" for c in previous + char)


def _wide(char: str) -> bool:
    return ord(char) > 0x2E80 and unicodedata.east_asian_width(char) in {"W", "F"}


@lru_cache(maxsize=4096)
def _em(char: str, bold: bool) -> int:
    """Width of one character in thousandths of the font size."""
    code = ord(char)
    if 0x20 <= code < 0x7F:
        return (_BOLD if bold else _REGULAR)[code - 0x20]
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    if code > 0xFFFF and unicodedata.east_asian_width(char) == "W":
        return 1250  # emoji are drawn wider than the line is high
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 1000
    base = unicodedata.normalize("NFD", char)[0]
    if base != char and 0x20 <= ord(base) < 0x7F:
        return _em(base, bold)
    if char.isupper():
        return 760
    return 1000 if char in "…—‰™" else 620
