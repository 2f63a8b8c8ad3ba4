"""Nested exports of many systems give as many rows as plain Python counts in them."""

from __future__ import annotations

import json

import pytest

from casemine.read.crm.engines.grouped import read_grouped
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

pytestmark = pytest.mark.real

FORMS = [
    ("jira/real/search_expand_changelog_real.json", "issues", ["changelog.histories", "a.items"]),
    ("jira/real/changelog_issue_13383_real.json", "values", ["items"]),
    ("jira/synthetic/changelog_bulkfetch.json", "issueChangeLogs", ["changeHistories", "a.items"]),
    ("zendesk/synthetic/ticket_audits.json", "audits", ["events"]),
    ("zendesk/synthetic/tickets_export.ndjson", "", ["custom_fields"]),
    ("zammad/synthetic/ticket_history.json", "", ["history"]),
    ("github/real/repo_issue_events_real.json", "", ["issue.labels"]),
    (
        "helpscout/synthetic/conversations_embed_threads.json",
        "_embedded.conversations",
        ["_embedded.threads"],
    ),
    (
        "hubspot/synthetic/tickets_properties_with_history.json",
        "results",
        ["propertiesWithHistory.*", "a.value"],
    ),
    ("intercom/synthetic/conversations.ndjson", "", ["conversation_parts.conversation_parts"]),
    ("dynamics365/synthetic/audits.json", "value", ["changedata | json", "a.changedAttributes"]),
    ("freshdesk/synthetic/ticket_activities.json", "activities_data", ["activity.*"]),
]


@pytest.mark.parametrize(("name", "records", "lists"), FORMS)
def test_every_innermost_element_is_a_row(real_data, name, records, lists):
    path = real_data("crm-samples") / name
    each = dict(zip("abc", lists, strict=False))
    (part,) = parse_preset(_preset(records, each), "test.toml").files

    raw = read_grouped(members_of(path)[0], part, ReadOptions())

    found = _records(path.read_text("utf-8"), records)
    ((_, rows),) = raw.takes
    assert raw.records == len(found)
    assert len(rows.records) == sum(len(_reached(record, lists)) for record in found) > 0


def _preset(records, each) -> str:
    inside = ", ".join(f"{alias} = {json.dumps(path)}" for alias, path in each.items())
    return f"""system = "x"\ntitle = "X"\n[[file]]\nname = "f"\ntitle = "F"\nform = "grouped"
needs = ["id"]\nrecords = "{records}"\neach = {{ {inside} }}\ncolumns = {{ case = "id" }}\n"""


def _records(text: str, path: str) -> list:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]
    for key in filter(None, path.split(".")):
        value = value[key]
    return value


def _reached(record, lists) -> list:
    """Follow the lists in the plainest way."""
    elements = [record]
    for number, path in enumerate(lists):
        steps = path.split(".")[1:] if number else path.split(".")
        for step in steps:
            key, _, parsed = step.partition(" | ")
            if step == "*":
                elements = [{"value": v} for e in elements if e for v in e.values()]
            else:
                elements = [e.get(key) for e in elements if isinstance(e, dict)]
            if parsed:
                elements = [json.loads(e) for e in elements if e]
        elements = [
            inner
            for e in elements
            if e is not None
            for inner in (e if isinstance(e, list) else [e])
        ]
    return elements
