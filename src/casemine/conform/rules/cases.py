"""The log as rules look at it: traces of cases and of variants, columns by role, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.conform.rules.traces import Traces
from casemine.conform.rules.words import column_key
from casemine.errors import CasemineError
from casemine.log.aggregate import Trail
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import CASE, FIXED
from casemine.log.eventlog import single
from casemine.log.match import matches

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from casemine.conform.rules.values import Condition, RuleSet, Steps
    from casemine.conform.rules.words import Words
    from casemine.log.eventlog import EventLog
    from casemine.log.traces import GroupedCases

    Mask = NDArray[np.bool_]

_LISTED = 6  # names of columns that a message lists


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """An attribute, one entry per event: a code into `words`, or -1 where nothing is known."""

    name: str  # as the log calls it
    codes: NDArray[np.int32]
    words: tuple[str, ...]

    def fits(self, words: Words) -> Mask:
        """Say of each event whether it holds one of the words."""
        fit = np.array([*(words.fit(one) for one in self.words), False], np.bool_)
        return fit[self.codes]

    @property
    def missing(self) -> Mask:
        """Say of each event whether nothing is known."""
        return self.codes < 0


class Cases:
    """A log, the rules' words for it, and what can be seen in it at all."""

    def __init__(
        self,
        log: EventLog,
        rules: RuleSet,
        observable: Collection[str] | None = None,
        is_open: NDArray[np.bool_] | None = None,
    ) -> None:
        self.log, self.rules = log, rules
        codes = log.codes()
        self.trail, self.rows, self._ids = Trail.of(codes), codes.row, (codes.case, codes.case_ids)
        self.traces = Traces(self.trail.names, self.trail.activity, self.trail.offsets)
        self.observable = frozenset(self.trail.names) | frozenset(observable or ())
        self._open = is_open
        self._columns: dict[str, Column | None] = {}

    def __len__(self) -> int:
        return self.trail.cases

    @cached_property
    def variants(self) -> Traces:
        """The distinct traces."""
        found = self._grouped.variants
        return Traces(found.activities, found.codes, found.offsets)

    @property
    def variant(self) -> NDArray[np.int64]:
        """The variant of each case."""
        return self._grouped.of_case

    @cached_property
    def _grouped(self) -> GroupedCases:
        return self.trail.grouped()

    @cached_property
    def is_open(self) -> Mask:
        """Say of each case whether it may go on.

        Unless it was said: the cases without any of the rules' `ends`, where the log shows them.
        """
        if self._open is not None:
            return self._open
        ends = self.rules.ends
        if not any(name in self.observable for name in ends.activities):
            return np.zeros(len(self), np.bool_)
        closed = self.variants.any(self.variants.mask(ends))
        return ~closed[self.variant]

    def name(self, case: int) -> str:
        """Name a case."""
        codes, ids = self._ids
        return str(ids[int(codes[self.traces.offsets[case]])].as_py())

    def duration_s(self, case: int) -> float | None:
        """Measure a case from its first start (or time) to its last time."""
        return None if self.durations is None else float(self.durations[case]) / 1_000_000

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Count the events of each case."""
        return np.diff(self.traces.offsets)

    @cached_property
    def durations(self) -> NDArray[np.int64] | None:
        """Microseconds of each case, from its first start (or time) to its last time."""
        return None if self.trail.time is None else self.trail.durations()

    @cached_property
    def now(self) -> int:
        """The last instant of the log: what lies after it has not happened yet."""
        assert self.trail.time is not None
        return int(self.trail.time.max(initial=0))

    def seen(self, steps: Steps) -> bool:
        """Whether the log can show one of these steps at all."""
        return steps.every or any(name in self.observable for name in steps.activities)

    def unseen(self, steps: Steps) -> str:
        """Say that steps cannot be seen."""
        ids = {label: element for element, label in self.rules.names.items()}
        named = " or ".join(
            f"'{name}'" + (f" ({ids[name]})" if name in ids else "") for name in steps.activities
        )
        return f"the log cannot show {named}"

    def column(self, name: str) -> Column | None:
        """Find a column by its role or its name: among events, then their changes, then cases."""
        if name not in self._columns:
            self._columns[name] = self._find(self._asked(name))
        return self._columns[name]

    def no_column(self, name: str) -> str:
        """Say that a column is missing."""
        asked = self._asked(name)
        listed = ", ".join(asked[:_LISTED]) + (", ..." if len(asked) > _LISTED else "")
        more = f" (looked for {listed})" if asked != (name,) else ""
        return f"the log has no column {name}{more}"

    def truth(self, condition: Condition) -> tuple[Mask, Mask] | str:
        """Say of each event whether a condition is true, and whether that is unknown.

        Returns
        -------
        tuple of arrays, or str
            The reason, where the log lacks what the condition asks for.
        """
        if condition.expression is not None:
            try:
                true = matches(self.log, condition.written)
                false = matches(self.log, f"not ({condition.written})")
            except CasemineError as error:
                return error.message
            return true, ~(true | false)
        true = np.ones(len(self.log), np.bool_)
        missing = np.zeros(len(self.log), np.bool_)
        for name, words in condition.words:
            column = self.column(name)
            if column is None:
                return self.no_column(name)
            true &= column.fits(words)
            missing |= column.missing
        return true, missing & ~true

    def _asked(self, name: str) -> tuple[str, ...]:
        return self.rules.attributes.get(name, (name,))

    def _find(self, asked: Sequence[str]) -> Column | None:
        events = {column_key(one): one for one in self.log.events.column_names if one not in FIXED}
        table = self.log.case_table
        of_cases = {} if table is None else {column_key(one): one for one in table.column_names}
        of_cases.pop(CASE, None)
        for name in asked:
            if column_key(name) in events:
                found = events[column_key(name)]
                return _encoded(found, single(self.log.events.column(found)))
        for name in asked:
            found_case = None
            if table is not None and column_key(name) in of_cases:
                found_case = self._of_case(of_cases[column_key(name)])
            changed = self._of_changes(column_key(name), found_case)
            if changed is not None or found_case is not None:
                return changed or found_case
        return None

    def _of_case(self, name: str) -> Column:
        """Spread an attribute of cases over their events."""
        table = self.log.case_table
        assert table is not None
        column = _encoded(name, single(table.column(name)))
        case = single(self.log.events.column(CASE))
        import pyarrow.compute as pc

        ids = single(table.column(CASE)).cast(pa.string())
        place = pc.fill_null(pc.index_in(case.dictionary.cast(pa.string()), ids), len(ids))
        codes = np.append(column.codes, np.int32(-1))[to_numpy(place)]
        return Column(name, codes[to_numpy(case.indices)].astype(np.int32), column.words)

    def _of_changes(self, asked: str, final: Column | None) -> Column | None:
        """Follow an attribute through the changes of a log that tells them, old and new value.

        Between changes the value stays; before the first one it is the old value of that, and in
        a case without any change what its record says in the end.
        """
        table = self.log.events
        if not {"field", "old", "new"} <= set(table.column_names):
            return None
        kinds = [name for name in ("field", "kind") if name in table.column_names]
        changes = np.zeros(len(self.log), np.bool_)
        for name in kinds:
            column = _encoded(name, single(table.column(name)))
            named = np.array([*(column_key(one) == asked for one in column.words), False], np.bool_)
            changes |= named[column.codes]
        if not changes.any():
            return None
        old, new = (_encoded(name, single(table.column(name)), changes) for name in ("old", "new"))
        words = list(dict.fromkeys([*new.words, *old.words, *(final.words if final else ())]))
        number = {word: place for place, word in enumerate(words)}

        def coded(column: Column) -> NDArray[np.int32]:
            table = np.array([*(number[word] for word in column.words), -1], np.int32)
            return table[column.codes]

        after, before = coded(new), coded(old)
        place = np.arange(len(self.log))
        last = np.where(changes, place, -1)
        np.maximum.accumulate(last, out=last)
        last[last < self.traces.spread(self.traces.offsets[:-1])] = -1
        following = self.traces.after(changes)
        codes = np.where(last >= 0, after[last], before[np.maximum(following, 0)])
        untouched = (last < 0) & (following < 0)
        codes[untouched] = coded(final)[untouched] if final is not None else -1
        return Column(asked, codes.astype(np.int32), tuple(words))


def _encoded(name: str, column: pa.Array, rows: Mask | None = None) -> Column:
    """Encode a column as text, or what it holds in some rows; empty texts count as missing."""
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        if pa.types.is_floating(column.type):
            whole = pc.equal(column, pc.floor(column))
            if pc.all(whole).as_py():
                column = column.cast(pa.int64())
        column = column.cast(pa.string()).dictionary_encode()
    known = valid(column.indices) if rows is None else valid(column.indices) & rows
    codes = np.where(known, to_numpy(column.indices), -1)
    held = np.zeros(len(column.dictionary) + 1, np.bool_)
    held[codes] = True
    used = np.flatnonzero(held[:-1])  # a dictionary may hold the words of other columns, too
    words = [str(word or "") for word in column.dictionary.take(from_numpy(used)).to_pylist()]
    number = np.full(len(held), -1, np.int32)
    number[used] = np.where([bool(word.strip()) for word in words], np.arange(len(used)), -1)
    return Column(name, number[codes], tuple(words))
