"""What a preset says in one place must fit what it says in another: aliases, joins, filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.crm.language.filters import filter_of
from casemine.read.crm.language.templates import columns_in, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casemine.read.crm.language.preset import FilePart, Milestone, Preset, Rule, Take

_MADE = {  # columns that an engine makes by itself
    "snapshots": {"field", "old", "new", "type"},
    "milestones": {"field"},
}


def check_preset(preset: Preset) -> None:
    """Refuse a preset that contradicts itself.

    Raises
    ------
    InputError
        Says which file of the preset, and which key.
    """
    names = [part.name for part in preset.files]
    for name in names:
        if names.count(name) > 1:
            raise _error(preset, f"the preset has two files called {show(name)}")
    for part in preset.files:
        for said in _slips(part, preset):
            raise _error(preset, said)


def _error(preset: Preset, said: str) -> InputError:
    return InputError(
        said,
        where=Place(preset.source),
        mend="docs/presets.md describes the language",
        code="bad-preset",
    )


def _slips(part: FilePart, preset: Preset) -> Iterator[str]:
    place = f"file {show(part.name)}"
    if part.form == "snapshots" and not part.track:
        yield f"{place} has the form snapshots, but no [track] that says what to compare"
    for number, milestone in enumerate(part.milestones, 1):
        yield from _of_milestone(milestone, f"milestone {number} of {place}")
    for take in part.takes:
        yield from _of_columns(take, place, preset)
        yield from _of_each(take, place)
        known = _known(part, take, preset)
        if part.form in {"changes", "grouped", "snapshots"}:
            for rule in take.rules:
                yield from _of_rule(rule, known)
    yield from _of_joins(part, place, preset)


def _of_milestone(milestone: Milestone, place: str) -> Iterator[str]:
    if not (milestone.time or milestone.cells or milestone.columns):
        yield f"{place} says by none of time, cells and columns when it happened"
    if milestone.cells and milestone.split and "time" not in _groups(milestone.split):
        yield f"{place} splits cells by {show(milestone.split)}, which has no group (?P<time>...)"


def _of_columns(take: Take, place: str, preset: Preset) -> Iterator[str]:
    for name, spec in take.columns.items():
        if not spec or (name in {"case", "time"} and not any(spec)):
            yield f"{place} has no column for {show(name)}"
        for each in spec:
            for reference in references(each):
                filter_of(reference, place=f"{show(name)} of {place}", source=preset.source)


def _of_each(take: Take, place: str) -> Iterator[str]:
    aliases = list(take.each)
    for number, (alias, path) in enumerate(take.each.items()):
        first = path.partition(".")[0]
        if first in aliases[number:]:
            later = "itself" if first == alias else f"{show(first)}, which comes later"
            yield f"[each] of {place} takes {show(alias)} out of {later}"


def _of_rule(rule: Rule, known: set[str]) -> Iterator[str]:
    made = {name for pattern in rule.split.values() for name in _groups(pattern)}
    mentioned = [*rule.split, *rule.when, *rule.unless]
    mentioned += [name for text in rule.outputs.values() for name in columns_in(text)]
    for name in mentioned:
        if name not in known | made:
            yield f"{rule.place} speaks of {show(name)}, but [columns] has {_listed(known)}"


def _of_joins(part: FilePart, place: str, preset: Preset) -> Iterator[str]:
    for join in part.joins:
        if join.file == part.name:
            yield f"{place} is joined with itself"
            continue
        mine = {name for take in part.takes for name in _known(part, take, preset)}
        other = preset.file(join.file)
        theirs = {name for take in other.takes for name in take.columns}
        if any(back.file == part.name for back in other.joins):
            yield f"{place} and file {show(other.name)} are joined with each other"
        if join.on not in mine:
            yield f"{place} is joined on {show(join.on)}, but its [columns] has {_listed(mine)}"
        if join.key not in theirs:
            yield (
                f"{place} is joined by the key {show(join.key)}, but [columns] of file "
                f"{show(other.name)} has {_listed(theirs)}"
            )


def _known(part: FilePart, take: Take, preset: Preset) -> set[str]:
    """Names that rules of a take may use."""
    known = set(take.columns) | _MADE.get(part.form, set())
    for join in part.joins:
        known |= {name for each in preset.file(join.file).takes for name in each.columns}
    return known


def _groups(pattern: str) -> set[str]:
    return set(re.compile(pattern).groupindex)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
