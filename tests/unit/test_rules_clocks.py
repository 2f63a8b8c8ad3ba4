"""Rules about times: clocks with calendars, pauses, priorities that change, and what is late."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from casemine.conform.rules import evaluate_rules, override, read_rules, shipped_rules
from casemine.conform.rules.cases import Cases
from casemine.conform.rules.deadlines import NEVER, breaches, deadlines_of
from casemine.conform.rules.evaluate import judge
from casemine.log import EventLog

ZONE = ZoneInfo("Europe/Berlin")
BASE = """
flow = "yasm"
ends = ["A74", "A90"]
[priorities]
high = ["2", "high"]
low = ["4", "low"]
[calendar.desk]
days = "mon-fri"
hours = "08:00-18:00"
zone = "Europe/Berlin"
holidays = [2026-04-06]
"""


def at(text):
    """Read `tue 09:00` as a time in the week of Monday, 2026-03-23, in Berlin."""
    day, clock = text.split()
    number = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "nxt"].index(day)
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, 23 + number, hour, minute, tzinfo=ZONE)


def log_of(*cases, **columns):
    """Make a log of cases, each a list of (activity, time, attributes...)."""
    rows = [(f"c{number}", *event) for number, case in enumerate(cases, 1) for event in case]
    table = {
        "case": [row[0] for row in rows],
        "activity": [row[1] for row in rows],
        "time": pa.array([at(row[2]) for row in rows], pa.timestamp("us", tz="UTC")),
        "row": list(range(1, len(rows) + 1)),
    }
    for name in columns:
        table[name] = pa.array([dict(row[3]).get(name) if row[3:] else None for row in rows])
    return EventLog.ordered(pa.table(table))


@pytest.fixture
def judged(tmp_path):
    """Judge each case by one rule; gives letters, and the outcome to ask further."""

    def judge_all(log, body, *, is_open=None):
        file = tmp_path / "rules.toml"
        file.write_text(f"{BASE}[rule.own]\n{body}\n", encoding="utf-8")
        rules = read_rules(file)
        flags = None if is_open is None else np.array(is_open)
        cases = Cases(log, rules, rules.names.values(), flags)
        outcome = judge(cases, rules.rule("own").body)
        return "".join("-snv"[one] for one in outcome.status.tolist()), outcome

    return judge_all


WITHIN = 'template = "within"\nfirst = "A01"\nsecond = "A12"\nwithin = "4h"\n'
LOG, DONE, ASK, ANSWER, CLOSE = (
    "Log record",
    "Resolve in 1st level",
    "Request user information",
    "Receive user information",
    "Close record",
)


def test_a_deadline_counts_the_hours_of_a_calendar(judged):
    log = log_of(
        [(LOG, "fri 16:00"), (DONE, "nxt 10:00")],  # 2 h on Friday, 2 h on Monday; clocks change
        [(LOG, "fri 16:00"), (DONE, "nxt 10:01")],
    )

    assert judged(log, WITHIN + 'calendar = "desk"')[0] == "sv"
    assert judged(log, WITHIN)[0] == "vv"


def test_holidays_do_not_count(judged):
    log = log_of([(LOG, "fri 16:00"), (DONE, "nxt 10:00")])
    body = WITHIN.replace("4h", "1wd") + 'calendar = "desk"'

    assert judged(log, body)[0] == "s"


def test_a_pause_lasts_to_the_beginning_of_the_next_event(judged):
    pause = 'pause = { begins = "W1", ignoring = "U1" }'
    wait = [(LOG, "tue 08:00"), (ASK, "tue 09:00"), ("Inform users", "tue 12:00")]
    log = log_of(
        [*wait, (ANSWER, "tue 15:00"), (DONE, "tue 18:00")],
        [*wait, (ANSWER, "tue 14:59"), (DONE, "tue 18:00")],
    )

    found, outcome = judged(log, WITHIN + pause)

    assert found == "sv"
    assert outcome.told(1) == "4 h on the clock (10 h by the wall), 4 h allowed"


def test_a_pause_ends_with_its_case(judged):
    pause = 'pause = { begins = "W1", ignoring = ["U1", "A01"] }'
    log = log_of(
        [(LOG, "mon 08:00"), (ASK, "mon 09:00")], [(LOG, "tue 08:00"), (DONE, "tue 13:00")]
    )

    assert judged(log, WITHIN + pause, is_open=[True, True])[0] == "nv"


def test_before_the_first_known_priority_that_one_counts(judged):
    by = WITHIN.replace('"4h"', '{ high = "2h", low = "8h" }')
    high, low = {"priority": "2"}, {"priority": "4"}
    log = log_of(
        [(LOG, "mon 08:00", low), (DONE, "mon 09:00", low)],
        [(LOG, "tue 08:00"), ("Classify and prioritize", "tue 11:00", high), (DONE, "tue 12:00")],
        priority=True,
    )

    found, outcome = judged(log, by)

    assert found == "sv"
    assert outcome.told(1).endswith("2 h allowed")


def test_a_priority_can_be_named_for_cases_that_never_say_one(tmp_path):
    by = WITHIN.replace('"4h"', '{ high = "2h", low = "8h" }')
    log = log_of(
        [(LOG, "tue 08:00"), (DONE, "tue 11:00")],
        [(LOG, "tue 08:00"), (DONE, "tue 17:00")],
        [(LOG, "tue 08:00", {"priority": "shrug"}), (DONE, "tue 09:00")],
        priority=True,
    )
    file = tmp_path / "rules.toml"
    file.write_text(f'without_priority = "low"\n{BASE}[rule.own]\n{by}', encoding="utf-8")

    found = evaluate_rules(log, read_rules(file), observable=[LOG, DONE])[0]

    assert (found.satisfied, found.violated, found.not_evaluable) == (1, 1, 1)


def test_work_that_ends_a_pause_counts(tmp_path, judged):
    events = pa.table(
        {
            "case": ["1"] * 3,
            "activity": [LOG, ASK, DONE],
            "time": pa.array([at("tue 08:00"), at("tue 09:00"), at("tue 18:00")]),
            "start": pa.array([None, None, at("tue 14:00")], pa.timestamp("us", tz="UTC")),
            "row": [1, 2, 3],
        }
    )

    found, outcome = judged(EventLog.ordered(events), WITHIN + 'pause = { begins = "W1" }')

    assert found == "v"
    assert outcome.told(0).startswith("5 h on the clock")


def test_an_open_case_is_late_once_its_time_is_over(judged):
    log = log_of(
        [(LOG, "tue 08:00")], [(LOG, "tue 13:00")], [(LOG, "tue 15:00"), (CLOSE, "tue 16:00")]
    )

    assert judged(log, WITHIN)[0] == "vnv"
    assert judged(log, WITHIN + 'unless = "A74"')[0] == "vns"
    assert judged(log, WITHIN + "only_if_done = true")[0] == "---"


def test_a_limit_by_priority_follows_its_changes(judged):
    by = WITHIN.replace('"4h"', '{ high = "2h", low = "8h" }')
    change = "Re-prioritize record"
    low = {"priority": "low"}
    log = log_of(
        # one hour at low, then high: two hours in all are over at 10:00
        [(LOG, "tue 08:00", low), (change, "tue 09:00", {"priority": "High"}), (DONE, "tue 10:00")],
        [(LOG, "tue 08:00", low), (change, "tue 09:00", {"priority": "High"}), (DONE, "tue 10:01")],
        # three hours at high are late, whatever the priority becomes
        [(LOG, "tue 08:00", {"priority": "2"}), (change, "tue 11:00", low), (DONE, "tue 12:00")],
        # lowered in time
        [(LOG, "tue 08:00", {"priority": "2"}), (change, "tue 09:59", low), (DONE, "tue 15:00")],
        # no priority at all
        [(LOG, "tue 08:00"), (DONE, "tue 09:00")],
        priority=True,
    )

    assert judged(log, by)[0] == "svvsn"
    assert judged(log, by + 'priority_at = "first"')[0] == "ssvvn"
    assert judged(log, by + 'priority_at = "last"')[0] == "svssn"


def test_a_priority_without_a_target_is_not_concerned_and_an_unknown_word_not_evaluable(judged):
    log = log_of(
        [(LOG, "tue 08:00", {"priority": "low"}), (DONE, "tue 20:00")],
        [(LOG, "tue 08:00", {"priority": "shrug"}), (DONE, "tue 09:00")],
        priority=True,
    )

    found, outcome = judged(log, WITHIN.replace('"4h"', '{ high = "2h" }'))

    assert found == "-n"
    assert outcome.why == ("priorities that mean nothing: shrug",)


def test_the_instant_of_a_breach_is_found(tmp_path):
    file = tmp_path / "rules.toml"
    body = WITHIN.replace('"4h"', '{ high = "2h", low = "8h" }') + 'calendar = "desk"\n'
    file.write_text(f"{BASE}[rule.own]\n{body}", encoding="utf-8")
    change = "Re-prioritize record"
    log = log_of(
        [(LOG, "mon 17:00", {"priority": "2"}), (DONE, "tue 12:00")],
        [
            (LOG, "mon 09:00", {"priority": "low"}),
            (change, "mon 12:00", {"priority": "2"}),
            (DONE, "mon 12:30"),
        ],
        [(LOG, "tue 11:00", {"priority": "2"}), (DONE, "tue 12:00")],
        priority=True,
    )
    rules = read_rules(file)

    moments, why = breaches(Cases(log, rules, rules.names.values()), "own")

    assert why == ""
    expected = [at("tue 09:00"), at("mon 12:00")]
    assert moments.tolist() == [*(int(one.timestamp() * 1e6) for one in expected), NEVER]


def test_each_first_has_its_own_deadline_where_every_one_counts(judged):
    body = WITHIN + 'each = "every"'
    log = log_of(
        [(LOG, "tue 08:00"), (DONE, "tue 09:00"), (LOG, "tue 10:00"), (DONE, "tue 15:00")],
        [(LOG, "tue 08:00"), (LOG, "tue 10:00"), (DONE, "tue 11:00")],
    )

    found, outcome = judged(log, body)

    assert found == "vs"
    assert outcome.events_of(0) == [2, 3]
    assert outcome.counts().tolist() == [1, 0]
    assert judged(log, WITHIN)[0] == "ss"
    assert judged(log, WITHIN + 'until = "last"')[0] == "vs"


APART = 'template = "apart"\nfirst = "A01"\nsecond = "A13"\n'
HAND_OVER = "Hand over to 2nd level"


def test_apart_looks_back_from_each_second(judged):
    log = log_of(
        [(LOG, "tue 08:00"), (HAND_OVER, "tue 08:04")],
        [(LOG, "tue 08:00"), (HAND_OVER, "tue 08:05")],
        [(LOG, "tue 08:00"), ("Analyse in 1st level", "tue 08:01"), (HAND_OVER, "tue 08:02")],
        [(LOG, "tue 08:00")],
        [(HAND_OVER, "tue 08:00")],
    )

    assert judged(log, APART + 'at_least = "5m"\nunless = "A10"')[0] == "vss--"
    assert judged(log, APART + 'at_most = "3m"')[0] == "vvs--"


def test_apart_refers_to_the_last_or_to_the_first(judged):
    log = log_of([(LOG, "tue 08:00"), (LOG, "tue 09:00"), (HAND_OVER, "tue 09:30")])

    assert judged(log, APART + 'at_most = "1h"')[0] == "s"
    assert judged(log, APART + 'at_most = "1h"\nwhich = "first"')[0] == "v"


def test_a_rhythm_is_kept_up_to_the_end(judged):
    body = (
        'template = "rhythm"\nfirst = "A01"\nsecond = "A12"\nstep = "U1"\nat_most = "2h"\n'
        'pause = { begins = "W1" }'
    )
    tell = "Inform users"
    log = log_of(
        [(LOG, "tue 08:00"), (tell, "tue 10:00"), (tell, "tue 11:00"), (DONE, "tue 13:00")],
        [(LOG, "tue 08:00"), (tell, "tue 09:00"), (DONE, "tue 11:01")],
        [(LOG, "tue 08:00"), (ASK, "tue 09:00"), (ANSWER, "tue 12:00"), (DONE, "tue 13:00")],
        [(LOG, "tue 10:00")],
        [(LOG, "tue 12:00")],
    )

    found, outcome = judged(log, body, is_open=[False, False, False, True, True])

    assert found == "svsvs"
    assert outcome.told(1) == "2 h on the clock without"
    assert outcome.note == "In time: 6 of 8 intervals."


def test_near_looks_before_and_after(judged):
    body = 'template = "near"\nfirst = "W1"\nsecond = "U1"\nwithin = "5m"'
    tell = "Inform users"
    log = log_of(
        [(ASK, "tue 08:00"), (tell, "tue 08:05")],
        [(tell, "tue 07:55"), (ASK, "tue 08:00")],
        [(ASK, "tue 08:00"), (tell, "tue 08:06")],
        [(LOG, "tue 08:00")],
        [(LOG, "tue 08:00"), (ASK, "tue 08:04")],
        [(ASK, "tue 08:00")],
    )

    assert judged(log, body, is_open=[False] * 4 + [True] * 2)[0] == "ssv-nv"


def test_a_share_of_time_is_measured(judged):
    body = 'template = "share_of_time"\nstep = "W1"\nat_most = 0.5'
    log = log_of(
        [(LOG, "tue 08:00"), (ASK, "tue 09:00"), (ANSWER, "tue 10:00")],
        [(LOG, "tue 08:00"), (ASK, "tue 09:00"), (ANSWER, "tue 10:01")],
        [(LOG, "tue 08:00")],
    )

    found, outcome = judged(log, body, is_open=[False] * 3)

    assert found == "sv-"
    assert outcome.told(1) == "50 % of 2 h"


def test_a_share_of_time_that_may_still_fall_is_not_broken(judged):
    body = 'template = "share_of_time"\nstep = "W1"\nat_most = 0.5'
    log = log_of([(LOG, "tue 08:00"), (ASK, "tue 09:00"), (ANSWER, "tue 10:01")])

    found, outcome = judged(log, body, is_open=[True])

    assert (found, outcome.why) == ("n", ("the share may fall in cases that are still open",))


def test_what_stands_under_other_is_not_for_cases_without_a_priority(judged):
    log = log_of(
        [(LOG, "tue 08:00"), (DONE, "tue 13:00")],
        [(LOG, "tue 08:00", {"priority": "2"}), (DONE, "tue 13:00")],
        [(LOG, "tue 08:00", {"priority": "4"}), (DONE, "tue 13:00")],
        [(LOG, "tue 08:00", {"priority": "soon"}), (DONE, "tue 13:00")],
        priority=None,
    )
    closed = [False] * 4

    limits = WITHIN.replace('"4h"', '{ high = "4h", other = "9h" }')
    hours = WITHIN + 'calendar = { high = "24x7", other = "desk" }\n'

    assert judged(log, limits, is_open=closed)[0] == "nvsn"
    assert judged(log, hours, is_open=closed)[0] == "nvvn"


def test_a_priority_lowered_shortly_before_the_target_is_found(judged):
    body = (
        'template = "not_lowered_late"\nfirst = "A01"\nsecond = "A12"\nleft = 0.2\n'
        'within = { high = "5h", low = "10h" }'
    )

    def case(change):
        return [
            (LOG, "tue 08:00", {"priority": "2"}),
            ("Re-prioritize record", change, {"priority": "low"}),
            (DONE, "tue 16:00"),
        ]

    log = log_of(case("tue 11:59"), case("tue 12:00"), case("tue 13:01"), priority=True)

    assert judged(log, body)[0] == "svs"


def test_a_missed_target_is_escalated(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(
        f"{BASE}[rule.sla]\n{WITHIN}\n[rule.own]\ntemplate = 'after_breach'\nrule = 'sla'\n"
        "second = 'U2'\nwithin = '1h'\n",
        encoding="utf-8",
    )
    tell = "Escalate hierarchically"
    log = log_of(
        [(LOG, "tue 08:00"), (tell, "tue 13:00"), (DONE, "tue 20:00")],
        [(LOG, "tue 08:00"), (tell, "tue 13:01"), (DONE, "tue 20:00")],
        [(LOG, "tue 08:00"), (tell, "tue 09:00"), (DONE, "tue 20:00")],
        [(LOG, "tue 08:00"), (DONE, "tue 11:00")],
        [(LOG, "tue 15:30")],
    )

    rules = read_rules(file)
    found = evaluate_rules(
        log, rules, observable=rules.names.values(), is_open=np.array([0, 0, 0, 0, 1], np.bool_)
    )[1]

    assert (found.satisfied, found.violated, found.not_evaluable, found.not_concerned) == (
        2,
        1,
        1,
        1,
    )
    without = override(rules, {"rule": {"sla": {"off": True}}})
    off = evaluate_rules(log, without, observable=rules.names.values())[0]
    assert (off.not_evaluable, off.why_not) == (5, "rule sla is off")


def test_a_log_without_times_is_not_evaluable(judged):
    table = pa.table({"case": ["1", "1"], "activity": [LOG, DONE], "row": [1, 2]})
    log = EventLog.ordered(table)

    for body in (
        WITHIN,
        APART.replace("A13", "A12") + 'at_most = "1h"',
        'template = "rhythm"\nfirst = "A01"\nsecond = "A12"\nstep = "U1"\nat_most = "2h"',
        'template = "near"\nfirst = "A01"\nsecond = "A12"\nwithin = "5m"',
        'template = "share_of_time"\nstep = "A01"\nat_most = 0.5',
    ):
        found, outcome = judged(log, body)
        assert (found, outcome.why) == ("n", ("the log has no times",))


def test_both_clocks_are_reported_over_all_cases(judged):
    log = log_of(
        [(LOG, "mon 17:00"), (DONE, "tue 09:00")],
        [(LOG, "tue 09:00"), (DONE, "tue 10:00")],
    )

    _, outcome = judged(log, WITHIN + 'calendar = "desk"')

    assert outcome.note == (
        "Time taken: median 1.5 h, p90 1.9 h on the clock; median 8.5 h, p90 14 h by the wall."
    )


def test_nothing_is_measured_where_the_first_step_never_happens():
    log = log_of([(DONE, "tue 09:00")])
    rules = shipped_rules("yasm")

    cases = Cases(log, rules, rules.names.values())

    assert len(deadlines_of(cases, rules.rule("R08").body).begin) == 0
    assert judge(cases, rules.rule("R08").body).status.tolist() == [0]
