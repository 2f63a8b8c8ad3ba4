"""Planted deviations: small edits of a trace that no run of the designed flow can explain.

An edit is taken only if replay proves that the trace stops being the beginning of a run, so the
truth that is written about it is true. A trace with several edits has them well apart, and each
would break the trace alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casemine.generate.flow import LABELS, first_misfit
from casemine.generate.playout import ELEMENTS, NAMES, STRAY, TIMED_OUT
from casemine.generate.targets import HAND_OVER, RESOLVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from casemine.generate.options import GenerateOptions
    from casemine.generate.truth import Kind

Trace = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `removed` events of a trace from position `at` on by `added`.

    Positions in `shows` and `by` are those of the edited trace: the events that show the
    deviation, and the one by which a replay must have noticed it.
    """

    kind: Kind
    at: int
    removed: int
    added: Trace
    shows: tuple[int, ...]
    element: str
    expected: str
    by: int = 0

    def moved(self, shift: int) -> Edit:
        """Follow an edit that was made before this one in the same trace."""
        shows = tuple(position + shift for position in self.shows)
        return replace(self, at=self.at + shift, shows=shows, by=self.by + shift)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planted where: traces after the edits, the edits by case, and the late cases."""

    traces: list[Trace]
    edits: dict[int, tuple[Edit, ...]]
    late: frozenset[tuple[int, str]]  # case, and `hand-over` or `resolution`


def plan_deviations(
    traces: Sequence[Trace], options: GenerateOptions, draws: Iterator[float]
) -> Plan:
    """Choose cases for each kind of deviation, and edit their traces.

    Each kind gets its share of all cases as long as there are cases that have a place for it.
    """
    edits: dict[int, tuple[Edit, ...]] = {}
    late: set[tuple[int, str]] = set()
    taken: set[int] = set()
    for kind, rate in sorted(options.rates.items(), key=lambda item: _ORDER.index(item[0])):
        missing = round(rate * len(traces))
        for case in _shuffled(len(traces), draws) if missing else ():
            if not options.mix and case in taken:
                continue
            if kind == "late":
                what = _late_place(apply(traces[case], edits.get(case, ())), draws)
                planted = what is not None
                if what is not None:
                    late.add((case, what))
            else:
                planted = _add_edit(edits, case, traces[case], kind, draws)
            if planted:
                taken.add(case)
                missing -= 1
            if not missing:
                break
    edited = list(traces)
    for case, those in edits.items():
        edited[case] = apply(traces[case], those)
    return Plan(edited, edits, frozenset(late))


def apply(trace: Trace, edits: Sequence[Edit]) -> Trace:
    """Make edits that stand in order of position; each counts positions after those before it."""
    for edit in edits:
        trace = (*trace[: edit.at], *edit.added, *trace[edit.at + edit.removed :])
    return trace


def misfit(trace: Trace) -> int | None:
    """Find the first event that the flow does not allow."""
    return first_misfit(_element(kind) for kind in trace)


def _add_edit(
    edits: dict[int, tuple[Edit, ...]],
    case: int,
    trace: Trace,
    kind: Kind,
    draws: Iterator[float],
) -> bool:
    """Try a few places for one more edit of a case."""
    known = edits.get(case, ())
    if any(edit.kind == kind for edit in known):
        return False
    for _ in range(4):
        edit = _PROPOSALS[kind](trace, draws)
        noticed = None if edit is None else misfit(apply(trace, (edit,)))
        if edit is None or noticed is None:
            continue
        together = _merged(known, replace(edit, by=max(noticed, *edit.shows)))
        if together is not None and misfit(apply(trace, together)) is not None:
            edits[case] = together
            return True
    return False


def _merged(known: Sequence[Edit], fresh: Edit) -> tuple[Edit, ...] | None:
    """Put an edit of the clean trace among others; None if they would touch each other."""
    shift, merged, placed = 0, [], False
    for edit in known:
        begin = edit.at - shift  # where it stands in the clean trace
        if begin + edit.removed + 2 > fresh.at and fresh.at + fresh.removed + 2 > begin:
            return None
        if begin > fresh.at and not placed:
            merged.append(fresh.moved(shift))
            placed = True
        merged.append(edit.moved(len(fresh.added) - fresh.removed) if placed else edit)
        shift += len(edit.added) - edit.removed
    if not placed:
        merged.append(fresh.moved(shift))
    return tuple(merged)


def _skip(trace: Trace, draws: Iterator[float]) -> Edit | None:
    """Leave out an event that others follow."""
    if len(trace) < 3:
        return None
    at = 1 + int(next(draws) * (len(trace) - 2))
    before, gone, after = (_label(trace[at + step]) for step in (-1, 0, 1))
    expected = f"'{gone}' between '{before}' and '{after}'"
    return Edit("skipped", at, 1, (), (at - 1, at), _element(trace[at]), expected)


def _insert(trace: Trace, draws: Iterator[float]) -> Edit | None:
    """Add an event of an activity that the flow lacks, or has elsewhere."""
    strays = [NAMES.index(name) for name in ("X04", "X05")]
    known = [k for k, name in enumerate(NAMES) if ELEMENTS[k] in _MISPLACED and name not in STRAY]
    pool = strays if next(draws) < 0.5 else known
    kind = pool[int(next(draws) * len(pool))]
    at = 1 + int(next(draws) * len(trace))
    if at == len(trace):
        after_closure = ("X02", "X03")
        kind = NAMES.index(after_closure[int(next(draws) * 2)])
    where = f"after '{_label(trace[at - 1])}'"
    wrong = "is not in the flow" if NAMES[kind] in STRAY else f"has no place {where}"
    expected = f"no event here: '{_label(kind)}' {wrong}"
    return Edit("inserted", at, 0, (kind,), (at,), ELEMENTS[kind], expected)


def _swap(trace: Trace, draws: Iterator[float]) -> Edit | None:
    """Exchange two neighbours."""
    if len(trace) < 3:
        return None
    at = 1 + int(next(draws) * (len(trace) - 2))
    one, two = trace[at : at + 2]
    expected = f"'{_label(one)}' before '{_label(two)}'"
    return Edit("swapped", at, 2, (two, one), (at, at + 1), _element(two), expected)


def _repeat(trace: Trace, draws: Iterator[float]) -> Edit | None:
    """Let an event happen once more, right after itself."""
    at = int(next(draws) * len(trace))
    kind = trace[at] % TIMED_OUT
    expected = f"'{_label(kind)}' once"
    return Edit("repeated", at + 1, 0, (kind,), (at, at + 1), ELEMENTS[kind], expected)


def _ping_pong(trace: Trace, draws: Iterator[float]) -> Edit | None:
    """Send a record back to 1st level and over to 2nd level again."""
    names = [_element(kind) for kind in trace]
    if "A13" not in names:
        return None
    after = "A20" if next(draws) < 0.7 else "A13"
    if after not in names:
        return None
    at = names.index(after) + 1
    back = ("X01", "A13", "A20") if after == "A20" else ("X01", "A13")
    added = tuple(next(k for k, e in enumerate(ELEMENTS) if e == name) for name in back)
    expected = "the record stays in 2nd level until it is resolved"
    shows = tuple(range(at, at + len(added)))
    return Edit("ping-pong", at, 0, added, shows, "X01", expected)


def _late_place(trace: Trace, draws: Iterator[float]) -> str | None:
    """Choose a target that the case can miss without a doubt about what counts as waiting."""
    elements = [_element(kind) for kind in trace]
    resolved = next((n for n, e in enumerate(elements) if e in RESOLVE), None)
    if resolved is None or _DOUBTFUL & set(elements[:resolved]):
        return None
    handed_over = any(e in HAND_OVER for e in elements[:resolved])
    return "hand-over" if handed_over and next(draws) < 0.4 else "resolution"


def _element(kind: int) -> str:
    return ELEMENTS[kind % TIMED_OUT]


def _label(kind: int) -> str:
    return LABELS[_element(kind)]


def _shuffled(count: int, draws: Iterator[float]) -> Iterator[int]:
    """Deal out the cases in random order, as far as they are asked for (Fisher-Yates)."""
    moved: dict[int, int] = {}
    for at in range(count):
        other = at + int(next(draws) * (count - at))
        yield moved.get(other, other)
        moved[other] = moved.get(at, at)


_PROPOSALS: dict[Kind, Callable[[Trace, Iterator[float]], Edit | None]] = {
    "skipped": _skip,
    "inserted": _insert,
    "swapped": _swap,
    "repeated": _repeat,
    "ping-pong": _ping_pong,
}
# Ping-pong finds few places, so it comes first; what is late depends on the edited trace.
_ORDER: tuple[Kind, ...] = ("ping-pong", "swapped", "skipped", "inserted", "repeated", "late")
# Before these, it matters whether and on whose clock the time of a user's answer counts.
_DOUBTFUL = frozenset({"W1", "W2", "A40", "A60", "A61"})
_MISPLACED = frozenset({"A11", "A20", "A70", "A73", "A81", "A83"})
