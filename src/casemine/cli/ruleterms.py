"""Rules as terms that `casemine explain` shows: what a rule demands, why, by which numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.report.document import Document, Facts, Prose

if TYPE_CHECKING:
    from casemine.conform.rules import Rule


def find_rule(word: str) -> Rule | None:
    """Find a rule that ships by its id, whatever the case of the letters.

    Examples
    --------
    >>> find_rule("r14").title
    'Closed is final'
    >>> find_rule("p90") is None
    True
    """
    from casemine.conform.rules import shipped_rules

    return shipped_rules("yasm").rule(word.strip())


def document(rule: Rule) -> Document:
    """Show one rule."""
    facts = [
        ("about", rule.element),
        ("level", rule.weighs),
        *((f"parameter {name}", value) for name, value in rule.parameters.items()),
        ("needs", rule.needs),
        ("broken by", rule.example),
        ("remedy", rule.remedy),
        ("source", rule.source),
    ]
    shown = tuple((name, value) for name, value in facts if value)
    means = f"{rule.title}. {rule.rationale}"
    return Document(rule.id, (Prose((means,)), Facts(shown)))


def data(rule: Rule) -> dict[str, object]:
    """Return one rule for JSON, in the form of a term; its formula is its parameters."""
    parameters = "; ".join(f"{name} = {value}" for name, value in rule.parameters.items())
    return {
        "term": rule.id,
        "means": f"{rule.title}. {rule.rationale} Remedy: {rule.remedy}",
        "formula": parameters or None,
        "source": rule.source or None,
        "also": [rule.title],
    }
