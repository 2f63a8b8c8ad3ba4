"""What the contents of a column look like: repeats, variety, times, how they vary within a case.

Everything is counted on a sample of at most 20,000 rows that come in runs of neighbouring rows,
spread evenly over the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import CasemineError
from casemine.log.arrays import to_numpy, valid
from casemine.read.times.clock import Evidence, format_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.times.evidence import FormEvidence

SAMPLE_ROWS, _RUNS = 20_000, 20
_TIME_ROWS = 400  # values that are tried as times at first
_SOME_TIMES = 0.2  # of its values, below which a column is not looked at as one of times
_TIME_SHARE = 0.8  # of the values of a time column are times in one format
_NUMBER_FORMS = (
    "epoch-s",
    "epoch-ms",
    "epoch-us",
    "epoch-ns",
)  # numbers, unless the name says more


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One column of the sample."""

    name: str
    position: int
    rows: int
    codes: NDArray[np.int64]  # of the distinct values, -1 where missing
    distinct: int
    texts: pa.Array = field(repr=False)  # the distinct values, as text
    typed_time: bool
    numeric: bool
    time_share: float  # of the values that are there
    time_form: str | None
    time_example: str | None
    evidence: Evidence | None = field(repr=False)

    @property
    def present(self) -> float:
        """Share of rows that have a value."""
        return float((self.codes >= 0).mean()) if self.rows else 0.0

    @property
    def is_time(self) -> bool:
        """Whether the values are times, by the way they are written alone."""
        return self.typed_time or (
            self.time_share >= _TIME_SHARE and self.time_form not in _NUMBER_FORMS
        )

    @property
    def could_be_time(self) -> bool:
        """Whether the values are times or numbers that could be: seconds since 1970."""
        return self.is_time or self.time_share >= _TIME_SHARE

    @property
    def repeats(self) -> float:
        """Rows for each distinct value, on average."""
        return float((self.codes >= 0).sum()) / self.distinct if self.distinct else 0.0

    def some(self, count: int) -> list[str]:
        """Hand over the first distinct values."""
        return [str(text) for text in self.texts.slice(0, count).to_pylist()]

    def instants(self) -> NDArray[np.int64] | None:
        """Microseconds of each row of the sample, 0 where there are none; None if not times."""
        if self.typed_time:
            micros = self.texts.cast(pa.timestamp("us"), safe=False)
        elif self.evidence is not None:
            parsed = self._parse(self.evidence)
            if parsed is None:
                return None
            micros = parsed
        else:
            return None
        numbers = np.append(np.where(valid(micros), to_numpy(micros.cast(pa.int64())), 0), 0)
        return numbers[self.codes]

    def _parse(self, evidence: Evidence) -> pa.Array | None:
        """Read the distinct values; where the order of days is open, either will do to compare."""
        for order in (None, "dmy", "mdy"):
            try:
                decided = format_from(evidence, column=self.name, date_order=order, zone="UTC")
            except CasemineError:
                continue
            return decided.parse(self.texts).values
        return None


def sample_of(table: pa.Table) -> pa.Table:
    """Take runs of neighbouring rows, spread evenly, without copying."""
    if table.num_rows <= SAMPLE_ROWS:
        return table
    length = SAMPLE_ROWS // _RUNS
    starts = np.linspace(0, table.num_rows - length, _RUNS).astype(np.int64).tolist()
    return pa.concat_tables([table.slice(start, length) for start in starts])


def profile_columns(sample: pa.Table) -> list[Profile]:
    """Look at every column of a sample."""
    return [
        _profile(sample.column(position), name, position)
        for position, name in enumerate(sample.column_names)
    ]


def _profile(column: pa.ChunkedArray, name: str, position: int) -> Profile:
    kind = column.type
    typed_time = bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))
    numeric = bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
    nested = bool(pa.types.is_nested(kind) or pa.types.is_binary(kind))
    if nested:
        column = pa.chunked_array([pa.nulls(len(column), pa.string())])
    elif pa.types.is_dictionary(kind):  # its dictionary is that of the whole file
        column = column.cast(kind.value_type)
    encoded = column.combine_chunks().dictionary_encode()
    texts = encoded.dictionary if typed_time else encoded.dictionary.cast(pa.string())
    codes = np.where(valid(encoded.indices), to_numpy(encoded.indices), -1).astype(np.int64)
    distinct = len(texts)
    if not typed_time:
        for empty in np.flatnonzero(to_numpy(pc.binary_length(texts)) == 0).tolist():
            codes[codes == empty] = -1  # an empty cell is missing
            distinct -= 1
    evidence = None if typed_time or nested else _time_evidence(texts)
    best = evidence.best() if evidence else None
    return Profile(
        name,
        position,
        len(column),
        codes,
        distinct,
        texts,
        typed_time,
        numeric or (not typed_time and _looks_numeric(texts)),
        _share(best, evidence) if best and evidence else 0.0,
        best.form if best else None,
        best.values.first.text if best and best.values.first else None,
        evidence if best else None,
    )


def _share(best: FormEvidence, evidence: Evidence) -> float:
    """Share of values that are times; `10.0.1` only looks like one, whatever the order."""
    never = best.orders[0].count if 0 in best.orders else 0
    return (best.values.count - never) / max(evidence.values, 1)


def _spread(texts: pa.Array, count: int) -> pa.Array:
    if len(texts) <= count:
        return texts
    rows = np.linspace(0, len(texts) - 1, count).astype(np.int64)
    return texts.take(pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(rows)]))


def _time_evidence(texts: pa.Array) -> Evidence | None:
    """Try distinct values as times: a few, and if they are, more."""
    for count in (_TIME_ROWS, SAMPLE_ROWS):
        evidence = Evidence()
        evidence.add(_spread(texts, count))
        best = evidence.best()
        if best is None or best.values.count < _SOME_TIMES * evidence.values:
            return None
        if len(texts) <= count:
            break
    return evidence


def _looks_numeric(texts: pa.Array) -> bool:
    some = _spread(texts, 200)
    if not len(some):
        return False
    numbers = pc.match_substring_regex(some, r"^-?\d+([.,]\d+)?$")
    return bool((pc.mean(numbers.cast(pa.int8())).as_py() or 0) > 0.9)
