"""Several files as one log: which may be put together, and what is said about it."""

from __future__ import annotations

import csv
import zipfile

import pytest

from casemine.errors import InputError
from casemine.read import read_log
from xes_files import event, log, notes, trace

DONE = event("Done", "2026-05-31T10:00:00Z")
BAD = event("Bad", "2026-02-30T10:00:00Z")
TABLE = "case,activity,time\n1,New,2026-05-31T09:00:00Z\n2,Open,2026-05-31T09:00:00Z\n"


@pytest.fixture
def archive(tmp_path):
    """Two logs in one archive, with a case of the same name in each."""
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("a.xes", log(trace("1", event(), DONE)))
        out.writestr("b.xes", log(trace("1", event()), trace("2", DONE)))
    return path


def test_an_archive_of_several_logs_is_refused_with_their_names(archive):
    with pytest.raises(InputError, match=r"holds 2 logs.*'a.xes', 'b.xes'") as caught:
        read_log(archive)

    assert f"{archive}:a.xes" in caught.value.mend


def test_a_log_of_an_archive_is_read_by_its_name(archive):
    assert len(read_log(f"{archive}:b.xes")) == 2


def test_logs_that_are_named_one_by_one_are_one_log(archive):
    found = read_log([f"{archive}:a.xes", f"{archive}:b.xes"])

    assert (len(found), notes(found)["cases-in-several-files"]) == (4, 1)


def test_cases_in_more_than_one_table_are_counted(tmp_path):
    first, second, third = (tmp_path / f"{name}.csv" for name in "abc")
    first.write_text(TABLE)
    second.write_text(TABLE.replace("2,Open", "3,Open").replace("09:00", "10:00"))
    third.write_text(TABLE.replace("1,New", "4,New").replace("2,Open", "5,Open"))

    found = read_log([first, second, third])

    assert notes(found)["cases-in-several-files"] == 1
    assert "cases-in-several-files" not in notes(read_log([first, third]))


@pytest.mark.parametrize("on_error", ["skip", "fail"])
def test_events_left_out_of_several_logs_stand_in_one_list(tmp_path, on_error):
    target = tmp_path / "left_out.csv"
    for name, parts in (("a", (event(), DONE)), ("b", (event(), BAD, event(None)))):
        (tmp_path / f"{name}.xes").write_text(log(trace(name, *parts)))

    try:
        read_log([tmp_path / "a.xes", tmp_path / "b.xes"], on_error=on_error, quarantine_to=target)
    except InputError:
        assert on_error == "fail"

    with target.open(newline="") as stream:
        rows = list(csv.reader(stream))
    place = str(tmp_path / "b.xes")
    assert rows == [
        ["file", "line", "column", "value", "reason"],
        [place, "5", "time:timestamp", "2026-02-30T10:00:00Z", "is not a time"],
        [place, "6", "concept:name", "", "is missing"],
    ]


def test_a_log_without_bad_events_has_an_empty_list(tmp_path):
    (tmp_path / "a.xes").write_text(log(trace("1", event(), DONE)))

    read_log(tmp_path / "a.xes", quarantine_to=tmp_path / "left_out.csv")

    assert (tmp_path / "left_out.csv").read_text() == "file,line,column,value,reason\n"
