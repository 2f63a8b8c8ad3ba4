"""Whatever becomes of an export, reading gives a log whose account adds up, or a CasemineError."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casemine.errors import CasemineError
from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import DIALECTS, write_dialect
from casemine.read import read_log
from preset_files import accounted

if TYPE_CHECKING:
    from pathlib import Path

SYSTEMS = ("freshdesk", "jira", "otrs", "salesforce", "servicenow", "zendesk")
MODEST = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> dict[str, list[tuple[str, bytes]]]:
    """Small exports of each system: name and contents of every file."""
    made = generate(GenerateOptions(cases=4, seed=5))
    found = {}
    for name in SYSTEMS:
        target = tmp_path_factory.mktemp(name) / "export"
        write_dialect(made, name, target)
        files = sorted(target.rglob("*")) if target.is_dir() else [target]
        found[name] = [(each.name, each.read_bytes()) for each in files if each.is_file()]
    return found


def survives(folder: Path, files: dict[str, bytes], *, skip: bool) -> None:
    """Read files as one export; anything but a log or a CasemineError fails by itself."""
    source = folder / "export"
    source.mkdir(exist_ok=True)
    for old in source.iterdir():
        old.unlink()
    for name, data in files.items():
        (source / name).write_bytes(data)
    try:
        log = read_log(source, on_error="skip" if skip else "fail", tz="Europe/Vienna", cache=False)
    except CasemineError:
        return
    assert len(log) > 0
    assert accounted(log)


def flipped(draw, data: bytes) -> bytes:
    """Replace, cut out, double or put in a few bytes."""
    found = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(found) - 1, 0)))
        kind = draw(st.sampled_from(("flip", "cut", "double", "insert", "end")))
        if kind == "flip" and found:
            found[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del found[at : at + draw(st.integers(1, 40))]
        elif kind == "double":
            found[at:at] = found[at : at + draw(st.integers(1, 200))]
        elif kind == "insert":
            found[at:at] = draw(st.binary(min_size=1, max_size=8))
        else:
            del found[at:]
    return bytes(found)


def with_lines_moved(draw, data: bytes) -> bytes:
    """Leave out, double or exchange lines."""
    lines = data.split(b"\n")
    for _ in range(draw(st.integers(1, 4))):
        one, two = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        kind = draw(st.sampled_from(("drop", "double", "exchange")))
        if kind == "drop" and len(lines) > 1:
            del lines[one]
        elif kind == "double":
            lines.insert(two, lines[one])
        else:
            lines[one % len(lines)], lines[two % len(lines)] = (
                lines[two % len(lines)],
                lines[one % len(lines)],
            )
    return b"\n".join(lines)


ODD = st.sampled_from(
    [
        "",
        "\\N",
        "0",
        "-1",
        "1e400",
        "never",
        "2026-02-30 25:61:00",
        "=1+1",
        "x" * 300,
        "ü\u202e\x07",
    ]
)


def with_cells_exchanged(draw, data: bytes) -> bytes:
    """Put one cell, or value of JSON, in place of another, or something odd."""
    sign = b'"' if data.count(b'"') > data.count(b",") else b","
    cells = data.split(sign)
    for _ in range(draw(st.integers(1, 4))):
        one, two = (draw(st.integers(0, len(cells) - 1)) for _ in range(2))
        cells[one] = draw(ODD).encode() if draw(st.booleans()) else cells[two]
    return sign.join(cells)


def with_values_of_other_kinds(draw, data: bytes) -> bytes:
    """Put a value of another kind in place of one somewhere in a JSON text."""
    try:
        whole = json.loads(data)
    except ValueError:
        return flipped(draw, data)
    for _ in range(draw(st.integers(1, 3))):
        node = whole
        while True:
            places = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not places:
                break
            place = places[draw(st.integers(0, len(places) - 1))]
            if isinstance(node[place], dict | list) and draw(st.integers(0, 4)):
                node = node[place]
                continue
            node[place] = draw(
                st.sampled_from([None, [], {}, [None], 0, 10**30, 1.5, True, "x", {"id": [{}]}])
            )
            break
    return json.dumps(whole).encode()


WAYS = (flipped, with_lines_moved, with_cells_exchanged, with_values_of_other_kinds)


@pytest.mark.parametrize("system", SYSTEMS)
@MODEST
@given(data=st.data())
def test_a_damaged_export_is_read_or_refused(exports, tmp_path, system, data):
    files = dict(exports[system])
    name = data.draw(st.sampled_from(sorted(files)))
    files[name] = data.draw(st.sampled_from(WAYS))(data.draw, files[name])
    if not data.draw(st.integers(0, 3)):
        del files[data.draw(st.sampled_from(sorted(files)))]

    survives(tmp_path, files, skip=data.draw(st.booleans()))


def test_the_exports_are_read_as_they_are(exports, tmp_path):
    for name in SYSTEMS:
        assert name in DIALECTS
        survives(tmp_path, dict(exports[name]), skip=False)
