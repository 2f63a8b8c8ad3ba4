"""The process map: a directly-follows graph with how often, or how long, on every path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

from casemine.draw.curves import middle_of
from casemine.draw.layout import lay_out
from casemine.draw.legend import Key, line_sample, swatches, wedge
from casemine.draw.page import Picture, Sheet, compose, coverage_line, percent, plural
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.shapes import (
    LABEL_HEIGHT,
    LABEL_SIZE,
    BoxText,
    activity_box,
    arrow,
    end_sign,
    start_sign,
)
from casemine.draw.svg import check_link_template, element, group, isolated, link, text
from casemine.draw.textwidth import text_width, visible
from casemine.draw.theme import Theme, ThemeName, theme_of
from casemine.errors import UsageError, show
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casemine.draw.request import Direction, Engine
    from casemine.model.coverage import Coverage
    from casemine.model.diagram import Diagram, Route
    from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge

Metric = Literal["frequency", "cases", "median", "mean", "p90", "total"]

_START, _END = "start", "end"
_FEW = 5  # waits that rest on fewer observations are dotted
_SIGN = 30.0
_LONGEST_DATA = 1000
_CAPTIONS = {
    "median": "Path: median time between",
    "mean": "Path: mean time between",
    "p90": "Path: time between, 90 % are shorter",
    "total": "Path: total time between",
}


@dataclass(frozen=True, slots=True)
class _Path:
    """An arrow of the map: between two activities, from the start, or to the end."""

    id: str
    source: str  # node ids
    target: str
    count: int  # what the layout weighs
    value: float | None  # what width and colour show; None: carries no value
    label: str
    tooltip: str
    few: bool = False
    edge: Edge | None = None
    activity: str = ""  # of a start or end path
    cases: int = 0


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
    >>> graph = DirectlyFollowsGraph((Activity("Solve", 3, 3, 0.5),), (), {"Solve": 3}, {"Solve": 3})
    >>> picture = draw_map(graph, engine="builtin")
    >>> "Solve: 3 times in 3 cases (100 %)" in picture.svg
    True
    """
    check_link_template(link_template)
    timed = metric in _CAPTIONS
    if timed and graph.edges and all(edge.wait is None for edge in graph.edges):
        raise UsageError(
            f"the metric {show(metric)} needs times, and this log has none",
            mend="use the metric frequency or cases",
        )
    cases = max([graph.cases, *(activity.cases for activity in graph.activities)], default=0)
    activities = sorted(graph.activities, key=lambda a: (a.position, a.name))
    ids = {activity.name: _name_id(activity.name) for activity in activities}
    boxes = {
        ids[a.name]: BoxText.of(a.name, _box_note(a, cases, timed=timed, metric=metric))
        for a in activities
    }
    paths = _paths(graph, ids, metric, cases)
    widths = _widths(paths)
    request = _request(activities, ids, boxes, paths, widths, direction)
    diagram = lay_out(request, engine=engine, timeout_s=timeout_s)
    colours = theme_of(theme)
    linked = _Links(link_template)
    drawing = [*_draw_paths(paths, widths, diagram, colours, linked, timed=timed)]
    drawing += _draw_boxes(activities, ids, boxes, diagram, graph, cases, colours, linked, timed)
    if activities:
        drawing.append(
            start_sign(diagram.boxes[_START], colours, f"Start of {plural(graph.cases, 'case')}")
        )
        ended = sum(graph.ends.values())
        drawing.append(end_sign(diagram.boxes[_END], colours, f"End of {plural(ended, 'case')}"))
    else:
        drawing.append(text("No activities to show", 0, 14, size=13, style="m", fill=colours.muted))
    drawing += _draw_labels(paths, widths, diagram, colours, direction)
    if subtitle is None:
        subtitle = f"{plural(cases, 'case')} · {plural(graph.events, 'event')}"
    sheet = Sheet(
        title=title,
        subtitle=subtitle,
        coverage=coverage,
        description=_description(graph, cases, coverage),
        keys=_keys(graph, paths, widths, colours, metric),
        theme=theme,
        engine=diagram.engine,
    )
    svg = compose(sheet, "\n".join(drawing), diagram.width, diagram.height or 20.0)
    return Picture(svg, diagram.notes)


def _digest(text_: str) -> str:
    raw = text_.encode("utf-8", "surrogatepass")
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()[:8]


