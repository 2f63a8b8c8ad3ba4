"""What the rows of a column say about how its times are written, counted over all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from casemine.read.times.formats import FORM_COMPACT, Clock, Layout, layouts_of, named_layout
from casemine.read.times.parse import (
    BLOCK,
    EARLIEST,
    LATEST,
    Group,
    groups_of,
    plain_text,
    present_rows,
    read_days,
    read_instants,
    tidy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.read.options import DateOrder

ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
SAME = 8  # bit: all orders that are possible give the same day
_HOPELESS_SHAPES, _HOPELESS_SHARE = 4096, 0.01


class Example(NamedTuple):
    """A value as it was found, with its place in the column, from 0."""

    place: int
    text: str


@dataclass(slots=True)
class Tally:
    """How many values, and the first of them."""

    count: int = 0
    first: Example | None = None

    def add(self, count: int, first: Example) -> None:
        """Count some more; the example that stands first stays."""
        self.count += count
        if self.first is None or first.place < self.first.place:
            self.first = first


@dataclass(slots=True)
class FormEvidence:
    """The values of one form and clock."""

    form: str
    clock: Clock | None
    values: Tally = field(default_factory=Tally)
    with_offset: Tally = field(default_factory=Tally)
    without_offset: Tally = field(default_factory=Tally)
    zone_named: Tally = field(default_factory=Tally)
    short_year: Tally = field(default_factory=Tally)
    orders: dict[int, Tally] = field(default_factory=dict)  # possible orders (bits) to values


class Evidence:
    """Counts over the values of one column; add arrays in any number, then decide.

    Parameters
    ----------
    form : str, optional
        `iso` accepts only ISO 8601, as the user said; None accepts every form.
    """

    def __init__(self, form: str | None = None) -> None:
        self.form = form
        self.forms: dict[tuple[str, Clock | None], FormEvidence] = {}
        self.unknown = Tally()
        self.rows = 0
        self.missing = 0
        self._layouts: dict[str, tuple[Layout, ...]] = {}

    @property
    def values(self) -> int:
        """Values that are there, times or not."""
        return self.rows - self.missing

    def add(self, array: pa.Array) -> None:
        """Look at every value of an array of text; O(n), no Python code per value."""
        if pa.types.is_dictionary(array.type):
            if len(array.dictionary) * 2 > len(array):
                array = array.dictionary_decode()
            else:
                self._add_distinct(array)
                return
        array = plain_text(array)
        for start in range(0, len(array), BLOCK):
            self._add_block(_Block(array.slice(start, BLOCK), self.rows + start))
        self.rows += len(array)

    def best(self) -> FormEvidence | None:
        """Find the form that most values have; dates alone count to the more frequent clock."""
        return min(self._merged(), key=_rank, default=None)

    def _merged(self) -> list[FormEvidence]:
        """Add dates without time of day to the more frequent clock of their form."""
        merged = []
        for (form, clock), found in self.forms.items():
            rivals = [self.forms[form, c] for c in ("24", "12") if (form, c) in self.forms]
            rivals.sort(key=_rank)
            if clock is None and rivals:
                continue
            dates = self.forms.get((form, None)) if clock else None
            joins = dates is not None and rivals[0] is found
            merged.append(_joined(found, dates) if dates is not None and joins else found)
        return merged

    def other_than(self, best: FormEvidence) -> Example | None:
        """Find a value that is a time, but not in the form that was decided."""
        others = [
            found.values.first
            for found in self.forms.values()
            if found.values.first is not None
            and (found.form != best.form or found.clock not in {None, best.clock})
        ]
        return min(others, default=None)

    def _add_distinct(self, array: pa.Array) -> None:
        """Look at each distinct value once, and count the rows that have it."""
        codes = np.asarray(array.indices.fill_null(-1)).astype(np.int64)
        rows = np.flatnonzero(codes >= 0)
        counts = np.bincount(codes[rows], minlength=len(array.dictionary))
        first = np.zeros(len(array.dictionary), np.int64)
        first[codes[rows[::-1]]] = rows[::-1]  # of equal indices the last one is kept
        used = np.flatnonzero(counts)
        indices = pa.Array.from_buffers(pa.int64(), len(used), [None, pa.py_buffer(used)])
        texts = plain_text(array.dictionary).take(indices)
        self.missing += len(codes) - len(rows)
        for start in range(0, len(texts), BLOCK):
            some = used[start : start + BLOCK]
            places = first[some] + self.rows
            self._add_block(_Block(texts.slice(start, BLOCK), places, counts[some]))
        self.rows += len(array)

    def _add_block(self, block: _Block) -> None:
        there = present_rows(block.array)
        self.missing += block.count(np.flatnonzero(~there))
        if not self._hopeless():
            for group in groups_of(tidy(block.array)):
                for layout, chosen in self._readings(group):
                    self._record(layout, chosen, block)
                    there[slice(None) if chosen.rows is None else chosen.rows] = False
        rows = np.flatnonzero(there)
        if len(rows):
            self.unknown.add(block.count(rows), block.first(rows))

    def _hopeless(self) -> bool:
        """Whether the column is plainly no time: shapes without end, and hardly a time in them."""
        times = sum(found.values.count for found in self.forms.values())
        return len(self._layouts) > _HOPELESS_SHAPES and times < _HOPELESS_SHARE * self.rows

    def _readings(self, group: Group) -> Iterator[tuple[Layout, Group]]:
        """Yield the layouts that values of a shape have, with the values that have them."""
        layouts = self._layouts.get(group.shape)
        if layouts is None:
            if self.form is None:
                layouts = layouts_of(group.shape)
            else:
                named = named_layout(self.form, group.shape)
                layouts = (named,) if named else ()
            self._layouts[group.shape] = layouts
        for layout in layouts:
            if layout.form != FORM_COMPACT:
                yield layout, group
                return
            dates = read_instants(group.matrix, layout).valid
            if dates.any():
                yield layout, group if dates.all() else group.where(dates)
            if dates.all():
                return
            group = group.where(~dates)

    def _record(self, layout: Layout, group: Group, block: _Block) -> None:
        key = layout.form, layout.clock
        if key not in self.forms:
            self.forms[key] = FormEvidence(*key)
        found = self.forms[key]
        rows = np.arange(len(group)) if group.rows is None else group.rows
        count, first = block.count(rows), block.first(rows)
        found.values.add(count, first)
        (found.with_offset if layout.has_offset else found.without_offset).add(count, first)
        if "zone" in layout.spans and not layout.has_offset:
            found.zone_named.add(count, first)
        if layout.short_year:
            found.short_year.add(count, first)
        if layout.open_order:
            codes = _possible_orders(group.matrix, layout)
            for code in np.flatnonzero(np.bincount(codes)).tolist():
                alike = rows[codes == code]
                tally = found.orders.setdefault(code, Tally())
                tally.add(block.count(alike), block.first(alike))


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """A piece of the column: rows that follow each other, or distinct values with their counts."""

    array: pa.Array
    places: NDArray[np.int64] | int  # where each value stands first in the column; int: the block
    weights: NDArray[np.int64] | None = None

    def count(self, rows: NDArray[np.int64]) -> int:
        """Count the rows of the column that have these values."""
        return len(rows) if self.weights is None else int(self.weights[rows].sum())

    def first(self, rows: NDArray[np.int64]) -> Example:
        """Show the one of these values, in rising order, that stands first in the column."""
        if isinstance(self.places, int):
            row = int(rows[0])
            return Example(self.places + row, str(self.array[row].as_py()))
        row = int(rows[np.argmin(self.places[rows])])
        return Example(int(self.places[row]), str(self.array[row].as_py()))


def _rank(found: FormEvidence) -> tuple[int, int]:
    """Order forms by the number of their values, then by which stands first."""
    return -found.values.count, found.values.first.place if found.values.first else 0


def _joined(one: FormEvidence, two: FormEvidence) -> FormEvidence:
    """Both together, under the clock of the first."""
    joined = FormEvidence(one.form, one.clock)
    for found in (one, two):
        for name in ("values", "with_offset", "without_offset", "zone_named", "short_year"):
            tally: Tally = getattr(found, name)
            if tally.first is not None:
                getattr(joined, name).add(tally.count, tally.first)
        for code, tally in found.orders.items():
            if tally.first is not None:
                joined.orders.setdefault(code, Tally()).add(tally.count, tally.first)
    return joined


def _possible_orders(matrix: NDArray[np.uint8], layout: Layout) -> NDArray[np.int64]:
    """Bits of the orders that give a day on the calendar, and whether all of them give the same."""
    codes = np.zeros(len(matrix), np.int64)
    lowest = np.full(len(matrix), LATEST)
    highest = np.full(len(matrix), EARLIEST)
    for bit, order in enumerate(ORDERS):
        days, valid = read_days(matrix, layout, order)
        codes |= valid.astype(np.int64) << bit
        lowest = np.where(valid, np.minimum(lowest, days), lowest)
        highest = np.where(valid, np.maximum(highest, days), highest)
    return codes | np.where(lowest == highest, SAME, 0)
