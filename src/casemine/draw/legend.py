"""The legend under a picture: what colour and width mean, with the least and greatest value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.svg import element, polygon, text
from casemine.draw.textwidth import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.draw.theme import Theme

_SMALL = 10.0
_GAP = 34.0
_ROW = 48.0
_SWATCH = 22.0


@dataclass(frozen=True, slots=True)
class Key:
    """One entry: a caption over a sample of `width`, its ends named below."""

    caption: str
    sample: str  # SVG, drawn from (0, 0) to (width, 12)
    width: float
    low: str = ""
    high: str = ""

    @property
    def room(self) -> float:
        """Width of the entry with its texts."""
        ends = text_width(self.low, _SMALL) + text_width(self.high, _SMALL) + 12
        return max(text_width(self.caption, _SMALL), self.width, ends if self.high else 0.0)


def swatches(
    caption: str, colours: Sequence[str], low: str, high: str, *, line: str, styles: str = ""
) -> Key:
    """Five colours from little to much; one where all values are the same."""
    shown = [*enumerate(colours)] if low != high else [(len(colours) - 1, colours[-1])]
    sample = "".join(
        element(
            "rect",
            {
                "x": place * _SWATCH,
                "y": 0,
                "width": _SWATCH,
                "height": 12,
                "fill": colour,
                "stroke": line or None,
                "stroke-width": "0.5" if line else None,
                "class": f"{styles}{step}a" if styles else None,
            },
        )
        for place, (step, colour) in enumerate(shown)
    )
    width = _SWATCH * len(shown)
    return Key(caption, sample, width, low, high if low != high else "")


def wedge(caption: str, low: str, high: str, *, widths: tuple[float, float], theme: Theme) -> Key:
    """From the thinnest line to the thickest."""
    length, (thin, thick) = 96.0, widths
    shape = [(0, 6 - thin / 2), (length, 6 - thick / 2), (length, 6 + thick / 2), (0, 6 + thin / 2)]
    sample = element("path", {"d": polygon(shape), "fill": theme.paths[3], "class": "p3a"})
    return Key(caption, sample, length, low, high if low != high else "")


def line_sample(caption: str, *, dashes: str, colour: str, style: str) -> Key:
    """One kind of line."""
    sample = element(
        "path",
        {
            "d": "M0,6L60,6",
            "stroke": colour,
            "stroke-width": "1.8",
            "stroke-dasharray": dashes,
            "fill": "none",
            "class": style,
        },
    )
    return Key(caption, sample, 60.0)


def legend(keys: Sequence[Key], width: float, theme: Theme) -> tuple[str, float, float]:
    """Set the entries side by side, in as many rows as the width asks for.

    Returns
    -------
    tuple
        The SVG from (0, 0) on, and the width and height that it takes.
    """
    parts, x, y, widest = [], 0.0, 0.0, 0.0
    for key in keys:
        if x > 0 and x + key.room > width:
            x, y = 0.0, y + _ROW
        words = [text(key.caption, 0, 0, size=_SMALL, style="m", fill=theme.muted)]
        words.append(element("g", {"transform": "translate(0,7)"}, key.sample))
        if key.low:
            words.append(text(key.low, 0, 30, size=_SMALL, style="t", fill=theme.text))
        if key.high:
            end = max(key.width, key.room if key.room > key.width else 0.0)
            end = key.width if text_width(key.low + key.high, _SMALL) + 12 <= key.width else end
            words.append(
                text(key.high, end, 30, size=_SMALL, style="t", fill=theme.text, anchor="end")
            )
        parts.append(element("g", {"transform": f"translate({x:.0f},{y + 10:.0f})"}, *words))
        widest = max(widest, x + key.room)
        x += key.room + _GAP
    return "".join(parts), widest, y + (42.0 if keys else 0.0)
