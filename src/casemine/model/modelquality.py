"""How good a model of a log is: fitness, precision, generalisation, simplicity."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelQuality:
    """The four dimensions, each from 0 to 1 and better the higher; None where not found.

    Every measure is defined in `casemine.conform.quality`, with its source.
    """

    cases: int
    aligned_cases: int  # the rest has variants that exceeded their budget, and counts nowhere
    fitting_cases: int  # cost 0
    cost: int  # of all aligned cases: events without a step, and steps without an event
    fitness_traces: float | None  # mean over aligned cases
    fitness_log: float | None  # one share over all aligned cases together
    precision: float | None  # over the aligned runs
    precision_prefixes: float | None  # over the beginnings of traces that the net can replay
    replayable: float | None  # share of beginnings that the net can replay, by cases
    generalisation: float | None
    simplicity: float
    places: int
    transitions: int
    silent: int
    arcs: int
    engine: str = ""  # of the alignments
    notes: tuple[str, ...] = ()  # why something was not found
