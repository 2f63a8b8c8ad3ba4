"""Milestone rows: one record with several columns of times, or cells that hold several things.

Each filled column becomes one row of change; what the preset says about the column says what it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.read.crm.coded.words import NONE
from casemine.read.crm.engines.rules import meets
from casemine.read.crm.language.preset import Rule, Take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Milestone


def melted(rows: Coded, words: Words) -> Iterator[Coded]:
    """Turn milestones into rows of changes, one table per milestone.

    Yields
    ------
    Coded
        The rows that have a value in the column (and meet the milestone's conditions), with a time
        and a rule that says what they are.
    """
    for number, milestone in enumerate(rows.part.milestones):
        if milestone.columns is not None:
            prefix = f"milestone {number}:"
            for name in (each for each in rows.texts if each.startswith(prefix)):
                yield _named_column(rows, words, milestone, name, name.removeprefix(prefix))
            continue
        if milestone.cells is None:
            yield _column(rows, words, milestone, f"milestone {number}")
            continue
        for name in (each for each in rows.texts if each.startswith(f"cells {number}:")):
            if (made := _cells(rows, words, milestone, name)) is not None:
                yield made


def _column(rows: Coded, words: Words, milestone: Milestone, name: str) -> Coded:
    texts = rows.texts[name]
    at = np.flatnonzero(_filled(texts) & meets(words, rows.columns, milestone, rows.count))
    made = _rows(rows, milestone, at)
    return replace(
        made,
        take=replace(made.take, columns={**made.take.columns, "time": milestone.time}),
        texts={"time": texts.take(from_numpy(at))},
    )


def _named_column(rows: Coded, words: Words, milestone: Milestone, name: str, column: str) -> Coded:
    """Melt a column that says in its name what happened, as groups of a regular expression."""
    hit = re.search(milestone.columns or "", column)
    values = hit.groupdict() if hit else {}
    said = {group: np.full(rows.count, words.code(value)) for group, value in values.items()}
    named = replace(rows, columns={**rows.columns, **said})
    return _column(named, words, replace(milestone, time=(column,)), name)


def _cells(rows: Coded, words: Words, milestone: Milestone, name: str) -> Coded | None:
    """Take cells apart by the groups of a regular expression, one of which is `time`."""
    texts = rows.texts[name].cast(pa.string())
    at = np.flatnonzero(_filled(texts) & meets(words, rows.columns, milestone, rows.count))
    if not len(at):
        return None
    pattern = re.compile(milestone.split or r"(?P<time>.*)")
    cells = texts.take(from_numpy(at)).to_pylist()
    found = [pattern.search(cell) for cell in cells]
    groups = {
        group: [hit.group(group) if hit else None for hit in found] for group in pattern.groupindex
    }
    times = [
        time if time is not None else cell
        for time, cell in zip(groups.pop("time"), cells, strict=True)
    ]
    made = _rows(rows, milestone, at)
    columns = dict(made.columns)
    for group, values in groups.items():
        columns[group] = words.codes([value or None for value in values])
    cell = (str(milestone.cells),)
    return replace(
        made,
        take=replace(made.take, columns={**made.take.columns, "time": cell}),
        columns=columns,
        texts={"time": pa.chunked_array([pa.array(times, pa.string())])},
    )


def _rows(rows: Coded, milestone: Milestone, at: NDArray[np.int64]) -> Coded:
    """Pick the rows of a milestone, with one rule for all of them."""
    rule = Rule(when={}, unless={}, split={}, outputs=milestone.outputs, place="milestone")
    columns: dict[str, Codes] = {name: codes[at] for name, codes in rows.columns.items()}
    columns.setdefault("field", np.full(len(at), NONE, np.int32))
    take = Take(each={}, columns=rows.take.columns, rules=(rule,), fields=rows.take.fields)
    return replace(
        rows, take=take, columns=columns, actions=rows.actions[at], records=rows.records[at]
    )


def _filled(texts: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Mark cells that hold something; blanks are nothing."""
    if pa.types.is_string(texts.type) or pa.types.is_dictionary(texts.type):
        plain = texts.cast(pa.string())
        return np.concatenate([_lengths(chunk) > 0 for chunk in plain.chunks])
    return np.concatenate([valid(chunk) for chunk in texts.chunks])


def _lengths(chunk: pa.Array) -> NDArray[np.int64]:
    """Count characters without blanks around them; 0 where there is no text."""
    lengths = pc.utf8_length(pc.utf8_trim_whitespace(chunk))
    return np.where(valid(chunk), to_numpy(lengths), 0).astype(np.int64)
