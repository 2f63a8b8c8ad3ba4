"""Reading XES: which column, case, activity and time each part of a file becomes."""

from __future__ import annotations

import io
import subprocess
import sys

import pyarrow as pa
import pytest

from casemine.errors import InputError, UsageError
from casemine.read.member import Member
from casemine.read.options import ReadOptions
from casemine.read.xes import read_xes, recognises
from xes_files import (
    HEAD,
    assert_same_log,
    column,
    event,
    log,
    member_of,
    notes,
    read,
    tag,
    trace,
)

A = event("A", "2026-05-31T09:00:00Z")
B = event("B", "2026-05-31T10:00:00Z")
C = event("C", "2026-05-31T11:00:00Z")


def test_usual_keys_become_the_columns_of_a_log():
    found = read(
        log(
            trace(
                "007",
                event(
                    "A",
                    "2026-05-31T09:00:00+02:00",
                    tag("org:resource", "ann"),
                    tag("org:group", "L1"),
                    tag("lifecycle:transition", "complete"),
                    tag("priority", "high"),
                ),
            )
        )
    )

    assert found.events.column_names == [
        "case",
        "activity",
        "time",
        "row",
        "resource",
        "group",
        "lifecycle",
        "priority",
    ]
    assert column(found, "case") == ["007"]
    assert found.events.column("time").cast(pa.int64()).to_pylist() == [1_780_210_800_000_000]
    assert (found.source, found.intake.rows_read) == ("log.xes", 1)


def test_rows_count_the_events_of_the_file_and_break_ties():
    found = read(log(trace("1", C, A), trace("2", event("B"), event("A"))))

    assert column(found, "row") == [2, 1, 3, 4]
    assert column(found, "activity") == ["A", "C", "B", "A"]


def test_attributes_keep_their_types():
    found = read(
        log(
            trace(
                "1",
                event(
                    "A",
                    "2026-05-31T09:00:00Z",
                    tag("n", "+07", "int"),
                    tag("x", "1.50", "float"),
                    tag("b", "True", "boolean"),
                    tag("d", "2026-01-02T00:00:00Z", "date"),
                    tag("i", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "id"),
                ),
                event(
                    "B",
                    "2026-05-31T10:00:00Z",
                    tag("n", " -8 ", "int"),
                    tag("x", "INF", "float"),
                    tag("b", "0", "boolean"),
                ),
            )
        )
    )

    assert column(found, "n") == [7, -8]
    assert column(found, "x") == [1.5, float("inf")]
    assert column(found, "b") == [True, False]
    assert str(found.events.schema.field("d").type) == "timestamp[us, tz=UTC]"
    assert column(found, "i") == ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", None]


def test_case_ids_and_activities_are_text_as_written_whatever_their_type():
    found = read(
        log(
            f"<trace>{tag('concept:name', '007', 'int')}"
            f"<event>{tag('concept:name', '1.50', 'float')}</event></trace>"
        )
    )

    assert (column(found, "case"), column(found, "activity")) == (["007"], ["1.50"])


def test_whole_and_other_numbers_together_become_other_numbers():
    found = read(
        log(
            trace(
                "1",
                event("A", None, tag("n", "1", "int")),
                event("B", None, tag("n", "2.5", "float")),
            )
        )
    )

    assert column(found, "n") == [1.0, 2.5]


def test_other_mixtures_of_types_become_text_with_a_note():
    found = read(
        log(
            trace(
                "1",
                event("A", None, tag("n", "1", "int")),
                event("B", None, tag("n", "two")),
                event("C", None, tag("n", "2026-01-02T03:04:05.5Z", "date")),
            )
        )
    )

    assert column(found, "n") == ["1", "two", "2026-01-02T03:04:05.5+00:00"]
    assert notes(found)["mixed-types"] == 1


def test_an_empty_value_is_missing_and_so_are_the_markers_that_the_user_names():
    text = log(
        trace(
            "1",
            event("A", None, tag("x", ""), tag("n", "", "int")),
            event("B", None, tag("x", "?"), tag("n", "3", "int")),
        )
    )

    assert column(read(text), "x") == [None, "?"]
    assert column(read(text), "n") == [None, 3]
    assert column(read(text, missing=("?", "3")), "x") == [None, None]
    assert column(read(text, missing=("?", "3")), "n") == [None, None]


