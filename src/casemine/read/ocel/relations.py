"""Which event is related to which object, as pairs of places in the two lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.read.ocel.columns import places_in
from casemine.read.ocel.content import codes, taken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.ocel.content import Content
    from casemine.read.ocel.faults import Faults


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Event and object of each relation, in the order of the events."""

    owners: NDArray[np.int64]
    targets: NDArray[np.int64]
    qualifiers: NDArray[np.int64]  # codes of `words`
    words: list[str]

    def __len__(self) -> int:
        return len(self.owners)

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Keep some."""
        return Pairs(self.owners[chosen], self.targets[chosen], self.qualifiers[chosen], self.words)

    def once(self) -> Pairs:
        """Keep the first of each pair of event and object."""
        order = np.lexsort((self.targets, self.owners))
        owners, targets = self.owners[order], self.targets[order]
        again = (owners[1:] == owners[:-1]) & (targets[1:] == targets[:-1])
        keep = np.ones(len(order), np.bool_)
        keep[order[1:][again]] = False
        return self.where(keep)

    def called(self, words: frozenset[str]) -> NDArray[np.bool_]:
        """Which have one of these qualifiers, however it is capitalised."""
        found = [
            code
            for code, word in enumerate(self.words)
            if " ".join(word.replace("_", " ").split()).casefold() in words
        ]
        return np.isin(self.qualifiers, found)


def pairs_of(content: Content, faults: Faults) -> Pairs:
    """Look up the objects of all relations; those that lead nowhere are faults of their events."""
    relations, objects = content.events.relations, content.objects
    order = np.argsort(relations.owners, kind="stable")
    owners = relations.owners[order]
    known = places_in(relations.targets.dictionary, objects.ids)
    places = known[codes(relations.targets)[order]]
    lost = np.flatnonzero(places < 0)
    faults.add(
        "relationships",
        "is not an object of the log",
        owners[lost],
        taken(relations.targets, order[lost]).to_pylist(),
    )
    words = relations.qualifiers.dictionary.to_pylist()
    pairs = Pairs(owners, places, codes(relations.qualifiers)[order], words)
    return pairs.where(places >= 0)
