"""Where cases wait: sentences first, then tables by step, activity, group and hand-over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.timing import format_duration, format_hours
from casemine.model.words import counted
from casemine.report.document import Bar, Column, Document, Facts, Prose, Spark, Table
from casemine.report.figures import DASH, count, moment, share
from casemine.report.waitsentences import DAYS, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.model.bottlenecks import (
        Bottlenecks,
        Clock,
        FlowStep,
        Load,
        Rework,
        Survival,
        Wait,
    )
    from casemine.report.document import Block, Cell

NARROW, WIDE = 100, 115  # columns of a terminal
STEPS, ACTIVITIES, GROUPS, PEOPLE, LOADS, OPEN = 15, 12, 12, 8, 3, 10


def document(found: Bottlenecks, *, source: str, rows: int | None = None) -> Document:
    """Show for people where cases wait, what stands out and what to do about it.

    `rows` is how many rows of each table to show; tables say how many more there are.
    """
    blocks: list[Block] = []
    lines = tuple(f"- {line}" for line in sentences(found))
    if lines:
        blocks.append(Prose(lines, "What stands out"))
    blocks.append(Facts(tuple(_facts(found))))
    flow = found.flow
    if flow is not None:
        blocks.append(_flow_steps(found))
        outside = counted(flow.events_outside, "event")
        remark = f"{outside} of no step of the design are passed over" * bool(flow.events_outside)
        blocks += _waits(
            found,
            flow.paths,
            f"Waits on the paths of {flow.flow}",
            ("from", "to"),
            shown=rows or STEPS,
            remark=remark,
        )
    blocks += _waits(
        found, found.steps, "Waits from step to step", ("from", "to"), shown=rows or STEPS
    )
    blocks += _waits(
        found, found.after, "Waits after an activity", ("activity",), shown=rows or ACTIVITIES
    )
    blocks += _waits(
        found, found.before, "Waits before an activity", ("activity",), shown=rows or ACTIVITIES
    )
    blocks += _service(found, rows or ACTIVITIES)
    blocks += _waits(
        found,
        found.groups,
        "Waits by the group that holds the case",
        ("group",),
        shown=rows or GROUPS,
    )
    blocks += _waits(
        found,
        found.hand_overs,
        "Waits after a hand-over",
        ("from group", "to group"),
        shown=rows or GROUPS,
    )
    blocks += _waits(
        found,
        found.people,
        "Waits from person to person",
        ("from person", "to person"),
        shown=rows or PEOPLE,
    )
    for load in found.loads[:LOADS]:
        blocks += _load(load, found.zone)
    if found.rework:
        blocks.append(_rework(found.rework, rows or ACTIVITIES))
    if found.ping_pong is not None and found.ping_pong.returns:
        blocks += _waits(
            found,
            found.ping_pong.pairs,
            "Ping-pong: away from a group, until the case is back",
            ("group", "away at"),
            shown=rows or GROUPS,
            shares=False,
        )
    if found.oldest:
        blocks.append(_oldest(found, rows or OPEN))
    remarks = [f"- {note}" for note in found.notes]
    remarks += [f"- not evaluated: {one.code}: {one.reason}" for one in found.not_evaluated]
    if remarks:
        blocks.append(Prose(tuple(remarks), "To know"))
    return Document(_title(found, source), tuple(blocks))


def _title(found: Bottlenecks, source: str) -> str:
    verb = "waits" if found.cases == 1 else "wait"
    total = format_duration(found.total.total_s)
    title = f"{source}: {counted(found.cases, 'case')} {verb} {total}"
    if found.working_total is not None:
        title += f" in all, {format_hours(found.working_total.total_s)} of it working time"
    else:
        title += " in all"
    if found.after and found.total.total_s:
        first = found.after[0]
        part = share(first.by(found.working).share)
        title += f"; {part} of that after {first.what[0]}"
    return title


def _facts(found: Bottlenecks) -> list[tuple[str, Cell]]:
    hours = f"{found.calendar}, {found.zone}"
    if not found.working:
        hours += ": every hour counts; --calendar names working hours"
    open_cases = f"{count(found.open_cases)} of {count(found.cases)} cases"
    facts: list[tuple[str, Cell]] = [
        ("calendar", hours),
        ("cases are over after", found.ends if found.ends_known else f"not known: {found.ends}"),
        ("open at the end", open_cases if found.ends_known else "none, as all count as over"),
        ("log ends", moment(found.until)),
    ]
    if found.durations is not None:
        facts.append(("case duration", _estimate(found.durations)))
    return facts


def _estimate(survival: Survival) -> str:
    return (
        f"median {format_duration(survival.median_s)} (95 %: {format_duration(survival.low_s)} to "
        f"{format_duration(survival.high_s)}), p90 {format_duration(survival.p90_s)}; "
        f"{count(survival.running)} open ones counted as still running"
    )


def _waits(
    found: Bottlenecks,
    waits: Sequence[Wait],
    heading: str,
    titles: tuple[str, ...],
    *,
    shown: int,
    remark: str = "",
    shares: bool = True,
) -> list[Table]:
    """Make a table of waits; none where there are none."""
    if not waits:
        return []
    running, working = any(wait.running for wait in waits), found.working
    columns = [Column(title) for title in titles]
    columns += [
        Column(name, figure=True) for name in (["waits"] if working else ["waits", "cases"])
    ]
    if running:
        columns.append(Column("open", figure=True))
    columns += _clock_columns(working=working, shares=shares)
    if shares:
        columns.append(Column("", needs_width=130))
    most = waits[0].by(working).share or 1.0
    rows = []
    for wait in waits[:shown]:
        row: list[Cell] = [*wait.what, count(wait.waits)]
        if not working:
            row.append(count(wait.cases))
        if running:
            row.append(count(wait.running) if wait.running else DASH)
        row += _clocks(wait, working=working, shares=shares)
        if shares:
            row.append(Bar(min(wait.by(working).share / most, 1.0)))
        rows.append(tuple(row))
    more = len(waits) - shown
    remarks = [remark] if remark else []
    if more > 0:
        rest = sum(wait.by(found.working).share for wait in waits[shown:])
        remarks.append(f"{count(more)} more" + (f", {share(rest)} together" if shares else ""))
    if any(wait.calendar.survival is not None for wait in waits[:shown]):
        remarks.append("median and p90 are estimates where some waits are still open")
    return [Table(tuple(columns), tuple(rows), heading, "; ".join(remarks))]


def _clock_columns(*, working: bool, shares: bool) -> list[Column]:
    wide = NARROW if working else 0  # there is no room for all of them beside working time
    columns = [Column("median", figure=True), Column("p90", figure=True, needs_width=wide)]
    columns.append(Column("total", figure=True))
    if working:
        columns.insert(1, Column("worked", figure=True))
        columns.append(Column("worked", figure=True))
    if shares:
        columns.append(Column("of worked" if working else "of all", figure=True))
    return columns


def _clocks(wait: Wait, *, working: bool, shares: bool) -> list[Cell]:
    """Write median, p90 and total, working time beside them, and the share by the ranking clock."""
    median, p90 = _spans(wait.calendar)
    cells: list[Cell] = [format_duration(median), format_duration(p90)]
    cells.append(format_duration(wait.calendar.total_s))
    if working and wait.working is not None:
        cells.insert(1, format_hours(_spans(wait.working)[0]))
        cells.append(format_hours(wait.working.total_s))
    return [*cells, share(wait.by(working).share)] if shares else cells


def _spans(clock: Clock) -> tuple[float | None, float | None]:
    """Give median and p90, estimated where some waits still run."""
    spans = clock.survival or clock.ended
    return (None, None) if spans is None else (spans.median_s, spans.p90_s)


def _service(found: Bottlenecks, shown: int) -> list[Table]:
    if not found.service:
        return []
    columns = (Column("activity"), *(Column(n, figure=True) for n in ("times", "median", "p90")))
    rows = tuple(
        (
            name,
            count(timing.n),
            format_duration(timing.median_s),
            format_duration(timing.p90_s),
            format_duration(timing.total_s),
        )
        for name, timing in found.service[:shown]
    )
    more = len(found.service) - shown
    remark = f"{count(more)} more" if more > 0 else ""
    heading = "Time in an activity, which is no waiting"
    return [Table((*columns, Column("total", figure=True)), rows, heading, remark)]


def _load(load: Load, zone: str) -> list[Block]:
    people = load.people_by_hour
    hours = "0 to 23 h, in tenths"
    columns = [Column("day", figure=True), Column("arrivals", figure=True), Column(hours)]
    columns += [Column("completed", figure=True), Column(hours)]
    if people is not None:
        columns += [Column("people", figure=True), Column(hours, needs_width=WIDE)]
    busiest = max(map(max, (*load.arrivals_by_hour, *load.completions_by_hour)))
    rows = []
    for day, name in enumerate(DAYS):
        comes, goes = load.arrivals_by_hour[day], load.completions_by_hour[day]
        row: list[Cell] = [name, f"{sum(comes):.1f}", _heat(comes, busiest)]
        row += [f"{sum(goes):.1f}", _heat(goes, busiest)]
        if people is not None:
            most = max(map(max, people))
            row += [f"{max(people[day]):.1f}", _heat(people[day], most)]
        rows.append(tuple(row))
    remark = (
        "a day, and people at most in an hour, on average; "
        f"{counted(load.arrivals, 'visit')} came, {count(load.completions)} completed; "
        f"{load.mean_queue:.1f} there on average, for {format_duration(load.mean_visit_s)} each"
    )
    if load.per_person_hour is not None:
        remark += f"; {load.per_person_hour:.2f} completed per hour of a person at work"
    remark += _beyond(load)
    heading = f"Arrivals against completions: {load.group or 'all cases'} (hours of {zone})"
    blocks: list[Block] = [Table(tuple(columns), tuple(rows), heading, remark)]
    if len(load.queue_by_week) > 1 and load.first_monday is not None:
        since = f"cases there, per week from {load.first_monday.isoformat()}"
        counts = Spark(tuple(round(number) for number in load.queue_by_week))
        blocks.append(Facts(((since, counts),)))
    return blocks


def _beyond(load: Load) -> str:
    """Name the hour of the week in which most arrives beyond what those at work complete."""
    if load.capacity_by_hour is None or load.people_by_hour is None:
        return ""
    comes, able = load.arrivals_by_hour, load.capacity_by_hour
    hours = [(day, hour) for day in range(7) for hour in range(24)]
    day, hour = max(hours, key=lambda one: comes[one[0]][one[1]] - able[one[0]][one[1]])
    if comes[day][hour] < able[day][hour] + 0.1:
        return ""
    return (
        f"; farthest beyond that on {DAYS[day]} from {hour} h: {comes[day][hour]:.1f} come, and "
        f"the {load.people_by_hour[day][hour]:.1f} people at work complete {able[day][hour]:.1f} "
        "in an hour"
    )


def _heat(values: Sequence[float], top: float) -> Spark:
    """Draw means as small columns, in tenths so that small ones differ; all days alike in scale."""
    return Spark(tuple(round(value * 10) for value in values), round(top * 10))


def _rework(rework: tuple[Rework, ...], shown: int) -> Table:
    columns = (
        Column("activity"),
        *(Column(name, figure=True) for name in ("cases", "of those with it", "repeats")),
        *(Column(name, figure=True) for name in ("extra time", "95 % from", "to", "against")),
    )
    rows = []
    for one in rework[:shown]:
        extra = one.extra
        rows.append(
            (
                one.activity,
                count(one.cases.cases),
                share(one.cases.share),
                count(one.repeats),
                format_duration(extra.seconds if extra else None),
                format_duration(extra.low_s if extra else None),
                format_duration(extra.high_s if extra else None),
                DASH if extra is None else f"{count(extra.n_others)} cases",
            )
        )
    more = len(rework) - shown
    remark = "extra time: median of the whole case against cases that do it once"
    if more > 0:
        remark = f"{count(more)} more; {remark}"
    return Table(columns, tuple(rows), "Activities that are done again", remark)


def _oldest(found: Bottlenecks, shown: int) -> Table:
    columns = (
        *(Column(name) for name in ("case", "last activity", "group", "last touched")),
        *(Column(name, figure=True) for name in ("untouched for", "open for", "row")),
    )
    rows = tuple(
        (
            one.case,
            one.activity,
            one.group or DASH,
            moment(one.touched),
            format_duration(one.idle_s),
            format_duration(one.age_s),
            count(one.row),
        )
        for one in found.oldest[:shown]
    )
    more = found.open_cases - len(rows)
    remark = f"{count(more)} more" if more > 0 else ""
    return Table(columns, rows, "Open cases, longest untouched first", remark)


def _flow_steps(found: Bottlenecks) -> Table:
    assert found.flow is not None
    working = found.working
    texts = ["step of the design"] if working else ["step of the design", "lane"]
    columns = [Column(text) for text in texts]
    columns.append(Column("events", figure=True, needs_width=NARROW))
    columns.append(Column("waits", figure=True))
    columns += _clock_columns(working=working, shares=True)
    rows = tuple(_flow_step(step, working=working, width=len(columns)) for step in found.flow.steps)
    heading = f"Waits before the steps of {found.flow.flow}"
    return Table(tuple(columns), rows, heading, "a dash: nothing to be seen of it, or before it")


def _flow_step(step: FlowStep, *, working: bool, width: int) -> tuple[Cell, ...]:
    row: list[Cell] = [step.activity] if working else [step.activity, step.lane or DASH]
    row.append(count(step.events))
    if step.wait is not None:
        row += [count(step.wait.waits), *_clocks(step.wait, working=working, shares=True)]
    return (*row, *[DASH] * (width - len(row)))
