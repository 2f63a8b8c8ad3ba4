"""Joining of start and complete events."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.log.columns import TIMESTAMP
from casemine.log.lifecycle import join_pairs


def table(*events: tuple, timed: bool = True, instances: bool = False) -> pa.Table:
    """Events of (case, activity, transition, time[, instance]), in the order of their rows."""
    columns = {
        "case": [e[0] for e in events],
        "activity": [e[1] for e in events],
        "lifecycle": pa.array([e[2] for e in events], pa.string()),
        "row": pa.array(range(1, len(events) + 1), pa.int64()),
    }
    if timed:
        columns["time"] = pa.array([e[3] for e in events], pa.int64()).cast(TIMESTAMP)
    if instances:
        columns["concept:instance"] = pa.array([e[4] for e in events], pa.string())
    return pa.table(columns)


def seen(joined) -> list[tuple]:
    """(row, start, time) of what is left, in microseconds."""
    events = joined.table
    times, starts = (events.column(name).cast(pa.int64()).to_pylist() for name in ("time", "start"))
    return list(zip(events.column("row").to_pylist(), starts, times, strict=True))


def codes(joined) -> dict[str, int]:
    return {note.code: note.count for note in joined.notes}


def test_a_start_and_a_complete_become_one_event():
    joined = join_pairs(table(("1", "A", "start", 10), ("1", "A", "complete", 15)))

    assert seen(joined) == [(2, 10, 15)]
    assert joined.joined == 1


def test_words_are_compared_without_regard_to_case():
    joined = join_pairs(table(("1", "A", "START", 10), ("1", "A", "Complete", 15)))

    assert seen(joined) == [(2, 10, 15)]


def test_the_first_start_belongs_to_the_first_complete():
    events = table(
        ("1", "A", "start", 1),
        ("1", "A", "start", 2),
        ("1", "A", "complete", 3),
        ("1", "A", "complete", 9),
    )

    assert seen(join_pairs(events)) == [(3, 1, 3), (4, 2, 9)]


def test_case_activity_and_instance_keep_pairs_apart():
    events = table(
        ("1", "A", "start", 1, "x"),
        ("1", "A", "start", 2, "y"),
        ("2", "A", "start", 3, "x"),
        ("1", "B", "start", 4, None),
        ("1", "A", "complete", 5, "y"),
        ("1", "A", "complete", 6, "x"),
        ("2", "A", "complete", 7, "x"),
        ("1", "B", "complete", 8, None),
        instances=True,
    )

    joined = join_pairs(events)

    assert seen(joined) == [(5, 2, 5), (6, 1, 6), (7, 3, 7), (8, 4, 8)]


def test_what_has_no_partner_stays_and_is_counted():
    events = table(
        ("1", "A", "complete", 1),
        ("1", "A", "start", 2),
        ("1", "A", "complete", 3),
        ("1", "A", "start", 4),
        ("1", "A", "start", 5),
        ("1", "A", "schedule", 6),
    )

    joined = join_pairs(events)

    assert seen(joined) == [(1, None, 1), (3, 2, 3), (4, None, 4), (5, None, 5), (6, None, 6)]
    assert codes(joined) == {
        "pairs-joined": 1,
        "lone-starts": 2,
        "lone-completes": 1,
        "lifecycle-kept": 1,
    }


def test_a_start_at_the_time_of_its_complete_must_come_before_it_in_the_file():
    before = join_pairs(table(("1", "A", "start", 5), ("1", "A", "complete", 5)))
    after = join_pairs(table(("1", "A", "complete", 5), ("1", "A", "start", 5)))

    assert seen(before) == [(2, 5, 5)]
    assert after.joined == 0


def test_a_lifecycle_of_its_own_is_left_alone():
    events = table(("1", "A", "In Progress", 1), ("1", "A", "Wait", 2), ("1", "A", None, 3))

    joined = join_pairs(events)

    assert joined.table.equals(events)
    assert "'In Progress' (1)" in joined.notes[0].text


def test_a_log_with_completes_alone_says_nothing():
    events = table(("1", "A", "complete", 1), ("1", "B", "complete", 2))

    assert join_pairs(events) == (events, 0, ())


def test_without_times_the_order_of_rows_pairs_and_no_start_is_made():
    events = table(("1", "A", "start"), ("1", "A", "complete"), ("1", "B", "start"), timed=False)

    joined = join_pairs(events)

    assert joined.table.column("row").to_pylist() == [2, 3]
    assert "start" not in joined.table.column_names


def test_a_complete_that_knows_its_start_takes_no_other():
    events = table(("1", "A", "start", 1), ("1", "A", "complete", 5), ("1", "A", "complete", 6))
    events = events.append_column("start", pa.array([None, 4, None], pa.int64()).cast(TIMESTAMP))

    assert seen(join_pairs(events)) == [(2, 4, 5), (3, 1, 6)]


def test_an_empty_table_comes_back():
    events = table()

    assert join_pairs(events).table.equals(events)


def queue_oracle(events: pa.Table) -> tuple[dict[int, int | None], set[int]]:
    """Ten lines of plain Python: start time by row that stays, and rows that went."""
    waiting: dict[tuple, list[dict]] = {}
    starts: dict[int, int | None] = {}
    gone: set[int] = set()
    rows = [*events.to_pylist()]
    for each in rows:
        each["time"] = int(each["time"].timestamp() * 1_000_000 + 0.5)
    words = {(each["lifecycle"] or "").lower() for each in rows}
    for each in sorted(rows, key=lambda each: (each["time"], each["row"])):
        queue = waiting.setdefault((each["case"], each["activity"], each["concept:instance"]), [])
        starts[each["row"]] = None
        word = (each["lifecycle"] or "").lower()
        if not {"start", "complete"} <= words:
            continue
        if word == "start":
            queue.append(each)
        elif word == "complete" and queue:
            first = queue.pop(0)
            gone.add(first["row"])
            starts[each["row"]] = first["time"]
    return {row: start for row, start in starts.items() if row not in gone}, gone


@settings(max_examples=120)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("12"),
            st.sampled_from("AB"),
            st.sampled_from(["start", "complete", "Start", "COMPLETE", "suspend", None]),
            st.integers(0, 8).map(lambda n: n * 1000),
            st.sampled_from([None, "i"]),
        ),
        max_size=30,
    )
)
def test_joining_agrees_with_a_queue_per_group(events):
    events = table(*events, instances=True)

    joined = join_pairs(events)

    expected, gone = queue_oracle(events)
    found = joined.table
    starts = (
        found.column("start").cast(pa.int64()).to_pylist()
        if "start" in found.column_names
        else [None] * found.num_rows
    )
    assert dict(zip(found.column("row").to_pylist(), starts, strict=True)) == expected
    assert joined.joined == len(gone)
