"""All texts of an export under one numbering, so that equality is a comparison of integers.

A column is an array of codes, -1 where there is no value. Questions about texts are asked once per
distinct text that a column uses, and the answers are looked up by code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy, valid, with_gaps
from casemine.log.arrays import texts as as_column
from casemine.read.crm.language.section import is_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int32]  # -1 for no value

NONE = -1


class Words:
    """Distinct texts, numbered from 0 in the order in which they were added."""

    def __init__(self) -> None:
        self._parts: list[pa.Array] = []
        self._array: pa.Array = as_column([])
        self._added: dict[str, int] = {}
        self._fresh: list[str] = []

    def __len__(self) -> int:
        return len(self._array) + len(self._fresh)

    def encode(self, columns: list[pa.ChunkedArray]) -> list[Codes]:
        """Give the texts of columns their codes; an empty text is no value.

        Columns may be dictionary-encoded or plain. Each is taken out of the list, and let go as
        soon as it is numbered.
        """
        chunks = [[_encoded(chunk) for chunk in column.chunks] for column in columns]
        columns.clear()
        dictionaries = [chunk.dictionary for mine in chunks for chunk in mine]
        numbered = pa.concat_arrays([self._whole(), *dictionaries]).dictionary_encode()
        codes = np.where(valid(numbered.indices), to_numpy(numbered.indices), NONE)
        at = len(self._array)
        self._array = numbered.dictionary
        empty = to_numpy(pc.binary_length(self._array)) == 0
        if empty.any():
            codes[codes == np.flatnonzero(empty)[0]] = NONE
        found = []
        for place, mine in enumerate(chunks):
            numbers = np.empty(sum(map(len, mine)), np.int32)
            row = 0
            for chunk in mine:
                numbers[row : row + len(chunk)] = _codes(chunk, codes[at:])
                row += len(chunk)
                at += len(chunk.dictionary)
            found.append(numbers)
            chunks[place] = []
        return found

    def codes(self, words: Sequence[str | None]) -> Codes:
        """Look up the codes of some texts, adding those that are new."""
        distinct = [word for word in dict.fromkeys(words) if word is not None]
        unknown = [word for word in distinct if word not in self._added]
        if unknown:
            places = pc.index_in(self._whole(), value_set=as_column(unknown))
            for number in np.flatnonzero(valid(places)).tolist():  # hashes the few, not the many
                self._added[unknown[places[number].as_py()]] = number
            for word in unknown:
                if word not in self._added:
                    self._added[word] = len(self)
                    self._fresh.append(word)
        return np.fromiter(
            (NONE if word is None else self._added[word] for word in words), np.int32, len(words)
        )

    def code(self, word: str | None) -> int:
        """Look up the code of one text."""
        return NONE if word is None else int(self.codes([word])[0])

    def texts(self, codes: Codes) -> list[str | None]:
        """Texts of codes."""
        found: list[str | None] = self.column(codes).to_pylist()
        return found

    def text(self, code: int) -> str | None:
        """Text of one code."""
        return self.texts(np.array([code], np.int32))[0]

    def column(self, codes: Codes) -> pa.Array:
        """Texts of codes as a column of text, null where there is none."""
        return self.encoded(codes).dictionary_decode()

    def encoded(self, codes: Codes) -> pa.DictionaryArray:
        """Texts of codes, dictionary-encoded with only the texts that occur."""
        used = self.used(codes)
        place = np.full(_room(used), NONE, np.int32)
        place[used] = np.arange(len(used), dtype=np.int32)
        mine = place[codes]
        absent = mine < 0
        indices = with_gaps(np.where(absent, 0, mine), ~absent)
        return pa.DictionaryArray.from_arrays(indices, self._whole().take(from_numpy(used)))

    def used(self, codes: Codes) -> Codes:
        """Distinct codes that occur, in rising order, without "no value"."""
        seen = np.zeros(int(codes.max(initial=NONE)) + 2, np.bool_)
        seen[codes] = True
        return np.flatnonzero(seen[:-1]).astype(np.int32)

    def answers(self, codes: Codes, ask: Callable[[pa.Array], Any]) -> NDArray[np.bool_]:
        """Ask a yes-or-no question about each distinct text of a column; false for no value."""
        used = self.used(codes)
        table = np.zeros(_room(used), np.bool_)
        if len(used):
            table[used] = ask(self._whole().take(from_numpy(used)))
        found: NDArray[np.bool_] = table[codes]
        return found

    def matches(self, codes: Codes, patterns: Iterable[str]) -> NDArray[np.bool_]:
        """Say of each row whether its text fits one of the patterns of a preset."""
        patterns = tuple(patterns)
        found = self.answers(codes, lambda texts: fits(texts, patterns))
        if "" in patterns:
            found |= codes < 0
        return found

    def mapped(self, codes: Codes, change: Callable[[list[str]], Sequence[str | None]]) -> Codes:
        """Change the texts of a column, once per distinct text."""
        used = self.used(codes)
        if not len(used):
            return codes.copy()
        texts: list[str] = self._whole().take(from_numpy(used)).to_pylist()
        changed = self.codes(change(texts))
        table = np.full(_room(used), NONE, np.int32)
        table[used] = changed
        found: Codes = table[codes]
        return found

    def replaced(self, codes: Codes, table: Mapping[str, str]) -> Codes:
        """Put other words for those that a table has, the empty text for none; the rest stays."""
        return self.mapped(codes, lambda texts: [table.get(text, text) or None for text in texts])

    def combined(
        self, columns: Sequence[Codes], make: Callable[[tuple[str | None, ...]], str | None]
    ) -> Codes:
        """Make one text of several columns, once per distinct combination."""
        if not len(columns[0]):
            return np.empty(0, np.int32)
        key = numbered(*columns)
        first = np.zeros(int(key.max()) + 1, np.int64)
        first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
        parts = [self.texts(column[first]) for column in columns]
        made = self.codes([make(combination) for combination in zip(*parts, strict=True)])
        found: Codes = made[key]
        return found

    def _whole(self) -> pa.Array:
        if self._fresh:
            self._array = pa.concat_arrays([self._array, as_column(self._fresh)])
            self._fresh = []
        return self._array


def _room(used: Codes) -> int:
    """Length of a table that is asked by code: the last place is for "no value", which is -1.

    Most columns use few texts, numbered early: such tables stay in the processor's cache.
    """
    return int(used[-1]) + 2 if len(used) else 1


def numbered(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Give each distinct combination of columns a number from 0; values are not below -1.

    Examples
    --------
    >>> numbered(np.array([5, 5, -1, 5]), np.array([0, 1, 0, 0])).tolist()
    [0, 1, 2, 0]
    """
    key, room = columns[0].astype(np.int64) + 1, int(columns[0].max(initial=0)) + 2
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 2
        if room > (1 << 62) // width:  # no room for both in 64 bits: number what there is
            key = _by_hash(key)
            room = int(key.max(initial=0)) + 1
            if room > (1 << 62) // width:
                key = key * (len(column) + 1) + _by_hash(column.astype(np.int64))
                room *= len(column) + 1
                continue
        key = key * width + column + 1
        room *= width
    return _by_hash(key)


