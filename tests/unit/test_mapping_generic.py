"""The rules that all shipped mappings share, each on the smallest history that shows it."""

from __future__ import annotations

import pytest

from casemine.mapping import map_log, shipped_mapping
from change_lists import change, changes_log, comment, created, field, group, status

ALIASES = {
    "log": "Log record",
    "classify": "Classify and prioritize",
    "analyse": "Analyse in 1st level",
    "kb": "Check knowledge base",
    "resolve1": "Resolve in 1st level",
    "hand over": "Hand over to 2nd level",
    "diagnose": "Diagnose in 2nd level",
    "involve": "Involve specialists or supplier",
    "resolve2": "Resolve in 2nd level",
    "reassign": "Reassign within 2nd level",
    "major": "Declare major incident",
    "resolve major": "Resolve major incident",
    "confirm": "User confirms resolution",
    "reopen": "Reopen",
    "verify": "Verify resolution documentation",
    "re-check": "Re-check classification",
    "correct": "Correct record",
    "findings": "Record findings",
    "close": "Close record",
    "approve": "Obtain authorization",
    "assign rf": "Assign to fulfilment group",
    "fulfil": "Fulfil service request",
    "cancel": "Cancel record",
    "ask": "Request user information",
    "answer": "Receive user information",
    "inform": "Inform users",
    "escalate": "Escalate hierarchically",
    "problem": "Raise problem record",
    "re-prioritize": "Re-prioritize record",
    "return": "Return to 1st level",
    "late": "Change after closure",
    "late reopen": "Reopen after closure",
    "merge": "Merge / split record",
}


def mapped(*changes, preset="generic", cases=None) -> list[str]:
    log = map_log(changes_log(*changes, cases=cases), shipped_mapping(preset)).log
    return log.events.column("activity").to_pylist()


def names(text: str) -> list[str]:
    return [ALIASES[word.strip()] for word in text.split(",") if word.strip()]


WORKING = (created(), status(10, "New", "In Progress"))
RESOLVED = (*WORKING, status(60, "In Progress", "Resolved"))
CLOSED = (*RESOLVED, status(600, "Resolved", "Closed"))
IN_2ND = (*WORKING, group(20, "Service Desk", "2nd level"))

