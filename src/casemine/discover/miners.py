"""Process trees and Petri nets from the variants of a log, by pm4py's miners.

The results are those of pm4py on the full log. Inductive miner: S.J.J. Leemans, "Robust process
mining with guarantees", thesis, Eindhoven 2017. Heuristics miner: A.J.M.M. Weijters and others,
BETA working paper 166, Eindhoven 2006. Alpha miner: W.M.P. van der Aalst and others, IEEE TKDE 16
(2004), 1128-1142. ILP miner: S.J. van Zelst and others, Computing 100 (2018), 529-556.
"""

from __future__ import annotations

import warnings
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, get_args

from casemine.discover.aggregates import aggregate, frequencies, traces_of
from casemine.discover.convert import net_from_pm4py, net_from_tree, tree_from_pm4py
from casemine.errors import InputError, UsageError
from casemine.model.bpmn import BpmnModel, NodeKind
from casemine.model.petri import PetriNet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.model.tree import ProcessTree
    from casemine.model.variants import Variants

Miner = Literal["inductive", "heuristics", "alpha", "ilp"]
MINERS: tuple[Miner, ...] = get_args(Miner)
DEPENDENCY = 0.5  # pm4py's default, as are the two below
AND_MEASURE, LOOP_OF_TWO = 0.65, 0.5


def discover_tree(
    variants: Variants, *, miner: Miner = "inductive", noise: float = 0.0
) -> ProcessTree:
    """Find a process tree: blocks of sequence, choice, concurrency and loop.

    Parameters
    ----------
    variants : Variants
        At least one trace with at least one event.
    miner : str
        Only the inductive miner makes trees.
    noise : float
        0 to 1. At 0 the tree allows every trace; above, steps rarer than this share of the
        strongest step out of the same activity are ignored (the "infrequent" variant, IMf).

    Raises
    ------
    UsageError
        Another miner, or noise outside 0 to 1.
    InputError
        No events; or a tree nested too deeply to be built.
    """
    _check(variants, miner, noise=noise)
    if miner != "inductive":
        raise UsageError(
            f"the {miner} miner makes no process tree",
            mend="choose --miner inductive, or --as petri",
        )
    from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL
    from pm4py.algo.discovery.inductive.variants.im import IMUVCL
    from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL
    from pm4py.objects.process_tree.utils.generic import fold

    # pm4py's own entry point converts a Counter as if it were a log, so its miners are called here.
    parameters = {"noise_threshold": noise, "multiprocessing": False}
    algorithm = (IMFUVCL if noise > 0 else IMUVCL)(parameters)
    with _quiet(), _bounded(variants):
        traces = IMDataStructureUVCL(Counter(traces_of(variants)))
        tree = fold(algorithm.apply(traces, parameters))
        return tree_from_pm4py(
            tree, activities=variants.activities, frequency=frequencies(variants)
        )


def discover_petri(
    variants: Variants,
    *,
    miner: Miner = "inductive",
    noise: float = 0.0,
    dependency: float | None = None,
    limit_s: float | None = None,
) -> PetriNet:
    """Find a Petri net.

    Parameters
    ----------
    variants : Variants
        At least one trace with at least one event.
    miner : str
        `inductive`: always sound, allows every trace at noise 0. `heuristics`: keeps what is
        dependable, leaves rare behaviour out, not always sound; activities without a dependable
        neighbour are not in the net. `alpha`: the textbook miner; loops of one or two steps
        escape it. `ilp`: allows every trace, tight, and may take minutes.
    noise : float
        For the inductive miner, see `discover_tree`.
    dependency : float, optional
        For the heuristics miner: how dependable a step must be, from -1 to 1; 0.5 if not given.
    limit_s : float, optional
        For the ILP miner: seconds before it is given up; 900 if not given.

    Returns
    -------
    PetriNet
        Ids p1, p2, … and t1, t2, … in the order of the flow; the same for the same variants, in
        whatever order they come. `frequency` holds the events of each label.

    Raises
    ------
    UsageError
        An option that the miner doesn't have, or one outside its range.
    InputError
        No events, or a log that is too much for the miner.
    """
    _check(variants, miner, noise=noise, dependency=dependency, limit_s=limit_s)
    match miner:
        case "inductive":
            tree = discover_tree(variants, noise=noise)
            with _quiet(), _bounded(variants):
                return net_from_tree(tree, frequency=frequencies(variants))
        case "heuristics":
            return _heuristics(variants, DEPENDENCY if dependency is None else dependency)
        case "alpha":
            return _alpha(variants)
        case "ilp":
            from casemine.discover.ilp import LIMIT_S, discover_ilp

            return discover_ilp(variants, limit_s=LIMIT_S if limit_s is None else limit_s)


