"""Columns of the flattened log: attributes of events, and the objects related to events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.log.arrays import from_numpy, texts, with_gaps
from casemine.log.columns import FIXED, GROUP, RESOURCE, START
from casemine.model.intake import Note
from casemine.read.ocel.content import codes, taken
from casemine.read.ocel.values import REASONS, arrow_type, type_of, typed

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from casemine.read.ocel.content import Entities
    from casemine.read.ocel.faults import Faults
    from casemine.read.ocel.relations import Pairs

START_KEY = "start_timestamp"  # how pm4py, and we, write events that know their start
BETWEEN = "; "  # ids of several objects in one cell


@dataclass(slots=True)
class EventAttributes:
    """One column for each attribute of events, as long as the list of events."""

    columns: dict[str, pa.Array]
    notes: list[Note]
    _renamed: list[str] = field(default_factory=list)

    def take(self, name: str) -> pa.Array | None:
        """Hand out a column for good."""
        return self.columns.pop(name, None)

    def rest(self, used: set[str]) -> dict[str, pa.Array]:
        """Hand out the others, renamed where a column of that name is there already."""
        made: dict[str, pa.Array] = {}
        for key, values in self.columns.items():
            name = key
            if name == START_KEY and values.type == arrow_type("time"):
                name = START
            elif name in {RESOURCE, GROUP}:
                values = _as_text(values)  # noqa: PLW2901 - the contract has text there
            if key in FIXED:
                name = f"event:{key}"
            while name in used or name in made or (name != key and name in self.columns):
                name = f"event:{name}"
            if name not in {key, START}:
                self._renamed.append(f"{show(key)} as {show(name)}")
            made[name] = values
        if self._renamed:
            text = (
                f"attributes with the name of a column were renamed: {', '.join(self._renamed[:5])}"
            )
            self.notes.append(Note("renamed-attributes", text, len(self._renamed)))
        return made


def event_attributes(
    events: Entities, zone: ZoneInfo | None, faults: Faults, notes: list[Note]
) -> EventAttributes:
    """Make the columns; values that are not of their declared type are faults of their events."""
    declared: dict[str, set[str]] = {}
    for attributes in events.declared.values():
        for name, kind in attributes.items():
            declared.setdefault(name, set()).add(kind)
    found: dict[str, pa.Array] = {}
    repeated = 0
    for name in [*declared, *(each for each in events.attributes if each not in declared)]:
        given = events.attributes.pop(name, None)  # makes room for what is made of it
        if given is None:
            kinds = declared[name]
            found[name] = pa.nulls(len(events), arrow_type(declared_type(kinds)))
            continue
        kind = type_of(given, declared.get(name, set()))
        values, bad, _ = typed(given.values, kind, zone)
        rows = np.flatnonzero(bad)
        faults.add(
            name, REASONS.get(kind, ""), given.owners[rows], taken(given.values, rows).to_pylist()
        )
        places = np.full(len(events), -1, np.int32)
        places[given.owners[::-1]] = np.arange(len(values), dtype=np.int32)[::-1]  # the first stays
        repeated += len(values) - int(np.count_nonzero(places >= 0))
        del given
        if (places >= 0).all():
            found[name] = _compact(taken(values, places))
        else:
            found[name] = _compact(values.take(with_gaps(places, places >= 0)))
    if repeated:
        given_twice = "1 value" if repeated == 1 else f"{repeated:,} values"
        text = f"{given_twice} of an attribute that the event gives already; the first counts"
        notes.append(Note("repeated-attributes", text, repeated))
    return EventAttributes(found, notes)


def declared_type(kinds: set[str]) -> str:
    """Decide the type of an attribute without values."""
    from casemine.read.ocel.content import Attribute

    return type_of(Attribute(np.zeros(0, np.int64), texts([]), None, frozenset()), kinds)


@dataclass(frozen=True, slots=True, eq=False)
class RelatedObjects:
    """The objects that events are related to beside their case."""

    objects: Entities
    events: int
    pairs: Pairs
    notes: list[Note]

    def column(self, pairs: Pairs, labels: pa.Array, noun: str) -> pa.Array:
        """Name the related objects of each event, several of them joined."""
        pairs = pairs.once()
        order = np.argsort(pairs.owners, kind="stable")
        owners, targets = pairs.owners[order], pairs.targets[order]
        counts = np.bincount(owners, minlength=self.events)
        if len(counts) == 0 or int(counts.max()) <= 1:
            places = np.zeros(self.events, np.int64)
            places[owners] = targets
            return _compact(labels.take(with_gaps(places, counts > 0)))
        several = int(np.count_nonzero(counts > 1))
        each = "1 event has" if several == 1 else f"{several:,} events have"
        text = f"{each} more than one {show(noun)}; they are joined by {show(BETWEEN)}"
        self.notes.append(Note("objects-joined", text, several))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        lists = pa.ListArray.from_arrays(from_numpy(offsets), taken(labels, targets))
        whole = pc.binary_join(lists, BETWEEN)
        return _compact(whole.take(with_gaps(np.arange(self.events), counts > 0)))

    def by_type(self, used: set[str]) -> dict[str, pa.Array]:
        """One column of ids for each type; its name is that of the type."""
        kinds = codes(self.objects.types)[self.pairs.targets]
        made: dict[str, pa.Array] = {}
        for code, kind in enumerate(self.objects.types.dictionary.to_pylist()):
            chosen = self.pairs.where(kinds == code)
            if not len(chosen.owners):
                continue
            name = f"object:{kind}" if kind in FIXED else kind
            while name in used or name in made:
                name = f"object:{name}"
            made[name] = self.column(chosen, self.objects.ids, kind)
            words = sorted({chosen.words[code] for code in np.unique(chosen.qualifiers).tolist()})
            if len(words) > 1:
                listed = ", ".join(map(show, words[:6]))
                text = (
                    f"objects are in column {show(name)} whatever they are to the event: {listed}"
                )
                self.notes.append(Note("qualifiers-not-kept", text))
        return made

    def note_divergence(self, cases: Pairs, activity: NDArray[np.int32]) -> None:
        """Count cases in which an activity comes again for another object of some other type."""
        if not len(self.pairs):
            return
        at = np.searchsorted(cases.owners, self.pairs.owners, "left")
        count = np.searchsorted(cases.owners, self.pairs.owners, "right") - at
        row = np.repeat(np.arange(len(count)), count)
        within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        case = cases.targets[at[row] + within].astype(np.int64)
        step = case * (int(activity.max()) + 1) + activity[self.pairs.owners[row]]
        # Distinct objects of a type within a case and activity: more than one diverges.
        numbers = np.unique(step, return_inverse=True)[1]
        many = len(self.objects)
        distinct = np.unique(numbers * many + self.pairs.targets[row])
        names = self.objects.types.dictionary.to_pylist()
        kind = codes(self.objects.types)[distinct % many]
        key, times = np.unique(distinct // many * len(names) + kind, return_counts=True)
        diverging = key[times > 1]
        if not len(diverging):
            return
        of_step = np.zeros(int(numbers.max()) + 1, np.int64)
        of_step[numbers] = case
        found = len(np.unique(of_step[diverging // len(names)]))
        kinds = np.unique(diverging % len(names)).tolist()
        listed = ", ".join(show(names[code]) for code in kinds[:6])
        each = "1 case repeats" if found == 1 else f"{found:,} cases repeat"
        text = f"{each} an activity for different objects of type {listed} (divergence)"
        self.notes.append(Note("divergence", f"{text}: this looks like rework and is none", found))


def _compact(values: pa.Array) -> pa.Array:
    """Encode text that repeats itself."""
    if not pa.types.is_string(values.type):
        return values
    encoded = values.dictionary_encode()
    return encoded if 2 * len(encoded.dictionary) <= len(values) else values


def _as_text(values: pa.Array) -> pa.Array:
    return values if pa.types.is_dictionary(values.type) else values.cast(pa.string())
