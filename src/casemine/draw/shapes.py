"""Shapes that every kind of picture shares: labelled boxes, arrows, start and end signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.curves import arrowhead, cut_end, straight
from casemine.draw.svg import curve, element, group, polygon, text
from casemine.draw.textwidth import text_width, visible, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.draw.theme import Theme
    from casemine.model.diagram import Box, Point

NAME_SIZE = 13.0
NOTE_SIZE = 10.5
LABEL_SIZE = 11.0
LABEL_HEIGHT = 14.0
NO_NAME = "(no name)"
_LINE = 16.0
_PADDING = 26.0
SIGN = 30.0  # diameter of the start and end signs


@dataclass(frozen=True, slots=True)
class BoxText:
    """The lines of an activity box, and the size that they need."""

    lines: tuple[str, ...]
    note: str  # second line in small type; may be empty
    width: float
    height: float
    nameless: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        note: str = "",
        *,
        narrowest: float = 96.0,
        widest: float = 240.0,
        most_lines: int = 2,
    ) -> BoxText:
        """Break a name into lines and measure the box around them."""
        shown = visible(name)
        lines, _ = wrap(shown or NO_NAME, NAME_SIZE, widest - _PADDING, lines=most_lines, bold=True)
        widths = [text_width(line, NAME_SIZE, bold=True) for line in lines]
        widths.append(text_width(note, NOTE_SIZE))
        width = min(widest, max(narrowest, max(widths) + _PADDING))
        height = (44.0 if note else 36.0) + _LINE * (len(lines) - 1)
        return cls(lines, note, width, height, nameless=not shown)


def activity_box(box: Box, label: BoxText, theme: Theme, *, fill: str) -> str:
    """Draw a rounded box with its name and note."""
    rect = element(
        "rect",
        {
            "x": box.x - box.width / 2,
            "y": box.y - box.height / 2,
            "width": float(box.width),
            "height": float(box.height),
            "rx": 7,
            "fill": fill,
            "stroke": theme.box_line,
        },
    )
    return rect + box_words(box, label, fill=theme.ink)


def box_words(box: Box, label: BoxText, *, fill: str, style: str = "i", faint: bool = False) -> str:
    """Write the name and note of a box into it; `faint` is italic and not bold."""
    block = _LINE * len(label.lines) + (14.0 if label.note else 0.0)
    y = box.y - block / 2 + 12.0
    parts = []
    for line in label.lines:
        parts.append(
            text(
                line,
                box.x,
                y,
                size=NAME_SIZE,
                style=style,
                fill=fill,
                anchor="middle",
                bold=not faint,
                italic=label.nameless or faint,
            )
        )
        y += _LINE
    if label.note:
        parts.append(
            text(
                label.note,
                box.x,
                y - 0.5,
                size=NOTE_SIZE,
                style=style,
                fill=fill,
                anchor="middle",
                italic=faint,
            )
        )
    return "".join(parts)


def arrow(
    points: Sequence[Point],
    *,
    width: float,
    colour: str,
    style: str,
    dashes: str | None = None,
) -> str:
    """Draw a curve with an arrowhead at its end, and a wide invisible one to point at."""
    size = 3.2 + 0.75 * width
    length = 2.2 * size
    line = cut_end(points, length)
    tip, base = points[-1], line[-1]
    # The line ends a little inside the head, so that no gap shows between them.
    joint = (base[0] + (tip[0] - base[0]) * 0.15, base[1] + (tip[1] - base[1]) * 0.15)
    path = element(
        "path",
        {
            "d": curve((*line, *straight(base, joint)[1:])),
            "fill": "none",
            "stroke": colour,
            "stroke-width": number_of(width),
            "stroke-dasharray": dashes,
            "class": style,
        },
    )
    head = element(
        "path",
        {
            "d": polygon(arrowhead(base, tip, size * 0.95)),
            "fill": colour,
            "class": f"{style}a",
        },
    )
    reach = element(
        "path",
        {
            "d": curve(points),
            "fill": "none",
            "stroke": "none",
            "stroke-width": number_of(max(12.0, width)),
            "pointer-events": "stroke",
        },
    )
    return path + head + reach


def number_of(value: float) -> str:
    """Write a stroke width with two decimals, which the eye can tell apart."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def start_sign(box: Box, theme: Theme, tooltip: str) -> str:
    """Draw where cases begin: a circle with a triangle."""
    r, s = box.width / 2, box.width / 5
    triangle = [
        (box.x - s * 0.8, box.y - s),
        (box.x + s * 1.2, box.y),
        (box.x - s * 0.8, box.y + s),
    ]
    return group(
        {"id": "cm-start"},
        tooltip,
        _disc(box, r, theme.start, "s", theme),
        element("path", {"d": polygon(triangle), "fill": theme.start_sign, "class": "ss"}),
    )


def end_sign(box: Box, theme: Theme, tooltip: str) -> str:
    """Draw where cases end: a circle with a square."""
    r, s = box.width / 2, box.width / 6
    square = [
        (box.x - s, box.y - s),
        (box.x + s, box.y - s),
        (box.x + s, box.y + s),
        (box.x - s, box.y + s),
    ]
    return group(
        {"id": "cm-end"},
        tooltip,
        _disc(box, r, theme.end, "e", theme),
        element("path", {"d": polygon(square), "fill": theme.end_sign, "class": "es"}),
    )


def _disc(box: Box, r: float, colour: str, style: str, theme: Theme) -> str:
    outline = {"stroke": theme.text, "stroke-width": "1.5"} if colour == theme.background else {}
    return element(
        "circle",
        {"cx": float(box.x), "cy": float(box.y), "r": float(r), "fill": colour, "class": style}
        | outline,
    )
