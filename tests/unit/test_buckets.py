from __future__ import annotations

import gc
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from casemine.errors import OutputError, UsageError
from casemine.log import EventLog, buckets, parse_log, spanfile, summarise
from casemine.log.buckets import BucketedLog, text_hashes
from casemine.log.select import Selection, select
from casemine.log.spans import span_stats
from casemine.model.intake import Intake
from event_lists import assert_same_summary, table_of

HASH_OF_AB = 0xB56859CCF275DC9  # the same in every run
INTAKE = Intake(rows_read=5)


def split(table, folder, *, memory_limit=1 << 30, size=1000):
    return BucketedLog.of(
        table.to_batches(max_chunksize=size) or [pa.RecordBatch.from_pylist([], table.schema)],
        source="export.csv",
        memory_limit=memory_limit,
        intake=INTAKE,
        folder=folder,
    )


def support_table(cases=300, seed=1):
    numbers = np.random.default_rng(seed)
    events = cases * 6
    return pa.table(
        {
            "case": [f"T{n}" for n in numbers.integers(0, cases, events)],
            "activity": [f"step {n}" for n in numbers.integers(0, 9, events)],
            "time": pa.array(numbers.integers(0, 90, events) * 10**6, pa.timestamp("us")),
            "row": numbers.permutation(events),
            "group": pa.array(
                [f"g{n}" for n in numbers.integers(0, 3, events)]
            ).dictionary_encode(),
        }
    )


@pytest.fixture
def tight(monkeypatch):
    """As if each event took so much memory that buckets must be split again and again."""
    monkeypatch.setattr(buckets, "EVENT", 300_000)
    monkeypatch.setattr(buckets, "LEAST", 2_000)


def test_summary_equals_that_in_memory(tmp_path):
    table = support_table()

    with split(table, tmp_path) as log:
        summary = log.summarise()

    assert_same_summary(summary, summarise(EventLog.ordered(table)))
    assert (log.events, len(log.activities)) == (table.num_rows, 9)


@pytest.mark.usefixtures("tight")
def test_buckets_that_are_too_large_are_split_again(tmp_path):
    table = support_table(cases=100)

    with split(table, tmp_path, memory_limit=4_000_000) as log:
        summary = log.summarise()
        sizes = [len(one) for one in log]

    assert_same_summary(summary, summarise(EventLog.ordered(table)))
    assert len(sizes) > 64
    assert max(sizes) <= 24  # one case, that is


def test_every_log_holds_whole_cases_with_their_attributes(tmp_path):
    table = support_table()
    whole = EventLog.ordered(table)

    with split(table, tmp_path) as log:
        logs = list(log)

    ids = [set(one.events.column("case").to_pylist()) for one in logs]
    assert sum(map(len, ids)) == len(set().union(*ids)) == 300
    rows = [row for one in logs for row in one.events.to_pylist()]
    assert sorted(rows, key=lambda row: row["row"]) == sorted(
        whole.events.to_pylist(), key=lambda row: row["row"]
    )
    assert logs[0].events.schema == whole.events.schema
    assert (logs[0].source, logs[0].intake) == ("export.csv", INTAKE)
    assert log.attributes == ("group",)


def test_files_go_when_the_log_is_closed_or_forgotten(tmp_path):
    log = split(support_table(), tmp_path)
    other = split(support_table(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2

    log.close()
    del other
    gc.collect()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, FileNotFoundError])
def test_files_go_when_the_source_fails_in_the_middle(tmp_path, stop):
    def batches():
        yield support_table().to_batches()[0]
        raise stop

    with pytest.raises(stop):
        BucketedLog.of(batches(), source="s", memory_limit=1 << 30, intake=INTAKE, folder=tmp_path)

    assert list(tmp_path.iterdir()) == []


class FullDisk:
    def write_table(self, part):
        raise OSError(28, "No space left on device")

    def close(self):
        pass


def test_full_disk_is_an_output_error_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(pa.ipc, "new_stream", lambda *_, **__: FullDisk())

    with pytest.raises(OutputError, match="No space left on device") as caught:
        split(support_table(), tmp_path)

    assert "--memory-limit" in caught.value.mend
    assert list(tmp_path.iterdir()) == []


def test_folder_that_does_not_exist_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="cannot write temporary files"):
        split(support_table(), tmp_path / "absent")


def test_log_without_events_has_an_empty_summary(tmp_path):
    table = table_of([])

    with split(table, tmp_path) as log:
        summary = log.summarise()

    assert_same_summary(summary, summarise(EventLog.ordered(table)))
    assert list(log) == []


