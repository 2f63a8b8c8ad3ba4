"""Raw tables to events: what is used, what is set aside, what is remarked."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from casemine.errors import AmbiguousError, BadTimeError, InputError, UsageError
from casemine.read import ReadOptions, read_log, stream_events

HEADER = "case,activity,time"
DAY = "2026-05-31"


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *lines, "")).encode()


def steps(case: str, *activities: str) -> list[str]:
    return [f"{case},{name},{DAY} {9 + hour:02d}:00:00" for hour, name in enumerate(activities)]


GOOD = [*steps("1", "New", "Open", "Closed"), *steps("2", "New", "Closed")]


@pytest.fixture
def read(tmp_path):
    """Read bytes as a log."""

    def read_bytes(data: bytes, name: str = "a.csv", **fields):
        (tmp_path / name).write_bytes(data)
        return read_log(tmp_path / name, **fields)

    return read_bytes


def traces(log) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in log.events.select(["case", "activity"]).to_pylist():
        found.setdefault(event["case"], []).append(event["activity"])
    return found


def codes(log) -> dict[str, int | None]:
    return {note.code: note.count for note in log.intake.notes}


def test_a_table_becomes_a_log_with_its_account(read):
    log = read(csv(*GOOD))

    assert traces(log) == {"1": ["New", "Open", "Closed"], "2": ["New", "Closed"]}
    assert (log.intake.rows_read, log.intake.rows_quarantined) == (5, 0)
    assert log.events.column("row").to_pylist() == [1, 2, 3, 4, 5]
    assert log.source == "a.csv"
    assert list(codes(log)) == ["zone-assumed"]


def test_case_ids_are_text(read):
    log = read(csv(*steps("007", "New"), *steps("7", "New"), *steps("7.0", "New"), *GOOD))

    assert {"007", "7", "7.0"} <= set(traces(log))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f",Open,{DAY} 12:00:00", "column 'case' is empty (1 row of 6)"),
        (f"1,,{DAY} 12:00:00", "column 'activity' is empty (1 row of 6)"),
        ("1,Open,", "column 'time' is empty (1 row of 6)"),
        ("1,Open,31/31/2026", "'31/31/2026' in column 'time' is not a time (1 row of 6)"),
        ("1,Open", "'1,Open' has 2 cells where the header has 3 (1 row of 6)"),
        (HEADER, "'case, activity, time' repeats the header (1 row of 6)"),
    ],
)
def test_a_row_that_cannot_be_used_is_an_error_or_set_aside(read, line, message):
    data = csv(*GOOD[:3], line, *GOOD[3:])

    with pytest.raises(InputError) as caught:
        read(data)
    log = read(data, on_error="skip")

    assert caught.value.message == message
    assert caught.value.where.row == 5
    assert "--on-error skip" in caught.value.mend
    assert isinstance(caught.value, BadTimeError) == ("not a time" in message)
    assert (len(log), log.intake.rows_read, log.intake.rows_quarantined) == (5, 6, 1)
    assert log.intake.rejects[0].examples[0].where.row == 5
    assert log.events.column("row").to_pylist() == [1, 2, 3, 5, 6]


def test_the_first_fault_is_shown_with_the_number_of_its_kind_and_of_others(read):
    data = csv(*GOOD, "3,New,never", "3,,x", "4,New,never", "4,New")

    with pytest.raises(BadTimeError) as caught:
        read(data)
    log = read(data, on_error="skip")

    assert caught.value.message == "'never' in column 'time' is not a time (2 rows of 9)"
    assert caught.value.where.row == 7
    assert caught.value.count == 2
    assert "2 more" in caught.value.mend
    counts = {(group.column, group.reason): group.count for group in log.intake.rejects}
    assert counts == {
        ("time", "is not a time"): 2,
        ("activity", "is empty"): 1,
        ("", "has 2 cells where the header has 3"): 1,
    }


def test_rows_without_any_value_are_passed_over_and_counted(read):
    log = read(csv(*GOOD[:2], ",,", ",,", *GOOD[2:]))

    assert (len(log), log.intake.rows_read) == (5, 5)
    assert codes(log)["blank-rows"] == 2


def test_nothing_usable_is_an_error(read):
    with pytest.raises(InputError, match="no rows below"):
        read(csv())
    with pytest.raises(InputError, match="no usable row: all 2 were set aside"):
        read(csv(f",Open,{DAY}", f",New,{DAY}"), on_error="skip", case="case", activity="activity")


def test_words_that_look_missing_are_pointed_out_and_kept(read):
    log = read(csv(*steps("1", "None", "?", "Open"), *steps("NA", "New", "?")))

    texts = [(note.text, note.count) for note in log.intake.notes if note.code == "looks-missing"]
    assert traces(log)["1"] == ["None", "?", "Open"]
    assert [count for text, count in texts if "'?' in column 'activity'" in text] == [2]
    assert any("'None' in column 'activity'" in text for text, _ in texts)
    assert any("'NA' in column 'case'" in text for text, _ in texts)


def test_markers_said_to_be_missing_are(read):
    log = read(
        csv(*steps("1", "New", "?", "Open"), *steps("2", "New")), missing=("?",), on_error="skip"
    )

    assert traces(log)["1"] == ["New", "Open"]
    assert log.intake.rejects[0].reason == "is empty"


def test_markers_are_missing_in_attributes_too(read):
    data = csv(*(f"{line},?" for line in GOOD), header=HEADER + ",kind")

    assert read(data, missing=("?",)).events.column("kind").null_count == 5


def test_names_that_differ_in_blanks_alone_are_remarked_and_kept_apart(read):
    log = read(csv(*GOOD, f"1 ,Open ,{DAY} 12:00:00"))

    assert "1 " in traces(log)
    assert [note.text for note in log.intake.notes if note.code == "blanks-around"] == [
        "case '1' and '1 ' differ only in blanks around them",
        "activity 'Open' and 'Open ' differ only in blanks around them",
    ]


def test_duplicate_rows_are_counted_and_kept(read):
    log = read(csv(*GOOD, GOOD[1], GOOD[1], GOOD[3]))

    assert len(log) == 8
    assert codes(log)["duplicate-rows"] == 3


def test_one_row_that_came_twice_is_told_in_the_singular(read):
    log = read(b"case,activity\n1,New\n1,New\n2,New\n", case="case", activity="activity")

    assert [note.text for note in log.intake.notes if note.code == "duplicate-rows"] == [
        "1 row is a duplicate of an earlier row, equal in every column; both are kept"
    ]


def test_rows_that_differ_in_an_attribute_are_no_duplicates(read):
    data = csv(f"1,New,{DAY},a", f"1,New,{DAY},b", f"2,New,{DAY},a", header=HEADER + ",kind")

    assert "duplicate-rows" not in codes(read(data, case="case", activity="activity"))


def test_an_export_appended_to_itself_is_remarked(read):
    log = read(csv(*GOOD, *GOOD))

    assert codes(log)["appended-to-itself"] == 5


def test_columns_with_fixed_names_that_play_no_role_keep_their_cells(read):
    lines = [f"{line},{n},x" for n, line in enumerate(GOOD)]
    data = csv(*lines, header="id,status,at,row,start")

    log = read(data, case="id", activity="status", time="at")

    assert log.events.column("row.1").to_pylist() == ["0", "1", "2", "3", "4"]
    assert log.events.column("start.1").to_pylist() == ["x"] * 5


def test_start_and_end_columns_make_intervals(read):
    lines = (f"1,New,{DAY} 09:00,{DAY} 09:30", f"1,Open,,{DAY} 10:30")

    log = read(csv(*lines, header="case,activity,start,end"), case="case", start="start")

    assert log.events.column("start").to_pylist() == [datetime(2026, 5, 31, 9, tzinfo=UTC), None]
    assert log.events.column("time").to_pylist()[0] == datetime(2026, 5, 31, 9, 30, tzinfo=UTC)


def test_start_and_complete_rows_are_joined(read):
    lines = [
        f"1,New,{DAY} 09:00,start",
        f"1,New,{DAY} 09:30,complete",
        f"1,Open,{DAY} 10:30,complete",
    ]

    log = read(csv(*lines, header=HEADER + ",lifecycle:transition"), case="case")

    assert traces(log) == {"1": ["New", "Open"]}
    assert (log.intake.rows_read, log.intake.rows_joined) == (3, 1)
    assert log.events.column("start").to_pylist()[0] == datetime(2026, 5, 31, 9, tzinfo=UTC)


def test_a_log_without_times_stands_in_the_order_of_its_rows(read):
    log = read(csv("1,New", "2,New", "1,Open", "1,New", "2,Open", header="case,activity"))

    assert not log.timed
    assert traces(log) == {"1": ["New", "Open", "New"], "2": ["New", "Open"]}
    assert any("order" in note.text for note in log.intake.notes)


def test_hours_that_do_not_exist_are_set_aside(read):
    data = csv(*GOOD, "3,New,2026-03-29 02:30:00")

    log = read(data, tz="Europe/Berlin", on_error="skip")

    (group,) = log.intake.rejects
    assert group.reason == "does not exist in Europe/Berlin: clocks went forward"
    assert log.events.column("time").to_pylist()[0] == datetime(2026, 5, 31, 7, tzinfo=UTC)


def test_an_open_order_of_day_and_month_is_refused(read):
    data = csv("1,New,03/04/2026 09:00", "1,Open,04/05/2026 09:00", "2,New,04/05/2026 09:00")

    with pytest.raises(AmbiguousError) as caught:
        read(data)

    assert "--date-order" in caught.value.mend
    assert caught.value.where.row == 2


def test_a_column_that_is_not_there_is_a_usage_error(read):
    with pytest.raises(UsageError, match="csae"):
        read(csv(*GOOD), case="csae")


# -- several files ---------------------------------------------------------------------------


def test_files_with_equal_columns_are_one_log_and_rows_count_on(tmp_path):
    (tmp_path / "a.csv").write_bytes(csv(*GOOD[:2]))
    swapped = csv(f"Closed,{DAY} 11:00:00,1", f"New,{DAY} 08:00:00,3", header="activity,time,case")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(swapped))

    log = read_log([tmp_path / "a.csv", tmp_path / "b.csv.gz"])

    assert traces(log) == {"1": ["New", "Open", "Closed"], "3": ["New"]}
    assert log.events.column("row").to_pylist() == [1, 2, 3, 4]
    assert log.source == "a.csv and 1 more"


def test_a_fault_in_the_second_file_names_that_file(tmp_path):
    (tmp_path / "a.csv").write_bytes(csv(*GOOD))
    (tmp_path / "b.csv").write_bytes(csv(*steps("9", "New"), f"9,,{DAY}"))

    with pytest.raises(InputError) as caught:
        read_log([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])

    assert (caught.value.where.file, caught.value.where.row) == (str(tmp_path / "b.csv"), 3)


def test_files_with_other_columns_are_refused_with_the_difference(tmp_path):
    (tmp_path / "a.csv").write_bytes(csv(*GOOD))
    (tmp_path / "b.csv").write_bytes(csv("1,x", header="case,other"))

    with pytest.raises(InputError, match="lacks 'activity', 'time' and has 'other' besides"):
        read_log([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_tables_of_one_archive_are_one_log(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("may.csv", csv(*GOOD[:3]))
        archive.writestr("june.csv", csv(*GOOD[3:]))

    assert len(read_log(tmp_path / "a.zip")) == 5


# -- other kinds of tables -------------------------------------------------------------------


def parquet(**columns: pa.Array) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_keeps_its_types(read):
    times = pa.array([1_767_225_600, 1_767_229_200, 1_767_232_800], pa.timestamp("s"))
    data = parquet(
        ticket_id=pa.array([7.0, None, 7.0], pa.float64()),
        status=pa.array(["New", "New", "Open"]).dictionary_encode(),
        updated_at=times,
        amount=pa.array([1, 2, 3]),
    )

    log = read(data, "a.parquet", on_error="skip")

    assert traces(log) == {"7": ["New", "Open"]}
    assert log.events.schema.field("amount").type == pa.int64()
    assert log.events.column("time").to_pylist()[0] == datetime(2026, 1, 1, tzinfo=UTC)
    assert log.intake.rejects[0].column == "ticket_id"
    assert "zone-assumed" in codes(log)


def test_an_event_log_in_parquet_reads_back_as_it_was(read, tmp_path):
    log = read(csv(*GOOD))
    pq.write_table(log.events, tmp_path / "log.parquet")

    again = read_log(tmp_path / "log.parquet")

    assert again.events.equals(log.events)
    assert again.intake.rows_read == 5


def test_a_damaged_parquet_file_is_named(read):
    data = parquet(case=pa.array(["1"]), activity=pa.array(["New"]))

    for broken in (data[:-9], data[:4] + bytes(len(data) - 8) + data[-4:]):
        with pytest.raises(InputError, match="damaged Parquet"):
            read(broken, "a.parquet")


def test_ndjson_is_a_table_too(read):
    lines = [
        f'{{"ticket": {{"id": {n // 3}}}, "status": "{s}", "updated_at": "{DAY}T1{n}:00:00Z"}}'
        for n, s in enumerate(("New", "Open", "Closed", "New", "Open"))
    ]

    log = read("\n".join(lines).encode(), "a.txt", case="ticket.id")

    assert traces(log) == {"0": ["New", "Open", "Closed"], "1": ["New", "Open"]}


def test_what_is_no_log_is_named(read):
    for head, kind in (
        (b"%PDF-1.7", "PDF"),
        (b"<html><body>", "HTML"),
        (b"SQLite format 3\0", "SQL"),
    ):
        with pytest.raises(InputError, match=kind):
            read(head + b"x" * 100)


def test_an_unknown_importer_is_a_usage_error(read):
    with pytest.raises(UsageError, match="'abc' is no kind of file and no preset"):
        read(csv(*GOOD), importer="abc")
    assert len(read(csv(*GOOD), importer="csv")) == 5


# -- batches ---------------------------------------------------------------------------------


def test_batches_are_the_same_events_with_the_same_account(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(csv(*GOOD, "3,New,never", ",,", *GOOD[:2]))
    options = ReadOptions(on_error="skip")

    stream = stream_events(path, options)
    batches = pa.concat_tables(list(stream))
    log = read_log(path, options)

    rows = batches.sort_by("row").select(["case", "activity", "time", "row"]).to_pylist()
    same = log.events.sort_by("row").select(["case", "activity", "time", "row"]).to_pylist()
    assert rows == same
    assert stream.intake().rejects == log.intake.rejects
    assert stream.intake().rows_read == log.intake.rows_read


def test_a_stream_refuses_after_its_last_row_with_the_whole_count(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(csv("0,New,never", *GOOD, "3,New,never"))

    stream = stream_events(path)

    with pytest.raises(BadTimeError, match="2 rows of 7"):
        list(stream)
    with pytest.raises(InputError, match="not been read to the end"):
        stream.intake()


def test_xes_is_no_table(tmp_path):
    (tmp_path / "a.xes").write_text("<?xml version='1.0'?><log></log>")

    with pytest.raises(InputError, match="XES"):
        stream_events(tmp_path / "a.xes")


def test_parquet_text_that_is_not_utf8_is_a_damaged_file(tmp_path):
    cases = pa.array([b"C1", b"\xff\xfe"]).view(pa.string())
    times = pa.array([0, 1], pa.timestamp("us", tz="UTC"))
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"case": cases, "activity": ["A", "B"], "time": times}), path)

    with pytest.raises(InputError, match="damaged Parquet"):
        read_log(path)
