"""The compiled kernel, where it is installed: arrays in, bytes out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.conform.align.components import components_of
from casemine.conform.align.solution import Solution, TooLargeError, no_run, no_run_found

if TYPE_CHECKING:
    from casemine.conform.align.problem import Problem
    from casemine.conform.align.solution import Budget

TOO_LARGE = 1  # as the kernel says it; 2 is "no run"


def kernel() -> Any | None:
    """Load the extension; None where it was not built, as without a C compiler."""
    try:
        return import_module("casemine.conform.align._kernel")
    except ImportError:
        return None


def align_compiled(extension: Any, problem: Problem, budget: Budget) -> Solution:
    """Align over the reduced automaton.

    Raises
    ------
    TooLargeError
        The automaton would exceed the budget.
    InputError
        No run of the net ends.
    """
    limits = (budget.markings, budget.blocks, budget.steps, budget.kept)
    found = extension.align(*_arguments(problem), *limits)
    if found == TOO_LARGE:
        raise TooLargeError
    if isinstance(found, int):
        raise no_run()
    return _solution(found)


def search_compiled(extension: Any, problem: Problem, budget: Budget) -> Solution:
    """Align by search.

    Raises
    ------
    InputError
        No run of the net ends, or none was found within the budget.
    """
    limits = (budget.states, budget.total, budget.run_states)
    found = extension.search(*_arguments(problem), *limits, *_guide(problem))
    if found == TOO_LARGE:
        raise no_run_found(budget.run_states)
    if isinstance(found, int):
        raise no_run()
    return _solution(found)


def _arguments(problem: Problem) -> tuple[Any, ...]:
    """Lay out the net and the traces."""
    rule, spelled = problem.rule, problem.spelled
    code = {name: index for index, name in enumerate(rule.names)}
    labels = [-1 if label is None else code[label] for label in rule.labels]
    firsts = np.cumsum([0, *(len(piece.transitions) for piece in spelled)])
    return (
        len(code),
        np.ascontiguousarray(rule.takes, np.int32),
        np.ascontiguousarray(rule.gives, np.int32),
        np.ascontiguousarray(rule.initial),
        np.ascontiguousarray(rule.final),
        np.asarray(labels, np.int32),
        firsts.astype(np.int32),
        np.asarray([t for piece in spelled for t in piece.transitions], np.int32),
        np.asarray([piece.event for piece in spelled], np.int32),
        problem.silent.view(np.uint8),
        problem.codes,
        problem.offsets,
        problem.prefixes.view(np.uint8),
    )


def _guide(problem: Problem) -> tuple[Any, ...]:
    """Lay out the components: their places, labels, steps and distances."""
    components, labels = components_of(problem.rule), len(problem.rule.names)
    owner = np.full(labels, -1, np.int32)
    pairs: list[list[tuple[int, int]]] = [[] for _ in range(labels)]
    for number, component in enumerate(components):
        owner[list(component.labels)] = number
        for label, source, target in component.pairs:
            pairs[label].append((source, target))
    matrices = [component.distance.ravel() for component in components]
    return (
        np.cumsum([0, *(len(component.places) for component in components)]).astype(np.int32),
        np.asarray([place for one in components for place in one.places], np.int32),
        np.asarray([component.final for component in components], np.int32),
        owner,
        np.cumsum([0, *map(len, pairs)]).astype(np.int32),
        np.asarray([state for some in pairs for pair in some for state in pair], np.int32),
        np.concatenate([np.empty(0, np.int32), *matrices]),
    )


def _solution(found: tuple[int, bytes, bytes, bytes, bytes, bytes]) -> Solution:
    kinds = (np.int32, np.int32, np.int64, np.int32, np.int32)
    columns = (np.frombuffer(raw, kind) for raw, kind in zip(found[1:], kinds, strict=True))
    return Solution(found[0], *columns)
