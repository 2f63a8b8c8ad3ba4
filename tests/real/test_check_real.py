"""Public logs against their flows: costs of other tools, and findings counted a second time."""

from __future__ import annotations

import json
import zipfile

import pandas as pd
import pytest

from casemine.conform.checking import CheckOptions, check_cases, check_log
from casemine.mapping import map_log, shipped_mapping
from casemine.mapping.reach import reach
from casemine.read import read_log
from casemine.read.flows import read_flow, shipped_flow
from casemine.read.options import ReadOptions

pytestmark = pytest.mark.real

BY_THE_LETTER = CheckOptions(observable="all", all_complete=True)
PAIRS = [
    ("running_example.zip", "running-example.xes", "running-example.pnml",
     "running-example.xes vs running-example.pnml"),
    ("roadtraffic100.zip", "roadtraffic100traces.xes", "roadtraffic.pnml",
     "roadtraffic100traces vs roadtraffic.pnml"),
    ("alignment_benchmark_a12_a32.zip", "a12f0n20.xes.gz", "a12.pnml", "a12f0n20"),
    ("alignment_benchmark_a12_a32.zip", "a12f0n50.xes.gz", "a12.pnml", "a12f0n50"),
    ("alignment_benchmark_a12_a32.zip", "a32f0n10.xes.gz", "a32.pnml", "a32f0n10"),
]  # fmt: skip


@pytest.mark.parametrize(("archive", "log", "flow", "what"), PAIRS, ids=[one[3] for one in PAIRS])
def test_the_cost_of_a_log_is_that_of_other_tools(real_data, tmp_path, archive, log, flow, what):
    with zipfile.ZipFile(real_data(archive)) as files:
        files.extract(log, tmp_path)
        files.extract(flow, tmp_path)
    results = json.loads(real_data("reference_conformance.json").read_text("utf-8"))["results"]
    expected = next(one for one in results if one["what"] == what)

    events = read_log(str(tmp_path / log), ReadOptions(cache=False))
    found = check_log(events, read_flow(tmp_path / flow), options=BY_THE_LETTER)

    assert found.cost_total == expected["align_deviations_total"]
    assert found.fitness == pytest.approx(
        expected["align"]["average_trace_fitness"],
        abs=2e-4,  # silent moves cost 1/10,000 there
    )
    assert found.not_aligned == 0


def test_receipts_follow_their_diagram(real_data):
    log = read_log(str(real_data("receipt.xes.gz")), ReadOptions(cache=False))

    found = check_log(log, read_flow(real_data("receipt.bpmn")))

    assert (found.cases, found.fitting_cases, found.deviations) == (1434, 1434, ())


def test_receipts_against_their_most_common_way(real_data):
    log = read_log(str(real_data("receipt.xes.gz")), ReadOptions(cache=False))

    found = check_log(log, read_flow(real_data("receipt_one_variant.pnml")), options=BY_THE_LETTER)

    assert found.cost_total == 3433


@pytest.fixture(scope="module")
def incidents_of_2013():
    def check(path):
        log = read_log(str(path), ReadOptions(cache=False))
        mapping = shipped_mapping("bpic2013")
        mapped = map_log(log, mapping)
        sources = reach(mapping, log, mapped.account)
        return log, check_cases(mapped.log, shipped_flow(), sources=sources)

    return check


def test_returns_to_1st_level_of_2013_are_those_of_the_raw_log(real_data, incidents_of_2013):
    log, checked = incidents_of_2013(real_data("bpic2013_incidents.xes.gz"))

    raw = log.events.select(["case", "group"]).to_pandas()
    second = raw["group"].astype(str).str.contains(r"\b2nd\b")
    third = raw["group"].astype(str).str.contains(r"\b3rd\b")
    first = ~second & ~third
    same = raw["case"].eq(raw["case"].shift())
    back = same & first & second.shift(fill_value=False)
    found = _finding(checked, "unknown", "Return to 1st level")
    # A case that is solved, or was just reopened, goes back without a return; so some are fewer.
    assert found.cases.cases <= raw.loc[back, "case"].nunique()
    assert found.cases.cases > 0.9 * raw.loc[back, "case"].nunique()
    assert (found.cases.cases, found.cases.total) == (989, 7554)
    assert found.extra.low_s > 3 * 86_400


def test_incidents_of_2013_that_begin_in_2nd_level_skip_the_hand_over(real_data, incidents_of_2013):
    log, checked = incidents_of_2013(real_data("bpic2013_incidents.xes.gz"))

    raw = log.events.select(["case", "group"]).to_pandas()
    begins = raw.drop_duplicates("case")["group"].astype(str).str.contains(r"\b2nd\b").sum()
    found = _finding(checked, "skipped", "Hand over to 2nd level")
    assert 0.9 * begins < found.cases.cases < 1.2 * begins


def test_every_finding_of_2013_is_proved_by_rows_of_its_cases(real_data, incidents_of_2013):
    log, checked = incidents_of_2013(real_data("bpic2013_incidents.xes.gz"))

    owner = dict(
        zip(
            log.events.column("row").to_pylist(),
            log.events.column("case").to_pylist(),
            strict=True,
        )
    )
    for deviation in checked.conformance.deviations:
        for example in (*deviation.shortest, *deviation.costliest):
            assert {owner[row] for row in example.rows} == {example.case}


def test_incidents_of_the_uci_log_that_were_never_active_skip_the_analysis(real_data):
    path = real_data("uci_incident_event_log.csv.gz")
    options = ReadOptions(
        cache=False, case="number", activity="incident_state", time="sys_updated_at",
        missing=("?",),
    )  # fmt: skip
    log = read_log(str(path), options)
    mapping = shipped_mapping("uci_incidents")
    mapped = map_log(log, mapping)
    checked = check_cases(mapped.log, shipped_flow(), sources=reach(mapping, log, mapped.account))

    raw = pd.read_csv(path, usecols=["number", "incident_state"])
    active = raw.loc[raw["incident_state"] == "Active", "number"].nunique()
    never = raw["number"].nunique() - active
    found = _finding(checked, "skipped", "Analyse in 1st level")
    assert checked.conformance.open_cases == 0
    assert found.cases.cases == pytest.approx(never, rel=0.05)
    steps = {one.activity: one for one in checked.conformance.observability}
    assert not steps["Hand over to 2nd level"].observable
    assert steps["Reopen"].cases > 200


def _finding(checked, kind, element):
    return next(
        one for one in checked.conformance.deviations if (one.kind, one.element) == (kind, element)
    )
