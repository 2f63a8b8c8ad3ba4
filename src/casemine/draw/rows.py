"""Rows under a diagram: boxes that no arrow leads to, under a caption that says what they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casemine.draw.shapes import NOTE_SIZE
from casemine.draw.svg import element, text
from casemine.draw.textwidth import text_width
from casemine.model.diagram import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casemine.draw.theme import Theme
    from casemine.model.diagram import Diagram

_MARGIN, _GAP, _CAPTION = 14.0, 18.0, 18.0
_BEFORE = 28.0
_NARROWEST = 380.0


@dataclass(frozen=True, slots=True)
class Row:
    """A caption, and the sizes of its boxes by their keys."""

    key: str
    caption: str
    sizes: Mapping[str, tuple[float, float]]


def with_rows(diagram: Diagram, rows: Sequence[Row]) -> Diagram:
    """Put rows under a diagram, broken where it ends; the frame of each is under `row:` and key."""
    boxes, height = dict(diagram.boxes), diagram.height
    width = max(diagram.width, _NARROWEST if rows else 0.0)
    for row in rows:
        widest = max((size[0] for size in row.sizes.values()), default=0.0)
        widest = max(widest, text_width(row.caption, NOTE_SIZE))
        width = max(width, widest + 2 * _MARGIN)
    for row in rows:
        top = height + (_BEFORE if height else 0.0)
        x, y, line = _MARGIN, top + _CAPTION + _MARGIN, 0.0
        for key, (wide, high) in row.sizes.items():
            if x > _MARGIN and x + wide + _MARGIN > width:
                x, y, line = _MARGIN, y + line + _GAP, 0.0
            boxes[key] = Box(x + wide / 2, y + high / 2, wide, high)
            x, line = x + wide + _GAP, max(line, high)
        height = y + line + _MARGIN
        boxes[f"row:{row.key}"] = Box(width / 2, (top + height) / 2, width, height - top)
    return replace(diagram, width=width, height=height, boxes=boxes)


def row_frames(diagram: Diagram, rows: Sequence[Row], theme: Theme) -> list[str]:
    """Draw the frame and caption of every row."""
    parts = []
    for row in rows:
        box = diagram.boxes[f"row:{row.key}"]
        left, top = box.x - box.width / 2, box.y - box.height / 2
        frame = element(
            "rect",
            {
                "x": left,
                "y": top,
                "width": box.width,
                "height": box.height,
                "rx": 9,
                "fill": "none",
                "stroke": theme.frame,
                "stroke-dasharray": "2 3",
                "class": "l",
            },
        )
        caption = text(
            row.caption, left + _MARGIN, top + 19, size=12, style="m", fill=theme.muted, bold=True
        )
        parts.append(frame + caption)
    return parts
