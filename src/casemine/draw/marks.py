"""Marks of conformance on boxes and paths: skipped, added, not in the design, never seen.

Nothing is told by colour alone: every mark has a shape or a dash of its own, and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casemine.draw.legend import Key
from casemine.draw.shapes import NOTE_SIZE, BoxText, activity_box, box_words, number_of
from casemine.draw.svg import element, polygon, text
from casemine.draw.textwidth import text_width
from casemine.model.diagram import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.draw.theme import Theme

Look = Literal["plain", "skipped", "unknown", "ghost", "hidden"]
DASHES = "7 4"  # of what leaves the design
GHOST_DASHES = "1.5 4"
CROSS = 7.0  # size of the cross before a label
CROSS_ROOM = CROSS + 5.0
_LINE = 15.0
_CLIP = 11.0  # of the corners of a step that isn't in the design
_BADGE = 8.0
_CLOCK_ROOM = 14.0
_HATCH = 9.0  # between the lines of what a log cannot show


@dataclass(frozen=True, slots=True)
class BoxMark:
    """How conformance changes one box."""

    look: Look = "plain"
    lines: tuple[str, ...] = ()  # on a strip under the name
    tooltip: tuple[str, ...] = ()  # findings about it, one each
    badge: bool = False  # a plus: events without a place in the design
    timed: frozenset[int] = frozenset()  # lines that are about time limits, by their index

    @property
    def strip(self) -> float:
        """Height of the strip."""
        return _LINE * len(self.lines) + 3 if self.lines else 0.0


PLAIN = BoxMark()


def marked_size(label: BoxText, mark: BoxMark) -> tuple[float, float]:
    """Width and height of a box with its mark."""
    widest = max((text_width(line, NOTE_SIZE, bold=True) for line in mark.lines), default=0.0)
    return max(
        label.width, widest + 18 + (_CLOCK_ROOM if mark.timed else 0.0)
    ), label.height + mark.strip


def marked_box(
    box: Box,
    label: BoxText,
    mark: BoxMark,
    theme: Theme,
    *,
    fill: str,
    inner: Box | None = None,
) -> str:
    """Draw an activity's box with its mark; without one it is the plain box.

    `inner` is the part of the box that words can stand in, where that isn't all of it.
    """
    inner = inner or box
    if mark == PLAIN and inner == box:
        return activity_box(box, label, theme, fill=fill)
    upper = Box(inner.x, inner.y - mark.strip / 2, inner.width, inner.height - mark.strip)
    shape = _shape(box, mark, theme, fill)
    faint = mark.look in {"ghost", "hidden"}
    words = (
        box_words(upper, label, fill=theme.muted, style="m", faint=True)
        if faint
        else box_words(upper, label, fill=theme.ink)
    )
    parts = [shape, words]
    if mark.lines:
        parts.append(_strip(inner, mark, theme))
    if mark.badge:
        parts.append(plus_badge(box.x + box.width / 2 - 3, box.y - box.height / 2 + 3, theme))
    return "".join(parts)


def _shape(box: Box, mark: BoxMark, theme: Theme, fill: str, *, clip: float = _CLIP) -> str:
    if mark.look == "unknown":
        return element(
            "path",
            {
                "d": polygon(_clipped(box, clip)),
                "fill": theme.plain,
                "stroke": theme.deviation,
                "stroke-width": "1.8",
                "stroke-dasharray": DASHES,
                "class": "v",
            },
        )
    line: Mapping[str, object] = {"stroke": theme.box_line}
    if mark.look == "skipped":
        line = {
            "stroke": theme.deviation,
            "stroke-width": "2",
            "stroke-dasharray": DASHES,
            "class": "v",
        }
    if mark.look in {"ghost", "hidden"}:
        fill = "none"
        line = {
            "stroke": theme.ghost,
            "stroke-width": "1.6",
            "stroke-dasharray": GHOST_DASHES if mark.look == "ghost" else None,
            "class": "g",
        }
    rect = element(
        "rect",
        {
            "x": box.x - box.width / 2,
            "y": box.y - box.height / 2,
            "width": float(box.width),
            "height": float(box.height),
            "rx": 7,
            "fill": fill,
            **line,
        },
    )
    return _hatching(box, theme) + rect if mark.look == "hidden" else rect


def _hatching(box: Box, theme: Theme) -> str:
    """Fill a box with slanted lines, cut where it ends."""
    left, right = box.x - box.width / 2 + 2, box.x + box.width / 2 - 2
    top, bottom = box.y - box.height / 2 + 2, box.y + box.height / 2 - 2
    pieces = []
    for step in range(1, int((right - left + bottom - top) / _HATCH) + 1):
        reach = step * _HATCH  # where the line would meet the upper side
        over = max(0.0, left + reach - right)
        under = max(0.0, reach - (bottom - top))
        start = (left + under, top + reach - under)
        end = (left + reach - over, top + over)
        pieces.append(f"M{start[0]:.1f},{start[1]:.1f}L{end[0]:.1f},{end[1]:.1f}")
    return element(
        "path",
        {"d": "".join(pieces), "fill": "none", "stroke": theme.frame, "class": "l"},
    )


def _clipped(box: Box, clip: float) -> list[tuple[float, float]]:
    left, right = box.x - box.width / 2, box.x + box.width / 2
    top, bottom = box.y - box.height / 2, box.y + box.height / 2
    return [
        (left + clip, top),
        (right - clip, top),
        (right, top + clip),
        (right, bottom - clip),
        (right - clip, bottom),
        (left + clip, bottom),
        (left, bottom - clip),
        (left, top + clip),
    ]


def _strip(box: Box, mark: BoxMark, theme: Theme) -> str:
    """Write the lines of a mark on white, where they can be read whatever the box's colour is."""
    bottom = box.y + box.height / 2
    top = bottom - mark.strip
    ground = ""
    if mark.look != "unknown":
        ground = element(
            "rect",
            {
                "x": box.x - box.width / 2 + 2,
                "y": top,
                "width": box.width - 4,
                "height": mark.strip - 2,
                "rx": 5,
                "fill": theme.plain,
            },
        )
    words = []
    for i, line in enumerate(mark.lines):
        x, y = box.x, top + 11.5 + _LINE * i
        if i in mark.timed:
            x += _CLOCK_ROOM / 2
            words.append(_clock(x - text_width(line, NOTE_SIZE, bold=True) / 2 - 8, y - 4, theme))
        words.append(
            text(
                line,
                x,
                y,
                size=NOTE_SIZE,
                style="i",
                fill=theme.deviation_ink,
                anchor="middle",
                bold=True,
            )
        )
    return ground + "".join(words)


