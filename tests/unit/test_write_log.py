"""Writing logs: every format, exactly, whole or not at all, and the same bytes each time."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from casemine.errors import OutputError, UsageError
from casemine.log import EventLog, parse_log
from casemine.log.columns import TIMESTAMP
from casemine.model.intake import Intake, Note
from casemine.read import read_log
from casemine.write import ENDINGS, write_log
from xes_files import column, event, log, notes, read, tag, trace

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3_600_000_000


def times(*micros: int | None) -> pa.Array:
    return pa.array(micros, pa.int64()).cast(TIMESTAMP)


def log_of(case_table: pa.Table | None = None, **columns) -> EventLog:
    count = len(next(iter(columns.values())))
    given = {"case": ["1"] * count, "activity": ["A"] * count, "row": range(1, count + 1)} | columns
    return EventLog.ordered(pa.table(given), source="made", case_table=case_table)


def written(found: EventLog, path: Path, **options) -> bytes:
    write_log(found, path, **options)
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def cells(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


# All formats ------------------------------------------------------------------------------------


def test_an_unknown_ending_is_refused_with_those_that_work(tmp_path):
    with pytest.raises(UsageError, match=r"'log\.doc' has no ending") as caught:
        write_log(parse_log("A"), tmp_path / "log.doc")

    assert caught.value.mend == f"use one of {', '.join(ENDINGS)}"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_log_gives_the_same_bytes(ending, tmp_path):
    found = parse_log("A B; B A; A")

    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending.upper()}"
    write_log(found, first)
    write_log(found, second)

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_write_that_breaks_leaves_the_old_file(ending, tmp_path, monkeypatch):
    path = tmp_path / f"log{ending}"
    path.write_bytes(b"old")

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("casemine.write.xes.joined", full)
    monkeypatch.setattr("casemine.write.table.joined", full)
    monkeypatch.setattr("casemine.write.ocel.joined", full)
    monkeypatch.setattr("pyarrow.parquet.write_table", full)

    with pytest.raises(OutputError, match="No space left on device"):
        write_log(parse_log("A B"), path)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_not_replaced_against_the_users_will(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("old")

    with pytest.raises(OutputError, match="is there already"):
        write_log(parse_log("A"), path, overwrite=False)

    assert path.read_text() == "old"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_log_without_events_can_be_written(ending, tmp_path):
    empty = EventLog.ordered(parse_log("A").events.slice(0, 0))

    write_log(empty, tmp_path / f"empty{ending}")

    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("ending", [e for e in ENDINGS if "ocel" not in e])
def test_a_log_without_times_can_be_written(ending, tmp_path):
    write_log(log_of(activity=["A", "B"]), tmp_path / f"untimed{ending}")

    assert len(list(tmp_path.iterdir())) == 1


# XES --------------------------------------------------------------------------------------------


def test_xes_declares_what_it_uses(tmp_path):
    found = log_of(time=times(0, HOUR), resource=["ann", None], cost=[1, 2])

    text = written(found, tmp_path / "log.xes").decode()

    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        '\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>\n'
        '\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>\n'
        '\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>\n'
        '\t<global scope="trace">\n'
        '\t\t<string key="concept:name" value="UNKNOWN"/>\n'
        "\t</global>\n"
        '\t<global scope="event">\n'
        '\t\t<string key="concept:name" value="UNKNOWN"/>\n'
        '\t\t<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\n'
        '\t\t<int key="cost" value="0"/>\n'
        "\t</global>\n"
        '\t<classifier name="Activity" scope="event" keys="concept:name"/>\n'
        "\t<trace>\n"
        '\t\t<string key="concept:name" value="1"/>\n'
        "\t\t<event>\n"
        '\t\t\t<string key="concept:name" value="A"/>\n'
        '\t\t\t<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\n'
        '\t\t\t<string key="org:resource" value="ann"/>\n'
        '\t\t\t<int key="cost" value="1"/>\n'
        "\t\t</event>\n"
        "\t\t<event>\n"
        '\t\t\t<string key="concept:name" value="A"/>\n'
        '\t\t\t<date key="time:timestamp" value="1970-01-01T01:00:00.000+00:00"/>\n'
        '\t\t\t<int key="cost" value="2"/>\n'
        "\t\t</event>\n"
        "\t</trace>\n"
        "</log>\n"
    )


def test_what_xml_gives_a_meaning_is_escaped(tmp_path):
    nasty = '<a href="x">&amp;\'\t\n\r]]></a>'

    found = read(written(log_of(activity=[nasty], case=[nasty]), tmp_path / "log.xes"))

    assert (column(found, "activity"), column(found, "case")) == ([nasty], [nasty])


def test_what_xml_cannot_hold_is_replaced_and_counted(tmp_path):
    path = tmp_path / "log.xes"

    (note,) = write_log(log_of(activity=["a\x07b", "c\x00", "d"], x=["\uffff"] * 3), path)

    assert (note.code, note.count) == ("characters-replaced", 5)
    assert column(read(path.read_bytes()), "activity") == ["a\ufffdb", "c\ufffd", "d"]


def test_an_event_with_a_start_is_two_events_and_comes_back_as_one(tmp_path):
    found = log_of(
        activity=["A", "B"],
        time=times(5 * HOUR, 6 * HOUR),
        start=times(2 * HOUR, None),
        resource=["ann", "bob"],
        cost=[1.5, 2.5],
    )

    text = written(found, tmp_path / "log.xes")
    back = read(text)

    assert text.count(b"<event>") == 3
    assert text.count(b'value="1.5"') == 1
    assert text.count(b'value="ann"') == 2
    for name in ("activity", "time", "start", "resource", "cost"):
        assert column(back, name) == column(found, name)


def test_overlapping_work_of_one_activity_keeps_its_starts(tmp_path):
    found = log_of(
        activity=["A", "A", "B"],
        time=times(5 * HOUR, 9 * HOUR, 9 * HOUR),
        start=times(2 * HOUR, 1 * HOUR, 3 * HOUR),
    )
    path = tmp_path / "log.xes"

    (note,) = write_log(found, path)

    assert (note.code, note.count) == ("starts-as-attribute", 2)
    assert path.read_bytes().count(b"start_timestamp") == 2
    assert column(read(path.read_bytes()), "start") == column(found, "start")


def test_a_lone_start_event_does_not_take_the_complete_of_another(tmp_path):
    found = log_of(
        activity=["A", "A"],
        time=times(0, 5 * HOUR),
        start=times(None, 2 * HOUR),
        lifecycle=["start", "complete"],
    )

    back = read(written(found, tmp_path / "log.xes"))

    assert column(back, "start") == column(found, "start")
    assert column(back, "lifecycle") == ["start", "complete"]


def test_case_attributes_are_those_of_traces_even_without_events(tmp_path):
    table = pa.table({"case": ["2", "1", "3"], "amount": [7, None, 9], "vip": [True, False, None]})
    found = log_of(case_table=table, case=["1", "2"])

    back = read(written(found, tmp_path / "log.xes"))

    assert sorted(back.case_table.to_pylist(), key=lambda row: row["case"]) == [
        {"case": "1", "amount": None, "vip": False},
        {"case": "2", "amount": 7, "vip": True},
        {"case": "3", "amount": 9, "vip": None},
    ]


def test_attributes_with_the_name_of_an_xes_key_are_renamed(tmp_path):
    found = log_of(**{"concept:name": ["x"], "org:role": ["y"]})
    path = tmp_path / "log.xes"

    (note,) = write_log(found, path)

    assert (note.code, note.count) == ("attributes-renamed", 1)
    back = read(path.read_bytes())
    assert (column(back, "activity"), column(back, "event:concept:name")) == (["A"], ["x"])


def test_special_numbers_are_spelled_as_in_xml_schema(tmp_path):
    text = written(log_of(x=[float("inf"), float("-inf"), float("nan")]), tmp_path / "log.xes")

    assert [text.count(each) for each in (b'"INF"', b'"-INF"', b'"NaN"')] == [1, 1, 1]


def test_times_show_the_digits_they_have(tmp_path):
    seconds = written(log_of(time=times(1_000_000)), tmp_path / "a.xes")
    micros = written(log_of(time=times(1_000_001, -1)), tmp_path / "b.xes")

    assert b'value="1970-01-01T00:00:01.000+00:00"' in seconds
    assert b'value="1970-01-01T00:00:01.000001+00:00"' in micros
    assert b'value="1969-12-31T23:59:59.999999+00:00"' in micros


def test_a_log_of_many_pieces_is_written_like_one_of_a_few(tmp_path, monkeypatch):
    found = parse_log("; ".join(["A B C"] * 40))
    whole = written(found, tmp_path / "whole.xes"), written(found, tmp_path / "whole.csv")

    monkeypatch.setattr("casemine.write.xes.ROWS", 7)
    monkeypatch.setattr("casemine.write.table.ROWS", 7)
    pieces = written(found, tmp_path / "pieces.xes"), written(found, tmp_path / "pieces.csv")

    assert pieces == whole


# CSV --------------------------------------------------------------------------------------------


def test_csv_has_the_columns_of_the_log_and_quotes_what_needs_it(tmp_path):
    found = log_of(
        activity=['a "b"', "c,d", "e\nf", " g", ""],
        time=times(0, 1, 2, 3, 4),
        start=times(0, None, None, None, None),
        n=[1, None, 3, 4, 5],
        b=[True, False, None, True, True],
    )

    data = written(found, tmp_path / "log.csv")

    assert data.splitlines()[0] == b"case,activity,time,start,n,b"
    assert b'"e\nf"' in data
    assert cells(data)[1:] == [
        [
            "1",
            'a "b"',
            "1970-01-01T00:00:00.000000+00:00",
            "1970-01-01T00:00:00+00:00",
            "1",
            "true",
        ],
        ["1", "c,d", "1970-01-01T00:00:00.000001+00:00", "", "", "false"],
        ["1", "e\nf", "1970-01-01T00:00:00.000002+00:00", "", "3", ""],
        ["1", " g", "1970-01-01T00:00:00.000003+00:00", "", "4", "true"],
        ["1", "", "1970-01-01T00:00:00.000004+00:00", "", "5", "true"],
    ]


def test_tsv_is_delimited_by_tabs_and_quotes_those_in_values(tmp_path):
    data = written(log_of(activity=["a\tb", "c,d"]), tmp_path / "log.tsv.gz")

    assert data == b'case\tactivity\n1\t"a\tb"\n1\tc,d\n'


def test_formulas_stay_as_they_are_unless_the_user_wants_them_harmless(tmp_path):
    found = log_of(activity=["=1+1", "-5", "+49 30", "@x", "-"])
    exact, safe = tmp_path / "exact.csv", tmp_path / "safe.csv"

    (told,) = write_log(found, exact)
    write_log(found, safe, spreadsheet_safe=True)

    assert [row[1] for row in cells(exact.read_bytes())[1:]] == ["=1+1", "-5", "+49 30", "@x", "-"]
    assert [row[1] for row in cells(safe.read_bytes())[1:]] == [
        "'=1+1",
        "-5",
        "'+49 30",
        "'@x",
        "-",
    ]
    assert (told.code, told.count) == ("formula-cells", 3)


def test_attributes_of_cases_are_repeated_at_their_events(tmp_path):
    table = pa.table({"case": ["2", "3"], "vip": ["yes", "no"]})
    found = log_of(case_table=table, case=["1", "2", "2"])
    path = tmp_path / "log.csv"

    told = write_log(found, path)

    assert cells(path.read_bytes()) == [
        ["case", "activity", "case:vip"],
        ["1", "A", ""],
        ["2", "A", "yes"],
        ["2", "A", "yes"],
    ]
    assert [note.code for note in told] == ["cases-without-events"]


# Parquet ----------------------------------------------------------------------------------------


def test_parquet_keeps_types_codes_rows_and_the_account(tmp_path):
    found = read(log(trace("1", event("A", None, tag("n", "3", "int")), event("B", None))))
    path = tmp_path / "log.parquet"

    write_log(found, path)

    table = pq.read_table(path)
    assert table.column_names == ["case", "activity", "row", "n"]
    assert pa.types.is_dictionary(table.schema.field("activity").type)
    assert table.column("row").to_pylist() == [1, 2]
    account = json.loads(table.schema.metadata[b"casemine"])
    assert (account["format"], account["source"], account["rows_read"]) == (1, "log.xes", 2)
    assert list(notes(found)) == ["no-times"]
    assert account["notes"] == [note.text for note in found.intake.notes]


def test_parquet_remembers_the_system_that_a_log_was_exported_from(tmp_path):
    log = parse_log("New Solved")
    system = Note("system", "exported from Zendesk Support (zendesk)")
    log = EventLog(log.events, log.source, Intake(rows_read=2, notes=(system,)))

    write_log(log, tmp_path / "log.parquet")

    back = read_log(tmp_path / "log.parquet")
    assert [note.text for note in back.intake.notes] == ["exported from Zendesk Support (zendesk)"]
