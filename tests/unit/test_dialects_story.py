"""The canonical changes of generated tickets, checked by replaying them one by one."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import tell, write_expected
from casemine.generate.dialects.ticket import PRIORITIES, STATUSES

FIELDS = {"status": "status", "assign": "assignee", "group": "group", "priority": "priority"}
WILD = {"skipped": 0.2, "inserted": 0.2, "swapped": 0.2, "repeated": 0.2, "ping-pong": 0.1}

seeds = st.integers(min_value=0, max_value=10**6)


def story(seed, cases=40, **options):
    made = generate(GenerateOptions(cases=cases, seed=seed, **options))
    return made, list(tell(made))


@pytest.fixture(scope="module")
def tickets():
    return story(seed=2, cases=600)[1]


@settings(max_examples=15, deadline=None)
@given(seed=seeds, rates=st.sampled_from([WILD, {}]))
def test_every_change_begins_where_the_one_before_left_the_ticket(seed, rates):
    for ticket in story(seed, rates=rates)[1]:
        now = {
            "status": "new",
            "assignee": None,
            "group": ticket.group_at_start,
            "priority": ticket.priority_at_start,
        }

        for change in ticket.changes:
            if change.kind in FIELDS:
                assert change.field == FIELDS[change.kind]
                assert change.old == now[change.field], (ticket.number, change)
                assert change.new != change.old
                now[change.field] = change.new

        assert list(now.values()) == [
            ticket.status, ticket.assignee, ticket.group, ticket.priority,
        ]  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_a_ticket_is_created_once_and_first_and_time_never_goes_back(seed):
    made, told = story(seed, rates=WILD)

    assert [ticket.number for ticket in told] == list(range(1001, 1041))
    for ticket in told:
        kinds = [change.kind for change in ticket.changes]
        assert kinds.index("create") == 0
        assert kinds.count("create") == 1
        assert ticket.changes[0][3:5] == (None, "new")
        assert all(one.time <= two.time for one, two in pairwise(ticket.changes))
    arrivals = [ticket.created for ticket in told]
    assert arrivals == sorted(arrivals)
    assert max(arrivals) < made.cut.timestamp()


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_a_comment_has_its_second_for_itself(seed):
    for ticket in story(seed, rates=WILD)[1]:
        changes = [change for change in ticket.changes if change.kind != "sla"]
        seconds = Counter(change.time for change in changes)

        assert all(seconds[c.time] == 1 for c in changes if c.kind == "comment")


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_words_and_actors_come_from_closed_lists(seed):
    for ticket in story(seed, rates=WILD)[1]:
        for change in ticket.changes:
            if change.kind == "status":
                assert {change.old, change.new} <= set(STATUSES)
            if change.kind == "priority":
                assert {change.old, change.new} <= set(PRIORITIES)
            if change.actor_type == "customer":
                assert change.actor == ticket.requester
            assert (change.actor_type == "system") == (change.actor == "System")
            assert (change.public is not None) == (change.kind == "comment")


def test_clocks_say_what_the_changes_show(tickets):
    for ticket in tickets:
        replies = [c.time for c in ticket.changes if c.public and c.actor_type == "agent"]
        solved = [c.time for c in ticket.changes if c.new in {"solved", "closed"}]

        assert ticket.reply_clock.stop == min(replies, default=None)
        assert ticket.solve_clock.stop == min(solved, default=None)
        for clock in (ticket.reply_clock, ticket.solve_clock):
            told = [(c.new, c.time) for c in ticket.changes if c.field == clock.name]
            late = clock.stop is not None and clock.stop > clock.due
            end = [("breached", clock.due)] if clock.breached else []
            if clock.stop is not None and not late:
                end = [("met", clock.stop)]
            assert told == [("started", ticket.created), *end]
            assert clock.breached or not late


def test_a_merge_names_an_earlier_ticket_and_closes_this_one_in_the_same_second(tickets):
    subjects = {ticket.number: ticket.subject for ticket in tickets}
    merged = [ticket for ticket in tickets if ticket.merged_into]

    assert merged
    for ticket in merged:
        number, subject = ticket.merged_into
        place = [c.kind for c in ticket.changes].index("merge")
        merge, closing = ticket.changes[place : place + 2]
        assert (merge.new, subject) == (str(number), subjects[number])
        assert number < ticket.number
        assert (closing.kind, closing.new, closing.time) == ("status", "closed", merge.time)


def test_what_service_desks_see_happens(tickets):
    changes = [change for ticket in tickets for change in ticket.changes]
    turns = {(c.old, c.new) for c in changes if c.kind == "status"}
    actions = {tuple(c.kind for c in action) for t in tickets for action in t.actions()}

    assert {
        ("new", "open"), ("open", "pending"), ("pending", "open"), ("open", "hold"),
        ("hold", "open"), ("open", "solved"), ("solved", "open"), ("solved", "closed"),
    } <= turns  # fmt: skip
    assert {("assign", "status"), ("group", "assign"), ("priority", "assign")} <= actions
    assert any(c.kind == "assign" and c.new is None for c in changes)
    assert {c.actor_type for c in changes if c.new == "closed"} == {"agent", "system"}
    assert any(len(c.new) > 255 for c in changes if c.kind == "comment")
    assert {ticket.status for ticket in tickets} >= {"closed", "solved", "open"}


def test_deviations_show_in_the_changes():
    plain = {t.number: t.changes for t in story(seed=5, cases=200, rates={})[1]}
    bent = {t.number: t.changes for t in story(seed=5, cases=200, rates={"ping-pong": 0.2})[1]}

    def moves(changes):
        return sum(change.kind == "group" for change in changes)

    assert sum(map(moves, bent.values())) > sum(map(moves, plain.values())) + 30


def test_the_story_is_written_as_a_table(tmp_path):
    made, told = story(seed=3, cases=60, start=date(2025, 10, 13), weeks=4)

    write_expected(made, tmp_path / "expected.csv")

    with (tmp_path / "expected.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == sum(len(ticket.changes) for ticket in told)
    assert list(rows[0].values())[:7] == [
        "1001", "1", rows[0]["time_utc"], "create", "status", "", "new",
    ]  # fmt: skip
    assert {row["public"] for row in rows if row["kind"] == "comment"} == {"true", "false"}
    assert {row["public"] for row in rows if row["kind"] != "comment"} == {""}
    assert [row["new"] for row in rows] == [c.new or "" for t in told for c in t.changes]
