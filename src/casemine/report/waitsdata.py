"""Where cases wait, as data: the content of JSON, and flat records for tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.report.waitsentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.model.bottlenecks import Bottlenecks, Clock, Load, Survival, Wait
    from casemine.model.conformance import ExampleCase, ExtraTime

LISTED = 200  # kinds of waits of one table that JSON holds; the number of all stands beside them


def data(found: Bottlenecks) -> dict[str, Any]:
    """Return everything for JSON; spans in seconds, None where nothing is known."""
    ping_pong, flow = found.ping_pong, found.flow
    return {
        "cases": found.cases,
        "events": found.events,
        "until": found.until.isoformat(),
        "calendar": {
            "name": found.calendar,
            "zone": found.zone,
            "around_the_clock": not found.working,
        },
        "over_after": found.ends if found.ends_known else None,
        "open_cases": found.open_cases,
        "sentences": sentences(found),
        "total": _clock_data(found.total),
        "working_total": _clock_data(found.working_total),
        "duration": _survival(found.durations),
        "steps": _list(found.steps, ("from", "to")),
        "before": _list(found.before, ("activity",)),
        "after": _list(found.after, ("activity",)),
        "service": [{"activity": name, "time": asdict(timing)} for name, timing in found.service],
        "groups": _list(found.groups, ("group",)),
        "without_group": None if found.unheld is None else _wait(found.unheld, ()),
        "hand_overs": _list(found.hand_overs, ("from", "to")),
        "people": _list(found.people, ("from", "to")),
        "loads": [_load_data(load) for load in found.loads],
        "rework": [
            {
                "activity": one.activity,
                "cases": one.cases.cases,
                "of": one.cases.total,
                "repeats": one.repeats,
                "extra": _extra_data(one.extra),
            }
            for one in found.rework
        ],
        "ping_pong": None
        if ping_pong is None
        else {
            "cases": ping_pong.cases.cases,
            "of": ping_pong.cases.total,
            "low": ping_pong.cases.low,
            "high": ping_pong.cases.high,
            "returns": ping_pong.returns,
            "other_returns": ping_pong.other_returns,
            "away": _clock_data(ping_pong.away),
            "away_working": _clock_data(ping_pong.working_away),
            "pairs": _list(ping_pong.pairs, ("group", "away_at")),
            "extra": _extra_data(ping_pong.extra),
            "examples": [_example(one) for one in ping_pong.examples],
        },
        "oldest": [{**asdict(one), "touched": one.touched.isoformat()} for one in found.oldest],
        "flow": None
        if flow is None
        else {
            "name": flow.flow,
            "events_outside": flow.events_outside,
            "steps": [
                {
                    "activity": step.activity,
                    "element": step.element_id,
                    "lane": step.lane,
                    "events": step.events,
                    "wait": None if step.wait is None else _wait(step.wait, ()),
                }
                for step in flow.steps
            ],
            "paths": _list(flow.paths, ("from", "to")),
        },
        "not_evaluated": [asdict(one) for one in found.not_evaluated],
        "notes": list(found.notes),
    }


def records(found: Bottlenecks) -> list[dict[str, Any]]:
    """Return one flat record per kind of wait, of all tables one after another."""
    tables: tuple[tuple[str, Sequence[Wait]], ...] = (
        ("step", found.steps),
        ("before", found.before),
        ("after", found.after),
        ("group", found.groups),
        ("hand-over", found.hand_overs),
        ("person", found.people),
        ("ping-pong", found.ping_pong.pairs if found.ping_pong else ()),
        ("flow path", found.flow.paths if found.flow else ()),
    )
    return [_record(name, wait) for name, waits in tables for wait in waits]


def _record(table: str, wait: Wait) -> dict[str, Any]:
    ended, working = wait.calendar.ended, wait.working
    worked = working.ended if working is not None else None
    return {
        "table": table,
        "from": wait.what[0] if len(wait.what) > 1 else None,
        "name": wait.what[-1],
        "waits": wait.waits,
        "open": wait.running,
        "cases": wait.cases,
        "median_s": ended.median_s if ended else None,
        "p90_s": ended.p90_s if ended else None,
        "total_s": wait.calendar.total_s,
        "share": wait.calendar.share,
        "working_median_s": worked.median_s if worked else None,
        "working_p90_s": worked.p90_s if worked else None,
        "working_total_s": working.total_s if working else None,
        "working_share": working.share if working else None,
    }


def _list(waits: Sequence[Wait], names: tuple[str, ...]) -> dict[str, Any]:
    """List the first waits, and say how many there are."""
    return {"number": len(waits), "waits": [_wait(wait, names) for wait in waits[:LISTED]]}


def _wait(wait: Wait, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        **dict(zip(names, wait.what, strict=False)),
        "waits": wait.waits,
        "open": wait.running,
        "cases": wait.cases,
        "calendar": _clock_data(wait.calendar),
        "working": _clock_data(wait.working),
        "longest": None if wait.longest is None else _example(wait.longest),
    }


def _clock_data(clock: Clock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    return {
        "ended": None if clock.ended is None else asdict(clock.ended),
        "total_s": clock.total_s,
        "share": clock.share,
        "estimate": _survival(clock.survival),
    }


def _survival(survival: Survival | None) -> dict[str, Any] | None:
    return None if survival is None else asdict(survival)


def _extra_data(extra: ExtraTime | None) -> dict[str, Any] | None:
    return None if extra is None else {**asdict(extra), "alike_in": list(extra.alike_in)}


def _example(one: ExampleCase) -> dict[str, Any]:
    return {**asdict(one), "rows": list(one.rows)}


def _load_data(load: Load) -> dict[str, Any]:
    def week(hours: tuple[tuple[float, ...], ...] | None) -> list[list[float]] | None:
        return None if hours is None else [list(day) for day in hours]

    return {
        "group": load.group,
        "arrivals": load.arrivals,
        "completions": load.completions,
        "arrivals_by_hour": week(load.arrivals_by_hour),
        "completions_by_hour": week(load.completions_by_hour),
        "people_by_hour": week(load.people_by_hour),
        "completions_per_person_hour": load.per_person_hour,
        "capacity_by_hour": week(load.capacity_by_hour),
        "mean_queue": load.mean_queue,
        "mean_visit_s": load.mean_visit_s,
        "first_monday": None if load.first_monday is None else load.first_monday.isoformat(),
        "queue_by_week": list(load.queue_by_week),
    }
