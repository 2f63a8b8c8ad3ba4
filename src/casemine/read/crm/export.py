"""The files of one export, from raw rows to an event log: the order in which everything is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.errors import AmbiguousError, InputError, Place, show
from casemine.log.arrays import from_numpy, with_gaps
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, SEQ, TIME, TIMESTAMP
from casemine.log.eventlog import EventLog
from casemine.model.intake import Note
from casemine.read.crm.account import Account, listed_tickets, more_than_rows, rows_of
from casemine.read.crm.changeset import Changes, together
from casemine.read.crm.coded.dateorder import with_date_order
from casemine.read.crm.coded.numbering import Numbered, numbered
from casemine.read.crm.coded.samekind import file_of, with_kinds_together
from casemine.read.crm.coded.tickets import case_table, merged
from casemine.read.crm.compose.composing import Composition, by_cases
from casemine.read.crm.compose.identity import with_case_numbers, with_ticket_names
from casemine.read.crm.compose.owners import with_owners
from casemine.read.crm.engines.dispatch import outcomes_of
from casemine.read.crm.memory import release_memory
from casemine.read.crm.raw.joins import joined, with_own_rows
from casemine.read.quarantine import WHOLE_ROW, Quarantine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.engines.changes import Outcome
    from casemine.read.crm.language.preset import Preset
    from casemine.read.crm.raw.rawrows import RawFile
    from casemine.read.options import ReadOptions


def log_of(files: Sequence[RawFile], preset: Preset, options: ReadOptions) -> EventLog:
    """Make one event log of the files of an export.

    Parameters
    ----------
    files : sequence of RawFile
        All of one system; at least one tells events.
    preset : Preset
        How they are read.

    Returns
    -------
    EventLog
        With the columns of a CRM log; its account says what became of every row.

    Raises
    ------
    InputError
        A row cannot be used (unless `on_error` is "skip"), or no event is left.
    AmbiguousError
        Files in UTC stand beside files in local time, and the zone is not said.

    Notes
    -----
    O(n log n) for n rows: texts are numbered once, everything else is work on integers. All rows
    are held in memory, some 100 bytes each.
    """
    account = Account()
    order = [part.name for part in preset.files]  # of what happens at one time, too
    files = sorted(files, key=lambda each: order.index(each.part.name))
    files, lost = joined(_told_once(files, preset, account), preset)
    files = [with_date_order(each, options) for each in with_own_rows(files)]
    account.count("not-joined", lost)
    export = numbered(files, preset, options)
    account.notes += export.notes
    export.rows[:] = with_kinds_together(export.rows)
    outcomes = _outcomes(export, preset, options)
    for _, outcome in outcomes:
        account.take(outcome)
    quarantine = _quarantine(files, outcomes, options)
    _check_zones(files, export, outcomes, options)
    rows = rows_of(files, [outcome for _, outcome in outcomes]) + lost
    listed = listed_tickets(files)
    tables, cases = _composed(
        files, export, outcomes, preset=preset, options=options, account=account
    )
    listed = max(listed, account.added)
    account.count("tickets", listed - account.added)
    rows += listed
    if not sum(table.num_rows for table in tables):
        raise InputError("holds no event", where=Place(files[0].place.name), code="no-rows")
    name = Path(files[0].place.name).name
    return EventLog.ordered(
        _joined(tables),
        source=name if len(files) == 1 else f"{name} and {len(files) - 1} more",
        intake=account.intake(
            preset,
            told_things=rows,
            more_things=more_than_rows(files, outcomes),
            quarantine=quarantine,
            notes_of_lists=export.lookups.notes(),
        ),
        case_table=cases,
    )


def _joined(tables: list[pa.Table]) -> pa.Table:
    """Put the parts together and let go of them."""
    whole = pa.concat_tables(tables)
    tables.clear()
    return whole


def _told_once(files: Sequence[RawFile], preset: Preset, account: Account) -> Sequence[RawFile]:
    """Of histories that tell the same in other words, take the first in the preset."""
    labels = {_history(each) for each in files if each.part.tells == "history"}
    if len(labels) < 2:
        return files
    order = [part.history or part.name for part in preset.files]
    best = min(labels, key=order.index)
    kept = [each for each in files if each.part.tells != "history" or _history(each) == best]
    for each in files:
        if each.part.tells == "history" and _history(each) != best:
            text = (
                f"{show(Path(each.place.name).name)} ({each.part.title}) tells the same changes "
                f"as {show(best)} and is not read; name it alone to read it"
            )
            account.notes.append(Note("history-told-twice", text, each.records))
    return kept


def _history(file: RawFile) -> str:
    return file.part.history or file.part.name


def _outcomes(export: Numbered, preset: Preset, options: ReadOptions) -> list[tuple[int, Outcome]]:
    """Send the rows of every file through the engine of its form.

    What happened at one time is ordered by file and take, then as the file has it.
    """
    outcomes = []
    happened = 0
    while export.rows:
        number, rows = export.rows.pop(0)  # the rows make room for the changes
        for made in outcomes_of(rows, export, options, source=preset.source):
            seq = made.changes.seq
            seq += happened
            happened = int(seq.max(initial=happened)) + 1
            outcomes.append((number, made))
        del rows
        release_memory()
    return outcomes


def _quarantine(
    files: Sequence[RawFile], outcomes: Sequence[tuple[int, Outcome]], options: ReadOptions
) -> Quarantine:
    """Set aside what cannot be used, or refuse."""
    quarantine = Quarantine([each.place for each in files])
    counts = [each.records for each in files]
    for number, each in enumerate(files):
        for record, value, reason in each.bad:
            quarantine.add(number, np.array([record]), [value], column=WHOLE_ROW, reason=reason)
    mend = None
    for number, outcome in outcomes:
        for fault in outcome.faults:
            for file, which, start in file_of(fault.records, number, counts):
                quarantine.add(
                    file,
                    fault.records[which] - start,
                    [value for value, mine in zip(fault.values, which, strict=True) if mine],
                    column=fault.column,
                    reason=fault.reason,
                    time=fault.time,
                )
            mend = mend or (outcome.mend if fault.time else None)
    if options.quarantine_to is not None:
        quarantine.write(options.quarantine_to)
    if len(quarantine) and options.on_error == "fail":
        rows = sum(each.records for each in files if each.part.form != "lookup")
        if any(each.part.records for each in files):  # one record holds several
            rows = rows_of(files, [outcome for _, outcome in outcomes])
        raise quarantine.error(rows, mend=mend)
    return quarantine


def _check_zones(
    files: Sequence[RawFile],
    export: Numbered,
    outcomes: Sequence[tuple[int, Outcome]],
    options: ReadOptions,
) -> None:
    """Refuse to mix instants with local times of an unknown zone."""
    if options.tz is not None:
        return
    told = [(files[n], outcome.local) for n, outcome in outcomes if len(outcome.changes)]
    listing = [each for each in files if each.ticket is not None]
    told += [(file, made.local) for file, made in zip(listing, export.tickets, strict=True)]
    local = [file for file, is_local in told if is_local]
    if local and len(local) < len(told):
        raise AmbiguousError(
            "has local times without a zone, beside files in UTC",
            where=Place(local[0].place.name),
            mend="--tz names the zone of the user who exported it, such as Europe/Berlin",
            code="zone-open",
        )


def _composed(
    files: Sequence[RawFile],
    export: Numbered,
    outcomes: Sequence[tuple[int, Outcome]],
    *,
    preset: Preset,
    options: ReadOptions,
    account: Account,
) -> tuple[list[pa.Table], pa.Table | None]:
    """Put the changes of all files together, case by case.

    Whatever is asked here concerns one case, so some cases at a time are enough: what is needed on
    the way takes many times the memory of the changes themselves.
    """
    words, lookups = export.words, export.lookups
    changes, elsewhere = _together(files, outcomes)
    cut = words.codes([name for each in files for name in each.truncated])
    changes, tickets, cut, notes = with_case_numbers(
        changes, merged(export.tickets), cut, words, lookups
    )
    account.notes += notes
    changes = with_owners(changes, words, preset, lookups)
    cut = np.setdiff1d(cut, changes.case[elsewhere])
    account.truncated = len(cut)
    if tickets is not None:
        tickets = with_ticket_names(tickets, words, preset, lookups)
    only_changes = any(outcome.changes_only for _, outcome in outcomes)
    work = Composition(
        export, preset, cut, options.activity_from, export.history, only_changes, account
    )
    columns = changes.columns()
    del changes, elsewhere
    parts = by_cases(columns, tickets)
    tables, cases, priorities, happened = [], [], [], 1
    while parts:
        events, activity, priority = work.of(*parts.pop(0))
        tables.append(_table(events, activity, words, first=happened))
        happened += len(events)
        distinct, place = np.unique(events.case, return_index=True)
        cases.append(distinct)
        priorities.append(priority[place])
        release_memory()
    return tables, case_table(words, np.concatenate(cases), tickets, np.concatenate(priorities))


def _together(
    files: Sequence[RawFile], outcomes: Sequence[tuple[int, Outcome]]
) -> tuple[Changes, NDArray[np.bool_]]:
    """Put the changes of all files in one, and mark those of histories that complete cut ones."""
    shared = {each.part.history for each in files if each.truncated} - {None}
    whole = [
        each.part.tells == "history" and not each.truncated and each.part.history in shared
        for each in files
    ]
    marks = [np.full(len(outcome.changes), whole[number]) for number, outcome in outcomes]
    parts = [outcome.changes for _, outcome in outcomes]
    for _, outcome in outcomes:
        outcome.changes = Changes.blank(0)
    if not parts:
        return Changes.blank(0), np.zeros(0, np.bool_)
    return together(parts), np.concatenate(marks)


def _table(changes: Changes, activity: Codes, words: Words, *, first: int) -> pa.Table:
    """Make the columns of a CRM log; `seq` counts the events in their order, from `first`."""
    public = changes.public
    return pa.table(
        {
            CASE: words.encoded(changes.case),
            ACTIVITY: words.encoded(activity),
            TIME: from_numpy(changes.time, TIMESTAMP),
            ROW: from_numpy(changes.row),
            SEQ: from_numpy(np.arange(first, first + len(changes))),
            RESOURCE: words.encoded(changes.actor),
            "actor_type": words.encoded(changes.actor_type),
            GROUP: words.encoded(changes.group),
            "kind": words.encoded(changes.kind),
            "field": words.encoded(changes.field),
            "old": words.encoded(changes.old),
            "new": words.encoded(changes.new),
            "public": with_gaps(public == 1, public >= 0),
            "detail": words.encoded(changes.detail),
        }
    )
