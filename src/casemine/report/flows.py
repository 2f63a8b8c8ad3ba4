"""Several processes of one file in words: which are sound, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, show
from casemine.model.words import counted
from casemine.report import flow as words
from casemine.report.document import Column, Document, Prose, Table
from casemine.report.figures import DASH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.report.document import Block
    from casemine.report.flow import FlowView


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about each process of a file, by its id."""

    source: str
    found: Mapping[str, FlowView | InputError]

    @property
    def sound(self) -> bool:
        """Whether every process that has steps can be read and is sound."""
        return all(_is_sound(one) or _is_empty(one) for one in self.found.values())


def document(judged: Judged) -> Document:
    """Show one line for each process, then the faults of each that has some."""
    sound = sum(_is_sound(one) for one in judged.found.values())
    number = counted(len(judged.found), "process", "processes")
    rows = tuple(
        (
            id_,
            DASH if isinstance(one, InputError) else one.flow.name,
            DASH if isinstance(one, InputError) else str(len(one.flow.elements)),
            _verdict(one),
        )
        for id_, one in judged.found.items()
    )
    columns = (Column("process"), Column("name"), Column("steps", figure=True), Column("verdict"))
    blocks: list[Block] = [Table(columns, rows)]
    for id_, one in judged.found.items():
        if _is_empty(one):
            continue
        if isinstance(one, InputError):
            blocks.append(Prose((_said(one),), heading=f"{show(id_)} can't be read"))
        elif not one.soundness.sound:
            own = words.check_document(one)
            blocks += [Prose((own.title,)), *own.blocks]
    blocks.append(Prose(("A check against a log takes one of them: say which with --process.",)))
    return Document(f"{judged.source}: {number}, {sound} of them sound", tuple(blocks))


def data(judged: Judged) -> dict[str, Any]:
    """Return each process for JSON: its flow and verdict, or why it can't be read."""
    return {
        "processes": [
            {"process": id_, "refused": _said(one), "flow": None}
            if isinstance(one, InputError)
            else {"process": id_, "refused": None, "flow": words.data(one)}
            for id_, one in judged.found.items()
        ]
    }


def records(judged: Judged) -> list[dict[str, Any]]:
    """Return one record for each process."""
    return [
        {
            "process": id_,
            "name": None if isinstance(one, InputError) else one.flow.name,
            "steps": None if isinstance(one, InputError) else len(one.flow.elements),
            "verdict": _verdict(one),
            "faults": None if isinstance(one, InputError) else len(one.soundness.faults),
            "refused": _said(one) if isinstance(one, InputError) else None,
        }
        for id_, one in judged.found.items()
    ]


def _is_sound(one: FlowView | InputError) -> bool:
    return not isinstance(one, InputError) and one.soundness.sound


def _is_empty(one: FlowView | InputError) -> bool:
    return isinstance(one, InputError) and one.code == "flow-empty"


def _verdict(one: FlowView | InputError) -> str:
    if _is_empty(one):
        return "no steps"
    return "refused" if isinstance(one, InputError) else one.soundness.verdict.value


def _said(error: InputError) -> str:
    row = None if error.where is None else error.where.row
    return error.message if row is None else f"line {row}: {error.message}"
