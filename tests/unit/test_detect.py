"""Which column is which: proposals from names and contents, and refusals."""

from __future__ import annotations

import tomllib

import pyarrow as pa
import pytest

from casemine.errors import AmbiguousError, InputError, UsageError
from casemine.model.columns import ROLES, Candidate, ColumnProposal, RoleProposal
from casemine.read.columns.detect import find_column, propose_columns, settle
from casemine.read.columns.names import named, plain
from casemine.read.columns.profile import SAMPLE_ROWS, profile_columns, sample_of
from casemine.read.options import ReadOptions

STEPS = ("New", "Open", "Wait", "Solved")


def table(cases: int = 30, **columns) -> pa.Table:
    """Four steps for each case; a column is a function of case and step, or a list."""
    made = {}
    for name, make in columns.items():
        values = (
            [make(case, step) for case in range(cases) for step in range(4)]
            if callable(make)
            else make
        )
        made[name.replace("__", " ")] = pa.array(
            [None if value is None else str(value) for value in values], pa.string()
        )
    return pa.table(made)


def case(number, _step):
    return f"C{number:03}"


def step_name(number, step):
    return STEPS[step if number % 3 else min(step, 2)]


def moment(number, step):
    return f"2026-01-{number % 28 + 1:02} {8 + step:02}:{number % 60:02}:00"


def later(number, step):
    return f"2026-01-{number % 28 + 1:02} {9 + step:02}:{number % 60:02}:00"


def found(events: pa.Table, **given) -> dict[str, str]:
    proposal = settle(propose_columns(events, given=ReadOptions(**given)), source="x.csv")
    return {role.role: role.column for role in proposal.roles if role.column is not None}


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("case:concept:name concept:name time:timestamp", "XES"),
        ("CaseID Activity Timestamp", "tools"),
        ("case_id activity timestamp", "tools"),
        ("CASE_KEY ACTIVITY_EN EVENTTIME", "Celonis"),
        ("Issue__key Status Updated", "Jira"),
        ("Ticket__ID Status Created__at", "Zendesk"),
        ("CaseNumber Status LastModifiedDate", "Salesforce"),
        ("number incident_state sys_updated_at", "ServiceNow"),
        ("Vorgangsnummer Aktivität Zeitstempel", "German"),
        ("Ticketnummer Status Geändert__am", "German"),
        ("dossier activité horodatage", "French"),
        ("caso actividad fecha", "Spanish"),
    ],
)
def test_the_names_of_a_system_are_known(names, roles):
    first, second, third = names.split()
    events = table(
        **{third: moment, "Notes": lambda c, s: f"{c} {s}", second: step_name, first: case}
    )

    assert found(events) == {
        "case": first.replace("__", " "),
        "activity": second.replace("__", " "),
        "time": third.replace("__", " "),
    }, roles


def test_contents_decide_where_names_say_nothing():
    events = table(
        a=case, b=step_name, c=moment, d=lambda c, _s: f"text of case {c}", e=lambda c, s: c * 4 + s
    )

    proposal = propose_columns(events, given=ReadOptions())

    assert proposal.column("time") == "c"
    assert proposal.role("activity").candidates[0].column == "b"
    assert proposal.role("case").candidates[0].column == "a"


def test_a_time_that_varies_within_the_case_is_the_time_of_the_event():
    events = table(
        number=case,
        state=step_name,
        opened_at=lambda c, _s: moment(c, 0),
        updated_at=moment,
        closed_at=lambda c, _s: moment(c, 3),
    )

    assert found(events)["time"] == "updated_at"


def test_what_varies_weighs_more_than_a_better_name():
    events = table(
        case=case, status=step_name, timestamp=lambda c, _s: moment(c, 0), date_mod=moment
    )

    assert found(events)["time"] == "date_mod"


def test_start_and_end_are_told_apart():
    events = table(case=case, activity=step_name, **{"Start Date": moment, "End Date": later})
    swapped = table(
        case=case, activity=step_name, end_time=later, start_time=moment, created=moment
    )

    assert (found(events)["start"], found(events)["time"]) == ("Start Date", "End Date")
    assert (found(swapped)["start"], found(swapped)["time"]) == ("start_time", "end_time")


def test_a_start_alone_is_the_time():
    roles = found(table(case=case, activity=step_name, start_time=moment))

    assert roles["time"] == "start_time"
    assert "start" not in roles


