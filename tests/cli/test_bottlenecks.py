"""`casemine bottlenecks` as users run it: every form, calendars, flows, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from casemine.cli import main

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "incidents.csv"
SCHEMA = files("casemine.report") / "schemas" / "bottlenecks-1.json"
CSV = """ticket,activity,time,group,agent
1,New,2026-05-11T09:00:00Z,Desk,ann
1,Waiting for customer,2026-05-11T11:00:00Z,Desk,ann
1,Open,2026-05-13T11:00:00Z,Network,bob
1,Closed,2026-05-13T12:00:00Z,Desk,ann
2,New,2026-05-12T09:00:00Z,Desk,ann
2,Closed,2026-05-12T10:00:00Z,Desk,ann
3,New,2026-05-12T12:00:00Z,Desk,cem
"""
HOURS = 'days = "mon-fri"\nhours = "08:00-18:00"\nzone = "Europe/Vienna"\n'


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    (tmp_path / "log.csv").write_text(CSV)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str):
    return CliRunner().invoke(main, ["bottlenecks", *args])


def data_of(*args: str):
    result = run(*args, "-f", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    return found["data"]


def test_a_flow_that_does_not_ship_is_refused_with_a_near_one():
    result = run("log.csv", "--flow", "yasn")

    assert result.exit_code == 2
    assert "there is no flow 'yasn'; did you mean 'yasm'?" in result.stderr.replace("\n", " ")


def test_the_first_lines_say_what_stands_out_and_what_to_do():
    result = run("log.csv", "--open-unless", "Closed")

    lines = result.stdout.splitlines()
    assert lines[0] == "log: 3 cases wait 3.2 d in all; 63.2 % of that after Waiting for customer"
    assert lines[2] == "What stands out"
    assert lines[3].startswith(
        "- Waiting for the user (after Waiting for customer) is 63.2 % of all waiting time: 1 wait "
        "in 1 case, median 2 d, p90 2 d. Ask for everything at once"
    )


def test_json_follows_its_schema_with_everything_in_it(desk):
    (desk / "hours.toml").write_text(HOURS)

    found = data_of(str(SAMPLE), "--flow", "yasm", "--calendar", "hours.toml")

    assert found["calendar"] == {
        "name": "hours",
        "zone": "Europe/Vienna",
        "around_the_clock": False,
    }
    assert found["flow"]["steps"][0]["activity"] == "Log record"
    assert found["ping_pong"]["cases"] == 43
    assert found["open_cases"] == len(found["oldest"]) == 35
    assert (
        found["steps"]["number"] == len(found["steps"]["waits"]) or found["steps"]["number"] > 200
    )
    assert sum(wait["calendar"]["share"] for wait in found["after"]["waits"]) == pytest.approx(1)


def test_json_of_a_log_that_tells_little_follows_the_schema(desk):
    (desk / "bare.csv").write_text("case,activity,time\n1,A,2026-05-11\n1,B,2026-05-12\n")

    found = data_of("bare.csv")

    assert found["ping_pong"] is None
    assert {one["code"] for one in found["not_evaluated"]} == {
        "group",
        "resource",
        "open",
        "service",
    }


def test_a_calendar_comes_from_casemine_toml_by_its_name(desk):
    (desk / "casemine.toml").write_text(f"[calendar.support]\n{HOURS}")

    found = data_of("log.csv", "--calendar", "support", "--open-unless", "Closed")

    assert found["calendar"]["name"] == "support"
    (wait,) = [one for one in found["after"]["waits"] if one["activity"] == "Waiting for customer"]
    assert wait["calendar"]["total_s"] == 48 * 3600
    assert wait["working"]["total_s"] == 20 * 3600


def test_a_file_with_several_calendars_wants_one_chosen(desk):
    (desk / "all.toml").write_text(f"[calendar.a]\n{HOURS}[calendar.b]\n{HOURS}")

    refused = run("log.csv", "--calendar", "all.toml")
    found = data_of("log.csv", "--calendar", "all.toml:b")

    assert refused.exit_code == 2
    assert "holds 2 calendars: 'a', 'b'" in refused.stderr
    assert found["calendar"]["name"] == "b"


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("support", "there is no calendar 'support'"),
        ("gone.toml", "cannot be read"),
        ("log.csv", "there is no calendar 'log.csv'"),
    ],
)
def test_a_calendar_that_is_not_there_is_refused(named, says):
    result = run("log.csv", "--calendar", named)

    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_a_calendar_that_means_nothing_is_refused_with_its_file(desk):
    (desk / "bad.toml").write_text('days = "mon-fry"\nzone = "UTC"\n')

    result = run("log.csv", "--calendar", "bad.toml")

    assert result.exit_code == 2
    assert "bad.toml" in result.stderr
    assert "did you mean fri?" in result.stderr


def test_an_unknown_closing_activity_names_near_ones():
    result = run("log.csv", "--open-unless", "Close")

    assert result.exit_code == 2
    assert "did you mean 'Closed'?" in result.stderr


def test_csv_and_ndjson_have_a_record_for_each_kind_of_wait():
    rows = list(csv.DictReader(io.StringIO(run("log.csv", "-f", "csv").stdout)))
    lines = [json.loads(line) for line in run("log.csv", "-f", "ndjson").stdout.splitlines()]

    assert len(rows) == len(lines)
    assert {row["table"] for row in rows} == {
        *("step", "before", "after", "group", "hand-over", "person", "ping-pong")
    }


def test_rows_bounds_every_table_and_says_how_many_more_there_are():
    text = run(str(SAMPLE), "--rows", "1").stdout

    assert "224 more" in text


def test_the_hours_of_the_week_follow_tz_where_no_calendar_is_given():
    assert data_of("log.csv", "--tz", "Asia/Tokyo")["calendar"]["zone"] == "Asia/Tokyo"


def test_a_mapped_log_says_whose_groups_it_shows():
    result = run(str(SAMPLE), "--flow", "yasm", "--mapping", "none")

    assert result.exit_code == 0
    assert "groups and people are those of mapped events" not in result.stderr


def test_the_output_is_the_same_from_run_to_run():
    assert run(str(SAMPLE)).stdout == run(str(SAMPLE)).stdout


def test_markdown_is_a_page():
    text = run("log.csv", "-f", "md").stdout

    assert text.startswith("### log: 3 cases wait")
    assert "| from | to |" in text
