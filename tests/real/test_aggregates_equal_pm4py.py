"""Graph, times, variants and durations of public logs against pm4py on the same frame."""

from __future__ import annotations

import warnings
from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from casemine.log import EventLog, case_summary, summarise

pytestmark = pytest.mark.real

LOGS = ["helpdesk.csv.gz", "uci_incident_event_log.csv.gz", "bpic2013_incidents.xes.gz"]
LOGS += ["receipt.csv.gz", "interval_event_log.csv.gz"]


@cache
def frame_of(path):
    """A frame as pm4py wants it, rows in file order; nothing but pandas has touched the times."""
    import pandas as pd

    if path.name.endswith(".xes.gz"):
        import pm4py

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pm4py.read_xes(str(path), variant="iterparse")
        return frame[["case:concept:name", "concept:name", "time:timestamp"]]
    columns, style = {
        "helpdesk.csv.gz": (("Case ID", "Activity", "Complete Timestamp"), "%Y/%m/%d %H:%M:%S.%f"),
        "uci_incident_event_log.csv.gz": (
            ("number", "incident_state", "sys_updated_at"),
            "%d/%m/%Y %H:%M",
        ),
        "receipt.csv.gz": (("case:concept:name", "concept:name", "time:timestamp"), "ISO8601"),
        "interval_event_log.csv.gz": (
            ("case:concept:name", "concept:name", "time:timestamp", "start_timestamp"),
            "ISO8601",
        ),
    }[path.name]
    raw = pd.read_csv(path, dtype=str, usecols=list(columns), keep_default_na=False)
    frame = pd.DataFrame({"case:concept:name": raw[columns[0]], "concept:name": raw[columns[1]]})
    for name, column in zip(("time:timestamp", "start_timestamp"), columns[2:], strict=False):
        frame[name] = pd.to_datetime(raw[column], format=style, utc=True)
    return frame


@pytest.fixture(params=LOGS)
def both(request, real_data):
    """The log for casemine, and the frame for pm4py in its order."""
    frame = frame_of(real_data(request.param))
    columns = {
        "case": pa.array(frame["case:concept:name"].tolist()),
        "activity": pa.array(frame["concept:name"].tolist()),
        "row": np.arange(1, len(frame) + 1),
    }
    for ours, theirs in (("time", "time:timestamp"), ("start", "start_timestamp")):
        if theirs in frame:
            moments = frame[theirs].dt.tz_convert("UTC").dt.tz_localize(None)
            columns[ours] = pa.array(moments.to_numpy().astype("datetime64[us]"))
    log = EventLog.ordered(pa.table(columns), source=request.param)
    ordered = frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
    return log, ordered.reset_index(drop=True)


@pytest.fixture
def pm4py_dfg(both):
    """Both kinds of graph by pm4py; it orders intervals by start, we by end, so order is given."""
    from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

    _, frame = both
    start = "start_timestamp" if "start_timestamp" in frame else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_dfg_graph(
            frame.copy(),
            measure="both",
            start_timestamp_key=start,
            perf_aggregation_key="all",
            sort_caseid_required=False,
            sort_timestamp_along_case_id=False,
        )


def test_frequencies_equal(both, pm4py_dfg):
    log, _ = both

    graph = summarise(log).graph

    assert graph.counts() == {edge: int(count) for edge, count in pm4py_dfg[0].items()}


def test_times_between_activities_equal(both, pm4py_dfg):
    log, _ = both

    graph = summarise(log).graph

    for edge in graph.edges:
        theirs = pm4py_dfg[1][edge.source, edge.target]
        ours = {
            "min": edge.wait.min_s,
            "median": edge.wait.median_s,
            "mean": edge.wait.mean_s,
            "max": edge.wait.max_s,
            "sum": edge.wait.total_s,
        }
        assert ours == pytest.approx({name: theirs[name] for name in ours}, rel=1e-9, abs=1e-6)


def test_p90_equals_that_of_pandas(both):
    log, frame = both
    following = frame.shift(-1)
    inside = frame["case:concept:name"] == following["case:concept:name"]
    begin = following.get("start_timestamp", following["time:timestamp"])
    waits = (begin - frame["time:timestamp"]).dt.total_seconds().clip(lower=0)[inside]
    pairs = [frame["concept:name"][inside], following["concept:name"][inside]]

    graph = summarise(log).graph

    expected = waits.groupby(pairs).quantile(0.9)
    ours = {(edge.source, edge.target): edge.wait.p90_s for edge in graph.edges}
    assert ours == pytest.approx(expected.to_dict(), rel=1e-9, abs=1e-6)


def test_variants_starts_and_ends_equal(both):
    import pm4py

    log, frame = both

    summary = summarise(log)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert dict(summary.variants) == dict(pm4py.get_variants(frame))
        assert summary.graph.starts == pm4py.get_start_activities(frame)
        assert summary.graph.ends == pm4py.get_end_activities(frame)


def test_case_durations_equal(both):
    import pm4py

    log, frame = both

    cases = case_summary(log)

    by_case = frame.groupby("case:concept:name")
    first = frame.get("start_timestamp", frame["time:timestamp"]).groupby(
        frame["case:concept:name"]
    )
    spans = (by_case["time:timestamp"].max() - first.min()).dt.total_seconds()
    ours = dict(zip(cases.ids.to_pylist(), cases.duration_s.tolist(), strict=True))
    assert ours == pytest.approx(spans.to_dict())
    if "start_timestamp" not in frame:  # pm4py leaves the start out of account
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = pm4py.get_all_case_durations(frame)
        assert np.sort(cases.duration_s) == pytest.approx(np.sort(theirs), rel=1e-9, abs=1e-6)


def test_variants_imply_the_graph(both):
    log, _ = both
    summary = summarise(log)

    counts: dict[tuple[str, str], int] = {}
    for trace, cases in summary.variants:
        for pair in pairwise(trace):
            counts[pair] = counts.get(pair, 0) + cases

    assert counts == summary.graph.counts()
