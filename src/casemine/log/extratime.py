"""How much longer cases with some trait take than comparable cases without it.

Compared are cases that are over, alike in attributes such as priority or type. The cases without
the trait are weighted so that they are mixed as those with it are; then medians are compared. The
interval joins the order-statistic intervals of both medians: G.Y. Zou and A. Donner, "Construction
of confidence limits about effect measures: a general approach", Statistics in Medicine 27 (2008),
1693-1702. A difference is no cause: long cases have more time to get the trait.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import hypot, sqrt
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
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

ENOUGH = 6  # of each sort: from here on, 95 % order-statistic intervals of a median exist
MOST_VALUES = 12  # of an attribute that cases are compared by
MOST_STRATA = 10_000  # kinds of cases that are told apart
COVERED = 0.8  # of the cases with the trait must have enough others alike, or it is not used
ALIKE = 3  # others that are enough for one kind of case
# Attributes that decide how long a case may take, the most telling first.
_NAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(case[: ])?(\w+[ _])?priority$",
        r"^(case[: ])?severity$",
        r"^(case[: ])?impact$",
        r"^(case[: ])?urgency$",
        r"^(case[: ])?(issue|ticket|record|case|request|incident)?[ _]?type$|^tracker$",
        r"^(case[: ])?category$",
        r"^(case[: ])?(support )?(tier|level)$",
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Everything that cases are compared by; made once for a log.

    Examples
    --------
    >>> took = np.array([10.0, 11, 12, 13, 14, 15, 16, 30, 31, 32, 33, 34, 35, 36]) * 60
    >>> comparison = Comparison(took, np.ones(14, np.bool_), (), ())
    >>> found = comparison.extra_time(np.arange(7, 14))
    >>> found.seconds / 60, found.n, found.n_others
    (20.0, 7, 7)
    >>> comparison.extra_time(np.arange(3)) is None
    True
    """

    duration_s: NDArray[np.float64]  # by case
    over: NDArray[np.bool_]  # by case; only those are compared
    attributes: tuple[str, ...]  # the most telling first
    codes: tuple[NDArray[np.int64], ...]  # value of each attribute by case
    ranked: NDArray[np.int64] = field(init=False)  # cases that are over, by duration

    def __post_init__(self) -> None:
        """Sort the cases once for all comparisons."""
        order = np.argsort(self.duration_s, kind="stable")
        object.__setattr__(self, "ranked", order[self.over[order]])

    def extra_time(
        self, having: NDArray[np.int64], among: NDArray[np.bool_] | None = None
    ) -> ExtraTime | None:
        """Compare these cases with those alike that do not have the trait.

        Parameters
        ----------
        having : array of int64
            Cases with the trait, as places in the order of the log.
        among : array of bool, optional
            By case, which of them count on either side; all where not given.

        Returns
        -------
        ExtraTime or None
            None where fewer than six cases of either sort can be compared.

        Notes
        -----
        O(n) for n cases.
        """
        if len(having) < ENOUGH:
            return None
        with_it = np.zeros(len(self.over), np.bool_)
        with_it[having] = True
        ranked = self.ranked if among is None else self.ranked[among[self.ranked]]
        ones, others = ranked[with_it[ranked]], ranked[~with_it[ranked]]
        if min(len(ones), len(others)) < ENOUGH:
            return None
        alike, stratum = self._strata(ones, others)
        held = np.bincount(stratum[others], minlength=int(stratum.max()) + 1)
        ones = ones[held[stratum[ones]] > 0]
        wanted = np.bincount(stratum[ones], minlength=len(held))
        others = others[wanted[stratum[others]] > 0]
        if min(len(ones), len(others)) < ENOUGH:
            return None
        weights = (wanted / np.maximum(held, 1))[stratum[others]]
        low, middle, high = _median(self.duration_s[ones], np.ones(len(ones)))
        low_usual, usual, high_usual = _median(self.duration_s[others], weights)
        difference = middle - usual
        return ExtraTime(
            seconds=difference,
            low_s=difference - hypot(middle - low, high_usual - usual),
            high_s=difference + hypot(high - middle, usual - low_usual),
            n=len(ones),
            n_others=len(others),
            alike_in=alike,
        )

    def _strata(
        self, ones: NDArray[np.int64], others: NDArray[np.int64]
    ) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Split the cases by one attribute after another, while enough of them stay comparable."""
        stratum, strata, alike = np.zeros(len(self.over), np.int64), 1, []
        for name, codes in zip(self.attributes, self.codes, strict=True):
            values = int(codes.max()) + 1
            if strata * values > MOST_STRATA:
                continue
            finer = stratum * values + codes
            held = np.bincount(finer[others], minlength=strata * values)
            if np.mean(held[finer[ones]] >= ALIKE) >= COVERED:
                stratum, strata = finer, strata * values
                alike.append(name)
        return tuple(alike), stratum


def comparison_of(
    log: EventLog, duration_s: NDArray[np.float64], over: NDArray[np.bool_]
) -> Comparison:
    """Collect the attributes that cases are compared by: their values when the case began.

    Parameters
    ----------
    log : EventLog
        Attributes of its events and cases whose names say that they decide how long a case may
        take, and that have 2 to 12 values.
    duration_s, over : array
        By case, in the order of the log.
    """
    found = sorted(
        (rank, name, codes) for name, codes in _candidates(log) if (rank := _rank(name)) is not None
    )
    return Comparison(
        duration_s, over, tuple(one[1] for one in found), tuple(one[2] for one in found)
    )


def _rank(name: str) -> int | None:
    return next((rank for rank, one in enumerate(_NAMES) if one.search(name)), None)


def _candidates(log: EventLog) -> Iterator[tuple[str, NDArray[np.int64]]]:
    case = single(log.events.column(CASE))
    codes = to_numpy(case.indices)
    starts = np.flatnonzero(np.diff(codes, prepend=-1) != 0)
    for name in log.attributes:
        if _rank(name) is not None:
            values = single(log.events.column(name)).take(from_numpy(starts))
            if (found := _coded(values)) is not None:
                yield name, found
    table = log.case_table
    if table is None:
        return
    for name in table.column_names:
        if name != CASE and name not in log.attributes and _rank(name) is not None:
            ids = case.dictionary.take(from_numpy(codes[starts]))
            places = pc.index_in(ids, single(table.column(CASE)))
            if (found := _coded(single(table.column(name)).take(places))) is not None:
                yield name, found


def _coded(values: pa.Array) -> NDArray[np.int64] | None:
    """Give each value of a column a number, missing ones too; None for too many or only one."""
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    used = np.where(valid(values.indices), to_numpy(values.indices), -1)
    distinct, codes = np.unique(used, return_inverse=True)
    if not 2 <= len(distinct) <= MOST_VALUES:
        return None
    return codes.astype(np.int64)


def median_of(values: NDArray[np.float64]) -> tuple[float | None, float, float | None]:
    """Find the median of values with its 95 % interval: lower end, median, upper end.

    Parameters
    ----------
    values : array of float64
        At least one, in any order.

    Returns
    -------
    tuple
        The ends are None for fewer than six values, of which no 95 % interval exists.

    Notes
    -----
    The ends lie at 1/2 -+ 1.96 / (2 sqrt n) between the order statistics. O(n log n).

    Examples
    --------
    >>> [round(one, 1) for one in median_of(np.arange(100.0))]
    [39.7, 49.5, 59.3]
    >>> median_of(np.array([3.0, 1.0]))
    (None, 2.0, None)
    """
    low, middle, high = _median(np.sort(values), np.ones(len(values)))
    return (low, middle, high) if len(values) >= ENOUGH else (None, middle, None)


def _median(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Weighted median of rising values with its 95 % interval: lower end, median, upper end."""
    effective = weights.sum() ** 2 / (weights**2).sum()  # cases of equal weight that tell as much
    half = Z95 * sqrt(0.25 / effective)
    places = (np.cumsum(weights) - weights / 2) / weights.sum()
    low, middle, high = np.interp([0.5 - half, 0.5, 0.5 + half], places, values)
    return float(low), float(middle), float(high)
