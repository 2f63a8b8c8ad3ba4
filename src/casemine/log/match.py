"""Apply a `--where` condition to the events of a log, in Arrow, over columns as they are stored.

The truth of a condition is true, false or unknown. A missing value makes every test of its column
unknown, `!=` and `not in` included: missing matches nothing but `is missing`. `and`, `or` and
`not` follow Kleene's logic, as in SQL, and only what is true in the end matches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import CASE, TIMESTAMP
from casemine.log.eventlog import single
from casemine.log.where import (
    TEXT_TESTS,
    Both,
    Comparison,
    Either,
    Flag,
    IsMissing,
    Literal,
    Not,
    fail,
    parse_where,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.log.where import Column, Condition

_COMPARE = {
    "==": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_TEXT = {
    "contains": pc.match_substring,
    "startswith": pc.starts_with,
    "endswith": pc.ends_with,
}
_DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")


def matches(log: EventLog, expression: str) -> NDArray[np.bool_]:
    """Say of each event whether an expression is true of it.

    Parameters
    ----------
    log : EventLog
        Event attributes are looked up first, then case attributes, which hold for each event.
    expression : str
        See `where.py`. Text compared with a number is compared as numbers if every value of the
        column is one. A day (`time <= "2026-01-31"`) means the whole day, in UTC: `<=` includes
        it, `>` begins after it, `==` is any time in it.

    Raises
    ------
    UsageError
        The grammar is broken, a column does not exist (near matches are named), or a value does
        not fit the type of its column.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> matches(parse_log("New Open; New"), "activity == 'New' and case != '2'").tolist()
    [True, False, False]
    """
    truth = _Matcher(log, expression).truth(parse_where(expression))
    return to_numpy(truth) & valid(truth)


@dataclass(frozen=True, slots=True)
class _Matcher:
    log: EventLog
    expression: str

    def truth(self, condition: Condition) -> pa.Array:
        if isinstance(condition, Both | Either):
            combine = pc.and_kleene if isinstance(condition, Both) else pc.or_kleene
            return combine(self.truth(condition.left), self.truth(condition.right))
        if isinstance(condition, Not):
            return pc.invert(self.truth(condition.condition))
        if isinstance(condition, IsMissing):
            return self.over(condition.column, pc.is_null)
        if isinstance(condition, Flag):
            return self.over(condition.column, lambda values: self.flag(condition, values))
        return self.over(condition.column, lambda values: self.test(condition, values))

    def over(self, column: Column, predicate: Callable[[pa.Array], pa.Array]) -> pa.Array:
        """Test the distinct values where they are encoded, then spread the answer over events."""
        cases = self.log.case_table
        by_case = column.name not in self.log.events.column_names
        values = self.values(column)
        if pa.types.is_dictionary(values.type) and predicate is not pc.is_null:
            truth = predicate(_used(values)).take(values.indices)
        else:
            truth = predicate(values)
        if not by_case or cases is None:
            return truth
        case = single(self.log.events.column(CASE))
        of_case = pc.index_in(case.dictionary, single(cases.column(CASE)))
        spread = truth.take(of_case).take(case.indices)
        return pc.fill_null(spread, fill_value=True) if predicate is pc.is_null else spread

    def values(self, column: Column) -> pa.Array:
        """Look the column up, among the attributes of events, then of cases."""
        if column.name not in self.known:
            close = near(column.name, self.known)
            listed = ", ".join(show(name) for name in close or self.known[:12])
            fail(
                self.expression,
                column.at,
                f"the log has no column {show(column.name)}",
                f"{'near are' if close else 'it has'} {listed}",
            )
        cases = self.log.case_table
        inside = column.name in self.log.events.column_names
        table = self.log.events if inside or cases is None else cases
        values = single(table.column(column.name))
        if pa.types.is_floating(values.type):
            return pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        return values

    @property
    def known(self) -> list[str]:
        """Every column that can be asked for."""
        cases = self.log.case_table
        return [*self.log.events.column_names, *(cases.column_names if cases is not None else ())]

    def flag(self, condition: Flag, values: pa.Array) -> pa.Array:
        truth = _as_flags(values)
        if truth is None:
            fail(
                self.expression,
                condition.column.at,
                f"column {show(condition.column.name)} is not true or false itself",
                "compare it with a value, as in column == 'value'",
            )
        return truth

    def test(self, test: Comparison, values: pa.Array) -> pa.Array:
        for literal in test.values:
            self.refuse_columns(test, literal)
        if test.operator in TEXT_TESTS:
            return self.text_test(test, values)
        if test.operator != "in":
            return self.compare(test, values, test.operator, test.values[0])
        if all(isinstance(literal.value, str) for literal in test.values) and _is_text(values):
            wanted = pa.array([literal.value for literal in test.values], values.type)
            found = pc.is_in(values, wanted)
            return pc.if_else(pc.is_valid(values), found, pa.scalar(None, pa.bool_()))
        truth = self.compare(test, values, "==", test.values[0])
        for literal in test.values[1:]:
            truth = pc.or_kleene(truth, self.compare(test, values, "==", literal))
        return truth

    def refuse_columns(self, test: Comparison, literal: Literal) -> None:
        """Take a bare word for text, unless it names a column and two are to be compared."""
        if literal.bare and literal.value in self.known:
            fail(
                self.expression,
                literal.at,
                f"column {show(test.column.name)} is compared with another column",
                f"only values can be compared with; put {show(literal.value)} into quotes",
            )

    def text_test(self, test: Comparison, values: pa.Array) -> pa.Array:
        literal = test.values[0]
        if not _is_text(values):
            self.misfit(test, literal, "does not hold text", "only text has parts")
        text = literal.value if isinstance(literal.value, str) else self.word_of(literal)
        return _TEXT[test.operator](values, pattern=text)

    def word_of(self, literal: Literal) -> str:
        """Read a number or true as it was written."""
        return re.split(r"[\s)\],]", self.expression[literal.at :], maxsplit=1)[0]

    def compare(
        self, test: Comparison, values: pa.Array, operator: str, literal: Literal
    ) -> pa.Array:
        value, kind = literal.value, values.type
        if pa.types.is_null(kind):
            return pa.nulls(len(values), pa.bool_())
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            return self.compare_time(test, values.cast(TIMESTAMP), operator, literal)
        if pa.types.is_boolean(kind) or isinstance(value, bool):
            flags = _as_flags(values)
            wanted = _FLAGS.get(str(value).lower())
            if flags is None or wanted is None:
                self.misfit(test, literal, _sample(values))
            return _COMPARE[operator](flags, wanted)
        if _is_text(values):
            if isinstance(value, str):
                return _COMPARE[operator](values, pa.scalar(value, kind))
            numbers = _as_numbers(values)
            if numbers is None:
                self.misfit(test, literal, _sample(values), "put the value into quotes")
            return _COMPARE[operator](numbers, float(value))
        if not _is_number(kind):
            self.misfit(test, literal, f"holds {kind}", "such a column cannot be compared")
        number = _as_number(value)
        if number is None:
            self.misfit(test, literal, "holds numbers")
        if pa.types.is_integer(kind) and isinstance(number, int):
            return _COMPARE[operator](values, pa.scalar(number, pa.int64()))
        return _COMPARE[operator](values.cast(pa.float64(), safe=False), float(number))

    def compare_time(
        self, test: Comparison, values: pa.Array, operator: str, literal: Literal
    ) -> pa.Array:
        text = str(literal.value)
        try:
            begin = utc_microseconds(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            self.misfit(
                test, literal, "holds times", 'write "2026-01-31" or "2026-01-31T09:30:00+01:00"'
            )
        length = 86_400_000_000 if _DAY_ONLY.fullmatch(text) else 1
        first = pc.greater_equal(values, pa.scalar(begin, pa.int64()).cast(TIMESTAMP))
        after = pc.greater_equal(values, pa.scalar(begin + length, pa.int64()).cast(TIMESTAMP))
        if operator in {"==", "!="}:
            inside = pc.and_(first, pc.invert(after))
            return inside if operator == "==" else pc.invert(inside)
        return {"<": pc.invert(first), "<=": pc.invert(after), ">": after, ">=": first}[operator]

    def misfit(
        self, test: Comparison, literal: Literal, holds: str, mend: str | None = None
    ) -> NoReturn:
        fail(
            self.expression,
            literal.at,
            f"column {show(test.column.name)} {holds}, so it cannot be compared with "
            f"{show(literal.value)}",
            mend,
        )


def utc_microseconds(moment: date) -> int:
    """Microseconds since 1970; a time without a zone is in UTC, a date its first moment."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 -- UTC below
    offset = moment.utcoffset() or timedelta(0)
    since = moment.replace(tzinfo=None) - offset - datetime(1970, 1, 1)  # noqa: DTZ001
    return since // timedelta(microseconds=1)


