"""Applying a mapping: what the mapped log holds, and that every raw event is accounted for."""

from __future__ import annotations

from collections import Counter

import pytest

from casemine.log import parse_log
from casemine.mapping import choose_mapping, map_log, read_mapping, shipped_mapping
from casemine.model.intake import Intake, Note
from change_lists import change, changes_log, comment, created, group, status


def mapping_of(tmp_path, text: str):
    path = tmp_path / "my.toml"
    path.write_text(text)
    return read_mapping(path)


def column(mapped, name: str) -> list:
    return mapped.log.events.column(name).to_pylist()


def test_events_remember_their_raw_name_and_rule(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        name = "solved"
        kind = "status"
        to = "Solved"
        gives = "Resolve in 1st level"

        [[rule]]
        name = "talk"
        kind = "comment"
        ignore = true
        """,
    )

    mapped = map_log(changes_log(created(), comment(5), status(9, "New", "Solved")), mapping)

    assert column(mapped, "activity") == ["create", "Resolve in 1st level"]
    assert column(mapped, "raw_activity") == ["create", "Status: Solved"]
    assert column(mapped, "rule") == [None, "solved"]
    assert column(mapped, "row") == [1, 3]
    assert column(mapped, "kind") == ["create", "status"]


def test_several_activities_of_one_change_share_its_time_and_come_in_order(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        kind = "status"
        gives = ["Resolve in 1st level", "Close record"]
        """,
    )

    mapped = map_log(changes_log(created(), status(9, "New", "Done"), comment(9)), mapping)

    assert column(mapped, "activity") == [
        "create",
        "Resolve in 1st level",
        "Close record",
        "comment",
    ]
    assert column(mapped, "row") == [1, 2, 2, 3]
    assert column(mapped, "seq") == [1, 2, 3, 4]
    assert len(set(column(mapped, "time")[1:])) == 1


def test_seq_stays_where_no_event_became_several():
    log = changes_log(created(), comment(5, public=False), status(9, "New", "In Progress"))

    assert column(map_log(log, shipped_mapping("generic")), "seq") == [1, 3]


