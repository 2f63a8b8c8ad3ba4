"""Optimal alignments by casemine, r4pm and pm4py on the same net and variants."""

from __future__ import annotations

import uuid
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants

UNIT = 10_000  # what pm4py counts for one visible deviation
COSTS = {"log_move_cost": 1, "model_move_cost": 1, "silent_move_cost": 0, "sync_move_cost": 0}


def to_pm4py(net: PetriNet):
    """Hand a net to pm4py: net, initial and final marking."""
    from pm4py.objects.petri_net.obj import Marking
    from pm4py.objects.petri_net.obj import PetriNet as TheirNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    theirs = TheirNet(net.name)
    nodes = {place: TheirNet.Place(place) for place in net.places}
    theirs.places.update(nodes.values())
    for transition in net.transitions:
        nodes[transition.id] = TheirNet.Transition(transition.id, transition.label)
        theirs.transitions.add(nodes[transition.id])
    for arc in net.arcs:
        add_arc_from_to(nodes[arc.source], nodes[arc.target], theirs, weight=arc.weight)
    return (
        theirs,
        Marking({nodes[place]: tokens for place, tokens in net.initial.items()}),
        Marking({nodes[place]: tokens for place, tokens in net.final.items()}),
    )


def to_r4pm(net: PetriNet) -> dict:
    """Hand a net to r4pm, whose ids are UUIDs."""
    ids = {name: str(uuid.uuid5(uuid.NAMESPACE_OID, name)) for name in net.places}
    ids |= {t.id: str(uuid.uuid5(uuid.NAMESPACE_OID, "t" + t.id)) for t in net.transitions}
    places = set(net.places)
    return {
        "places": {ids[name]: {"id": ids[name]} for name in net.places},
        "transitions": {ids[t.id]: {"id": ids[t.id], "label": t.label} for t in net.transitions},
        "arcs": [
            {
                "from_to": {
                    "type": "PlaceTransition" if arc.source in places else "TransitionPlace",
                    "nodes": [ids[arc.source], ids[arc.target]],
                },
                "weight": arc.weight,
            }
            for arc in net.arcs
        ],
        "initial_marking": {ids[place]: tokens for place, tokens in net.initial.items()},
        "final_markings": [{ids[place]: tokens for place, tokens in net.final.items()}],
    }


def projection_of(variants: Variants) -> str:
    """Give r4pm the variants, one case each; the work that is not timed."""
    import polars as pl
    import r4pm
    from r4pm import bindings

    lengths = np.diff(variants.offsets)
    case = np.repeat(np.arange(len(variants)), lengths)
    within = np.arange(len(case)) - np.repeat(variants.offsets[:-1], lengths)
    names = pa.array(variants.activities).take(pa.array(variants.codes))
    frame = pl.DataFrame(
        {
            "case:concept:name": pl.Series(case).cast(pl.String),
            "concept:name": pl.Series(names.to_pylist()),
            "time:timestamp": (pl.Series(within) * 1_000_000).cast(pl.Datetime("us", "UTC")),
        }
    )
    return bindings.log_to_activity_projection(r4pm.import_item_from_df("EventLog", frame))


def with_r4pm(net: dict, projection: str) -> list[dict]:
    """Align; every answer names its activities, for the order is r4pm's own."""
    from r4pm import bindings

    return bindings.align_variants(net, projection, {"cost_fn": COSTS})


def r4pm_costs(answers: list[dict], variants: Variants) -> np.ndarray:
    """Bring r4pm's answers into the order of the variants; -1 where there is none."""
    found = {}
    for answer in answers:
        result = answer["result"]
        cost = result.get("Ok", result).get("cost", -1)
        found[tuple(answer["activities"])] = cost
    return np.asarray([found[variants.trace(i)] for i in range(len(variants))])


def traces_of(variants: Variants, indices) -> list:
    """Make traces of pm4py of some variants; the work that is not timed."""
    from pm4py.objects.log.obj import Event, Trace

    return [Trace([Event({"concept:name": n}) for n in variants.trace(i)]) for i in indices]


def with_pm4py(net, traces: list, variant: str = "dijkstra_less_memory") -> np.ndarray:
    """Align one trace after the other; the costs in visible deviations."""
    from importlib import import_module

    module = import_module(f"pm4py.algo.conformance.alignments.petri_net.variants.{variant}")
    costs = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for trace in traces:
            found = module.apply(trace, *net)
            costs.append(-1 if found is None else int(found["cost"]) // UNIT)
    return np.asarray(costs)


def solver() -> str:
    """Name the solver of linear programs that pm4py's default search uses here."""
    from pm4py.util.lp import solver as lp

    return str(lp.DEFAULT_LP_SOLVER_VARIANT)
