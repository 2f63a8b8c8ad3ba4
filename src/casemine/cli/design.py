"""The options that say which design a log is held against, and how."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from casemine.cli.designed import ships
from casemine.cli.frame import Choice, Option
from casemine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

DESIGN = "Design"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Design:
    """Which design, and how a log is held against it."""

    flow: str
    process: str | None
    events: str
    mapping: str | None
    rules: str | None
    observable: tuple[str, ...]
    open_unless: tuple[str, ...]
    closed_where: str | None
    rest_days: float | None
    all_complete: bool
    allow_unsound: bool

    @property
    def shipped(self) -> bool:
        """Whether the flow is one that comes with casemine."""
        return ships(self.flow)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Files that are read, none of which a result may replace."""
        named = (None if self.shipped else self.flow, self.mapping, self.rules)
        return tuple(one for one in named if one and one != NONE)


def design_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the design; hand over `design`."""

    @wraps(function)
    def wrapper(**kwargs: Any) -> Any:
        flow = kwargs.pop("designed")
        if not flow:
            raise UsageError(
                "which designed flow is LOG to be held against?",
                mend="--flow yasm takes the one that ships, --flow FILE your own (BPMN or PNML);"
                " or say it once in casemine.toml: [model] path",
                code="no-flow",
            )
        design = Design(flow, **{name: kwargs.pop(name) for name in _NAMES})
        return function(design=design, **kwargs)

    decorated: Callable[..., Any] = wrapper
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def _option(*names: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=Option, section=DESIGN, **kwargs)


_OPTIONS = (
    _option(
        "--flow",
        "designed",
        metavar="yasm|FILE",
        help="The designed flow: the one that ships, or your own in BPMN 2.0 or PNML.",
    ),
    _option("--process", metavar="ID", help="Which process, where the file holds several."),
    _option(
        "--events",
        type=Choice(["silent", "steps"]),
        default="silent",
        show_default=True,
        help="Whether named intermediate events of a BPMN file are steps, which leave events.",
    ),
    _option(
        "--mapping",
        metavar="FILE|NAME",
        help="Raw events to steps: TOML of your own, one that ships, or none; for yasm the one of"
        " the system that LOG comes from, unless LOG speaks of the steps already.",
    ),
    _option(
        "--rules",
        metavar="FILE",
        help="Rules of your own in TOML, or none; for yasm those that ship.",
    ),
    _option(
        "--observable",
        multiple=True,
        default=("auto",),
        show_default="auto",
        metavar="auto|all|seen|minimal|STEP",
        help="Steps that the log can show, by their names or together; the others are not judged."
        " May be repeated with names.",
    ),
    _option(
        "--open-unless",
        multiple=True,
        metavar="STEP",
        help="A case is open unless it had this step; may be repeated.",
    ),
    _option(
        "--closed-where",
        metavar="EXPR",
        help="A case is over too when its last event meets this, such as 'state == \"Closed\"'.",
    ),
    _option(
        "--rest-days",
        type=click.FloatRange(min=0),
        metavar="N",
        help="An open case that rests longer is unfinished; default: longer than 99 % ever did.",
    ),
    _option(
        "--all-complete",
        is_flag=True,
        help="No case is open: each has to reach the end of the design.",
    ),
    _option(
        "--allow-unsound",
        is_flag=True,
        help="Take a flow with faults all the same, if some run of it ends.",
    ),
)
_NAMES = tuple(name for name in Design.__dataclass_fields__ if name != "flow")