def test_resource_group_and_lifecycle_are_found():
    events = table(
        case=case,
        activity=step_name,
        time=moment,
        agent=lambda c, s: f"agent {(c + s) % 5}",
        team=lambda c, s: f"team {(c + s) % 2}",
        transition=lambda _c, s: ("start", "complete")[s % 2],
    )

    roles = found(events)

    assert (roles["resource"], roles["group"], roles["lifecycle"]) == (
        "agent",
        "team",
        "transition",
    )


def test_attributes_of_cases_are_no_attributes_of_events():
    events = table(
        **{
            "case:concept:name": case,
            "concept:name": step_name,
            "time:timestamp": moment,
            "case:group": lambda c, s: f"g{(c + s) % 3}",
            "case:enddate": later,
        }
    )

    assert found(events) == {
        "case": "case:concept:name",
        "activity": "concept:name",
        "time": "time:timestamp",
    }


def test_two_cases_to_choose_from_are_refused_and_listed():
    events = table(
        **{
            "Case ID": case,
            "Case Number": lambda c, _s: c // 2,
            "activity": step_name,
            "time": moment,
        }
    )

    with pytest.raises(AmbiguousError) as caught:
        found(events)

    assert caught.value.message == "Case ID and Case Number could each be the case"
    assert caught.value.mend == "say --case 'Case ID' or --case 'Case Number'"
    assert found(events, case="Case ID")["case"] == "Case ID"


def test_two_columns_that_give_the_same_log_are_no_choice():
    events = table(
        **{
            "Issue key": case,
            "Issue id": lambda c, _s: 10_000 + c,
            "status": step_name,
            "time": moment,
        }
    )

    assert found(events)["case"] == "Issue key"


def test_two_times_to_choose_from_are_refused():
    events = table(
        case=case, status=step_name, updated_at=moment, created_at=lambda c, s: later(c + s, s)
    )

    with pytest.raises(AmbiguousError, match="updated_at and created_at could each be the time"):
        found(events)


def test_times_that_never_vary_are_not_silently_left_out():
    events = table(
        case=case,
        status=step_name,
        opened_at=lambda c, _s: moment(c, 0),
        closed_at=lambda c, _s: moment(c, 3),
    )

    with pytest.raises(AmbiguousError, match="could each be the time"):
        found(events)


def test_the_only_time_is_taken_even_if_all_events_share_it():
    events = table(case=case, status=step_name, stamp=lambda _c, _s: "1980-01-01 01:01:01")

    assert found(events)["time"] == "stamp"


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_column_called_time_is_the_time_whatever_stands_in_it(share):
    events = table(
        case=case,
        activity=step_name,
        timestamp=lambda c, s: moment(c, s) if c < 30 * share else f"about {c} in the {s}",
    )

    assert found(events)["time"] == "timestamp"


def test_a_log_without_times_says_so():
    proposal = propose_columns(table(case=case, activity=step_name), given=ReadOptions())

    assert proposal.column("time") is None
    assert [note.code for note in proposal.notes] == ["no-time-column"]


def test_numbers_are_times_only_where_the_name_says_so():
    epoch = lambda c, s: 1_769_850_845 + c * 86_400 + s * 60  # noqa: E731
    counted = table(case=case, activity=step_name, time=lambda _c, s: s)
    named_so = table(case=case, activity=step_name, timestamp=epoch)
    unnamed = table(case=case, activity=step_name, amount=epoch)

    assert found(named_so)["time"] == "timestamp"
    assert "time" not in found(unnamed)
    # Left to the clock, which refuses them: without times it would be another log.
    assert found(counted)["time"] == "time"
    assert "time" not in found(counted, time="")


def test_numbers_of_versions_are_no_times():
    events = table(case=case, activity=step_name, version=lambda c, s: f"{c}.{s}.0")

    assert "time" not in found(events)


def test_no_case_is_an_error_that_says_how_to_name_one():
    events = table(remark=lambda c, s: f"{c} {s}", activity=step_name, time=moment)

    with pytest.raises(InputError) as caught:
        found(events)

    assert caught.value.message == "no column looks like the case"
    assert "--case" in caught.value.mend


def test_a_list_of_cases_is_pointed_out():
    events = table(
        100,
        **{
            "Ticket ID": lambda c, s: c * 4 + s,
            "status": lambda c, s: STEPS[(c + s) % 4],
            "time": moment,
        },
    )

    proposal = propose_columns(events, given=ReadOptions())

    assert proposal.column("case") == "Ticket ID"
    assert [note.code for note in proposal.notes] == ["one-row-per-case"]


