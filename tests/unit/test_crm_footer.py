"""Lines below the rows of a report."""

import numpy as np
import pyarrow as pa

from casemine.read.crm.raw.footer import rows_before_footer

ONE, THREE = "has 1 cell where the header has 6", "has 3 cells where the header has 6"


def times(*values):
    return pa.chunked_array([pa.array(values, pa.string())])


def test_lines_of_one_cell_and_rows_without_a_time_at_the_end_are_the_footer():
    records = np.array([1, 2, 3])  # of a workbook, whose rows are all as wide

    kept, bad, notes = rows_before_footer(
        records, times("10:00", "11:00", None), [(4, "Report", ONE), (5, "(c)", ONE)]
    )

    assert (kept, bad) == (2, [])
    assert [(note.code, note.count) for note in notes] == [("footer", 3)]


def test_such_lines_further_up_stay_faults():
    records = np.array([1, 3])

    kept, bad, notes = rows_before_footer(records, times("10:00", "11:00"), [(2, "?", ONE)])

    assert (kept, bad, notes) == (2, [(2, "?", ONE)], [])


def test_a_row_with_some_of_its_cells_is_no_footer():
    records = np.array([1])

    kept, bad, notes = rows_before_footer(
        records, times("10:00"), [(2, "00001", THREE), (3, "Report", ONE)]
    )

    assert (kept, bad) == (1, [(2, "00001", THREE)])
    assert [note.count for note in notes] == [1]


def test_a_table_without_any_time_keeps_all_its_rows():
    kept, bad, notes = rows_before_footer(np.array([1, 2]), times(None, None), [(3, "x", ONE)])

    assert (kept, bad, notes) == (2, [(3, "x", ONE)], [])