@pytest.mark.usefixtures("tight")
def test_one_case_larger_than_the_limit_is_worked_on_whole(tmp_path):
    events = [{"case": "1", "activity": "AB"[n % 2], "time": n // 2, "row": n} for n in range(500)]

    with split(table_of(events), tmp_path, memory_limit=1) as log:
        assert len(list(log)) == 1
        assert_same_summary(log.summarise(), summarise(EventLog.ordered(table_of(events))))


@pytest.mark.parametrize(
    "asked",
    [
        Selection(drop_activities=("step 1", "step 2"), min_events=3),
        Selection(top_variants=3, drop_activities=tuple(f"step {n}" for n in range(2, 9))),
        Selection(variant_coverage=0.4, max_duration=timedelta(seconds=60)),
        Selection(where=("group == g1",), where_scope="event", starts_with=("step 0",)),
        Selection(cases=("T1", "T2", "T77")),
        Selection(min_events=1000),
    ],
)
def test_filters_leave_what_they_leave_in_memory(tmp_path, asked):
    table = support_table(cases=120)
    expected = select(EventLog.ordered(table), asked)

    with split(table, tmp_path, memory_limit=20_000) as log:
        chosen, left_out = log.select(asked)
        with chosen:
            summary = chosen.summarise()

    assert_same_summary(summary, summarise(expected.log))
    assert left_out == expected.left_out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asked", [{"cases": ("T0", "X")}, {"keep_activities": ("stp 1",)}])
def test_names_are_checked_against_the_whole_log(tmp_path, asked):
    with split(support_table(), tmp_path) as log, pytest.raises(UsageError, match="has no"):
        log.select(Selection(**asked))


def test_filters_after_one_that_leaves_nothing_are_accounted_for_as_in_memory(tmp_path):
    table = support_table(cases=20)
    asked = Selection(min_events=1000, where=("group == 'g1'",), top_variants=2)
    expected = select(EventLog.ordered(table), asked)

    with split(table, tmp_path) as log:
        chosen, left_out = log.select(asked)
        again, nothing = chosen.select(Selection(min_events=2))

    assert left_out == expected.left_out
    assert (len(chosen), chosen.attributes, chosen.timed) == (0, ("group",), True)
    assert [(one.cases, one.events) for one in nothing] == [(0, 0)]
    assert again.attributes == ("group",)


def test_hash_depends_on_the_text_alone():
    words = ["", "a", "b", "ab", "ba", "", "é", "a" * 300]

    one = text_hashes(pa.chunked_array([words]))
    other = text_hashes(pa.chunked_array([words[5:], words[:5]], pa.large_string()).slice(1))

    assert one[0] == one[5] == 0
    assert len(set(one.tolist())) == 7
    assert other.tolist() == [*one[6:], *one[:5]]
    assert text_hashes(pa.chunked_array([["ab"]]))[0] == one[3] == HASH_OF_AB


@pytest.mark.parametrize("budget", [10**6, 48 * 7, 1])
def test_spans_on_disk_have_the_statistics_of_spans_in_memory(tmp_path, budget):
    numbers = np.random.default_rng(3)
    group = numbers.integers(0, 5, 400) ** 2 // 4
    spans = numbers.integers(-50, 50, 400) * numbers.choice([1, 10**12], 400)
    file = spanfile.SpanFile(tmp_path / "spans")
    for part in np.array_split(np.arange(400), 7):
        file.add(group[part], spans[part], 6)

    stats = file.stats(6, budget)

    expected = span_stats(group, spans, 6)
    assert stats.total == expected.total
    assert np.array_equal(stats.n, expected.n)
    assert np.array_equal(stats.picks, expected.picks)


def test_renumbered_groups_may_fall_together(tmp_path):
    file = spanfile.SpanFile(tmp_path / "spans")
    file.add(np.array([0, 2, 1, 2]), np.array([5, 6, 7, 8]), 3)

    file.renumbered(0, np.array([1, 0, 1]))

    assert (
        file.stats(2, 10**6).picks.tolist()
        == span_stats(np.array([1, 1, 0, 1]), np.array([5, 6, 7, 8]), 2).picks.tolist()
    )


def test_same_log_from_shorthand(tmp_path):
    log = parse_log("A B; A; B A")

    with split(log.events, tmp_path) as parts:
        assert_same_summary(parts.summarise(), summarise(log))