def test_account_counts_every_event_once(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        kind = "create"
        gives = ["Log record", "Classify and prioritize"]

        [[rule]]
        kind = "comment"
        ignore = true
        """,
    )
    log = changes_log(created(), comment(1), comment(2), change(3, "assign"), change(4, "assign"))

    account = map_log(log, mapping).account

    assert (account.events, account.mapped, account.ignored, account.unmapped) == (5, 1, 2, 2)
    assert (account.events_out, account.cases, account.cases_emptied) == (4, 1, 0)
    assert [(rule.name, rule.changes) for rule in account.rules] == [("rule 1", 1), ("rule 2", 2)]
    assert [(one.activity, one.kind, one.events, one.cases, one.row) for one in account.left] == [
        ("assign", "assign", 2, 1, 4)
    ]
    assert [(one.activity, one.events) for one in account.activities] == [
        ("Log record", 1),
        ("Classify and prioritize", 1),
    ]
    assert "Close record" in account.out_of_reach


def test_words_for_states_without_meaning_stay_and_are_listed_one_by_one():
    log = changes_log(created(), status(1, "New", "Zork"), status(2, "Zork", "Blub"))

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == ["Log record", "Status: Zork", "Status: Blub"]
    assert {one.to for one in mapped.account.left} == {"Zork", "Blub"}
    assert [note.code for note in mapped.log.intake.notes] == ["unmapped"]


def test_groups_of_unknown_tier_count_as_first_level_and_are_named():
    log = changes_log(
        created(group="Billing"), group(5, "Billing", "Tier 2"), status(9, "New", "Resolved")
    )

    mapped = map_log(log, shipped_mapping("generic"))

    found = {one.group: (one.tier, one.known, one.events) for one in mapped.account.groups}
    assert found == {"Billing": ("L1", False, 1), "Tier 2": ("L2", True, 2)}
    (note,) = mapped.log.intake.notes
    assert note == Note("tier-unknown", "groups of unknown tier count as 1st level: Billing (1)")


def test_cases_without_any_event_left_are_gone_and_counted(tmp_path):
    mapping = mapping_of(tmp_path, '[[rule]]\nkind = "comment"\nignore = true\n')
    log = changes_log(
        created(), comment(1, case="2"), cases={"case": ["1", "2"], "type": ["x", "y"]}
    )

    mapped = map_log(log, mapping)

    assert mapped.account.cases_emptied == 1
    assert mapped.log.case_table.column("case").to_pylist() == ["1"]


def test_log_without_kinds_is_compared_event_by_event():
    log = parse_log("New Open Open Solved Open Closed")

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == [
        "Log record",
        "Analyse in 1st level",
        "Resolve in 1st level",
        "Reopen",
        "Close record",
    ]
    assert mapped.account.ignored == 1


def test_a_state_with_and_without_its_prefix_is_one_state():
    log = _plain([("1", "Foo", None), ("1", "Status: Foo", None), ("1", "Foo", None)])

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "row") == [1]


def test_one_event_of_a_log_without_kinds_may_hold_a_hand_over_and_work():
    log = _plain(
        [("1", "In Progress", "Desk"), ("1", "Working", "Tier 2"), ("1", "Working", "Tier 2")]
    )

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == [
        "Analyse in 1st level",
        "Hand over to 2nd level",
        "Diagnose in 2nd level",
    ]
    assert column(mapped, "row") == [1, 2, 2]
    assert (mapped.account.mapped, mapped.account.ignored) == (2, 1)


def test_names_of_activities_that_are_no_states_are_understood():
    log = _plain(
        [
            ("1", "Created", None),
            ("1", "Status: Open", None),
            ("1", "Assigned", None),
            ("1", "Public reply", None),
            ("1", "Status: Pending", None),
            ("1", "Customer reply", None),
            ("1", "Status: Open", None),
            ("1", "Internal note", None),
            ("1", "Priority raised", None),
            ("1", "Assigned to group", None),
            ("1", "Status: Solved", None),
            ("1", "Merged", None),
        ]
    )

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == [
        "Log record",
        "Analyse in 1st level",
        "Inform users",
        "Request user information",
        "Receive user information",
        "Re-prioritize record",
        "Assigned to group",  # where to, nobody knows
        "Resolve in 1st level",
        "Cancel record",
        "Merge / split record",
    ]


def test_names_speak_where_the_kind_of_a_change_is_not_recorded():
    log = changes_log(
        created(),
        change(1, "x", activity="Assign") | {"kind": None},
        status(5, "New", "In Progress"),
        change(20, "x", activity="Agent reply", actor_type=None) | {"kind": None},
        change(25, "x", activity="Customer reply", actor_type=None) | {"kind": None},
        change(26, "x", activity="Internal note") | {"kind": None},
        change(30, "x", activity="Juggle") | {"kind": None},
    )

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == [
        "Log record",
        "Analyse in 1st level",
        "Inform users",
        "Juggle",
    ]


def test_a_known_move_to_a_group_says_more_than_its_name():
    log = _plain([("1", "Status: Open", "Desk"), ("1", "Assigned to group", "Tier 2")])

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == ["Analyse in 1st level", "Hand over to 2nd level"]


def test_state_may_be_joined_from_columns_and_fields_compared(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [changes]
        state = ["activity", "sub"]
        fields = ["priority"]
        created = true

        [states]
        "A / x" = "working"

        [[rule]]
        kind = "create"
        gives = "Log record"

        [[rule]]
        kind = "priority"
        from = "low"
        to = "high"
        gives = "Re-prioritize record"

        [[rule]]
        to_state = "working"
        gives = "Analyse in 1st level"
        """,
    )
    log = _plain([("1", "A", "g"), ("1", "B", "g")], sub=["x", None], priority=["low", "high"])

    mapped = map_log(log, mapping)

    assert column(mapped, "activity") == [
        "Log record",
        "Analyse in 1st level",
        "Re-prioritize record",
        "B",
    ]


def test_rules_match_on_attributes_of_events_and_cases(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        attribute = { "channel" = "/mail/", '/^vip$/' = "yes" }
        gives = "Inform users"

        [[rule]]
        attribute = { "nowhere" = "x" }
        gives = "Close record"

        [[rule]]
        activity = ["A", "b"]
        group = ""
        ignore = true
        """,
    )
    log = _plain(
        [("1", "A", None), ("1", "A", None), ("2", "A", None), ("2", "B", None), ("2", "B", "g")],
        channel=["E-Mail", "phone", "e-mail", None, None],
        cases={"case": ["2", "1"], "vip": ["no", "yes"]},
    )

    mapped = map_log(log, mapping)

    assert column(mapped, "row") == [1, 5]
    assert column(mapped, "activity") == ["Inform users", "B"]


@pytest.mark.parametrize(
    ("position", "rows"),
    [
        ("first = true", [1, 5]),
        ('first = "case"', [1, 5]),
        ('first = "group"', [1, 3, 5]),
        ('first = "tier"', [1, 3, 5]),
        ('first = "moment"', [1, 2, 3, 4, 5]),
        ("last = true", [4, 5]),
    ],
)
def test_positions(tmp_path, position, rows):
    mapping = mapping_of(
        tmp_path,
        f"""
        [tiers]
        b = "L2"

        [[rule]]
        {position}
        gives = "Inform users"

        [[rule]]
        ignore = true
        """,
    )
    groups = [("1", "x", "a"), ("1", "x", "a"), ("1", "x", "b"), ("1", "x", "b"), ("2", "x", "b")]

    mapped = map_log(_plain(groups), mapping)

    assert sorted(set(column(mapped, "row"))) == rows


def test_near_looks_at_the_same_case_and_both_ways(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        kind = "comment"
        near = { activity = "Close record", minutes = 5 }
        ignore = true

        [[rule]]
        kind = "status"
        gives = "Close record"
        """,
    )
    log = changes_log(
        comment(4.9),
        comment(5),
        status(10, None, "x"),
        comment(15),
        comment(15.1),
        comment(10, case="2"),
    )

    assert column(map_log(log, mapping), "row") == [1, 3, 5, 6]


