"""An object-centric file with damage anywhere gives a log or an error that a user can mend."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casemine.errors import CasemineError
from casemine.read import read_log
from ocel_files import save_database, save_json, save_xml, tickets


def _seeds() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        return {
            save.__name__: save(tickets(), Path(folder)).read_bytes()
            for save in (save_json, save_xml, save_database)
        }


SEEDS = _seeds()
MODEST = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def survives(data: bytes, *, skip: bool) -> None:
    """Read bytes; anything but a log or a CasemineError fails the test by itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "input")
        path.write_bytes(data)
        try:
            log = read_log(
                path,
                importer="ocel",
                object_type="ticket",
                on_error="skip" if skip else "fail",
            )
        except CasemineError:
            return
    account = log.intake
    rows = account.rows_read + account.rows_added
    assert rows == len(log) + account.rows_passed + account.rows_quarantined


@MODEST
@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(
        st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), st.binary(max_size=8)), max_size=4
    ),
    st.booleans(),
)
def test_bytes_replaced(name, edits, skip):
    data = bytearray(SEEDS[name])
    for at, length, put in edits:
        begin = at % len(data)
        data[begin : begin + length] = put

    survives(bytes(data), skip=skip)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: object, path: tuple = ()) -> list[tuple]:
    """Every place in a tree of lists and objects."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path] * bool(path) + [
        place for key, each in inside for place in places(each, (*path, key))
    ]


PLACES = places(tickets())


@MODEST
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), anything), min_size=1, max_size=3), st.booleans()
)
def test_values_of_any_kind_anywhere(changes, skip):
    log = tickets()
    for path, value in changes:
        inside = log
        try:
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took its place away

    survives(json.dumps(log).encode(), skip=skip)
