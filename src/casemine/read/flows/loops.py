"""How often a BPMN activity is repeated, from its loop or multi-instance marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.read.flows.structure import Loop
from casemine.read.models.modelxml import first, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST = 50  # repetitions that are counted out; more are as good as no limit


def loop_of(element: Element) -> Loop | None:
    """Read the marker of an activity; None where it has none."""
    standard = first(element, "standardLoopCharacteristics")
    if standard is not None:
        before = standard.get("testBefore") in {"true", "1"}
        return Loop(0 if before else 1, _limit(standard.get("loopMaximum")), "loop")
    several = first(element, "multiInstanceLoopCharacteristics")
    if several is None:
        return None
    cardinality = first(several, "loopCardinality")
    number = _limit(text(cardinality)) if cardinality is not None else None
    stops = first(several, "completionCondition") is not None
    return Loop(
        least=1 if number is None or stops else number,
        most=number,
        words="multi-instance",
        parallel=several.get("isSequential") not in {"true", "1"},
    )


def _limit(said: str | None) -> int | None:
    """Read a plain number of repetitions; a formula is no limit that could be known here."""
    digits = (said or "").strip().strip("${}= ")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST))
    return int(digits) if plain and 0 < int(digits) <= MOST else None