def test_near_means_another_change_than_the_one_at_hand(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        near = { activity = "Close record", minutes = 5 }
        ignore = true

        [[rule]]
        gives = "Close record"
        """,
    )
    log = changes_log(status(1, None, "x"), status(4, None, "x"), status(60, None, "x"))

    assert column(map_log(log, mapping), "row") == [3]


def test_two_changes_of_one_event_without_a_rule_are_one_raw_event(tmp_path):
    mapping = mapping_of(tmp_path, '[[rule]]\nkind = "create"\nignore = true\n')

    mapped = map_log(_plain([("1", "A", "g"), ("1", "B", "h")]), mapping)

    assert column(mapped, "activity") == ["A", "B"]
    assert (mapped.account.unmapped, mapped.account.events_out) == (2, 2)


def test_lacks_asks_for_the_whole_case(tmp_path):
    mapping = mapping_of(
        tmp_path,
        """
        [[rule]]
        kind = "create"
        lacks = "Close record"
        gives = "Log record"

        [[rule]]
        kind = "create"
        ignore = true

        [[rule]]
        kind = "status"
        gives = "Close record"
        """,
    )
    log = changes_log(created(), status(9, None, "x"), created(case="2"))

    assert column(map_log(log, mapping), "row") == [2, 3]


def test_a_log_without_times_can_be_mapped():
    log = parse_log("New Open Solved")
    log = log.with_events(log.events.drop_columns(["time"]))

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity")[-1] == "Resolve in 1st level"


def test_an_empty_log_stays_empty():
    for log in (parse_log(""), changes_log()):
        mapped = map_log(log, shipped_mapping("servicenow"))

        assert len(mapped.log) == 0
        assert mapped.account.events == 0


def test_mapping_again_replaces_the_columns_of_the_first_time():
    mapping = shipped_mapping("generic")
    once = map_log(parse_log("New Open Solved"), mapping)

    again = map_log(once.log, mapping)

    names = Counter(again.log.events.column_names)
    assert names["rule"] == names["raw_activity"] == 1
    assert column(again, "raw_activity") == column(once, "activity")


def test_an_attribute_that_is_called_rule_is_kept_under_another_name():
    log = _plain([("1", "New", None), ("1", "Done", None)], rule=["a", "b"], seq=["x", "y"])

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "rule (before mapping)") == ["a", "b", "b"]
    assert column(mapped, "seq") == ["x", "y", "y"]


def test_a_column_called_kind_alone_makes_no_log_of_changes():
    log = _plain([("1", "New", None), ("1", "Solved", None)], kind=["hot", "cold"])

    mapped = map_log(log, shipped_mapping("generic"))

    assert column(mapped, "activity") == ["Log record", "Resolve in 1st level"]


def test_the_mapping_is_chosen_by_the_system_of_the_log():
    def chosen(*notes):
        return choose_mapping(Intake(notes=notes)).name

    assert chosen(Note("system", "exported from Jira Cloud (jira)")) == "jira"
    assert chosen(Note("system", "exported from something (unheard-of)")) == "generic"
    assert chosen(Note("other", "exported from Jira (jira)")) == "generic"
    assert chosen() == "generic"


def _plain(rows, cases=None, **attributes):
    """A log without kinds: case, activity, group, one hour apart."""
    import pyarrow as pa

    from casemine.log import EventLog
    from casemine.log.columns import TIMESTAMP

    table = pa.table(
        {
            "case": [row[0] for row in rows],
            "activity": [row[1] for row in rows],
            "time": pa.array([n * 3_600_000_000 for n in range(len(rows))]).cast(TIMESTAMP),
            "row": list(range(1, len(rows) + 1)),
            "group": pa.array([row[2] for row in rows], pa.string()),
            **{name: pa.array(values, pa.string()) for name, values in attributes.items()},
        }
    )
    return EventLog.ordered(table, case_table=None if cases is None else pa.table(cases))
