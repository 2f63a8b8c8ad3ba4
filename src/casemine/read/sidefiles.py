"""Files that say what the ids in an export mean: named by the user, or lying beside the export.

Only files that a preset itself describes as users, groups, states and so on are taken, and a note
names those that nobody named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.errors import InputError, UsageError, show
from casemine.model.intake import Note
from casemine.read.beside import files_beside
from casemine.read.choosing import LISTED, LOOKUP, Known, Wanted, best_of, fits_of, stranger, tie
from casemine.read.looking import look_at
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casemine.read.choosing import Detected, Fit
    from casemine.read.crm.language.preset import Preset
    from casemine.read.looking import Look


def with_side_files(found: Detected, preset: Preset, options: ReadOptions) -> Detected:
    """Add the side files that the user named, else those beside an export named by itself.

    Raises
    ------
    InputError
        A file that was named is none of those that the preset knows.
    """
    if options.lookups:
        return replace(found, lookups=tuple(_named(preset, options)))
    if any(part.form == LOOKUP for part in preset.files):
        beside = tuple(_beside(found.known, preset))
        return replace(found, lookups=beside, notes=(*found.notes, *_said(beside)))
    return found


def side_file(path: Path, sources: Sequence[Path]) -> str | None:
    """Say what an existing file beside exports tells, such as "Zendesk: users"; None for others."""
    there = path.resolve()
    if not any(each.resolve() == there for each in files_beside(sources)):
        return None
    try:
        look = look_at(members_of(path)[0], ReadOptions())
    except InputError:
        return None
    titles = [fit.score.title for fit in _best(look, Wanted()) if fit.part.form == LOOKUP]
    return titles[0] if titles else None


def refuse_side_files(options: ReadOptions) -> None:
    """Refuse `--lookup` where nothing makes use of it.

    Raises
    ------
    UsageError
        The user named side files.
    """
    if options.lookups:
        raise UsageError(
            "--lookup is for exports that a preset reads, and none reads this source",
            mend="casemine columns FILE --explain shows which presets were tried",
            code="lookup-without-preset",
        )


def _named(preset: Preset, options: ReadOptions) -> Iterator[Known]:
    """Take what the user named for whatever the preset knows that says what ids mean."""
    wanted = Wanted((replace(preset, files=tuple(each for each in preset.files if each.lookups)),))
    for member in members_of(options.lookups):
        look = look_at(member, options)
        best = _best(look, wanted)
        if len(best) > 1:
            raise tie(look, best)
        if not best:
            raise stranger(look, wanted)
        yield _known(look, best[0])


def _beside(known: Sequence[Known], preset: Preset) -> Iterator[Known]:
    """Look at the files beside those that were named by themselves; others brought their own.

    A file that is also something else to the preset is left: it was not named.
    """
    named = [Path(each.member.name) for each in known if each.member.found_in is None]
    for path in files_beside(named):
        try:
            look = look_at(members_of(path)[0], ReadOptions())
        except InputError:
            continue
        best = _best(look, Wanted((preset,)))
        if len(best) == 1 and best[0].part.form == LOOKUP:
            yield _known(look, best[0])


def _best(look: Look, wanted: Wanted) -> list[Fit]:
    return best_of([fit for fit in fits_of(look, wanted) if fit.score.fits])


def _known(look: Look, fit: Fit) -> Known:
    return Known(look.member, fit.part, fit.score.records, look.table)


def _said(beside: Sequence[Known]) -> tuple[Note, ...]:
    if not beside:
        return ()
    listed = [f"{each.part.title} from {show(Path(each.member.name).name)}" for each in beside]
    more = f" and {len(listed) - LISTED:,} more" if len(listed) > LISTED else ""
    text = f"ids were looked up in files beside the export: {', '.join(listed[:LISTED])}{more}"
    return (Note("side-files-beside", text),)
