"""Small exports written by a test and read by a preset that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.read import ReadOptions
from casemine.read.crm.language.catalogue import find
from casemine.read.crm.reading import read_export
from casemine.read.source import members_of

if TYPE_CHECKING:
    from pathlib import Path

    from casemine.log import EventLog


def read_texts(folder: Path, system: str, files: dict[str, str], **options: Any) -> EventLog:
    """Read texts, each as the kind of file it is called."""
    preset, _ = find(system)
    pairs = []
    for kind, text in files.items():
        path = folder / f"{kind}.csv"
        path.write_text(text.lstrip("\n"), encoding="utf-8")
        pairs.append((members_of(path)[0], preset.file(kind)))
    return read_export(pairs, preset, ReadOptions(**options))


def told(log: EventLog, *columns: str) -> list[Any]:
    """Values of some columns, row by row; of one column as they are."""
    values = [log.events.column(name).to_pylist() for name in columns]
    return values[0] if len(values) == 1 else list(zip(*values, strict=True))


def note(log: EventLog, code: str) -> int | None:
    """Count of the note of a code; None if there is none."""
    return next((each.count for each in log.intake.notes if each.code == code), None)


def accounted(log: EventLog) -> bool:
    """Whether what came in is what came out, and what is said of the rest."""
    intake = log.intake
    return (
        intake.rows_read + intake.rows_added
        == len(log.events) + intake.rows_joined + intake.rows_passed + intake.rows_quarantined
    )
