"""Who acts, and which group a record is assigned to.

`group` is the assignment, as service desks export it: it changes at hand-overs and stays with the
last group while 1st level closes the record. Agents work in shifts; one agent mostly stays with a
record as long as the group does. Users and rules act without an agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from casemine.generate.calendar import utc_offsets
from casemine.generate.playout import ELEMENTS
from casemine.generate.records import CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.generate.draws import Draws
    from casemine.generate.options import GenerateOptions
    from casemine.generate.records import Records
    from casemine.generate.timing import Timed

GROUPS = (
    "Service Desk",
    "Fulfilment",
    "Major Incidents",
    "Networks",
    "Applications",
    "Databases",
    "Workplace",
)
_DESK, _FULFILMENT, _MAJOR, _SECOND = 0, 1, 2, 3
_SECOND_GROUPS = len(GROUPS) - _SECOND
_SPECIALISTS = {"Access": 1, "Email": 1, "Network": 0, "Laptop": 3, "CRM": 1, "Printing": 3}
_SPECIALISTS |= {"Database": 2, "Telephony": 0}

# What an event does to the assignment, and who does it
_TO_SECOND = {"A13", "A20", "A22", "A23"}
_TO_MAJOR = {"A40", "A41"}
_BY_ASSIGNED = {"A20", "A21", "A22", "A23", "A41", "A81", "A83", "W1", "X01", "U2", "U3"}
_BY_USER = {"W2", "A60", "A61"}
_CLOSING = {"A70", "A71", "A72", "A73", "A74"}

# Shifts of an agent by number in the group: a third early, a third all day, a third late
_NOON, _TWO = 12, 14
_SURNAMES = tuple(
    """
    adler bauer brunner csaki dietz eder egger fabian fuchs gruber haas hofer huber ivanov
    jansen kaiser koch kovacs lang lechner maier moser novak ortner pichler rossi sauer schmid
    steiner tanaka thaler urban vogel wagner weber winkler yilmaz zauner
    """.split()  # noqa: SIM905 - a word list reads better than a list of quoted words
)


def assign_groups(
    timed: Timed, records: Records, draws: Draws
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find for each event the assigned group and the group of who acted; -1 where nobody did.

    Events stand by case and position.
    """
    kind, case = timed.kind, timed.case
    first = timed.position == 0
    topic = np.array([_SPECIALISTS[name] for name in CATEGORIES])[records.category]
    elsewhere = draws.uniform(len(topic)) < 0.1  # a tenth starts in a group that is not the usual
    base = (topic + elsewhere) % _SECOND_GROUPS

    moves = _is(kind, {"A23"}).astype(np.int64)
    moved = np.cumsum(moves)
    moved -= (moved - moves)[np.flatnonzero(first)][np.cumsum(first) - 1]
    second = _SECOND + (base[case] + moved) % _SECOND_GROUPS

    target = np.full(len(kind), -1, np.int64)
    target[first | _is(kind, {"X01"})] = _DESK
    target[_is(kind, {"A82"})] = _FULFILMENT
    target[_is(kind, _TO_MAJOR)] = _MAJOR
    target = np.where(_is(kind, _TO_SECOND), second, target)
    last_set = np.maximum.accumulate(np.where(target >= 0, np.arange(len(kind)), 0))
    assigned = target[last_set]

    acting = np.where(_is(kind, _BY_ASSIGNED), assigned, _DESK)
    acting[_is(kind, {"A40"})] = _MAJOR
    by_rule = np.isin(records.channel[case], (2, 3)) & (timed.position <= 1) & ~timed.has_start
    nobody = _is(kind, _BY_USER) | (by_rule & _is(kind, {"A01", "A02"}))
    return assigned, np.where(nobody, -1, acting)


def choose_agents(
    timed: Timed, acting: NDArray[np.int64], options: GenerateOptions, draws: Draws
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Choose an agent on shift for each event.

    Returns
    -------
    tuple
        An index into the names for each event, -1 where nobody acted; and the names.
    """
    sizes = _group_sizes(options)
    offset = np.concatenate([[0], np.cumsum(sizes)])
    known = np.maximum(acting, 0)
    size = sizes[known]
    local = timed.finish + utc_offsets(timed.finish, ZoneInfo(options.zone))
    hour = local // 3600 % 24
    low = np.where(hour >= _TWO, size // 3, 0)
    high = np.where(hour < _NOON, size - size // 3, size)

    closing = _is(timed.kind, _CLOSING).astype(np.int64)
    role = (timed.case * 2 + closing) * len(GROUPS) + known
    steady = draws.uniform((int(timed.case.max()) + 1) * 2 * len(GROUPS))[role]
    changed = draws.uniform(len(role)) < 0.12
    chance = np.where(changed, draws.uniform(len(role)), steady)
    agent = offset[known] + low + (chance * (high - low)).astype(np.int64)
    return np.where(acting < 0, -1, agent), agent_names(int(offset[-1]))


def agent_names(count: int) -> tuple[str, ...]:
    """Make login names: initial and surname, other initials in each round.

    Examples
    --------
    >>> agent_names(40)[:2], agent_names(40)[-1]
    (('a.adler', 'h.bauer'), 'i.bauer')
    """
    names = []
    for number in range(count):
        turn, place = divmod(number, len(_SURNAMES))
        initial = chr(ord("a") + (turn + 7 * place) % 26) + (str(turn // 26) if turn >= 26 else "")
        names.append(f"{initial}.{_SURNAMES[place]}")
    return tuple(names)


def _group_sizes(options: GenerateOptions) -> NDArray[np.int64]:
    """Staff each group for the volume; the desk has the most people."""
    weekly = options.cases / options.weeks
    shares = ((12, 5), (30, 3), (60, 3), (40, 3), (40, 3), (50, 3), (40, 3))  # cases per agent
    return np.array([max(least, int(weekly / per)) for per, least in shares], np.int64)


def _is(kind: NDArray[np.int64], elements: set[str]) -> NDArray[np.bool_]:
    picked: NDArray[np.bool_] = np.array([e in elements for e in ELEMENTS])[kind]
    return picked