def near(name: str, known: list[str]) -> list[str]:
    """Names that may have been meant, best first, whatever their upper and lower case."""
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(one.casefold(), one)
    return [folded[match] for match in get_close_matches(name.casefold(), list(folded), n=3)]


_FLAGS = {"true": True, "false": False}


def _used(values: pa.DictionaryArray) -> pa.Array:
    """Distinct values, those that no event uses replaced by missing: they decide nothing."""
    occurs = np.zeros(len(values.dictionary), np.bool_)
    occurs[to_numpy(values.indices.drop_null())] = True
    if occurs.all():
        return values.dictionary
    return pc.if_else(
        from_numpy(occurs), values.dictionary, pa.scalar(None, values.dictionary.type)
    )


def _is_text(values: pa.Array) -> bool:
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _as_flags(values: pa.Array) -> pa.Array | None:
    """Booleans, or text of which every value is true or false in any case; else None."""
    if pa.types.is_boolean(values.type):
        return values
    if not _is_text(values):
        return None
    lower = pc.utf8_lower(values)
    flags = pc.equal(lower, "true")
    return (
        flags if pc.all(pc.or_(flags, pc.equal(lower, "false"))).as_py() in {True, None} else None
    )


def _as_numbers(values: pa.Array) -> pa.Array | None:
    """Text as numbers if every value is one, else None."""
    try:
        return pc.utf8_trim_whitespace(values).cast(pa.float64())
    except pa.ArrowInvalid:
        return None


def _as_number(value: str | float) -> int | float | None:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return None


def _sample(values: pa.Array) -> str:
    """Describe what a column holds by one of its values."""
    if not _is_text(values):
        return f"holds {values.type}"
    held = values.drop_null()
    if _as_numbers(held) is not None:
        return "holds text"
    odd = next(value for value in held.to_pylist() if _as_number(value) is None)
    return f"holds text such as {show(odd, limit=40)}"
