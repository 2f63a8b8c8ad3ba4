"""Cases without a begin, events after the end, and cases that the period cuts off."""

from __future__ import annotations

import pytest

from casemine.log.quality.sight import Sight
from event_lists import log_of
from quality_logs import (
    BEGIN,
    DAY,
    HOUR,
    crm_desk,
    desk,
    findings,
    not_evaluated,
    numbered,
    of_case,
    without,
)

CRM_LIFE = {"missing-creation", "running-at-begin", "events-after-end", "open-at-end"}


@pytest.mark.parametrize("events", [desk(), crm_desk()], ids=["plain", "crm"])
def test_a_clean_log_has_no_findings_about_begin_and_end(events):
    assert findings(events) == {}
    assert CRM_LIFE.isdisjoint(not_evaluated(events))


def test_cases_that_do_not_begin_like_the_others_are_counted_with_their_rows():
    events = desk()
    begun = [of_case(events, case)[0] for case in ("T0030", "T0040", "T0050")]
    events = without(events, *begun)

    finding = findings(events)["missing-creation"]

    assert (finding.level, finding.events, finding.cases, finding.share) == ("warning", 3, 3, 0.05)
    assert finding.text == "3 cases (5.0 %) do not begin with 'New'; first instead: 'Open' 3"
    assert [example.case for example in finding.examples] == ["T0030", "T0040", "T0050"]
    assert finding.examples[0].rows == (of_case(events, "T0030")[0]["row"],)


def test_a_second_way_in_is_no_missing_creation():
    events = desk()
    for number in range(10, 60, 10):
        of_case(events, f"T{number:04}")[0]["activity"] = "Imported"

    assert "missing-creation" not in findings(events)


def test_where_no_activity_opens_most_cases_nothing_is_said():
    events = desk()
    for number in range(0, 60, 3):
        case = of_case(events, f"T{number:04}")
        case[0]["activity"], case[1]["activity"] = "Open", "New"

    assert "missing-creation" not in findings(events)
    assert not_evaluated(events)["missing-creation"] == (
        "no activity opens 80% of the cases; 'New', the most common, does with 66.7 %"
    )


def test_few_cases_show_no_custom():
    events = desk(9)

    assert not_evaluated(events).keys() >= CRM_LIFE
    assert findings(events) == {}


def test_kind_says_what_a_creation_is_even_in_a_log_of_one_case():
    events = crm_desk(1)[1:]

    finding = findings(events)["missing-creation"]

    assert finding.text == (
        "1 case (100.0 %) has no creation: the source tells changes alone; first instead: "
        "'Status: Open' 1"
    )
    assert not_evaluated(events)["running-at-begin"] == "no case has a creation"


def test_a_column_that_happens_to_be_called_kind_says_nothing():
    events = [event | {"kind": "incident", "new": "Closed"} for event in desk()]

    assert findings(events) == {}


def test_a_creation_that_is_not_first_is_a_creation():
    events = crm_desk()
    of_case(events, "T0030")[0]["time"] += 12 * HOUR
    events = numbered(events)

    assert "missing-creation" not in findings(events)


def test_cases_without_begin_near_the_begin_of_the_log_were_running():
    events = desk()
    events = without(events, *(of_case(events, case)[0] for case in ("T0000", "T0030")))

    found = findings(events)

    assert found["missing-creation"].cases == 2
    assert (found["running-at-begin"].level, found["running-at-begin"].cases) == ("note", 1)
    assert found["running-at-begin"].examples[0].case == "T0000"


def test_cases_without_end_near_the_end_of_the_log_are_open():
    events = desk()
    ends = [of_case(events, case)[-1] for case in ("T0020", "T0058", "T0059")]
    events = without(events, ends[0], ends[2])

    finding = findings(events)["open-at-end"]

    assert (finding.level, finding.cases, finding.share) == ("note", 1, 1 / 60)
    assert finding.examples[0].case == "T0059"
    assert "without 'Closed'" in finding.text


def test_many_open_cases_are_a_warning():
    events = crm_desk(20)
    last = max(event["time"] for event in events)
    for number in range(20, 26):
        events += [
            {"case": f"T{number:04}", "activity": "Created", "kind": "create", "new": "New"}
            | {"time": last - number * 60_000_000}
        ]

    finding = findings(numbered(events))["open-at-end"]

    assert (finding.level, finding.cases) == ("warning", 6)


def test_events_after_the_activity_that_ends_cases_are_counted():
    events = desk()
    for case, activity in (("T0010", "Open"), ("T0020", "Note"), ("T0020", "Note")):
        last = of_case(events, case)[-1]
        events.append({"case": case, "activity": activity, "time": last["time"] + DAY})
    events[-1]["time"] += HOUR
    events = numbered(events)

    finding = findings(events)["events-after-end"]

    assert (finding.level, finding.events, finding.cases) == ("warning", 3, 2)
    assert finding.text == (
        "3 events in 2 cases (3.3 % of the cases) come later than 'Closed', which ends the "
        "others: 'Note' 2, 'Open' 1"
    )
    assert {example.case for example in finding.examples} == {"T0010", "T0020"}


def test_an_activity_that_usually_goes_on_is_no_end():
    events = desk(trace="New Work Work")

    assert "events-after-end" not in findings(events)
    assert not_evaluated(events)["events-after-end"] == (
        "100.0 % of the cases with 'Work' go on after it"
    )


def test_a_reopened_case_is_not_over():
    events = desk()
    last = of_case(events, "T0010")[-1]["time"]
    for hours, activity in ((1, "Reopened"), (2, "Open"), (3, "Closed")):
        events.append({"case": "T0010", "activity": activity, "time": last + hours * HOUR})

    assert findings(numbered(events)) == {}


