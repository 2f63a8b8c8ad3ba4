"""Process trees: blocks of sequence, choice, concurrency and loop over activities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """What an inner node of the tree does with its children."""

    SEQUENCE = "sequence"
    CHOICE = "xor"
    PARALLEL = "and"
    LOOP = "loop"  # first child is the body, the second the redo part
    INTERLEAVING = "interleaving"
    OR = "or"


SYMBOLS = {
    Operator.SEQUENCE: "→",
    Operator.CHOICE: "×",
    Operator.PARALLEL: "∧",
    Operator.LOOP: "↺",
    Operator.INTERLEAVING: "↔",
    Operator.OR: "∨",
}


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """A node: an operator over children, an activity (`label`), or silent when both are None."""

    operator: Operator | None = None
    label: str | None = None
    children: tuple[ProcessTree, ...] = ()

    def __str__(self) -> str:
        if self.operator is None:
            return "τ" if self.label is None else repr(self.label)
        return f"{SYMBOLS[self.operator]}({', '.join(map(str, self.children))})"
