"""Nets and noisy variants for the benchmark of alignments, seeded: the same in every run."""

from __future__ import annotations

import random

import numpy as np

from casemine.generate.flow import FINAL, INITIAL, LABELS, STEPS, enabled, fire
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.variants import Variants

RARE = {"U1", "U2", "U3", "U4", "A90", "A72", "A40"}  # taken a tenth as often as other steps
LONGEST = 64
COLUMNS = {  # of public logs that don't say it themselves
    "uci_incident_event_log.csv.gz": {
        "case": "number",
        "activity": "incident_state",
        "time": "sys_updated_at",
    }
}


def incident_net() -> PetriNet:
    """Give the designed flow that logs are generated from, as a net."""
    places = sorted(set().union(*(step.takes | step.gives for step in STEPS)))
    ids = {step: f"t{index}" for index, step in enumerate(STEPS)}
    return PetriNet(
        tuple(places),
        tuple(Transition(ids[s], None if s.silent else LABELS[s.element]) for s in STEPS),
        tuple(
            arc
            for step in STEPS
            for arc in (
                *(Arc(place, ids[step]) for place in sorted(step.takes)),
                *(Arc(ids[step], place) for place in sorted(step.gives)),
            )
        ),
        dict.fromkeys(sorted(INITIAL), 1),
        dict.fromkeys(sorted(FINAL), 1),
    )


def incident_variants(count: int, seed: int = 1) -> Variants:
    """Play out the flow with noise until there are so many different traces."""
    chance, found = random.Random(seed), {}  # noqa: S311 - not for secrets
    names = sorted({*LABELS.values(), "Something else"})
    code = {name: index for index, name in enumerate(names)}
    while len(found) < count:
        run = _run(chance)
        if run is not None:
            trace = noisy([code[LABELS[element]] for element in run], len(names), chance)
            found[tuple(trace)] = None
            found.pop((), None)  # a table of events has no empty case
    return variants_of_codes(list(found), names)


def _run(chance: random.Random) -> list[str] | None:
    """Walk at random from start to end; None where it takes too long."""
    marking, run = INITIAL, []
    while marking != FINAL:
        steps = enabled(marking)
        weights = [1 if step.element in RARE else 10 for step in steps]
        step = chance.choices(steps, weights)[0]
        marking = fire(marking, step)
        if not step.silent:
            run.append(step.element)
        if len(run) >= LONGEST:
            return None
    return run


def noisy(trace: list[int], names: int, chance: random.Random) -> list[int]:
    """Skip, swap, insert or double some events: none with chance 0.6, one more each 0.4."""
    while chance.random() < 0.4 and trace:
        at = chance.randrange(len(trace))
        match chance.randrange(4):
            case 0:
                del trace[at]
            case 1 if at + 1 < len(trace):
                trace[at], trace[at + 1] = trace[at + 1], trace[at]
            case 2:
                trace.insert(at, chance.randrange(names))
            case _:
                trace.insert(at, trace[at])
    return trace


def branches_net(branches: int, tasks: int) -> PetriNet:
    """Give a net of parallel branches; every second task may be left out."""
    places, steps, arcs = ["i", "o"], [Transition("split", "Start"), Transition("join", "End")], []
    arcs += [Arc("i", "split"), Arc("join", "o")]
    for branch in range(branches):
        line = [f"{branch}.{task}" for task in range(tasks + 1)]
        places += line
        arcs += [Arc("split", line[0]), Arc(line[-1], "join")]
        for task in range(tasks):
            names = [f"{branch}.{task}"] + ([None] if task % 2 else [])
            for name in names:
                step = Transition(f"t{branch}.{task}{'' if name else '-'}", name and f"T{name}")
                steps.append(step)
                arcs += [Arc(line[task], step.id), Arc(step.id, line[task + 1])]
    return PetriNet(tuple(places), tuple(steps), tuple(arcs), {"i": 1}, {"o": 1})


def branches_variants(branches: int, tasks: int, count: int, seed: int = 1) -> Variants:
    """Play the branches out with noise: so many traces, all different."""
    chance, found = random.Random(seed), {}  # noqa: S311 - not for secrets
    labels = [f"T{b}.{t}" for b in range(branches) for t in range(tasks)]
    names = sorted({"Start", "End", "Something else", *labels})
    code = {name: index for index, name in enumerate(names)}
    while len(found) < count:
        left = [
            [t for t in range(tasks) if not t % 2 or chance.random() < 0.5] for _ in range(branches)
        ]
        order = [branch for branch, rest in enumerate(left) for _ in rest]
        chance.shuffle(order)
        middle = [code[f"T{branch}.{left[branch].pop(0)}"] for branch in order]
        trace = [code["Start"], *middle, code["End"]]
        found[tuple(noisy(trace, len(names), chance))] = None
    return variants_of_codes(list(found), names)


def variants_of_codes(traces: list[tuple[int, ...]], names: list[str]) -> Variants:
    """Lay traces out in columns, one case each."""
    offsets = np.cumsum([0, *map(len, traces)]).astype(np.int64)
    codes = np.fromiter((code for trace in traces for code in trace), np.int32, offsets[-1])
    return Variants(tuple(names), codes, offsets, np.ones(len(traces), np.int64), None, None)