def crm_event(case: str, time: int, kind: str, new: str | None, activity: str) -> dict:
    return {"case": case, "time": time, "kind": kind, "new": new, "activity": activity}


def test_a_closing_status_ends_a_case_until_another_status_opens_it():
    events = crm_desk()
    for case in ("T0010", "T0020"):
        closed = of_case(events, case)[-1]["time"]
        if case == "T0020":
            events.append(crm_event(case, closed + 1, "comment", "again!", "Customer reply"))
            events.append(crm_event(case, closed + HOUR, "status", "Open", "Reopened"))
        events.append(crm_event(case, closed + 2 * HOUR, "comment", "thanks", "Customer reply"))
        if case == "T0020":
            events.append(crm_event(case, closed + 3 * HOUR, "status", "Closed", "Status: Closed"))

    finding = findings(numbered(events))["events-after-end"]

    assert (finding.events, finding.cases) == (1, 1)
    assert finding.examples[0].what == "Customer reply"
    assert "status 'Closed'" in finding.text


def test_what_happens_in_the_second_of_the_closing_and_to_clocks_is_not_late():
    events = crm_desk()
    closed = of_case(events, "T0010")[-1]["time"]
    events.append(crm_event("T0010", closed, "field", "x", "Resolution changed"))
    events.append(crm_event("T0010", closed + HOUR, "sla", "met", "SLA met"))
    events.append(crm_event("T0010", closed + 29 * DAY, "merge", "T0011", "Merged"))
    events.append(crm_event("T0010", closed + 30 * DAY, "delete", None, "Deleted"))

    assert "events-after-end" not in findings(numbered(events))


@pytest.mark.parametrize(
    "status", ["Closed", "closed", "Done", "Cancelled", "Closed Complete", "Closed_Duplicate"]
)
def test_closing_statuses_are_known_by_their_names(status):
    events = crm_desk(3)
    for event in events:
        event["new"] = status if event["new"] == "Closed" else event["new"]
    closed = of_case(events, "T0001")[-1]["time"]
    events.append(crm_event("T0001", closed + HOUR, "comment", "hello", "Comment"))

    assert findings(numbered(events))["events-after-end"].events == 1


@pytest.mark.parametrize("status", ["Close pending", "Closed pending approval", "Donetsk desk"])
def test_statuses_on_the_way_to_the_end_are_none(status):
    events = crm_desk(3)
    for event in events:
        event["new"] = status if event["new"] == "Open" else event["new"]

    assert "events-after-end" not in findings(numbered(events))


def test_resolved_is_the_end_only_where_nothing_is_closed():
    events = crm_desk(3)
    for event in events:
        event["new"] = "Resolved" if event["new"] == "Open" else event["new"]
    resolved = of_case(events, "T0001")[1]["time"]
    events.append(crm_event("T0001", resolved + 60_000_000, "comment", "thanks", "Comment"))
    closed = [event for event in events if event["new"] == "Closed"]

    both = findings(numbered(list(events)))
    alone = findings(without(events, *closed))

    assert "events-after-end" not in both
    assert alone["events-after-end"].events == 1


def test_a_log_without_times_is_judged_by_rows():
    events = desk()
    last = of_case(events, "T0010")[-1]
    events.append({"case": "T0010", "activity": "Note", "time": last["time"] + BEGIN})
    events = [
        {name: event[name] for name in ("case", "activity", "row")} for event in numbered(events)
    ]

    found, missing = findings(events), not_evaluated(events)

    assert found.keys() == {"events-after-end"}
    assert missing["open-at-end"] == missing["ties"] == "the log has no times"


def test_an_activity_that_is_common_inside_cases_is_no_way_in():
    events = desk()
    begun = [of_case(events, f"T{number:04}")[0] for number in range(20, 28)]
    events = without(events, *begun)

    assert findings(events)["missing-creation"].cases == 8


def test_open_cases_at_the_end_do_not_hide_what_ends_cases():
    events = desk()
    last = max(event["time"] for event in events)
    for number in range(100, 120):
        events.append(
            {"case": f"T{number:04}", "activity": "New", "time": last - number * 1_000_000}
        )

    finding = findings(numbered(events))["open-at-end"]

    assert (finding.level, finding.cases) == ("warning", 20)


def test_many_running_cases_are_a_warning():
    events = crm_desk(20)
    begun = [of_case(events, f"T{number:04}")[0] for number in range(4)]
    for event in events:
        event["time"] = (
            min(event["time"], BEGIN + DAY) if event["case"] < "T0004" else event["time"]
        )
    events = without(events, *begun)
    for case in ("T0001", "T0002", "T0003"):
        of_case(events, case)[0]["time"] = of_case(events, "T0000")[0]["time"]

    finding = findings(numbered(events))["running-at-begin"]

    assert (finding.level, finding.cases) == ("warning", 4)


def test_near_means_the_time_in_which_19_of_20_events_follow_the_one_before():
    events = [
        {"case": f"T{row}", "activity": name, "time": row * DAY + offset, "row": 2 * row + second}
        for row in range(101)
        for second, (name, offset) in enumerate((("New", 0), ("Closed", (row + 1) * HOUR)))
    ]

    sight = Sight(log_of(events))

    assert sight.usual_gap == 96 * HOUR


def test_near_is_a_quarter_of_the_period_at_most():
    events = [
        {"case": case, "activity": "New", "time": time, "row": time + 1}
        for case, time in (("A", 0), ("A", 1000))
    ]

    assert Sight(log_of(events)).usual_gap == 250