def _name_id(name: str) -> str:
    """Make the id of an activity's box; it stays when other things in the picture change."""
    return f"act-{_digest(name)}"


def _edge_id(source: str, target: str) -> str:
    return "edge-" + _digest(source + "\0" + target)


class _Links:
    """Wrap elements in a link where the template has a place for what they are."""

    def __init__(self, template: str | None) -> None:
        self.template = template

    def wrap(self, svg: str, **values: str) -> str:
        named = self.template is not None and any(f"{{{key}}}" in self.template for key in values)
        address = link(self.template, **values) if named else None
        return element("a", {"href": address}, svg) if address else svg


def _box_note(activity: Activity, cases: int, *, timed: bool, metric: Metric) -> str:
    if timed and activity.service is not None:
        return f"median {format_duration(activity.service.median_s)}"
    if metric == "cases":
        return f"{plural(activity.cases, 'case')} · {percent(activity.cases, cases)}"
    return f"{activity.events:,} · {percent(activity.cases, cases)} of cases"


def _value(edge: Edge, metric: Metric) -> float | None:
    if metric == "frequency":
        return float(edge.count)
    if metric == "cases":
        return float(edge.cases)
    if edge.wait is None:
        return None
    seconds = {
        "median": edge.wait.median_s,
        "mean": edge.wait.mean_s,
        "p90": edge.wait.p90_s,
        "total": edge.wait.total_s,
    }[metric]
    return float(seconds)


def _paths(
    graph: DirectlyFollowsGraph, ids: Mapping[str, str], metric: Metric, cases: int
) -> list[_Path]:
    """All arrows: of the graph, from the start, to the end; in the graph's own order."""
    timed = metric in _CAPTIONS
    paths = []
    for edge in graph.edges:
        value = _value(edge, metric)
        if timed:
            label = format_duration(value)
        else:
            label = f"{edge.cases if metric == 'cases' else edge.count:,}"
        paths.append(
            _Path(
                id=_edge_id(edge.source, edge.target),
                source=ids[edge.source],
                target=ids[edge.target],
                count=edge.count,
                value=value,
                label=label,
                tooltip=_edge_tooltip(edge, cases),
                few=timed and edge.wait is not None and edge.wait.n < _FEW,
                edge=edge,
                cases=edge.cases,
            )
        )
    for counts, kind in ((graph.starts, _START), (graph.ends, _END)):
        for name, count in counts.items():
            verb = "starts" if kind == _START else "ends"
            one = f"{isolated(name)} {verb} {plural(count, 'case')} ({percent(count, cases)})"
            paths.append(
                _Path(
                    id=f"{kind}-{_digest(name)}",
                    source=_START if kind == _START else ids[name],
                    target=ids[name] if kind == _START else _END,
                    count=count,
                    value=None if timed else float(count),
                    label=f"{count:,}",
                    tooltip=one,
                    activity=name,
                    cases=count,
                )
            )
    return paths


def _edge_tooltip(edge: Edge, cases: int) -> str:
    parts = [
        f"{isolated(edge.source)} → {isolated(edge.target)}: {plural(edge.count, 'time')}",
        f"{plural(edge.cases, 'case')} ({percent(edge.cases, cases)})",
    ]
    if edge.wait is not None:
        wait = edge.wait
        parts.append(
            f"median {format_duration(wait.median_s)}, mean {format_duration(wait.mean_s)},"
            f" p90 {format_duration(wait.p90_s)}, total {format_duration(wait.total_s)}"
        )
        if wait.n < _FEW:
            parts.append(f"n={wait.n}")
    return ", ".join(parts)


def _box_tooltip(activity: Activity, graph: DirectlyFollowsGraph, cases: int) -> str:
    parts = [
        (
            f"{isolated(activity.name)}: {plural(activity.events, 'time')}"
            f" in {plural(activity.cases, 'case')} ({percent(activity.cases, cases)})"
        )
    ]
    if activity.service is not None:
        service = activity.service
        parts.append(
            f"takes median {format_duration(service.median_s)},"
            f" p90 {format_duration(service.p90_s)}"
        )
    for verb, counts in (("starts", graph.starts), ("ends", graph.ends)):
        if activity.name in counts:
            parts.append(f"{verb} {plural(counts[activity.name], 'case')}")
    return ", ".join(parts)


