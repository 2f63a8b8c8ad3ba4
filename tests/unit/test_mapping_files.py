"""Reading mapping files: what may stand in them, and what is said of a slip of the pen."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from casemine.errors import CasemineError, ExitCode, UsageError
from casemine.log import parse_log
from casemine.mapping import map_log, read_mapping, shipped_mapping, shipped_names, suggest
from casemine.mapping.readrule import RULE_KEYS
from casemine.mapping.vocabulary import KINDS, MEANINGS, TIERS, YASM
from change_lists import change, changes_log, created, group, status


def read(tmp_path, text: str):
    path = tmp_path / "my.toml"
    path.write_text(text)
    return read_mapping(path)


UNKNOWN = "which the flow does not have"
BROKEN = "missing ), unterminated subpattern at position 0"
WRONG = {
    "an unknown section": ("[tier]\n", "the mapping knows no key 'tier'; did you mean 'tiers'?"),
    "an unknown key": (
        '\n[[rule]]\nknd = "status"\nignore = true\n',
        "2: rule 1 knows no key 'knd'; did you mean 'kind'?",
    ),
    "an unknown kind": (
        '[[rule]]\nname = "x"\nkind = ["status", "stauts"]\nignore = true\n',
        "1: kind in rule 1 ('x') is 'stauts', which means nothing; did you mean 'status'?",
    ),
    "an unknown activity": (
        '[[rule]]\nkind = "create"\ngives = "Log recrd"\n',
        f"1: gives in rule 1 names 'Log recrd', {UNKNOWN}; did you mean 'Log record'?",
    ),
    "an id in place of a label": (
        '[[rule]]\nkind = "create"\ngives = ["A01"]\n',
        f"1: gives in rule 1 names 'A01', {UNKNOWN}; that is 'Log record'",
    ),
    "neither an activity nor ignore": (
        '[[rule]]\nkind = "create"\n',
        "1: rule 1 says neither or both of gives and ignore",
    ),
    "both": (
        '[[rule]]\ngives = "Log record"\nignore = true\n',
        "1: rule 1 says neither or both of gives and ignore",
    ),
    "an unknown meaning": (
        '[states]\nfoo = "workin"\n',
        "'foo' in [states] is 'workin', which means nothing; did you mean 'working'?",
    ),
    "an unknown meaning by detail": (
        '[states.foo]\n"*" = "workin"\n',
        "'foo' in [states] is 'workin', which means nothing; did you mean 'working'?",
    ),
    "an unknown tier": (
        '[tiers]\nfoo = "L4"\n',
        "'foo' in [tiers] is 'L4', which means nothing",
    ),
    "a broken expression": (
        "[tiers]\n'/(a/' = \"L1\"\n",
        f"'/(a/' in [tiers] is no regular expression: {BROKEN}",
    ),
    "a broken expression in a rule": (
        '[[rule]]\nto = "/(a/"\nignore = true\n',
        f"1: to in rule 1 is no regular expression: {BROKEN}",
    ),
    "an unknown base": (
        'extends = "zendsk"\n',
        "extends is 'zendsk', which means nothing; did you mean 'zendesk'?",
    ),
    "an unknown flow": ('to = "itil"\n', "to is 'itil', which means nothing"),
    "rules that are no list": ('rule = "x"\n', "rule is not a list of tables"),
    "a section that is no table": ('states = "x"\n', "states is 'x', not a table"),
    "two rules of one name": (
        '[[rule]]\nname = "x"\nignore = true\n[[rule]]\nname = "x"\nignore = true\n',
        "two rules are called 'x'",
    ),
    "an unknown position": (
        '[[rule]]\nfirst = "cases"\nignore = true\n',
        "1: first in rule 1 is 'cases', which means nothing; did you mean 'case'?",
    ),
    "near without an activity": (
        "[[rule]]\nnear = { minutes = 5 }\nignore = true\n",
        "1: near in rule 1 names no activity",
    ),
    "near without a number": (
        '[[rule]]\nnear = { activity = "Reopen", minutes = "5" }\nignore = true\n',
        "1: minutes of near in rule 1 is '5', not a number of minutes",
    ),
    "a truth that is none": (
        '[[rule]]\npublic = "yes"\nignore = true\n',
        "1: public in rule 1 is 'yes', not true or false",
    ),
    "an empty list": (
        "[[rule]]\nkind = []\nignore = true\n",
        "1: kind in rule 1 is an empty list",
    ),
    "a tier said twice": (
        '[[rule]]\ntier = "L1"\nto_tier = "L2"\nignore = true\n',
        "1: rule 1 says tier and to_tier, which are the same: who holds the case",
    ),
    "no TOML": (
        "[states\n",
        "1: is not TOML: Expected ']' at the end of a table declaration (at line 1, column 8)",
    ),
}


@pytest.mark.parametrize("slip", WRONG)
def test_slip_is_named_with_its_file_rule_and_key(tmp_path, slip):
    text, message = WRONG[slip]

    with pytest.raises(CasemineError) as caught:
        read(tmp_path, text)

    between = ":" if message[0].isdigit() else ": "
    assert str(caught.value) == f"{tmp_path / 'my.toml'}{between}{message}"
    assert caught.value.exit_code is ExitCode.INPUT
    assert caught.value.code == "bad-mapping"


def test_unreadable_files_are_input_errors(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"# \xfc\n")

    with pytest.raises(CasemineError, match="cannot be read: No such file"):
        read_mapping(tmp_path / "absent.toml")
    with pytest.raises(CasemineError, match="is not UTF-8 text"):
        read_mapping(tmp_path / "latin.toml")


def test_unknown_shipped_mapping_names_a_near_one():
    with pytest.raises(UsageError, match="no mapping 'zendesc'; did you mean 'zendesk'"):
        shipped_mapping("zendesc")


def test_every_system_has_a_mapping():
    assert set(shipped_names()) == {
        *("servicenow", "jira", "zendesk", "salesforce", "dynamics365", "hubspot"),
        *("freshdesk", "freshservice", "github", "gitlab", "suitecrm", "glpi", "otrs", "odoo"),
        *("itop", "rt", "zammad", "osticket", "intercom", "helpscout"),
        *("bpic2013", "uci_incidents", "generic"),
    }


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_mapping_is_right_and_can_tell_the_end(name):
    mapping = shipped_mapping(name)

    assert {"Log record", "Resolve in 1st level", "Close record"} <= set(mapping.activities)
    assert set(mapping.activities) <= set(YASM.values())
    assert len({rule.name for rule in mapping.rules}) == len(mapping.rules)
    assert mapping.flow == "yasm"
    assert mapping.text == ""


def test_generic_rules_can_give_every_activity_of_the_flow():
    assert set(shipped_mapping("generic").activities) == set(YASM.values())


# Words as the systems write them, from their documentation and the sample exports.
VENDOR_WORDS = [
    ("servicenow", "New", None, "new"),
    ("servicenow", "In Progress", None, "working"),
    ("servicenow", "On Hold", "hold_reason=Awaiting Caller", "wait-user"),
    ("servicenow", "On Hold", "hold_reason=Awaiting Vendor; x=1", "wait-supplier"),
    ("servicenow", "On Hold", "hold_reason=Awaiting Change", "wait-supplier"),
    ("servicenow", "On Hold", "hold_reason=Awaiting Problem", "wait-problem"),
    ("servicenow", "On Hold", None, "pending"),
    ("servicenow", "3", "hold_reason=1", "wait-user"),
    ("servicenow", "3", "hold_reason=4", "wait-supplier"),
    ("servicenow", "6", None, "resolved"),
    ("servicenow", "7", None, "closed"),
    ("servicenow", "Canceled", None, "cancelled"),
    ("jira", "Open", None, "new"),
    ("jira", "Waiting for support", None, "working"),
    ("jira", "Waiting for customer", None, "wait-user"),
    ("jira", "Pending", None, "pending"),
    ("jira", "Escalated", None, "escalated"),
    ("jira", "Done", None, "done"),
    ("jira", "Completed", None, "resolved"),
    ("zendesk", "open", None, "working"),
    ("zendesk", "pending", None, "wait-user"),
    ("zendesk", "hold", None, "wait-supplier"),
    ("zendesk", "solved", None, "resolved"),
    ("salesforce", "Working", None, "working"),
    ("salesforce", "Waiting on Customer", None, "wait-user"),
    ("salesforce", "On Hold", None, "wait-supplier"),
    ("salesforce", "Closed", None, "done"),
    ("dynamics365", "Waiting for Details", None, "wait-user"),
    ("dynamics365", "Problem Solved", None, "done"),
    ("dynamics365", "Researching", None, "working"),
    ("hubspot", "Waiting on us", None, "working"),
    ("hubspot", "Waiting on contact", None, "wait-user"),
    ("hubspot", "Closed", None, "done"),
    ("freshdesk", "Pending", None, "wait-user"),
    ("freshdesk", "Waiting on Third Party", None, "wait-supplier"),
    ("freshservice", "Waiting on Customer", None, "wait-user"),
    ("github", "closed", None, "done"),
    ("github", "closed", "state_reason=not_planned", "cancelled"),
    ("gitlab", "opened", None, "working"),
    ("suitecrm", "Open_Pending Input", None, "wait-user"),
    ("suitecrm", "Closed_Closed", None, "done"),
    ("glpi", "4", None, "wait-user"),
    ("glpi", "Processing (assigned)", None, "working"),
    ("otrs", "pending reminder", None, "pending"),
    ("otrs", "pending auto close+", None, "resolved"),
    ("otrs", "closed successful", None, "done"),
    ("odoo", "Waiting for Customer", None, "wait-user"),
    ("itop", "escalated_tto", None, "escalated"),
    ("itop", "pending", None, "wait-user"),
    ("rt", "stalled", None, "wait-user"),
    ("rt", "resolved", None, "done"),
    ("zammad", "pending close", None, "resolved"),
    ("zammad", "closed", None, "done"),
    ("osticket", "6", None, "wait-user"),
    ("intercom", "snoozed", None, "pending"),
    ("helpscout", "active", None, "working"),
    ("bpic2013", "Accepted / Wait - User", None, "wait-user"),
    ("bpic2013", "Completed / In Call", None, "done"),
    ("uci_incidents", "Awaiting User Info", None, "wait-user"),
    # lists to recognise unknown exports by
    ("generic", "Resolved (pending confirmation)", None, "resolved"),
    ("generic", "Notified", None, "working"),
    ("generic", "work_in_progress", None, "working"),
    ("generic", "pending_customer", None, "wait-user"),
    ("generic", "pending_vendor", None, "wait-supplier"),
    ("generic", "pending_change", None, "wait-supplier"),
    ("generic", "pending_evidence", None, "wait-user"),
    ("generic", "pending_other", None, "wait-supplier"),
    ("generic", "replaced_problem", None, "wait-problem"),
    ("generic", "categorize", None, "new"),
    ("generic", "referred", None, "queued"),
    ("generic", "rejected", None, "cancelled"),
    ("generic", "Unresolved", None, None),
]


@pytest.mark.parametrize(("system", "word", "detail", "meaning"), VENDOR_WORDS)
def test_words_of_the_systems_mean_what_their_makers_say(system, word, detail, meaning):
    assert shipped_mapping(system).states.look_up(word, detail) == meaning


@pytest.mark.parametrize(
    ("group", "tier"),
    [
        ("Tier 2", "L2"),
        ("2nd Level Network", "L2"),
        ("L2 Database", "L2"),
        ("Service Desk", "L1"),
        ("1st line", "L1"),
        ("G42 3rd", "SUP"),
        ("External supplier", "SUP"),
        ("Request fulfilment", "RF"),
        ("Major Incident Team", "MIT"),
        ("Billing", None),
        ("Level 20 office", None),
    ],
)
def test_tiers_are_known_by_common_names(group, tier):
    assert shipped_mapping("generic").tiers.look_up(group) == tier


def test_own_words_and_rules_come_before_those_of_the_base(tmp_path):
    mapping = read(
        tmp_path,
        """
        extends = "zendesk"

        [states]
        '/^pend/' = "wait-supplier"

        [tiers]
        Billing = "L2"

        [[rule]]
        name = "first of all"
        kind = "delete"
        ignore = true
        """,
    )

    assert mapping.states.look_up("Pending") == "wait-supplier"
    assert mapping.states.look_up("Solved") == "resolved"
    assert mapping.tiers.look_up("billing") == "L2"
    assert mapping.rules[0].name == "first of all"
    assert mapping.base == "zendesk"


def test_own_rule_of_the_same_name_stands_in_the_place_of_the_old_one(tmp_path):
    base = shipped_mapping("generic")
    mapping = read(
        tmp_path,
        'extends = "generic"\n[[rule]]\nname = "deleted"\nkind = "delete"\nignore = true\n',
    )

    assert [rule.name for rule in mapping.rules] == [rule.name for rule in base.rules]
    assert [rule.gives for rule in mapping.rules if rule.name == "deleted"] == [()]


def test_suggestion_is_valid_and_changes_nothing_as_it_stands(tmp_path):
    mapping = shipped_mapping("jira")
    log = changes_log(
        created(),
        group(1, None, "Network experts"),
        status(2, "New", "Wating for custmer"),
        change(3, "juggle", activity='odd "name"\n[x]'),
    )
    mapped = map_log(log, mapping)

    text = suggest(mapped, mapping)
    again = map_log(log, read(tmp_path, text))

    assert tomllib.loads(text)["extends"] == "jira"
    assert again.log.events.equals(mapped.log.events)
    assert '# "Wating for custmer" = "wait-user"  # 1 event; near waiting for customer' in text
    assert '# "Network experts" = "L2"  # 3 events' in text
    assert "#         1  created: Log record" in text
    assert '# activity = "odd \\"name\\"\\n[x]"' in text


def test_suggestion_works_once_its_signs_are_taken_away(tmp_path):
    mapping = shipped_mapping("generic")
    log = changes_log(
        created(),
        group(1, None, "Network experts"),
        status(2, "New", "Slovd"),
        change(3, "juggle", activity='odd "name"\n[x]\u200b'),
    )
    text = suggest(map_log(log, mapping), mapping)
    wanted = ('"', "[[rule]]", "activity", "kind", "ignore", "to =")
    freed = "\n".join(
        line[2:] if line.startswith("# ") and line[2:].startswith(wanted) else line
        for line in text.splitlines()
    )

    mapped = map_log(log, read(tmp_path, freed))

    assert mapped.log.events.column("activity").to_pylist() == [
        "Log record",
        "Hand over to 2nd level",
        "Resolve in 2nd level",
    ]
    assert (mapped.account.unmapped, mapped.account.unknown_groups) == (0, ())


def test_suggestion_for_a_mapping_of_ones_own_keeps_its_text(tmp_path):
    own = 'extends = "generic"\n\n[states]\n"Foo" = "working"\n'
    mapping = read(tmp_path, own)
    mapped = map_log(parse_log("New Foo Bar"), mapping)

    text = suggest(mapped, mapping)

    assert text.startswith(own)
    assert '# "Bar" = ""  # 1 event; nothing is near' in text
    again = map_log(parse_log("New Foo Bar"), read(tmp_path, text))
    assert again.log.events.equals(mapped.log.events)


def test_the_page_shows_mappings_that_work_and_every_condition(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)

    read_blocks = [read(tmp_path, block) for block in blocks]

    assert len(read_blocks) == 3
    assert read_blocks[0].states.look_up("parked here") == "queued"
    assert [key for key in RULE_KEYS if f"`{key}" not in page and f" {key} =" not in page] == [
        "to_tier"  # another word for tier
    ]
    assert [word for word in (*MEANINGS, *TIERS, *KINDS) if f"`{word}`" not in page] == []
