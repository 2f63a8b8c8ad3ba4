"""Which preset reads which file, and the scores of all that were tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.model.words import counted
from casemine.report.account import note_line
from casemine.report.document import Block, Column, Document, Prose, Table
from casemine.report.figures import DASH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casemine.model.detection import Detection, Kind, Score, Sighting

SHOWN = 8  # kinds of export that do not fit, of a file
_IN_TABLE = ("files-left-aside",)


def explained(detection: Detection, *, source: str) -> Document:
    """Show what each file was taken for, and how every kind of export fared."""
    blocks: list[Block] = [_files(detection.sightings), *_remarks(detection)]
    for sighting in detection.sightings:
        scores = [score for score in detection.scores if score.member == sighting.member]
        if any(score.matched for score in scores):
            several = len(detection.sightings) > 1
            blocks.append(_scores(scores, sighting.member if several else "scores"))
    return Document(_title(detection, source), tuple(blocks))


def document(detection: Detection, *, source: str) -> Document:
    """Show what each file of a known export is, and how to read it otherwise."""
    containers = {each.container for each in detection.sightings if each.system is not None}
    lines = ["the preset knows the columns; --explain shows what speaks for it"]
    plain = sorted(containers & {"csv", "json", "parquet", "xlsx"})
    if plain:
        lines.append(f"--from {plain[0]} proposes columns for the file as it stands")
    remarks = _remarks(detection)
    return Document(
        _title(detection, source), (_files(detection.sightings), *remarks, Prose(tuple(lines)))
    )


def catalogue(kinds: Sequence[Kind]) -> Document:
    """List the kinds of export that presets read, with what each is known by."""
    rows = tuple(
        (f"{each.system}:{each.file}", each.title, ", ".join(each.needs)) for each in kinds
    )
    columns = tuple(map(Column, ("--from", "what it is", "known by the columns or keys")))
    systems = len({each.system for each in kinds})
    title = f"{counted(len(kinds), 'kind')} of export of {counted(systems, 'system')}"
    remark = (
        "--from takes a system, or one of its files as system:file; presets of your own are named "
        "with --preset"
    )
    return Document(title, (Table(columns, rows, remark=remark),))


def data(detection: Detection) -> dict[str, Any]:
    """Return the detection for JSON."""
    return {
        "preset": _system(detection),
        "problem": detection.problem,
        "files": [
            {
                "file": each.member,
                "container": each.container or None,
                "preset": each.system,
                "kind": each.file,
                "title": each.title,
                "why": each.why or None,
            }
            for each in detection.sightings
        ],
        "scores": records(detection),
        "notes": [
            {"code": note.code, "text": note.text, "count": note.count} for note in detection.notes
        ],
    }


def records(detection: Detection) -> list[dict[str, Any]]:
    """Return one flat record for each file and each kind of export that was tried."""
    return [
        {
            "file": score.member,
            "preset": score.system,
            "kind": score.file,
            "score": score.score,
            "fits": score.fits,
            "chosen": score.chosen,
            "matched": list(score.matched),
            "missing": list(score.missing),
            "hints": list(score.hints),
            "records": score.records,
            "remark": score.remark or None,
        }
        for score in detection.scores
    ]


def toml(detection: Detection) -> str:
    r"""Write what makes the choice lasting, as it stands in `casemine.toml`.

    Examples
    --------
    >>> from casemine.model.detection import Detection, Sighting
    >>> toml(Detection((Sighting("a.csv", "csv", "jira", "list"),), ()))
    '[log]\nfrom = "jira"\n'
    """
    return f'[log]\nfrom = "{_system(detection)}"\n'


def _system(detection: Detection) -> str | None:
    return next((each.system for each in detection.sightings if each.system is not None), None)


def _title(detection: Detection, source: str) -> str:
    system = _system(detection)
    if system is not None:
        return f"{source}: read by the preset {system}"
    if detection.problem is not None:
        return f"{source}: undecided; {detection.problem}"
    return f"{source}: read as it stands, by no preset"


def _remarks(detection: Detection) -> tuple[Prose, ...]:
    """List what the table of files does not say yet."""
    lines = [f"- {note_line(note)}" for note in detection.notes if note.code not in _IN_TABLE]
    return (Prose(tuple(lines)),) if lines else ()


def _files(sightings: Iterable[Sighting]) -> Table:
    rows = tuple(
        (
            each.member,
            each.container or DASH,
            DASH if each.system is None else f"{each.system}:{each.file}",
            each.title or each.why or DASH,
        )
        for each in sightings
    )
    titles = ("file", "container", "kind", "what it is")
    return Table(tuple(map(Column, titles)), rows)


def _scores(scores: Sequence[Score], heading: str) -> Table:
    """List what fits, and of the rest what comes nearest."""
    fitting = [score for score in scores if score.fits]
    others = sorted(
        (score for score in scores if not score.fits and score.matched),
        key=lambda score: (len(score.missing) / _needed(score), -score.score),
    )
    shown = [*fitting, *others[:SHOWN]]
    left = len(scores) - len(shown)
    columns = (
        Column("kind"),
        Column("score", figure=True),
        Column("needed", figure=True),
        Column("has"),
        Column("lacks"),
        Column("remark"),
    )
    return Table(
        columns,
        tuple(map(_row, shown)),
        heading=heading,
        remark=f"not shown: {counted(left, 'kind')} of export with less in common" if left else "",
    )


def _row(score: Score) -> tuple[str, ...]:
    remark = "chosen" if score.chosen else score.remark
    if score.records:
        remark = f"records in {score.records}" + (f"; {remark}" if remark else "")
    return (
        f"{'*' if score.chosen else ' '} {score.name}",
        f"{score.score:.2f}",
        f"{len(score.matched)} of {_needed(score)}",
        ", ".join((*score.matched, *(f"({hint})" for hint in score.hints))) or DASH,
        ", ".join(score.missing) or DASH,
        remark or DASH,
    )


def _needed(score: Score) -> int:
    return len(score.matched) + len(score.missing)
