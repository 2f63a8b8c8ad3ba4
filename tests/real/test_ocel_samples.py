"""Object-centric samples: against the story that they tell, and against pm4py's flattening."""

from __future__ import annotations

import csv
import zipfile

import pytest

from casemine.read import read_log
from casemine.write import write_log
from same_log import assert_same

pytestmark = pytest.mark.real

SAMPLES = "crm-samples/process_mining/synthetic"
EXAMPLES = "ocel_small_examples.zip"
# The sample has one object for all that no person does.
RULES, SYSTEM = {"Automation", "Assignment rule"}, ("System", "system")
ACTIVITY = {
    "create": lambda row: "Create ticket",
    "assign": lambda row: "Assign",
    "group": lambda row: "Transfer group",
    "priority": lambda row: "Change priority",
    "merge": lambda row: "Merge",
    "status": lambda row: f"Status: {row['new']}",
    "comment": lambda row: {
        ("agent", "true"): "Agent reply",
        ("customer", "true"): "Customer reply",
    }.get((row["actor_type"], row["public"]), "Internal note"),
}


@pytest.fixture
def truth(real_data):
    with real_data("crm-samples/_truth/expected_events.csv").open(encoding="utf-8") as lines:
        return [
            (
                f"ticket-{row['case']}",
                ACTIVITY[row["kind"]](row),
                row["time_utc"],
                *((row["actor"], row["actor_type"]) if row["actor"] not in RULES else SYSTEM),
                *((row["old"] or None, row["new"]) if row["field"] == "status" else (None, None)),
            )
            for row in csv.DictReader(lines)
        ]


def told(log) -> list[tuple]:
    names = ("case", "activity", "time", "resource", "actor_type", "old", "new")
    rows = zip(*(log.events.column(name).to_pylist() for name in names), strict=True)
    return [(c, a, t.strftime("%Y-%m-%dT%H:%M:%SZ"), *rest) for c, a, t, *rest in rows]


@pytest.mark.parametrize("form", ["json", "sqlite"])
def test_a_sample_tells_the_story(form, real_data, truth):
    log = read_log(real_data(f"{SAMPLES}/support.ocel2.{form}"))

    assert sorted(told(log), key=str) == sorted(truth, key=str)
    by_case = [[each for each in found if each[0] == "ticket-1001"] for found in (told(log), truth)]
    assert by_case[0] == by_case[1]


def test_both_forms_give_one_log_and_come_back_from_ocel(real_data, tmp_path):
    one, other = (read_log(real_data(f"{SAMPLES}/support.ocel2.{f}")) for f in ("json", "sqlite"))
    write_log(one, tmp_path / "log.ocel.json")

    assert_same(other, one)
    assert_same(read_log(tmp_path / "log.ocel.json"), one)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("ocel20_example.jsonocel", "read_ocel2_json"),
        ("ocel20_example.sqlite", "read_ocel2_sqlite"),
        ("example_log.jsonocel", "read_ocel_json"),
    ],
)
def test_flattening_by_each_type_agrees_with_pm4py(name, reader, real_data, tmp_path):
    import pm4py

    with zipfile.ZipFile(real_data(EXAMPLES)) as archive:
        path = archive.extract(name, tmp_path)
    theirs = getattr(pm4py, reader)(path)

    for kind in sorted(set(theirs.relations["ocel:type"])):
        flat = pm4py.ocel_flattening(theirs, kind)
        ours = read_log(path, object_type=kind)

        expected = zip(
            flat["case:concept:name"], flat["concept:name"], flat["time:timestamp"], strict=True
        )
        assert sorted((c, a, t.replace(tzinfo=None)) for c, a, t in expected) == sorted(
            (row["case"], row["activity"], row["time"].replace(tzinfo=None))
            for row in ours.events.to_pylist()
        )


def test_an_example_in_three_forms_is_one_log_but_for_its_zones(real_data, tmp_path):
    with zipfile.ZipFile(real_data(EXAMPLES)) as archive:
        paths = [
            archive.extract(f"ocel20_example.{ending}", tmp_path)
            for ending in ("jsonocel", "xmlocel", "sqlite")
        ]

    logs = [read_log(path, object_type="Purchase Order") for path in paths]

    facts = [
        [
            {name: value for name, value in row.items() if name not in {"time", "row"}}
            for row in sorted(log.events.to_pylist(), key=lambda row: row["row"])
        ]
        for log in logs
    ]
    assert facts[0] == facts[1] == facts[2]
    assert logs[0].case_table.to_pylist() == logs[1].case_table.to_pylist()
