"""Cases that show a deviation, with the rows of the source that prove it.

Only the few cases that are shown are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.model.conformance import ExampleCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.deviations.caselist import CaseList
    from casemine.conform.deviations.readings import Readings
    from casemine.model.alignment import Alignments
    from casemine.model.petri import PetriNet

SHOWN = 3
AND_SO_ON = "…"


class Examples:
    """Everything that is needed to show a case."""

    def __init__(
        self, cases: CaseList, alignments: Alignments, readings: Readings, net: PetriNet
    ) -> None:
        self.cases, self.alignments, self.readings = cases, alignments, readings
        self.labels = [one.label for one in net.transitions]

    def of(
        self, readings: NDArray[np.int64], showing: NDArray[np.int64]
    ) -> tuple[tuple[ExampleCase, ...], tuple[ExampleCase, ...]]:
        """Choose the cases with the fewest events, and those that took longest.

        Parameters
        ----------
        readings : array
            Of one deviation.
        showing : array
            The cases that show it. Equal ones stand in the order of the log.
        """
        sizes = self.cases.sizes[showing]
        took = self.cases.duration_s
        spent = sizes if took is None else took[showing]
        shortest = showing[np.lexsort((showing, spent, sizes))[:SHOWN]]
        costliest = showing[np.lexsort((showing, -sizes, -spent))[:SHOWN]]
        variants = self.readings.variant[readings]
        return (
            tuple(self._example(readings, variants, case) for case in shortest.tolist()),
            tuple(self._example(readings, variants, case) for case in costliest.tolist()),
        )

    def _example(
        self, readings: NDArray[np.int64], variants: NDArray[np.int64], case: int
    ) -> ExampleCase:
        """Show the first time that this case deviates so."""
        place = int(np.flatnonzero(variants == self.cases.of_case[case])[0])
        positions, what = self._evidence(int(readings[place]))
        events = self.cases.events_of(case)
        took = self.cases.duration_s
        return ExampleCase(
            case=self.cases.id_of(case),
            rows=tuple(self.cases.rows[events[positions]].tolist()),
            duration_s=None if took is None else float(took[case]),
            what=what,
        )

    def _evidence(self, reading: int) -> tuple[list[int], str]:
        """Find the positions that show a reading with their neighbours, and spell them out.

        They are written as `A > B`; a missing step stands in brackets, an event without a place
        there has an exclamation mark, and an ellipsis stands for events that have theirs, or for
        more missing steps in a row.
        """
        variant = int(self.readings.variant[reading])
        begin, end = self.alignments.offsets[variant], self.alignments.offsets[variant + 1]
        first, last = self.readings.offsets[reading], self.readings.offsets[reading + 1]
        moves = self.readings.move[first:last]
        of_move = self.alignments.positions
        shown = [
            move
            for move in range(int(begin), int(end))
            if of_move[move] >= 0 or self.labels[self.alignments.transitions[move]] is not None
        ]
        place = {move: number for number, move in enumerate(shown)}
        wanted = [place[move] for move in moves.tolist()]
        marked = set(wanted)
        near = {self._event_before(shown, number) for number in wanted}
        near |= {self._event_after(shown, number) for number in wanted} | marked
        words: list[str] = []
        positions: list[int] = []
        for number in range(min(near), max(near) + 1):
            move = shown[number]
            position = int(of_move[move])
            if number not in near:
                if position >= 0 and words[-1] != AND_SO_ON:
                    words.append(AND_SO_ON)
                continue
            if position >= 0:
                positions.append(position)
                name = self._activity(variant, position)
                words.append(f"{name}!" if number in marked else name)
            else:
                words.append(f"[{self.labels[self.alignments.transitions[move]]}]")
        return positions, " > ".join(_shortened(words))

    def _event_before(self, shown: list[int], number: int) -> int:
        """Step back to the nearest event; stay where there is none."""
        earlier = number - 1
        while earlier >= 0 and self.alignments.positions[shown[earlier]] < 0:
            earlier -= 1
        return earlier if earlier >= 0 else number

    def _event_after(self, shown: list[int], number: int) -> int:
        """Step on to the nearest event; stay where there is none."""
        later = number + 1
        while later < len(shown) and self.alignments.positions[shown[later]] < 0:
            later += 1
        return later if later < len(shown) else number

    def _activity(self, variant: int, position: int) -> str:
        variants = self.cases.variants
        return variants.activities[int(variants.codes[variants.offsets[variant] + position])]


def _shortened(words: list[str]) -> list[str]:
    """Keep the first two and the last of many missing steps in a row.

    Examples
    --------
    >>> _shortened(["A", "[B]", "[C]", "[D]", "[E]", "F"])
    ['A', '[B]', '[C]', '…', '[E]', 'F']
    """
    missing = [word.startswith("[") and word.endswith("]") for word in words]
    kept: list[str] = []
    for place, word in enumerate(words):
        inner = place >= 2 and all(missing[place - 2 : place + 2]) and place + 1 < len(words)
        if not inner:
            kept.append(word)
        elif kept[-1] != AND_SO_ON:
            kept.append(AND_SO_ON)
    return kept
