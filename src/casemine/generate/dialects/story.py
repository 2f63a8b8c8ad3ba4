"""From activities of the designed flow to the changes of a ticket, as a service desk records them.

`Diagnose in 2nd level`, say, begins with the ticket assigned to the agent and its status set to
open, in one second, and ends with an internal note. What a planted deviation skipped, added or
swapped shows in the changes, as far as the activity changes anything at that point.

This goes through the events one by one in plain Python: what a change says depends on the ticket
as the change before has left it, and 50 microseconds a ticket are enough for inventing logs.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from casemine.generate.dialects.cast import SENTENCES, SUBJECTS, agent_name, customer_name
from casemine.generate.dialects.diary import BY_SYSTEM, Actor, Diary
from casemine.generate.dialects.ticket import (
    PRIORITIES,
    REPLY_CLOCK,
    REPLY_SECONDS,
    SOLVE_CLOCK,
    SOLVE_SECONDS,
    Change,
    Clock,
    Ticket,
)
from casemine.generate.draws import Draws
from casemine.generate.flow import LABELS
from casemine.log.arrays import to_numpy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from casemine.generate import Generated
    from casemine.log import EventLog

_STREAM = 8  # of the random numbers; the log itself is made of those below
FIRST_NUMBER = 1001
_ELEMENTS = {label: element for element, label in LABELS.items()}


class _Event(NamedTuple):
    element: str
    start: int
    time: int
    agent: Actor | None
    group: str
    priority: str


class _Case(NamedTuple):
    events: list[_Event]
    category: str
    channel: str
    customer: str

    @property
    def priority(self) -> str:
        """The priority it comes in with; people have not thought about it yet."""
        first = self.events[0]
        return first.priority if first.agent is None else "normal"


class _Teller(NamedTuple):
    """What an activity needs for its part of the story."""

    diary: Diary
    requester: Actor
    number: int
    draws: Iterator[float]

    def pick(self, topic: str) -> str:
        """Choose a sentence."""
        choices = SENTENCES[topic]
        return choices[int(next(self.draws) * len(choices))]

    def soon(self, moment: int) -> int:
        """Let one to four seconds pass: a person, or a rule, presses the next button."""
        return moment + 1 + int(next(self.draws) * 4)


def tell(made: Generated) -> Iterator[Ticket]:
    """Tell the story of each case, in the order in which they came in.

    Parameters
    ----------
    made : Generated
        A log of `casemine.generate.generate`.

    Yields
    ------
    Ticket
        One per case, numbered from 1001, the first with the log's case `INC0001001`.

    Notes
    -----
    The same log gives the same tickets, whatever is done with them.

    Examples
    --------
    >>> from casemine.generate import GenerateOptions, generate
    >>> ticket = next(tell(generate(GenerateOptions(cases=20, seed=3))))
    >>> ticket.number, [(c.kind, c.old, c.new) for c in ticket.changes[:2]]
    (1001, [('create', None, 'new'), ('sla', None, 'started')])
    """
    draws = Draws(made.options.seed, _STREAM).one_by_one()
    cut = int(made.cut.timestamp())
    told: list[str] = []  # subjects so far
    for number, case in enumerate(_cases(made.log), FIRST_NUMBER):
        requester = (case.customer, "customer")
        first = case.events[0]
        diary = Diary(first.time, requester, group=first.group, priority=case.priority)
        teller = _Teller(diary, requester, number, draws)
        for event in case.events[1:]:
            _ACTS[event.element](teller, event)
        subjects = SUBJECTS[case.category]
        told.append(subjects[int(next(draws) * len(subjects))])
        yield _ticket(case, diary, number, told, cut)


def _ticket(case: _Case, diary: Diary, number: int, told: list[str], cut: int) -> Ticket:
    """Sum up a ticket; `told` are the subjects of all tickets up to it."""
    first, target = case.events[0], diary.merged_into
    reply = _clock(REPLY_CLOCK, first.time, REPLY_SECONDS, diary.first_reply, cut)
    solve = _clock(SOLVE_CLOCK, first.time, SOLVE_SECONDS, diary.first_solved, cut)
    changes = [*diary.changes, *_sla(reply), *_sla(solve)]
    changes.sort(key=lambda change: change.time)  # stable: targets come last in their second
    return Ticket(
        number=number,
        subject=told[-1],
        requester=case.customer,
        channel=case.channel,
        category=case.category,
        group_at_start=first.group,
        priority_at_start=case.priority,
        changes=tuple(changes),
        status=diary.status,
        assignee=diary.assignee,
        group=diary.group,
        priority=diary.priority,
        merged_into=None if target is None else (target, told[target - FIRST_NUMBER]),
        solved_at=diary.solved_at,
        closed_at=diary.closed_at,
        reopened=diary.reopened,
        reply_clock=reply,
        solve_clock=solve,
    )


def _clock(name: str, start: int, seconds: int, stop: int | None, cut: int) -> Clock:
    due = start + seconds
    return Clock(name, start, due, stop, due < (cut if stop is None else stop))


def _sla(clock: Clock) -> list[Change]:
    """Say when a clock started, and when it was met or breached; a late stop says nothing new."""
    found = [Change(clock.start, "sla", clock.name, None, "started", *BY_SYSTEM)]
    if clock.breached:
        found.append(Change(clock.due, "sla", clock.name, None, "breached", *BY_SYSTEM))
    elif clock.stop is not None:
        found.append(Change(clock.stop, "sla", clock.name, None, "met", *BY_SYSTEM))
    return found


def _cases(log: EventLog) -> Iterator[_Case]:
    """Take a log apart: the events of each case, its category, channel and customer."""
    codes = log.codes()
    assert codes.time is not None
    assert codes.start is not None
    elements = [_ELEMENTS[label] for label in codes.activities]
    time, start = codes.time // 1_000_000, codes.start // 1_000_000
    agent, logins = _coded(log, "resource")
    actors: list[Actor] = [(agent_name(login), "agent") for login in logins]
    group, groups = _coded(log, "group")
    priority, ranks = _coded(log, "priority")
    words = [PRIORITIES[int(rank[0]) - 1] for rank in ranks]  # "1 - Critical" is urgent
    (category, categories), (channel, channels) = _coded(log, "category"), _coded(log, "channel")
    customer, numbers = _coded(log, "customer")
    customers = [customer_name(int(number[1:]) - 1) for number in numbers]

    ends = np.flatnonzero(np.diff(codes.case, append=-1)) + 1
    for begin, end in pairwise([0, *ends.tolist()]):
        columns = (codes.activity, start, time, agent, group, priority)
        events = [
            _Event(elements[e], s, t, actors[a] if a >= 0 else None, groups[g], words[p])
            for e, s, t, a, g, p in zip(*(c[begin:end].tolist() for c in columns), strict=True)
        ]
        yield _Case(
            events,
            categories[category[begin]],
            channels[channel[begin]],
            customers[customer[begin]],
        )


def _coded(log: EventLog, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Give a text column as codes, -1 where it is null, and their values."""
    column = log.events.column(name).combine_chunks()
    known = column.indices.is_valid().to_numpy(zero_copy_only=False)
    return np.where(known, to_numpy(column.indices), -1), column.dictionary.to_pylist()


