"""Map a log: changes to activities of the designed flow, and the account of every raw event."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.log.arrays import from_numpy, texts, to_numpy
from casemine.log.columns import ACTIVITY, CASE, ROW
from casemine.log.eventlog import EventLog, single
from casemine.log.order import take_rows
from casemine.mapping.changes import changes_of
from casemine.mapping.evaluate import NO_RULE, rule_of_changes
from casemine.mapping.situation import situation_of
from casemine.mapping.vocabulary import FLOWS
from casemine.model.intake import Note
from casemine.model.mapping import (
    ActivityCount,
    GroupTier,
    MappingAccount,
    RuleUse,
    UnmappedEvents,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.mapping.changes import Changes
    from casemine.mapping.rules import FlowMapping
    from casemine.mapping.situation import Groups

RAW_ACTIVITY, RULE, SEQ = "raw_activity", "rule", "seq"
_LISTED = 5  # groups that a note names


@dataclass(frozen=True, slots=True)
class Mapped:
    """The log in activities of the flow, and what became of every raw event."""

    log: EventLog
    account: MappingAccount


def map_log(log: EventLog, mapping: FlowMapping) -> Mapped:
    """Turn raw events into activities of a designed flow.

    Parameters
    ----------
    log : EventLog
        Whole cases: rules look at what came before and after. With the columns `kind`, `field`,
        `old` and `new` every event is one change; without them, an event changes whatever differs
        from the event before it.
    mapping : FlowMapping
        From `read_mapping` or `shipped_mapping`.

    Returns
    -------
    Mapped
        The log holds one event per activity, in the order of the raw events; several activities
        of one raw event share its time and row, and `seq` numbers the events anew where there are
        any such. Two columns are new: `raw_activity`, and `rule`, null where no rule fits: such
        an event keeps its raw name. Events that a rule ignores are gone, and counted.

    Notes
    -----
    O(n) for n events and a fixed mapping, vectorised; conditions look at distinct words only.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> from casemine.mapping import shipped_mapping
    >>> mapped = map_log(parse_log("New Open Shrugged Solved"), shipped_mapping("generic"))
    >>> mapped.log.events.column("activity").to_pylist()
    ['Log record', 'Analyse in 1st level', 'Shrugged', 'Resolve in 1st level']
    >>> [(one.activity, one.events) for one in mapped.account.left]
    [('Shrugged', 1)]
    """
    changes = changes_of(log, mapping.origin)
    situation = situation_of(log, changes, mapping)
    rule = rule_of_changes(log, changes, situation, mapping)
    outcome = _Outcome.of(changes, rule, mapping)
    events = _events(log, changes, rule, outcome, mapping)
    account = _account(log, changes, rule, outcome, mapping=mapping, groups=situation.groups)
    notes = (*log.intake.notes, *_notes(account))
    cases = log.case_table
    if cases is not None and account.cases_emptied:
        case = single(events.column(CASE))
        held = set(case.dictionary.take(case.indices.unique()).to_pylist())
        mask = np.array([one in held for one in cases.column(CASE).to_pylist()], np.bool_)
        cases = cases.filter(from_numpy(mask))
    intake = replace(log.intake, notes=notes)
    return Mapped(EventLog(events, log.source, intake, cases), account)


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """One entry per event of the mapped log: its change, and which of its rule's activities."""

    change: NDArray[np.int64]
    nth: NDArray[np.int64]
    mapped: NDArray[np.bool_]  # per raw event: gave an activity
    raw: NDArray[np.bool_]  # per raw event: stays under its raw name, wholly or in part

    @classmethod
    def of(cls, changes: Changes, rule: NDArray[np.int32], mapping: FlowMapping) -> _Outcome:
        gives = np.array([len(one.gives) for one in mapping.rules] + [1], np.int64)
        count = gives[rule]  # NO_RULE is -1, the last entry: the raw event itself
        lost = rule == NO_RULE
        size = int(changes.event[-1]) + 1 if len(changes) else 0
        mapped, raw = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        mapped[changes.event[~lost & (count > 0)]] = True
        raw[changes.event[lost]] = True
        rows = np.flatnonzero(lost)
        again = np.diff(changes.event[rows], prepend=-1) == 0
        count[rows[again]] = 0  # two changes of one event that no rule takes are one raw event
        change = np.repeat(np.arange(len(changes)), count)
        ends = np.cumsum(count)
        nth = np.arange(len(change)) - np.repeat(ends - count, count)
        return cls(change, nth, mapped, raw)


