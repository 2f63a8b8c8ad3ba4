"""BPMN models: tasks, gateways, events and lanes, with orthogonal sequence flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.draw.builtin import builtin_layout
from casemine.draw.curves import middle_of, rounded
from casemine.draw.layout import lay_out, readable
from casemine.draw.mapvalues import name_id
from casemine.draw.page import Picture, Sheet, compose, plural
from casemine.draw.petri import frequency_fill, frequency_keys
from casemine.draw.readingorder import reading_order
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.shapes import LABEL_SIZE, NOTE_SIZE, BoxText, activity_box, arrow
from casemine.draw.svg import element, group, isolated, polygon, text
from casemine.draw.textwidth import text_width, visible, wrap
from casemine.draw.theme import Theme, ThemeName, theme_of
from casemine.model.bpmn import NodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.draw.request import Direction, Engine
    from casemine.model.bpmn import BpmnModel, BpmnNode, SequenceFlow
    from casemine.model.diagram import Box, Diagram

_EVENT, _GATEWAY = 30.0, 38.0
_FLOW_NAME, _FLOW_LINE = 96.0, 12.0  # widest line of a flow's name, and its height
_EVENTS = {NodeKind.START, NodeKind.END, NodeKind.INTERMEDIATE}
_WORDS = {
    NodeKind.START: "Start",
    NodeKind.END: "End",
    NodeKind.INTERMEDIATE: "Event",
    NodeKind.EXCLUSIVE: "One of the ways",
    NodeKind.PARALLEL: "All of the ways",
    NodeKind.INCLUSIVE: "One or more of the ways",
    NodeKind.EVENT_BASED: "The way whose event comes first",
}


def draw_bpmn(
    model: BpmnModel,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    direction: Direction | None = None,
    theme: ThemeName = "auto",
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> Picture:
    """Draw a BPMN model.

    Parameters
    ----------
    title : str, optional
        Without it the name of the model.
    direction : {"lr", "tb"}, optional
        Without it left to right, unless that makes a ribbon much wider than a page.
    theme, timeout_s
        As for `draw_map`.
    engine : {"auto", "wasm", "dot", "builtin"}
        `auto` is the built-in layout, which knows gateways and lanes.

    Raises
    ------
    MissingToolError
        When the engine named isn't there.
    """
    diagram = layout_bpmn(model, direction=direction, engine=engine, timeout_s=timeout_s)
    colours = theme_of(theme)
    boxes = _box_texts(model)
    parts = _lanes(model, diagram, colours)
    parts += [_flow(flow, diagram, colours) for flow in model.flows]
    parts += [_node(node, model, boxes, diagram.boxes[node.id], colours) for node in model.nodes]
    parts += [_flow_name(flow, diagram, colours) for flow in model.flows if flow.name]
    if not parts:
        parts = [text("Nothing to show", 0, 14, size=13, style="m", fill=colours.muted)]
    tasks = sum(node.kind is NodeKind.TASK for node in model.nodes)
    gateways = sum("Gateway" in node.kind.value for node in model.nodes)
    size = (
        f"{plural(tasks, 'task')} · {plural(gateways, 'gateway')}"
        f" · {plural(len(model.flows), 'sequence flow')}"
    )
    sheet = Sheet(
        title=model.name if title is None else title,
        subtitle=size if subtitle is None else subtitle,
        coverage=None,
        description=f"BPMN model: {size}.",
        keys=frequency_keys(model.frequency, colours),
        theme=theme,
        engine=diagram.engine,
    )
    svg = compose(sheet, "\n".join(parts), diagram.width, diagram.height or 20.0)
    return Picture(svg, diagram.notes)


def layout_bpmn(
    model: BpmnModel,
    *,
    direction: Direction | None = None,
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> Diagram:
    """Give every node and flow of a model its coordinates: those that `draw_bpmn` draws.

    Returns
    -------
    Diagram
        Keys are the ids of nodes and flows; lanes are under `lane:` and their name.

    Raises
    ------
    MissingToolError
        When the engine named isn't there.
    """
    boxes = _box_texts(model)
    order = reading_order(
        [node.id for node in model.nodes],
        [(flow.source, flow.target) for flow in model.flows],
        [node.id for node in model.nodes if node.kind is NodeKind.START],
        [node.id for node in model.nodes if node.kind is NodeKind.END],
    )
    by_id = {node.id: node for node in model.nodes}
    nodes = tuple(_spec(by_id[key], boxes) for key in order)
    place = {key: i for i, key in enumerate(order)}
    busy = {node.id for node in model.nodes if "Gateway" not in node.kind.value}
    edges = tuple(
        EdgeSpec(
            flow.id,
            flow.source,
            flow.target,
            weight=_weight(flow, place, busy),
            label_width=_name_width(flow) + 8 if flow.name else 0.0,
            label_height=_FLOW_LINE * len(_name_lines(flow)) + 2,
        )
        for flow in model.flows
    )

    def lay(way: Direction) -> Diagram:
        request = LayoutRequest(nodes, edges, way, node_gap=24.0, rank_gap=34.0, square=True)
        # Graphviz routes orthogonal edges without regard to gateways, and knows no lanes.
        if engine == "auto" or len({node.lane for node in model.nodes}) > 1:
            return builtin_layout(request)
        return lay_out(request, engine=engine, timeout_s=timeout_s)

    return readable(direction, lay)[0]


def _weight(flow: SequenceFlow, place: Mapping[str, int], busy: set[str]) -> int:
    """Keep the way through tasks straight; detours and ways back go round it."""
    if place[flow.source] > place[flow.target]:
        return 1
    return 2 + 6 * ((flow.source in busy) + (flow.target in busy))


def _box_texts(model: BpmnModel) -> dict[str, BoxText]:
    texts = {}
    for node in model.nodes:
        if node.kind is NodeKind.TASK:
            count = model.frequency.get(node.name)
            note = "" if count is None else f"{count:,}"
            texts[node.id] = BoxText.of(node.name, note, narrowest=92, widest=150, most_lines=3)
    return texts


def _spec(node: BpmnNode, boxes: Mapping[str, BoxText]) -> NodeSpec:
    if node.id in boxes:
        label = boxes[node.id]
        return NodeSpec(node.id, label.width, max(52.0, label.height), band=node.lane)
    if node.kind in _EVENTS:
        below = 12.0 * len(_beside_lines(node)) + 4
        return NodeSpec(node.id, _EVENT, _EVENT, "ellipse", band=node.lane, below=below)
    return NodeSpec(node.id, _GATEWAY, _GATEWAY, "diamond", band=node.lane)


def _flow(flow: SequenceFlow, diagram: Diagram, theme: Theme) -> str:
    points = rounded(diagram.routes[flow.id].points, 7.0)
    line = arrow(points, width=1.4, colour=theme.paths[3], style="p3")
    return group({"data-flow": visible(flow.id)}, flow.name and isolated(flow.name), line)


def _flow_name(flow: SequenceFlow, diagram: Diagram, theme: Theme) -> str:
    route = diagram.routes[flow.id]
    x, y = route.label or middle_of(route.points)
    lines = _name_lines(flow)
    top = y + 4 - _FLOW_LINE * (len(lines) - 1) / 2
    return "".join(
        text(
            line,
            x,
            top + _FLOW_LINE * i,
            size=LABEL_SIZE,
            fill=theme.text,
            anchor="middle",
            halo=theme.background,
        )
        for i, line in enumerate(lines)
    )


def _name_lines(flow: SequenceFlow) -> list[str]:
    return list(wrap(visible(flow.name), LABEL_SIZE, _FLOW_NAME, lines=3)[0])


def _name_width(flow: SequenceFlow) -> float:
    return max((text_width(line, LABEL_SIZE) for line in _name_lines(flow)), default=0.0)


def _node(
    node: BpmnNode, model: BpmnModel, boxes: Mapping[str, BoxText], box: Box, theme: Theme
) -> str:
    if node.kind is NodeKind.TASK:
        count = model.frequency.get(node.name)
        tooltip = isolated(node.name) + ("" if count is None else f": {plural(count, 'time')}")
        fill = frequency_fill(count, model.frequency, theme)
        return group(
            {
                "id": name_id(node.id).replace("act", "task"),
                "data-activity": visible(node.name, limit=1000),
                "data-count": count,
            },
            tooltip,
            activity_box(box, boxes[node.id], theme, fill=fill),
        )
    shape = _event(node, box, theme) if node.kind in _EVENTS else _gateway(node, box, theme)
    tooltip = _WORDS[node.kind] + (f": {isolated(node.name)}" if node.name else "")
    return group(
        {"id": name_id(node.id).replace("act", "node")}, tooltip, shape, _beside(node, box, theme)
    )


def _beside(node: BpmnNode, box: Box, theme: Theme) -> str:
    """Write the name of an event under it, that of a gateway over it, where fewer ways leave."""
    lines = _beside_lines(node)
    y = box.y + box.height / 2 + 13
    if node.kind not in _EVENTS:
        y = box.y - box.height / 2 - 5 - 12 * (len(lines) - 1)
    return "".join(
        text(
            line,
            box.x,
            y + 12 * i,
            size=NOTE_SIZE,
            fill=theme.text,
            anchor="middle",
            halo=theme.background,
        )
        for i, line in enumerate(lines)
    )


def _beside_lines(node: BpmnNode) -> list[str]:
    return [line for line in wrap(visible(node.name), NOTE_SIZE, 110)[0] if line]


def _event(node: BpmnNode, box: Box, theme: Theme) -> str:
    thick = node.kind is NodeKind.END
    line = theme.start if node.kind is NodeKind.START else theme.ink
    if theme.start == theme.background:
        line = theme.ink
    ring = {"fill": theme.plain, "stroke": line, "stroke-width": "3.4" if thick else "1.8"}
    circle = element("circle", {"cx": box.x, "cy": box.y, "r": box.width / 2 - 1.5, **ring})
    if node.kind is NodeKind.INTERMEDIATE:
        circle += element("circle", {"cx": box.x, "cy": box.y, "r": box.width / 2 - 4.5, **ring})
    return circle


def _gateway(node: BpmnNode, box: Box, theme: Theme) -> str:
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


def _lanes(model: BpmnModel, diagram: Diagram, theme: Theme) -> list[str]:
    parts = []
    names = dict.fromkeys(node.lane for node in model.nodes)
    for name in names:
        box = diagram.boxes.get(f"lane:{name or ''}")
        if box is None:
            continue
        flat = box.width > box.height
        rect = element(
            "rect",
            {
                "x": box.x - box.width / 2,
                "y": box.y - box.height / 2,
                "width": box.width,
                "height": box.height,
                "fill": "none",
                "stroke": theme.frame,
                "class": "l",
            },
        )
        shown = wrap(visible(name or ""), 12, box.height if flat else box.width)[0][0]
        x = box.x - box.width / 2 + 16 if flat else box.x
        y = box.y if flat else box.y - box.height / 2 + 16
        words = text(shown, x, y, size=12, style="m", fill=theme.muted, anchor="middle", bold=True)
        if flat:
            words = element("g", {"transform": f"rotate(-90 {x:.1f} {y:.1f})"}, words)
        parts.append(group({}, isolated(name or ""), rect, words))
    return parts
