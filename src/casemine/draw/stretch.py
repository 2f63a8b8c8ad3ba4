"""One axis of a drawing, stretched where something needs more room than it has there.

Whatever stands on the axis keeps its order, so what was left of, above or level with something else
stays so; lines along the other axis stay straight, and nothing comes to lie on anything.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAME = 0.05  # places closer than this are one
_EMPTY, _LESS = 90.0, 0.4  # what is longer with nothing in it is shortened to this share


class Span(NamedTuple):
    """A piece of the axis, and how long it has to become."""

    low: float
    high: float
    need: float


class Axis:
    """Where the places of one axis come to stand.

    Parameters
    ----------
    places : iterable of float
        Every place that something begins, ends or has its middle at.
    spans : iterable of Span
        Short ones are stretched first, evenly, so that middles stay middles where they can; a long
        one often has room enough then.
    scale : float
        Of everything else.

    Examples
    --------
    >>> axis = Axis([0, 50, 100, 120], [Span(0, 100, 150)], 1.0)
    >>> [axis.at(place) for place in (0, 50, 100, 110, 120)]
    [0.0, 75.0, 150.0, 160.0, 170.0]
    """

    def __init__(self, places: Iterable[float], spans: Iterable[Span], scale: float) -> None:
        self.scale = scale
        self.places: list[float] = []
        for place in sorted(places):
            if not self.places or place - self.places[-1] > _SAME:
                self.places.append(place)
        gaps = [scale * _shortened(high - low) for low, high in pairwise(self.places)]
        for span in sorted(spans, key=lambda one: (one.high - one.low, one)):
            low = bisect_right(self.places, span.low + _SAME) - 1
            high = bisect_left(self.places, span.high - _SAME)
            room = sum(gaps[low:high])
            if 0 < room < span.need:
                gaps[low:high] = [gap * span.need / room for gap in gaps[low:high]]
        self.moved = list(accumulate(gaps, initial=0.0))

    def at(self, place: float) -> float:
        """Return where a place comes to stand."""
        if not self.places:
            return 0.0
        after = bisect_left(self.places, place - _SAME)
        if after == len(self.places):
            return self.moved[-1] + (place - self.places[-1]) * self.scale
        if after == 0 or abs(self.places[after] - place) <= _SAME:
            return self.moved[after] - max(0.0, self.places[after] - place - _SAME) * self.scale
        low, high = self.places[after - 1], self.places[after]
        share = (place - low) / (high - low)
        return self.moved[after - 1] + share * (self.moved[after] - self.moved[after - 1])


def _shortened(gap: float) -> float:
    return gap if gap <= _EMPTY else _EMPTY + (gap - _EMPTY) * _LESS
