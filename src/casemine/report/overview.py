"""What is in a log: its size, period, activities, attributes, and doubts about the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.model.timing import format_duration
from casemine.model.words import counted
from casemine.report import dataquality
from casemine.report.document import Bar, Column, Document, Facts, Prose, Table
from casemine.report.figures import DASH, count, moment, of, share, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.model.attribute import Attribute
    from casemine.model.graph import Activity, Summary
    from casemine.model.intake import Intake
    from casemine.model.quality import Quality

SHOWN_ACTIVITIES = 30


def document(
    summary: Summary,
    attributes: Sequence[Attribute],
    quality: Quality,
    *,
    source: str,
    account: str,
) -> Document:
    """Show size, period, activities and attributes, and what is doubtful about the data."""
    graph = summary.graph
    title = (
        f"{source}: {counted(graph.cases, 'case')}, {counted(graph.events, 'event')}, "
        f"{counted(len(graph.activities), 'activity', 'activities')}, "
        f"{counted(len(summary.variants), 'variant')}"
    )
    duration = summary.duration
    facts = [
        ("rows", account),
        ("first event", moment(summary.first)),
        ("last event", moment(summary.last)),
        ("events per case", f"{graph.events / graph.cases:.1f}" if graph.cases else DASH),
    ]
    if duration is not None:
        facts.append(("case duration", spread(duration, "median", "p90", "max")))
    facts += [("starts", _top(graph.starts)), ("ends", _top(graph.ends))]
    blocks: list[Facts | Table | Prose] = [Facts(tuple(facts)), activity_table(summary)]
    if attributes:
        blocks.append(_attribute_table(attributes))
    blocks.append(dataquality.block(quality))
    return Document(title, tuple(blocks))


def data(summary: Summary, intake: Intake, quality: Quality) -> dict[str, Any]:
    """Return the facts of the JSON contract, and what is doubtful about the data."""
    return {**_facts(summary, intake), **dataquality.data(quality)}


def records(summary: Summary, intake: Intake, quality: Quality) -> list[dict[str, Any]]:
    """Return one flat record: the facts, the number of warnings, and the codes of all findings."""
    codes = [finding.code for finding in quality.findings]
    more = {"warnings": len(quality.warnings), "findings": codes}
    return [{**_facts(summary, intake), **more}]


def _facts(summary: Summary, intake: Intake) -> dict[str, Any]:
    return {
        "cases": summary.graph.cases,
        "events": summary.graph.events,
        "activities": len(summary.graph.activities),
        "variants": len(summary.variants),
        "first": summary.first.isoformat() if summary.first else None,
        "last": summary.last.isoformat() if summary.last else None,
        "rows_read": intake.rows_read,
        "rows_quarantined": intake.rows_quarantined,
        "tied_events": summary.tied_events,
    }


def activity_table(summary: Summary, *, shown: int | None = SHOWN_ACTIVITIES) -> Table:
    """Activities by falling events, with the share of cases that have them; all for None."""
    activities = summary.graph.activities
    served = any(activity.service for activity in activities)
    rows = tuple(
        (
            activity.name,
            count(activity.events),
            count(activity.cases),
            share(of(activity.cases, summary.graph.cases)),
            Bar(of(activity.cases, summary.graph.cases) or 0.0),
            *(_service(activity) if served else ()),
        )
        for activity in activities[:shown]
    )
    columns = (
        Column("activity"),
        Column("events", figure=True),
        Column("cases", figure=True),
        Column("of cases", figure=True),
        Column("", needs_width=100 if served else 80),
        *((Column("service median", figure=True), Column("p90", figure=True)) if served else ()),
    )
    more = 0 if shown is None else len(activities) - shown
    remark = ""
    if more > 0:
        remark = f"{counted(more, 'more activity', 'more activities')}: casemine stats shows all"
    return Table(columns, rows, "Activities", remark)


def _service(activity: Activity) -> tuple[str, str]:
    service = activity.service
    if service is None:
        return DASH, DASH
    return format_duration(service.median_s), format_duration(service.p90_s)


def _attribute_table(attributes: Sequence[Attribute]) -> Table:
    return Table(
        (
            Column("attribute"),
            Column("of"),
            Column("type"),
            Column("values", figure=True),
            Column("missing", figure=True),
            Column("most common"),
        ),
        tuple(
            (
                attribute.name,
                attribute.level,
                attribute.kind,
                count(attribute.distinct),
                share(attribute.missing),
                ", ".join(attribute.examples),
            )
            for attribute in attributes
        ),
        heading="Attributes",
    )


def _top(counts: Any, most: int = 4) -> str:
    pairs = [f"{name} {count(cases)}" for name, cases in list(counts.items())[:most]]
    more = len(counts) - most
    return ", ".join(pairs) + (f", {count(more)} more" if more > 0 else "") or DASH