def test_names_of_ours_are_never_overwritten():
    found = read(
        log(
            trace(
                "1",
                event(
                    "A",
                    None,
                    tag("case", "x"),
                    tag("row", "9"),
                    tag("event:row", "8"),
                    tag("resource", "r"),
                ),
            )
        )
    )

    assert found.events.column_names == [
        "case",
        "activity",
        "row",
        "event:case",
        "event:event:row",
        "event:row",
        "event:resource",
    ]
    assert column(found, "row") == [1]
    assert column(found, "event:row") == ["8"]
    assert column(found, "event:event:row") == ["9"]


def test_a_column_of_ids_stays_text_and_one_of_few_values_is_encoded():
    events = [
        event("A", None, tag("id", f"id {n}"), tag("kind", f"kind {n % 3}")) for n in range(30)
    ]

    found = read(log(trace("1", *events)))

    assert found.events.schema.field("id").type == pa.string()
    assert pa.types.is_dictionary(found.events.schema.field("kind").type)


def test_attributes_of_traces_stand_in_the_case_table():
    found = read(
        log(
            "<trace>",
            tag("concept:name", "1"),
            tag("amount", "5", "int"),
            tag("case", "x"),
            A,
            "</trace>",
            trace("2", B),
        )
    )

    assert found.case_table.to_pydict() == {
        "case": ["1", "2"],
        "amount": [5, None],
        "trace:case": ["x", None],
    }
    assert "amount" not in found.events.column_names


def test_a_trace_without_a_name_gets_its_place_in_the_file():
    found = read(log(trace("1", A), trace(None, B), trace("", C)))

    assert column(found, "case") == ["1", "trace 2", "trace 3"]
    assert notes(found)["nameless-traces"] == 2


def test_a_made_up_name_never_takes_a_real_one():
    found = read(log(trace(None, A), trace("trace 1", B)))

    assert sorted(column(found, "case")) == ["trace 1", "trace 1 (2)"]
    assert [each["activity"] for each in found.events.to_pylist() if each["case"] == "trace 1"] == [
        "B"
    ]


def test_two_traces_of_one_name_are_two_cases():
    found = read(log(trace("1", A, B), trace("1", C), trace("1 (2)", C), trace("1", A)))

    assert sorted(set(column(found, "case"))) == ["1", "1 (2)", "1 (3)", "1 (4)"]
    assert notes(found)["repeated-trace-names"] == 2


def test_the_user_can_join_traces_of_one_name():
    text = log("<trace>", tag("concept:name", "1"), tag("v", "x"), A, "</trace>", trace("1", C))

    found = read(text, case="concept:name")

    assert column(found, "case") == ["1", "1"]
    assert column(found, "case:v") == ["x", None]
    assert found.case_table is None


def test_cases_can_come_from_another_attribute_of_traces_or_events():
    text = log(
        "<trace>",
        tag("concept:name", "1"),
        tag("customer", "9"),
        event("A", None, tag("ticket", "T1")),
        event("B", None, tag("ticket", "T2")),
        "</trace>",
    )

    assert column(read(text, case="customer"), "case") == ["9", "9"]
    assert column(read(text, case="case:customer"), "case") == ["9", "9"]
    assert column(read(text, case="ticket"), "case") == ["T1", "T2"]


def test_traces_without_events_are_counted_and_keep_their_attributes():
    found = read(log(trace("1", A), trace("2")))

    assert notes(found)["traces-without-events"] == 1
    assert found.case_table.column("case").to_pylist() == ["1", "2"]


def test_an_event_outside_of_any_trace_is_refused_or_left_out():
    text = log(trace("1", A), B)

    with pytest.raises(InputError, match=r"log\.xes:6: an event stands outside .*\(1 event of 2\)"):
        read(text)
    found = read(text, on_error="skip")

    assert (len(found), found.intake.rows_quarantined) == (1, 1)


