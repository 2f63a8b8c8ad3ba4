"""From the evidence of a column's rows to one time format, or to a refusal that shows why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from casemine.errors import AmbiguousError, BadTimeError, Place, UsageError, show
from casemine.model.intake import Note
from casemine.read.times.evidence import ORDERS, SAME, Evidence, Example, FormEvidence, Tally
from casemine.read.times.formats import Clock, layouts_of
from casemine.read.times.parse import groups_of, read_days, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.read.options import DateOrder

    Locate = Callable[[int], int] | None

# A spreadsheet turns what it takes for dates into its own, in its own order, and leaves the rest.
MAY_BE_SWAPPED = "a spreadsheet may have swapped days and months in one of the kinds"
_ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided."""

    form: str
    clock: Clock | None = None
    order: DateOrder | None = None
    example: str | None = None
    others: str | None = None
    notes: tuple[Note, ...] = ()


def decide(
    evidence: Evidence,
    *,
    column: str,
    date_order: DateOrder | None = None,
    zone: str | None = None,
    source: str = "log",
    locate: Locate = None,
) -> Verdict:
    """Pick the format that most values have, or refuse; see `clock.decide_format`."""
    best = evidence.best()
    judge = _Judge(column, source, locate, evidence.values)
    if best is None or best.values.first is None:
        if evidence.unknown.first is not None:
            raise judge.no_time(evidence.unknown)
        return Verdict("empty")
    order = judge.order(best, date_order)
    notes = judge.zone_notes(best, zone)
    if best.short_year.count:
        notes.append(Note("short-years", "years of two digits are read as 1969 to 2068"))
    other = evidence.other_than(best)
    if other is not None:
        notes.append(judge.mixed(best, other))
    return Verdict(
        best.form,
        best.clock,
        order,
        best.values.first.text,
        other.text if other else None,
        tuple(notes),
    )


def zone_assumed() -> Note:
    """Remark that times without offset count as UTC; the same for all columns, so said once."""
    return Note("zone-assumed", "times without an offset are read as UTC; --tz names another zone")


