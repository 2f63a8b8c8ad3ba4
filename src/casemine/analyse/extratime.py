"""How much longer cases with something take than comparable cases without it."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import CASE
from casemine.log.eventlog import single
from casemine.model.conformance import ExtraTime
from casemine.model.proportion import Z95

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

ALIKE = ("priority", "impact", "urgency", "severity")  # the first that the log has
FEWEST = 6  # cases on either side: fewer have no 95 % interval of their median


def likeness_of(log: EventLog) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """Give each case the number of what comparable cases share, and name that.

    The first of priority, impact, urgency and severity that the log has, as an attribute of cases
    or at the first event of each; None where it has none of them.
    """
    firsts = np.flatnonzero(np.diff(log.codes().case, prepend=-1))
    events, cases = log.events, log.case_table
    for name in ALIKE:
        column = _column(log, name)
        if column is None:
            continue
        if column in events.column_names:
            values = single(events.column(column)).take(from_numpy(firsts))
        else:
            assert cases is not None
            ids = single(events.column(CASE)).dictionary_decode().take(from_numpy(firsts))
            place = pc.index_in(ids, value_set=cases.column(CASE).combine_chunks())
            values = cases.column(column).combine_chunks().take(place)
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        codes = values.cast(pa.string()).dictionary_encode().indices
        known = valid(codes)
        return np.where(known, to_numpy(codes), -1).astype(np.int64), (column,)
    return None, ()


def extra_time(
    duration_s: NDArray[np.float64],
    having: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    alike: NDArray[np.int64] | None,
    names: tuple[str, ...] = (),
) -> ExtraTime | None:
    """Compare the median duration of cases that have something with that of comparable ones.

    Parameters
    ----------
    duration_s : array of float64
        Of each case.
    having : array of bool
        Which cases have it.
    judged : array of bool
        Which cases count at all: those that are over.
    alike : array of int64, optional
        Cases are comparable that share this number; -1 is nothing known, and comparable to nothing.
    names : tuple of str
        The attributes that `alike` stands for.

    Returns
    -------
    ExtraTime or None
        None where fewer than 6 cases are left on either side.

    Notes
    -----
    Cases without it are weighted so that each number of `alike` has the share that it has among
    those with it; numbers on one side alone are left out. The interval of each median lies between
    the weighted order statistics at 1/2 -+ 1.96 / (2 sqrt n), with Kish's effective n under
    weights; that of the difference joins both by the method of variance estimates recovery. It is
    a comparison, not a cause: what makes cases long may also give them the trait.

    References
    ----------
    .. [1] G.Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general
       approach", Statistics in Medicine 27 (2008), 1693-1702.

    Examples
    --------
    >>> lengths = np.array([10.0] * 6 + [4.0] * 6)
    >>> both = np.arange(12) < 6
    >>> extra_time(lengths, both, np.ones(12, np.bool_), None).seconds
    6.0
    """
    stratum = np.zeros(len(duration_s), np.int64) if alike is None else alike
    with_it, without = judged & having & (stratum >= 0), judged & ~having & (stratum >= 0)
    size = int(stratum.max(initial=0)) + 1
    here = np.bincount(stratum[with_it], minlength=size)
    there = np.bincount(stratum[without], minlength=size)
    shared = (here > 0) & (there > 0)
    with_it &= shared[stratum]
    without &= shared[stratum]
    n, n_others = int(np.count_nonzero(with_it)), int(np.count_nonzero(without))
    if min(n, n_others) < FEWEST:
        return None
    weight = np.divide(here, there, out=np.zeros(size), where=shared)[stratum[without]]
    middle, low, high = median_of(duration_s[with_it], np.ones(n))
    other, other_low, other_high = median_of(duration_s[without], weight)
    difference = middle - other
    return ExtraTime(
        seconds=difference,
        low_s=difference - sqrt((middle - low) ** 2 + (other_high - other) ** 2),
        high_s=difference + sqrt((high - middle) ** 2 + (other - other_low) ** 2),
        n=n,
        n_others=n_others,
        alike_in=names,
    )


def _column(log: EventLog, name: str) -> str | None:
    """Find an attribute by its name, whatever its case."""
    known = [*log.attributes, *(log.case_table.column_names if log.case_table is not None else ())]
    return next((each for each in known if each.casefold().removeprefix("case:") == name), None)


def median_of(
    values: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Find the weighted median and its 95 % interval; with equal weights the usual median.

    The interval lies between the order statistics at 1/2 -+ 1.96 / (2 sqrt n).

    Examples
    --------
    >>> median_of(np.arange(100.0), np.ones(100))
    (49.5, 40.0, 59.0)
    """
    order = np.argsort(values, kind="stable")
    values, weight = values[order], weight[order]
    reached = np.cumsum(weight) / weight.sum()
    half = Z95 / (2 * sqrt(weight.sum() ** 2 / (weight**2).sum()))

    def at(share: float) -> float:
        place = np.searchsorted(reached, min(max(share, 0.0), 1.0) - 1e-12)
        return float(values[min(int(place), len(values) - 1)])

    def above(share: float) -> float:
        place = np.searchsorted(reached, min(max(share, 0.0), 1.0) + 1e-12)
        return float(values[min(int(place), len(values) - 1)])

    return (at(0.5) + above(0.5)) / 2, at(0.5 - half), above(0.5 + half)