def test_another_key_can_be_the_activity_time_start_resource_or_group():
    text = log(
        trace(
            "1",
            f"<event>{tag('step', 'A')}{tag('end', '2026-05-31T10:00:00Z', 'date')}"
            f"{tag('begin', '2026-05-31T09:00:00Z')}{tag('who', 'ann')}{tag('team', 'L1')}"
            "</event>",
        )
    )

    found = read(text, activity="step", time="end", start="begin", resource="who", group="team")

    assert found.events.column_names == [
        "case",
        "activity",
        "time",
        "start",
        "row",
        "resource",
        "group",
    ]
    assert column(found, "resource") == ["ann"]


def test_a_key_that_is_not_there_is_refused_with_near_ones():
    with pytest.raises(
        UsageError, match="has no attribute 'concept:nam', which --activity"
    ) as caught:
        read(log(trace("1", A)), activity="concept:nam")

    assert caught.value.mend == "did you mean 'concept:name'?"


def test_a_classifier_names_the_activity_where_events_have_no_name():
    head = HEAD + '<classifier name="Step" keys="step kind \'sub kind\'"/>\n'
    each = f"<event>{tag('step', 'A')}{tag('kind', 'x')}{tag('sub kind', 'y')}</event>"

    found = read(log(trace("1", each), head=head))

    assert column(found, "activity") == ["A+x+y"]
    assert "classifier-used" in notes(found)


def test_events_without_any_activity_are_refused_with_what_there_is():
    with pytest.raises(InputError, match="no 'concept:name', so no activity") as caught:
        read(log(trace("1", f"<event>{tag('step', 'A')}</event>")))

    assert caught.value.mend.endswith("there are: 'step'")


@pytest.mark.parametrize("name", [None, ""])
def test_one_event_without_activity_is_refused_or_left_out(name):
    text = log(trace("1", A, event(name, "2026-05-31T10:00:00Z"), C))

    with pytest.raises(
        InputError, match=r"log\.xes:5: an event has no 'concept:name' \(1 event of 3\)"
    ):
        read(text)
    assert column(read(text, on_error="skip"), "activity") == ["A", "C"]


@pytest.mark.parametrize(
    "head",
    [
        "<log>",
        "<log/>",
        HEAD,
        "\ufeff" + HEAD,
        "\n<?xml version='1.0'?>\n<!-- <html> --><xes:log a='b'>",
        '<!DOCTYPE log [<!ENTITY a "b">]><log>',
    ],
)
def test_xes_is_recognised_by_its_root(head):
    assert recognises(head.encode())
    assert recognises(head.removeprefix("\ufeff").encode("utf-16"))


@pytest.mark.parametrize(
    "head", ["", "log", "<logs>", "<html>", "case,activity", "<!-- <log>", "{}"]
)
def test_other_files_are_not_taken_for_xes(head):
    assert not recognises(head.encode())


def test_a_stream_that_hands_over_little_at_a_time_is_read_to_its_end():
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(37 if size is None or size < 0 else min(size, 37))

    data = log(trace("1", A, B)).encode()
    member = Member("log.xes", lambda: Trickle(data))

    assert_same_log(read_xes(member, ReadOptions()), read_xes(member_of(data), ReadOptions()))


def test_reading_loads_no_pandas(tmp_path):
    path = tmp_path / "log.xes"
    steps = [
        event(name, time, tag("lifecycle:transition", step), tag("n", "1", "int"))
        for name, time, step in (
            ("A", "2026-05-31T09:00:00Z", "start"),
            ("A", "2026-05-31T10:00:00Z", "complete"),
        )
    ]
    path.write_text(log(trace("1", *steps)))
    code = (
        "import sys\nfrom functools import partial\nfrom casemine.read.member import Member\n"
        "from casemine.read.options import ReadOptions\nfrom casemine.read.xes import read_xes\n"
        f"read_xes(Member('log.xes', partial(open, {str(path)!r}, 'rb')), ReadOptions())\n"
        "print('pandas' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