def _events(
    log: EventLog,
    changes: Changes,
    rule: NDArray[np.int32],
    outcome: _Outcome,
    mapping: FlowMapping,
) -> pa.Table:
    event = changes.event[outcome.change]
    table = log.events
    if len(event) != len(log) or bool(np.any(np.diff(event) != 1)):
        table = take_rows(table, event)
    raw = single(table.column(ACTIVITY))
    labels = {word: place for place, word in enumerate(raw.dictionary.to_pylist())}
    offsets = np.cumsum([0, *(len(one.gives) for one in mapping.rules)])
    given = [labels.setdefault(label, len(labels)) for one in mapping.rules for label in one.gives]
    taken = rule[outcome.change]
    at = np.where(taken == NO_RULE, 0, offsets[taken] + outcome.nth)
    by_rule = np.array([*given, 0], np.int32)[np.minimum(at, len(given))]
    codes = np.where(taken == NO_RULE, to_numpy(raw.indices), by_rule).astype(np.int32)
    activity = pa.DictionaryArray.from_arrays(from_numpy(codes), texts(list(labels)))
    names = texts([one.name for one in mapping.rules])
    present = taken != NO_RULE
    rules = pa.DictionaryArray.from_arrays(_with_nulls(taken, present), names)
    table = table.set_column(table.column_names.index(ACTIVITY), ACTIVITY, activity)
    table = _put(_put(_free(table), RAW_ACTIVITY, raw), RULE, rules)
    several = bool(np.any(np.diff(event) == 0))
    if several and (changes.of_events or SEQ not in table.column_names):
        table = _put(table, SEQ, from_numpy(np.arange(1, len(event) + 1)))
    return table


def _free(table: pa.Table) -> pa.Table:
    """Rename an attribute of the log that is called as a column of ours but is not from us."""
    names = table.column_names
    if {RAW_ACTIVITY, RULE}.issubset(names):  # from a former mapping
        return table
    return table.rename_columns(
        [f"{name} (before mapping)" if name in {RAW_ACTIVITY, RULE} else name for name in names]
    )


def _with_nulls(codes: NDArray[np.int32], present: NDArray[np.bool_]) -> pa.Array:
    from casemine.log.arrays import with_gaps

    return with_gaps(np.where(present, codes, 0).astype(np.int32), present)


