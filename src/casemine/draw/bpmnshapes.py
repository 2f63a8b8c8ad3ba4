"""Shapes of BPMN: events, gateways, lanes, and the names that stand beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.draw.shapes import NOTE_SIZE
from casemine.draw.svg import element, group, isolated, polygon, text
from casemine.draw.textwidth import visible, wrap
from casemine.model.bpmn import NodeKind
from casemine.model.diagram import Frame

if TYPE_CHECKING:
    from casemine.draw.theme import Theme
    from casemine.model.bpmn import BpmnModel, BpmnNode
    from casemine.model.diagram import Box, Diagram

EVENTS = frozenset({NodeKind.START, NodeKind.END, NodeKind.INTERMEDIATE})


def beside(node: BpmnNode, box: Box, theme: Theme, *, flat: bool, place: Box | None = None) -> str:
    """Write the name of an event or gateway where no line leaves it.

    At the place found for it, if there is one. Else under an event, or at its right where the flow
    runs down (`flat` is False); before the top of a gateway.
    """
    lines = beside_lines(node)
    x, y, anchor = box.x, box.y + box.height / 2 + 13, "middle"
    if place is not None:
        x, y = place.x, place.y + 4 - 6 * (len(lines) - 1)
    elif node.kind not in EVENTS:
        x, anchor = box.x - 5, "end"
        y = box.y - box.height / 2 + 1 - 12 * (len(lines) - 1)
    elif not flat:
        x, anchor = box.x + box.width / 2 + 5, "start"
        y = box.y + 4 - 6 * (len(lines) - 1)
    return "".join(
        text(
            line,
            x,
            y + 12 * i,
            size=NOTE_SIZE,
            fill=theme.text,
            anchor=anchor,
            halo=theme.background,
        )
        for i, line in enumerate(lines)
    )


def beside_lines(node: BpmnNode) -> list[str]:
    """Break the name of an event or gateway into lines."""
    return [line for line in wrap(visible(node.name), NOTE_SIZE, 110)[0] if line]


def event_shape(node: BpmnNode, box: Box, theme: Theme) -> str:
    """Draw a ring: thin where cases begin, thick where they end, double in between."""
    thick = node.kind is NodeKind.END
    line = theme.start if node.kind is NodeKind.START else theme.ink
    if theme.start == theme.background:
        line = theme.ink
    ring = {"fill": theme.plain, "stroke": line, "stroke-width": "3.4" if thick else "1.8"}
    circle = element("circle", {"cx": box.x, "cy": box.y, "r": box.width / 2 - 1.5, **ring})
    if node.kind is NodeKind.INTERMEDIATE:
        circle += element("circle", {"cx": box.x, "cy": box.y, "r": box.width / 2 - 4.5, **ring})
    return circle


def gateway_shape(node: BpmnNode, box: Box, theme: Theme) -> str:
    """Draw a diamond with the sign of its kind."""
    half, reach = box.width / 2, 7.0
    corners = [
        (box.x, box.y - half),
        (box.x + half, box.y),
        (box.x, box.y + half),
        (box.x - half, box.y),
    ]
    shape = element(
        "path",
        {
            "d": polygon(corners),
            "fill": theme.plain,
            "stroke": theme.box_line,
            "stroke-width": "1.4",
            "stroke-linejoin": "round",
        },
    )
    pen = {"fill": "none", "stroke": theme.ink, "stroke-width": "2.4", "stroke-linecap": "round"}
    x, y = box.x, box.y
    if node.kind is NodeKind.EXCLUSIVE:
        r = reach * 0.8
        mark = f"M{x - r:.1f},{y - r:.1f}L{x + r:.1f},{y + r:.1f}"
        mark += f"M{x - r:.1f},{y + r:.1f}L{x + r:.1f},{y - r:.1f}"
        return shape + element("path", {"d": mark, **pen})
    if node.kind is NodeKind.PARALLEL:
        mark = f"M{x - reach:.1f},{y:.1f}h{2 * reach:.1f}M{x:.1f},{y - reach:.1f}v{2 * reach:.1f}"
        return shape + element("path", {"d": mark, **pen})
    circle = element("circle", {"cx": x, "cy": y, "r": reach + 0.5, **pen})
    if node.kind is NodeKind.INCLUSIVE:
        return shape + circle
    thin = pen | {"stroke-width": "1.2"}
    ring = element("circle", {"cx": x, "cy": y, "r": reach + 2, **thin})
    return shape + ring + element("circle", {"cx": x, "cy": y, "r": reach - 1.5, **thin})


def frames_of(model: BpmnModel, diagram: Diagram) -> tuple[Frame, ...]:
    """Return the frames of a diagram: its own, or those of the lanes."""
    if diagram.frames:
        return diagram.frames
    names = dict.fromkeys(node.lane for node in model.nodes)
    boxes = {name: diagram.boxes.get(f"lane:{name or ''}") for name in names}
    flat = len({round(box.x) for box in boxes.values() if box}) == 1
    return tuple(Frame(name or "", box, flat) for name, box in boxes.items() if box)


def draw_frame(frame: Frame, theme: Theme) -> str:
    """Draw a frame with its name, which is turned where its elements run from left to right."""
    box = frame.box
    left, top = box.x - box.width / 2, box.y - box.height / 2
    rect = element(
        "rect",
        {
            "x": left,
            "y": top,
            "width": box.width,
            "height": box.height,
            "rx": 9 if frame.part else None,
            "fill": "none",
            "stroke": theme.box_line if frame.part else theme.frame,
            "stroke-dasharray": "2 3" if frame.on_event else None,
            "class": None if frame.part else "l",
        },
    )
    turned = frame.flat and not frame.part
    lines = wrap(visible(frame.name), 12, box.height - 8 if turned else box.width, bold=True)[0]
    x, y, anchor = left + 16, box.y, "middle"
    if frame.part:
        x, y, anchor = left + 8, top + 16, "start"
    elif not turned:
        x, y = box.x, top + 16
    words = "".join(
        text(
            line,
            x,
            y + 15 * i,
            size=12,
            style="m",
            fill=theme.muted,
            anchor=anchor,
            bold=True,
        )
        for i, line in enumerate(lines)
    )
    if turned:
        words = element("g", {"transform": f"rotate(-90 {x:.1f} {y:.1f})"}, words)
    return group({}, isolated(frame.name), rect, words)
