"""What the objects of an object-centric log say: attributes of cases, names of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place, show
from casemine.log.arrays import texts, to_numpy, valid, with_gaps
from casemine.log.columns import CASE
from casemine.model.intake import Note
from casemine.model.words import counted
from casemine.read.ocel.columns import declared_type
from casemine.read.ocel.content import Attribute, codes, taken
from casemine.read.ocel.values import REASONS, arrow_type, type_of, typed

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from casemine.read.ocel.content import Content, Entities
    from casemine.read.options import ReadOptions

NAME = "name"


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The values of one attribute of cases, as texts, by case and then by time."""

    name: str
    objects: NDArray[np.int32]  # places among the objects
    since: NDArray[np.int64]  # microseconds; the smallest number where not said
    values: pa.Array


def names_of(objects: Entities) -> pa.Array:
    """Name each object: by its attribute `name` if it has one, else by its id."""
    given = objects.attributes.get(NAME)
    if given is None:
        return objects.ids
    places = np.full(len(objects), -1, np.int64)
    places[given.owners] = np.arange(len(given.owners))  # of several the last stays
    named = given.values.take(with_gaps(places, places >= 0))
    named = pc.if_else(pc.is_in(named, texts([""])), pa.nulls(1, pa.string())[0], named)
    return pc.coalesce(named, objects.ids)


def case_table(
    content: Content,
    kind: str,
    options: ReadOptions,
    zone: ZoneInfo | None,
    notes: list[Note],
) -> tuple[pa.Table, list[Change]]:
    """Attributes of the objects of one type, each object a case, and when they got new values.

    An attribute that changes over time gives two columns: its last value under its own name, and
    its first value as `initial_<name>`.

    Raises
    ------
    InputError
        A value is not of its type, or since a time that is none (unless `on_error` is "skip").
    """
    objects = content.objects
    checks = _Checks(content.name, options, zone, notes)
    kinds = objects.types.dictionary.to_pylist()
    chosen = np.flatnonzero(codes(objects.types) == kinds.index(kind))
    position = np.full(len(objects), -1, np.int32)
    position[chosen] = np.arange(len(chosen), dtype=np.int32)
    columns: dict[str, pa.Array] = {CASE: taken(objects.ids, chosen)}
    declared = objects.declared.get(kind, {})
    between: dict[str, int] = {}
    changes: list[Change] = []
    for name in [*declared, *(each for each in objects.attributes if each not in declared)]:
        types = {declared[name]} if name in declared else set()
        given = _of_these(objects.attributes.get(name), position)
        if given is None:
            if name in declared:
                columns[_free(name, columns)] = pa.nulls(
                    len(chosen), arrow_type(declared_type(types))
                )
            continue
        values, since = checks.typed(given, type_of(given, types), name)
        order = np.lexsort((np.arange(len(since)), since, given.owners))
        order = order[valid(values)[order]]
        owners = given.owners[order]
        first, last, changed = _ends(owners, _codes(values)[order], len(chosen))
        present = last >= 0
        columns[_free(name, columns)] = values.take(
            with_gaps(order[last] if len(order) else last, present)
        )
        if changed.any():
            columns[_free(f"initial_{name}", columns)] = values.take(
                with_gaps(order[first], present)
            )
            between[name] = int(np.maximum(changed - 1, 0).sum())
        written = taken(given.values, order)
        changes.append(Change(name, chosen[owners].astype(np.int32), since[order], written))
    _note_what_is_not_kept(objects, kind, between, notes)
    return pa.table(columns), changes


def _of_these(given: Attribute | None, position: NDArray[np.int32]) -> Attribute | None:
    """Keep the values of the objects that have a position, which takes the place of the owner."""
    if given is None:
        return None
    rows = np.flatnonzero(position[given.owners] >= 0)
    if not len(rows):
        return None
    times = None if given.times is None else taken(given.times, rows)
    return Attribute(position[given.owners[rows]], taken(given.values, rows), times, given.natives)


@dataclass(frozen=True, slots=True)
class _Checks:
    """Values to their types, as the options say."""

    file: str
    options: ReadOptions
    zone: ZoneInfo | None
    notes: list[Note]

    def typed(self, given: Attribute, kind: str, name: str) -> tuple[pa.Array, NDArray[np.int64]]:
        """Values, null where they are not of the type; and since when, the earliest if not said."""
        values, bad, _ = typed(given.values, kind, self.zone)
        since = np.full(len(values), np.iinfo(np.int64).min)
        good = self._checked(bad, given.values, name, REASONS.get(kind, ""))
        if given.times is not None:
            said = np.flatnonzero(valid(given.times))
            times, wrong, _ = typed(taken(given.times, said), "time", self.zone)
            since[said] = np.where(valid(times), to_numpy(times), np.iinfo(np.int64).min)
            off = np.zeros(len(values), np.bool_)
            off[said] = wrong
            good &= self._checked(off, given.times, name, "is not a time")
        if not good.all():
            values = values.take(with_gaps(np.arange(len(values)), good))
        return values, since

    def _checked(
        self, bad: NDArray[np.bool_], shown: pa.Array, name: str, reason: str
    ) -> NDArray[np.bool_]:
        count = int(np.count_nonzero(bad))
        if not count:
            return ~bad
        example = shown[int(np.flatnonzero(bad)[0])].as_py()
        message = f"{show(example)} in attribute {show(name)} of an object {reason}"
        if self.options.on_error == "fail":
            raise InputError(
                f"{message} ({counted(count, 'value')} of {len(bad):,})",
                where=Place(self.file, column=name),
                mend="leave such values out with --on-error skip",
                code="bad-value",
                value=example,
                count=count,
            )
        text = f"{message}; {counted(count, 'value')} left out"
        self.notes.append(Note("bad-case-values", text, count))
        return ~bad


def _ends(
    owners: NDArray[np.int32], values: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """First and last place of each owner (-1 if none), and how often its value changes."""
    first, last = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    places = np.arange(len(owners))
    first[owners[::-1]] = places[::-1]
    last[owners] = places
    changed = (owners[1:] == owners[:-1]) & (values[1:] != values[:-1])
    return first, last, np.bincount(owners[1:][changed], minlength=count)


def _codes(values: pa.Array) -> NDArray[np.int64]:
    encoded = values.dictionary_encode()
    return np.where(valid(encoded.indices), to_numpy(encoded.indices), -1).astype(np.int64)


def _free(name: str, columns: dict[str, pa.Array]) -> str:
    name = f"object:{name}" if name == CASE else name
    while name in columns:
        name = f"object:{name}"
    return name


def _note_what_is_not_kept(
    objects: Entities, kind: str, between: dict[str, int], notes: list[Note]
) -> None:
    values = sum(between.values())
    if values:
        text = (
            f"{counted(values, 'value')} of {', '.join(map(show, list(between)[:5]))} between the "
            "first and the last of a case not kept: see the events"
        )
        notes.append(Note("values-between", text, values))
    if count := len(objects.relations.owners):
        text = f"{counted(count, 'relationship')} between objects not kept"
        notes.append(Note("object-relationships", text, count))
    others = {
        other: [name for name in attributes if name != NAME]
        for other, attributes in objects.declared.items()
        if other != kind
    }
    listed = [f"{show(other)} ({', '.join(names[:6])})" for other, names in others.items() if names]
    if listed:
        text = f"attributes of objects that are not the case not kept: {', '.join(listed[:6])}"
        notes.append(Note("object-attributes", text, sum(map(len, others.values()))))
