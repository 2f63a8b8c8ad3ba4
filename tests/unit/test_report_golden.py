"""Whole reports of hand-made values, at two widths of a terminal, in a pipe and as Markdown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from casemine.errors import Place
from casemine.model.attribute import Attribute
from casemine.model.coverage import Coverage
from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge, Summary
from casemine.model.intake import Intake, Note, Reject, RejectGroup
from casemine.model.quality import Example, Finding, NotEvaluated, Quality
from casemine.model.throughput import CaseGroup, Histogram, Throughput, Weeks
from casemine.model.timing import Timing
from casemine.model.tree import Operator, ProcessTree
from casemine.model.variants import Variants
from casemine.report import (
    dataquality,
    discovery,
    markdown,
    overview,
    paths,
    plain,
    statistics,
    terminal,
)

HOUR, DAY = 3600.0, 86400.0


def timing(n: int, median: float, factor: float = 3.0) -> Timing:
    p90, top = median * factor, median * factor * 2
    mean = median * 1.5
    return Timing(n, median / 10, median, mean, p90, top, mean * n)


VARIANTS = Variants(
    activities=("Awaiting User Info", "Close", "Register", "Resolve", "解決"),
    codes=np.array([2, 3, 1, 2, 0, 3, 1, 2, 0, 0, 0, 0, 3, 4, 1], np.int32),
    offsets=np.array([0, 3, 7, 15], np.int64),
    counts=np.array([1200, 250, 2], np.int64),
    median_s=np.array([2 * DAY, 5 * DAY, 40 * DAY]),
    p90_s=np.array([6 * DAY, 12 * DAY, 100 * DAY]),
)
SUMMARY = Summary(
    graph=DirectlyFollowsGraph(
        activities=(
            Activity("Register", 1452, 1452, 0.0, timing(1452, 95.0)),
            Activity("Resolve", 1452, 1452, 0.6, timing(1400, HOUR)),
            Activity("Close", 1452, 1452, 1.0),
            Activity("Awaiting User Info", 258, 252, 0.5),
            Activity("解決", 2, 2, 0.9),
        ),
        edges=(
            Edge("Resolve", "Close", 1450, 1450, timing(1450, DAY)),
            Edge("Register", "Resolve", 1200, 1200, timing(1200, 5 * HOUR)),
            Edge("Register", "Awaiting User Info", 252, 252, timing(252, 30 * 60.0)),
            Edge("Awaiting User Info", "Resolve", 252, 252, timing(252, 3 * DAY)),
            Edge("Awaiting User Info", "Awaiting User Info", 6, 2, timing(6, 0.0)),
        ),
        starts={"Register": 1452},
        ends={"Close": 1452},
    ),
    variants=VARIANTS,
    duration=timing(1452, 2.1 * DAY),
    first=datetime(2026, 1, 5, 8, 0, tzinfo=UTC),
    last=datetime(2026, 3, 30, 17, 12, 9, 250_000, tzinfo=UTC),
    tied_events=46,
    overlaps=3,
)
INTAKE = Intake(
    rows_read=4619,
    rejects=(
        RejectGroup(
            "closed_at",
            "is not a time",
            3,
            (Reject(Place("export.csv", 1205), "closed_at", "31/02/2026 09:14"),),
        ),
    ),
    notes=(Note("zone-assumed", "times without a zone were taken as UTC; --tz names another"),),
)
ATTRIBUTES = (
    Attribute("priority", "event", "text", 4, 0.0, ("3 - Medium", "2 - High", "4 - Low")),
    Attribute("cost", "case", "number", 981, 0.25, ("0", "12.5", "99")),
)
QUALITY = Quality(
    findings=(
        Finding(
            "duplicate-events",
            "warning",
            "2 events in 1 case (<0.1 % of the events) are copies of others",
            "each copy counts as an event",
            "remove them from the export",
            events=2,
            cases=1,
            share=2 / 4616,
            examples=(
                Example((17, 18), "T_7", datetime(2026, 1, 6, 9, 0, tzinfo=UTC), "Register"),
                Example((19,), "T_7", None, "解決"),
            ),
        ),
    ),
    not_evaluated=(
        NotEvaluated("missing-creation", "fewer than 10 cases"),
        NotEvaluated("running-at-begin", "fewer than 10 cases"),
        NotEvaluated("renames", "fewer than 100 events"),
    ),
)
THROUGHPUT = Throughput(
    histogram=Histogram(60.0, 20 * DAY, (1, 2, 3, 5, 9, 20, 60, 90, 200, 350, 400, 250, 50, 8, 4)),
    weeks=Weeks(date(2026, 1, 5), (120, 130, 110, 0, 125), (20, 118, 131, 90, 140)),
    repeats=2,
    by="priority",
    groups=(
        CaseGroup("3 - Medium", 1000, 3100, timing(1000, 2 * DAY)),
        CaseGroup("1 - Critical", 400, 1300, timing(400, HOUR)),
        CaseGroup(None, 52, 216, None),
    ),
)
TREE = ProcessTree(
    Operator.SEQUENCE,
    children=(
        ProcessTree(label="Register"),
        ProcessTree(
            Operator.CHOICE, children=(ProcessTree(), ProcessTree(label="Awaiting User Info"))
        ),
        ProcessTree(label="Close"),
    ),
)
DOCUMENTS = {
    "variants": paths.document(VARIANTS, top=2),
    "inspect": overview.document(
        SUMMARY,
        ATTRIBUTES,
        dataquality.whole(QUALITY, SUMMARY, INTAKE),
        source="export",
        account="4,619 rows read, 3 left out",
    ),
    "stats": statistics.document(SUMMARY, THROUGHPUT, source="export"),
    "discover": discovery.document(
        SUMMARY,
        source="export",
        model=discovery.tree(TREE),
        coverage=Coverage(5, 5, 5, 7, 3000, 3160),
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("width", [80, 120])
def test_a_report_on_a_terminal_looks_as_it_was_reviewed(name, width, golden):
    text = terminal.render(DOCUMENTS[name], width=width, colour=False)

    golden(f"{name}-{width}.txt", text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_report_in_a_pipe_looks_as_it_was_reviewed(name, golden):
    golden(f"{name}-pipe.txt", plain.render(DOCUMENTS[name]))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_report_as_markdown_looks_as_it_was_reviewed(name, golden):
    golden(f"{name}.md", markdown.render(DOCUMENTS[name]))


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_figure_is_cut_at_any_width(name, width):
    text = terminal.render(DOCUMENTS[name], width=width, colour=False)

    assert "…" not in text.replace("1 min … 20 d", "")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_report_without_drawing_is_ascii_but_for_names_and_dashes(name):
    text = terminal.render(DOCUMENTS[name], width=120, colour=False, drawing=False)

    strange = {char for char in text if not char.isascii()} - set("解決–…→×τ")
    assert strange == set()


def test_colours_are_there_when_asked_for_and_not_otherwise():
    coloured = terminal.render(DOCUMENTS["variants"], width=120, colour=True)
    plain_text = terminal.render(DOCUMENTS["variants"], width=120, colour=False)

    assert "\x1b[" in coloured
    assert "\x1b" not in plain_text