def _by_hash(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each distinct value a number from 0."""
    return to_numpy(from_numpy(key).dictionary_encode().indices).astype(np.int64)


def fits(texts: pa.Array, patterns: Sequence[str]) -> NDArray[np.bool_]:
    """Say of each text whether it fits one of the patterns: a word, `/regex/`, or `*`.

    Examples
    --------
    >>> fits(pa.array(["Closed", "Open", "Cancelled"]), ["Closed", "/^Cancel/"]).tolist()
    [True, False, True]
    """
    found = np.zeros(len(texts), np.bool_)
    words = [pattern for pattern in patterns if not is_regex(pattern) and pattern != "*"]
    if "*" in patterns:
        found[:] = True
    if words:
        found |= to_numpy(pc.is_in(texts, value_set=as_column(words)))
    for pattern in patterns:
        if is_regex(pattern):
            found |= _searched(texts, pattern[1:-1])
    return found


def _searched(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Search by RE2; what only Python's expressions can say is searched by Python."""
    try:
        return to_numpy(pc.match_substring_regex(texts, pattern))
    except pa.ArrowInvalid:
        compiled = re.compile(pattern)
        answers = (compiled.search(text) is not None for text in texts.to_pylist())
        return np.fromiter(answers, np.bool_, len(texts))


def _encoded(chunk: pa.Array) -> pa.DictionaryArray:
    """Encode a chunk as a dictionary of 32-bit codes."""
    if not pa.types.is_dictionary(chunk.type):
        chunk = chunk.cast(pa.string()).dictionary_encode()
    return chunk.cast(pa.dictionary(pa.int32(), pa.string()))


def _codes(chunk: pa.DictionaryArray, codes: Codes) -> Codes:
    """Numbers of the texts of a chunk, given those of its dictionary."""
    indices, present = to_numpy(chunk.indices), valid(chunk.indices)
    if not len(chunk.dictionary):
        return np.full(len(chunk), NONE, np.int32)
    if present.all():
        return codes.take(indices)
    return np.where(present, codes[np.where(present, indices, 0)], NONE)
