"""Which event is related to which object, as pairs of places in the two lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from casemine.log.arrays import to_numpy, valid
from casemine.read.ocel.content import codes, taken

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.ocel.content import Content
    from casemine.read.ocel.faults import Faults


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Event and object of each relation, in the order of the events."""

    owners: NDArray[np.int32]
    targets: NDArray[np.int32]
    qualifiers: NDArray[np.int32]  # codes of `words`
    words: list[str]

    def __len__(self) -> int:
        return len(self.owners)

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Keep some."""
        return Pairs(self.owners[chosen], self.targets[chosen], self.qualifiers[chosen], self.words)

    def once(self) -> Pairs:
        """Keep the first of each pair of event and object."""
        if bool(np.all(self.owners[1:] > self.owners[:-1])):
            return self
        pair = self.owners.astype(np.int64) << 32 | self.targets
        if len(np.unique(pair)) == len(pair):
            return self
        first = np.sort(np.unique(pair, return_index=True)[1])
        keep = np.zeros(len(pair), np.bool_)
        keep[first] = True
        return self.where(keep)

    def called(self, words: frozenset[str]) -> NDArray[np.bool_]:
        """Which have one of these qualifiers, however it is capitalised."""
        found = [
            code
            for code, word in enumerate(self.words)
            if " ".join(word.replace("_", " ").split()).casefold() in words
        ]
        return np.isin(self.qualifiers, found)


def places_in(values: pa.Array, known: pa.Array) -> NDArray[np.int64]:
    """Place of each value among the known ones, the first if there are several; -1 if none."""
    found = pc.index_in(values, known)
    return np.where(valid(found), to_numpy(found), -1).astype(np.int64)


def pairs_of(content: Content, faults: Faults) -> Pairs:
    """Look up the objects of all relations; those that lead nowhere are faults of their events."""
    relations, objects = content.events.relations, content.objects
    known = places_in(relations.targets.dictionary, objects.ids).astype(np.int32)
    places = known[codes(relations.targets)]
    lost = np.flatnonzero(places < 0)
    faults.add(
        "relationships",
        "is not an object of the log",
        relations.owners[lost],
        taken(relations.targets, lost).to_pylist(),
    )
    words = relations.qualifiers.dictionary.to_pylist()
    pairs = Pairs(relations.owners, places, codes(relations.qualifiers), words)
    return pairs.where(places >= 0) if len(lost) else pairs
