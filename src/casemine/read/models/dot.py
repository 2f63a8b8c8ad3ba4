"""Directly-follows graphs from DOT files that casemine wrote, and from no others.

DOT is a language for pictures: what a box or a line means, only its writer knows. casemine's own
files say so in their first line and carry their figures as attributes, one node or edge per line.
"""

from __future__ import annotations

import json
import re

from casemine.errors import InputError, Place, show
from casemine.model.graph import DirectlyFollowsGraph, Edge
from casemine.model.timing import Timing
from casemine.read.models.modelgraph import graph_of

HEADER = "// casemine directly-follows graph 1"
TIMES = ("min_s", "median_s", "mean_s", "p90_s", "max_s", "total_s")
_LINE = re.compile(r"\t(\w+)(?: -> (\w+))? \[(.*)\]")
_ATTRIBUTE = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^\s"\]]+)(?: |$)')
_FRAME = {"digraph casemine {", "}", ""}
_DEFAULTS = {"graph", "node", "edge"}


def read_dot(data: bytes, file: str) -> DirectlyFollowsGraph:
    """Read a graph back.

    Raises
    ------
    InputError
        A DOT file of another origin, or a line that casemine would not have written.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    if lines[0].rstrip() != HEADER:
        raise InputError(
            "the DOT file is not one of casemine's, so what its lines mean is unknown",
            where=Place(file, 1),
            mend="give the model as .json, .pnml, .bpmn or .ptml instead",
            code="foreign-dot",
        )
    activities: list[tuple[str, int, int]] = []
    names: dict[str, str] = {}
    edges: list[Edge] = []
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    for row, line in enumerate(lines[1:], start=2):
        place = Place(file, row)
        if line.rstrip() in _FRAME:
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise InputError(f"{show(line)} is not a line of a casemine graph", where=place)
        source, target, listed = match.groups()
        if source in _DEFAULTS or (target is None and source in {"start", "end"}):
            continue
        figures = {key: _plain(value) for key, value in _ATTRIBUTE.findall(listed)}
        try:
            if target is None:
                name = json.loads(figures["activity"])
                if name in names.values() or not isinstance(name, str):
                    raise InputError(f"{show(name)} is there twice", where=place)
                names[source] = name
                activities.append((name, int(figures["events"]), int(figures["cases"])))
            elif source == "start":
                starts[names[target]] = int(figures["count"])
            elif target == "end":
                ends[names[source]] = int(figures["count"])
            else:
                edges.append(_edge(names[source], names[target], figures))
        except (KeyError, ValueError) as error:
            raise InputError(
                f"{show(str(error))} is missing or wrong in {show(line.strip())}", where=place
            ) from None
    return graph_of(activities, edges, starts, ends)


def _edge(source: str, target: str, figures: dict[str, str]) -> Edge:
    count = int(figures["count"])
    wait = None
    if "min_s" in figures:
        wait = Timing(count, *(float(figures[name]) for name in TIMES))
    return Edge(source, target, count, int(figures["cases"]), wait)


def _plain(value: str) -> str:
    """Undo DOT's quoting."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
