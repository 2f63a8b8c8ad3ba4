"""The pictures of a check: the process map with what leaves the design, the design with counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import click

from casemine.cli.frame import Choice, Option
from casemine.cli.look import look_options, timeout_option
from casemine.cli.output import check_folder, suffix_of, write_file
from casemine.cli.screen import note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from casemine.cli.checking import Work
    from casemine.draw import Picture
    from casemine.model.graph import DirectlyFollowsGraph

SECTION = "Pictures"
ENDINGS = (".svg", ".png")
MAP_STEPS = 300  # activities beside those of the design; more boxes than this nobody can read


@dataclass(frozen=True, slots=True)
class Overlay:
    """Which pictures are wanted, and how they look."""

    process_map: str | None
    designed_flow: str | None
    show_unused: bool
    layout: str | None
    direction: str | None
    theme: str
    engine: str
    timeout: timedelta

    @property
    def files(self) -> tuple[str, ...]:
        """Files that are to be written."""
        return tuple(name for name in (self.process_map, self.designed_flow) if name)

    def look(self) -> dict[str, Any]:
        """Return what both pictures understand."""
        return {
            "theme": self.theme,
            "engine": self.engine,
            "timeout_s": self.timeout.total_seconds(),
            **({"direction": self.direction} if self.direction else {}),
        }


def overlay_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the pictures; hand over `overlay`."""

    @wraps(function)
    def wrapper(**kwargs: Any) -> Any:
        names = tuple(Overlay.__dataclass_fields__)
        overlay = Overlay(**{name: kwargs.pop(name) for name in names})
        for name in overlay.files:
            suffix_of(name, ENDINGS)
            check_folder(name)
        return function(overlay=overlay, **kwargs)

    decorated: Callable[..., Any] = wrapper
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def draw(work: Work, overlay: Overlay, *, inputs: Sequence[str], force: bool) -> None:
    """Draw what is wanted and write it."""
    from casemine.cli.progress import working

    name = work.speaking.opened.name
    if overlay.process_map:
        with working(f"drawing {overlay.process_map}"):
            picture = _map(work, overlay, title=name)
        _write(picture, overlay.process_map, inputs=inputs, force=force)
    if overlay.designed_flow:
        from casemine.draw import draw_designed_flow

        with working(f"drawing {overlay.designed_flow}"):
            picture = draw_designed_flow(
                work.flow,
                work.conformance,
                layout=cast("Any", overlay.layout),
                **overlay.look(),
            )
        _write(picture, overlay.designed_flow, inputs=inputs, force=force)


def _map(work: Work, overlay: Overlay, *, title: str) -> Picture:
    from casemine.cli.picture import MAP_EDGES
    from casemine.cli.reading import summary_of
    from casemine.conform.footprint import footprint
    from casemine.discover import simplify
    from casemine.draw import draw_conformance_map

    graph = summary_of(work.speaking.log).graph
    if len(graph.activities) > MAP_STEPS:
        graph = _fewer_steps(work, graph)
    graph, coverage = simplify(graph, max_edges=MAP_EDGES)
    hidden = [step.activity for step in work.conformance.observability if not step.observable]
    return draw_conformance_map(
        graph,
        work.conformance,
        work.flow,
        allowed=footprint(work.flow.net, silent=hidden),
        coverage=coverage,
        show_unused=overlay.show_unused,
        title=f"{title} and {work.conformance.flow}",
        **cast("Any", overlay.look()),
    )


def _fewer_steps(work: Work, graph: DirectlyFollowsGraph) -> DirectlyFollowsGraph:
    """Leave rare activities out that are no step of the design; their neighbours are joined."""
    from casemine.cli.reading import summary_of
    from casemine.log.select import Selection, select

    designed = set(work.flow.activities)
    ranked = sorted(graph.activities, key=lambda one: (-one.cases, -one.events, one.name))
    steps = [one.name for one in ranked if one.name in designed]
    others = [one.name for one in ranked if one.name not in designed]
    if len(others) <= MAP_STEPS:
        return graph
    note(f"the map leaves out {len(others) - MAP_STEPS:,} rare activities of {len(ranked):,}")
    kept = Selection(keep_activities=(*steps, *others[:MAP_STEPS]))
    return summary_of(select(work.speaking.log, kept).log).graph


def _write(picture: Picture, target: str, *, inputs: Sequence[str], force: bool) -> None:
    for remark in picture.notes:
        note(remark)
    content: str | bytes = picture.svg
    if suffix_of(target, ENDINGS) == ".png":
        from casemine.draw import to_png

        content = to_png(picture.svg)
    write_file(target, content, inputs=inputs, force=force)


def layout_option(section: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the option that says whose drawing of the design is wanted."""
    return click.option(
        "--layout",
        cls=Option,
        section=section,
        type=Choice(["file", "own"]),
        help="Draw the design as its file does, where that holds a drawing, or lay it out anew.",
    )


def _option(*names: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=Option, section=SECTION, **kwargs)


_OPTIONS = (
    _option(
        "--map",
        "process_map",
        metavar="FILE",
        help="Draw what happened and where it leaves the design (.svg or .png).",
    ),
    _option(
        "--designed",
        "designed_flow",
        metavar="FILE",
        help="Draw the design, with how often each step and path was taken (.svg or .png).",
    ),
    _option(
        "--show-unused",
        is_flag=True,
        help="Draw on the map what the design has and no case took, too.",
    ),
    layout_option(SECTION),
    *look_options(SECTION),
    timeout_option(SECTION),
)