def test_columns_the_user_named_win_and_play_no_other_role():
    events = table(case=case, activity=step_name, status=step_name, time=moment, agent=case)

    roles = found(events, activity="STATUS", resource="activity")

    assert (roles["activity"], roles["resource"]) == ("status", "activity")
    assert propose_columns(events, given=ReadOptions(case="agent")).role("case").given


@pytest.mark.parametrize(
    ("asked", "mend"),
    [
        ("statsu", "did you mean 'Status'?"),
        ("xyz", "the columns are 'Case ID', 'Status' and 'status 2'"),
    ],
)
def test_a_column_that_is_not_there_is_a_wrong_option(asked, mend):
    with pytest.raises(UsageError) as caught:
        find_column(asked, ["Case ID", "Status", "status 2"], "activity")

    assert caught.value.message == f"there is no column '{asked}' for --activity"
    assert caught.value.mend.startswith(mend.removesuffix("?"))


def test_a_column_is_found_in_another_case_only_if_it_is_the_only_one():
    assert find_column("case id", ["Case ID", "x"], "case") == "Case ID"
    assert find_column("id", ["ID", "id"], "case") == "id"
    with pytest.raises(UsageError):
        find_column("Id", ["ID", "id"], "case")


def test_an_empty_table_has_no_columns_to_choose_from():
    empty = pa.table({"case": pa.array([], pa.string()), "time": pa.array([], pa.string())})

    for events in (empty, pa.table({})):
        proposal = propose_columns(events, given=ReadOptions())
        assert proposal.rows == 0
        with pytest.raises(InputError):
            settle(proposal, source="x.csv")


def test_types_of_a_file_that_knows_them_are_used():
    events = pa.table(
        {
            "id": pa.array([row // 4 for row in range(120)]),
            "status": pa.array([STEPS[row % 4] for row in range(120)]).dictionary_encode(),
            "when": pa.array([row * 10**9 for row in range(120)], pa.timestamp("us")),
            "tags": pa.array([["a"]] * 120),
            "blob": pa.array([b"x"] * 120),
            "amount": pa.array([row / 7 for row in range(120)]),
            "open": pa.array([row % 2 == 0 for row in range(120)]),
        }
    )

    assert found(events) == {"case": "id", "activity": "status", "time": "when"}


def test_the_sample_is_spread_over_the_whole_table():
    rows = 5 * SAMPLE_ROWS
    sample = sample_of(pa.table({"row": pa.array(range(rows))}))

    numbers = sample.column("row").to_pylist()
    assert (len(numbers), numbers[0], numbers[-1]) == (SAMPLE_ROWS, 0, rows - 1)
    assert numbers == sorted(set(numbers))


def test_an_empty_cell_is_missing():
    profile = profile_columns(pa.table({"a": ["x", "", None, "x"]}))[0]

    assert (profile.present, profile.distinct, profile.repeats) == (0.5, 1, 2.0)


def test_evidence_says_in_words_what_the_score_rests_on():
    proposal = propose_columns(
        table(number=case, incident_state=step_name, sys_updated_at=moment), given=ReadOptions()
    )

    assert proposal.role("case").candidates[0].evidence == (
        "the name 'number' means case id in ServiceNow",
        "30 different values in 120 rows, 4.0 rows each on average",
    )
    assert "100% are times (2026-01-01 08:00:00)" in proposal.role("time").candidates[0].evidence


def test_the_proposal_is_the_same_for_any_order_of_columns_with_different_scores():
    columns = {"number": case, "incident_state": step_name, "sys_updated_at": moment}

    assert found(table(**columns)) == found(table(**dict(reversed(columns.items()))))


def test_toml_keeps_every_header():
    awkward = 'a "quoted" \\ name\n\twith\x7f\x01 all: 案件'
    roles = (
        RoleProposal("case", awkward),
        RoleProposal("activity", None, rivals=("x", "y")),
        RoleProposal("time", None),
        RoleProposal("lifecycle", "l", (Candidate("l", 1.0, ()),)),
    )

    text = ColumnProposal(roles, 3).to_toml()

    assert tomllib.loads(text) == {"log": {"case": awkward}}
    assert '# activity = one of "x", "y"' in text


def test_every_role_has_its_place_in_the_proposal():
    proposal = propose_columns(table(case=case), given=ReadOptions())

    assert tuple(role.role for role in proposal.roles) == ROLES


def test_names_are_compared_without_their_spelling():
    assert plain("\ufeffCase-ID ") == plain("case_id") == "case id"
    assert named("case", "Incident Number").weight > named("case", "Serial Number").weight
    assert named("case", "colour") is None