def _widths(paths: Iterable[_Path]) -> dict[str, float]:
    """Stroke widths: 1 to 7 points, by the root of the share of the greatest value."""
    listed = list(paths)
    most = max((path.value or 0.0 for path in listed), default=0.0)
    return {
        path.id: 1.2
        if path.value is None
        else 1 + 6 * sqrt(max(path.value, 0.0) / most if most > 0 else 0.0)
        for path in listed
    }


def _step(value: float, most: float) -> int:
    """One of five steps on a root scale."""
    share = sqrt(max(value, 0.0) / most) if most > 0 else 0.0
    return min(4, int(share * 5))


def _request(
    activities: list[Activity],
    ids: Mapping[str, str],
    boxes: Mapping[str, BoxText],
    paths: list[_Path],
    widths: Mapping[str, float],
    direction: Direction,
) -> LayoutRequest:
    """Arrange it so that the most common way becomes a straight spine.

    The heaviest edges into new nodes, grown from the start, always point down the page; of the
    others only those to activities that come later on average do.
    """
    if not activities:
        return LayoutRequest((), ())
    place = {_START: -1, _END: len(activities)}
    place |= {ids[activity.name]: i for i, activity in enumerate(activities)}
    backbone = _heaviest_in_tree(paths, place)
    most = max((path.count for path in paths), default=1) or 1
    nodes = [NodeSpec(_START, _SIGN, _SIGN, "ellipse", rank="source")]
    nodes += [
        NodeSpec(key, boxes[key].width, boxes[key].height)
        for key in (ids[activity.name] for activity in activities)
    ]
    nodes.append(NodeSpec(_END, _SIGN, _SIGN, "ellipse", rank="sink"))
    edges = []
    for path in paths:
        room = text_width(path.label, LABEL_SIZE) + 8
        edges.append(
            EdgeSpec(
                path.id,
                path.source,
                path.target,
                weight=1 + round(40 * path.count / most),
                constraint=path.id in backbone or place[path.target] > place[path.source],
                label_width=room + (widths[path.id] if direction == "tb" else 0.0),
                label_height=LABEL_HEIGHT,
            )
        )
    return LayoutRequest(tuple(nodes), tuple(edges), direction)


def _heaviest_in_tree(paths: list[_Path], place: Mapping[str, int]) -> set[str]:
    """Grow a tree from the start, always along the heaviest path to a node that isn't in it."""
    reached, tree = {_START}, set()
    waiting = sorted(
        (path for path in paths if path.target not in (path.source, _END)),
        key=lambda path: (-path.count, place[path.source], place[path.target]),
    )
    while True:
        for path in waiting:
            if path.source in reached and path.target not in reached:
                reached.add(path.target)
                tree.add(path.id)
                break
        else:
            return tree


def _look(path: _Path, most: float, theme: Theme, *, timed: bool) -> tuple[str, str, str | None]:
    """Colour, class and dashes of a path."""
    if path.value is None:
        dashes = "1.5 4" if path.edge else "5 4"
        return theme.quiet, "q", dashes
    step = _step(path.value, most)
    if timed:
        return theme.waits[step], f"w{step}", "1.5 4" if path.few else None
    return theme.paths[step], f"p{step}", None if path.edge else "5 4"


def _draw_paths(
    paths: list[_Path],
    widths: Mapping[str, float],
    diagram: Diagram,
    theme: Theme,
    links: _Links,
    *,
    timed: bool,
) -> list[str]:
    """Draw thin paths first, so that thick ones aren't cut."""
    most = max((path.value or 0.0 for path in paths), default=0.0)
    drawn = []
    for path in sorted(paths, key=lambda p: (widths[p.id], p.id)):
        colour, style, dashes = _look(path, most, theme, timed=timed)
        line = arrow(
            diagram.routes[path.id].points,
            width=widths[path.id],
            colour=colour,
            style=style,
            dashes=dashes,
        )
        attributes: dict[str, object] = {"id": path.id}
        if path.edge:
            attributes |= {
                "data-from": visible(path.edge.source, limit=_LONGEST_DATA),
                "data-to": visible(path.edge.target, limit=_LONGEST_DATA),
                "data-count": path.edge.count,
            }
        else:
            side = "data-to" if path.source == _START else "data-from"
            attributes[side] = visible(path.activity, limit=_LONGEST_DATA)
        attributes["data-cases"] = path.cases
        svg = group(attributes, path.tooltip, line)
        if path.edge:
            svg = links.wrap(svg, source=path.edge.source, target=path.edge.target)
        drawn.append(svg)
    return drawn


