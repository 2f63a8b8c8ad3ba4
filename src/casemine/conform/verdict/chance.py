"""Whether a share has grown beyond chance: Fisher's exact test, and Holm's correction for many.

Two exports of one process never show the same numbers. A build must not break for that, so a
finding counts as worse only where chance alone would make such a difference, in any of all the
findings tested at once, in fewer than one run in a hundred.

R.A. Fisher, "The logic of inductive inference", JRSS 98 (1935), 39-82; S. Holm, "A simple
sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979), 65-70; R.E. Tarone,
"A modified Bonferroni method for discrete data", Biometrics 46 (1990), 515-522.
"""

from __future__ import annotations

from math import exp, lgamma, sqrt
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.proportion import Proportion

Key = TypeVar("Key")
NEGLIGIBLE = 1e-12  # of the sum so far: further terms change no digit that is shown


def chance_of_growth(now: Proportion, before: Proportion) -> float:
    """P-value, one-sided and exact, that two samples of one process differ at least so much.

    Given how many cases of both samples together show a finding, their number in one of them is
    hypergeometric; the value is its upper tail. It never understates chance, however rare the
    finding. 1 where one of the samples is empty.

    Examples
    --------
    >>> from casemine.model.proportion import Proportion
    >>> round(chance_of_growth(Proportion(2, 1500), Proportion(0, 1500)), 3)
    0.25
    >>> chance_of_growth(Proportion(150, 1500), Proportion(75, 1500)) < 1e-6
    True
    """
    return _tail(now.cases, now.total, now.cases + before.cases, before.total)


def least_chance(now: Proportion, before: Proportion) -> float:
    """P-value if all cases that show the finding stood in the newer sample: it can't be lower."""
    shown = now.cases + before.cases
    return _tail(min(shown, now.total), now.total, shown, before.total)


def can_grow(now: Proportion, before: Proportion, *, beyond: float) -> bool:
    """Whether so many cases, in whichever sample, could be a difference larger than `beyond`."""
    shown = now.cases + before.cases
    most = min(shown, now.total)
    if not now.total or not before.total:
        return False
    return most / now.total - (shown - most) / before.total > beyond


def room(now: Proportion, before: Proportion) -> float:
    """Weigh a finding by the standard deviation of its share, of both samples together.

    A share that varies more needs more room to show that it has grown by so many points.
    """
    share = (now.cases + before.cases) / (now.total + before.total)
    return sqrt(share * (1 - share))


def corrected(
    chances: Mapping[Key, float], weights: Mapping[Key, float] | None = None
) -> dict[Key, float]:
    """Correct p-values for being tested together, after Holm, with weights if some matter more.

    A corrected value below a level is an error in at most such a share of all runs, whichever of
    the findings have not changed and however they hang together. The weights must not depend on
    how the cases are spread over the two samples.

    Examples
    --------
    >>> corrected({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    >>> corrected({"a": 0.01, "b": 0.04}, {"a": 1.0, "b": 3.0})
    {'a': 0.04, 'b': 0.04}
    """
    weights = weights or dict.fromkeys(chances, 1.0)
    found: dict[Key, float] = {}
    highest, left = 0.0, sum(weights[key] for key in chances)
    for key in sorted(chances, key=lambda key: chances[key] / weights[key]):
        highest = max(highest, min(1.0, chances[key] * left / weights[key]))
        left -= weights[key]
        found[key] = highest
    return found


def _tail(cases: int, total: int, shown: int, others: int) -> float:
    """P(at least `cases` of `shown` fall into the `total`, the rest into the `others`)."""
    most = min(shown, total)
    least = max(0, shown - others)
    if not total or not others or cases <= least:
        return 1.0
    if cases * (total + others) <= shown * total:  # below what is expected: sum the other side
        return max(0.0, 1.0 - _sum(others, total, shown - cases + 1, shown, min(shown, others)))
    return min(1.0, _sum(total, others, cases, shown, most))


def _sum(total: int, others: int, begin: int, shown: int, end: int) -> float:
    """Add up the probabilities of `begin` to `end` cases, which fall from term to term."""
    term = exp(_ways(total, begin) + _ways(others, shown - begin) - _ways(total + others, shown))
    found = term
    for k in range(begin, end):  # each term from the one before it
        term *= (total - k) * (shown - k) / ((k + 1) * (others - shown + k + 1))
        found += term
        if term < found * NEGLIGIBLE:
            break
    return found


def _ways(total: int, chosen: int) -> float:
    """Logarithm of the binomial coefficient."""
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)
