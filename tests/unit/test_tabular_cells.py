"""Cells that templates, filters and JSON in them change on the way in."""

import pytest

from casemine.errors import InputError
from casemine.read import ReadOptions
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.crm.reading import read_export
from casemine.read.source import members_of

HEAD = """
system = "desk"
title = "Desk"
[[file]]
name = "changes"
title = "changes"
form = "changes"
needs = ["Ticket", "At"]
"""


@pytest.fixture
def read(tmp_path):
    def of(preset, text):
        path = tmp_path / "changes.csv"
        path.write_text(text, encoding="utf-8")
        made = parse_preset(HEAD + preset, "desk.toml")
        return read_export([(members_of(path)[0], made.files[0])], made, ReadOptions())

    return of


def values(log, *names):
    return list(zip(*(log.events.column(name).to_pylist() for name in names), strict=True))


def test_filters_change_values_one_after_the_other(read):
    columns = """
[file.columns]
case = "Ticket"
time = "At"
field = "Field"
new = "{New | html | label}"
actor = "{By | /^(.*?),/ | strip}"
"""
    log = read(columns, 'Ticket,At,Field,New,By\n1,2026-01-05 10:00,room,R&amp;D (7),"Ada , B"\n')

    assert values(log, "new", "resource") == [("R&D", "Ada")]


def test_a_filter_that_is_none_and_an_expression_without_a_group_are_refused(read):
    for name, problem in (("upper", "unknown filter 'upper'"), ("/x/", "it has no group")):
        columns = f'columns = {{ case = "Ticket", time = "At", new = "{{New | {name}}}" }}\n'
        with pytest.raises(InputError) as caught:
            read(columns, "Ticket,At,New\n1,2026-01-05 10:00,x\n")

        assert problem in str(caught.value)


def test_lists_in_cells_give_rows_and_headers_are_found_however_they_are_written(read):
    take = """
each = { change = "change_data | json.changes" }
[file.columns]
case = "Ticket"
time = "at"
field = "change.name"
old = "change.values.0"
new = "change.values.1"
"""
    text = (
        "Ticket,At,Change Data\n"
        '1,2026-01-05 10:00,"{""changes"": [{""name"": ""a"", ""values"": [1, 2]},'
        ' {""name"": ""b"", ""values"": [null, true]}]}"\n'
        '1,2026-01-05 11:00,"{""changes"": []}"\n'
        "1,2026-01-05 12:00,\n"
    )

    log = read(take, text)

    assert values(log, "field", "old", "new", "row") == [
        ("a", "1", "2", 1),
        ("b", None, "true", 1),
    ]


def test_an_empty_template_gives_way_to_the_next_column(read):
    columns = """
[file.columns]
case = "Ticket"
time = "At"
field = "Field"
actor = ["{First} {Last}", "Login"]
"""
    log = read(columns, "Ticket,At,Field,First,Last,Login\n1,2026-01-05 10:00,room,,,ada\n")

    assert values(log, "resource") == [("ada",)]


def test_a_code_may_stand_for_no_value(read):
    columns = """
columns = { case = "Ticket", time = "At", field = "Field", old = "Old", new = "New" }
fields = { owner = "assignee" }
"""
    preset = columns + '[codes.assignee]\n0 = ""\n'

    log = read(preset, "Ticket,At,Field,Old,New\n1,2026-01-05 10:00,owner,8,0\n")

    assert values(log, "activity", "old", "new") == [("Unassigned", "8", None)]
