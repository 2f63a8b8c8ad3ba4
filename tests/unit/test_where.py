from __future__ import annotations

import pyarrow as pa
import pytest

from casemine.errors import UsageError
from casemine.log import EventLog, parse_log
from casemine.log.match import matches
from casemine.log.where import (
    Both,
    Column,
    Comparison,
    Either,
    Flag,
    IsMissing,
    Literal,
    Not,
    parse_where,
)


@pytest.fixture
def log():
    table = pa.table(
        {
            "case": ["1", "1", "2", "3"],
            "activity": ["New", "Open", "New", "New"],
            "time": pa.array(
                [1_767_225_600, 1_767_312_000, 1_767_312_001, 1_767_398_399], pa.timestamp("s")
            ),
            "row": [1, 2, 3, 4],
            "priority": pa.array(["1 - Critical", "2 - High", None, "10"]).dictionary_encode(),
            "Reassign Count": [0, 3, None, 12],
            "level": pa.array(["1", " 2", None, "10"]).dictionary_encode(),
            "cost": [1.5, float("nan"), None, -2.0],
            "sla": [True, False, None, True],
            "made": ["TRUE", "false", None, "true"],
            "due": pa.array([20454, 20455, None, 20456], pa.date32()),
            "nothing": pa.nulls(4),
        }
    )
    cases = pa.table({"case": ["3", "1"], "customer": ["Ωmega", "it's [x]"], "vip": [True, False]})
    return EventLog.ordered(table, case_table=cases)


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("priority == '1 - Critical'", [1]),
        ('priority != "1 - Critical"', [2, 4]),
        ("not priority == '1 - Critical'", [2, 4]),
        ("priority == missing", [3]),
        ("priority is missing or priority == '10'", [3, 4]),
        ("priority is not None", [1, 2, 4]),
        ("priority != null", [1, 2, 4]),
        ("priority in ('10', \"2 - High\",)", [2, 4]),
        ("priority in ['10']", [4]),
        ("priority not in ['10']", [1, 2]),
        ("priority < '2'", [1, 4]),
        ("`Reassign Count` >= 3", [2, 4]),
        ("[Reassign Count] == 3.0", [2]),
        ("`Reassign Count` in (0, 12)", [1, 4]),
        ("`Reassign Count` < '3'", [1]),
        ("level >= 2", [2, 4]),
        ("level > '1'", [4]),  # as text " 2" comes before "1"
        ("level in (1, 10)", [1, 4]),
        ("cost > -3", [1, 4]),
        ("cost is missing", [2, 3]),
        ("sla", [1, 4]),
        ("not sla", [2]),
        ("sla == false", [2]),
        ("made == true", [1, 4]),
        ("made", [1, 4]),
        ("made not in ('false', 'no')", [1, 4]),
        ("made == TRUE or sla == 'False'", [1, 2, 4]),
        ("activity == New and case == 1", [1]),
        ("activity contains 'e'", [1, 2, 3, 4]),
        ("activity startswith O", [2]),
        ("activity endswith 'w' and not case == '3'", [1, 3]),
        ("priority not contains 1", [2]),
        ("customer == 'it\\'s [x]'", [1, 2]),
        ("customer is missing", [3]),
        ("vip", [4]),
        ("customer startswith Ω", [4]),
        ("time >= '2026-01-02'", [2, 3, 4]),
        ("time == '2026-01-02'", [2, 3, 4]),
        ("time > '2026-01-02'", []),
        ("time <= '2026-01-01'", [1]),
        ("time != '2026-01-01'", [2, 3, 4]),
        ("time < '2026-01-02T01:00:00+01:00'", [1]),
        ("time == '2026-01-02 00:00:01'", [3]),
        ("due < '2026-01-02'", [1]),
        ("row > 2 and (row < 4 or case == '3')", [3, 4]),
        ("row > 3 or row > 1 and row < 3", [2, 4]),
        ("nothing == 1", []),
        ("row == 1e0", [1]),
        ("row in (1, 99999999999999999999)", [1]),
        ("row < " + "9" * 5000, [1, 2, 3, 4]),
        ("row > -1e999 and level < 1e999", [1, 2, 4]),
    ],
)
def test_expression_matches_rows(log, expression, rows):
    found = matches(log, expression)

    kept = log.events.column("row").filter(pa.array(found)).to_pylist()
    assert kept == rows


