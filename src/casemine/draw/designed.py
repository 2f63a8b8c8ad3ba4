"""The designed flow with what became of it: how often each way was taken, and what deviates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from casemine.draw.bpmn import draw_bpmn
from casemine.draw.flowmarks import Aside, FlowMarks
from casemine.draw.legend import Key, swatches, wedge
from casemine.draw.marks import BoxMark, box_key, path_key
from casemine.draw.overlay import Findings, box_mark, standing, told, unseen_mark
from casemine.draw.page import Picture, percent, plural
from casemine.draw.petri import draw_petri
from casemine.draw.svg import isolated
from casemine.draw.theme import ThemeName, theme_of

if TYPE_CHECKING:
    from casemine.draw.request import Direction, Engine
    from casemine.draw.theme import Theme
    from casemine.model.conformance import Conformance, StepCount
    from casemine.model.flow import DesignedFlow, FlowElement

_HIDDEN = "not observable"
_NOTHING = Findings({}, {})
_INCOMPLETE = "the flow's file holds no drawing that is complete, so this is our layout."


def draw_designed_flow(
    flow: DesignedFlow,
    conformance: Conformance | None = None,
    *,
    least_share: float = 0.005,
    title: str | None = None,
    subtitle: str | None = None,
    layout: Literal["file", "own"] | None = None,
    direction: Direction | None = None,
    theme: ThemeName = "auto",
    engine: Engine = "auto",
    timeout_s: float = 10.0,
) -> Picture:
    """Draw the flow as it was designed, and on it what the cases did.

    Parameters
    ----------
    conformance : Conformance, optional
        What a check has found. Without it the flow is drawn on its own.
    least_share : float
        Findings in a smaller share of cases are told in tooltips only; the legend says so.
    title : str, optional
        Without it the name of the flow.
    subtitle : str, optional
        Without it, how many cases follow the flow, or its size.
    layout : {"file", "own"}, optional
        Whose drawing: that of the flow's file, or ours. Without it that of the file, if it holds a
        complete one and no direction or engine is asked for.
    direction : {"lr", "tb"}, optional
        Without it left to right where there are lanes, and as for `draw_bpmn` otherwise.
    theme, engine, timeout_s
        As for `draw_bpmn`.

    Raises
    ------
    MissingToolError
        When the engine named isn't there.

    Notes
    -----
    A number in a box, or beside a path where ways part, is how often the alignments pass there, so
    numbers add up along the flow: a step that was skipped is passed as well. What became of a step
    is in its tooltip. A flow that came as a net is drawn as one.
    """
    name = flow.name if title is None else title
    said = subtitle
    if conformance is not None and subtitle is None:
        said = standing(conformance)
    marks, keys = FlowMarks(), None
    if conformance is not None:
        marks = flow_marks(flow, conformance, least_share)
        keys = _keys(marks, least_share, theme_of(theme))
    missing = layout == "file" and flow.coordinates is None
    notes = (_INCOMPLETE,) if missing else ()
    if flow.diagram is None:
        picture = draw_petri(
            flow.net,
            marks=marks,
            keys=keys or (),
            title=name,
            subtitle=said,
            direction=direction,
            theme=theme,
            engine=engine,
            timeout_s=timeout_s,
        )
        return replace(picture, notes=(*notes, *picture.notes))
    drawn = flow.coordinates
    if layout == "own" or (layout is None and (direction is not None or engine != "auto")):
        drawn = None
    if direction is None and len({node.lane for node in flow.diagram.nodes}) > 1:
        direction = "lr"
    picture = draw_bpmn(
        flow.diagram,
        coordinates=drawn,
        marks=marks,
        keys=keys,
        title=name,
        subtitle=said,
        direction=direction,
        theme=theme,
        engine=engine,
        timeout_s=timeout_s,
    )
    return replace(picture, notes=(*notes, *picture.notes))


def flow_marks(flow: DesignedFlow, conformance: Conformance, least_share: float) -> FlowMarks:
    """Turn what a check has found into counts and marks by element."""
    seen = [step.activity for step in conformance.observability]
    unknown = [d.element for d in conformance.deviations if d.kind == "unknown"]
    findings = Findings.of(conformance, [*flow.activities, *seen, *unknown])
    hidden = {s.activity: s.why for s in conformance.observability if not s.observable}
    steps = {
        element.id: conformance.step_counts[element.id]
        for element in flow.elements
        if element.id in conformance.step_counts and element.name not in hidden
    }
    boxes, notes, tooltips = {}, {}, {}
    for element in flow.elements:
        activity = element.name
        several = sum(other.name == activity for other in flow.elements) > 1
        if activity in hidden:
            why = hidden[activity]
            boxes[element.id] = unseen_mark(activity, findings, why=why or _HIDDEN)
            notes[element.id] = _HIDDEN
        elif steps.get(element.id) == 0:
            boxes[element.id] = unseen_mark(activity, findings if not several else _NOTHING, why="")
            notes[element.id] = "0 cases"
        else:
            mark = box_mark(activity, findings, designed=True, least_share=least_share)
            boxes[element.id] = _in_all(mark) if several else mark
        tooltips[element.id] = _tooltip(element, conformance, boxes[element.id], several=several)
    return FlowMarks(
        steps,
        dict(conformance.path_counts),
        boxes,
        notes,
        tooltips,
        _aside(unknown, findings),
    )


def _in_all(mark: BoxMark) -> BoxMark:
    """Say that findings are about all steps of one name: events don't tell which was meant."""
    return replace(mark, lines=tuple(f"{line} in all" for line in mark.lines))