def _put(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    """Add a column, or take the place of the one that a former mapping left."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def _account(
    log: EventLog,
    changes: Changes,
    rule: NDArray[np.int32],
    outcome: _Outcome,
    *,
    mapping: FlowMapping,
    groups: Groups,
) -> MappingAccount:
    uses = np.bincount(rule[rule >= 0], minlength=len(mapping.rules)).tolist()
    case_after = changes.case[outcome.change]
    unmapped = outcome.raw & ~outcome.mapped
    mapped = int(np.count_nonzero(outcome.mapped))
    cases = int(changes.case[-1]) if len(changes) else 0
    return MappingAccount(
        mapping=mapping.name,
        flow=mapping.flow,
        events=len(log),
        cases=cases,
        mapped=mapped,
        ignored=len(log) - mapped - int(np.count_nonzero(unmapped)),
        unmapped=int(np.count_nonzero(unmapped)),
        events_out=len(outcome.change),
        cases_emptied=cases - _runs(case_after),
        rules=tuple(
            RuleUse(one.name, one.gives, uses[place]) for place, one in enumerate(mapping.rules)
        ),
        left=_left(log, changes, rule),
        groups=_groups(groups),
        activities=_activities(changes, rule, outcome, mapping),
        out_of_reach=tuple(
            label for label in FLOWS[mapping.flow].values() if label not in mapping.activities
        ),
    )


def _activities(
    changes: Changes, rule: NDArray[np.int32], outcome: _Outcome, mapping: FlowMapping
) -> tuple[ActivityCount, ...]:
    order = [one for one in FLOWS[mapping.flow].values() if one in mapping.activities]
    widest = max((len(one.gives) for one in mapping.rules), default=1) or 1
    place = np.full((len(mapping.rules) + 1, widest), -1, np.int64)
    for number, one in enumerate(mapping.rules):
        for nth, label in enumerate(one.gives):
            place[number, nth] = order.index(label)
    given = place[rule[outcome.change], np.minimum(outcome.nth, widest - 1)]
    case = changes.case[outcome.change]
    found = [case[given == number] for number in range(len(order))]
    return tuple(
        ActivityCount(label, len(cases), _runs(cases))
        for label, cases in zip(order, found, strict=True)
    )


def _runs(cases: NDArray[np.int64]) -> int:
    """Count the cases in a list of them that never falls."""
    return int(np.count_nonzero(np.diff(cases, prepend=0)))


def _left(log: EventLog, changes: Changes, rule: NDArray[np.int32]) -> tuple[UnmappedEvents, ...]:
    """Gather what no rule took, by what a person would write a rule for."""
    rows = np.flatnonzero(rule == NO_RULE)
    if not len(rows):
        return ()
    columns = changes.columns
    kind, new = columns["kind"], columns["new"]
    entering = np.zeros(len(changes), np.bool_)
    entering[changes.rows_of("status", "create")] = True
    to = np.where(entering[rows], new.codes[rows], -1)
    sizes = (len(columns["activity"].words) + 1, len(kind.words) + 1, len(new.words) + 1)
    parts = (columns["activity"].codes[rows] + 1, kind.codes[rows] + 1, to + 1)
    keys = np.ravel_multi_index([part.astype(np.int64) for part in parts], sizes)
    alike, first, place, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    pairs = np.unique(place.astype(np.int64) * (len(changes) + 1) + changes.case[rows])
    cases = np.bincount(pairs // (len(changes) + 1), minlength=len(counts))
    numbers = to_numpy(single(log.events.column(ROW)))[changes.event[rows[first]]]
    found = [
        UnmappedEvents(
            activity=columns["activity"].words[activity],
            kind=kind.words[one] if changes.of_events and one >= 0 else None,
            to=new.words[state] if state >= 0 else None,
            events=int(counts[index]),
            cases=int(cases[index]),
            row=int(numbers[index]),
        )
        for index, (activity, one, state) in enumerate(
            zip(*(part - 1 for part in np.unravel_index(alike, sizes)), strict=True)
        )
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.events, one.activity, one.kind or "", one.to or ""))
    )


def _groups(groups: Groups) -> tuple[GroupTier, ...]:
    found = map(GroupTier, groups.names, groups.tiers, groups.known, groups.changes.tolist())
    return tuple(sorted(found, key=lambda one: (-one.events, one.group)))


def _notes(account: MappingAccount) -> list[Note]:
    """Remark on what a reader of the mapped log has to know."""
    notes = []
    if unknown := account.unknown_groups:
        named = ", ".join(f"{one.group} ({one.events:,})" for one in unknown[:_LISTED])
        more = f" and {len(unknown) - _LISTED:,} more" if len(unknown) > _LISTED else ""
        text = f"groups of unknown tier count as 1st level: {named}{more}"
        notes.append(Note("tier-unknown", text))
    if account.unmapped:
        names: Counter[str] = Counter()
        for one in account.left:
            names[one.activity] += one.events
        named = ", ".join(f"{name} ({n:,})" for name, n in names.most_common(_LISTED))
        more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
        text = f"{account.unmapped:,} events have no rule and keep their raw name: {named}{more}"
        notes.append(Note("unmapped", text, account.unmapped))
    if account.cases_emptied:
        text = f"{account.cases_emptied:,} cases have no event that the mapping keeps"
        notes.append(Note("cases-emptied", text, account.cases_emptied))
    return notes
