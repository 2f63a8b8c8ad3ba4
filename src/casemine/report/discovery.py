"""What a discovered model says, in words and tables beside its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.bpmn import NodeKind
from casemine.model.tree import SYMBOLS
from casemine.model.words import counted
from casemine.report import paths, statistics
from casemine.report.document import Document, Facts, Prose
from casemine.report.figures import count, day, of, share
from casemine.report.overview import activity_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.model.bpmn import BpmnModel
    from casemine.model.coverage import Coverage
    from casemine.model.graph import Summary
    from casemine.model.petri import PetriNet
    from casemine.model.tree import ProcessTree
    from casemine.report.document import Block

TOP_ACTIVITIES = 12
TOP_PATHS = 5
TOP_STEPS = 5


def document(
    summary: Summary,
    *,
    source: str,
    model: tuple[Block, ...] = (),
    coverage: Coverage | None = None,
) -> Document:
    """Show activities, main paths and slowest steps, with what a model or picture adds."""
    graph = summary.graph
    title = (
        f"{source}: {counted(graph.cases, 'case')}, {counted(graph.events, 'event')}, "
        f"{counted(len(graph.activities), 'activity', 'activities')}"
    )
    if summary.first is not None:
        title += f", {day(summary.first)} to {day(summary.last)}"
    blocks: list[Block] = [activity_table(summary, shown=TOP_ACTIVITIES)]
    variants = summary.variants
    if len(variants):
        shown = min(TOP_PATHS, len(variants))
        covered = share(of(int(variants.counts[:shown].sum()), variants.cases))
        heading = f"Main paths: {count(shown)} of {count(len(variants))}, {covered} of cases"
        table, legend = paths.blocks(variants, shown, heading=heading, hint=False)
        blocks += [table, legend]
    if any(edge.wait for edge in graph.edges):
        blocks.append(statistics.slowest(summary, shown=TOP_STEPS))
    blocks += model
    if coverage is not None:
        blocks.append(Prose((coverage_sentence(coverage),)))
    return Document(title, tuple(blocks))


def coverage_sentence(coverage: Coverage) -> str:
    """Say how much of the log a map shows; never leave it out.

    Examples
    --------
    >>> from casemine.model.coverage import Coverage
    >>> coverage_sentence(Coverage(8, 8, 29, 44, 995, 1000))
    'the map shows 8 of 8 activities and 29 of 44 paths: 99.5 % of all steps'
    """
    if coverage.whole:
        return "the map shows every activity and every path"
    return (
        f"the map shows {count(coverage.activities_shown)} of "
        f"{count(coverage.activities_total)} activities and {count(coverage.edges_shown)} of "
        f"{count(coverage.edges_total)} paths: "
        f"{share(of(coverage.steps_shown, coverage.steps_total))} of all steps"
    )


def net(found: PetriNet) -> tuple[Block, ...]:
    """Count the parts of a Petri net."""
    silent = sum(transition.label is None for transition in found.transitions)
    return (
        Facts(
            (
                ("places", count(len(found.places))),
                ("transitions", f"{count(len(found.transitions))}, {count(silent)} silent"),
                ("arcs", count(len(found.arcs))),
            ),
            heading="Petri net",
        ),
    )


def bpmn(found: BpmnModel) -> tuple[Block, ...]:
    """Count the elements of a BPMN model by their kind."""
    kinds = [node.kind for node in found.nodes]
    pairs = [(kind.value, count(kinds.count(kind))) for kind in NodeKind if kind in kinds]
    return (Facts((*pairs, ("sequenceFlow", count(len(found.flows)))), heading="BPMN"),)


def tree(found: ProcessTree) -> tuple[Block, ...]:
    """Draw a process tree as indented lines."""
    return (Prose(tuple(_branches(found, 0)), heading="Process tree", code=True),)


def _branches(node: ProcessTree, depth: int) -> Iterator[str]:
    if node.operator is None:
        yield "  " * depth + ("τ (nothing)" if node.label is None else node.label)
        return
    yield "  " * depth + f"{SYMBOLS[node.operator]} {node.operator.value}"
    for child in node.children:
        yield from _branches(child, depth + 1)
