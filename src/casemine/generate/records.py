"""What is known about a record before anything happens to it: arrival, priority, topic, customer.

Arrivals follow the week of a desk: busy Monday, quiet Friday, peaks at nine and at two, and a
trickle at night and on weekends through the channels that take reports without a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from casemine.generate.calendar import utc_offsets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.generate.draws import Draws
    from casemine.generate.options import GenerateOptions

PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
CHANNELS = ("Phone", "Email", "Portal", "Monitoring")
CRITICAL = 0  # index of the priority that is worked on around the clock

# topic: weight, weights of simple/hard/request records, slowness of its 2nd level group
_TOPICS = {
    "Access": (20, (35, 5, 60), 1.0),
    "Email": (15, (85, 10, 5), 0.9),
    "Network": (13, (50, 47, 3), 1.8),
    "Laptop": (16, (60, 15, 25), 1.0),
    "CRM": (14, (60, 32, 8), 1.3),
    "Printing": (10, (88, 8, 4), 0.8),
    "Database": (6, (25, 70, 5), 1.5),
    "Telephony": (5, (60, 20, 20), 1.0),
}
CATEGORIES = tuple(_TOPICS)
SLOWNESS = np.array([slow for _, _, slow in _TOPICS.values()])
CUSTOMERS = 90

_DAY_WEIGHTS = (24, 21, 20, 19, 16)
_HOUR_WEIGHTS = (9, 15, 14, 11, 7, 8, 13, 11, 8, 4)  # from 08:00
_NIGHT_WEIGHT = 8  # per hour outside, where a busy hour has about 300


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """One entry per record, in order of arrival; texts are indices into the tuples above."""

    arrival: NDArray[np.int64]  # seconds since 1970
    profile: NDArray[np.int64]  # index into `playout.PROFILES`
    priority: NDArray[np.int64]
    channel: NDArray[np.int64]
    category: NDArray[np.int64]
    customer: NDArray[np.int64]

    def take(self, which: NDArray[np.int64]) -> Records:
        """Keep some of the records."""
        names = self.__slots__
        return Records(**{name: getattr(self, name)[which] for name in names})


def period(options: GenerateOptions) -> tuple[int, int]:
    """Give the first and the last moment of the log, midnights in its zone, since 1970."""
    zone = ZoneInfo(options.zone)
    ends = (options.start, options.start + timedelta(weeks=options.weeks))
    first, last = (int(datetime.combine(day, time(), zone).timestamp()) for day in ends)
    return first, last


def draw_records(options: GenerateOptions, draws: Draws) -> Records:
    """Draw as many records as asked for, spread over the period."""
    count, zone = options.cases, ZoneInfo(options.zone)
    first, last = period(options)
    hours = np.arange(first, last, 3600)
    steps = np.cumsum(_hour_weights(hours, zone))
    place = np.sort(draws.uniform(count)) * float(steps[-1])
    hour = np.searchsorted(steps, place, side="right")
    weight = np.diff(steps, prepend=0)[hour]
    within = (place - (steps[hour] - weight)) / weight
    arrival = np.minimum(hours[hour] + (within * 3600).astype(np.int64), last - 1)

    category = draws.pick(tuple(weight for weight, _, _ in _TOPICS.values()), count)
    mixes = np.array([mix for _, mix, _ in _TOPICS.values()])
    steps_by_topic = np.cumsum(mixes, axis=1)[category]
    profile = (steps_by_topic <= (draws.uniform(count) * 100)[:, None]).sum(axis=1)
    priority = draws.pick((3, 13, 58, 26), count)
    priority = np.where((profile == 2) & (priority == CRITICAL), 3, priority)
    profile = np.where(priority == CRITICAL, 3, profile)
    channel = draws.pick((44, 22, 28, 6), count)
    night = _hour_weights(arrival, zone) == _NIGHT_WEIGHT
    by_hand = (channel == 0) & night
    channel = np.where(by_hand, 1 + draws.pick((4, 5, 1), count), channel)
    customer = (draws.uniform(count) ** 2 * CUSTOMERS).astype(np.int64)
    return Records(arrival, profile, priority, channel, category, customer)


def _hour_weights(moments: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Weigh the local hour of each moment; whole numbers, so that their sum is exact."""
    local = moments + utc_offsets(moments, zone)
    hour, day = local // 3600 % 24, (local // 86400 + 3) % 7  # 1970 began on a Thursday
    days = np.array((*_DAY_WEIGHTS, 0, 0), np.int64)[day]
    hours = np.array(_HOUR_WEIGHTS, np.int64)[np.clip(hour - 8, 0, 9)]
    return np.where((days > 0) & (hour >= 8) & (hour < 18), days * hours, _NIGHT_WEIGHT)


def when(moment: int) -> datetime:
    """Give seconds since 1970 as a UTC time."""
    return datetime.fromtimestamp(moment, UTC)
