"""A log written in any format and read back is the same log (`same_log` says what that means).

What a format cannot hold is excluded here by name, and is what its writer says in a note.
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casemine.log import EventLog
from casemine.log.columns import TIMESTAMP
from casemine.read import read_log
from casemine.write import write_log
from casemine.write.xes import write_xes
from same_log import assert_same
from xes_rules import assert_valid_xes

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
# XML has no place for most control characters, delimited text none for NUL: tests of their own.
tame = any_text.filter(
    lambda text: (
        text.strip() and all(c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") for c in text)
    )
)
odd = st.sampled_from(
    [
        "agent:1",
        "agent::1",
        "1",
        "007",
        "ticket",
        "é",
        "😀 🎫",
        'a"b',
        "c:\\dir",
        "x,y;z",
        "null",
        "=1+1",
    ]
)
KINDS = ("create", "status", "assign", "group", "priority", "comment", "sla", "field")
TYPES = {
    "seq": pa.int64(),
    "public": pa.bool_(),
    "start": TIMESTAMP,
    "amount": pa.float64(),
    "due": TIMESTAMP,
    "count": pa.int64(),
}


@st.composite
def crm_logs(draw, texts=tame, *, idle=()):
    """Logs as imports of CRM exports make them, with gaps everywhere, ties, and odd names.

    `idle` are cases without events, which a table has no place for.
    """
    name = odd | texts
    cases = draw(st.lists(name, min_size=1, max_size=4, unique=True))
    moments = st.integers(-(10**15), 4 * 10**15) | st.sampled_from([0, 1_767_225_600_000_000])
    values = {
        "resource": st.none() | name,
        "actor_type": st.sampled_from([None, "agent", "customer", "system", "robot"]),
        "group": st.none() | name,
        "kind": st.sampled_from(KINDS),
        "field": st.none() | texts,
        "old": st.none() | texts,
        "new": st.none() | texts,
        "public": st.none() | st.booleans(),
        "detail": st.none() | texts,
        "amount": st.none() | st.floats(allow_nan=False),
        "due": st.none() | moments,
        "start": st.none() | moments,
        "count": st.none() | st.integers(-(2**63), 2**63 - 1),
        "Short description": st.none() | texts,
    }
    columns = draw(st.lists(st.sampled_from(sorted(values)), unique=True))
    size = draw(st.integers(1, 12))
    events: dict[str, list] = {"case": [], "activity": [], "time": [], "seq": []}
    for number in range(size):
        events["case"].append(draw(st.sampled_from(cases)))
        events["activity"].append(draw(name))
        events["time"].append(draw(moments))
        events["seq"].append(number)
    for column in columns:
        events[column] = [draw(values[column]) for _ in range(size)]
    events["row"] = list(range(1, size + 1))
    return EventLog.ordered(
        table_of(events), case_table=draw(case_tables([*events["case"], *idle], texts))
    )


@st.composite
def case_tables(draw, cases, texts):
    """Attributes of these cases."""
    known = sorted(set(cases))
    columns = {"case": known}
    for column, strategy in (
        ("customer", st.none() | texts),
        ("Short description", st.none() | texts),
        ("public", st.none() | st.booleans()),
        ("amount", st.none() | st.floats(allow_nan=False)),
    ):
        if draw(st.booleans()):
            columns[column] = [draw(strategy) for _ in known]
    return table_of(columns) if len(columns) > 1 else None


def table_of(columns: dict[str, list]) -> pa.Table:
    made = {}
    for name, values in columns.items():
        if name in {"time", "start", "due"}:
            made[name] = pa.array(values, pa.int64()).cast(TIMESTAMP)
        else:
            made[name] = pa.array(
                values, TYPES.get(name, pa.int64() if name == "row" else pa.string())
            )
    return pa.table(made)


def there_and_back(log: EventLog, ending: str, **options) -> EventLog:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"log{ending}")
        write_log(log, path)
        return read_log(path, **options)


@MODEST
@given(crm_logs(any_text, idle=["idle", "agent:idle"]))
def test_ocel_holds_every_log(log):
    assert_same(there_and_back(log, ".ocel.json", object_type="ticket"), log)


@MODEST
@given(crm_logs(any_text))
def test_parquet_holds_every_log(log):
    assert_same(there_and_back(log, ".parquet"), log)


@MODEST
@given(crm_logs(idle=["idle"]))
@pytest.mark.parametrize("ending", [".xes", ".xes.gz"])
def test_xes_holds_every_log(ending, log):
    # A start is an event of its own in XES; the transition that tells it apart comes back, too.
    assert_same(there_and_back(log, ending), log, without={"lifecycle"})


@MODEST
@given(crm_logs(any_text))
def test_every_xes_keeps_the_rules_of_the_standard(log):
    out = io.BytesIO()

    write_xes(log, out)

    assert_valid_xes(out.getvalue())


def values_alone(name: str, found: tuple[str, list]) -> tuple[str, list]:
    """Delimited text has no types: what `types-as-text` names is compared by its values."""
    kind, values = found
    if name not in {"amount", "due", "count"} or kind != "text":
        return ("value", values) if name in {"amount", "due", "count"} else found
    read = {
        "amount": lambda text: float(text).hex(),
        "count": int,
        "due": lambda text: (
            (dt.datetime.fromisoformat(text) - EPOCH) // dt.timedelta(microseconds=1)
        ),
    }[name]
    return "value", [None if text is None else read(text) for text in values]


@MODEST
@given(crm_logs())
def test_csv_holds_every_log(log):
    assert_same(there_and_back(log, ".csv"), log, seen=values_alone)
