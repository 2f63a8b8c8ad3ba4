"""Awkward public tables, each with what must become of it, by name."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

import pytest

from casemine.errors import CasemineError, InputError
from casemine.read import read_log

pytestmark = pytest.mark.real


class Log(NamedTuple):
    """Events, cases, and codes of the notes that must be among the remarks."""

    events: int
    cases: int
    notes: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """Line that the error names, and words in it."""

    line: int | None
    words: str


NO_HEADER = Refusal(1, "looks like data")

OUTCOMES: dict[str, Log | Refusal] = {
    "test1-valid.csv": Log(3, 2),
    "test1-valid.xlsx": Log(3, 2),
    "test1-valid.parquet": Log(3, 2),
    # The expected outputs of the tool that these files come from: tables without a header.
    "test1-valid-expected.csv": NO_HEADER,
    "test2-missing-columns-expected.csv": NO_HEADER,
    "test4-invalid-start-timestamp-expected.csv": NO_HEADER,
    "test6-different-delimiters-expected.csv": NO_HEADER,
    "test10-eventAttribute-expected.csv": NO_HEADER,
    "test10-eventAttribute-expected-parquet.csv": NO_HEADER,
    # A record of two cells: nothing says which.
    "test2-missing-columns.csv": Refusal(3, "'case1,activity1' has 2 cells where the header has 5"),
    "test2-missing-columns.xlsx": Refusal(3, "column 'completion time' is empty"),
    "test2-missing-columns.parquet": Log(2, 1),  # the short row never got into this form
    "test4-invalid-start-timestamp.csv": Refusal(5, "'not a timestamp' in column 'start date'"),
    "test4-invalid-start-timestamp.xlsx": Refusal(5, "'not a timestamp' in column 'start date'"),
    "test4-invalid-start-timestamp.parquet": Refusal(4, "'not a timestamp' in column 'start_date'"),
    "test6-different-delimiters.csv": Log(3, 2),
    "test6-different-delimiters.parquet": Log(3, 2),
    "test10-eventAttribute.csv": Log(6, 2, ("appended-to-itself",)),
    "test10-eventAttribute.xlsx": Log(6, 2, ("appended-to-itself",)),
    "test10-eventAttribute.parquet": Log(3, 2),
}


@pytest.fixture
def unpacked(real_data, tmp_path):
    """Unpack one of the bad files."""

    def unpack(name: str):
        with zipfile.ZipFile(real_data("bad_inputs.zip")) as archive:
            data = archive.read(f"csv_importer/{name}")
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return unpack


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_awkward_table_has_its_outcome(unpacked, name):
    expected = OUTCOMES[name]
    path = unpacked(name)

    if isinstance(expected, Refusal):
        with pytest.raises(InputError, match=re.escape(expected.words)) as caught:
            read_log(path)
        assert caught.value.where.row == expected.line
        return
    log = read_log(path)

    assert (len(log), len(log.codes().case_ids)) == (expected.events, expected.cases)
    assert set(expected.notes) <= {note.code for note in log.intake.notes}


def test_every_table_of_the_archive_has_an_outcome(real_data):
    with zipfile.ZipFile(real_data("bad_inputs.zip")) as archive:
        names = {
            name.rpartition("/")[2]
            for name in archive.namelist()
            if name.startswith("csv_importer/") and not name.endswith((".xes", "/"))
        }

    assert names == set(OUTCOMES)


def test_the_exports_of_crm_systems_are_read_or_refused(real_data):
    folder = real_data("crm-samples")
    paths = [p for p in sorted(folder.rglob("*")) if p.suffix in {".csv", ".json", ".ndjson"}]

    for path in paths:
        try:
            log = read_log(path, on_error="skip")
        except CasemineError:
            continue
        account = log.intake
        used = len(log) + account.rows_joined + account.rows_passed + account.rows_quarantined
        assert account.rows_read + account.rows_added == used

    assert len(paths) > 50


def test_cut_off_public_logs_are_refused(real_data, tmp_path):
    data = io.BytesIO(real_data("helpdesk.csv.gz").read_bytes()).getvalue()
    (tmp_path / "helpdesk.csv.gz").write_bytes(data[: len(data) // 2])

    with pytest.raises(InputError, match="cut off"):
        read_log(tmp_path / "helpdesk.csv.gz")
