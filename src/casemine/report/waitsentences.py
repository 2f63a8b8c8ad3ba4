"""What stands out about waiting, in sentences with their numbers and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.timing import format_duration, format_hours
from casemine.model.words import counted, listed
from casemine.report.advice import ADVICE, kind_of
from casemine.report.figures import count, share

if TYPE_CHECKING:
    from casemine.model.bottlenecks import Bottlenecks, Clock, Load, PingPong, Rework, Wait
    from casemine.model.conformance import ExtraTime

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORTH = 0.05  # share of all waiting from which a wait is spoken of
TOLD = 3  # activities at most
HANDED_OVER = 0.01
BUSY = 1.0  # arrivals a day from which a day of the week is spoken of
GROWS = 0.05  # share of what arrives that is not completed, from which a queue is spoken of


def sentences(found: Bottlenecks) -> list[str]:
    """Say what stands out, each with its numbers and what to do about it."""
    said = _longest(found)
    if sum(wait.by(found.working).share for wait in found.hand_overs) >= HANDED_OVER:
        said.append(_hand_overs(found))
    if found.ping_pong is not None and found.ping_pong.returns:
        said.append(_ping_pong(found.ping_pong, found))
    costly = [one for one in found.rework if one.extra is not None and one.extra.low_s > 0]
    if costly:
        said.append(_repeated(max(costly, key=lambda one: (one.cases.cases, one.activity))))
    said += [line for load in found.loads[:1] if (line := _piling(load, found))]
    if found.open_cases:
        oldest = found.oldest[0]
        said.append(
            f"{counted(found.open_cases, 'case')} of {count(found.cases)} "
            f"{'is' if found.open_cases == 1 else 'are'} open; the one left alone longest, "
            f"{oldest.case}, has not been touched for {format_duration(oldest.idle_s)} (row "
            f"{count(oldest.row)}): look at these first"
        )
    return said


def _longest(found: Bottlenecks) -> list[str]:
    """Speak of the activities after which most time passes; advice for one kind stands once."""
    said, kinds = [], set()
    for wait in found.after[:TOLD]:
        if wait.by(found.working).share >= WORTH:
            kind = kind_of(wait.what[0])
            advice = "" if kind in kinds else f". {_sentence(ADVICE[kind])}"
            kinds.add(kind)
            said.append(_after(wait, found, kind) + advice)
    return said


def _after(wait: Wait, found: Bottlenecks, kind: str) -> str:
    clock = wait.by(found.working)
    part = (
        f"{share(clock.share)} of all {'working time waited' if found.working else 'waiting time'}"
    )
    told = {
        "user": f"Waiting for the user (after {wait.what[0]}) is {part}",
        "supplier": f"Waiting for a supplier (after {wait.what[0]}) is {part}",
    }.get(kind, f"{part} passes after {wait.what[0]}")
    return f"{told}: {_figures(wait, clock, working=found.working)}"


def _figures(wait: Wait, clock: Clock, *, working: bool) -> str:
    """Write `1,204 waits in 833 cases, median 2.1 d, p90 9 d`."""
    write = format_hours if working else format_duration
    number = wait.waits + wait.running
    text = f"{counted(number, 'wait')} in {counted(wait.cases, 'case')}"
    if clock.survival is not None:
        text += (
            f", {count(wait.running)} of them still open, median "
            f"{write(clock.survival.median_s)}, p90 "
            f"{write(clock.survival.p90_s)} with those counted in"
        )
    elif clock.ended is not None:
        text += f", median {write(clock.ended.median_s)}, p90 {write(clock.ended.p90_s)}"
    return text


def _hand_overs(found: Bottlenecks) -> str:
    wait = found.hand_overs[0]
    total = sum(one.by(found.working).share for one in found.hand_overs)
    clock = wait.by(found.working)
    figures = _figures(wait, clock, working=found.working)
    return (
        f"Waits at hand-overs between groups are {share(total)} of all waiting; most of it "
        f"from {wait.what[0]} to {wait.what[1]}, {share(clock.share)}: {figures}. "
        f"{_sentence(ADVICE['queue'])}"
    )


def _ping_pong(ping_pong: PingPong, found: Bottlenecks) -> str:
    cases = ping_pong.cases
    away = ping_pong.working_away if found.working else ping_pong.away
    text = (
        f"{counted(cases.cases, 'case')} of {count(cases.total)} ({share(cases.share)}) "
        f"{'comes' if cases.cases == 1 else 'come'} back to a group they had left: "
        f"{counted(ping_pong.returns, 'return')}"
    )
    write = format_hours if found.working else format_duration
    if away is not None and away.ended is not None:
        text += (
            f", away for {write(away.ended.median_s)} in the median and "
            f"{write(away.total_s)} in all"
        )
    text += _extra(ping_pong.extra, "were handed over and stayed")
    return f"{text}. Route such cases to the group that can solve them"


def _repeated(one: Rework) -> str:
    text = (
        f"{one.activity} is done again in {counted(one.cases.cases, 'case')} of "
        f"{count(one.cases.total)} ({share(one.cases.share)})"
    )
    return f"{text}{_extra(one.extra, 'do it once')}. Find out what the first time lacked"


def _extra(extra: ExtraTime | None, others: str) -> str:
    if extra is None:
        return ""
    alike = f" of the same {listed(extra.alike_in)}" if extra.alike_in else ""
    against = (
        f"{count(extra.n)} against {count(extra.n_others)} that {others}{alike}; 95 %: "
        f"{format_duration(extra.low_s)} to {format_duration(extra.high_s)}"
    )
    if extra.low_s <= 0 <= extra.high_s:
        return f"; that they take longer is not clear ({against})"
    more = "longer" if extra.seconds > 0 else "shorter"
    return f"; they take {format_duration(abs(extra.seconds))} {more} in the median ({against})"


def _piling(load: Load, found: Bottlenecks) -> str:
    """Say that more comes than is completed, in all or on one day of the week."""
    who = load.group or "The desk"
    there = (
        f"{load.mean_queue:.1f} cases were there on average, for "
        f"{format_duration(load.mean_visit_s)} each"
    )
    if any(
        kind_of(wait.what[0]) == "closure" and wait.calendar.share >= WORTH for wait in found.after
    ):
        there += ", those that are resolved and not closed yet among them"
    if load.arrivals - load.completions >= GROWS * load.arrivals:
        return (
            f"{who} got {counted(load.arrivals, 'case')} and completed {count(load.completions)} "
            f"by the end of the log; {there}. Its queue grows"
        )
    comes = [sum(day) for day in load.arrivals_by_hour]
    goes = [sum(day) for day in load.completions_by_hour]
    day = max(range(7), key=lambda one: (comes[one] - goes[one], -one))
    if comes[day] < BUSY or comes[day] - goes[day] < GROWS * sum(comes):
        return ""
    return (
        f"{who} gets more than it completes on {DAYS[day]}: {comes[day]:.1f} against "
        f"{goes[day]:.1f} a day; {there}. Compare the hours below with the duty roster"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
