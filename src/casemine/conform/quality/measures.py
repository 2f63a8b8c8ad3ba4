"""Quality of a model against a log, in the four dimensions that the literature agrees on.

J.C.A.M. Buijs, B.F. van Dongen, W.M.P. van der Aalst, "Quality dimensions in process discovery: the
importance of fitness, precision, generalization and simplicity", International Journal of
Cooperative Information Systems 23 (2014), 1440001.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align import align
from casemine.conform.quality.playing import TooManyMarkingsError
from casemine.conform.quality.precision import prefix_precision, run_precision
from casemine.model.modelquality import ModelQuality
from casemine.model.words import counted

if TYPE_CHECKING:
    from casemine.conform.align import Budget
    from casemine.model.alignment import Alignments
    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants


def quality(
    net: PetriNet, variants: Variants, *, budget: Budget | None = None, limit: int = 50_000
) -> ModelQuality:
    """Measure how well a net describes a log.

    Parameters
    ----------
    net : PetriNet
        With a final marking that it can reach.
    variants : Variants
        Of complete cases.
    budget : Budget, optional
        Of the alignments.
    limit : int
        Markings that may be met when precision is measured.

    Returns
    -------
    ModelQuality
        What could not be measured is None, and `notes` say why.

    Raises
    ------
    InputError
        A net without a final marking, or one that can't reach it.

    Notes
    -----
    *Fitness*, of a trace: 1 - cost / (events + visible steps of the shortest run), the cost of an
    optimal alignment against that of the worst sensible one; `fitness_traces` is its mean over
    cases, `fitness_log` sums costs and worst costs first, so that long cases weigh more
    (W.M.P. van der Aalst and others, WIREs Data Mining and Knowledge Discovery 2 (2012), 182-192).
    0 / 0 counts as 1.

    *Precision*: see `run_precision`, over one optimal alignment of each variant; and
    `prefix_precision` for comparison with pm4py.

    *Generalisation*: 1 - the mean over all transitions of 1 / sqrt(times fired in the aligned
    runs), 1 for those that never fire. Defined by Buijs and others for nodes of process trees,
    here for transitions, silent ones included. It falls with parts that few cases support.

    *Simplicity*: 1 / (1 + max(d - 2, 0)) where d is the mean number of arcs at a place or
    transition; 2 is the degree of a sequence. F.R. Blum, "Metrics in process discovery", technical
    report TR/DCC-2015-6, University of Chile (2015).

    Examples
    --------
    >>> from casemine.log.traces import group_cases
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "a"), Arc("a", "p"), Arc("p", "b"), Arc("b", "o"))
    >>> steps = (Transition("a", "A"), Transition("b", "B"))
    >>> net = PetriNet(("i", "p", "o"), steps, arcs, {"i": 1}, {"o": 1})
    >>> log = group_cases(np.array([0, 1], np.int32), np.array([0, 2]), ("A", "B"))
    >>> found = quality(net, log.variants)
    >>> found.fitness_log, found.precision, found.generalisation, found.simplicity
    (1.0, 1.0, 0.0, 1.0)
    """
    alignments = align(net, variants, budget=budget)
    counts = np.where(alignments.aligned, variants.counts, 0)
    costs = np.where(alignments.aligned, alignments.costs, 0).astype(np.int64)
    worst = np.diff(variants.offsets) + alignments.shortest_run
    trace = 1 - costs / np.maximum(worst, 1)
    aligned = int(counts.sum())
    notes = []
    if aligned < variants.cases:
        left = counted(variants.cases - aligned, "case")
        notes.append(f"{left} could not be aligned within the budget and count nowhere")
    precision, by_prefixes, replayable = _precision(net, variants, alignments, notes, limit)
    silent = sum(transition.label is None for transition in net.transitions)
    all_worst = int((worst * counts).sum())
    return ModelQuality(
        cases=variants.cases,
        aligned_cases=aligned,
        fitting_cases=int(counts[costs == 0].sum()),
        cost=int((costs * counts).sum()),
        fitness_traces=float((trace * counts).sum() / aligned) if aligned else None,
        fitness_log=(1 - int((costs * counts).sum()) / all_worst if all_worst else 1.0)
        if aligned
        else None,
        precision=precision,
        precision_prefixes=by_prefixes,
        replayable=replayable,
        generalisation=_generalisation(net, alignments, counts) if aligned else None,
        simplicity=simplicity(net),
        places=len(net.places),
        transitions=len(net.transitions),
        silent=silent,
        arcs=len(net.arcs),
        engine=alignments.engine,
        notes=tuple(notes),
    )


def simplicity(net: PetriNet) -> float:
    """Measure simplicity by arc degree; a net without nodes is as simple as can be.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> fork = (Arc("i", "a"), Arc("a", "p"), Arc("a", "q"), Arc("p", "b"), Arc("q", "b"))
    >>> steps = (Transition("a", "A"), Transition("b", "B"))
    >>> round(simplicity(PetriNet(("i", "p", "q"), steps, fork, {"i": 1})), 4)
    1.0
    """
    nodes = len(net.places) + len(net.transitions)
    degree = 2 * len(net.arcs) / nodes if nodes else 0.0
    return 1 / (1 + max(degree - 2, 0.0))


def _generalisation(net: PetriNet, alignments: Alignments, counts: np.ndarray) -> float | None:
    if not net.transitions:
        return None
    moves = alignments.transitions
    weights = np.repeat(counts, np.diff(alignments.offsets))
    fired = np.bincount(
        moves[moves >= 0], weights=weights[moves >= 0], minlength=len(net.transitions)
    )
    return float(1 - np.mean(1 / np.sqrt(np.maximum(fired, 1))))


def _precision(
    net: PetriNet, variants: Variants, alignments: Alignments, notes: list[str], limit: int
) -> tuple[float | None, float | None, float | None]:
    too_many = f"would need more than {limit:,} markings of the net and was not measured"
    precision = by_prefixes = replayable = None
    try:
        precision = run_precision(net, _runs(net, variants, alignments), limit=limit)
    except TooManyMarkingsError:
        notes.append(f"precision {too_many}")
    try:
        by_prefixes, replayable = prefix_precision(net, dict(variants), limit=limit)
    except TooManyMarkingsError:
        notes.append(f"precision over beginnings of traces {too_many}")
    return precision, by_prefixes, replayable


def _runs(net: PetriNet, variants: Variants, alignments: Alignments) -> Counter[tuple[str, ...]]:
    """Read the visible steps of each variant's aligned run; variants may share one."""
    labels = [transition.label for transition in net.transitions]
    runs: Counter[tuple[str, ...]] = Counter()
    for variant in np.flatnonzero(alignments.aligned).tolist():
        part = slice(alignments.offsets[variant], alignments.offsets[variant + 1])
        steps = alignments.transitions[part].tolist()
        run = tuple(label for one in steps if one >= 0 and (label := labels[one]) is not None)
        runs[run] += int(variants.counts[variant])
    return runs
