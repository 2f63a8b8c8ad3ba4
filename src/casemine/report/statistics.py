"""Figures of a log: throughput, activities, where time passes, groups of cases."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.model.timing import format_duration
from casemine.model.words import counted
from casemine.report.document import Bar, Column, Document, Facts, Spark, Table
from casemine.report.figures import DASH, count, of, share, spread
from casemine.report.overview import activity_table

if TYPE_CHECKING:
    from casemine.model.graph import Edge, Summary
    from casemine.model.throughput import CaseGroup, Throughput
    from casemine.model.timing import Timing
    from casemine.report.document import Cell

SHOWN_EDGES = 15


def document(summary: Summary, throughput: Throughput, *, source: str) -> Document:
    """Show figures for people: durations, weeks, activities, slowest steps, groups."""
    graph, duration = summary.graph, summary.duration
    title = f"{source}: {counted(graph.cases, 'case')}"
    if duration is not None:
        title += (
            f", half of them within {format_duration(duration.median_s)}, "
            f"nine of ten within {format_duration(duration.p90_s)}"
        )
    blocks: list[Facts | Table] = []
    facts = _facts(summary, throughput)
    if facts:
        blocks.append(Facts(tuple(facts)))
    if throughput.by is not None:
        blocks.append(_groups(throughput, graph.cases))
    blocks.append(activity_table(summary, shown=None))
    if any(edge.wait for edge in graph.edges):
        blocks.append(slowest(summary))
    return Document(title, tuple(blocks))


def data(summary: Summary, throughput: Throughput) -> dict[str, Any]:
    """Return the figures for JSON; spans in seconds, None where nothing is known."""
    graph = summary.graph
    waiting = _waiting(summary)
    histogram, weeks = throughput.histogram, throughput.weeks
    return {
        "cases": graph.cases,
        "events": graph.events,
        "repeating_cases": throughput.repeats,
        "duration": timing(summary.duration),
        "histogram": None
        if histogram is None
        else {
            "low_s": histogram.low_s,
            "high_s": histogram.high_s,
            "cases": list(histogram.counts),
        },
        "weeks": None
        if weeks is None
        else {
            "first_monday": weeks.first_monday.isoformat(),
            "started": list(weeks.started),
            "ended": list(weeks.ended),
        },
        "activities": [
            {
                "name": activity.name,
                "events": activity.events,
                "cases": activity.cases,
                "share": of(activity.cases, graph.cases),
                "service": timing(activity.service),
            }
            for activity in graph.activities
        ],
        "steps": [
            {
                "from": edge.source,
                "to": edge.target,
                "count": edge.count,
                "cases": edge.cases,
                "wait": timing(edge.wait),
                "share_of_waiting": of(edge.wait.total_s, waiting) if edge.wait else None,
            }
            for edge in by_total_wait(summary)
        ],
        "by": throughput.by,
        "groups": [
            {
                "value": group.value,
                "cases": group.cases,
                "share": of(group.cases, graph.cases),
                "events": group.events,
                "duration": timing(group.duration),
            }
            for group in throughput.groups
        ],
    }


def records(summary: Summary, throughput: Throughput) -> list[dict[str, Any]]:
    """Return one flat record per group where there are groups, else per activity."""
    found = data(summary, throughput)
    rows = found["groups"] if throughput.by is not None else found["activities"]
    flat = []
    for row in rows:
        spans = row.pop("service" if "service" in row else "duration") or {}
        names = ("min_s", "median_s", "mean_s", "p90_s", "max_s", "total_s")
        flat.append({**row, **{name: spans.get(name) for name in names}})
    return flat


def timing(spans: Timing | None) -> dict[str, float] | None:
    """Return the statistics of spans for JSON."""
    return None if spans is None else asdict(spans)


def by_total_wait(summary: Summary) -> list[Edge]:
    """Edges by falling total wait, then names; those without times last."""
    return sorted(
        summary.graph.edges,
        key=lambda edge: (-(edge.wait.total_s if edge.wait else 0.0), edge.source, edge.target),
    )


def slowest(summary: Summary, *, shown: int = SHOWN_EDGES) -> Table:
    """Make the table of the steps where most time passes."""
    waiting = _waiting(summary)
    edges = [edge for edge in by_total_wait(summary) if edge.wait]
    most = max((edge.wait.total_s for edge in edges if edge.wait), default=0.0)
    rows = tuple(
        (
            edge.source,
            edge.target,
            count(edge.count),
            format_duration(edge.wait.median_s),
            format_duration(edge.wait.p90_s),
            format_duration(edge.wait.total_s),
            share(of(edge.wait.total_s, waiting)),
            Bar(of(edge.wait.total_s, most) or 0.0),
        )
        for edge in edges[:shown]
        if edge.wait is not None
    )
    columns = (
        Column("from"),
        Column("to"),
        Column("times", figure=True),
        Column("median wait", figure=True),
        Column("p90", figure=True),
        Column("total", figure=True),
        Column("of all waiting", figure=True),
        Column("", needs_width=110),
    )
    more = len(edges) - shown
    remark = f"{counted(more, 'more step')}" if more > 0 else ""
    return Table(columns, rows, "Where time passes", remark)


def _facts(summary: Summary, throughput: Throughput) -> list[tuple[str, Cell]]:
    facts: list[tuple[str, Cell]] = []
    duration, graph = summary.duration, summary.graph
    if duration is not None:
        figures = spread(duration, "min", "median", "mean", "p90", "max")
        facts.append(("case duration", figures))
    histogram, weeks = throughput.histogram, throughput.weeks
    if histogram is not None:
        ends = f"{format_duration(histogram.low_s)} … {format_duration(histogram.high_s)}"
        facts.append((f"durations {ends}", Spark(histogram.counts)))
    if weeks is not None and len(weeks.started) > 1:
        since = f"from {weeks.first_monday.isoformat()}"
        facts.append((f"begun per week {since}", Spark(weeks.started)))
        facts.append((f"ended per week {since}", Spark(weeks.ended)))
    part = share(of(throughput.repeats, graph.cases))
    facts.append(("cases that repeat a step", f"{count(throughput.repeats)} ({part})"))
    return facts


def _groups(throughput: Throughput, cases: int) -> Table:
    return Table(
        (
            Column(throughput.by or ""),
            Column("cases", figure=True),
            Column("share", figure=True),
            Column("", needs_width=90),
            Column("events per case", figure=True),
            Column("median", figure=True),
            Column("mean", figure=True),
            Column("p90", figure=True),
        ),
        tuple(_group(group, cases) for group in throughput.groups),
        heading=f"Cases by {throughput.by}",
    )


def _group(group: CaseGroup, cases: int) -> tuple[Cell, ...]:
    duration = group.duration
    part = of(group.cases, cases)
    return (
        DASH if group.value is None else group.value,
        count(group.cases),
        share(part),
        Bar(part or 0.0),
        f"{group.events / group.cases:.1f}",
        format_duration(duration.median_s if duration else None),
        format_duration(duration.mean_s if duration else None),
        format_duration(duration.p90_s if duration else None),
    )


def _waiting(summary: Summary) -> float:
    return sum(edge.wait.total_s for edge in summary.graph.edges if edge.wait)
