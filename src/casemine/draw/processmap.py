"""The process map: a directly-follows graph with how often, or how long, on every path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.labels import place_labels
from casemine.draw.layout import lay_out
from casemine.draw.legend import Key, line_sample, swatches, wedge
from casemine.draw.loops import tidy_loops
from casemine.draw.maplayout import map_request
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
from casemine.draw.marks import CROSS, CROSS_ROOM, DASHES, PLAIN, cross, marked_box, marked_size
from casemine.draw.page import Picture, Sheet, compose, plural
from casemine.draw.shapes import (
    LABEL_SIZE,
    BoxText,
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
    from collections.abc import Mapping, Sequence

    from casemine.draw.marks import BoxMark
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
    cases = cases_of(graph)
    boxes = {
        name_id(activity.name): BoxText.of(activity.name, box_note(activity, cases, metric))
        for activity in graph.activities
    }
    look = Look(metric, direction, theme, link_template)
    drawing, notes = arranged(
        graph, paths_of(graph, metric), boxes, look, engine=engine, timeout_s=timeout_s
    )
    sheet = Sheet(
        title=title,
        subtitle=f"{plural(cases, 'case')} · {plural(graph.events, 'event')}"
        if subtitle is None
        else subtitle,
        coverage=coverage,
        description=description(graph, coverage),
        keys=drawing.keys(),
        theme=theme,
        engine=drawing.diagram.engine,
    )
    return Picture(drawing.on(sheet), notes)


@dataclass(frozen=True, slots=True)
class Look:
    """How a map shows what it shows."""

    metric: Metric
    direction: Direction
    theme: ThemeName
    link_template: str | None


def arranged(
    graph: DirectlyFollowsGraph,
    paths: list[Path],
    boxes: Mapping[str, BoxText],
    look: Look,
    *,
    marks: Mapping[str, BoxMark] | None = None,
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> tuple[Drawing, tuple[str, ...]]:
    """Find coordinates for a map; `marks` are of conformance, by the id of the box."""
    marks = marks or {}
    widths = stroke_widths(paths)
    sizes = {key: marked_size(box, marks.get(key, PLAIN)) for key, box in boxes.items()}
    request = map_request(graph, sizes, paths, widths, look.direction)
    diagram = tidy_loops(lay_out(request, engine=engine, timeout_s=timeout_s), request)
    diagram, on_path = place_labels(diagram, request)
    drawing = Drawing(graph, paths, boxes, marks, widths, diagram, look, on_path)
    return drawing, diagram.notes


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the elements of one map are drawn from."""

    graph: DirectlyFollowsGraph
    paths: list[Path]
    boxes: Mapping[str, BoxText]
    marks: Mapping[str, BoxMark]
    widths: Mapping[str, float]
    diagram: Diagram
    look: Look
    on_path: frozenset[str]

    @property
    def theme(self) -> Theme:
        """Colours that are written into the elements."""
        return theme_of(self.look.theme)

    def on(self, sheet: Sheet, more: Sequence[str] = ()) -> str:
        """Put the map on its sheet, with `more` drawings in its coordinates."""
        parts = "\n".join([*self.parts(), *more])
        return compose(sheet, parts, self.diagram.width, self.diagram.height or 20.0)

    def parts(self) -> list[str]:
        """Draw from the back to the front: paths, boxes, labels."""
        if not self.graph.activities:
            return [text("No activities to show", 0, 14, size=13, style="m", fill=self.theme.muted)]
        started = plural(sum(self.graph.starts.values()), "case")
        ended = plural(sum(self.graph.ends.values()), "case")
        # Thin paths first, so that thick ones aren't cut.
        paths = sorted(self.paths, key=lambda path: (self.widths[path.id], path.id))
        most = max(activity.events for activity in self.graph.activities)
        cases = cases_of(self.graph)
        return [
            *map(self._path, paths),
            *(self._box(one, most=most, cases=cases) for one in self.graph.activities),
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
        if path.mark == "foreign":
            return self.theme.deviation, "v", DASHES
        if path.mark == "ghost":
            return self.theme.ghost, "g", _DOTTED
        if path.value is None:
            return self.theme.quiet, "q", _DOTTED if path.edge else _DASHED
        step = step_of(path.value, scale_top(self.paths))
        if is_timed(self.look.metric):
            return self.theme.waits[step], f"w{step}", _DOTTED if path.few else None
        return self.theme.paths[step], f"p{step}", None

    def _box(self, activity: Activity, *, most: int, cases: int) -> str:
        key = name_id(activity.name)
        step = step_of(activity.events, most)
        # On a map of times the boxes stand back, so that the paths can speak.
        fill = self.theme.fills[step // 2 if is_timed(self.look.metric) else step]
        mark = self.marks.get(key, PLAIN)
        svg = group(
            {
                "id": key,
                "data-activity": visible(activity.name, limit=_LONGEST_DATA),
                "data-count": activity.events,
                "data-cases": activity.cases,
            },
            "\n".join([box_tooltip(activity, self.graph, cases), *mark.tooltip]),
            marked_box(self.diagram.boxes[key], self.boxes[key], mark, self.theme, fill=fill),
        )
        return self._linked(svg, activity=activity.name)

    def _label(self, path: Path) -> str:
        """Write a label beside its path, or on it where the layout made no room."""
        spot, width = self.diagram.routes[path.id].label, self.widths[path.id]
        assert spot is not None
        x, y = spot
        if path.id not in self.on_path and path.source != path.target:
            x, y = (x + width / 2, y) if self.look.direction == "tb" else (x, y - width / 2)
        foreign, quiet = path.mark == "foreign", path.edge is None or path.mark == "ghost"
        style, fill = ("m", self.theme.muted) if quiet else ("t", self.theme.text)
        sign = ""
        if foreign:
            style, fill = "vt", self.theme.deviation_text
            left = x - (text_width(path.label, LABEL_SIZE) + CROSS_ROOM) / 2
            sign = cross(left + CROSS / 2, y, self.theme)
            x += CROSS_ROOM / 2
        words = text(
            path.label,
            x,
            y + LABEL_SIZE * 0.36,
            size=LABEL_SIZE,
            style=style,
            fill=fill,
            anchor="middle",
            bold=foreign,
            italic=path.mark == "ghost",
            halo=self.theme.background,
        )
        return group({"data-of": path.id}, path.tooltip, words + sign)

    def _linked(self, svg: str, **names: str) -> str:
        """Wrap an element in a link where the template has a place for what it is."""
        template = self.look.link_template
        if template is None or not any(f"{{{key}}}" in template for key in names):
            return svg
        address = link(template, **names)
        return element("a", {"href": address}, svg) if address else svg

    def keys(self) -> list[Key]:
        """List what stands in the legend."""
        if not self.graph.activities:
            return []
        timed, theme = is_timed(self.look.metric), self.theme
        # What no case has taken or done sets no scale.
        events = [one.events for one in self.graph.activities if one.events] or [0]
        keys = [
            swatches(
                "Activity: times it happened",
                theme.fills[:3] if timed else theme.fills,
                f"{min(events):,}",
                f"{max(events):,}",
                line=theme.box_line,
            )
        ]
        valued = [p for p in self.paths if p.value is not None and p.mark != "ghost"]
        if valued:
            values = [path.value or 0.0 for path in valued]
            top = scale_top(self.paths)
            low, high = (format_duration(v) if timed else f"{v:,.0f}" for v in (min(values), top))
            if max(values) > top:
                high = f"≥ {high}"
            ends = [self.widths[path.id] for path in valued]
            span = (min(ends), max(ends))
            if timed:
                caption = WAIT_CAPTIONS[self.look.metric]
                keys.append(swatches(caption, theme.waits, low, high, line="", styles="w"))
                keys.append(wedge("Width: the same time", low, high, widths=span, theme=theme))
            else:
                caption = (
                    "Path: cases" if self.look.metric == "cases" else "Path: times it was taken"
                )
                keys.append(wedge(caption, low, high, widths=span, theme=theme))
        if any(path.few for path in self.paths):
            caption = f"Fewer than {FEW} observations"
            keys.append(line_sample(caption, dashes=_DOTTED, colour=theme.waits[1], style="w1"))
        caption = "Cases start or end"
        keys.append(line_sample(caption, dashes=_DASHED, colour=theme.quiet, style="q"))
        return keys
