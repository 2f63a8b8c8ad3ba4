"""Rules about what columns hold, in single events, pairs, whole cases and among cases alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemine.conform.rules import evaluate_rules, read_rules, reconcile_sla
from casemine.conform.rules.cases import Cases
from casemine.conform.rules.evaluate import judge
from casemine.conform.rules.findings import least
from casemine.log import EventLog

HOUR = 3_600_000_000
HEAD = '[attributes]\ncolour = ["colour", "farbe"]\n[priorities]\nhigh = ["2"]\nlow = ["4"]\n'


def log_of(*cases, case_table=None):
    """Make a log of cases; an event is an activity and a table of attributes, an hour apart."""
    rows = [(f"c{number}", at, *event) for number, case in enumerate(cases, 1) for at, event in
            enumerate(case)]  # fmt: skip
    names = sorted({name for row in rows for name in row[3]})
    table = {
        "case": [row[0] for row in rows],
        "activity": [row[2] for row in rows],
        "time": pa.array([row[3].get("hour", row[1]) * HOUR for row in rows], pa.timestamp("us")),
        "row": list(range(1, len(rows) + 1)),
        **{name: [row[3].get(name) for row in rows] for name in names if name != "hour"},
    }
    return EventLog.ordered(pa.table(table), case_table=case_table)


@pytest.fixture
def judged(tmp_path):
    """Judge each case by one rule; gives letters, and the outcome to ask further."""

    def judge_all(log, body, *, is_open=False):
        file = tmp_path / "rules.toml"
        file.write_text(f"{HEAD}[rule.own]\n{body}\n", encoding="utf-8")
        rules = read_rules(file)
        flags = np.full(len(set(log.events.column("case").to_pylist())), is_open)
        cases = Cases(log, rules, "ABCD", flags)
        outcome = judge(cases, rules.rule("own").body)
        return "".join("-snv"[one] for one in outcome.status.tolist()), outcome

    return judge_all


RED, BLUE, NONE = {"colour": "red"}, {"colour": "Blue"}, {}


def test_one_of_and_none_of_look_at_each_step(judged):
    log = log_of(
        [("A", RED)], [("A", BLUE)], [("A", NONE)], [("B", BLUE)], [("A", RED), ("A", BLUE)]
    )
    one = 'template = "one_of"\nstep = "A"\ncolumn = "colour"\nwords = ["red", "/gr.*n/"]'

    found, outcome = judged(log, one)

    assert found == "svn-v"
    assert outcome.told(1) == "colour is 'Blue'"
    assert judged(log, one.replace("one_of", "none_of"))[0] == "vsn-v"


def test_filled_is_about_gaps(judged):
    log = log_of([("A", RED)], [("A", NONE)], [("A", {"colour": " "})])

    assert judged(log, 'template = "filled"\nstep = "A"\ncolumn = "colour"')[0] == "svv"


def test_a_column_is_found_by_its_role_among_cases_too(judged):
    table = pa.table({"case": ["c1", "c2"], "Farbe": ["red", "blue"]})
    log = log_of([("A", NONE)], [("A", NONE)], case_table=table)

    body = 'template = "one_of"\nstep = "A"\ncolumn = "colour"\nwords = "red"'

    assert judged(log, body)[0] == "sv"


def test_a_missing_column_is_named_with_what_was_looked_for(judged):
    log = log_of([("A", NONE)], [("B", NONE)])

    found, outcome = judged(log, 'template = "filled"\nstep = "A"\ncolumn = "colour"')

    assert found == "n-"
    assert outcome.why == ("the log has no column colour (looked for colour, farbe)",)


def test_values_are_followed_through_changes(judged, tmp_path):
    change = {"field": "farbe", "old": "red", "new": "blue", "kind": "field"}
    other = {"field": "other", "old": "x", "new": "y", "kind": "field"}
    table = pa.table({"case": ["c1", "c2"], "farbe": ["blue", "red"]})
    log = log_of([("A", other), ("B", change), ("A", other)], [("A", other)], case_table=table)

    body = 'template = "one_of"\nstep = "A"\ncolumn = "colour"\nwords = "red"'
    found, outcome = judged(log, body)

    assert found == "vs"
    assert outcome.events_of(0) == [2]
    rules = read_rules(tmp_path / "rules.toml")
    assert Cases(log, rules).column("colour").words == ("blue", "red")


PAIR = 'first = "A"\nsecond = "B"\ncolumn = "colour"'


def test_same_and_different_compare_with_the_last_first(judged):
    log = log_of(
        [("A", RED), ("B", RED)],
        [("A", BLUE), ("A", RED), ("B", BLUE)],
        [("A", NONE), ("B", RED)],
        [("B", RED)],
        [("A", RED)],
    )

    assert judged(log, f'template = "same"\n{PAIR}')[0] == "svn--"
    found, outcome = judged(log, f'template = "different"\n{PAIR}')
    assert found == "vsn--"
    assert outcome.events_of(0) == [0, 1]
    assert outcome.told(0) == "colour is 'red' both times"


def test_different_is_not_judged_where_there_is_one_value_only(judged):
    log = log_of([("A", RED), ("B", RED)], [("B", RED)])

    found, outcome = judged(log, f'template = "different"\n{PAIR}')

    assert found == "n-"
    assert outcome.why == ("column colour holds one value only",)


def test_constant_is_filled_and_keeps_its_value(judged):
    log = log_of(
        [("C", BLUE), ("A", RED), ("B", RED), ("C", BLUE)],
        [("A", RED), ("C", BLUE), ("B", BLUE)],
        [("A", RED), ("C", NONE), ("B", RED)],
        [("A", NONE), ("B", NONE)],
        [("B", RED)],
    )

    assert judged(log, f'template = "constant"\n{PAIR}')[0] == "svvn-"


def test_no_return_finds_the_way_back(judged):
    def case(*colours):
        return [("A", {"colour": one}) for one in colours]

    log = log_of(
        case("a", "b", "a"), case("a", "a", "b", "c"), case("a", "b", None, "b"), case(None),
        case("a", "b", "b", "a", "b"),
    )  # fmt: skip

    found, outcome = judged(log, 'template = "no_return"\ncolumn = "colour"')

    assert found == "vssnv"
    assert outcome.told(0) == "a > b > a"
    assert outcome.counts().tolist() == [1, 0, 0, 0, 2]


def test_a_column_follows_from_others_by_a_table(judged):
    body = (
        'template = "derived"\nstep = "A"\ncolumn = "priority"\ncolumns = ["impact", "urgency"]\n'
        'levels = { big = ["1"], small = ["3"] }\n'
        'table = { "big big" = "high", "small small" = "low" }'
    )

    def case(impact, urgency, priority):
        return [("A", {"impact": impact, "urgency": urgency, "priority": priority})]

    log = log_of(case("1", "1", "2"), case("1", "1", "4"), case("1", "3", "2"), case("1", "1", "x"))

    found, outcome = judged(log, body)

    assert found == "svnn"
    assert outcome.told(1) == "priority 4, impact 1, urgency 1; expected high"


def test_a_time_in_a_column_is_not_later_than_the_event(judged):
    log = log_of(
        [("A", {"seen": "1969-12-31T23:00:00"})], [("A", {"seen": "1970-01-01T01:00:00"})],
        [("A", {"seen": None})],
    )  # fmt: skip
    body = 'template = "not_after"\nstep = "A"\ncolumn = "seen"'

    assert judged(log, body)[0] == "svn"
    words = log_of([("A", {"seen": "yesterday"})])
    assert judged(words, body)[1].why == ("column seen holds no times as ISO 8601",)


def test_conditions_narrow_what_activates(judged):
    log = log_of(
        [("A", RED)], [("A", BLUE)], [("A", RED), ("B", BLUE)], [("A", RED), ("B", RED)],
        [("A", NONE)],
    )  # fmt: skip
    body = 'template = "response"\nfirst = "A"\nsecond = "B"\n'

    red = "first_when = \"colour == 'red'\""
    assert judged(log, body + red)[0] == "v-ssn"
    assert judged(log, body + red + '\nsecond_when = { colour = "blue" }')[0] == "v-svn"
    assert judged(log, body + 'first_when = "size > 3"')[1].why == ("the log has no column 'size'",)


def test_where_narrows_cases_and_says_what_it_does_not_know(judged):
    log = log_of([("A", RED)], [("A", BLUE)], [("A", NONE)], [("A", BLUE), ("C", RED)])
    body = 'template = "existence"\nstep = "B"\nwhere = { colour = "red" }'

    assert judged(log, body)[0] == "v-nv"


def test_if_seen_asks_for_what_alternatives_would_hide(judged):
    log = log_of([("A", NONE), ("B", NONE)])
    body = 'template = "response"\nfirst = "A"\nsecond = ["B", "E"]\n'

    assert judged(log, body)[0] == "s"
    assert judged(log, body + 'if_seen = "E"')[0] == "n"


def test_what_a_hidden_step_could_have_met_is_kept_but_never_broken(judged):
    log = log_of([("A", RED), ("B", RED)], [("A", RED)], [("C", RED)])
    body = 'template = "response"\nfirst = "A"\nsecond = ["B", "E"]\n'

    assert judged(log, body)[0] == "sv-"
    assert judged(log, body + 'broken_if_seen = "E"')[0] == "sn-"
    assert judged(log, body + 'broken_if_seen = "C"')[0] == "sv-"


PATTERN = 'template = "pattern"\nstep = "B"\ncolumns = ["colour"]\nat_least = 3\nwindow = "10h"\n'


def results(log, tmp_path, body, **more):
    file = tmp_path / "rules.toml"
    file.write_text(f"{HEAD}[rule.own]\n{body}\n", encoding="utf-8")
    return evaluate_rules(log, read_rules(file), observable="ABCD", **more)[0]


def test_cases_alike_that_pile_up_want_one_step(tmp_path):
    def case(colour, hour, *more):
        return [("A", {"colour": colour, "hour": hour}), *more]

    log = log_of(
        *(case("red", hour) for hour in (0, 5, 10, 40)),
        *(case("blue", hour) for hour in (0, 5, 11)),
        case("green", 0),
        case("green", 1),
        case("green", 2, ("B", {"hour": 90})),
        case(None, 0),
    )

    found = results(log, tmp_path, PATTERN)

    assert (found.unit, found.satisfied, found.violated, found.not_concerned) == ("group", 1, 1, 1)
    assert found.why_not == "1 case without the values that make a group"
    example = found.deviation.costliest[0]
    assert (example.case, example.rows, example.what) == ("c1", (1, 2, 3), "red: 3 cases")
    assert found.deviation.message == "1 of 2 groups (50.0 %) break own: own"


def test_what_more_cases_may_break_is_broken_at_least_so_often(tmp_path):
    body = """all = [
  { template = "absence", step = "B" },
  { template = "filled", step = "A", column = "%s" },
]"""
    log = log_of([("A", RED), ("B", RED)], [("A", RED)], [("A", RED)])

    decided = results(log, tmp_path, body % "colour")
    undecided = results(log, tmp_path, body % "shape")

    assert decided.deviation.message == "1 of 3 cases (33.3 %) break own: own"
    assert (decided.satisfied, decided.not_evaluable) == (2, 0)
    assert undecided.deviation.message == "at least 1 of 3 cases (33.3 %) break own: own"
    assert (undecided.satisfied, undecided.violated, undecided.not_evaluable) == (0, 1, 2)
    assert undecided.deviation.cases.total == 3


def test_a_pattern_counts_only_the_cases_that_it_is_about(tmp_path):
    log = log_of(*([("A", RED), *([("C", RED)] if number else [])] for number in range(3)))

    assert results(log, tmp_path, PATTERN).violated == 1
    assert results(log, tmp_path, PATTERN + 'without = "C"').violated == 0


def test_a_repeat_within_a_time_is_found(judged):
    def case(colour, hour):
        return [
            ("A", {"colour": colour, "hour": hour}),
            ("B", {"colour": colour, "hour": hour + 1}),
        ]

    body = 'template = "no_repeat"\nsecond = "B"\ncolumns = ["colour"]\nwindow = "10h"'
    log = log_of(
        case("red", 0), case("red", 11), case("blue", 0), case("blue", 12), case(None, 0),
        case("green", 50),
    )  # fmt: skip

    found, outcome = judged(log, body)

    assert found == "vsssnn"
    assert outcome.why == ("the log ends before the time is over", "columns colour are empty")


def test_counts_of_outcomes_and_the_rows_that_prove(tmp_path):
    log = log_of(
        [("A", NONE)], [("A", NONE), ("B", NONE)], [("B", NONE), ("A", NONE)], [("C", NONE)]
    )
    body = 'title = "B after A"\ntemplate = "response"\nfirst = "A"\nsecond = "B"\nlevel = "error"'

    found = results(log, tmp_path, body, is_open=np.array([True, False, False, False]))

    counts = (found.satisfied, found.violated, found.not_evaluable, found.not_concerned)
    assert counts == (1, 1, 1, 1)
    assert found.why_not == "cases that are still open may yet do what is missing"
    finding = found.deviation
    assert (finding.rule, finding.element, finding.kind, finding.level) == (
        "own",
        "A > B",
        "rule",
        "error",
    )
    assert finding.message == "1 of 2 cases (50.0 %) break own: B after A"
    assert [(one.case, one.rows, one.what) for one in finding.shortest] == [("c3", (5,), "A")]


def test_a_share_is_of_the_cases_that_could_have_shown_a_violation(tmp_path):
    log = log_of([("A", NONE), ("A", NONE)], [("A", NONE)], [("B", NONE)])
    body = (
        'all = [{ template = "absence", step = "A", at_most = 1 }, '
        '{ template = "filled", step = "A", column = "colour" }]'
    )

    found = results(log, tmp_path, body)

    counts = (found.satisfied, found.violated, found.not_evaluable, found.not_concerned)
    assert counts == (1, 1, 1, 0)
    assert (found.deviation.cases.cases, found.deviation.cases.total) == (1, 3)


def test_a_rule_about_no_case_says_so(tmp_path):
    body = 'template = "precedence"\nfirst = "A"\nsecond = "B"'

    found = results(log_of([("A", NONE)]), tmp_path, body)

    assert (found.not_concerned, found.outcome) == (1, "not evaluable")
    assert found.why_not == "the log has no case that it is about"


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_examples_are_the_least_pairs_in_order(pairs):
    first, second = (np.array([pair[at] for pair in pairs], np.int64) for at in (0, 1))

    found = least(first, second).tolist()

    order = sorted(range(len(pairs)), key=lambda place: (*pairs[place], place))
    assert found == order[:3]


SLA = (
    'template = "within"\nfirst = "A"\nsecond = "B"\nwithin = "1h"\n'
    '[[sla]]\nrule = "own"\ncolumn = "kept"\nmet = "true"\nbroken = "false"\n'
    '[[sla]]\nrule = "own"\ncolumn = "new"\nmet = "met"\nbroken = "/breach/"\nevents = "/resol/"\n'
)


def sla_of(log, tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(f"{HEAD}[rule.own]\n{SLA}", encoding="utf-8")
    return reconcile_sla(log, read_rules(file), observable="AB")


def test_targets_are_compared_with_the_last_value_of_a_flag(tmp_path):
    def case(hours, *flags):
        return [
            ("A", {"hour": 0, "kept": "true"}),
            ("B", {"hour": hours, "kept": flags[0] if flags else None}),
        ]

    log = log_of(
        case(1, "true"), case(1, "false"), case(2, "true"), case(2, "false"), case(2),
        [("B", {"hour": 0, "kept": "true"})],
    )  # fmt: skip

    (found,) = sla_of(log, tmp_path)

    assert (found.rule, found.flag) == ("own", "kept")
    assert (found.both_met, found.both_missed) == (1, 1)
    assert (found.only_rule_missed, found.only_flag_missed) == (2, 1)
    assert found.not_comparable == 1
    assert found.agreement == 0.4
    assert [one.case for one in found.only_rule_cases] == ["c3", "c5"]
    assert found.only_flag_cases[0].what == "kept: missed"


def test_targets_are_compared_with_events_of_the_system(tmp_path):
    def case(hours, *events):
        sla = [{"hour": hours, "kind": "sla", "field": f, "new": new} for f, new in events]
        return [
            ("A", {"hour": 0, "kind": "create", "field": "", "new": ""}),
            ("B", {"hour": hours, "kind": "status", "field": "", "new": ""}),
            *(("C", one) for one in sla),
        ]

    log = log_of(
        case(1),
        case(2, ("Resolution", "SLA breached")),
        case(2, ("Reply", "SLA breached")),
        case(1, ("Resolution", "breached")),
    )

    (found,) = sla_of(log, tmp_path)

    assert found.flag == "events of the kind sla: /resol/"
    assert (found.both_met, found.both_missed) == (1, 1)
    assert (found.only_rule_missed, found.only_flag_missed) == (1, 1)


def test_a_log_without_flags_has_nothing_to_compare(tmp_path):
    assert sla_of(log_of([("A", NONE), ("B", NONE)]), tmp_path) == ()
