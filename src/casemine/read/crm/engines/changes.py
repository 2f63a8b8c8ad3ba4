"""Change tables: one row is one change of a field. The first engine, and the end of all others.

The rules of the preset say what each row is; whatever the export's form, its rows come through
here and leave in the intermediate form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.read.crm.changeset import Changes
from casemine.read.crm.coded.instants import ABSENT
from casemine.read.crm.coded.ordering import sequence, times_of
from casemine.read.crm.engines.rules import Ruling, truths
from casemine.read.quarantine import EMPTY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from casemine.model.intake import Note
    from casemine.read.crm.coded.instants import Instants
    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.options import ReadOptions

BLOCK = 1 << 18  # rows that rules look at together


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows that cannot be used, for one reason."""

    records: NDArray[np.int64]
    values: list[str]
    column: str
    reason: str
    time: bool  # whether a value is no time


@dataclass(slots=True)
class Outcome:
    """Changes of some rows, and what became of the rest."""

    changes: Changes
    rows: int  # that came in
    faults: list[Fault] = field(default_factory=list)
    ignored: int = 0  # noise, by the preset
    silent: int = 0  # snapshots in which nothing tracked has changed
    twins: int = 0  # rows of ids that a row of names repeats
    repeats: int = 0  # milestones that another row of the ticket tells too
    changes_only: bool = False
    unknown: dict[str, int] = field(default_factory=dict)  # rows no rule knows
    notes: list[Note] = field(default_factory=list)
    local: bool = False
    mend: str | None = None

    def count_unknown(self, kind: str, number: int) -> None:
        """Add rows that no rule knows."""
        self.unknown[kind] = self.unknown.get(kind, 0) + number


def changes_of(
    rows: Coded,
    words: Words,
    options: ReadOptions,
    *,
    source: str,
    created: NDArray[np.int64] | None = None,
) -> Outcome:
    """Bring rows into the intermediate form.

    `created` is when each case was created, by its code, where lists of tickets tell it.

    Rows without case or time are faults; rows that the preset calls noise, or that nothing in it
    knows, are counted.

    Parameters
    ----------
    rows : Coded
        With the column `case`, and `time` among the texts.
    source : str
        The preset, for messages.

    Raises
    ------
    InputError, BadTimeError, AmbiguousError
        A rule cannot be followed; no value is a time, or it is open how times are to be read.

    Notes
    -----
    Rules are applied to blocks of rows; the cost is that of the conditions of all rules, asked once
    per distinct text.
    """
    case = rows.columns["case"]
    times, notes = times_of(rows, case, options, since=None if created is None else created[case])
    seq = sequence(rows, case, times.values)
    outcome = Outcome(Changes.blank(0), rows.count, notes=notes, local=times.local, mend=times.mend)
    outcome.changes_only = rows.take.changes_only
    wanted = np.zeros(rows.count, np.bool_)
    homeless = np.zeros(rows.count, np.bool_)
    columns_of: dict[str, NDArray[Any]] = {}
    held = 0
    for start in range(0, rows.count, BLOCK):  # rules look at rows one by one
        block = slice(start, min(start + BLOCK, rows.count))
        columns = {name: codes[block] for name, codes in rows.columns.items()}
        ruling = Ruling(words, columns, block.stop - start, source)
        ruling.apply(rows.take.rules, rows.take.fields)
        ignored, unknown = ruling.kind == words.code("ignore"), ruling.kind < 0
        outcome.ignored += int(np.count_nonzero(ignored))
        _count_unknown(outcome, columns, words, unknown)
        wanted[block] = ~ignored & ~unknown
        homeless[block] = ruling.output("case") < 0
        usable = wanted[block] & ~homeless[block] & (times.values[block] != ABSENT)
        at = np.flatnonzero(usable)
        made = _changes(rows, ruling, words, at=at, start=start, times=times.values, seq=seq)
        for name, values in made.columns().items():  # what is not used of the room costs nothing
            if name not in columns_of:
                columns_of[name] = np.empty(rows.count, values.dtype)
            columns_of[name][held : held + len(at)] = values
        held += len(at)
    _set_aside(outcome, rows, homeless, times, wanted)
    if columns_of:
        outcome.changes = Changes(**{name: each[:held] for name, each in columns_of.items()})
    return outcome


def _changes(
    rows: Coded,
    ruling: Ruling,
    words: Words,
    *,
    at: NDArray[np.int64],
    start: int,
    times: NDArray[np.int64],
    seq: NDArray[np.int64],
) -> Changes:
    """Make changes of some rows of a block, which begins at `start`, as the rules have it."""
    there = at + start
    texts = {
        name: ruling.output(name)[at]
        for name in ("case", "actor", "actor_type", "group", "field", "old", "new", "activity")
    }
    return Changes(
        time=times[there],
        seq=seq[there],
        row=rows.records[there] + rows.before,
        action=rows.actions[there],
        kind=ruling.kind[at],
        detail=np.full(len(at), -1, np.int32),
        public=truths(words, ruling.output("public")[at]),
        carry=ruling.carry[at],
        **texts,
    )


def _set_aside(
    outcome: Outcome,
    rows: Coded,
    homeless: NDArray[np.bool_],
    times: Instants,
    wanted: NDArray[np.bool_],
) -> None:
    """Collect wanted rows without a usable time or a case."""
    name = rows.take.columns.get("time", ("time",))[0]
    told = np.zeros(rows.count, np.bool_)
    for bad in times.bad:
        mine = wanted[bad.rows]
        told[bad.rows] = True
        values = [value for value, is_mine in zip(bad.values, mine, strict=True) if is_mine]
        if values:
            records = rows.records[bad.rows[mine]]
            outcome.faults.append(Fault(records, values, name, bad.reason, time=True))
    case = rows.take.columns.get("case", ("case",))[0]
    timeless = times.values == ABSENT
    for mask, column in (
        (timeless & ~told & wanted, name),
        (homeless & ~timeless & wanted, case),
    ):
        empty = np.flatnonzero(mask)
        if len(empty):
            blank = [""] * len(empty)
            outcome.faults.append(Fault(rows.records[empty], blank, column, EMPTY, time=False))


def _count_unknown(
    outcome: Outcome, columns: Mapping[str, Codes], words: Words, unknown: NDArray[np.bool_]
) -> None:
    """Count rows that neither a rule nor a field name says anything about, by their type."""
    if not unknown.any():
        return
    codes = columns.get("type")
    if codes is None:
        outcome.count_unknown("without a field", int(unknown.sum()))
        return
    used, counts = np.unique(codes[unknown], return_counts=True)
    for text, count in zip(words.texts(used.astype(np.int32)), counts.tolist(), strict=True):
        outcome.count_unknown(text or "without a type", count)
