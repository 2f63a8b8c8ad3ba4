"""An export as integers."""

import numpy as np
import pyarrow as pa
import pytest

from casemine.errors import InputError
from casemine.read.crm.coded.numbering import numbered
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.crm.raw.rawrows import RawFile, RawRows
from casemine.read.options import ReadOptions

PRESET = parse_preset(
    """
system = "desk"
title = "Desk"
[[file]]
name = "changes"
title = "changes"
form = "changes"
history = "all"
needs = ["case"]
case_from_name = "ticket_(\\\\d+)"
columns = { case = "case", time = "time", id = "id", field = "field" }
[[file]]
name = "more"
title = "more changes"
form = "changes"
history = "all"
needs = ["case"]
columns = { case = "case", time = "time", id = "id" }
[[file]]
name = "users"
title = "users"
form = "lookup"
needs = ["id"]
[[file.lookup]]
of = "users"
key = ["id", "login"]
name = "name"
[[file]]
name = "tickets"
title = "tickets"
form = "tickets"
needs = ["id"]
ticket = { key = "id", status = "state", created = "opened" }
attributes = { kind = "type" }
""",
    "desk.toml",
)


class Lines:
    def __init__(self, name):
        self.name = name

    def lines(self, records):
        return records + 1


def rows(**columns):
    texts = {
        name: pa.chunked_array([pa.array(values, pa.string()).dictionary_encode()])
        for name, values in columns.items()
    }
    return RawRows(texts, np.arange(1, len(next(iter(columns.values()))) + 1))


def file_of(kind, raw, name=None):
    part = PRESET.file(kind)
    place = Lines(name or f"{kind}.csv")
    count = len(raw.records)
    if kind == "users":
        return RawFile(part, place, count, lookups=((part.lookups[0], raw),))
    if kind == "tickets":
        return RawFile(part, place, count, ticket=raw)
    return RawFile(part, place, count, takes=((part.takes[0], raw),))


def export_of(*files):
    return numbered(files, PRESET, ReadOptions())


def test_a_text_has_one_code_in_all_files():
    export = export_of(file_of("changes", rows(case=["7", "8"])), file_of("more", rows(case=["8"])))

    (_, first), (_, second) = export.rows
    assert first.columns["case"][1] == second.columns["case"][0]
    assert export.words.texts(first.columns["case"]) == ["7", "8"]


def test_records_count_on_over_files():
    export = export_of(file_of("changes", rows(case=["7", "8"])), file_of("more", rows(case=["8"])))

    assert [(number, coded.before) for number, coded in export.rows] == [(0, 0), (1, 2)]


def test_files_of_one_history_share_the_ids_of_their_actions():
    export = export_of(
        file_of("changes", rows(case=["7"], id=["a1"])),
        file_of("more", rows(case=["7"], id=["a1"])),
    )

    (_, first), (_, second) = export.rows
    assert first.actions.tolist() == second.actions.tolist()


def test_times_stay_texts():
    export = export_of(file_of("changes", rows(case=["7"], time=["2024-05-31T09:30:00Z"])))

    coded = export.rows[0][1]
    assert coded.texts["time"].to_pylist() == ["2024-05-31T09:30:00Z"]
    assert "time" not in coded.columns


def test_texts_are_taken_out_of_the_rows_so_that_they_are_not_held_twice():
    raw = rows(case=["7"], time=["2024-05-31T09:30:00Z"])

    export_of(file_of("changes", raw))

    assert raw.columns == {}


def test_the_name_of_the_file_tells_the_case_of_rows_that_do_not():
    export = export_of(file_of("changes", rows(case=["7", None]), "in/ticket_12.json"))

    assert export.words.texts(export.rows[0][1].columns["case"]) == ["7", "12"]


def test_a_case_that_neither_rows_nor_name_tell_is_an_error_with_a_remedy():
    with pytest.raises(InputError, match="does not say of which case it is") as caught:
        export_of(file_of("changes", rows(field=["state"]), "in/export.json"))

    assert caught.value.code == "no-case"


def test_lists_of_names_are_known_by_each_of_their_keys():
    users = rows(**{"key 0": ["u1"], "key 1": ["jo"], "name": ["Jo"]})

    export = export_of(file_of("changes", rows(case=["7"])), file_of("users", users))

    ids = export.words.codes(["u1", "jo", "al"])
    assert export.words.texts(export.lookups.resolved(ids, "assignee")) == ["Jo", "Jo", "al"]


def test_tickets_come_with_their_creation_values_and_attributes():
    listed = rows(
        key=["7", None],
        status=["Open", "New"],
        created=["2024-05-31T09:30:00Z"] * 2,
        **{"attribute:kind": ["Bug", None]},
    )

    export = export_of(file_of("changes", rows(case=["7"])), file_of("tickets", listed))

    (made,) = export.tickets
    assert export.words.texts(made.key) == ["7"]  # a row without a key is no ticket
    assert export.words.texts(made.values["status"]) == ["Open"]
    assert export.words.texts(made.attributes["kind"]) == ["Bug"]
    assert made.created.tolist() == [1_717_147_800_000_000]
    assert made.row.tolist() == [2]  # the first record of the second file


def test_an_export_knows_whether_some_file_tells_the_history():
    listed = rows(key=["7"])

    assert export_of(file_of("changes", rows(case=["7"]))).history
    assert not export_of(file_of("tickets", listed)).history
