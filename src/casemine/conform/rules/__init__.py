"""Rules that control flow cannot express: a language in TOML, and its evaluation over a log.

`shipped_rules` and `read_rules` make a set of rules, `override` changes one, `evaluate_rules`
judges the cases of a log, `reconcile_sla` compares targets with the flags of the system.
"""

from casemine.conform.rules.evaluate import evaluate_rules
from casemine.conform.rules.readfile import override, read_rules, shipped_rules
from casemine.conform.rules.reconcile import reconcile_sla
from casemine.conform.rules.values import Rule, RuleSet

__all__ = [
    "Rule",
    "RuleSet",
    "evaluate_rules",
    "override",
    "read_rules",
    "reconcile_sla",
    "shipped_rules",
]
