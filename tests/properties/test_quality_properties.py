"""What holds for the findings of every log."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.generate import GenerateOptions, generate
from casemine.log import EventLog
from casemine.log.quality import CODES, assess
from event_lists import event_lists, log_of
from quality_logs import findings


@settings(max_examples=150, deadline=None)
@given(event_lists())
def test_every_log_is_judged_and_its_figures_fit_it(events):
    log = log_of(events)

    quality = assess(log)

    codes = [one.code for one in (*quality.findings, *quality.not_evaluated)]
    assert set(codes) <= set(CODES)
    assert len(set(codes)) == len(codes)
    rows = {event["row"]: event for event in events}
    for finding in quality.findings:
        assert finding.text
        assert finding.effect
        assert 0 <= finding.cases <= len({event["case"] for event in events})
        assert 0 < finding.share <= 1
        for example in finding.examples:
            assert all(rows[row]["case"] == example.case for row in example.rows)
    levels = [finding.level for finding in quality.findings]
    assert levels == sorted(levels, key=lambda level: level != "warning")


@settings(max_examples=60, deadline=None)
@given(event_lists(), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_come_does_not_matter(events, random):
    shuffled = list(events)
    random.shuffle(shuffled)

    assert assess(log_of(shuffled)) == assess(log_of(events))


@settings(max_examples=100, deadline=None)
@given(event_lists(timed=True), st.lists(st.integers(0, 39), max_size=6))
def test_copies_and_repetitions_are_those_of_plain_python(events, again):
    events = [event | {"agent": "x" if event["row"] % 2 else None} for event in events]
    for at in again:
        if at < len(events):
            events.append(events[at] | {"row": len(events) + 1})

    found = findings(events)

    shown = Counter(tuple(str(e[k]) for k in sorted(e) if k != "row") for e in events)
    alike = Counter((e["case"], e["activity"], e["time"]) for e in events)
    copies = sum(shown.values()) - len(shown)
    surplus = sum(alike.values()) - len(alike)
    sums = [
        found[code].events if code in found else 0
        for code in ("duplicate-events", "repeated-events")
    ]
    assert sums == [copies, surplus - copies]


@pytest.fixture(scope="module")
def made() -> EventLog:
    return generate(GenerateOptions(cases=700, seed=5, rates={})).log


def with_activities(log: EventLog, names: list[str]) -> EventLog:
    columns = {name: log.events.column(name) for name in log.events.column_names}
    return EventLog.ordered(pa.table(columns | {"activity": pa.array(names)}))


def test_a_log_without_planted_deviations_has_notes_alone(made):
    quality = assess(made)

    assert quality.warnings == ()
    assert {finding.code for finding in quality.findings} == {"open-at-end", "ties"}


@settings(max_examples=25, deadline=None)
@given(st.data(), st.floats(0.3, 0.7))
def test_a_renamed_activity_is_found_in_a_generated_log(made, data, part):
    names = made.events.column("activity").to_pylist()
    times = np.array(made.events.column("time").cast(pa.int64()).to_pylist())
    cut = np.quantile(times, part)
    often = [name for name, count in Counter(names).items() if count >= 200]
    old = data.draw(st.sampled_from(sorted(often)))
    renamed = [
        "Renamed" if name == old and time >= cut else name
        for name, time in zip(names, times.tolist(), strict=True)
    ]

    found = findings(with_activities(made, renamed))

    assert f"activity '{old}' to 'Renamed' on" in found["renames"].text
    assert found["renames"].text.startswith("1 name gave way")
    assert found["renames"].events == names.count(old)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_shuffled_activities_are_no_renames(made, seed):
    names = made.events.column("activity").to_pylist()
    Random(seed).shuffle(names)

    assert "renames" not in findings(with_activities(made, names))