def _draw_boxes(
    activities: list[Activity],
    ids: Mapping[str, str],
    boxes: Mapping[str, BoxText],
    diagram: Diagram,
    graph: DirectlyFollowsGraph,
    cases: int,
    theme: Theme,
    links: _Links,
    timed: bool,
) -> list[str]:
    most = max((activity.events for activity in activities), default=0)
    drawn = []
    for activity in activities:
        key = ids[activity.name]
        step = _step(activity.events, most)
        # On a map of times the boxes stand back, so that the paths can speak.
        fill = theme.fills[max(0, step - 2) if timed else step]
        svg = group(
            {
                "id": key,
                "data-activity": visible(activity.name, limit=_LONGEST_DATA),
                "data-count": activity.events,
                "data-cases": activity.cases,
            },
            _box_tooltip(activity, graph, cases),
            activity_box(diagram.boxes[key], boxes[key], theme, fill=fill),
        )
        drawn.append(links.wrap(svg, activity=activity.name))
    return drawn


def _draw_labels(
    paths: list[_Path],
    widths: Mapping[str, float],
    diagram: Diagram,
    theme: Theme,
    direction: Direction,
) -> list[str]:
    """Write the labels over everything else, beside the path where the layout made room."""
    drawn = []
    for path in paths:
        x, y = _label_spot(diagram.routes[path.id], widths[path.id], direction)
        quiet = path.edge is None
        drawn.append(
            group(
                {"data-of": path.id},
                path.tooltip,
                text(
                    path.label,
                    x,
                    y + LABEL_SIZE * 0.36,
                    size=LABEL_SIZE,
                    style="m" if quiet else "t",
                    fill=theme.muted if quiet else theme.text,
                    anchor="middle",
                    halo=theme.background,
                ),
            )
        )
    return drawn


def _label_spot(route: Route, width: float, direction: Direction) -> tuple[float, float]:
    if route.label is None:
        return middle_of(route.points)
    x, y = route.label
    return (x + width / 2, y) if direction == "tb" else (x, y - width / 2)


def _keys(
    graph: DirectlyFollowsGraph,
    paths: list[_Path],
    widths: Mapping[str, float],
    theme: Theme,
    metric: Metric,
) -> list[Key]:
    if not graph.activities:
        return []
    timed = metric in _CAPTIONS
    events = [activity.events for activity in graph.activities]
    fills = theme.fills[:3] if timed else theme.fills
    keys = [
        swatches(
            "Activity: times it happened",
            fills,
            f"{min(events):,}",
            f"{max(events):,}",
            line=theme.box_line,
        )
    ]
    valued = [path for path in paths if path.value is not None]
    if valued:
        values = [path.value or 0.0 for path in valued]
        low, high = (
            (format_duration(v) if timed else f"{v:,.0f}") for v in (min(values), max(values))
        )
        shown = [widths[path.id] for path in valued]
        if timed:
            keys.append(swatches(_CAPTIONS[metric], theme.waits, low, high, line="", styles="w"))
        caption = (
            "Same, by width"
            if timed
            else "Path: cases"
            if metric == "cases"
            else "Path: times it was taken"
        )
        keys.append(wedge(caption, low, high, widths=(min(shown), max(shown)), theme=theme))
    if any(path.few for path in paths):
        keys.append(
            line_sample(
                f"Fewer than {_FEW} observations",
                dashes="1.5 4",
                colour=theme.waits[1],
                style="w1",
            )
        )
    keys.append(line_sample("Cases start or end", dashes="5 4", colour=theme.quiet, style="q"))
    return keys


def _description(graph: DirectlyFollowsGraph, cases: int, coverage: Coverage | None) -> str:
    sentences = [
        (
            f"Process map of {plural(len(graph.activities), 'activity', 'activities')}"
            f" and {plural(len(graph.edges), 'path')} in {plural(cases, 'case')}."
        )
    ]
    if graph.edges:
        edge = max(graph.edges, key=lambda e: (e.count, e.source, e.target))
        sentences.append(
            f"The most frequent path leads from {isolated(edge.source)} to"
            f" {isolated(edge.target)}, {plural(edge.count, 'time')}."
        )
    line = coverage_line(coverage)
    if line:
        sentences.append(f"{line}.")
    return " ".join(sentences)
