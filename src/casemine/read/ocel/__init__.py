"""Read object-centric event logs (OCEL), flattened to one type of object.

`jsonlog` (with `jsonmembers`), `database` and `xmllog` read the three forms of OCEL 2.0 and the
JSON of OCEL 1.0 into `content`; `choose` decides which type of object is the case; `flatten`, with
`relations`, `columns`, `objects` and `values`, makes the event log; `faults` gives the account.
Format: https://www.ocel-standard.org/2.0/ocel20_specification.pdf

Decisions, where the format leaves them open:

- The place of an event in the file is its row, and breaks ties in time.
- The object with qualifier `performed by` is the resource, the one with `held by` the group, by
  their attribute `name` if they have one; other objects give a column with the name of their type.
- Of an attribute of the case that changes over time the last and the first value are kept.
- Times without an offset are UTC, with a note, unless `--tz` names a zone.
- Relations to objects that are not there, ids that come twice, types that are not declared and
  values that are not of their type make an event unusable; of an object they end the reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import UsageError, show
from casemine.read.source import head_of

if TYPE_CHECKING:
    from casemine.log.eventlog import EventLog
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions

_COLUMNS = ("case", "activity", "time", "start", "resource", "group")


def read_ocel(member: Member, options: ReadOptions) -> EventLog:
    """Read an object-centric log; `options.object_type` names the type that is the case.

    Parameters
    ----------
    member : Member
        OCEL 2.0 as JSON, SQLite or XML, or OCEL 1.0 as JSON.
    options : ReadOptions
        `object_type`, `tz`, `encoding`, `on_error` and `quarantine_to` matter.

    Returns
    -------
    EventLog
        One case per object of the type, those without events in the case table alone.

    Raises
    ------
    InputError
        The file is damaged or not of its format, or an event cannot be used.
    AmbiguousError
        No type of object was named, and which one is meant is not plain.
    UsageError
        The type is not there, or a column is named, which such a log has not.

    Notes
    -----
    O(n log n) for n relations. JSON and XML are read in one pass, element by element.
    """
    for name in _COLUMNS:
        if (given := getattr(options, name)) is not None:
            raise UsageError(
                f"{member.name} is an object-centric log, which has no column {show(given)} to be "
                f"named by --{name}",
                mend="--object-type names the type of object that is the case",
                code="no-such-column",
            )
    from casemine.read.ocel.flatten import flatten

    head = head_of(member, 4096)
    if head.startswith(b"SQLite format 3\0"):
        from casemine.read.ocel.database import read_database

        return flatten(read_database(member), options)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        from casemine.read.ocel.xmllog import read_xml

        return flatten(read_xml(member), options)
    from casemine.read.ocel.jsonlog import read_json

    content, notes = read_json(member, options)
    log = flatten(content, options)
    if notes:
        from dataclasses import replace

        intake = replace(log.intake, notes=(*notes, *log.intake.notes))
        log = replace(log, intake=intake)
    return log