HISTORIES = {
    "a record appears": ((created(),), "log"),
    "set with the creation by an agent": (
        (created(actor_type="agent"), field(0, "priority", None, "high")),
        "log, classify",
    ),
    "what the user's form sets is no classification": (
        (created(), field(0, "category", None, "printer", actor_type="customer")),
        "log",
    ),
    "the first of several settings classifies": (
        (
            created(),
            field(5, "category", None, "printer"),
            field(5, "impact", None, "2"),
            field(9, "urgency", None, "2"),
        ),
        "log, classify",
    ),
    "a later change is another priority": (
        (created(), field(5, "priority", None, "high"), field(9, "priority", "high", "low")),
        "log, classify, re-prioritize",
    ),
    "a change of what was never seen to be set is a later one": (
        (created(), field(5, "priority", "high", "low")),
        "log, re-prioritize",
    ),
    "fields changed by one action count once": (
        (
            created(),
            field(5, "priority", "high", "low"),
            field(5, "impact", "1", "2"),
            field(6, "urgency", "1", "2"),
        ),
        "log, re-prioritize, re-prioritize",
    ),
    "work begins": (WORKING, "log, analyse"),
    "work that goes on is no activity": (
        (*WORKING, status(20, "In Progress", "Accepted"), status(30, "Accepted", "In Progress")),
        "log, analyse",
    ),
    "a hand-over": (IN_2ND, "log, analyse, hand over"),
    "work in second level": (
        (*IN_2ND, status(30, "In Progress", "Accepted", group="2nd level")),
        "log, analyse, hand over, diagnose",
    ),
    "another group of second level diagnoses again": (
        (
            *IN_2ND,
            status(30, "In Progress", "Accepted"),
            group(40, "2nd level", "Tier 2 network"),
            status(50, "Accepted", "In Progress"),
            status(55, "In Progress", "Accepted"),
        ),
        "log, analyse, hand over, diagnose, reassign, diagnose",
    ),
    "the way back": (
        (*IN_2ND, group(30, "2nd level", "Service Desk")),
        "log, analyse, hand over, return",
    ),
    "to a supplier": ((*WORKING, group(30, "Service Desk", "Supplier X")), "log, analyse, involve"),
    "back from a supplier": (
        (*WORKING, group(30, "Desk", "Supplier X"), group(40, "Supplier X", "Desk")),
        "log, analyse, involve",
    ),
    "to the fulfilment group": ((created(), group(30, None, "Fulfilment")), "log, assign rf"),
    "to the major incident team": (
        (*WORKING, group(30, "Desk", "Major Incident Team"), status(50, "In Progress", "Resolved")),
        "log, analyse, major, resolve major",
    ),
    "another assignee is no activity": (
        (*WORKING, change(20, "assign", "Bea", old="Al")),
        "log, analyse",
    ),
    "another group of first level is none either": (
        (*WORKING, group(20, "Desk A", "Desk B")),
        "log, analyse",
    ),
    "waiting for the user, who answers": (
        (
            *WORKING,
            status(20, "In Progress", "Waiting for customer"),
            comment(30, actor_type="customer"),
            status(31, "Waiting for customer", "In Progress", actor_type="system"),
        ),
        "log, analyse, ask, answer",
    ),
    "going on without an answer is silent": (
        (
            created(),
            comment(1, actor_type="customer"),
            status(10, "New", "In Progress"),
            status(20, "In Progress", "Waiting for customer"),
            status(31, "Waiting for customer", "In Progress"),
        ),
        "log, analyse, ask",
    ),
    "where no log of users exists, leaving the wait is the answer": (
        (
            created(actor_type="agent"),
            status(20, "New", "Waiting for customer"),
            status(31, "Waiting for customer", "In Progress"),
        ),
        "log, ask, answer",
    ),
    "users who only open cases leave no answers to look for": (
        (
            created(actor_type="customer"),
            status(20, "New", "Waiting for customer"),
            status(31, "Waiting for customer", "In Progress"),
        ),
        "log, ask, answer",
    ),
    "the message that solves and closes": (
        (*WORKING, status(60, "In Progress", "Done"), comment(63)),
        "log, analyse, resolve1, close",
    ),
    "the user's word after the end is a change after it": (
        (*WORKING, status(60, "In Progress", "Done"), comment(63, actor_type="customer")),
        "log, analyse, resolve1, close, late",
    ),
    "the answer may be recorded just after the state": (
        (
            *WORKING,
            status(20, "In Progress", "Waiting for customer"),
            status(31, "Waiting for customer", "In Progress", actor_type="system"),
            comment(31.1, actor_type="customer"),
        ),
        "log, analyse, ask, answer",
    ),
    "waiting for others": (
        (*WORKING, status(20, "In Progress", "Pending vendor")),
        "log, analyse, involve",
    ),
    "waiting for problem management": (
        (*WORKING, status(20, "In Progress", "Awaiting problem")),
        "log, analyse, problem, involve",
    ),
    "pending that the user ends waits for the user": (
        (
            *WORKING,
            status(20, "In Progress", "Pending"),
            comment(40, actor_type="customer"),
            status(41, "Pending", "In Progress"),
        ),
        "log, analyse, ask, answer",
    ),
    "pending that an agent ends waits for somebody else": (
        (*WORKING, status(20, "In Progress", "Pending"), status(41, "Pending", "In Progress")),
        "log, analyse, involve",
    ),
    "pending that the user's own action ends waits for the user": (
        (
            *WORKING,
            status(20, "In Progress", "Pending"),
            status(41, "Pending", "In Progress", actor_type="customer"),
        ),
        "log, analyse, ask, answer",
    ),
    "a change of hands is believed where it came from": (
        (created(), group(5, None, "Service Desk"), group(9, "Tier 2", "Service Desk")),
        "log, return",
    ),
    "pending with a message waits for the user": (
        (*WORKING, comment(19), status(20, "In Progress", "Pending")),
        "log, analyse, ask",
    ),
    "a problem": ((*WORKING, field(20, "problem_id", None, "PRB1")), "log, analyse, problem"),
    "an article before the solution": (
        (*WORKING, change(20, "link", "KB0001", field="kb_article")),
        "log, analyse, kb",
    ),
    "an article after the solution": (
        (*RESOLVED, change(90, "link", "KB0001", field="kb_article")),
        "log, analyse, resolve1, findings",
    ),
    "an approval": ((created(), change(20, "approval", "requested")), "log, approve"),
    "an escalation": ((*WORKING, change(20, "escalate", "true")), "log, analyse, escalate"),
    "an escalation that hands over": (
        (*IN_2ND, change(21, "escalate", "true")),
        "log, analyse, hand over",
    ),
    "a state that says escalated": (
        (*WORKING, status(20, "In Progress", "Escalated")),
        "log, analyse, escalate",
    ),
    "an agreed time that was missed": (
        (*WORKING, change(20, "sla", "breached", activity="SLA breached")),
        "log, analyse, escalate",
    ),
    "clocks are no activity": (
        (*WORKING, change(20, "sla", "paused", activity="SLA paused")),
        "log, analyse",
    ),
    "a message to the user": ((*WORKING, comment(20)), "log, analyse, inform"),
    "the message that asks": (
        (*WORKING, comment(20), status(25, "In Progress", "Waiting for customer")),
        "log, analyse, ask",
    ),
    "a message too long before the question": (
        (*WORKING, comment(19), status(25, "In Progress", "Waiting for customer")),
        "log, analyse, inform, ask",
    ),
    "the message that resolves": ((*RESOLVED, comment(64)), "log, analyse, resolve1"),
    "notes and answers are no activity": (
        (*WORKING, comment(20, public=False), comment(30, actor_type="customer")),
        "log, analyse",
    ),
    "solved in second level": (
        (*IN_2ND, status(60, "In Progress", "Resolved")),
        "log, analyse, hand over, resolve2",
    ),
    "solved by the fulfilment group": (
        (created(), group(30, None, "Fulfilment"), status(60, "New", "Resolved")),
        "log, assign rf, fulfil",
    ),
    "opened again": (
        (*RESOLVED, status(90, "Resolved", "In Progress")),
        "log, analyse, resolve1, reopen",
    ),
    "opened again by asking": (
        (*RESOLVED, status(90, "Resolved", "Waiting for customer")),
        "log, analyse, resolve1, reopen, ask",
    ),
    "a state that says reopened": (
        (*RESOLVED, status(90, "Resolved", "Reopened"), status(95, "Reopened", "In Progress")),
        "log, analyse, resolve1, reopen",
    ),
    "closed": (CLOSED, "log, analyse, resolve1, close"),
    "closed by the user": (
        (*RESOLVED, status(600, "Resolved", "Closed", actor_type="customer")),
        "log, analyse, resolve1, confirm, close",
    ),
    "opened after closure": (
        (*CLOSED, status(700, "Closed", "In Progress")),
        "log, analyse, resolve1, close, late reopen",
    ),
    "changed after closure": (
        (*CLOSED, field(700, "priority", "high", "low"), comment(800)),
        "log, analyse, resolve1, close, late, late",
    ),
    "what the closure writes is part of it": (
        (*CLOSED, field(600, "closed_by", None, "Al"), comment(600.5)),
        "log, analyse, resolve1, close",
    ),
    "another category between solution and closure": (
        (*RESOLVED, field(90, "category", "printer", "network")),
        "log, analyse, resolve1, re-check, correct",
    ),
    "a category between solution and closure": (
        (*RESOLVED, field(90, "category", None, "network")),
        "log, analyse, resolve1, re-check",
    ),
    "notes of the solution between solution and closure": (
        (*RESOLVED, field(90, "close_notes", None, "new cable")),
        "log, analyse, resolve1, verify",
    ),
    "notes of the solution written with it": (
        (*RESOLVED, field(60, "close_notes", None, "new cable")),
        "log, analyse, resolve1",
    ),
    "cancelled": ((*WORKING, status(60, "In Progress", "Canceled")), "log, analyse, cancel"),
    "merged, and the state that the merge sets": (
        (
            *RESOLVED,
            change(90, "merge", "77"),
            status(90, "Resolved", "Closed"),
        ),
        "log, analyse, resolve1, cancel, merge",
    ),
    "deleted": ((*WORKING, change(60, "delete")), "log, analyse, cancel"),
    "solved and closed in one": (
        (*WORKING, status(60, "In Progress", "Done")),
        "log, analyse, resolve1, close",
    ),
    "done after solved only closes": (
        (*RESOLVED, status(90, "Resolved", "Done"), status(99, "Done", "In Progress")),
        "log, analyse, resolve1, close, late reopen",
    ),
    "done and opened again": (
        (*WORKING, status(60, "In Progress", "Done"), status(99, "Done", "In Progress")),
        "log, analyse, resolve1, close, reopen",
    ),
    "created as done": ((created(new="Done"),), "log, resolve1, close"),
    "first level takes back what is solved, to close it": (
        (
            *IN_2ND,
            status(60, "In Progress", "Resolved"),
            group(70, "2nd level", "Service Desk"),
            status(90, "Resolved", "Closed"),
        ),
        "log, analyse, hand over, resolve2, close",
    ),
    "first level takes up what was opened again": (
        (
            *IN_2ND,
            status(60, "In Progress", "Resolved"),
            status(90, "Resolved", "In Progress"),
            group(90, "2nd level", "Service Desk"),
        ),
        "log, analyse, hand over, resolve2, reopen",
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_history_becomes_the_activities_of_the_flow(name):
    changes, expected = HISTORIES[name]

    assert mapped(*changes) == names(expected)


def test_requests_are_fulfilled_and_not_analysed():
    cases = {"case": ["1"], "type": ["Service Request"]}

    assert mapped(*CLOSED, cases=cases) == names("log, fulfil, close")


def test_an_agent_who_creates_with_category_and_priority_has_classified():
    cases = {"case": ["1"], "category": ["printer"], "priority": ["high"]}

    by_agent = mapped(created(actor_type="agent"), cases=cases)
    by_user = mapped(created(actor_type="customer"), cases=cases)
    later = mapped(created(actor_type="agent"), field(9, "priority", None, "high"), cases=cases)

    assert (by_agent, by_user) == (names("log, classify"), names("log"))
    assert later == names("log, classify")


def test_history_cut_off_at_its_start_believes_the_old_value():
    opened = mapped(status(90, "Resolved", "In Progress"))

    assert opened == names("reopen")


def test_history_with_a_gap_believes_the_change_rather_than_the_last_record():
    assert mapped(*WORKING, status(900, "Closed", "In Progress")) == names(
        "log, analyse, late reopen"
    )


def test_cases_do_not_reach_into_each_other():
    one = [*RESOLVED]
    other = [status(61, None, "In Progress", case="2"), comment(62, case="2")]

    assert mapped(*one, *other) == names("log, analyse, resolve1, analyse, inform")


def test_group_of_the_event_tells_who_holds_the_case():
    changes = [created(group="Desk"), status(60, "New", "Resolved", group="Tier 2")]

    assert mapped(*changes) == names("log, resolve2")


def test_group_before_the_first_change_of_hands_is_where_it_came_from():
    changes = [created(), status(5, "New", "In Progress"), group(9, "Tier 2", "Tier 1")]

    assert mapped(*changes) == names("log, diagnose, return")
