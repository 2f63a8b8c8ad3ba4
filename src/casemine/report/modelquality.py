"""The quality of a discovered model, in words and as data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.model.words import counted
from casemine.report.document import Facts, Prose
from casemine.report.figures import DASH, count, of, share

if TYPE_CHECKING:
    from casemine.model.modelquality import ModelQuality
    from casemine.report.document import Block


def blocks(found: ModelQuality) -> tuple[Block, ...]:
    """Show the four dimensions, each with what it rests on."""
    fits = share(of(found.fitting_cases, found.aligned_cases))
    prefixes = f"{_measure(found.precision_prefixes)} over the {share(found.replayable)}"
    size = f"{counted(found.places, 'place')}, {counted(found.transitions, 'transition')}"
    size += f" ({count(found.silent)} silent), {counted(found.arcs, 'arc')}"
    pairs = (
        ("fitness", f"{_measure(found.fitness_traces)} mean of cases"),
        ("fitness, log", f"{_measure(found.fitness_log)} all cases together"),
        ("cases that fit", f"{count(found.fitting_cases)} of {count(found.aligned_cases)}, {fits}"),
        ("moves off model", count(found.cost)),
        ("precision", f"{_measure(found.precision)} of what aligned runs could do next"),
        ("precision, prefixes", f"{prefixes} of beginnings that replay"),
        ("generalisation", _measure(found.generalisation)),
        ("simplicity", f"{_measure(found.simplicity)} with {size}"),
    )
    facts = Facts(pairs, heading="Quality of the model")
    return (facts, Prose(found.notes)) if found.notes else (facts,)


def data(found: ModelQuality) -> dict[str, Any]:
    """Give everything that was measured, under the names of the value."""
    return {**asdict(found), "notes": list(found.notes)}


def _measure(value: float | None) -> str:
    """Write a measure; what isn't 1 never reads as 1, what isn't 0 never as 0.

    Examples
    --------
    >>> [_measure(value) for value in (1.0, 0.9999, 0.5128, 0.0001, None)]
    ['1.000', '>0.999', '0.513', '<0.001', '–']
    """
    if value is None:
        return DASH
    if 0.9995 <= value < 1:
        return ">0.999"
    return "<0.001" if 0 < value < 0.0005 else f"{value:.3f}"
