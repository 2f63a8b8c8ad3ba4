"""Play-out: one run of the designed flow per case, by a token game with weights.

Every trace is a run by construction. What makes some runs likelier than others stands in one
table: for each transition its weight in each kind of record, how the weight fades each time it
has fired in the case, and which transitions open or bar it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from casemine.generate.flow import FINAL, INITIAL, STEPS, Marking, Step, enabled, fire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROFILES = ("simple", "hard", "request", "critical")
VISIBLE = tuple(dict.fromkeys(step.name for step in STEPS if not step.silent))
STRAY = tuple(f"X0{n}" for n in range(1, 6))  # only ever planted
NAMES = (*VISIBLE, *STRAY)  # an event's kind is an index into these
ELEMENTS = tuple(name.partition("@")[0] for name in NAMES)
TIMED_OUT = 64  # added to a kind: a timer ran out before this event

# transition, weights by profile, fading, opened by, barred by
_WEIGHTS = """
A10@p2        93  96   4  46   1
request@p2     4   1  94   0   1
A40@p2         0   0   0  52   1
A90@p2         3   3   2   2   1
A12@pL1       84  28  46  30   1
A13@pL1       10  66  30  64   1
W1@pL1         5   4   6   0   0.2
A40@pL1        0   0.4 0   4   1
A90@pL1        1   1   1   0   1
W2@pL1w        9   9   9   9   1
t2@pL1w        1   1   1   1   1
A20@pH        30  30  30  30   1
A22@pL2       80  74  76  72   1
A21@pL2        8  16   8  16   0.3
A23@pL2        4   8   4   5   0.3
W1@pL2         5   4   5   0   0.2
A40@pL2        0   0.6 0   4   1
A90@pL2        1   1   1   0   1
W2@pL2w        9   9   9   9   1
t2@pL2w        1   1   1   1   1
A21@pMI       30  30  30  30   0.3
A41@pMI       40  40  40  40   1
A60@pRI       68  68  68  80   1
t1@pRI        28  28  28  16   1     -    A40
A61@pRI>pL1    2   2   2   2   0.2   -    A13,A40
A61@pRI>pL2    3   3   3   3   0.2   A13  A40
A83@pRQ       50  50  50  50   1
A81@pRQ       16  16  26  16   0
A82@pRQ       16  16  34  16   0
W1@pRQ         4   4   4   0   0.3
incident@pRQ   0   0   2   0   0     -    A82
A90@pRQ        2   2   2   2   1
W2@pRQw        9   9   9   9   1
t2@pRQw        1   1   1   1   1
A60@pRF       55  55  55  55   1
t1@pRF        43  43  43  43   1
A61@pRF        2   2   2   2   0
A70@c1        93  93  93  93   1
A71@c2         7   7   7   7   1
A72@pK         2   3   2   3   0.1
A73@pK         5  18   1  50   1
nothingnew@pK 88  74  95  46   1
U1@pL1         1   2   1  20   0.1
U1@pH          1   3   1  20   0.1
U1@pL2         2   5   2  30   0.3
U1@pMI        90  90  90  90   0.1
U2@pL2         0.5 2   0   9   0
U2@pMI        30  30  30  30   0
U3@pL2         0.5 3   0   6   0
U4@pL1         0.5 1   0   0   0
U4@pL2         0   1   0   0   0
"""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A transition that can fire at a marking, and where it leads."""

    number: int  # of the transition, for counting
    kind: int  # of the event, -1 when silent
    timer: bool
    weights: tuple[float, ...]  # by profile
    fade: float
    opened_by: frozenset[int]
    barred_by: frozenset[int]
    after: int  # number of the next marking


def play_out(profiles: Iterable[int], draws: Iterator[float]) -> list[tuple[int, ...]]:
    """Play one run for each case.

    Parameters
    ----------
    profiles : iterable of int
        One index into `PROFILES` per case.
    draws : iterator of float
        Uniform numbers from 0 to 1, as many as are asked for.

    Returns
    -------
    list of tuple of int
        One trace per case: indices into `NAMES`, plus `TIMED_OUT` where a timer ran out first.
    """
    net, final = _choices()
    return [_run(net, final, profile, draws) for profile in profiles]


def _run(
    net: list[tuple[_Choice, ...]], final: int, profile: int, draws: Iterator[float]
) -> tuple[int, ...]:
    trace: list[int] = []
    fired: dict[int, int] = {}
    here, waited = 0, 0
    while here != final:
        choices = net[here]
        choice = choices[0]
        if len(choices) > 1:
            weights = [_weight(one, profile, fired) for one in choices]
            left = next(draws) * sum(weights)
            for choice, weight in zip(choices, weights, strict=True):  # noqa: B007
                left -= weight
                if left < 0:
                    break
        fired[choice.number] = fired.get(choice.number, 0) + 1
        if choice.timer:
            waited = TIMED_OUT
        elif choice.kind >= 0:
            trace.append(choice.kind + waited)
            waited = 0
        here = choice.after
    return tuple(trace)


def _weight(choice: _Choice, profile: int, fired: dict[int, int]) -> float:
    if not choice.barred_by.isdisjoint(fired):
        return 0.0
    if choice.opened_by and choice.opened_by.isdisjoint(fired):
        return 0.0
    return choice.weights[profile] * float(choice.fade ** fired.get(choice.number, 0))


@cache
def _choices() -> tuple[list[tuple[_Choice, ...]], int]:
    """Unfold the net into numbered markings, each with what can be chosen there."""
    table = dict(_parse_weights())
    numbers: dict[Marking, int] = {INITIAL: 0}
    fresh, net = [INITIAL], []
    while fresh:
        marking = fresh.pop(0)
        choices = []
        for step in enabled(marking):
            place = min(marking - {"act"}, default="")
            row = _row(step, place, table)
            if row is None and (len(enabled(marking)) > 1 and "act" in step.takes & step.gives):
                continue  # a floating activity that play-out never shows at this point
            after = fire(marking, step)
            if after not in numbers:
                numbers[after] = len(numbers)
                fresh.append(after)
            weights, fade, opened_by, barred_by = row or _SURE
            choices.append(
                _Choice(
                    number=STEPS.index(step),
                    kind=-1 if step.silent else NAMES.index(step.name),
                    timer=step.element in {"t1", "t2"},
                    weights=weights,
                    fade=fade,
                    opened_by=opened_by,
                    barred_by=barred_by,
                    after=numbers[after],
                )
            )
        net.append(tuple(choices))
    return net, numbers[FINAL]


_Row = tuple[tuple[float, ...], float, frozenset[int], frozenset[int]]
_SURE: _Row = ((1.0,) * len(PROFILES), 1.0, frozenset(), frozenset())


def _row(step: Step, place: str, table: dict[str, _Row]) -> _Row | None:
    """Find the weights of a transition; floating ones have them per place of the case."""
    if "act" in step.takes & step.gives:
        return table.get(f"{step.element}@{place}")
    return table.get(step.name) or table.get(f"{step.name}>{min(step.gives)}")


def _parse_weights() -> Iterator[tuple[str, _Row]]:
    for line in _WEIGHTS.strip().splitlines():
        name, *numbers = line.split()
        weights = tuple(map(float, numbers[: len(PROFILES)]))
        fade, *guards = numbers[len(PROFILES) :]
        opened_by, barred_by = guards or ("-", "-")
        yield name, (weights, float(fade), _numbers(opened_by), _numbers(barred_by))


def _numbers(elements: str) -> frozenset[int]:
    wanted = set(elements.split(","))
    return frozenset(n for n, step in enumerate(STEPS) if step.element in wanted)
