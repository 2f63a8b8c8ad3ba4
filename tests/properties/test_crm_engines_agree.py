"""One story told as a change table, as grouped changes and as snapshots gives one log."""

import csv
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.read.crm.language.parsing import parse_preset
from casemine.read.crm.reading import read_export
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

PRESET = parse_preset(
    """
system = "house"
title = "In-house desk"

[words]
closed = ["Solved"]

[fields]
status = "status"
owner = "assignee"
team = "group"

[actors]
default = "agent"

[[file]]
name = "changes"
title = "changes"
form = "changes"
needs = ["field"]
zone = "UTC"
first = "created"
columns = { case = "ticket", time = "at", actor = "by", field = "field", old = "old", new = "new" }

[[file]]
name = "grouped"
title = "updates"
form = "grouped"
needs = ["updates"]
records = [""]
zone = "UTC"
first = "created"
newest_first = true
each = { update = "updates", change = "update.changes.*" }

[file.columns]
case = "ticket"
time = "update.at"
id = "update.id"
actor = "update.by"
field = "change.key"
new = "change.value"

[[file]]
name = "snapshots"
title = "history"
form = "snapshots"
needs = ["version"]
zone = "UTC"
first = "created"
columns = { case = "ticket", time = "at", actor = "by", id = "version" }
track = { status = "status", owner = "assignee", team = "group" }
""",
    "house.toml",
)

FIELDS = ("status", "owner", "team")
VALUES = {
    "status": ("New", "Open", "Waiting", "Solved"),
    "owner": ("Mara", "Chen Wei", "Jürgen"),
    "team": ("Billing", "Tier 2"),
}
START = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def stories(draw):
    """Cases as lists of (minutes after start, actor, {field: new value}); the first sets all."""
    cases = []
    for _ in range(draw(st.integers(1, 4))):
        state = {field: draw(st.sampled_from(VALUES[field])) for field in FIELDS}
        at = draw(st.integers(0, 10_000))
        updates = [(at, draw(st.sampled_from(["Mara", "System"])), dict(state))]
        for _ in range(draw(st.integers(0, 6))):
            at += draw(st.integers(0, 90))
            changes = {}
            for field in draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique=True)):
                other = [value for value in VALUES[field] if value != state[field]]
                changes[field] = state[field] = draw(st.sampled_from(other))
            changes = {field: changes[field] for field in FIELDS if field in changes}
            updates.append((at, draw(st.sampled_from(["Mara", "Chen Wei"])), changes))
        cases.append(updates)
    return cases


def stamp(minutes):
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")


def as_changes(story, path, *, with_old):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["ticket", "at", "by", "field", "old", "new"])
        for number, updates in enumerate(story, 1):
            before = {}
            for at, actor, changes in updates:
                for field, value in changes.items():
                    old = before.get(field, "") if with_old else ""
                    writer.writerow([number, stamp(at), actor, field, old, value])
                    before[field] = value


def as_grouped(story, path):
    records = [
        {
            "ticket": str(number),
            "updates": [
                {"id": f"{number}-{place}", "at": stamp(at), "by": actor, "changes": changes}
                for place, (at, actor, changes) in reversed(list(enumerate(updates)))
            ],
        }
        for number, updates in enumerate(story, 1)
    ]
    path.write_text(json.dumps(records), encoding="utf-8")


def as_snapshots(story, path):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["ticket", "at", "by", "version", *FIELDS])
        for number, updates in enumerate(story, 1):
            state = {}
            for version, (at, actor, changes) in enumerate(updates):
                state.update(changes)
                values = [state[field] for field in FIELDS]
                writer.writerow([number, stamp(at), actor, version, *values])


def told(path, name):
    log = read_export([(members_of(path)[0], PRESET.file(name))], PRESET, ReadOptions())
    account = log.intake
    assert (
        account.rows_read + account.rows_added
        == len(log) + account.rows_joined + account.rows_passed + account.rows_quarantined
    )
    columns = [
        log.events.column(column).to_pylist()
        for column in ("case", "time", "activity", "kind", "old", "new", "resource")
    ]
    return list(zip(*columns, strict=True))


@settings(max_examples=60, deadline=None)
@given(stories())
def test_a_story_is_the_same_in_every_form(tmp_path_factory, story):
    folder = Path(tmp_path_factory.mktemp("story"))
    as_changes(story, folder / "with.csv", with_old=True)
    as_changes(story, folder / "without.csv", with_old=False)
    as_grouped(story, folder / "grouped.json")
    as_snapshots(story, folder / "snapshots.csv")

    with_old = told(folder / "with.csv", "changes")

    assert told(folder / "without.csv", "changes") == with_old
    assert told(folder / "grouped.json", "grouped") == with_old
    assert told(folder / "snapshots.csv", "snapshots") == with_old


@settings(max_examples=30, deadline=None)
@given(stories())
def test_every_case_is_created_once_and_first_and_old_values_follow_on(tmp_path_factory, story):
    folder = Path(tmp_path_factory.mktemp("story"))
    as_changes(story, folder / "changes.csv", with_old=False)

    events = told(folder / "changes.csv", "changes")

    for case in {event[0] for event in events}:
        mine = [event for event in events if event[0] == case]
        assert [event[3] for event in mine].count("create") == 1
        statuses = [event for event in mine if event[3] in {"create", "status"}]
        assert statuses[0][3] == "create"
        for before, after in pairwise(statuses):
            assert after[4] == before[5]
