"""The process map with the designed flow laid over it: where cases leave the design."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casemine.draw.asides import HIDDEN, with_asides
from casemine.draw.flowmarks import Aside
from casemine.draw.mapvalues import (
    START,
    Path,
    box_note,
    cases_of,
    description,
    name_id,
    paths_of,
)
from casemine.draw.marks import BoxMark, box_key, path_key
from casemine.draw.overlay import (
    Findings,
    box_mark,
    outside,
    reasons,
    summary,
    unseen_mark,
)
from casemine.draw.page import Picture, Sheet
from casemine.draw.processmap import Look, arranged
from casemine.draw.shapes import BoxText
from casemine.draw.svg import check_link_template, isolated
from casemine.draw.theme import ThemeName, theme_of
from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from casemine.draw.legend import Key
    from casemine.draw.request import Direction, Engine
    from casemine.draw.theme import Theme
    from casemine.model.conformance import Conformance
    from casemine.model.coverage import Coverage
    from casemine.model.flow import DesignedFlow
    from casemine.model.footprint import Footprint

_NEVER = "0 cases"
_HIDDEN = "this log cannot show it"


def draw_conformance_map(
    graph: DirectlyFollowsGraph,
    conformance: Conformance,
    flow: DesignedFlow,
    *,
    allowed: Footprint | None,
    show_unused: bool = False,
    least_share: float = 0.005,
    coverage: Coverage | None = None,
    title: str = "Process map and designed flow",
    subtitle: str | None = None,
    direction: Direction = "tb",
    theme: ThemeName = "auto",
    link_template: str | None = None,
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> Picture:
    """Draw what happened, and mark on it where that leaves the design.

    Parameters
    ----------
    graph : DirectlyFollowsGraph
        Of the log as it was checked. Rare paths may be left out of it, activities not: joining
        the neighbours of one makes paths that no case has taken.
    allowed : Footprint or None
        What the design lets come directly after what, where steps that the log cannot show need
        not leave an event. None: too large to know, so no path is marked.
    show_unused : bool
        Also draw what the design has and no case has taken. A required step that every case
        skips is always drawn.
    least_share : float
        Findings about steps of the design in a smaller share of cases are told in tooltips only;
        the legend says so.
    coverage, title, direction, theme, link_template, engine, timeout_s
        As for `draw_map`.
    subtitle : str, optional
        Without it, how many cases follow the design.

    Raises
    ------
    UsageError
        For a link template that isn't an http, https or relative address.
    MissingToolError
        When the engine named isn't there.

    Notes
    -----
    Each mark has a shape of its own and words, so none depends on seeing colours. Where cases are
    open, the end of a case after any step says nothing and is not marked.
    """
    check_link_template(link_template)
    names = [activity.name for activity in graph.activities]
    findings = Findings.of(conformance, [*names, *flow.activities])
    unseen = _unseen(graph, conformance, flow, findings, show_unused=show_unused)
    # Where they would stand is as unknown as whether they were done.
    hidden = [Aside(name, "", mark) for name, mark in unseen.items() if mark.look == "hidden"]
    unseen = {name: mark for name, mark in unseen.items() if mark.look != "hidden"}
    graph = _with_steps(graph, flow, unseen)
    designed = set(flow.activities)
    marks = {
        name_id(name): unseen[name]
        if name in unseen
        else box_mark(name, findings, designed=name in designed, least_share=least_share)
        for name in (activity.name for activity in graph.activities)
    }
    paths = paths_of(graph, "frequency")
    if allowed is not None:
        paths = [_marked(path, findings, allowed, conformance) for path in paths]
    foreign = sum(path.mark == "foreign" for path in paths)
    said = summary(conformance, paths=len(paths), foreign=foreign, judged=allowed is not None)
    if allowed is not None:
        paths += _ghosts(graph, set(unseen), allowed, conformance, show_unused=show_unused)
    cases = cases_of(graph)
    boxes = {name_id(one.name): BoxText.of(one.name, _note(one, cases)) for one in graph.activities}
    look = Look("frequency", direction, theme, link_template)
    drawing, notes = arranged(
        graph, paths, boxes, look, marks=marks, engine=engine, timeout_s=timeout_s
    )
    diagram, row = with_asides(drawing.diagram, hidden, theme_of(theme), caption=HIDDEN)
    drawing = replace(drawing, diagram=diagram)
    sheet = Sheet(
        title=title,
        subtitle=said if subtitle is None else subtitle,
        coverage=coverage,
        description=f"{description(graph, coverage)} {said}.",
        keys=[*drawing.keys(), *_keys(marks, paths, least_share, theme_of(theme))],
        theme=theme,
        engine=drawing.diagram.engine,
    )
    return Picture(drawing.on(sheet, row), notes)


def _note(activity: Activity, cases: int) -> str:
    return box_note(activity, cases, "frequency") if activity.events else _NEVER


def _unseen(
    graph: DirectlyFollowsGraph,
    conformance: Conformance,
    flow: DesignedFlow,
    findings: Findings,
    *,
    show_unused: bool,
) -> dict[str, BoxMark]:
    """Mark the steps of the design that no event shows, by name, in the order of the design."""
    there = {activity.name for activity in graph.activities}
    seen = {step.activity for step in conformance.observability if step.events} | there
    hidden = {s.activity: s.why for s in conformance.observability if not s.observable}
    unseen = {}
    for name in flow.activities:
        if name in seen or not (show_unused or findings.of_kind(name, "skipped")):
            continue
        why = f"{_HIDDEN}: {hidden[name]}" if hidden.get(name) else _HIDDEN
        unseen[name] = unseen_mark(name, findings, why=why if name in hidden else "")
    return unseen


def _with_steps(
    graph: DirectlyFollowsGraph, flow: DesignedFlow, names: Collection[str]
) -> DirectlyFollowsGraph:
    """Add steps without events, each about where the design has it."""
    order = flow.activities
    last = max(1, len(order) - 1)
    added = tuple(Activity(name, 0, 0, order.index(name) / last) for name in sorted(names))
    return replace(graph, activities=(*graph.activities, *added))


def _marked(path: Path, findings: Findings, allowed: Footprint, conformance: Conformance) -> Path:
    """Mark a path that the design doesn't have, and name the findings that it belongs to."""
    if path.edge is not None:
        ends: tuple[str | None, str | None] = (path.edge.source, path.edge.target)
    else:
        ends = (None, path.activity) if path.source == START else (path.activity, None)
    if not outside(*ends, allowed, open_cases=bool(conformance.open_cases)):
        return path
    said = [path.tooltip, "not in the designed flow", *reasons(*ends, findings, allowed)]
    return replace(path, mark="foreign", tooltip="\n".join(said))


