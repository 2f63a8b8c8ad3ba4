"""A log in parts: what adds up is summed, the rest is said to be not evaluated."""

from __future__ import annotations

from casemine.log.buckets import BucketedLog
from casemine.log.quality import CODES, assess, assess_parts
from casemine.model.intake import Intake
from event_lists import log_of, table_of
from quality_logs import crm_desk, desk, numbered, of_case


def planted() -> list[dict]:
    """A change history with copies, a repeated event, missing creations and a conflict."""
    events = crm_desk()
    for case in ("T0003", "T0030"):
        events.remove(of_case(events, case)[0])
    for row in (20, 40, 60):
        events.append(dict(events[row]))
    events.append(events[80] | {"new": "other"})
    events = numbered(events)
    for event in events:
        event["seq"] = event["row"]
    one, other = of_case(events, "T0045")[:2]
    one["seq"], other["seq"] = other["seq"], one["seq"]
    return events


def parts_of(events: list[dict], tmp_path):
    return BucketedLog.of(
        table_of(events).to_batches(),
        source="log",
        memory_limit=1,
        intake=Intake(),
        folder=tmp_path,
    )


def test_what_adds_up_is_the_same_as_in_memory(tmp_path):
    events = planted()
    whole = {one.code: one for one in assess(log_of(events)).findings}

    with parts_of(events, tmp_path) as log:
        found = {one.code: one for one in assess_parts(log.logs()).findings}

    assert found.keys() == {
        "missing-creation",
        "duplicate-events",
        "repeated-events",
        "order-conflicts",
    }
    for code, finding in found.items():
        assert finding == whole[code]


def test_the_rest_is_not_evaluated(tmp_path):
    with parts_of(planted(), tmp_path) as log:
        quality = assess_parts(log.logs())

    judged = {finding.code for finding in quality.findings}
    assert {one.code for one in quality.not_evaluated} == set(CODES) - judged
    assert {one.reason for one in quality.not_evaluated} == {
        "the log is read in parts, because of --memory-limit"
    }


def test_a_plain_log_in_parts_is_searched_for_copies_alone(tmp_path):
    events = desk()
    events.append(dict(events[20]))

    with parts_of(numbered(events), tmp_path) as log:
        quality = assess_parts(log.logs())

    assert [(one.code, one.events) for one in quality.findings] == [("duplicate-events", 1)]
    assert "repeated-events" not in {one.code for one in quality.not_evaluated}
    assert "missing-creation" in {one.code for one in quality.not_evaluated}


def test_no_parts_no_findings():
    assert assess_parts([]).findings == ()


def test_an_empty_log_has_nothing_doubtful():
    quality = assess(log_of([]))

    assert (quality.findings, quality.not_evaluated) == ((), ())
