"""Logs written and read back; both ways into XES; and files that are damaged at random."""

from __future__ import annotations

import io

import pyarrow as pa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casemine.errors import CasemineError
from casemine.log import EventLog
from casemine.log.columns import TIMESTAMP
from casemine.write.table import write_csv
from casemine.write.xes import write_xes
from event_lists import event_lists, table_of
from xes_files import HEAD, assert_same_log, event, log, read, read_exactly, tag, trace

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    # XML has no place for these; what becomes of them has a test of its own
    lambda text: all(
        char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff") for char in text
    )
)
values = {
    "text": (pa.string(), texts),
    "whole": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "number": (pa.float64(), st.floats(allow_nan=False)),
    "flag": (pa.bool_(), st.booleans()),
    "moment": (TIMESTAMP, st.integers(-(2**55), 2**55)),
}


def as_xes(found: EventLog) -> bytes:
    out = io.BytesIO()
    write_xes(found, out)
    return out.getvalue()


@st.composite
def logs(draw):
    """Logs with ties, starts, transitions, attributes of all types, gaps, and case attributes."""
    events = draw(event_lists(max_size=20).filter(bool))
    table = table_of(events)
    if draw(st.booleans()):
        words = st.sampled_from([None, "complete", "COMPLETE", "suspend"])
        column = [draw(words) for _ in events]
        table = table.append_column("lifecycle", pa.array(column, pa.string()))
    if draw(st.booleans()):
        column = [draw(st.none() | st.sampled_from("xy")) for _ in events]
        table = table.append_column("concept:instance", pa.array(column, pa.string()))
    for name in draw(st.lists(st.sampled_from(sorted(values)), unique=True)):
        kind, strategy = values[name]
        column = [draw(st.none() | strategy) for _ in events]
        # A column without any value has nothing to be read back from.
        column[0] = draw(strategy)
        array = pa.array(column, pa.int64() if kind == TIMESTAMP else kind)
        table = table.append_column(f"my {name}", array.cast(kind))
    cases = draw(st.none() | st.lists(st.sampled_from(["7", "007", "more"]), unique=True))
    case_table = None
    if cases:
        case_table = pa.table({"case": cases, "vip": [draw(texts) for _ in cases]})
    return EventLog.ordered(table, case_table=case_table)


def plain(column: pa.ChunkedArray) -> list:
    if column.type == TIMESTAMP:
        column = column.cast(pa.int64())
    return column.to_pylist()


@SLOW
@given(logs())
def test_a_log_written_as_xes_and_read_back_is_the_same(found):
    back = read(as_xes(found))

    for name in found.events.column_names:
        if name == "row" or found.events.column(name).null_count == len(found):
            continue
        assert plain(back.events.column(name)) == plain(found.events.column(name)), name
    assert set(back.events.column_names) - set(found.events.column_names) <= {"lifecycle"}
    if found.case_table is not None:
        kept = {row["case"]: row["vip"] for row in back.case_table.to_pylist()}
        assert {case: vip for case, vip in kept.items() if vip is not None} == {
            row["case"]: row["vip"] for row in found.case_table.to_pylist()
        }


@SLOW
@given(logs())
def test_writing_what_was_read_gives_the_same_bytes(found):
    once = as_xes(read(as_xes(found)))

    assert as_xes(read(once)) == once


@SLOW
@given(logs())
def test_both_ways_read_what_was_written_alike(found):
    written = as_xes(found)

    assert_same_log(read(written), read_exactly(written))


@SLOW
@given(logs())
def test_csv_holds_every_cell(found):
    import csv

    out = io.BytesIO()
    write_csv(found, out)

    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))
    assert [row["case"] for row in rows] == found.events.column("case").to_pylist()
    assert [row["activity"] for row in rows] == found.events.column("activity").to_pylist()
    if "my text" in found.events.column_names:
        expected = [text or "" for text in found.events.column("my text").to_pylist()]
        assert [row["my text"] for row in rows] == expected


# Files made of fragments that fit, or nearly.

fragments = st.sampled_from(
    [
        event("A"),
        event("B", "2026-05-31T10:00:00Z", tag("n", "1", "int")),
        event("A", "2026-05-31T10:00:00"),
        event("A", "2026-05-31T10:00:00.123456+02:00", tag("n", "1.5", "float")),
        event("A", None),
        event(None),
        event("", "2026-05-31T10:00:00Z"),
        event("&amp;&#65;&lt;"),
        event("x\ty"),
        event("A", "2026-02-30T10:00:00Z"),
        event("A", "2026-05-31T10:00:00Z", tag("n", "abc", "int")),
        event("A", "2026-05-31T10:00:00Z", tag("n", "1"), tag("n", "2")),
        event("A", "2026-05-31T10:00:00Z", '<list key="l"><values/></list>'),
        event("A", None, '<string key="a" value="b"><int key="c" value="1"/></string>'),
        event("A", "2026-05-31T10:00:00Z", tag("lifecycle:transition", "start")),
        event("A", "2026-05-31T11:00:00Z", tag("lifecycle:transition", "complete")),
        "<event/>",
        "<!-- </trace> -->",
        "<![CDATA[<event>]]>",
        "</trace><trace>",
        "</trace>\n<trace><string key='concept:name' value='1'/>",
        tag("amount", "7", "int"),
        tag("amount", "x", "int"),
        tag("concept:name", "1"),
        tag("", "1"),
        "<string/>",
        "<meta/>",
        "text",
        "</event>",
        "<trace>",
        "<",
        '"',
        "&x;",
        "]]>",
    ]
)  # fmt: skip
traces = st.lists(
    st.tuples(st.sampled_from([None, "1", "2", "trace 1"]), st.lists(fragments, max_size=6)),
    max_size=5,
)


def outcome(reader, text: str, **options):
    """The log, or what the error says."""
    try:
        return reader(text, **options)
    except CasemineError as error:
        return type(error), str(error), error.mend, error.count


@settings(max_examples=250, deadline=None)
@example([("1", ["</trace><trace>", '"']), ("2", ['"'])], "skip")
@given(traces, st.sampled_from(["fail", "skip"]))
def test_both_ways_agree_on_any_mixture(parts, on_error):
    text = log(*(trace(name, *inside) for name, inside in parts))

    fast, exact = (outcome(reader, text, on_error=on_error) for reader in (read, read_exactly))

    if isinstance(fast, EventLog) and isinstance(exact, EventLog):
        assert_same_log(fast, exact)
        assert (
            fast.intake.rows_read
            == len(fast) + fast.intake.rows_joined + fast.intake.rows_quarantined
        )
    else:
        assert fast == exact


@settings(max_examples=250, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 30), st.binary(max_size=6)), max_size=4
    ),
    st.sampled_from(["fail", "skip"]),
)
def test_no_damage_crashes_a_reader_or_splits_them(edits, on_error):
    data = bytearray(
        log(
            trace("1", event("A"), event("B", "2026-05-31T10:00:00Z", tag("n", "1", "int"))),
            trace("2", event("é &amp; ü", None, '<list key="l"><values/></list>')),
            head=HEAD + '<global scope="event"><string key="x" value="y"/></global>',
        ).encode()
    )
    for at, length, put in edits:
        data[at : at + length] = put

    fast, exact = (
        outcome(reader, bytes(data), on_error=on_error) for reader in (read, read_exactly)
    )

    if isinstance(fast, EventLog) and isinstance(exact, EventLog):
        assert_same_log(fast, exact)
    else:
        # Of several faults, either may be met first.
        assert fast[0] is exact[0]