@dataclass(frozen=True, slots=True)
class _Judge:
    """Words the decision, or the refusal, for one column."""

    column: str
    source: str
    locate: Locate
    values: int

    def order(self, found: FormEvidence, given: DateOrder | None) -> DateOrder | None:
        """Find the order of day, month and year that all rows allow and one of them proves."""
        tallies = {code: tally for code, tally in found.orders.items() if code & ~SAME}
        if not tallies:
            return (given or "dmy") if found.orders else None
        if given is not None:
            bit = 1 << ORDERS.index(given)
            if not any(code & bit for code in tallies):
                raise self._does_not_fit(given, found)
            return given
        allowed = 7
        for code in tallies:
            allowed &= code
        if allowed == 0:
            raise self._contradiction(tallies)
        possible = [order for bit, order in enumerate(ORDERS) if allowed & 1 << bit]
        unlike = [tally for code, tally in tallies.items() if not code & SAME]
        if len(possible) > 1 and unlike:
            raise self._open(min(unlike, key=_first_index), possible)
        return possible[0]

    def zone_notes(self, found: FormEvidence, zone: str | None) -> list[Note]:
        """Say what happens to times without offset; refuse where that would be a guess."""
        with_offset, without = found.with_offset, found.without_offset
        if zone is None and found.zone_named.first is not None:
            raise self._zone_name(found.zone_named.first, found.zone_named.count)
        if zone is None and with_offset.first is not None and without.first is not None:
            raise self._offsets_mixed(with_offset, without)
        if zone is None:
            return [zone_assumed()] if without.count else []
        if not without.count:
            text = f"all times in column {show(self.column)} have an offset: --tz changes nothing"
            return [Note("zone-unused", text)]
        if with_offset.count:
            text = (
                f"{without.count:,} of {with_offset.count + without.count:,} times in column "
                f"{show(self.column)} have no offset and are read as {zone}; the others keep theirs"
            )
            return [Note("zone-mixed", text, without.count)]
        return []

    def mixed(self, best: FormEvidence, other: Example) -> Note:
        """Remark that some values are times in another format."""
        first = show(best.values.first.text if best.values.first else "")
        text = (
            f"column {show(self.column)} mixes time formats: {best.values.count:,} of "
            f"{self.values:,} values are written like {first}, others like {show(other.text)}"
        )
        return Note("time-formats-mixed", text, self.values - best.values.count)

    def no_time(self, unknown: Tally) -> BadTimeError:
        text = unknown.first.text if unknown.first else ""
        mend = (
            "--time names another column, --time-format the pattern ('%d.%m.%Y %H:%M'); "
            "--time '' reads the log without times"
        )
        if _is_serial(text):
            mend = "spreadsheet days are read with --time-format excel; or name another column"
        return BadTimeError(
            f"{show(text)} in column {show(self.column)} is not a time "
            f"({_rows(unknown.count)} of {self.values:,})",
            where=self._place(unknown.first),
            mend=mend,
            value=text,
            count=unknown.count,
        )

    def _open(self, tally: Tally, possible: list[DateOrder]) -> AmbiguousError:
        assert tally.first is not None
        text = tally.first.text
        readings = " or ".join(f"{_reading(text, order)} ({order})" for order in possible)
        options = " or ".join(f"--date-order {order}" for order in possible)
        return AmbiguousError(
            f"{show(text)} in column {show(self.column)} can be {readings}, and no row tells "
            f"({_rows(self.values)})",
            where=self._place(tally.first),
            mend=f"say {options}",
            code="date-order-open",
            value=text,
            count=tally.count,
        )

    def _contradiction(self, tallies: dict[int, Tally]) -> AmbiguousError:
        """Show one row of each of two kinds that no order allows together."""
        by_place = sorted(tallies.items(), key=lambda item: _first_index(item[1]))
        pairs = (
            (one, two)
            for place, two in enumerate(by_place)
            for one in by_place[:place]
            if not one[0] & two[0] & ~SAME
        )
        (one_code, one), (two_code, two) = next(pairs, (by_place[0], by_place[-1]))
        options = [f"--date-order {order}" for order in (_only(one_code), _only(two_code))]
        return AmbiguousError(
            f"column {show(self.column)} mixes orders of day and month: "
            f"{self._shown(one, one_code)}, but {self._shown(two, two_code)}",
            where=self._place(one.first),
            mend=f"mend the export, or say {' or '.join(options)} to refuse the other rows",
            code="date-order-mixed",
            value=one.first.text if one.first else None,
            count=min(one.count, two.count),
        )

    def _shown(self, tally: Tally, code: int) -> str:
        assert tally.first is not None
        row = f", first in row {self.locate(tally.first.place):,}" if self.locate else ""
        said = f"{show(tally.first.text)} can only be {_ORDER_WORDS[_only(code)]}"
        return f"{said} ({_rows(tally.count)}{row})"

    def _does_not_fit(self, given: DateOrder, found: FormEvidence) -> UsageError:
        first = found.values.first
        return UsageError(
            f"--date-order {given} does not fit {show(first.text if first else '')} "
            f"in column {show(self.column)}",
            where=self._place(first),
            mend="no value of the column is a date in that order",
            code="bad-date-order",
        )

    def _zone_name(self, first: Example, count: int) -> AmbiguousError:
        return AmbiguousError(
            f"{show(first.text)} in column {show(self.column)} names its zone by an abbreviation "
            f"that is not one fixed offset ({_rows(count)} of {self.values:,})",
            where=self._place(first),
            mend="say where the clocks hang: --tz Europe/Berlin",
            code="zone-name",
            value=first.text,
            count=count,
        )

    def _offsets_mixed(self, with_offset: Tally, without: Tally) -> AmbiguousError:
        assert with_offset.first is not None
        assert without.first is not None
        return AmbiguousError(
            f"{show(without.first.text)} in column {show(self.column)} has no offset from UTC, "
            f"while {show(with_offset.first.text)} has one "
            f"({without.count:,} of {self.values:,} rows have none)",
            where=self._place(without.first),
            mend="say the zone of the times without offset: --tz Europe/Berlin, or --tz UTC",
            code="offsets-mixed",
            value=without.first.text,
            count=without.count,
        )

    def _place(self, example: Example | None) -> Place:
        known = example is not None and self.locate is not None
        row = self.locate(example.place) if known and example and self.locate else None
        return Place(self.source, row, self.column)


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _first_index(tally: Tally) -> int:
    return tally.first.place if tally.first is not None else -1


def _only(code: int) -> DateOrder:
    """Name the first of the possible orders."""
    return next(order for bit, order in enumerate(ORDERS) if code & 1 << bit)


def _is_serial(text: str) -> bool:
    """Whether a value could be a day of this half-century as spreadsheets count them."""
    try:
        return 20_000 <= float(text.replace(",", ".")) <= 80_000
    except ValueError:
        return False


def _reading(text: str, order: DateOrder) -> str:
    """Say what a value means in one order: `3 April 2026`."""
    texts = tidy(pa.array([text], pa.string()))
    for group in groups_of(texts):
        for layout in layouts_of(group.shape):
            days, _ = read_days(group.matrix, layout, order)
            day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=int(days[0]))
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return text
