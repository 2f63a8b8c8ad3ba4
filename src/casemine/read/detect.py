"""Which preset reads which file: known by columns and keys, never by the name of the file.

A kind of export fits a file that has all it needs; the one with the highest score wins. How that
is settled among several files stands in `choosing.py`, what a file shows in `looking.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casemine.errors import InputError, UsageError, show
from casemine.read.choosing import Choice, Detected, Wanted, fits_of
from casemine.read.crm.language import catalogue
from casemine.read.importer import IMPORTERS, importer_named
from casemine.read.looking import broken_xml, look_at, look_further
from casemine.read.sidefiles import refuse_side_files, with_side_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.crm.language.preset import FilePart, Preset
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions


def detect(
    members: Sequence[Member], presets: Sequence[Preset] | None, options: ReadOptions
) -> Detected:
    """Find out which preset reads the members of a source.

    Parameters
    ----------
    members : sequence of Member
        All that the user named, as `members_of` lists it.
    presets : sequence of Preset, optional
        What to try; None for those that ship, of which only the likely ones are parsed. What
        `options.importer` and `options.preset` name comes before both.

    Returns
    -------
    Detected
        Without a preset where no preset knows any member, the user named columns or a kind of
        container, or all that is known is an event log as it stands and `options.derive` is off.

    Raises
    ------
    InputError
        The preset that the user named does not fit; the members are of different systems; one that
        was named by itself is of another kind than the rest.
    AmbiguousError
        Two kinds of export fit equally well.
    UsageError
        There is no such preset, or the options contradict each other.

    Notes
    -----
    A table is opened, of JSON and XML the first bytes are read; both independent of the size. For
    an export that was named by itself, the files in its folder are looked through for its side
    files, and a note names those that were taken.
    """
    found = survey(members, presets, options)
    if found.problem is not None:
        raise found.problem
    return found


def survey(
    members: Sequence[Member], presets: Sequence[Preset] | None, options: ReadOptions
) -> Detected:
    """Do as `detect`, but keep what the data give reason to refuse as `problem`, for a report."""
    wanted = _wanted(options, presets)
    if wanted is None:
        refuse_side_files(options)
        return Detected(None, tables=(None,) * len(members))
    looks = [look_at(member, options) for member in members]
    fits = [fits_of(look, wanted) for look in looks]
    for place, look in enumerate(looks):
        if look.shape is not None and not any(fit.score.fits for fit in fits[place]):
            looks[place] = look_further(look)
            fits[place] = fits_of(looks[place], wanted) if looks[place] is not look else fits[place]
    found = Choice(looks, fits, wanted).made()
    if found.problem is not None:
        return found
    if found.preset is None:
        refuse_side_files(options)
        return replace(found, problem=next(filter(None, map(broken_xml, looks)), None))
    try:
        return with_side_files(found, found.preset, options)
    except InputError as problem:
        return replace(found, problem=problem)


def _wanted(options: ReadOptions, presets: Sequence[Preset] | None) -> Wanted | None:
    """Say which presets are to be tried; None for none at all."""
    columns = {
        "--case": options.case,
        "--activity": options.activity,
        "--time": options.time,
        "--start": options.start,
        "--resource": options.resource,
        "--group": options.group,
    }
    column = next((name for name, column in columns.items() if column is not None), None)
    chosen = _chosen(options, presets)
    if chosen is not None and column is not None:
        raise UsageError(
            f"{column} names a column, but the preset {chosen[0].system} knows the columns itself",
            mend=f"leave out {column}, or read the file as it stands with --from csv",
            code="preset-and-columns",
        )
    if chosen is not None:
        preset, part = chosen
        return Wanted((preset,), part, named=True, derive=True)
    if column is not None or options.importer is not None:
        return None
    return Wanted(None if presets is None else tuple(presets), derive=options.derive)


def _chosen(
    options: ReadOptions, presets: Sequence[Preset] | None
) -> tuple[Preset, FilePart | None] | None:
    """Look up the preset that the user named; None if none, or a kind of container."""
    name = options.importer
    system, colon, file = (name or "").partition(":")
    if options.preset is not None:
        own = catalogue.read_preset(options.preset)
        if name is not None and system.casefold() != own.system.casefold():
            raise UsageError(
                f"--from {name} and --preset {options.preset} name different presets",
                mend=f"leave out --from, or say --from {own.system}:FILE for one of its files",
                code="no-such-preset",
            )
        return own, catalogue.find_file(own, file) if colon else None
    if name is None:
        return None
    for each in presets or ():
        if each.system == system.casefold():
            return each, catalogue.find_file(each, file) if colon else None
    if system.casefold() in catalogue.systems():
        return catalogue.find(name)
    if importer_named(name) is not None:
        return None
    raise _no_such(name)


def _no_such(name: str) -> UsageError:
    kinds = [importer.name for importer in IMPORTERS]
    return UsageError(
        f"{show(name)} is no kind of file and no preset"
        + catalogue.near(name.partition(":")[0], (*kinds, *catalogue.systems())),
        mend=f"kinds of files are {', '.join(kinds)}; --from list shows the presets",
        code="no-such-importer",
    )
