"""`casemine inspect` on doubtful data: what it shows in each form, and what --strict does."""

from __future__ import annotations

import csv
import io
import json
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from casemine.cli import main
from quality_logs import desk, numbered, of_case, without

SCHEMA = json.loads((files("casemine.report") / "schemas" / "inspect-1.json").read_text())


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str):
    return CliRunner().invoke(main, ["inspect", *args])


def write(events: list[dict], name: str = "log.csv") -> None:
    """Write a CSV in order of the rows of the events."""
    from datetime import UTC, datetime

    lines = ["ticket,activity,time"]
    for event in sorted(events, key=lambda event: event["row"]):
        when = datetime.fromtimestamp(event["time"] / 1e6, UTC).isoformat()
        lines.append(f"{event['case']},{event['activity']},{when}")
    with open(name, "w") as file:  # noqa: PTH123
        file.write("\n".join(lines) + "\n")


def doubtful() -> list[dict]:
    """A desk with a copy and two cases without begin."""
    events = desk()
    events = without(events, *(of_case(events, case)[0] for case in ("T0030", "T0040")))
    events.append(dict(events[50]))
    return numbered(events)


def test_a_clean_log_says_so_in_one_line():
    write(desk())

    result = run("log.csv", "--strict")

    assert result.exit_code == 0
    section = result.stdout.split("Data quality\n")[1].splitlines()
    assert section[0] == "- nothing doubtful was found"
    assert all(line.startswith("- not evaluated: clock-change") for line in section[1:])


def test_findings_stand_with_level_code_effect_remedy_and_rows():
    write(doubtful())

    result = run("log.csv")

    assert result.exit_code == 0
    section = result.stdout.split("Data quality\n")[1]
    assert "- 2 cases (3.3 %) do not begin with 'New'" in section
    assert "[warning: missing-creation]" in section
    assert "  - effect: unless these are other ways in, their durations begin too late" in section
    assert "  - help: export the creation or older history too" in section
    assert "  - such as rows 51, 52 (case " in section
    assert section.index("[warning:") < section.index("[note:")


def test_strict_ends_with_3_after_everything_is_printed():
    write(doubtful())

    plain, strict = run("log.csv"), run("log.csv", "--strict")

    assert strict.exit_code == 3
    assert strict.stdout == plain.stdout
    assert strict.stderr.removeprefix(plain.stderr).splitlines()[0] == (
        "casemine: log.csv: 2 data-quality findings (--strict)"
    )


def test_strict_writes_its_file_before_it_fails(folder):
    write(doubtful())

    result = run("log.csv", "--strict", "-o", "report.md")

    assert result.exit_code == 3
    assert "missing-creation" in (folder / "report.md").read_text()


def test_notes_do_not_fail():
    events = desk()
    some = of_case(events, "T0010")
    some[1]["time"] = some[2]["time"]
    write(numbered(events))

    result = run("log.csv", "--strict")

    assert result.exit_code == 0
    assert "[note: ties]" in result.stdout


def test_rows_that_were_left_out_fail():
    write(desk())
    with open("log.csv", "a") as file:  # noqa: PTH123
        file.write("T9999,New,yesterday\n")

    result = run("log.csv", "--strict", "--on-error", "skip")

    assert result.exit_code == 3
    assert "1 row (0.6 %) could not be used [warning: rows-left-out]" in result.stdout
    assert "casemine: log.csv: 1 data-quality finding (--strict)\n" in result.stderr


def test_json_holds_findings_and_what_was_not_evaluated():
    write(doubtful())

    result = run("log.csv", "-f", "json", "--strict")

    found = json.loads(result.stdout)
    Draft202012Validator(SCHEMA).validate(found)
    by_code = {one["code"]: one for one in found["data"]["findings"]}
    copy = by_code["duplicate-events"]
    assert (copy["level"], copy["events"], copy["cases"]) == ("warning", 1, 1)
    assert copy["share"] == 1 / 179
    assert copy["examples"][0]["rows"] == [51, 52]
    assert copy["examples"][0]["time"].endswith("+00:00")
    codes = {one["code"] for one in found["data"]["not_evaluated"]}
    assert codes == {"clock-change-hours", "clock-change-rhythm"}
    assert json.loads(result.stderr.splitlines()[-1])["error"]["code"] == "data-quality"


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_flat_forms_have_the_number_of_warnings_and_the_codes(form):
    write(doubtful())

    result = run("log.csv", "-f", form)

    if form == "csv":
        (record,) = csv.DictReader(io.StringIO(result.stdout))
        assert record["findings"].startswith("missing-creation > duplicate-events")
    else:
        record = json.loads(result.stdout)
        assert record["findings"][:2] == ["missing-creation", "duplicate-events"]
    assert int(record["warnings"]) == 2


def test_what_the_reading_remarks_is_a_note():
    write(desk())
    with open("log.csv") as file:  # noqa: PTH123
        text = file.read().replace("+00:00", "")
    with open("log.csv", "w") as file:  # noqa: PTH123
        file.write(text)

    result = run("log.csv", "--strict")

    assert result.exit_code == 0
    assert "[note: zone-assumed]" in result.stdout


def test_every_finding_has_its_section_in_the_docs():
    from pathlib import Path

    from casemine.log.quality import CODES

    page = (Path(__file__).parents[2] / "docs" / "data-quality.md").read_text()

    for code in CODES:
        assert f"\n## {code}\n" in page
        assert f"[`{code}`](#{code})" in page


def test_a_log_in_parts_says_what_was_not_evaluated():
    write(doubtful())
    with open("log.csv", "a") as file:  # noqa: PTH123
        file.writelines(f"X{n},New,2026-03-01T10:{n % 60:02}:01+00:00\n" for n in range(60_000))

    result = run("log.csv", "--memory-limit", "1MB", "--no-cache")

    assert result.exit_code == 0, result.output
    assert "because of --memory-limit" in result.stdout
    assert "[warning: duplicate-events]" in result.stdout
