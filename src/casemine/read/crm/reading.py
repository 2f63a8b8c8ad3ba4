"""Open the files of an export as its preset says, and read them as one log."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from casemine.read.crm.export import log_of
from casemine.read.crm.raw.tabular import read_tabular
from casemine.read.importer import importer_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.log.eventlog import EventLog
    from casemine.read.crm.language.preset import FilePart, Preset
    from casemine.read.crm.raw.rawrows import RawFile
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import RawTable


def read_export(
    files: Sequence[tuple[Member, FilePart]], preset: Preset, options: ReadOptions
) -> EventLog:
    """Read the files of one export.

    Parameters
    ----------
    files : sequence of (Member, FilePart)
        Each file with the kind it is; at least one of them tells events.
    preset : Preset
        Of the system that all come from.

    Raises
    ------
    InputError
        A file cannot be read, or a row of it cannot be used (unless `on_error` is "skip").
    AmbiguousError
        The data leave open how times are to be read.
    """
    if any(part.form == "events" for _, part in files):
        from casemine.read.crm.plainlog import read_plain

        return read_plain(files, preset, options)
    return log_of([read_file(member, part, options) for member, part in files], preset, options)


def read_file(member: Member, part: FilePart, options: ReadOptions) -> RawFile:
    """Read one file: nested texts record by record, tables by columns."""
    if part.records:
        from casemine.read.crm.engines.grouped import read_grouped

        return read_grouped(member, part, options)
    table = cast("RawTable", importer_for(member, options).read(member, options))
    return read_tabular(table, part, options)