def unmodelled(model: PetriNet | BpmnModel | ProcessTree, variants: Variants) -> tuple[str, ...]:
    """Activities of the log that a model lacks, by name: the heuristics miner leaves some out."""
    labels = set(_labels(model))
    return tuple(name for name in sorted(frequencies(variants)) if name not in labels)


def _labels(model: PetriNet | BpmnModel | ProcessTree) -> Iterator[str | None]:
    if isinstance(model, PetriNet):
        yield from (transition.label for transition in model.transitions)
    elif isinstance(model, BpmnModel):
        yield from (node.name for node in model.nodes if node.kind is NodeKind.TASK)
    else:
        yield model.label
        for child in model.children:
            yield from _labels(child)


def _heuristics(variants: Variants, dependency: float) -> PetriNet:
    from pm4py.algo.discovery.heuristics.variants import classic
    from pm4py.objects.conversion.heuristics_net import converter

    counts = aggregate(variants)
    with _quiet():
        # Without the pairs at distance two and the triples pm4py finds no loops of two steps, and
        # so another net than on the full log.
        heuristics_net = classic.apply_heu_dfg(
            counts.follows,
            activities=list(counts.events),
            activities_occurrences=counts.events,
            start_activities=counts.starts,
            end_activities=counts.ends,
            dfg_window_2=counts.follows_second,
            freq_triples=counts.triples,
            parameters={
                classic.Parameters.DEPENDENCY_THRESH: dependency,
                classic.Parameters.AND_MEASURE_THRESH: AND_MEASURE,
                classic.Parameters.LOOP_LENGTH_TWO_THRESH: LOOP_OF_TWO,
            },
        )
        net = converter.apply(heuristics_net)
    return net_from_pm4py(*net, activities=variants.activities, frequency=frequencies(variants))


def _alpha(variants: Variants) -> PetriNet:
    from pm4py.algo.discovery.alpha.variants import classic

    counts = aggregate(variants)
    with _quiet():
        net = classic.apply_dfg_sa_ea(counts.follows, counts.starts, counts.ends)
    return net_from_pm4py(*net, activities=variants.activities, frequency=frequencies(variants))


def _check(
    variants: Variants,
    miner: str,
    *,
    noise: float,
    dependency: float | None = None,
    limit_s: float | None = None,
) -> None:
    if miner not in MINERS:
        raise UsageError(f"there is no miner {miner!r}", mend=f"choose one of {', '.join(MINERS)}")
    if not 0 <= noise <= 1:
        raise UsageError(f"noise is a share from 0 to 1, not {noise:g}")
    if noise and miner != "inductive":
        raise UsageError(
            f"noise works with the inductive miner, not with {miner}",
            mend="leave --noise out"
            + (", or raise --dependency instead" if miner == "heuristics" else ""),
        )
    if dependency is not None and miner != "heuristics":
        raise UsageError(
            f"a dependency threshold works with the heuristics miner, not with {miner}",
            mend="leave --dependency out",
        )
    if dependency is not None and not -1 <= dependency <= 1:
        raise UsageError(f"a dependency threshold is from -1 to 1, not {dependency:g}")
    if limit_s is not None and miner != "ilp":
        raise UsageError(f"a time limit works with the ilp miner, not with {miner}")
    if not len(variants.codes):
        raise InputError("there are no events, so no model can be found")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pm4py's warnings about its own inner workings to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _bounded(variants: Variants) -> Iterator[None]:
    """Turn Python's limit on nesting into an error that says what to do."""
    try:
        yield
    except RecursionError:
        raise InputError(
            "the traces are too irregular for the inductive miner: its tree is nested too deeply "
            f"({len(variants.activities):,} activities, {len(variants):,} variants)",
            mend="keep fewer activities or variants, or choose --miner heuristics",
        ) from None