def _clock(x: float, y: float, theme: Theme) -> str:
    """Draw a small clock: this finding is about a time limit."""
    pen = {"fill": "none", "stroke": theme.deviation_ink, "stroke-width": "1.3"}
    face = element("circle", {"cx": x, "cy": y, "r": 4.6, **pen})
    hands = f"M{x:.1f},{y - 2.8:.1f}V{y:.1f}L{x + 2.2:.1f},{y + 1.2:.1f}"
    return face + element("path", {"d": hands, "stroke-linecap": "round", **pen})


def plus_badge(x: float, y: float, theme: Theme) -> str:
    """Draw a plus in a circle."""
    reach = _BADGE * 0.5
    circle = element(
        "circle",
        {
            "cx": x,
            "cy": y,
            "r": _BADGE,
            "fill": theme.plain,
            "stroke": theme.deviation,
            "stroke-width": "1.6",
            "class": "v",
        },
    )
    mark = f"M{x - reach:.1f},{y:.1f}h{2 * reach:.1f}M{x:.1f},{y - reach:.1f}v{2 * reach:.1f}"
    pen = {"stroke": theme.deviation_ink, "stroke-width": "2", "stroke-linecap": "round"}
    return circle + element("path", {"d": mark, "fill": "none", **pen})


def cross(x: float, y: float, theme: Theme, *, size: float = CROSS) -> str:
    """Draw a cross with its middle at a point, with a halo, as text has."""
    r = size / 2
    path = f"M{x - r:.1f},{y - r:.1f}l{size:.1f},{size:.1f}M{x - r:.1f},{y + r:.1f}"
    path += f"l{size:.1f},{-size:.1f}"
    shape = {"d": path, "fill": "none", "stroke-linecap": "round"}
    halo = element(
        "path", {**shape, "stroke": theme.background, "stroke-width": "5", "class": "bs"}
    )
    pen = {"stroke": theme.deviation, "stroke-width": number_of(2.2), "class": "v"}
    return halo + element("path", {**shape, **pen})


def box_key(caption: str, mark: BoxMark, theme: Theme) -> Key:
    """Explain a mark of boxes by a small one."""
    box = Box(23.0, 12.0, 44.0, 20.0)
    clip = 7.0 if mark.look == "unknown" else _CLIP
    shape = _shape(box, mark, theme, theme.fills[1], clip=clip)
    if mark.badge:
        shape += plus_badge(46.0, 10.0, theme)
    if mark.timed:
        shape += _clock(23.0, 12.0, theme)
    return Key(caption, shape, 54.0)


def path_key(caption: str, theme: Theme, *, ghost: bool = False) -> Key:
    """Explain a mark of paths."""
    colour, style = (theme.ghost, "g") if ghost else (theme.deviation, "v")
    line = element(
        "path",
        {
            "d": "M0,6L60,6",
            "stroke": colour,
            "stroke-width": "2.2",
            "stroke-dasharray": GHOST_DASHES if ghost else DASHES,
            "fill": "none",
            "class": style,
        },
    )
    return Key(caption, line if ghost else line + cross(72.0, 6.0, theme), 60.0 if ghost else 78.0)
