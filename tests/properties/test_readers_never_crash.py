"""Whatever bytes come, reading gives a log or an error that a user can mend, and nothing else."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casemine.errors import CasemineError
from casemine.log import EventLog
from casemine.read import ReadOptions, read_log, stream_events
from casemine.read.source import members_of
from casemine.read.table import EventStream, read_tables
from casemine.read.tables.delimited import DelimitedTable
from casemine.read.tables.jsonrows import JsonTable
from casemine.read.tables.parquet import ParquetTable

EVENTS = [
    {"case": f"{n // 3}", "activity": "ABC"[n % 3], "time": f"2026-05-{n + 10}T09:00:00Z", "n": n}
    for n in range(12)
]


def _csv() -> bytes:
    lines = [f'{e["case"]},"{e["activity"]}",{e["time"]},é' for e in EVENTS]
    return "\n".join(["case,activity,time,word", *lines]).encode()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", _csv())
    return out.getvalue()


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(EVENTS[0]))
    for event in EVENTS:
        book.active.append(list(event.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(EVENTS), out)
    return out.getvalue()


SEEDS = {
    "csv": _csv(),
    "csv-16": _csv().decode().encode("utf-16"),
    "gz": gzip.compress(_csv()),
    "zip": _zip(),
    "json": json.dumps(EVENTS).encode(),
    "ndjson": "\n".join(map(json.dumps, EVENTS)).encode(),
    "xlsx": _xlsx(),
    "parquet": _parquet(),
}

MODEST = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def survives(folder, data: bytes, **fields) -> None:
    """Read bytes; anything but a log or a CasemineError fails the test by itself."""
    path = folder / "input"
    path.write_bytes(data)
    try:
        log = read_log(path, **fields)
    except CasemineError:
        return
    assert isinstance(log, EventLog)
    account = log.intake
    assert len(log) > 0
    assert account.rows_read == len(log) + account.rows_joined + account.rows_quarantined


@MODEST
@given(data=st.binary(max_size=300))
def test_random_bytes(tmp_path, data):
    survives(tmp_path, data)


@MODEST
@given(text=st.text(st.sampled_from('ab1,;\t|"\n\r é{}[]:\0<>=-/'), max_size=120))
def test_random_text(tmp_path, text):
    survives(tmp_path, text.encode(), on_error="skip")


@st.composite
def damaged(draw) -> bytes:
    """A good file with a few bytes replaced, removed, doubled or put in."""
    data = bytearray(SEEDS[draw(st.sampled_from(sorted(SEEDS)))])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from(("flip", "cut", "double", "insert", "end")))
        if kind == "flip":
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 30))]
        elif kind == "double":
            data[at:at] = data[at : at + draw(st.integers(1, 60))]
        elif kind == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=8))
        else:
            del data[at:]
        if not data:
            break
    return bytes(data)


@settings(MODEST, max_examples=250)
@given(data=damaged(), skip=st.booleans())
def test_good_files_with_damage(tmp_path, data, skip):
    survives(tmp_path, data, on_error="skip" if skip else "fail")


CELL = st.sampled_from(["", "1", "2", "New", "Op,en", 'say "x"', "two\nlines", "?", "é"])
TIME = st.sampled_from(["2026-05-31 09:00:00", "2026-05-30 10:00:00", "", "never", "2026-05-31"])


@settings(MODEST, max_examples=80)
@given(
    rows=st.lists(st.tuples(CELL, CELL, TIME, CELL), min_size=1, max_size=25),
    block=st.integers(1, 80),
)
def test_blocks_of_any_size_give_the_same_events_and_account(tmp_path, rows, block):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["case,activity,time,note", *quoted]), encoding="utf-8")
    options = ReadOptions(on_error="skip", case="case", activity="activity", time="time")
    (member,) = members_of(path)

    def outcome(block_size: int, *, keep: bool):
        table = DelimitedTable(member, options, block_size=block_size)
        try:
            if keep:
                log = read_tables([table], options)
                return log.events.sort_by("row"), log.intake.rejects, log.intake.rows_read
            stream = EventStream([table], options)
            events = pa.concat_tables(list(stream)).sort_by("row")
            return events, stream.intake().rejects, stream.intake().rows_read
        except CasemineError as error:
            return str(error)

    whole, small, streamed = (
        outcome(1 << 20, keep=True),
        outcome(block, keep=True),
        outcome(block, keep=False),
    )

    if isinstance(whole, str):
        assert whole == small == streamed
        return
    for other in (small, streamed):
        assert other[0].to_pylist() == whole[0].to_pylist()
        assert other[1:] == whole[1:]


@settings(MODEST, max_examples=20)
@given(rows=st.integers(1, 20))
def test_parquet_and_json_in_batches_are_the_same_too(tmp_path, rows):
    parquet, ndjson = tmp_path / "a.parquet", tmp_path / "a.ndjson"
    parquet.write_bytes(SEEDS["parquet"])
    ndjson.write_bytes(SEEDS["ndjson"])
    options = ReadOptions()

    for path, table in (
        (parquet, ParquetTable(members_of(parquet)[0], rows=rows)),
        (ndjson, JsonTable(members_of(ndjson)[0], options, rows=rows)),
    ):
        streamed = pa.concat_tables(list(EventStream([table], options))).sort_by("row")
        whole = read_log(path).events.sort_by("row")

        names = ["case", "activity", "time", "row"]
        assert streamed.select(names).to_pylist() == whole.select(names).to_pylist()


def test_a_stream_can_be_read_twice(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(_csv())
    stream = stream_events(path)

    first, second = (pa.concat_tables(list(stream)).to_pylist() for _ in range(2))

    assert first == second
