"""What has no place in a drawing: a row of boxes under it, with a caption that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.draw.mapvalues import name_id
from casemine.draw.marks import marked_box, marked_size
from casemine.draw.rows import Row, row_frames, with_rows
from casemine.draw.shapes import BoxText
from casemine.draw.svg import group, isolated
from casemine.draw.textwidth import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.draw.flowmarks import Aside
    from casemine.draw.theme import Theme
    from casemine.model.diagram import Diagram

UNKNOWN = "Happened, and is no step of the designed flow"
HIDDEN = "Steps of the designed flow that this log cannot show"


def with_asides(
    diagram: Diagram, asides: Sequence[Aside], theme: Theme, *, caption: str = UNKNOWN
) -> tuple[Diagram, list[str]]:
    """Put what stands aside under a diagram; return it with the SVG of that row."""
    if not asides:
        return diagram, []
    words = {_key(one): _words(one) for one in asides}
    row = Row("aside", caption, {_key(one): _size(one) for one in asides})
    diagram = with_rows(diagram, [row])
    parts = row_frames(diagram, [row], theme)
    for one in asides:
        key = _key(one)
        box = marked_box(diagram.boxes[key], words[key], one.mark, theme, fill=theme.plain)
        data = {"id": name_id(key), "data-activity": visible(one.name, limit=1000)}
        parts.append(group(data, "\n".join([isolated(one.name), *one.mark.tooltip]), box))
    return diagram, parts


def _key(aside: Aside) -> str:
    return f"aside:{aside.name}"


def _words(aside: Aside) -> BoxText:
    return BoxText.of(aside.name, aside.note, narrowest=92, widest=170, most_lines=3)


def _size(aside: Aside) -> tuple[float, float]:
    return marked_size(_words(aside), aside.mark)
