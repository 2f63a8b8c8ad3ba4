"""Events of the shipped flow that move a case about, by the names that mappings give them."""

from __future__ import annotations

from casemine.model.yasm import YASM

# Events that the design does not have, and that put a case to another place of it.
JUMPS = frozenset({YASM["X01"], YASM["X03"]})
REOPEN = YASM["A61"]  # the design's own way back
RESOLVED = frozenset(YASM[element] for element in ("A12", "A22", "A41", "A83"))  # what it undoes
# Ways through the design that a case takes only where some event of it says so: a major incident,
# a request, work that goes on to another group.
DETOURS = (
    frozenset({YASM["A23"]}),
    frozenset({YASM["A40"], YASM["A41"]}),
    frozenset({YASM["A81"], YASM["A82"], YASM["A83"]}),
)
