"""The ILP miner in a process of its own, so that it can be stopped when it takes too long.

One integer program is solved per causal relation; each may take seconds, and a solver at work can't
be interrupted from inside. Seen on two slow cores: 27 activities and 116 variants 74 to 102 s; 14
and 226, 86 to 127 s; 9 and 2,080, more than 900 s.

Weights don't matter to this miner: pm4py itself keeps one trace per variant. But of places that
are equally good the solver takes one by the order of the traces, so what pm4py finds depends on the
order of the cases. Here the order is that of the variants, which no order of the source changes.

Run as a program, this module reads the traces as JSON on standard input and writes the net.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from casemine.discover.aggregates import frequencies, symbol_of, traces_of
from casemine.discover.canonical import canonical
from casemine.errors import InputError
from casemine.model.petri import Arc, PetriNet, Transition

if TYPE_CHECKING:
    from casemine.model.variants import Variants

LIMIT_S = 900.0
LARGEST = 20_000  # distinct prefixes: rows of the integer programs, whose matrices are dense


def discover_ilp(variants: Variants, *, limit_s: float = LIMIT_S) -> PetriNet:
    """Find the net of the ILP miner.

    Raises
    ------
    InputError
        More distinct beginnings of traces than `LARGEST`, or no result within `limit_s` seconds.
    """
    mend = "keep fewer variants or activities, or choose --miner inductive"
    size = f"{len(variants.activities):,} activities, {len(variants):,} variants"
    traces = [[int(symbol) for symbol in trace] for trace in traces_of(variants)]
    if len({tuple(t[:n]) for t in traces for n in range(1, len(t) + 1)}) > LARGEST:
        raise InputError(f"the log is too large for the ilp miner ({size})", mend=mend)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "casemine.discover.ilp"],
            input=json.dumps(traces),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=limit_s,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"},
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            f"the ilp miner found no model within {limit_s:g} s ({size})", mend=mend
        ) from None
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise InputError(f"the ilp miner failed: {reason}", mend=mend)
    return _net(json.loads(done.stdout), variants)


def _net(found: dict[str, Any], variants: Variants) -> PetriNet:
    """Give the transitions their names back."""
    transitions = tuple(
        Transition(id_, None if code is None else variants.activities[code])
        for id_, code in found["transitions"]
    )
    labels = {transition.label for transition in transitions}
    return canonical(
        PetriNet(
            places=tuple(found["places"]),
            transitions=transitions,
            arcs=tuple(Arc(source, target, weight) for source, target, weight in found["arcs"]),
            initial=found["initial"],
            final=found["final"],
            frequency={name: n for name, n in frequencies(variants).items() if name in labels},
        )
    )


def _mine(traces: list[list[int]]) -> dict[str, Any]:
    """Run pm4py's miner; transitions come back with the index of their activity."""
    from pm4py.algo.discovery.ilp.variants import classic
    from pm4py.objects.log.obj import Event, EventLog, Trace

    log = EventLog(
        [Trace([Event({"concept:name": symbol_of(code)}) for code in trace]) for trace in traces]
    )
    net, initial, final = classic.apply(log, {classic.Parameters.SHOW_PROGRESS_BAR: False})
    ids = {id(place): f"p{i}" for i, place in enumerate(net.places)}
    ids |= {id(transition): f"t{i}" for i, transition in enumerate(net.transitions)}
    return {
        "places": [ids[id(place)] for place in net.places],
        "transitions": [
            [ids[id(t)], None if t.label is None else int(t.label)] for t in net.transitions
        ],
        "arcs": [[ids[id(a.source)], ids[id(a.target)], a.weight] for a in net.arcs],
        "initial": {ids[id(place)]: tokens for place, tokens in initial.items()},
        "final": {ids[id(place)]: tokens for place, tokens in final.items()},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_mine(json.load(sys.stdin))))
