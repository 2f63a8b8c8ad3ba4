"""Exports have the forms of their systems: those of the specimens, where these are at hand."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from casemine.errors import OutputError
from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import DIALECTS, tell, write_dialect
from casemine.generate.dialects.identifiers import salesforce_id

SPECIMENS = Path(__file__).parents[2].parent / "shared" / "data" / "crm-samples"
FILES = {
    "servicenow": {
        "sys_audit.csv": "sys_audit.csv",
        "incident_table.json": "incident_table_api_display_all.json",
        "task_sla.csv": "task_sla.csv",
        "sys_user.csv": "sys_user_lookup.csv",
        "sys_user_group.csv": "sys_user_group_lookup.csv",
    },
    "jira": {"search.json": "search_expand_changelog.json"},
    "zendesk": {
        "ticket_audits.json": "ticket_audits.json",
        "ticket_metric_events.json": "ticket_metric_events.json",
        "users_groups.json": "users_groups_lookup.json",
    },
    "salesforce": {
        "CaseHistory.csv": "CaseHistory.csv",
        "Case.csv": "Case.csv",
        "User.csv": "weekly_export/User.csv",
        "Group.csv": "weekly_export/Group.csv",
        "CaseComment.csv": "weekly_export/CaseComment.csv",
        "EmailMessage.csv": "weekly_export/EmailMessage.csv",
        "CaseMilestone.csv": "weekly_export/CaseMilestone.csv",
    },
    "freshdesk": {"ticket_activities.json": "ticket_activities.json"},
    "otrs": {"ticket_history.csv": "ticket_history.csv"},
}
# Written by the system's rules, although no ticket of the specimen came to it.
NOT_IN_SPECIMEN = {
    "jira": {"/issues[]/fields/assignee: NoneType"},
    "freshdesk": {"/activities_data[]/activity/agent_id: NoneType"},
}
FOLDERS = {"otrs": "otrs_znuny"}


@pytest.fixture(scope="module")
def made():
    return generate(GenerateOptions(cases=300, seed=2, start=date(2025, 10, 6), weeks=6))


@pytest.fixture(scope="module")
def exports(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    for name in DIALECTS:
        write_dialect(made, name, folder / name)
    return folder


def shape(value, path=""):
    """The keys of a JSON value with the types under them; times with their pattern."""
    if isinstance(value, dict):
        return {f"{path}/{key}" for key in value} | {
            one for key, below in value.items() for one in shape(below, f"{path}/{key}")
        }
    if isinstance(value, list):
        return {one for below in value for one in shape(below, f"{path}[]")}
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d|\d\d-\d\d-\d{4}", value):
        return {f"{path}: {re.sub(r'[+-](?=[0-9]{4}$)', '±', re.sub('[1-9]', '0', value))}"}
    return {f"{path}: {type(value).__name__}"}


@pytest.mark.parametrize("name", FILES)
def test_an_export_holds_the_files_of_the_system(exports, name):
    assert {path.name for path in (exports / name).iterdir()} == set(FILES[name])


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "mine", "theirs"), [(n, m, t) for n, files in FILES.items() for m, t in files.items()]
)
def test_headers_keys_types_and_time_formats_are_those_of_the_specimen(exports, name, mine, theirs):
    specimen = SPECIMENS / FOLDERS.get(name, name) / "synthetic" / theirs
    if not specimen.exists():
        pytest.skip("the specimens are not beside the project")

    if mine.endswith(".csv"):
        found, wanted = (
            path.read_bytes().splitlines(keepends=True)[0]
            for path in (exports / name / mine, specimen)
        )
        if theirs.startswith("weekly_export/"):  # the same tables, as the API writes them
            wanted = wanted.replace(b"\r\n", b"\n")
        assert found == wanted
        return
    found, wanted = (
        shape(json.loads(path.read_text("utf-8"))) for path in (exports / name / mine, specimen)
    )

    assert found - wanted <= NOT_IN_SPECIMEN.get(name, set())
    assert wanted - found == set()


@pytest.mark.real
def test_every_field_of_the_audits_is_one_that_the_specimens_have(exports):
    def kinds(path, column, delimiter):
        with path.open(encoding="utf-8", newline="") as lines:
            return {row[column] for row in csv.DictReader(lines, delimiter=delimiter)}

    for name, file, column, delimiter in (
        ("servicenow", "sys_audit.csv", "fieldname", ","),
        ("salesforce", "CaseHistory.csv", "Field", ","),
        ("otrs", "ticket_history.csv", "history_type", ";"),
    ):
        specimen = SPECIMENS / FOLDERS.get(name, name) / "synthetic" / file
        if not specimen.exists():
            pytest.skip("the specimens are not beside the project")
        assert kinds(exports / name / file, column, delimiter) == kinds(specimen, column, delimiter)


def test_jira_lists_histories_newest_first_in_local_time_across_the_clock_change(exports):
    answer = json.loads((exports / "jira" / "search.json").read_text("utf-8"))

    offsets = set()
    for issue in answer["issues"]:
        log = issue["changelog"]
        ids = [int(history["id"]) for history in log["histories"]]
        assert ids == sorted(ids, reverse=True)
        assert log["total"] == log["maxResults"] == len(ids)
        offsets |= {history["created"][-5:] for history in log["histories"]}
    assert offsets == {"+0200", "+0100"}
    assert answer["total"] == len(answer["issues"]) == 300
    assert any(len(h["items"]) > 1 for i in answer["issues"] for h in i["changelog"]["histories"])


def test_salesforce_writes_owners_twice_and_keeps_the_order_of_time(exports):
    with (exports / "salesforce" / "CaseHistory.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    times = [row["CreatedDate"] for row in rows]
    owners = [row for row in rows if row["Field"] == "Owner"]
    by_id = [row["NewValue"][:3] in {"005", "00G"} for row in owners]
    assert times == sorted(times)
    assert by_id.count(True) == by_id.count(False)
    assert {by_id[n] for n in range(0, len(by_id), 2)} == {True, False}
    assert {row["Id"][:3] for row in rows} == {"017"}
    assert {row["CaseId"][:3] for row in rows} == {"500"}
    assert all(len(row["Id"]) == 18 for row in rows)
    assert len({row["Id"] for row in rows}) == len(rows)


def test_a_case_without_an_agent_belongs_to_the_queue_of_its_group_at_that_moment(made, exports):
    with (exports / "salesforce" / "CaseHistory.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with (exports / "salesforce" / "Group.csv").open(encoding="utf-8", newline="") as lines:
        queues = {row["Name"] for row in csv.DictReader(lines)}
    group = {ticket.number: ticket.group_at_start for ticket in tell(made)}
    cases = {salesforce_id("500", number): number for number in group}

    seen = set()
    for row in rows:
        case = cases[row["CaseId"]]
        if row["Field"] == "Support_Group__c":
            assert row["OldValue"] == group[case]
            group[case] = row["NewValue"]
        if row["Field"] == "Owner":
            owning = {row["OldValue"], row["NewValue"]} & queues
            assert owning <= {group[case]}
            seen |= owning
    assert len(seen) > 3


def test_a_salesforce_id_ends_in_what_tells_upper_from_lower_case():
    known = "001A0000006Vm9rIAC"  # the usual example of the rule

    made = salesforce_id("500", 1)

    for own_id in (known, made):
        bits = (own_id[n : n + 5] for n in (0, 5, 10))
        letters = (sum(1 << place for place, c in enumerate(five) if c.isupper()) for five in bits)
        assert own_id[15:] == "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[n] for n in letters)
    assert made[15:] != "AAA"


def test_zendesk_begins_each_ticket_with_its_description_and_its_first_values(exports):
    audits = json.loads((exports / "zendesk" / "ticket_audits.json").read_text("utf-8"))

    seen = set()
    for audit in audits["audits"]:
        created = [e["field_name"] for e in audit["events"] if e["type"] == "Create"]
        assert bool(created) == (audit["ticket_id"] not in seen)
        seen.add(audit["ticket_id"])
        if created:
            assert [audit["events"][0]["type"], *created] == [
                "Comment", "subject", "status", "priority", "group_id", "requester_id",
                "assignee_id",
            ]  # fmt: skip
    assert len(seen) == 300
    assert audits["count"] == len(audits["audits"])


def test_zendesk_clocks_run_pause_and_end_in_turn(exports):
    events = json.loads((exports / "zendesk" / "ticket_metric_events.json").read_text("utf-8"))

    running = {}
    for event in events["ticket_metric_events"]:
        key = (event["ticket_id"], event["metric"], event["instance_id"])
        if event["type"] in {"activate", "pause", "fulfill"}:
            states = {"activate": {None, "pause"}, "pause": {"activate"}}
            assert running.get(key) in states.get(event["type"], {"activate", "pause"}), event
            running[key] = event["type"]
    assert {event["type"] for event in events["ticket_metric_events"]} == {
        "activate", "pause", "fulfill", "apply_sla", "breach",
    }  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_zip_holds_the_same_bytes_as_a_folder_and_no_date(made, exports, tmp_path, name):
    for target in ("one.zip", "two.zip"):
        write_dialect(made, name, tmp_path / target)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        found = {info.filename: archive.read(info) for info in archive.infolist()}
    assert found == {path.name: path.read_bytes() for path in (exports / name).iterdir()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "two.zip"]


def test_the_hash_seed_changes_nothing(tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from casemine.generate import GenerateOptions, generate\n"
        "from casemine.generate.dialects import DIALECTS, write_dialect\n"
        "made = generate(GenerateOptions(cases=25, seed=7))\n"
        "[write_dialect(made, name, Path(sys.argv[1]) / name) for name in DIALECTS]\n"
    )
    found = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        found.append(
            {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        )

    assert found[0] == found[1]
    assert found[0]


def test_a_target_that_is_no_folder_is_refused(made, tmp_path):
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(OutputError, match=r"'log.csv' is not a name for an export"):
        write_dialect(made, "jira", tmp_path / "log.csv")
    with pytest.raises(OutputError, match="cannot write"):
        write_dialect(made, "jira", tmp_path / "taken")
    with pytest.raises(OutputError, match="cannot write"):
        write_dialect(made, "jira", tmp_path / "no" / "such")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_failure_in_the_middle_leaves_no_file_behind(made, tmp_path, monkeypatch):
    from casemine.generate.dialects import jira

    monkeypatch.setattr(jira, "_fields", lambda *_: 1 / 0)

    for target in ("folder", "archive.zip"):
        with pytest.raises(ZeroDivisionError):
            write_dialect(made, "jira", tmp_path / target)

    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]
