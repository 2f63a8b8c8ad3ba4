"""How long spans last when some of them are not over: Kaplan and Meier's estimate.

A span that still runs is known to last at least as long as it has run. Leaving such spans out makes
waits look short, and counting them as if they were over does so too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.extratime import ENOUGH
from casemine.log.spans import SECOND
from casemine.model.bottlenecks import Survival
from casemine.model.proportion import Z95

if TYPE_CHECKING:
    from numpy.typing import NDArray


def survival_of(spans_us: NDArray[np.int64], running: NDArray[np.bool_]) -> Survival:
    """Estimate the median and the 90 % quantile of spans of which some still run.

    Parameters
    ----------
    spans_us : array of int64
        Lengths in microseconds, so far.
    running : array of bool
        Which of them are not over.

    Returns
    -------
    Survival
        A quantile is the shortest length at which the estimated share of spans that last longer is
        at most 1/2 (or 1/10); None where the estimate does not fall so low. The interval of the
        median holds the lengths at which 1/2 lies in the 95 % interval of that share, by
        Greenwood's variance of its log-log transform; fewer than six spans have none.

    Notes
    -----
    Assumes that cases which are still open would go on as others did. O(n log n).

    References
    ----------
    .. [1] E.L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53
       (1958), 457-481.
    .. [2] R. Brookmeyer, J. Crowley, "A confidence interval for the median survival time",
       Biometrics 38 (1982), 29-41.

    Examples
    --------
    >>> spans = np.array([1, 2, 3, 4, 5]) * 1_000_000
    >>> survival_of(spans, np.array([False, False, True, False, False])).median_s
    4.0
    """
    ended = int(np.count_nonzero(~running))
    lengths, place = np.unique(spans_us, return_inverse=True)
    deaths = np.bincount(place[~running], minlength=len(lengths))
    gone = np.bincount(place, minlength=len(lengths))
    at_risk = len(spans_us) - (np.cumsum(gone) - gone)
    share = np.cumprod(1 - deaths / at_risk) if len(lengths) else np.zeros(0)
    low, high = None, None
    if len(spans_us) >= ENOUGH:
        low, high = _interval(lengths, deaths, at_risk, share)
    return Survival(
        ended=ended,
        running=len(spans_us) - ended,
        median_s=_first(lengths, share <= 0.5 + 1e-12),
        low_s=low,
        high_s=high,
        p90_s=_first(lengths, share <= 0.1 + 1e-12),
    )


def _interval(
    lengths: NDArray[np.int64],
    deaths: NDArray[np.int64],
    at_risk: NDArray[np.int64],
    share: NDArray[np.float64],
) -> tuple[float | None, float | None]:
    """Lengths at which one half lies within the interval of the share that lasts longer."""
    inner = (share > 0) & (share < 1)
    step = np.divide(
        deaths, at_risk * (at_risk - deaths), out=np.zeros(len(share)), where=at_risk > deaths
    )
    lower, upper = share.copy(), share.copy()
    if inner.any():
        log_share = np.log(share[inner])
        spread = Z95 * np.sqrt(np.cumsum(step)[inner]) / np.abs(log_share)
        lower[inner] = share[inner] ** np.exp(spread)
        upper[inner] = share[inner] ** np.exp(-spread)
    return _first(lengths, lower <= 0.5), _first(lengths, upper <= 0.5)


def _first(lengths: NDArray[np.int64], reached: NDArray[np.bool_]) -> float | None:
    places = np.flatnonzero(reached)
    return float(lengths[places[0]]) / SECOND if len(places) else None
