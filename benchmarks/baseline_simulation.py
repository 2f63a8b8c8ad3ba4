"""How often `casemine check` cries wolf, and how often it sees what has got worse.

    python benchmarks/baseline_simulation.py               the tables of docs/baseline.md
    python benchmarks/baseline_simulation.py --pairs 200   a quick look
    python benchmarks/baseline_simulation.py --logs 40     with pairs of generated logs, too

A process is a set of findings, each with the share of cases that shows it; a sample of n cases
shows each finding independently. Two samples of one process make a pair: the first becomes the
baseline, the second is judged against it with the shipped settings. For the power, the share of
one finding is raised in the second sample. Everything is seeded.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.verdict.baseline import baseline_of, shrunk
from casemine.conform.verdict.judge import judge
from casemine.model.conformance import Conformance, Deviation
from casemine.model.proportion import Proportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.log import EventLog

# Shares as they are met: many rare findings, some common ones (the sample log has about as many).
PROCESS = tuple(
    [0.0005] * 20 + [0.002] * 12 + [0.005] * 8 + [0.01] * 8 + [0.02] * 6
    + [0.05] * 4 + [0.1] * 3 + [0.2, 0.35, 0.5]
)  # fmt: skip
SIZES = (200, 500, 1500, 10_000)
RAISED = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
SEED = 20260101


def sample(shares: Sequence[float], cases: int, rng: np.random.Generator) -> Conformance:
    """Draw what a log of so many cases of the process shows."""
    return _shown(rng.binomial(cases, np.asarray(shares)), cases, rng.binomial(cases, 0.7))


def _shown(counts: NDArray[np.int64], cases: int, fitting: int) -> Conformance:
    found = [
        Deviation(
            rule="CM001",
            element=f"step {number}",
            kind="skipped",
            level="error",
            message="",
            cases=Proportion(int(count), cases),
            events=int(count),
        )
        for number, count in enumerate(counts)
        if count
    ]
    return Conformance(
        flow="simulated",
        source="simulated.bpmn",
        cases=cases,
        open_cases=0,
        open_means="",
        fitting_cases=int(fitting),
        fitness=None,
        cost_total=0,
        not_aligned=0,
        cost_bounds=(0, 0),
        variants=0,
        fitting_variants=0,
        observability=(),
        untaken=(),
        deviations=tuple(found),
    )


def false_alarms(cases: int, pairs: int, *, seed: int = SEED) -> int:
    """Count the pairs of samples of one process of which the second fails the first's baseline."""
    rng = np.random.default_rng((seed, cases))
    failed = 0
    for _ in range(pairs):
        before = baseline_of(sample(PROCESS, cases, rng))
        failed += judge(sample(PROCESS, cases, rng), baseline=before).failed
    return failed


def alarms_of_a_ratchet(cases: int, chains: int, *, updates: int = 12, seed: int = SEED) -> int:
    """Count failures where the baseline is updated with every sample, such as once a month."""
    rng = np.random.default_rng((seed, cases, updates))
    failed = 0
    for _ in range(chains):
        before = baseline_of(sample(PROCESS, cases, rng))
        for _ in range(updates):
            found = sample(PROCESS, cases, rng)
            verdict = judge(found, baseline=before)
            failed += verdict.failed
            before = shrunk(before, found, verdict)
    return failed


def caught(start: float, rise: float, cases: int, pairs: int, *, seed: int = SEED) -> int:
    """Count the pairs in which the raised finding itself fails."""
    rng = np.random.default_rng((seed, cases, round(start * 1000), round(rise * 1000)))
    element = f"step {len(PROCESS)}"
    found = 0
    for _ in range(pairs):
        before = baseline_of(sample((*PROCESS, start), cases, rng))
        verdict = judge(sample((*PROCESS, start + rise), cases, rng), baseline=before)
        found += any(one.finding.element == element for one in verdict.failing)
    return found


def generated(
    pairs: int, cases: int, kinds: Sequence[str] | None = None, *, of: int = 1
) -> tuple[int, dict[str, int]]:
    """Judge pairs of generated logs: false alarms, and what is caught in worse ones.

    The second log of a pair has the same shares of planted deviations, then, for each kind, five
    points more of it; where a deviation is planted, and how, is drawn. With `of` above 1, a log is
    a random part of one so many times as large, so that the shares vary by chance as well.
    """
    from casemine.conform.checking import CheckOptions, check_log
    from casemine.conform.rules import shipped_rules
    from casemine.generate import DEFAULT_RATES, GenerateOptions, generate
    from casemine.read.flows import shipped_flow

    flow, rules = shipped_flow("yasm"), CheckOptions(rules=shipped_rules("yasm"))

    def look(seed: int, **more: float) -> Conformance:
        rates = {kind: share + more.get(kind, 0.0) for kind, share in DEFAULT_RATES.items()}
        log = generate(GenerateOptions(cases=cases * of, seed=seed, rates=rates)).log
        return check_log(_part(log, cases, seed), flow, options=rules)

    alarms = 0
    found = dict.fromkeys(kinds or DEFAULT_RATES, 0)
    for number in range(pairs):
        before = baseline_of(look(10_000 + number))
        alarms += judge(look(20_000 + number), baseline=before).failed
        for kind in found:
            worse = look(30_000 + number, **{kind: 0.05})
            found[kind] += judge(worse, baseline=before).failed
    return alarms, found


def _part(log: EventLog, cases: int, seed: int) -> EventLog:
    """Draw so many cases of a log."""
    case = log.codes().case
    kept = np.random.default_rng(seed).permutation(np.unique(case))[:cases]
    return replace(log, events=log.events.filter(np.isin(case, kept)))


def _printed(title: str, logs: int, found: tuple[int, dict[str, int]]) -> None:
    print(f"| {title} | runs that failed |\n| --- | ---: |")
    print(f"| the same shares | {found[0]} of {logs} |")
    for kind, failed in found[1].items():
        print(f"| five points more {kind} | {failed} of {logs} |")


def tables(pairs: int) -> str:
    """Write the tables as Markdown."""
    lines = [
        (
            f"| cases in each log | runs that failed, of {pairs:,} |"
            f" with an update after each of 12 runs, of {12 * (pairs // 12):,} |"
        ),
        "| ---: | ---: | ---: |",
    ]
    for cases in SIZES:
        alarms = false_alarms(cases, pairs)
        chained = alarms_of_a_ratchet(cases, pairs // 12)
        lines.append(
            f"| {cases:,} | {alarms} ({alarms / pairs:.2%}) | {chained} ({chained / pairs:.2%}) |"
        )
    few = max(1, pairs // 10)
    sizes = " | ".join(f"{cases:,} cases" for cases in SIZES)
    lines += ["", f"| share before | {sizes} |", "| ---: |" + " ---: |" * len(SIZES)]
    for start in RAISED:
        shares = (caught(start, 0.05, cases, few) / few for cases in SIZES)
        lines.append(f"| {start:.0%} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=5000)
    parser.add_argument("--logs", type=int, default=0, help="pairs of generated logs, slower")
    parser.add_argument("--cases", type=int, default=1500, help="cases of a generated log")
    given = parser.parse_args()
    print(tables(given.pairs))
    if given.logs:
        _printed("second log", given.logs, generated(given.logs, given.cases))
        print()
        found = generated(given.logs, given.cases, of=2)
        _printed("second random half", given.logs, found)


if __name__ == "__main__":
    main()
