"""Bottlenecks of the sample log as they were reviewed: two widths, a pipe, and Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from casemine.analyse.bottlenecks import find_bottlenecks
from casemine.log.calendars import read_calendar
from casemine.read import read_log
from casemine.read.flows import shipped_flow
from casemine.read.options import ReadOptions
from casemine.report import bottlenecks, markdown, plain, terminal

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "incidents.csv"
DESK = {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Vienna"}


@pytest.fixture(scope="module")
def document():
    log = read_log(str(SAMPLE), ReadOptions(cache=False))
    calendar = read_calendar(DESK, "desk")
    found = find_bottlenecks(log, calendar=calendar, flow=shipped_flow("yasm"))
    return bottlenecks.document(found, source="incidents")


@pytest.mark.parametrize("width", [80, 120])
def test_bottlenecks_on_a_terminal_look_as_they_were_reviewed(width, document, golden):
    golden(f"bottlenecks-{width}.txt", terminal.render(document, width=width, colour=False))


def test_bottlenecks_in_a_pipe_look_as_they_were_reviewed(document, golden):
    golden("bottlenecks-pipe.txt", plain.render(document))


def test_bottlenecks_as_markdown_look_as_they_were_reviewed(document, golden):
    golden("bottlenecks.md", markdown.render(document))


@pytest.mark.parametrize("width", [60, 100, 200])
def test_no_figure_of_bottlenecks_is_cut_at_any_width(width, document):
    assert "…" not in terminal.render(document, width=width, colour=False)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_name_of_bottlenecks_is_squeezed_out(width, document):
    text = terminal.render(document, width=width, colour=False)
    titles = [column.title for block in document.blocks[1:] for column in _names(block)]

    assert titles
    for title in titles:
        assert title.split()[0] in text
    assert "Service Desk" in text
    assert text.count("\nMon ") == 3


def _names(block):
    columns = getattr(block, "columns", ())
    return [column for column in columns if column.title and not column.figure]
