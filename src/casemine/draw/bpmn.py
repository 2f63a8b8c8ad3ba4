"""BPMN models: tasks, gateways, events and lanes, with orthogonal sequence flows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.asdrawn import as_drawn
from casemine.draw.asides import with_asides
from casemine.draw.attached import free_part, side_of
from casemine.draw.bpmnshapes import (
    EVENTS,
    beside,
    beside_lines,
    draw_frame,
    event_shape,
    frames_of,
    gateway_shape,
)
from casemine.draw.builtin import builtin_layout
from casemine.draw.curves import middle_of, rounded
from casemine.draw.flowmarks import FlowMarks
from casemine.draw.layout import lay_out, readable
from casemine.draw.mapvalues import name_id
from casemine.draw.marks import GHOST_DASHES, marked_box, marked_size
from casemine.draw.page import Picture, Sheet, compose, plural
from casemine.draw.petri import frequency_fill, frequency_keys
from casemine.draw.readingorder import reading_order
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.rows import Row, row_frames, with_rows
from casemine.draw.shapes import LABEL_SIZE, BoxText, arrow
from casemine.draw.svg import group, isolated, text
from casemine.draw.textwidth import text_width, visible, wrap
from casemine.draw.theme import Theme, ThemeName, theme_of
from casemine.model.bpmn import NodeKind
from casemine.model.diagram import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casemine.draw.attached import Side
    from casemine.draw.legend import Key
    from casemine.draw.request import Direction, Engine
    from casemine.model.bpmn import BpmnModel, BpmnNode, SequenceFlow
    from casemine.model.diagram import Coordinates, Diagram

_EVENT, _GATEWAY = 30.0, 38.0
_ATTACHED = 16.0  # room that events on its border take of a step
_FLOW_NAME, _FLOW_LINE = 96.0, 12.0  # widest line of a flow's name, and its height
_ANY_TIME = "any-time"
_FAINT = "0.4"
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
    coordinates: Coordinates | None = None,
    marks: FlowMarks | None = None,
    keys: Sequence[Key] | None = None,
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
    coordinates : Coordinates, optional
        Where everything stands, if that is known; its own model is drawn instead of `model`.
        `direction`, `engine` and `timeout_s` don't matter then.
    marks : FlowMarks, optional
        Counts by element, and what a check has found; `draw_designed_flow` makes them.
    keys : sequence of Key, optional
        The legend; without it the colours of the tasks are explained.
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

    Notes
    -----
    Tasks that no sequence flow touches may happen at any time; they stand in a row underneath.
    """
    if coordinates is not None:
        model = coordinates.model
    drawing = _Drawing.of(model, marks or FlowMarks(), theme_of(theme), coordinates)
    diagram, way = drawing.laid(direction, engine, timeout_s)
    diagram, beside_it = with_asides(diagram, drawing.marks.aside, theme_of(theme))
    parts = [*drawing.parts(diagram, way), *beside_it]
    if not parts:
        parts = [text("Nothing to show", 0, 14, size=13, style="m", fill=theme_of(theme).muted)]
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
        keys=frequency_keys(model.frequency, theme_of(theme)) if keys is None else keys,
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
        Keys are the ids of nodes and flows; lanes are under `lane:` and their name, rows of tasks
        that stand alone under `row:`.

    Raises
    ------
    MissingToolError
        When the engine named isn't there.
    """
    drawing = _Drawing.of(model, FlowMarks(), theme_of("light"))
    return drawing.laid(direction, engine, timeout_s)[0]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A model with the words of its boxes; everything is laid out and drawn from here."""

    model: BpmnModel
    marks: FlowMarks
    theme: Theme
    texts: Mapping[str, BoxText]  # by task
    floating: frozenset[str]  # tasks that no sequence flow touches
    forks: frozenset[str]  # nodes that several flows leave
    coordinates: Coordinates | None = None  # where everything stands, if that is known

    @classmethod
    def of(
        cls,
        model: BpmnModel,
        marks: FlowMarks,
        theme: Theme,
        coordinates: Coordinates | None = None,
    ) -> _Drawing:
        touched = {end for flow in model.flows for end in (flow.source, flow.target)}
        leaving = Counter(flow.source for flow in model.flows)
        tasks = [node for node in model.nodes if node.kind is NodeKind.TASK]
        notes = {node.id: _note(node, model, marks) for node in tasks}
        texts = {node.id: _words(node.name, notes[node.id]) for node in tasks}
        alone = touched and coordinates is None
        return cls(
            model,
            marks,
            theme,
            texts,
            frozenset(node.id for node in tasks if alone and node.id not in touched),
            frozenset(node for node, count in leaving.items() if count > 1),
            coordinates,
        )

    def laid(
        self, direction: Direction | None, engine: Engine, timeout_s: float
    ) -> tuple[Diagram, Direction]:
        """Find coordinates, rows included, and say which way the flow runs."""
        if self.coordinates is not None:
            specs = {node.id: self._spec(node) for node in self.model.nodes}
            return as_drawn(self.coordinates, specs, self._beside(), self.marks.width), "lr"
        nodes = [node for node in self.model.nodes if node.id not in self.floating]
        order = reading_order(
            [node.id for node in nodes],
            [(flow.source, flow.target) for flow in self.model.flows],
            [node.id for node in nodes if node.kind is NodeKind.START],
            [node.id for node in nodes if node.kind is NodeKind.END],
        )
        by_id = {node.id: node for node in nodes}
        in_order = tuple(self._spec(by_id[key]) for key in order)
        place = {key: i for i, key in enumerate(order)}
        busy = {node.id for node in nodes if "Gateway" not in node.kind.value}
        edges = tuple(
            EdgeSpec(
                flow.id,
                flow.source,
                flow.target,
                weight=_weight(flow, place, busy),
                label_width=_widest(lines) + 8 if (lines := self._lines(flow)) else 0.0,
                label_height=_FLOW_LINE * len(lines) + 2,
            )
            for flow in self.model.flows
        )

        def lay(way: Direction) -> Diagram:
            request = LayoutRequest(in_order, edges, way, node_gap=24.0, rank_gap=34.0, square=True)
            # Graphviz routes orthogonal edges without regard to gateways, and knows no lanes.
            if engine == "auto" or len({node.lane for node in nodes}) > 1:
                return builtin_layout(request)
            return lay_out(request, engine=engine, timeout_s=timeout_s)

        diagram, way = readable(direction, lay)
        return with_rows(diagram, self.rows()), way

    def rows(self) -> list[Row]:
        """Gather what stands under the diagram."""
        rows = []
        if self.floating:
            ids = [node.id for node in self.model.nodes if node.id in self.floating]
            sizes = {key: marked_size(self.texts[key], self.marks.box(key)) for key in ids}
            rows.append(Row(_ANY_TIME, "At any time between start and end", sizes))
        return rows

    def parts(self, diagram: Diagram, way: Direction) -> list[str]:
        """Draw from the back to the front: frames, flows, nodes, names."""
        model = self.model
        parts = [draw_frame(frame, self.theme) for frame in frames_of(model, diagram)]
        parts += row_frames(diagram, self.rows(), self.theme)
        # Thin lines first, so that thick ones aren't cut.
        flows = sorted(model.flows, key=lambda flow: self.marks.width(flow.id))
        parts += [self._flow(flow, diagram) for flow in flows]
        parts += [self._node(node, diagram, way) for node in model.nodes]
        parts += [self._flow_name(flow, diagram) for flow in model.flows if self._lines(flow)]
        return parts

    def _spec(self, node: BpmnNode) -> NodeSpec:
        if node.id in self.texts:
            width, height = marked_size(self.texts[node.id], self.marks.box(node.id))
            size = Box(0.0, 0.0, width, max(52.0, height))
            size = free_part(size, self._taken(node.id), -_ATTACHED)
            return NodeSpec(node.id, size.width, size.height, band=node.lane)
        if node.kind in EVENTS:
            lines = beside_lines(node)
            return NodeSpec(
                node.id,
                _EVENT,
                _EVENT,
                "ellipse",
                band=node.lane,
                below=12.0 * len(lines) + 4 if lines else 0.0,
                beside=_widest(lines) + 8 if lines else 0.0,
            )
        return NodeSpec(node.id, _GATEWAY, _GATEWAY, "diamond", band=node.lane)

    def _taken(self, step: str) -> frozenset[Side]:
        """Find the sides of a step that events stand on."""
        if (given := self.coordinates) is None:
            return frozenset()
        return frozenset(
            side_of(given, event) for event, host in given.hosts.items() if host == step
        )

    def _beside(self) -> dict[str, tuple[float, float]]:
        """Measure what is written beside nodes and flows."""
        signs = (node for node in self.model.nodes if node.kind is not NodeKind.TASK)
        words = {node.id: beside_lines(node) for node in signs}
        words |= {flow.id: self._lines(flow) for flow in self.model.flows}
        return {
            key: (_widest(lines) + 4, _FLOW_LINE * len(lines) + 2)
            for key, lines in words.items()
            if lines
        }

    def _lines(self, flow: SequenceFlow) -> list[str]:
        """Break a flow's name; where ways part, how often it was taken follows."""
        lines = [*wrap(visible(flow.name), LABEL_SIZE, _FLOW_NAME, lines=3)[0]]
        if not any(lines):
            lines = []
        count = self.marks.paths.get(flow.id)
        if count is not None and flow.source in self.forks:
            lines.append(f"{count:,}")
        return lines

    def _flow(self, flow: SequenceFlow, diagram: Diagram) -> str:
        points = rounded(diagram.routes[flow.id].points, 7.0)
        count = self.marks.paths.get(flow.id)
        if self.marks.untaken(flow.id):
            line = arrow(points, width=1.4, colour=self.theme.ghost, style="g", dashes=GHOST_DASHES)
        else:
            width = self.marks.width(flow.id)
            line = arrow(points, width=width, colour=self.theme.paths[3], style="p3")
        said = [isolated(flow.name)] if flow.name else []
        if count is not None:
            said.append(f"taken {plural(count, 'time')}")
        data = {"data-flow": visible(flow.id), "data-count": count}
        return group(data, ": ".join(said) or None, line)

    def _flow_name(self, flow: SequenceFlow, diagram: Diagram) -> str:
        route = diagram.routes[flow.id]
        x, y = route.label or middle_of(route.points)
        lines = self._lines(flow)
        top = y + 4 - _FLOW_LINE * (len(lines) - 1) / 2
        faint = self.marks.untaken(flow.id)
        counted = flow.id in self.marks.paths and flow.source in self.forks
        return "".join(
            text(
                line,
                x,
                top + _FLOW_LINE * i,
                size=LABEL_SIZE,
                style="m" if faint else "t",
                fill=self.theme.muted if faint else self.theme.text,
                anchor="middle",
                bold=counted and i == len(lines) - 1 and not faint,
                italic=faint,
                halo=self.theme.background,
            )
            for i, line in enumerate(lines)
        )

    def _node(self, node: BpmnNode, diagram: Diagram, way: Direction) -> str:
        box = diagram.boxes[node.id]
        theme, marks = self.theme, self.marks
        if node.kind is NodeKind.TASK:
            count = _count(node, self.model, marks)
            tooltip = isolated(node.name) + ("" if count is None else f": {plural(count, 'time')}")
            fill = frequency_fill(count, marks.steps or self.model.frequency, theme)
            return group(
                {
                    "id": name_id(node.id).replace("act", "task"),
                    "data-activity": visible(node.name, limit=1000),
                    "data-count": count,
                },
                marks.tooltips.get(node.id, tooltip),
                marked_box(
                    box,
                    self.texts[node.id],
                    marks.box(node.id),
                    theme,
                    fill=fill,
                    inner=free_part(box, self._taken(node.id), _ATTACHED),
                ),
            )
        place = diagram.boxes.get(f"name:{node.id}")
        name = beside(node, box, theme, flat=way == "lr", place=place)
        shape = (event_shape if node.kind in EVENTS else gateway_shape)(node, box, theme)
        tooltip = _WORDS[node.kind] + (f": {isolated(node.name)}" if node.name else "")
        data: dict[str, object] = {"id": name_id(node.id).replace("act", "node")}
        if self._never_reached(node):
            data["opacity"] = _FAINT
            tooltip += ", reached by no case"
        return group(data, tooltip, shape, name)

    def _never_reached(self, node: BpmnNode) -> bool:
        near = [flow.id for flow in self.model.flows if node.id in {flow.source, flow.target}]
        return bool(near) and all(map(self.marks.untaken, near))


def _note(node: BpmnNode, model: BpmnModel, marks: FlowMarks) -> str:
    if node.id in marks.notes:
        return marks.notes[node.id]
    count = _count(node, model, marks)
    return "" if count is None else f"{count:,}"


def _count(node: BpmnNode, model: BpmnModel, marks: FlowMarks) -> int | None:
    return marks.steps.get(node.id, model.frequency.get(node.name))


def _words(name: str, note: str) -> BoxText:
    return BoxText.of(name, note, narrowest=92, widest=150, most_lines=3)


def _widest(lines: Sequence[str]) -> float:
    return max((text_width(line, LABEL_SIZE) for line in lines), default=0.0)


def _weight(flow: SequenceFlow, place: Mapping[str, int], busy: set[str]) -> int:
    """Keep the way through tasks straight; detours and ways back go round it."""
    if place[flow.source] > place[flow.target]:
        return 1
    return 2 + 6 * ((flow.source in busy) + (flow.target in busy))
