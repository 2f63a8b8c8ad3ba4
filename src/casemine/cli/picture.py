"""The options of pictures, and the way from a model to a picture or a file of another kind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import click

from casemine.cli.frame import Choice, Option
from casemine.cli.look import look_options, timeout_option
from casemine.cli.screen import note
from casemine.cli.values import Share
from casemine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from casemine.draw import Picture
    from casemine.model.coverage import Coverage
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.write.modeljson import Model

SECTION = "Picture"
_LAYOUT = ("engine", "timeout_s")
MAP_EDGES = 60  # more arrows than this nobody can follow
METRICS = ("frequency", "cases", "median", "mean", "p90", "total")
ENDINGS = {
    "dfg": (".svg", ".png", ".dot", ".json"),
    "petri": (".svg", ".png", ".pnml", ".json"),
    "bpmn": (".svg", ".png", ".bpmn", ".json"),
    "tree": (".svg", ".png", ".ptml", ".json"),
}
ALL_ENDINGS = tuple(dict.fromkeys(ending for endings in ENDINGS.values() for ending in endings))
OWN_ENDING = {".dot": "dfg", ".pnml": "petri", ".bpmn": "bpmn", ".ptml": "tree"}


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """How to draw; what is None is left to the drawing."""

    metric: str
    max_edges: int | None
    min_path: int
    paths: float | None
    direction: str | None
    theme: str
    engine: str
    title: str | None
    link_template: str | None
    timeout: timedelta
    subtitle: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict)  # for the envelope of .json
    filters: Mapping[str, Any] = field(default_factory=lambda: {"applied": []})

    def shared(self) -> dict[str, Any]:
        """Return what every kind of picture understands."""
        given = {"title": self.title, "subtitle": self.subtitle, "direction": self.direction}
        return {
            "theme": self.theme,
            "engine": self.engine,
            "timeout_s": self.timeout.total_seconds(),
            **{name: value for name, value in given.items() if value is not None},
        }


def picture_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of pictures; hand over `picture`."""

    @wraps(function)
    def wrapper(**kwargs: Any) -> Any:
        picture = PictureOptions(**{name: kwargs.pop(name) for name in _NAMES})
        return function(picture=picture, **kwargs)

    decorated: Callable[..., Any] = wrapper
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def simplified(
    graph: DirectlyFollowsGraph, options: PictureOptions, *, for_picture: bool
) -> tuple[DirectlyFollowsGraph, Coverage]:
    """Hide rare paths: as the options say, and on pictures never more than can be followed."""
    from casemine.discover import simplify

    limit = options.max_edges
    if limit is None and for_picture:
        limit = MAP_EDGES
    return simplify(graph, max_edges=limit or None, min_path=options.min_path, paths=options.paths)


def content_for(model: Model, ending: str, options: PictureOptions, *, kind: str) -> str | bytes:
    """Turn a model into what a file with this ending holds.

    Raises
    ------
    UsageError
        This kind of model has no such form.
    """
    if ending not in ENDINGS[kind]:
        raise UsageError(
            f"a model of kind {kind} has no form {ending}",
            mend=f"it can be {' '.join(ENDINGS[kind])}"
            + (f"; --as {OWN_ENDING[ending]} makes {ending}" if ending in OWN_ENDING else ""),
            code="unknown-suffix",
        )
    if ending in {".svg", ".png"}:
        picture = draw(model, options)
        for remark in picture.notes:
            note(remark)
        if ending == ".svg":
            return picture.svg
        from casemine.draw import to_png

        return to_png(picture.svg)
    return _written(model, ending, options, kind)


def draw(model: Model, options: PictureOptions) -> Picture:
    """Draw any kind of model."""
    from casemine import draw as drawing
    from casemine.model.bpmn import BpmnModel
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.model.petri import PetriNet

    shared = options.shared()
    if isinstance(model, DirectlyFollowsGraph):
        graph, coverage = simplified(model, options, for_picture=True)
        return drawing.draw_map(
            graph,
            coverage=coverage,
            metric=cast("Any", options.metric),
            link_template=options.link_template,
            **shared,
        )
    if isinstance(model, PetriNet):
        return drawing.draw_petri(model, **shared)
    if isinstance(model, BpmnModel):
        return drawing.draw_bpmn(model, **shared)
    only_boxes = {name: value for name, value in shared.items() if name not in _LAYOUT}
    return drawing.draw_tree(model, **only_boxes)


def _written(model: Model, ending: str, options: PictureOptions, kind: str) -> str:
    from casemine.model.bpmn import BpmnModel
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.model.petri import PetriNet
    from casemine.write import models

    if isinstance(model, DirectlyFollowsGraph):
        model = simplified(model, options, for_picture=ending == ".dot")[0]
    if ending == ".json":
        from casemine import __version__
        from casemine.report import jsonout

        found = jsonout.envelope(
            kind,
            models.to_json(model),
            tool=f"casemine {__version__}",
            source=options.source,
            filters=options.filters,
        )
        return jsonout.dumps(found)
    if isinstance(model, DirectlyFollowsGraph):
        return models.to_dot(model)
    if isinstance(model, PetriNet):
        return models.to_pnml(model)
    if isinstance(model, BpmnModel):
        from casemine.draw import layout_bpmn

        wanted = options.shared()
        layout = {name: wanted[name] for name in ("direction", *_LAYOUT) if name in wanted}
        return models.to_bpmn(model, layout_bpmn(model, **layout))
    return models.to_ptml(model)


def _option(*names: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=Option, section=SECTION, **kwargs)


_OPTIONS = (
    _option(
        "--metric",
        type=Choice(METRICS),
        default="frequency",
        show_default=True,
        help="What the arrows of a map show; the last four are times between.",
    ),
    _option(
        "--max-edges",
        type=click.IntRange(min=0),
        metavar="N",
        help=f"At most N paths; pictures show {MAP_EDGES} where not given, 0 is all.",
    ),
    _option(
        "--min-path",
        type=click.IntRange(min=1),
        default=1,
        metavar="N",
        help="Paths that happened at least N times.",
    ),
    _option("--paths", type=Share(), metavar="SHARE", help="This share of the paths, as 60%."),
    *look_options(SECTION),
    _option("--title", metavar="TEXT", help="Title of the picture; default: name of the log."),
    _option(
        "--link-template",
        metavar="URL",
        help="Link from boxes ({activity}) and arrows ({source}, {target}).",
    ),
    timeout_option(SECTION),
)
_NAMES = (
    "metric",
    "max_edges",
    "min_path",
    "paths",
    "direction",
    "theme",
    "engine",
    "title",
    "link_template",
    "timeout",
)


def kind_of(model: Model) -> str:
    """Name a model as --as does."""
    from casemine.model.bpmn import BpmnModel
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.model.petri import PetriNet

    if isinstance(model, DirectlyFollowsGraph):
        return "dfg"
    if isinstance(model, PetriNet):
        return "petri"
    return "bpmn" if isinstance(model, BpmnModel) else "tree"


def about(
    options: PictureOptions,
    title: str,
    *,
    subtitle: str | None = None,
    source: Mapping[str, Any] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> PictureOptions:
    """Add what is known of the log; its name is the title where the user gave none."""
    return replace(
        options,
        title=options.title or title,
        subtitle=subtitle,
        source=source or options.source,
        filters=filters or options.filters,
    )
