"""The account of rows that could not be used."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from casemine.errors import BadTimeError, InputError
from casemine.read import read_log
from casemine.read.quarantine import EMPTY, WHOLE_ROW, Quarantine


class Lines:
    """A table whose record n stands on line n + 1."""

    def __init__(self, name: str) -> None:
        self.name = name

    def lines(self, records):
        return records + 1


@pytest.fixture
def quarantine() -> Quarantine:
    made = Quarantine([Lines("a.csv"), Lines("b.csv")])
    made.add(1, np.array([2]), ["x"], column="time", reason="is not a time", time=True)
    made.add(0, np.array([9, 3]), ["y", "z"], column="time", reason="is not a time", time=True)
    made.add(0, np.array([4]), [""], column="case", reason=EMPTY)
    return made


def test_the_error_is_about_the_earliest_row(quarantine):
    error = quarantine.error(1200)

    assert isinstance(error, BadTimeError)
    assert str(error) == "a.csv:4: 'z' in column 'time' is not a time (3 rows of 1,200)"
    assert error.mend.startswith("1 more cannot be used")


def test_groups_come_by_count_with_examples_in_source_order(quarantine):
    first, second = quarantine.groups()

    assert (first.count, second.count, len(quarantine)) == (3, 1, 4)
    assert [(e.where.file, e.where.row, e.value) for e in first.examples] == [
        ("a.csv", 4, "z"),
        ("a.csv", 10, "y"),
        ("b.csv", 3, "x"),
    ]


def test_an_empty_cell_and_a_whole_row_have_their_own_words():
    made = Quarantine([Lines("a.csv")])
    made.add(0, np.array([1]), [""], column="case", reason=EMPTY)
    row = Quarantine([Lines("a.csv")])
    row.add(0, np.array([1]), ["1,2"], column=WHOLE_ROW, reason="has 2 cells")

    assert made.error(2).message == "column 'case' is empty (1 row of 2)"
    assert row.error(2).message == "'1,2' has 2 cells (1 row of 2)"


def test_every_row_is_written_in_source_order_and_formulas_are_tamed(tmp_path):
    path, target = tmp_path / "a.csv", tmp_path / "rejects.csv"
    rows = ["1,New,2026-05-31", '2,=HYPERLINK("x"),never', "3,,2026-05-31", "4,New"]
    rows += [f"5,New,+{n}" for n in range(9)] + ["1,Open,2026-06-01"]
    path.write_text("\n".join(("case,activity,time", *rows)))

    log = read_log(path, on_error="skip", quarantine_to=target)

    with target.open(newline="") as stream:
        found = list(csv.reader(stream))
    assert found[0] == ["file", "line", "column", "value", "reason"]
    assert found[1][1:] == ["3", "time", "never", "is not a time"]
    assert found[2][1:] == ["4", "activity", "", "is empty"]
    assert found[3][1:] == ["5", "", "4,New", "has 2 cells where the header has 3"]
    assert found[4][3] == "'+0"
    assert len(found) == 1 + log.intake.rows_quarantined


def test_a_carriage_return_in_a_value_does_not_end_the_record(tmp_path):
    made = Quarantine([Lines("a.csv")])
    made.add(0, np.array([1]), ["half\rpast"], column="time", reason="is not a time")

    made.write(tmp_path / "rejects.csv")

    with (tmp_path / "rejects.csv").open(newline="") as stream:
        assert list(csv.reader(stream))[1][3] == "half\rpast"


def test_rejects_are_written_before_the_refusal(tmp_path):
    path, target = tmp_path / "a.csv", tmp_path / "rejects.csv"
    path.write_text("case,activity,time\nC1,New,2026-05-31\nC1,,2026-05-31\nC1,Open,2026-06-01\n")

    with pytest.raises(InputError, match="is empty"):
        read_log(path, quarantine_to=target)

    assert "activity" in target.read_text()
