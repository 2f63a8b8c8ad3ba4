"""Petri nets: places, labelled and silent transitions, tokens, and how often where known."""

from __future__ import annotations

import hashlib
from math import cos, pi, sin
from typing import TYPE_CHECKING

from casemine.draw.asides import with_asides
from casemine.draw.curves import middle_of
from casemine.draw.flowmarks import FlowMarks
from casemine.draw.layout import lay_out, readable
from casemine.draw.legend import Key, swatches
from casemine.draw.mapvalues import step_of
from casemine.draw.marks import marked_box, marked_size
from casemine.draw.page import Picture, Sheet, compose, plural
from casemine.draw.readingorder import reading_order
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.shapes import LABEL_SIZE, BoxText, arrow
from casemine.draw.svg import element, group, isolated, text
from casemine.draw.textwidth import visible
from casemine.draw.theme import Theme, ThemeName, theme_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casemine.draw.request import Direction, Engine
    from casemine.model.diagram import Box, Diagram
    from casemine.model.petri import Arc, PetriNet, Transition

_PLACE, _BAR, _BAR_LENGTH = 20.0, 6.0, 30.0
_MOST_DOTS = 4  # more tokens are written as a number


def draw_petri(
    net: PetriNet,
    *,
    marks: FlowMarks | None = None,
    keys: Sequence[Key] = (),
    title: str = "Petri net",
    subtitle: str | None = None,
    direction: Direction | None = None,
    theme: ThemeName = "auto",
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> Picture:
    """Draw a Petri net; silent transitions are thin bars.

    Parameters
    ----------
    marks : FlowMarks, optional
        Counts by transition, and what a check has found; `draw_designed_flow` makes them.
    keys : sequence of Key
        What the legend holds besides the signs of nets.
    subtitle : str, optional
        A line under the title; without it the size of the net.
    direction : {"lr", "tb"}, optional
        Without it left to right, unless that makes a ribbon much wider than a page.
    theme, engine, timeout_s
        As for `draw_map`.

    Raises
    ------
    MissingToolError
        When the engine named isn't there.
    """
    marks = marks or FlowMarks()
    boxes = {
        t.id: BoxText.of(t.label, _note(t, net, marks), narrowest=76, widest=160, most_lines=3)
        for t in net.transitions
        if t.label is not None
    }
    sizes = {key: marked_size(box, marks.box(key)) for key, box in boxes.items()}

    def lay(way: Direction) -> Diagram:
        return lay_out(_request(net, sizes, way), engine=engine, timeout_s=timeout_s)

    diagram, direction = readable(direction, lay)
    colours = theme_of(theme)
    diagram, beside = with_asides(diagram, marks.aside, colours)
    parts = [_arc(i, arc, diagram, colours) for i, arc in enumerate(net.arcs)]
    parts += [_place(place, net, diagram.boxes[place], colours) for place in net.places]
    for one in net.transitions:
        if one.label is None:
            parts.append(_silent(one, diagram.boxes[one.id], colours))
        else:
            box = diagram.boxes[one.id]
            parts.append(_step(one, net, boxes[one.id], marks, box, theme=colours))
    parts += beside
    if not parts:
        parts = [text("Nothing to show", 0, 14, size=13, style="m", fill=colours.muted)]
    silent = sum(transition.label is None for transition in net.transitions)
    size = (
        f"{plural(len(net.places), 'place')} · {plural(len(net.transitions) - silent, 'step')}"
        f" · {plural(silent, 'silent step')} · {plural(len(net.arcs), 'arc')}"
    )
    sheet = Sheet(
        title=title,
        subtitle=size if subtitle is None else subtitle,
        coverage=None,
        description=f"Petri net: {size}.",
        keys=[*keys, *_keys(net, colours)],
        theme=theme,
        engine=diagram.engine,
    )
    svg = compose(sheet, "\n".join(parts), diagram.width, diagram.height or 20.0)
    return Picture(svg, diagram.notes)


def _count(transition: Transition, net: PetriNet, marks: FlowMarks) -> int | None:
    return marks.steps.get(transition.id, net.frequency.get(transition.label or ""))


def _note(transition: Transition, net: PetriNet, marks: FlowMarks) -> str:
    if transition.id in marks.notes:
        return marks.notes[transition.id]
    count = _count(transition, net, marks)
    return "" if count is None else f"{count:,}"


def _request(
    net: PetriNet, boxes: Mapping[str, tuple[float, float]], direction: Direction
) -> LayoutRequest:
    sizes: dict[str, NodeSpec] = {
        place: NodeSpec(place, _PLACE, _PLACE, "ellipse") for place in net.places
    }
    for transition in net.transitions:
        bar = (_BAR, _BAR_LENGTH) if direction == "lr" else (_BAR_LENGTH, _BAR)
        size = boxes.get(transition.id, bar)
        sizes[transition.id] = NodeSpec(transition.id, *size)
    arcs = [(arc.source, arc.target) for arc in net.arcs]
    order = reading_order(list(sizes), arcs, sorted(net.initial))
    most = max(net.frequency.values(), default=0)
    counts = {t.id: net.frequency.get(t.label or "", 0) for t in net.transitions}
    edges = [
        EdgeSpec(
            f"arc{i}",
            arc.source,
            arc.target,
            weight=1 + round(20 * max(counts.get(arc.source, 0), counts.get(arc.target, 0)) / most)
            if most
            else 1,
        )
        for i, arc in enumerate(net.arcs)
    ]
    nodes = tuple(sizes[key] for key in order)
    return LayoutRequest(nodes, tuple(edges), direction, node_gap=16.0, rank_gap=24.0)


def _arc(index: int, arc: Arc, diagram: Diagram, theme: Theme) -> str:
    points = diagram.routes[f"arc{index}"].points
    line = arrow(points, width=1.2, colour=theme.paths[1], style="p1")
    if arc.weight == 1:
        return group({}, None, line)
    x, y = middle_of(points)
    words = text(
        f"{arc.weight:,}×",
        x,
        y + 4,
        size=LABEL_SIZE,
        fill=theme.text,
        anchor="middle",
        halo=theme.background,
    )
    return group({}, f"{arc.weight:,} tokens at once", line, words)


def _place(place: str, net: PetriNet, box: Box, theme: Theme) -> str:
    tokens = net.initial.get(place, 0)
    final = (net.final or {}).get(place, 0)
    ring = {"fill": theme.plain, "stroke": theme.box_line, "stroke-width": "1.4"}
    circles = [element("circle", {"cx": box.x, "cy": box.y, "r": box.width / 2, **ring})]
    if final:
        circles.append(
            element(
                "circle",
                {"cx": box.x, "cy": box.y, "r": box.width / 2 - 3.5, **ring, "fill": "none"},
            )
        )
    tooltip = [f"Place {isolated(place)}"]
    if tokens:
        tooltip.append(f"{plural(tokens, 'token')} at the start")
        circles.append(_tokens(tokens, box, theme))
    if final:
        tooltip.append(f"{plural(final, 'token')} at the end")
    return group({"id": _id("place", place)}, ", ".join(tooltip), *circles)


def _tokens(count: int, box: Box, theme: Theme) -> str:
    if count > _MOST_DOTS:
        return text(
            f"{count:,}", box.x, box.y + 3.5, size=9, style="i", fill=theme.ink, anchor="middle"
        )
    spread = 0.0 if count == 1 else 4.2
    angles = [2 * pi * k / count - pi / 2 for k in range(count)]
    return "".join(
        element(
            "circle",
            {
                "cx": box.x + spread * cos(angle),
                "cy": box.y + spread * sin(angle),
                "r": 4.2 if count == 1 else 2.6,
                "fill": theme.ink,
            },
        )
        for angle in angles
    )


def _silent(transition: Transition, box: Box, theme: Theme) -> str:
    bar = element(
        "rect",
        {
            "x": box.x - box.width / 2,
            "y": box.y - box.height / 2,
            "width": box.width,
            "height": box.height,
            "rx": 1.5,
            "fill": theme.quiet,
            "class": "qa",
        },
    )
    return group({"id": _id("transition", transition.id)}, "τ: a silent step", bar)


def _step(
    transition: Transition,
    net: PetriNet,
    words: BoxText,
    marks: FlowMarks,
    box: Box,
    *,
    theme: Theme,
) -> str:
    count = _count(transition, net, marks)
    tooltip = isolated(transition.label or "")
    if count is not None:
        tooltip += f": {plural(count, 'time')}"
    fill = frequency_fill(count, marks.steps or net.frequency, theme)
    return group(
        {
            "id": _id("transition", transition.id),
            "data-activity": visible(transition.label or "", limit=1000),
            "data-count": count,
        },
        marks.tooltips.get(transition.id, tooltip),
        marked_box(box, words, marks.box(transition.id), theme, fill=fill),
    )


def frequency_fill(count: int | None, frequency: Mapping[str, int], theme: Theme) -> str:
    """Colour of a box by how often, or the plain one where that isn't known."""
    if count is None:
        return theme.plain
    return theme.fills[step_of(count, max(frequency.values()))]


def frequency_keys(frequency: Mapping[str, int], theme: Theme) -> list[Key]:
    """Explain the colours of boxes, where they say something."""
    if not frequency:
        return []
    low, high = f"{min(frequency.values()):,}", f"{max(frequency.values()):,}"
    return [swatches("Times it happened", theme.fills, low, high, line=theme.box_line)]


def _keys(net: PetriNet, theme: Theme) -> list[Key]:
    keys = frequency_keys(net.frequency, theme)
    ring = {"cy": 6, "fill": theme.plain, "stroke": theme.box_line}
    start = element("circle", {"cx": 8, "r": 8, **ring}) + element(
        "circle", {"cx": 8, "cy": 6, "r": 3.4, "fill": theme.ink}
    )
    keys.append(Key("Start", start, 22))
    if net.final:
        end = element("circle", {"cx": 8, "r": 8, **ring}) + element(
            "circle", {"cx": 8, "r": 5, **ring}
        )
        keys.append(Key("End", end, 22))
    if any(transition.label is None for transition in net.transitions):
        bar = element(
            "rect",
            {"x": 8, "y": -4, "width": 5, "height": 20, "fill": theme.quiet, "class": "qa"},
        )
        keys.append(Key("Silent step", bar, 22))
    return keys


def _id(kind: str, name: str) -> str:
    raw = name.encode("utf-8", "surrogatepass")
    return f"{kind}-{hashlib.sha1(raw, usedforsecurity=False).hexdigest()[:8]}"
