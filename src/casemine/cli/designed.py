"""The designed flow that a command is asked for: one that ships, or a file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from casemine.cli.screen import note
from casemine.errors import UsageError, show
from casemine.model.words import near

if TYPE_CHECKING:
    from casemine.model.flow import DesignedFlow

EventsAs = Literal["silent", "steps"]
# What tools call a process that nobody named: `net`, `Process_1`, `id90befad8-1b23`. Reports call
# it by its file then.
_ANONYMOUS = re.compile(
    r"net|process|(process|proc|sid|id|_)[-_]?(?=[\w-]*\d)[\w-]*", re.IGNORECASE
)


def ships(named: str) -> bool:
    """Whether this is the name of a flow that comes with casemine, and not a file."""
    from casemine.read.flows import SHIPPED

    return named in SHIPPED and not Path(named).exists()


def designed_flow(named: str, *, process: str | None, events: EventsAs = "silent") -> DesignedFlow:
    """Read the flow, and say what reading it remarks.

    Raises
    ------
    UsageError
        No flow ships by this name; near ones are named.
    InputError
        The file cannot be read, or holds no flow that means anything.
    """
    from casemine.read.flows import SHIPPED, read_flow, shipped_flow

    if ships(named):
        return shipped_flow(named)
    path = Path(named)
    if not path.suffix and not path.exists():
        raise UsageError(
            f"--flow: there is no flow {show(named)}{near(named, list(SHIPPED))}",
            mend=f"known are {', '.join(SHIPPED)}, or a file in BPMN 2.0 or PNML",
            code="no-such-flow",
        )
    flow = read_flow(named, process=process, events=events)
    for remark in flow.remarks:
        note(remark)
    name = path.stem if _ANONYMOUS.fullmatch(flow.name) else flow.name
    return replace(flow, name=name, source=in_project(named))


def in_project(name: str) -> str:
    """Name a file as the project does: relative, with forward slashes, never an absolute path."""
    path = Path(name)
    if path.is_absolute():
        here = Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else Path(path.name)
    return path.as_posix()