def _tooltip(
    element: FlowElement, conformance: Conformance, mark: BoxMark, *, several: bool
) -> str:
    """Write what became of a step, and the findings about it."""
    said = [isolated(element.name)]
    passed = conformance.step_counts.get(element.id)
    if passed is not None and mark.look != "hidden":
        said[0] += f": passed {plural(passed, 'time')}"
    count: StepCount | None = conformance.steps.get(element.name)
    if count is not None and mark.look != "hidden":
        where = "all steps of this name: " if several else ""
        became = f"{count.done:,} done, {count.skipped:,} skipped"
        said.append(f"{where}{became}, {count.inserted:,} out of place")
    return "\n".join([*said, *mark.tooltip])


def _aside(unknown: list[str], findings: Findings) -> tuple[Aside, ...]:
    """Gather activities that are no step of the flow, most cases first."""
    found = []
    for name in dict.fromkeys(unknown):
        one = findings.of_kind(name, "unknown")
        if one is not None:
            cases = one.cases
            note = f"{plural(cases.cases, 'case')} · {percent(cases.cases, cases.total)}"
            mark = BoxMark("unknown", (), (told(one),), badge=True)
            found.append((-cases.cases, name, Aside(name, note, mark)))
    return tuple(aside for _, _, aside in sorted(found, key=lambda entry: entry[:2]))


def _keys(marks: FlowMarks, least_share: float, theme: Theme) -> list[Key]:
    """Explain colours, widths, and the marks that are on the flow."""
    keys = []
    for caption, counts, sample in (
        ("Step: times passed, done or skipped", marks.steps, "box"),
        ("Path: times passed", marks.paths, "line"),
    ):
        taken = [count for count in counts.values() if count]
        if not taken:
            continue
        low, high = f"{min(taken):,}", f"{max(taken):,}"
        if sample == "box":
            keys.append(swatches(caption, theme.fills, low, high, line=theme.box_line))
        else:
            ends = [marks.width(path) for path in counts if counts[path]]
            widths = (min(ends), max(ends))
            keys.append(wedge(caption, low, high, widths=widths, theme=theme))
    looks = {mark.look for mark in marks.boxes.values()}
    enough = f" (from {100 * least_share:g} % of cases)" if least_share else ""
    if "skipped" in looks:
        keys.append(box_key(f"Step that cases skip{enough}", BoxMark("skipped"), theme))
    if any(mark.badge for mark in marks.boxes.values()):
        keys.append(box_key(f"Also out of place{enough}", BoxMark(badge=True), theme))
    if any(mark.timed for mark in marks.boxes.values()):
        keys.append(box_key("Time limit missed", BoxMark(timed=frozenset({0})), theme))
    if marks.aside:
        keys.append(box_key("No step of the design", BoxMark("unknown", badge=True), theme))
    if "ghost" in looks or 0 in marks.paths.values():
        keys.append(path_key("Taken by no case", theme, ghost=True))
    if "hidden" in looks:
        keys.append(box_key("This log cannot show it", BoxMark("hidden"), theme))
    return keys
