"""Kept, split or read at once: the way to a log does not change what is said about it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from casemine.cli import main

CASES = 2600  # with 8 events each: enough for the log to be kept
TIGHT = ("--no-cache", "--memory-limit", "1MB")


@pytest.fixture
def log(tmp_path, monkeypatch):
    """A log in `log.csv`, and a cache of its own."""
    steps = ("New", "Open", "Wait", "Open", "Wait", "Open", "Solved", "Closed")
    rows = [
        f"C{case},{step},2026-01-{1 + case % 28:02}T{hour:02}:{case % 60:02}:00Z,{case % 3}-prio\n"
        for case in range(CASES)
        for hour, step in enumerate(steps[: 8 - case % 4] + ("Closed",) * (case % 4))
    ]
    path = tmp_path / "log.csv"
    path.write_text("ticket,activity,time,priority\n" + "".join(rows))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEMINE_CACHE_DIR", str(tmp_path / "cache"))
    return path


@pytest.fixture
def calls(monkeypatch):
    """Names of the ways to a log that were taken."""
    import casemine.read
    from casemine.log.buckets import BucketedLog

    taken: list[str] = []
    read, split = casemine.read.read_log, BucketedLog.of.__func__

    def reading(*args, **kwargs):
        taken.append("read")
        return read(*args, **kwargs)

    def splitting(cls, *args, **kwargs):
        taken.append("split")
        return split(cls, *args, **kwargs)

    monkeypatch.setattr(casemine.read, "read_log", reading)
    monkeypatch.setattr(BucketedLog, "of", classmethod(splitting))
    return taken


def run(*args: str):
    return CliRunner().invoke(main, list(args))


def data(*args: str):
    result = run(*args, "-f", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["data"]


def test_a_log_that_was_read_is_found_again(log, calls):
    first = run("discover", "log.csv", "-f", "json")
    second = run("discover", "log.csv", "-f", "json")

    assert calls == ["read"]
    assert (second.stdout, second.stderr) == (first.stdout, first.stderr)


def test_another_command_on_the_same_log_finds_the_attributes_it_needs(log, calls):
    run("variants", "log.csv")

    groups = data("stats", "log.csv", "--by", "priority")["groups"]
    kept = data("inspect", "log.csv", "--where", 'priority == "1-prio"')
    unknown = run("stats", "log.csv", "--by", "priorty")

    assert calls == ["read"]
    assert sum(group["cases"] for group in groups) == CASES
    assert kept["cases"] == groups[1]["cases"]
    assert "'priority'" in unknown.stderr


@pytest.mark.parametrize(
    "words",
    [("--no-cache",), ("--quarantine", "q.csv"), ("--tz", "Asia/Tokyo"), ("--missing", "?")],
)
def test_what_asks_for_another_reading_is_read(log, calls, words):
    run("variants", "log.csv")
    run("variants", "log.csv", *words)

    assert calls == ["read", "read"]


def test_a_file_that_changed_is_read_again(log, calls):
    before = data("inspect", "log.csv")["events"]
    with log.open("a") as file:
        file.write("C0,Closed,2026-02-01T00:00:00Z,x\n")

    after = data("inspect", "log.csv")["events"]

    assert calls == ["read", "read"]
    assert after == before + 1


@pytest.mark.parametrize(
    "words",
    [
        ("inspect",),
        ("variants",),
        ("discover",),
        ("discover", "--min-activity-cases", "2000"),
        ("stats", "--by", "priority"),
        ("variants", "--top-variants", "2", "--where", 'priority != "0-prio"'),
        ("stats", "--followed-by", "Open>Wait", "--since", "2026-01-10"),
    ],
    ids=" ".join,
)
def test_a_log_in_parts_gives_the_same_as_one_in_memory(log, calls, words):
    whole = data(*words, "log.csv", "--no-cache")
    parts = data(*words, "log.csv", *TIGHT)

    assert calls[:2] == ["read", "split"]
    for found in (whole, parts) if words == ("inspect",) else ():
        found.pop("findings")  # fewer are sought in parts, which `not_evaluated` says
        found.pop("not_evaluated")
    assert parts == whole


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_log_in_parts_is_written_whole(log, tmp_path, ending):
    for name, words in (("whole", ("--no-cache",)), ("parts", TIGHT)):
        result = run("filter", "log.csv", "--top-variants", "3", "-o", f"{name}.{ending}", *words)
        assert result.exit_code == 0, result.output

    assert data("variants", f"parts.{ending}") == data("variants", f"whole.{ending}")
    if ending == "csv":
        assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_what_cannot_be_split_is_read_at_once_and_says_so(log, calls):
    run("import", "log.csv", "-o", "log.xes")
    calls.clear()

    result = run("inspect", "log.xes", *TIGHT)

    assert result.exit_code == 0, result.output
    assert calls == ["read"]
    assert "note: XES is read at once" in result.stderr
