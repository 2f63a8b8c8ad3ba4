"""The last priority of a case, from what its history says, as an attribute of the case."""

from __future__ import annotations

import json

import numpy as np
import pytest

from casemine.conform.rules import shipped_rules
from casemine.conform.rules.cases import Cases
from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import write_dialect
from casemine.read import read_log
from casemine.read.options import ReadOptions


def audit(number, ticket, *events):
    return {
        "id": number,
        "ticket_id": ticket,
        "created_at": f"2026-03-02T08:{number:02}:00Z",
        "author_id": 11,
        "metadata": {"system": {}},
        "events": [{"id": number * 100 + at, **event} for at, event in enumerate(events)],
        "via": {"channel": "web"},
    }


def created(priority):
    said = {"status": "new", "priority": priority}
    return [{"type": "Create", "field_name": name, "value": value} for name, value in said.items()]


def changed(old, new):
    return {"type": "Change", "field_name": "priority", "value": new, "previous_value": old}


def read(folder, *audits):
    (folder / "audits.json").write_text(json.dumps({"audits": audits}), encoding="utf-8")
    return read_log(folder, ReadOptions(cache=False))


def priorities(log):
    table = log.case_table.to_pylist()
    return {row["case"]: row["priority"] for row in table}


def test_the_creation_says_it_where_nothing_changed_it(tmp_path):
    log = read(
        tmp_path,
        audit(1, 7, *created("low")),
        audit(2, 8, *created("urgent")),
        audit(3, 9, *created(None)),
        audit(4, 7, changed("low", "normal")),
        audit(5, 7, changed("normal", "high")),
    )

    assert priorities(log) == {"7": "high", "8": "urgent"}
    column = Cases(log, shipped_rules("yasm")).column("priority")
    told = zip(log.events.column("case").to_pylist(), column.codes.tolist(), strict=True)
    by_case = {}
    for case, code in told:
        by_case.setdefault(case, []).append(None if code < 0 else column.words[code])
    assert by_case == {"7": ["low", "normal", "high"], "8": ["urgent"], "9": [None]}


def test_a_history_without_priorities_has_no_such_attribute(tmp_path):
    assert read(tmp_path, audit(1, 7, *created(None))).case_table is None


def test_what_a_list_of_tickets_says_is_taken_by_its_word(tmp_path):
    ticket = {
        "id": 7,
        "url": "x",
        "generated_timestamp": 1772444400,
        "requester_id": 11,
        "created_at": "2026-03-02T08:01:00Z",
        "status": "open",
        "priority": "urgent",
        "via": {"channel": "web"},
    }
    (tmp_path / "tickets.json").write_text(json.dumps({"tickets": [ticket]}), encoding="utf-8")

    log = read(tmp_path, audit(1, 7, *created("low")), audit(2, 8, *created("high")))

    assert priorities(log) == {"7": "urgent", "8": "high"}


@pytest.mark.parametrize("system", ["zendesk", "freshdesk"])
def test_every_event_of_an_export_that_says_it_at_creation_has_a_priority(system, tmp_path):
    made = generate(GenerateOptions(cases=40, seed=3))
    write_dialect(made, system, tmp_path / "export")

    log = read_log(tmp_path / "export", ReadOptions(cache=False))

    column = Cases(log, shipped_rules("yasm")).column("priority")
    assert len(column.words) > 1
    assert not np.any(column.missing)