# What each activity of the flow does to a ticket.


def _who(event: _Event) -> Actor:
    return event.agent or BY_SYSTEM


def _begin(teller: _Teller, event: _Event) -> None:
    """Take the ticket: right group, own name on it, and open unless it is done already."""
    diary, actor = teller.diary, _who(event)
    diary.route(event.group, event.start, actor)
    if event.agent is not None:
        diary.assign(event.agent[0], event.start, actor)
    if diary.status in {"new", "pending", "hold"}:
        diary.turn("open", event.start, actor)


def _classify(teller: _Teller, event: _Event) -> None:
    teller.diary.rank(event.priority, event.time, _who(event))
    if event.agent is not None:
        teller.diary.assign(event.agent[0], event.time, event.agent)


def _rank(teller: _Teller, event: _Event) -> None:
    teller.diary.rank(event.priority, event.time, _who(event))


def _hand_over(teller: _Teller, event: _Event) -> None:
    """Route to another group, which has to find an agent of its own."""
    diary, actor = teller.diary, _who(event)
    moved = diary.group != event.group
    diary.route(event.group, event.time, actor)
    if moved:
        diary.assign(None, event.time, actor)


def _declare(teller: _Teller, event: _Event) -> None:
    _hand_over(teller, event)
    teller.diary.say(teller.pick("major"), teller.soon(event.time), _who(event), public=False)


