"""Files of a system that complete each other row by row: changes here, time and actor there.

A join is a left join by Arrow's hashing: every row of the file stays, and gets the columns of the
first row of the other file whose key is its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place
from casemine.log.arrays import from_numpy, valid
from casemine.read.crm.coded.words import fits
from casemine.read.crm.raw.rawrows import RawFile, RawRows, stays_text
from casemine.read.tables.cells import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import FilePart, Preset, Take

ROLES = ("case", "time")  # without both, a row is no event


def joined(files: Sequence[RawFile], preset: Preset) -> tuple[list[RawFile], int]:
    """Complete the rows of files by the files they are to be joined with.

    Returns
    -------
    (list of RawFile, int)
        The files in their order, and how many rows were left out because the row of the other file
        that would give their case or time is not there.

    Raises
    ------
    InputError
        The file that would give case or time is not there at all.
    """
    if not any(each.part.joins for each in files):
        return list(files), 0
    work = _Joining(files, preset)
    return [work.file(number) for number in range(len(files))], work.lost


class _Joining:
    """Joins files in the order in which they need each other."""

    def __init__(self, files: Sequence[RawFile], preset: Preset) -> None:
        self._files = list(files)
        self._preset = preset
        self._open: set[int] = set(range(len(files)))  # not joined yet
        self.lost = 0

    def file(self, number: int) -> RawFile:
        """Give a file joined, after those that it needs."""
        file = self._files[number]
        if number not in self._open:
            return file
        self._open.discard(number)
        if file.part.joins:
            takes = tuple((take, self._completed(file, raw)) for take, raw in file.takes)
            self._files[number] = replace(file, takes=takes)
        return self._files[number]

    def _completed(self, file: RawFile, rows: RawRows) -> RawRows:
        """Add the columns of the other files; drop rows that still lack their case or time."""
        columns = dict(rows.columns)
        for join in file.part.joins:
            others = [
                self.file(number).takes[0][1]
                for number, each in enumerate(self._files)
                if each.part.name == join.file and each.takes
            ]
            if not others or join.on not in columns:
                continue
            other = _together(others)
            place = pc.index_in(_texts(columns[join.on]), value_set=_texts(other[join.key]))
            place = pc.if_else(_texts(columns[join.on]).is_valid(), place, None)
            for name, column in other.items():
                if name != join.key or name not in columns:
                    columns[name] = _over(columns.get(name), column.take(place), name)
        if file.part.form != "lookup":
            self._refuse_incomplete(file, columns)
            here = np.ones(len(rows.records), np.bool_)
            for role in ROLES:
                if role not in rows.columns:
                    here &= valid(_single(columns[role]))
            if not here.all():
                self.lost += int(np.count_nonzero(~here))
                at = from_numpy(np.flatnonzero(here))
                columns = {name: column.take(at) for name, column in columns.items()}
                return RawRows(columns, rows.records[here])
        return RawRows(columns, rows.records)

    def _refuse_incomplete(self, file: RawFile, columns: dict[str, pa.ChunkedArray]) -> None:
        missing = [role for role in ROLES if role not in columns]
        if not missing:
            return
        others = [self._preset.file(join.file) for join in file.part.joins]
        telling = [each for each in others if _names(each) & set(missing)] or others
        titles = [each.title for each in telling]
        raise InputError(
            f"does not tell the {' and the '.join(missing)} of its rows by itself; "
            f"that stands in: {', '.join(titles)}",
            where=Place(file.place.name),
            mend="name both files, or the folder or archive that holds them",
            code="file-missing",
        )


def _names(part: FilePart) -> set[str]:
    return {name for take in part.takes for name in take.columns}


def with_own_rows(files: Sequence[RawFile]) -> list[RawFile]:
    """Leave to each take its own rows: those that meet its `when`, and no other take's.

    A take without `when` has the rows whose records no take with one has.
    """
    return [
        replace(each, takes=_parted(each.takes)) if any(t.when for t, _ in each.takes) else each
        for each in files
    ]


def _parted(takes: Sequence[tuple[Take, RawRows]]) -> tuple[tuple[Take, RawRows], ...]:
    masks: list[NDArray[np.bool_] | None] = []
    for take, rows in takes:
        mask = np.ones(len(rows.records), np.bool_)
        for name, patterns in take.when.items():
            texts = _texts(rows.columns[name]) if name in rows.columns else None
            if texts is None:
                mask &= "" in patterns
                continue
            found = fits(texts.fill_null(""), patterns)
            mask &= np.where(valid(texts), found, "" in patterns)
        masks.append(mask if take.when else None)
    pairs = zip(takes, masks, strict=True)
    claimed = np.concatenate([rows.records[mask] for (_, rows), mask in pairs if mask is not None])
    return tuple(
        (take, _only(rows, mask if mask is not None else ~np.isin(rows.records, claimed)))
        for (take, rows), mask in zip(takes, masks, strict=True)
    )


def _only(rows: RawRows, mask: NDArray[np.bool_]) -> RawRows:
    at = from_numpy(np.flatnonzero(mask))
    return RawRows({name: each.take(at) for name, each in rows.columns.items()}, rows.records[mask])


def _together(several: Sequence[RawRows]) -> dict[str, pa.ChunkedArray]:
    """Columns of several files of one kind as those of one."""
    if len(several) == 1:
        return dict(several[0].columns)
    names = [n for n in several[0].columns if all(n in each.columns for each in several)]
    return {
        name: pa.chunked_array(
            [chunk.cast(pa.string()) for each in several for chunk in each.columns[name].chunks]
        )
        for name in names
    }


def _over(own: pa.ChunkedArray | None, other: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Take the other file's values, and where it has none the file's own."""
    if own is not None:
        other = pc.coalesce(as_text(other).cast(pa.string()), as_text(own).cast(pa.string()))
    return other if stays_text(name) else _encoded(other)


def _encoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _texts(column: pa.ChunkedArray) -> pa.Array:
    return _single(as_text(column).cast(pa.string()))


def _single(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined.combine_chunks() if isinstance(combined, pa.ChunkedArray) else combined
