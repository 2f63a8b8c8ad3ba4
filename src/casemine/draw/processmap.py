"""The process map: a directly-follows graph with how often, or how long, on every path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casemine.draw.labels import place_labels
from casemine.draw.layout import lay_out
from casemine.draw.legend import Key, line_sample, swatches, wedge
from casemine.draw.loops import tidy_loops
from casemine.draw.mapvalues import (
    END,
    FEW,
    START,
    WAIT_CAPTIONS,
    Metric,
    Path,
    box_note,
    box_tooltip,
    cases_of,
    description,
    is_timed,
    name_id,
    paths_of,
    scale_top,
    step_of,
    stroke_widths,
)
from casemine.draw.page import Picture, Sheet, compose, plural
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.shapes import (
    LABEL_HEIGHT,
    LABEL_SIZE,
    SIGN,
    BoxText,
    activity_box,
    arrow,
    end_sign,
    start_sign,
)
from casemine.draw.svg import check_link_template, element, group, link, text
from casemine.draw.textwidth import text_width, visible
from casemine.draw.theme import Theme, ThemeName, theme_of
from casemine.errors import UsageError, show
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.draw.request import Direction, Engine
    from casemine.model.coverage import Coverage
    from casemine.model.diagram import Diagram
    from casemine.model.graph import Activity, DirectlyFollowsGraph

_LONGEST_DATA = 1000  # characters of a name in a data attribute
_DASHED, _DOTTED = "5 4", "1.5 4"


def draw_map(
    graph: DirectlyFollowsGraph,
    *,
    coverage: Coverage | None = None,
    title: str = "Process map",
    subtitle: str | None = None,
    metric: Metric = "frequency",
    direction: Direction = "tb",
    theme: ThemeName = "auto",
    link_template: str | None = None,
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> Picture:
    """Draw a process map.

    Parameters
    ----------
    coverage : Coverage, optional
        What a filtered graph leaves out; said under the title.
    subtitle : str, optional
        A line under the title; without it the numbers of cases and events.
    metric : {"frequency", "cases", "median", "mean", "p90", "total"}
        What paths show. The last four are times between, from the end of one activity to the
        start of the next; boxes always show how often.
    direction : {"tb", "lr"}
        Top to bottom, or left to right.
    theme : {"auto", "light", "dark", "print"}
        `auto` follows the reader's screen; `print` tells everything in greys.
    link_template : str, optional
        Address for boxes (`{activity}`) or paths (`{source}`, `{target}`).
    engine : {"auto", "wasm", "dot", "builtin"}
        What makes the layout.
    timeout_s : float
        For one attempt of a layout engine.

    Raises
    ------
    UsageError
        For a time metric on a graph without times, and for a link template that isn't an http,
        https or relative address.
    MissingToolError
        When the engine named isn't there.

    Notes
    -----
    Equal input gives equal bytes with the same version of the engine, which the metadata names.

    Examples
    --------
    >>> from casemine.model.graph import Activity, DirectlyFollowsGraph
    >>> solve = Activity("Solve", events=3, cases=3, position=0.5)
    >>> picture = draw_map(DirectlyFollowsGraph((solve,), (), {"Solve": 3}, {"Solve": 3}))
    >>> "Solve: 3 times in 3 cases (100 %)" in picture.svg
    True
    """
    check_link_template(link_template)
    if is_timed(metric) and graph.edges and all(edge.wait is None for edge in graph.edges):
        raise UsageError(
            f"the metric {show(metric)} needs times, and this log has none",
            mend="use the metric frequency or cases",
        )
    paths = paths_of(graph, metric)
    cases = cases_of(graph)
    boxes = {
        name_id(activity.name): BoxText.of(activity.name, box_note(activity, cases, metric))
        for activity in graph.activities
    }
    widths = stroke_widths(paths)
    request = _request(graph, boxes, paths, widths, direction)
    diagram = tidy_loops(lay_out(request, engine=engine, timeout_s=timeout_s), request)
    diagram, on_path = place_labels(diagram, request)
    drawing = _Drawing(
        graph,
        metric,
        paths,
        boxes,
        widths,
        diagram,
        theme_of(theme),
        link_template,
        direction,
        on_path,
    )
    parts = drawing.parts()
    sheet = Sheet(
        title=title,
        subtitle=f"{plural(cases, 'case')} · {plural(graph.events, 'event')}"
        if subtitle is None
        else subtitle,
        coverage=coverage,
        description=description(graph, coverage),
        keys=drawing.keys(),
        theme=theme,
        engine=diagram.engine,
    )
    height = diagram.height or 20.0
    return Picture(compose(sheet, "\n".join(parts), diagram.width, height), diagram.notes)


def _request(
    graph: DirectlyFollowsGraph,
    boxes: Mapping[str, BoxText],
    paths: list[Path],
    widths: Mapping[str, float],
    direction: Direction,
) -> LayoutRequest:
    """Arrange it so that the most common way becomes a straight spine."""
    if not graph.activities:
        return LayoutRequest((), ())
    nodes = []
    for key in _reading_order(graph, paths):
        if key in boxes:
            nodes.append(NodeSpec(key, boxes[key].width, boxes[key].height))
        else:
            rank: Mapping[str, Literal["source", "sink"]] = {START: "source", END: "sink"}
            nodes.append(NodeSpec(key, SIGN, SIGN, "ellipse", rank=rank[key]))
    most = max((path.count for path in paths), default=1) or 1
    edges = [
        EdgeSpec(
            path.id,
            path.source,
            path.target,
            weight=1 + round(40 * path.count / most),
            # Thick lines keep their labels further off.
            label_width=text_width(path.label, LABEL_SIZE)
            + 8
            + (widths[path.id] if direction == "tb" else 0.0),
            label_height=LABEL_HEIGHT + (widths[path.id] if direction == "lr" else 0.0),
        )
        for path in paths
    ]
    return LayoutRequest(tuple(nodes), tuple(edges), direction)


def _reading_order(graph: DirectlyFollowsGraph, paths: list[Path]) -> list[str]:
    """Order the nodes so that the backbone points down the page, by mean position otherwise.

    The backbone is the tree of the heaviest paths into new nodes, grown from the start. Position
    alone put rare steps such as a reopening above what leads to them.
    """
    left = [name_id(a.name) for a in sorted(graph.activities, key=lambda a: (a.position, a.name))]
    place = {START: -1, END: len(left)} | {key: i for i, key in enumerate(left)}
    parent = _heaviest_in_tree(paths, place)
    order = [START]
    while left:
        following = next(key for key in left if parent.get(key) not in left)
        order.append(following)
        left.remove(following)
    return [*order, END]


def _heaviest_in_tree(paths: list[Path], place: Mapping[str, int]) -> dict[str, str]:
    """Grow a tree from the start, always along the heaviest path to a node that isn't in it."""
    parent = {START: ""}
    waiting = sorted(
        (path for path in paths if path.target not in {path.source, END}),
        key=lambda path: (-path.count, place[path.source], place[path.target]),
    )
    while True:
        grown = next((p for p in waiting if p.source in parent and p.target not in parent), None)
        if grown is None:
            return parent
        parent[grown.target] = grown.source


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Everything that the elements of one map are drawn from."""

    graph: DirectlyFollowsGraph
    metric: Metric
    paths: list[Path]
    boxes: Mapping[str, BoxText]
    widths: Mapping[str, float]
    diagram: Diagram
    theme: Theme
    link_template: str | None
    direction: Direction
    on_path: frozenset[str]

    def parts(self) -> list[str]:
        """Draw from the back to the front: paths, boxes, labels."""
        if not self.graph.activities:
            return [text("No activities to show", 0, 14, size=13, style="m", fill=self.theme.muted)]
        started = plural(sum(self.graph.starts.values()), "case")
        ended = plural(sum(self.graph.ends.values()), "case")
        # Thin paths first, so that thick ones aren't cut.
        paths = sorted(self.paths, key=lambda path: (self.widths[path.id], path.id))
        return [
            *map(self._path, paths),
            *map(self._box, self.graph.activities),
            start_sign(self.diagram.boxes[START], self.theme, f"Start of {started}"),
            end_sign(self.diagram.boxes[END], self.theme, f"End of {ended}"),
            *map(self._label, self.paths),
        ]

    def _path(self, path: Path) -> str:
        colour, style, dashes = self._look(path)
        line = arrow(
            self.diagram.routes[path.id].points,
            width=self.widths[path.id],
            colour=colour,
            style=style,
            dashes=dashes,
        )
        attributes: dict[str, object] = {"id": path.id}
        if path.edge:
            attributes["data-from"] = visible(path.edge.source, limit=_LONGEST_DATA)
            attributes["data-to"] = visible(path.edge.target, limit=_LONGEST_DATA)
            attributes["data-count"] = path.edge.count
        else:
            side = "data-to" if path.source == START else "data-from"
            attributes[side] = visible(path.activity, limit=_LONGEST_DATA)
        svg = group(attributes | {"data-cases": path.cases}, path.tooltip, line)
        if path.edge is None:
            return svg
        return self._linked(svg, source=path.edge.source, target=path.edge.target)

    def _look(self, path: Path) -> tuple[str, str, str | None]:
        """Colour, class and dashes of a path."""
        if path.value is None:
            return self.theme.quiet, "q", _DOTTED if path.edge else _DASHED
        step = step_of(path.value, scale_top(self.paths))
        if is_timed(self.metric):
            return self.theme.waits[step], f"w{step}", _DOTTED if path.few else None
        return self.theme.paths[step], f"p{step}", None

    def _box(self, activity: Activity) -> str:
        key = name_id(activity.name)
        most = max(other.events for other in self.graph.activities)
        step = step_of(activity.events, most)
        # On a map of times the boxes stand back, so that the paths can speak.
        fill = self.theme.fills[step // 2 if is_timed(self.metric) else step]
        svg = group(
            {
                "id": key,
                "data-activity": visible(activity.name, limit=_LONGEST_DATA),
                "data-count": activity.events,
                "data-cases": activity.cases,
            },
            box_tooltip(activity, self.graph),
            activity_box(self.diagram.boxes[key], self.boxes[key], self.theme, fill=fill),
        )
        return self._linked(svg, activity=activity.name)

    def _label(self, path: Path) -> str:
        """Write a label beside its path, or on it where the layout made no room."""
        spot, width = self.diagram.routes[path.id].label, self.widths[path.id]
        assert spot is not None
        x, y = spot
        if path.id not in self.on_path and path.source != path.target:
            x, y = (x + width / 2, y) if self.direction == "tb" else (x, y - width / 2)
        quiet = path.edge is None
        words = text(
            path.label,
            x,
            y + LABEL_SIZE * 0.36,
            size=LABEL_SIZE,
            style="m" if quiet else "t",
            fill=self.theme.muted if quiet else self.theme.text,
            anchor="middle",
            halo=self.theme.background,
        )
        return group({"data-of": path.id}, path.tooltip, words)

    def _linked(self, svg: str, **names: str) -> str:
        """Wrap an element in a link where the template has a place for what it is."""
        template = self.link_template
        if template is None or not any(f"{{{key}}}" in template for key in names):
            return svg
        address = link(template, **names)
        return element("a", {"href": address}, svg) if address else svg

    def keys(self) -> list[Key]:
        """List what stands in the legend."""
        if not self.graph.activities:
            return []
        timed, theme = is_timed(self.metric), self.theme
        events = [activity.events for activity in self.graph.activities]
        keys = [
            swatches(
                "Activity: times it happened",
                theme.fills[:3] if timed else theme.fills,
                f"{min(events):,}",
                f"{max(events):,}",
                line=theme.box_line,
            )
        ]
        valued = [path for path in self.paths if path.value is not None]
        if valued:
            values = [path.value or 0.0 for path in valued]
            top = scale_top(self.paths)
            low, high = (format_duration(v) if timed else f"{v:,.0f}" for v in (min(values), top))
            if max(values) > top:
                high = f"≥ {high}"
            ends = [self.widths[path.id] for path in valued]
            span = (min(ends), max(ends))
            if timed:
                caption = WAIT_CAPTIONS[self.metric]
                keys.append(swatches(caption, theme.waits, low, high, line="", styles="w"))
                keys.append(wedge("Width: the same time", low, high, widths=span, theme=theme))
            else:
                caption = "Path: cases" if self.metric == "cases" else "Path: times it was taken"
                keys.append(wedge(caption, low, high, widths=span, theme=theme))
        if any(path.few for path in self.paths):
            caption = f"Fewer than {FEW} observations"
            keys.append(line_sample(caption, dashes=_DOTTED, colour=theme.waits[1], style="w1"))
        caption = "Cases start or end"
        keys.append(line_sample(caption, dashes=_DASHED, colour=theme.quiet, style="q"))
        return keys