def _ghosts(
    graph: DirectlyFollowsGraph,
    unseen: set[str],
    allowed: Footprint,
    conformance: Conformance,
    *,
    show_unused: bool,
) -> list[Path]:
    """Make the paths that the design has and no case has taken.

    Every unseen step hangs on the busiest step before and after it; all its paths would hide the
    rest. Of the paths between steps that were seen, those that coverage names.
    """
    events = {activity.name: activity.events for activity in graph.activities}
    taken = {(edge.source, edge.target) for edge in graph.edges}
    pairs: set[tuple[str, str]] = set()
    for name in sorted(unseen):
        before = [a for a, b in allowed.pairs if b == name and a in events and a != name]
        after = [b for a, b in allowed.pairs if a == name and b in events and b != name]
        if before:
            pairs.add((min(before, key=lambda one: (-events[one], one)), name))
        if after:
            pairs.add((name, min(after, key=lambda one: (-events[one], one))))
    if show_unused:
        untaken = {branch.element for branch in conformance.untaken}
        pairs |= {
            (a, b)
            for a, b in allowed.pairs
            if f"{a} > {b}" in untaken and a in events and b in events
        }
    ghosts = replace(
        graph,
        edges=tuple(Edge(a, b, 0, 0) for a, b in sorted(pairs - taken)),
        starts={},
        ends={},
    )
    return [
        replace(
            path,
            mark="ghost",
            label=_NEVER,
            tooltip=f"{isolated(path.edge.source)} → {isolated(path.edge.target)}:"
            " in the designed flow, taken by no case",
        )
        for path in paths_of(ghosts, "frequency")
        if path.edge is not None
    ]


def _keys(
    marks: Mapping[str, BoxMark], paths: list[Path], least_share: float, theme: Theme
) -> list[Key]:
    """Explain the marks that are on the map, and no others."""
    enough = f" (from {100 * least_share:g} % of cases)" if least_share else ""
    looks = {mark.look for mark in marks.values()}
    keys = []
    if any(path.mark == "foreign" for path in paths):
        keys.append(path_key("Path not in the designed flow", theme))
    if "skipped" in looks:
        keys.append(box_key(f"Step that cases skip{enough}", BoxMark("skipped"), theme))
    if any(mark.badge and mark.look != "unknown" for mark in marks.values()):
        keys.append(box_key(f"Out of place{enough}", BoxMark(badge=True), theme))
    if any(mark.timed for mark in marks.values()):
        keys.append(box_key("Time limit missed", BoxMark(timed=frozenset({0})), theme))
    if "unknown" in looks:
        keys.append(box_key("No step of the design", BoxMark("unknown", badge=True), theme))
    if "ghost" in looks or any(path.mark == "ghost" for path in paths):
        keys.append(path_key("Designed, never taken", theme, ghost=True))
    return keys
