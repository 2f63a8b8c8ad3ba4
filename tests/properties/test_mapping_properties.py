"""What holds for every log and every mapping: nothing vanishes, nothing depends on row order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.log import EventLog
from casemine.mapping import map_log, read_mapping, shipped_mapping, suggest
from casemine.mapping.changes import changes_of
from casemine.mapping.situation import situation_of
from casemine.mapping.vocabulary import DEFAULT_TIER, KINDS
from change_lists import change, changes_log
from event_lists import event_lists, log_of

GENERIC = shipped_mapping("generic")
WORDS = ["New", "In Progress", "Pending", "Waiting for customer", "Resolved", "Done", "Closed"]
GROUPS = ["Desk", "Tier 2", "2nd line", "Supplier", "Fulfilment", "Nobody knows"]


@st.composite
def histories(draw):
    """Changes of a few cases in any order of time, with gaps and contradictions."""
    found = []
    for _ in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from([*KINDS[:-1], "status", "status", "group", "comment"]))
        values = st.none() | st.sampled_from(GROUPS if kind == "group" else [*WORDS, "Zork"])
        found.append(
            change(
                draw(st.integers(0, 12)),
                kind,
                draw(values),
                old=draw(values),
                case=draw(st.sampled_from(["1", "2", "3"])),
                actor_type=draw(st.sampled_from(["agent", "customer", "system", None])),
                group=draw(st.none() | st.sampled_from(GROUPS)),
                public=draw(st.sampled_from([True, False, None])),
            )
        )
    return changes_log(*found)


logs = histories() | event_lists(timed=True).map(log_of)


@settings(max_examples=40)
@given(logs)
def test_every_event_is_mapped_ignored_or_kept_under_its_raw_name(log):
    mapped = map_log(log, GENERIC)

    account = mapped.account
    columns = {name: mapped.log.events.column(name).to_pylist() for name in ("activity", "rule")}
    raw = mapped.log.events.column("raw_activity").to_pylist()
    named = {rule.name: rule.gives for rule in GENERIC.rules}
    assert account.mapped + account.ignored + account.unmapped == len(log)
    assert account.events_out == len(mapped.log)
    for activity, rule, before in zip(columns["activity"], columns["rule"], raw, strict=True):
        assert activity == before if rule is None else activity in named[rule]
    assert sum(one.events for one in account.left) == columns["rule"].count(None)


@settings(max_examples=40)
@given(logs)
def test_mapped_events_keep_the_order_of_the_raw_ones(log):
    mapped = map_log(log, GENERIC).log

    def places(one):
        columns = (one.events.column(name).to_pylist() for name in ("case", "time", "row"))
        return list(zip(*columns, strict=True))

    kept, raw = places(mapped), places(log)
    assert list(dict.fromkeys(kept)) == [place for place in raw if place in set(kept)]
    assert _by_case(EventLog.ordered(mapped.events)) == _by_case(mapped)


def _by_case(log) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in log.events.to_pylist():
        found.setdefault(event["case"], []).append(event["activity"])
    return found


def _heard(log) -> bool:
    """Whether users did anything but open cases."""
    events = log.events.select(["actor_type", "kind"]).to_pylist()
    return any(one["actor_type"] == "customer" and one["kind"] != "create" for one in events)


@settings(max_examples=25)
@given(histories(), st.data())
def test_cases_are_mapped_each_for_itself(log, data):
    cases = log.events.column("case").to_pylist()
    if not cases:
        return
    one = data.draw(st.sampled_from(sorted(set(cases))))
    alone = log.with_events(log.events.filter([case == one for case in cases]))
    # What is known of users is known of the log: without any, waits are ended by their states.
    if _heard(alone) != _heard(log):
        return

    together = map_log(log, GENERIC).log.events.to_pylist()

    expected = [event["activity"] for event in together if event["case"] == one]
    assert map_log(alone, GENERIC).log.events.column("activity").to_pylist() == expected


@settings(max_examples=40)
@given(histories())
def test_holder_and_state_are_those_of_a_loop_over_the_events(log):
    changes = changes_of(log, GENERIC.origin)
    found = situation_of(log, changes, GENERIC)

    holders = {}
    states = {}
    for place, event in enumerate(_first_holders(log.events.to_pylist())):
        case = event["case"]
        before = states.get(case, (None, ""))
        if event["kind"] in {"status", "create"} and event["new"]:
            states[case] = (event["new"], GENERIC.states.look_up(event["new"]) or "")
            if event["old"] and event["old"] != before[0]:
                said = GENERIC.states.look_up(event["old"])
                before = (event["old"], said) if said else before
        told = event["group"]
        if event["kind"] == "group" and (event["old"] or event["new"]):
            told = event["new"] or told
            holders[case] = told
        elif told:
            holders[case] = told
        holder = holders.get(case, event["early"])
        tier = (GENERIC.tiers.look_up(holder) if holder else None) or DEFAULT_TIER
        words = {
            name: found.words[name][found.choices[name][place]]
            for name in ("from_state", "to_state", "to_tier")
        }
        assert words["to_tier"] == tier
        if "pending" not in {before[1], states.get(case, (None, ""))[1]} and not _done(states):
            assert words["from_state"] == before[1]
        if event["kind"] in {"status", "create"} and event["new"] in {"New", "Resolved", "Closed"}:
            assert words["to_state"] == states[case][1]


def _done(states) -> bool:
    """Whether a meaning may depend on the one before it."""
    return any(meaning == "done" for _, meaning in states.values())


def _first_holders(events):
    """Give each event the group that its case lay in before anything was told."""
    early = {}
    for event in events:
        moves = event["kind"] == "group" and (event["old"] or event["new"])
        if event["case"] not in early and (moves or event["group"]):
            early[event["case"]] = event["old"] if moves else event["group"]
    return [event | {"early": early.get(event["case"])} for event in events]


@settings(max_examples=25)
@given(histories())
def test_a_suggested_mapping_maps_as_the_one_that_it_builds_on(tmp_path_factory, log):
    mapped = map_log(log, GENERIC)
    path = tmp_path_factory.mktemp("suggest") / "my.toml"
    path.write_text(suggest(mapped, GENERIC), encoding="utf-8")

    again = map_log(log, read_mapping(path))

    assert again.log.events.equals(mapped.log.events)