@pytest.mark.parametrize(
    ("expression", "message", "mend"),
    [
        ("", "--where is empty", "write a condition"),
        ("prioritty == 'x'", "the log has no column 'prioritty'", "near are 'priority'"),
        ("PRIORITY == 'x'", "the log has no column 'PRIORITY'", "near are 'priority'"),
        ("row > 1 and zzz == 1", "the log has no column 'zzz'", "it has 'case', 'activity'"),
        ("priority = 'x'", "'=' is not a comparison", "write =="),
        ("priority == 1 - Critical", "has '-' where", "put text that has blanks into quotes"),
        ("row == 1 && row == 2", "has '&&' where", "write and, or, not"),
        ("priority > 3", "holds text such as '1 - Critical'", "put the value into quotes"),
        ("row == 'x'", "column 'row' holds numbers, so it cannot be compared with 'x'", ""),
        ("time > 'soon'", "column 'time' holds times", 'write "2026-01-31"'),
        ("time > 5", "column 'time' holds times", 'write "2026-01-31"'),
        ("sla == 'perhaps'", "column 'sla' holds bool", ""),
        ("row contains 1", "column 'row' does not hold text", "only text has parts"),
        ("row", "column 'row' is not true or false itself", "compare it with a value"),
        ("priority == case", "is compared with another column", "put 'case' into quotes"),
        ("'priority' == 'x'", "'priority' stands where a column belongs", "`priority`"),
        ("priority == 'x", "that never ends", ""),
        ("(row == 1", "has the end where ) is expected", ""),
        ("row == 1)", "has ')' where and, or, or the end is expected", ""),
        ("row ==", "has the end where a value is expected", ""),
        ("row in 5", "has '5' where a list such as", ""),
        ("row not 5", "where in, contains, startswith or endswith", ""),
        ("priority is 5", "where missing is expected", ""),
        ("and", "has 'and' where a column is expected", ""),
        ("__import__('os').system('x')", "where and, or, or the end is expected", ""),
        ("(" * 200 + "row == 1" + ")" * 200, "nested too deeply", ""),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(log, expression, message, mend):
    with pytest.raises(UsageError) as caught:
        matches(log, expression)

    assert message in caught.value.message
    assert mend in (caught.value.mend or "")
    assert "\n" not in caught.value.message


def test_caret_stands_under_the_place_that_is_wrong(log):
    expression = "row > 1 and prioritty == 'x'"

    with pytest.raises(UsageError) as caught:
        matches(log, expression)

    shown, caret = caught.value.mend.split("\n")[-2:]
    assert shown[caret.index("^") :].startswith("prioritty")


def test_caret_is_shown_even_in_a_very_long_expression(log):
    expression = " or ".join(["row == 1"] * 50) + " or oops == 2"

    with pytest.raises(UsageError) as caught:
        matches(log, expression)

    shown, caret = caught.value.mend.split("\n")[-2:]
    assert len(shown) < 80
    assert shown[caret.index("^") :].startswith("oops")


def test_and_binds_tighter_than_or_and_not_tightest():
    tree = parse_where("a or not b and c is missing")

    assert tree == Either(
        Flag(Column("a", 0)), Both(Not(Flag(Column("b", 9))), IsMissing(Column("c", 15)))
    )


def test_words_of_the_language_are_columns_between_backquotes():
    assert parse_where("`in` == 'x'") == Comparison(Column("in", 0), "==", (Literal("x", 8),))


def test_values_that_no_event_uses_do_not_decide_the_type_of_a_column(log):
    numeric = log.with_events(log.events.filter(pa.array([False, False, False, True])))

    assert matches(numeric, "priority > 9").tolist() == [True]


def test_empty_log_matches_nothing():
    log = parse_log("A")
    empty = log.with_events(log.events.slice(0, 0))

    assert matches(empty, "activity == 'A'").tolist() == []
