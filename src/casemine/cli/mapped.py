"""The way from a raw log to the activities of a designed flow, for every command that needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.cli.screen import note, say

if TYPE_CHECKING:
    from collections.abc import Collection

    from casemine.cli.options import LogRequest
    from casemine.cli.reading import Opened
    from casemine.log import EventLog
    from casemine.mapping import FlowMapping, Mapped
    from casemine.model.intake import Intake

NONE = "none"
SPEAKS = 0.2  # share of events that bear names of steps, from which on a log is not mapped


@dataclass(frozen=True, slots=True, eq=False)
class Speaking:
    """A log in the words of the flow."""

    log: EventLog
    opened: Opened
    mapping: FlowMapping | None  # None: it spoke them already
    words: str  # how it came to them, for reports
    raw: EventLog | None = None  # before mapping, with all its cases


def named_mapping(named: str) -> FlowMapping:
    """Read the mapping that was asked for, by its file or the name of one that ships."""
    from casemine.mapping import read_mapping, shipped_mapping

    path = Path(named)
    if path.suffix or path.parent != Path() or path.exists():
        return read_mapping(path)
    return shipped_mapping(named)


def chosen_mapping(intake: Intake) -> FlowMapping:
    """Choose by the system that the log comes from, and say which it is."""
    from casemine.mapping import choose_mapping

    mapping = choose_mapping(intake)
    why = (
        "the log does not say which system it comes from; --mapping names one"
        if mapping.name == "generic"
        else "for the system that the log comes from"
    )
    note(f"mapping {mapping.name}: {why}")
    return mapping


def tell_mapped(mapped: Mapped, *, known: int) -> None:
    """Give the account on stderr: one line, and the remarks that the mapping added."""
    from casemine.report import account, mapping

    say(f"mapped: {mapping.sentence(mapped.account)}")
    for remark in mapped.log.intake.notes[known:]:
        note(account.note_line(remark))


def open_speaking(
    request: LogRequest, activities: Collection[str], *, named: str | None, shipped: bool
) -> Speaking:
    """Read a log and, unless it speaks of the steps of the flow already, map it; then filter.

    Parameters
    ----------
    activities : collection of str
        Names of the steps of the flow.
    named : str, optional
        File or name of a mapping; `none` for none.
    shipped : bool
        Whether the flow is one that mappings ship for, so that one is chosen where none is named.
    """
    from dataclasses import replace

    from casemine.cli.loading import whole
    from casemine.cli.progress import working
    from casemine.cli.reading import narrowed, open_log, selection_of
    from casemine.mapping import map_log

    mapping = named_mapping(named) if named and named != NONE else None
    derives = mapping is not None or (shipped and named != NONE)
    asked = replace(request, filters=None)
    opened = open_log(asked.deriving() if derives else asked, columns=None)
    raw = log = whole(opened.log)
    words = "the log speaks of the steps by their names"
    if mapping is None and derives:
        if _speaks(log, activities):
            note("the log speaks of the flow's own steps: it is not mapped")
        else:
            mapping = chosen_mapping(log.intake)
    if mapping is not None:
        with working("mapping"):
            mapped = map_log(log, mapping)
        tell_mapped(mapped, known=len(log.intake.notes))
        log, words = mapped.log, f"mapping {mapping.name}"
    opened = replace(opened, log=log)
    if request.filters is not None:
        opened = narrowed(opened, selection_of(request.filters, log, request.options.tz))
        log = whole(opened.log)
    return Speaking(log, opened, mapping, words, None if mapping is None else raw)


def _speaks(log: EventLog, activities: Collection[str]) -> bool:
    """Whether enough events bear names of steps; a log that was mapped says so itself."""
    import numpy as np

    from casemine.mapping.apply import RAW_ACTIVITY, RULE

    if {RAW_ACTIVITY, RULE}.issubset(log.attributes):
        return True
    codes = log.codes()
    steps = np.array([name in set(activities) for name in codes.activities], bool)
    return len(codes.activity) > 0 and float(steps[codes.activity].mean()) >= SPEAKS
