"""What an object-centric log holds, columnar: events and objects, their attributes and relations.

The readers of the file formats fill a `Gatherer`; it turns values to Arrow every few thousand, so
that a log takes a fraction of the memory that its text takes. Every value is kept as text until
the declared type of its attribute is known, for the declarations may stand at the end of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.errors import InputError, Place, show
from casemine.log.arrays import from_numpy, texts, to_numpy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

BATCH = 1 << 13  # events or objects between two rounds of turning lists to Arrow

_NOTHING = texts([])
_HALF = "backslashreplace"

Declared = dict[str, dict[str, str]]  # type -> attribute -> type of its values


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """All values of one attribute: whose, what, and (of objects) from when on."""

    owners: NDArray[np.int32]  # events or objects by their place in the file, from 0
    values: pa.Array  # text
    times: pa.Array | None  # text; null where the file gives none
    natives: frozenset[str]  # types the file itself gives the values: "str", "int", ...


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Which event (or object) is related to which object, and as what."""

    owners: NDArray[np.int32]
    targets: pa.DictionaryArray  # ids of objects
    qualifiers: pa.DictionaryArray


@dataclass(frozen=True, slots=True, eq=False)
class Entities:
    """The events, or the objects, in the order of the file."""

    ids: pa.Array  # text
    types: pa.DictionaryArray
    times: pa.Array  # text; of events
    attributes: dict[str, Attribute]
    relations: Relations
    declared: Declared

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A whole object-centric log."""

    name: str  # of the file, for messages
    events: Entities
    objects: Entities


class Growing:
    """A column of text that grows value by value."""

    def __init__(self, *, encoded: bool = False) -> None:
        self.open: list[str | None] = []
        self._done: list[pa.Array] = []
        self._encoded = encoded

    def settle(self) -> None:
        """Turn the values that came since the last time to Arrow."""
        if not self.open:
            return
        array = text_array(self.open)
        self.open = []
        if self._encoded:
            self._done.append(array.dictionary_encode())
            return
        # Copied to Arrow's own memory: small pieces that stay would riddle that of Python.
        self._done.append(pa.concat_arrays([array, _NOTHING]))

    def column(self) -> pa.Array:
        """All values."""
        self.settle()
        if not self._done:
            return texts([]).dictionary_encode() if self._encoded else texts([])
        column = pa.chunked_array(self._done)
        self._done = []
        whole = (column.unify_dictionaries() if self._encoded else column).combine_chunks()
        del column
        pa.default_memory_pool().release_unused()
        return whole


class _Values:
    """The values of one attribute while they come in; those of events have no times."""

    def __init__(self, *, timed: bool) -> None:
        self.owners: list[int] = []
        self.values = Growing()
        self.times = Growing(encoded=True) if timed else None
        self.natives: set[str] = set()
        self._done: list[NDArray[np.int32]] = []

    def settle(self) -> None:
        self._done.append(np.array(self.owners, np.int32))
        self.owners = []
        self.values.settle()
        if self.times is not None:
            self.times.settle()

    def finished(self) -> Attribute:
        self.settle()
        times = None if self.times is None else self.times.column().cast(pa.string())
        owners = np.concatenate(self._done)
        self._done = []
        return Attribute(owners, self.values.column(), times, frozenset(self.natives))


class EntityGatherer:
    """Takes in events, or objects, one after the other."""

    def __init__(self, noun: str, name: str) -> None:
        self.noun, self.name, self.count = noun, name, 0
        self.declared: Declared = {}
        self._ids, self._times = Growing(), Growing()
        self._types = Growing(encoded=True)
        self._attributes: dict[str, _Values] = {}
        self._owners: list[int] = []
        self._done: list[NDArray[np.int32]] = []
        self._targets, self._qualifiers = Growing(encoded=True), Growing(encoded=True)

    def add(self, identifier: str, kind: str, time: str | None = None) -> None:
        """Begin the next one; attributes and relations that follow belong to it."""
        self._ids.open.append(identifier)
        self._types.open.append(kind)
        self._times.open.append(time)
        self.count += 1
        if self.count % BATCH == 0:
            self._settle()

    def attribute(self, name: str, value: Any, time: str | None = None) -> None:
        """Add a value; None is no value.

        Raises
        ------
        KeyError
            It is a list or an object.
        """
        if value is None:
            return
        native = type(value).__name__
        written = _WRITTEN[native](value)
        if native == "Number":
            native = "int" if written.lstrip("-").isdigit() else "float"
        found = self._attributes.get(name)
        if found is None:
            found = self._attributes[name] = _Values(timed=self.noun == "object")
        found.values.open.append(written)
        found.owners.append(self.count - 1)
        if found.times is not None:
            found.times.open.append(time)
        found.natives.add(native)

    def relations(self, targets: list[str], qualifiers: list[str]) -> None:
        """Add related objects, and what they are to it."""
        self._owners += [self.count - 1] * len(targets)
        self._targets.open += targets
        self._qualifiers.open += qualifiers

    def declare(self, kind: str, attributes: Iterable[tuple[str, str]]) -> None:
        """Add a type with the types of its attributes.

        Raises
        ------
        InputError
            It is declared already.
        """
        if kind in self.declared:
            raise InputError(
                f"declares the {self.noun} type {show(kind)} twice",
                where=Place(self.name),
                code="bad-ocel",
            )
        self.declared[kind] = dict(attributes)

    def finished(self) -> Entities:
        """Hand over all of them."""
        self._settle()
        attributes = {}
        for name in list(self._attributes):  # each makes room for the next
            attributes[name] = self._attributes.pop(name).finished()
        owners, self._done = np.concatenate(self._done), []
        return Entities(
            self._ids.column(),
            self._types.column(),
            self._times.column(),
            attributes,
            Relations(owners, self._targets.column(), self._qualifiers.column()),
            self.declared,
        )

    def _settle(self) -> None:
        for column in (self._ids, self._types, self._times, self._targets, self._qualifiers):
            column.settle()
        for values in self._attributes.values():
            values.settle()
        self._done.append(np.array(self._owners, np.int32))
        self._owners = []


@dataclass(slots=True)
class Gatherer:
    """Takes in a file."""

    name: str
    events: EntityGatherer = field(init=False)
    objects: EntityGatherer = field(init=False)

    def __post_init__(self) -> None:
        self.events = EntityGatherer("event", self.name)
        self.objects = EntityGatherer("object", self.name)

    def finished(self) -> Content:
        """Hand over what was gathered."""
        return Content(self.name, self.events.finished(), self.objects.finished())


def text_array(values: list[str | None]) -> pa.Array:
    """Text as Arrow; half of a surrogate pair is shown as the escape that it is."""
    # Made from its buffers, since `pa.array` would load pandas.
    parts = [b"" if value is None else value.encode("utf-8", _HALF) for value in values]
    ends = np.zeros(len(parts) + 1, np.int32)
    np.cumsum([len(part) for part in parts], out=ends[1:])
    bits = None
    if None in values:
        present = np.array([value is not None for value in values], np.bool_)
        bits = pa.py_buffer(np.packbits(present, bitorder="little"))
    buffers = [bits, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string(), len(parts), buffers)


def codes(column: pa.DictionaryArray) -> NDArray[np.int32]:
    """Codes of a dictionary column without nulls."""
    return to_numpy(column.indices)


def taken(column: pa.Array, rows: NDArray[np.int32] | NDArray[np.int64]) -> pa.Array:
    """Values of some rows; the column itself if these are all rows in their order."""
    if len(rows) == len(column) and bool(np.all(rows == np.arange(len(rows), dtype=np.int32))):
        return column
    return column.take(from_numpy(rows))


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "str": str,
    "Number": str,
    "int": str,
    "float": repr,
    "bool": lambda value: "true" if value else "false",
}
