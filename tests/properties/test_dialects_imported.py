"""What is generated as a system's export is imported as what happened, in all detail."""

from collections import defaultdict
from datetime import UTC, date, datetime

import pytest

from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import DIALECTS, tell, write_dialect
from casemine.read import read_log

COLUMNS = ("kind", "field", "old", "new", "resource", "actor_type", "public")
TWICE = (datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def made():
    return generate(GenerateOptions(cases=300, seed=11, start=date(2026, 10, 12), weeks=4))


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_an_export_is_imported_as_what_happened(made, tmp_path, name):
    dialect = DIALECTS[name]
    write_dialect(made, name, tmp_path / "export")

    log = read_log(tmp_path / "export", tz="Europe/Berlin")

    events = _by_case(log)
    wrong = []
    for ticket in tell(made):
        case = dialect.case(ticket.number)
        true = [
            (change, set(lost)) for change, lost in dialect.shown(ticket) if change.kind != "sla"
        ]
        read = [event for event in events[case] if event["kind"] != "sla"]
        if len(true) != len(read):
            wrong.append(f"{case}: {len(read)} events, not {len(true)}")
            continue
        wrong += [
            f"{case}: {event} where {change} is true"
            for (change, lost), event in zip(true, read, strict=True)
            if not _same(change, lost, event)
        ]
    assert wrong == []


def _by_case(log):
    columns = {name: log.events.column(name).to_pylist() for name in ("case", "time", *COLUMNS)}
    cases = defaultdict(list)
    for place, case in enumerate(columns["case"]):
        cases[case].append({name: columns[name][place] for name in ("time", *COLUMNS)})
    return cases


def _same(change, lost, event):
    if not _same_time(datetime.fromtimestamp(change.time, UTC), event["time"]):
        return False
    true = {
        "kind": change.kind,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "resource": change.actor,
        "actor_type": change.actor_type,
        "public": change.public,
    }
    names = {"actor": "resource"}
    unseen = {names.get(column, column) for column in lost}
    return all(event[name] == value for name, value in true.items() if name not in unseen)


def _same_time(true, read):
    """Equal, or an hour earlier where a local time exists twice and the first pass is taken."""
    first, last = TWICE
    return true == read or (first <= read < last and true - read == last - first)