def _diagnose(teller: _Teller, event: _Event) -> None:
    _begin(teller, event)
    teller.diary.say(teller.pick("diagnosis"), event.time, _who(event), public=False)


def _involve(teller: _Teller, event: _Event) -> None:
    """Wait for somebody outside, unless the ticket is done already."""
    diary, actor = teller.diary, _who(event)
    waits = diary.status not in {"solved", "closed"}
    if waits:
        diary.turn("hold", event.start, actor)
    diary.say(teller.pick("supplier"), teller.soon(event.start), actor, public=False)
    if waits:
        diary.turn("open", event.time, actor)


def _solve(topic: str) -> Callable[[_Teller, _Event], None]:
    def solve(teller: _Teller, event: _Event) -> None:
        _begin(teller, event)
        diary, actor = teller.diary, _who(event)
        diary.say(teller.pick(topic), event.time, actor, public=True)
        if diary.status != "closed":
            diary.turn("solved", teller.soon(event.time), actor)

    return solve


def _ask(teller: _Teller, event: _Event) -> None:
    diary, actor = teller.diary, _who(event)
    diary.say(teller.pick("ask"), event.time, actor, public=True)
    if diary.status not in {"solved", "closed"}:
        diary.turn("pending", teller.soon(event.time), actor)


def _reply(topic: str, reopens: frozenset[str]) -> Callable[[_Teller, _Event], None]:
    """Let the customer write; a rule opens the ticket again if it is in one of the statuses."""

    def reply(teller: _Teller, event: _Event) -> None:
        diary = teller.diary
        diary.say(teller.pick(topic), event.time, teller.requester, public=True)
        if diary.status in reopens:
            diary.turn("open", teller.soon(event.time), BY_SYSTEM)

    return reply


def _note(topic: str, *, public: bool = False) -> Callable[[_Teller, _Event], None]:
    def note(teller: _Teller, event: _Event) -> None:
        teller.diary.say(teller.pick(topic), event.time, _who(event), public=public)

    return note


def _close(teller: _Teller, event: _Event) -> None:
    """Close: an agent does where the customer has answered, else a rule."""
    diary = teller.diary
    answered = any(
        change.actor_type == "customer" and change.time >= (diary.solved_at or 0)
        for change in diary.changes[1:]
    )
    diary.turn("closed", event.time, _who(event) if answered else BY_SYSTEM)


def _cancel(teller: _Teller, event: _Event) -> None:
    """Close without a solution; two in five were reported before, and are merged into that."""
    diary, actor = teller.diary, _who(event)
    target = teller.number - 1 - int(next(teller.draws) * 20)
    if next(teller.draws) < 0.4 and target >= FIRST_NUMBER:
        moment = teller.soon(event.time)
        diary.merge(target, moment, actor)
        diary.turn("closed", moment, actor)
    else:
        diary.say(teller.pick("cancel"), event.time, actor, public=True)
        diary.turn("closed", teller.soon(event.time), actor)


_ACTS: dict[str, Callable[[_Teller, _Event], None]] = {
    "A01": _rank,  # once more: a record that was logged twice
    "A02": _classify,
    "A10": _begin,
    "A11": _note("knowledge"),
    "A12": _solve("solve"),
    "A13": _hand_over,
    "A20": _diagnose,
    "A21": _involve,
    "A22": _solve("solve"),
    "A23": _hand_over,
    "A40": _declare,
    "A41": _solve("solve"),
    "A60": _reply("thanks", frozenset()),
    "A61": _reply("complain", frozenset({"solved"})),
    "A70": _note("documented"),
    "A71": _note("classified"),
    "A72": _note("corrected"),
    "A73": _note("findings"),
    "A74": _close,
    "A81": _note("authorized"),
    "A82": _hand_over,
    "A83": _solve("fulfil"),
    "A90": _cancel,
    "W1": _ask,
    "W2": _reply("answer", frozenset({"pending"})),
    "U1": _note("inform", public=True),
    "U2": _note("escalated"),
    "U3": _note("problem"),
    "U4": _rank,
    "X01": _hand_over,
    "X02": _note("afterwards"),
    "X03": _reply("complain", frozenset({"solved", "closed"})),
    "X04": _note("split"),
    "X05": _note("forwarded"),
}
