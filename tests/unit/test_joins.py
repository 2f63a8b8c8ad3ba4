"""Files that complete each other, and takes with rows of their own."""

import numpy as np
import pyarrow as pa
import pytest

from casemine.errors import InputError
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.crm.raw.joins import joined, with_own_rows
from casemine.read.crm.raw.rawrows import RawFile, RawRows

PRESET = parse_preset(
    """
system = "desk"
title = "Desk"
[[file]]
name = "changes"
title = "changes"
form = "changes"
needs = ["a"]
columns = { field = "f", change = "c" }
join = [{ with = "heads", on = "change", key = "head" }]
[[file]]
name = "heads"
title = "heads of changes"
form = "lookup"
needs = ["b"]
columns = { head = "h", case = "c", time = "t" }
join = [{ with = "people", on = "person", key = "person" }]
[[file]]
name = "people"
title = "people"
form = "lookup"
needs = ["c"]
columns = { person = "p", actor = "n" }
""",
    "desk.toml",
)


class Place:
    name = "changes.csv"

    def lines(self, records):
        return records + 1


def file(kind, **columns):
    count = len(next(iter(columns.values())))
    rows = RawRows(
        {
            name: pa.chunked_array([pa.array(values, pa.string()).dictionary_encode()])
            for name, values in columns.items()
        },
        np.arange(1, count + 1),
    )
    part = PRESET.file(kind)
    return RawFile(part, Place(), count, takes=((part.takes[0], rows),))


def columns_of(raw):
    return {name: column.to_pylist() for name, column in raw.takes[0][1].columns.items()}


def test_rows_get_the_columns_of_the_row_they_point_to_and_keep_their_order():
    changes = file("changes", field=["a", "b", "c"], change=["2", "1", "2"])
    heads = file("heads", head=["1", "2"], case=["x", "y"], time=["t1", "t2"])

    files, lost = joined([changes, heads], PRESET)

    assert columns_of(files[0]) == {
        "field": ["a", "b", "c"],
        "change": ["2", "1", "2"],
        "head": ["2", "1", "2"],
        "case": ["y", "x", "y"],
        "time": ["t2", "t1", "t2"],
    }
    assert lost == 0
    assert columns_of(files[1]) == columns_of(heads)


def test_a_file_is_completed_before_it_completes_another_whatever_their_order():
    changes = file("changes", field=["a"], change=["1"])
    heads = file("heads", head=["1"], case=["x"], time=["t"], person=["p7"])
    people = file("people", person=["p6", "p7"], actor=["Ada", "Ben"])

    for order in ([changes, heads, people], [people, heads, changes]):
        files, _ = joined(order, PRESET)
        made = next(each for each in files if each.part.name == "changes")

        assert columns_of(made)["actor"] == ["Ben"]


def test_rows_that_point_nowhere_are_left_out_and_counted():
    changes = file("changes", field=["a", "b", "c"], change=["1", "9", None])
    heads = file("heads", head=["1", None], case=["x", "lost"], time=["t", "t"])

    files, lost = joined([changes, heads], PRESET)

    assert columns_of(files[0])["case"] == ["x"]
    assert files[0].takes[0][1].records.tolist() == [1]
    assert lost == 2


def test_without_the_other_file_the_message_names_it():
    with pytest.raises(InputError) as caught:
        joined([file("changes", field=["a"], change=["1"])], PRESET)

    assert "does not tell the case and the time of its rows by itself" in str(caught.value)
    assert "heads of changes" in str(caught.value)


def test_several_files_of_a_kind_are_one_and_of_equal_keys_the_first_counts():
    changes = file("changes", field=["a", "b"], change=["1", "2"])
    first = file("heads", head=["1"], case=["x"], time=["t"])
    second = file("heads", head=["1", "2"], case=["z", "y"], time=["t", "t"])

    files, _ = joined([changes, first, second], PRESET)

    assert columns_of(files[0])["case"] == ["x", "y"]


def test_a_join_with_a_file_that_the_preset_lacks_is_refused():
    with pytest.raises(InputError) as caught:
        parse_preset(
            'system = "d"\ntitle = "D"\n[[file]]\nname = "a"\ntitle = "a"\nform = "changes"\n'
            'needs = ["x"]\njoin = [{ with = "b", on = "x", key = "y" }]\n',
            "d.toml",
        )

    assert "joins file 'a' with 'b', which is none" in str(caught.value)


def test_a_take_with_a_condition_has_its_rows_alone_and_the_rest_is_left_to_the_other():
    takes = parse_preset(
        'system = "d"\ntitle = "D"\n[[file]]\nname = "a"\ntitle = "a"\nform = "changes"\n'
        'needs = ["x"]\n[[file.take]]\nwhen = { field = "*" }\ncolumns = { field = "f" }\n'
        '[[file.take]]\ncolumns = { type = "t" }\n',
        "d.toml",
    ).files
    part = takes[0]
    fields = pa.chunked_array([pa.array(["a", "b", None]).dictionary_encode()])
    types = pa.chunked_array([pa.array(["1", "2", "3"]).dictionary_encode()])
    raw = RawFile(
        part,
        Place(),
        3,
        takes=(
            (part.takes[0], RawRows({"field": fields}, np.array([1, 1, 3]))),
            (part.takes[1], RawRows({"type": types}, np.array([1, 2, 3]))),
        ),
    )

    (own,) = with_own_rows([raw])

    assert own.takes[0][1].records.tolist() == [1, 1]
    assert own.takes[1][1].records.tolist() == [2, 3]
    assert own.takes[1][1].columns["type"].to_pylist() == ["2", "3"]
