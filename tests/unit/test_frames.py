"""DataFrames in and out."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from casemine.errors import InputError
from casemine.log import EventLog, parse_log
from casemine.read import read_log

TIMES = pd.to_datetime(
    ["2026-05-31 09:00", "2026-05-31 10:00", "2026-05-31 11:00", "2026-06-01 09:00"]
)


def frame(**columns) -> pd.DataFrame:
    base = {
        "case:concept:name": [7, 7, 8, 8],
        "concept:name": ["New", "Open", "New", "Open"],
        "time:timestamp": TIMES.tz_localize("Europe/Berlin"),
        "org:resource": ["Ann", None, "Bob", "Bob"],
    }
    return pd.DataFrame(base | columns)


def test_names_of_pm4py_are_known_and_the_frame_is_not_changed():
    given = frame().set_index(pd.Index([9, 9, 9, 9]))
    before = given.copy(deep=True)

    log = read_log(given)

    assert log.events.column("case").to_pylist() == ["7", "7", "8", "8"]
    assert log.events.column("time").to_pylist()[0] == datetime(2026, 5, 31, 7, tzinfo=UTC)
    assert log.events.column("resource").to_pylist() == ["Ann", None, "Bob", "Bob"]
    pd.testing.assert_frame_equal(given, before)


def test_naive_times_are_utc_with_a_note_or_local():
    naive = frame(**{"time:timestamp": TIMES})

    log, local = read_log(naive), read_log(naive, tz="Europe/Berlin")

    assert "zone-assumed" in {note.code for note in log.intake.notes}
    assert log.events.column("time").to_pylist()[0] == datetime(2026, 5, 31, 9, tzinfo=UTC)
    assert local.events.column("time").to_pylist()[0] == datetime(2026, 5, 31, 7, tzinfo=UTC)
    assert "zone-assumed" not in {note.code for note in local.intake.notes}


def test_integers_that_met_a_nan_stay_integers_as_text():
    log = read_log(frame(**{"case:concept:name": [7.0, np.nan, 8.0, 8.0]}), on_error="skip")

    assert log.events.column("case").to_pylist() == ["7", "8", "8"]
    assert log.intake.rejects[0].examples[0].where.row == 2


def test_columns_of_mixed_kinds_become_text():
    log = read_log(frame(**{"case:concept:name": [7, 7, "a", "a"]}).assign(n=[1, "x", None, 2.5]))

    assert log.events.column("case").to_pylist() == ["7", "7", "a", "a"]
    assert log.events.column("n").to_pylist() == ["1", "x", None, "2.5"]


def test_objects_with_different_offsets_keep_their_instants():
    moments = [datetime.fromisoformat(f"2026-05-31T0{n}:00:00+0{n}:00") for n in range(1, 5)]

    log = read_log(frame(**{"time:timestamp": pd.Series(moments, dtype=object)}))

    assert set(log.events.column("time").to_pylist()) == {datetime(2026, 5, 31, tzinfo=UTC)}


def test_an_empty_frame_is_refused():
    with pytest.raises(InputError):
        read_log(pd.DataFrame())
    with pytest.raises(InputError, match="no rows"):
        read_log(frame().iloc[:0])


def test_a_log_comes_back_from_pandas_as_it_was():
    log = read_log(frame(kind=["a", "b", None, "d"]))

    again = read_log(log.to_pandas())

    names = ["case", "activity", "time", "resource", "kind"]
    assert again.events.select(names).to_pylist() == log.events.select(names).to_pylist()


def test_case_attributes_stand_at_every_event():
    log = parse_log("A B; C")
    cases = pa.table({"case": ["2", "1"], "priority": ["low", "high"]})

    out = EventLog(log.events, log.source, log.intake, cases).to_pandas()

    assert out["case:priority"].tolist() == ["high", "high", "low"]


def test_pm4py_accepts_what_comes_out_and_finds_the_same_edges():
    import pm4py

    log = read_log(frame())

    edges, starts, ends = pm4py.discover_dfg(log.to_pandas())

    assert edges == {("New", "Open"): 2}
    assert (starts, ends) == ({"New": 2}, {"Open": 2})
