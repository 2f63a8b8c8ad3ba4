"""Names that gave way to others, and what looks like it but is not."""

from __future__ import annotations

from random import Random

import pytest

from casemine.log.quality.renames import _likeness
from quality_logs import DAY, desk, findings, not_evaluated, numbered, of_case


def long_desk() -> list[dict]:
    events = desk(160, trace="New Open Wait Open Closed")
    random = Random(3)
    for event in events:
        event["resource"] = f"{random.choice('abcd')}.s"
        event["group"] = "Desk" if event["activity"] != "Wait" else "Field"
    return events


def middle(events: list[dict]) -> int:
    return events[len(events) // 2]["time"]


def renamed(events: list[dict], column: str, old: str, new: str, cut: int) -> None:
    for event in events:
        if event["time"] >= cut and event[column] == old:
            event[column] = new


def test_a_clean_log_has_no_renames():
    events = long_desk()

    assert findings(events) == {}
    assert "renames" not in not_evaluated(events)


@pytest.mark.parametrize("name", ["New", "Open", "Wait", "Closed"])
def test_an_activity_that_is_renamed_one_day_is_found(name):
    events = long_desk()
    cut = middle(events)
    renamed(events, "activity", name, "Something else", cut)

    finding = findings(events)["renames"]

    both = [event for event in events if event["activity"] in {name, "Something else"}]
    new = next(event for event in events if event["activity"] == "Something else")
    assert (finding.level, finding.events, finding.cases) == ("warning", len(both), 160)
    assert finding.text.startswith(
        "1 name gave way to another within days, as often and in the same places: activity "
        f"'{name}' to 'Something else' on 2026-03-"
    )
    assert [example.what for example in finding.examples] == [
        f"last of '{name}'",
        "first of 'Something else'",
    ]
    assert finding.examples[1].rows == (new["row"],)


def test_a_whole_workflow_may_be_renamed_at_once():
    events = long_desk()
    cut = middle(events)
    for name in ("New", "Open", "Wait", "Closed"):
        renamed(events, "activity", name, f"{name}_2", cut)

    finding = findings(events)["renames"]

    assert finding.text.startswith("4 names gave way")
    assert "activity 'Open' to 'Open_2' on" in finding.text


@pytest.mark.parametrize("column", ["group", "resource"])
def test_groups_and_resources_may_be_renamed_too(column):
    events = long_desk()
    cut = middle(events)
    for name in {event[column] for event in events}:
        renamed(events, column, name, name.upper(), cut)

    finding = findings(events)["renames"]

    assert f"{column} " in finding.text
    names = [event[column] for event in events]
    assert finding.text.startswith(f"{len({name.lower() for name in names})} names gave way")


def test_one_group_with_the_same_people_is_renamed():
    events = long_desk()
    renamed(events, "group", "Field", "Field service", middle(events))

    assert "group 'Field' to 'Field service'" in findings(events)["renames"].text


def test_a_group_with_other_people_is_another_group():
    events = long_desk()
    cut = middle(events)
    renamed(events, "group", "Field", "Field service", cut)
    for event in events:
        if event["group"] == "Field service":
            event["resource"] = "someone new"

    assert "renames" not in findings(events)


def test_one_person_who_follows_another_is_no_rename():
    events = long_desk()
    renamed(events, "resource", "a.s", "x.y", middle(events))

    assert "renames" not in findings(events)


def test_values_are_looked_at_where_activities_tell_nothing():
    events = long_desk()
    for event in events:
        event["new"] = "2 - High" if event["activity"] == "Wait" else None
    renamed(events, "new", "2 - High", "P2", middle(events))

    assert "value '2 - High' to 'P2'" in findings(events)["renames"].text


def test_a_step_that_is_dropped_while_another_is_added_elsewhere_is_no_rename():
    events = long_desk()
    cut = middle(events)
    for number in range(160):
        case = of_case(events, f"T{number:04}")
        if case[0]["time"] >= cut:
            case[2]["activity"] = "Open"
            case[4]["activity"] = "Survey"
        if case[2]["time"] < cut <= case[-1]["time"]:
            case[4]["activity"] = "Closed"

    found = findings(events)

    assert "renames" not in found or "'Wait' to 'Survey'" not in found["renames"].text


def test_a_long_time_between_the_two_is_no_rename():
    events = long_desk()
    cut = middle(events)
    for event in events:
        if event["activity"] == "Wait" and event["time"] >= cut:
            event["activity"] = "Pause" if event["time"] >= cut + 8 * DAY else "Open"

    assert "renames" not in findings(events)


def test_a_name_that_comes_in_bursts_has_not_stopped():
    events = long_desk()
    for event in events:
        if event["activity"] == "Wait":
            event["activity"] = "Odd" if event["time"] // (9 * DAY) % 2 else "Even"

    assert "renames" not in findings(numbered(events))


def test_too_few_events_show_nothing():
    events = desk(30)

    assert not_evaluated(events)["renames"] == (
        "fewer than 100 events do not show that a name stopped"
    )


def test_names_that_are_written_alike_belong_together():
    assert _likeness("c.dietz", "C. Dietz") > _likeness("c.dietz", "V. Csaki")


def weeks_of(events: list[dict], length: int) -> list[int]:
    begin = events[0]["time"]
    return [(event["time"] - begin) // (length * DAY) for event in events]


def test_names_that_paused_before_may_come_back():
    events = long_desk()
    for event, week in zip(events, weeks_of(events, 5), strict=True):
        if event["activity"] == "Wait":
            event["activity"] = {0: "Old", 3: "Old", 4: "New name", 7: "New name"}.get(week, "Open")

    assert "renames" not in findings(events)


def test_more_than_a_week_between_the_two_is_no_rename_in_a_long_log():
    events = desk(400, trace="New Open Wait Open Closed")
    cut = middle(events)
    for event in events:
        if event["activity"] == "Wait" and event["time"] >= cut:
            event["activity"] = "Pause" if event["time"] >= cut + 8 * DAY else "Open"

    assert "renames" not in findings(events)


def test_a_name_that_is_three_times_as_common_is_another():
    events = long_desk()
    cut = middle(events)
    for event in events:
        if event["activity"] == "Wait":
            seldom = int(event["case"][1:]) % 3 == 0
            event["activity"] = "Pause" if event["time"] >= cut else "Wait" if seldom else "Open"

    assert "renames" not in findings(events)
