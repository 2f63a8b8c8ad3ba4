"""Numbers that rules are judged by: which are examples that ship, and which a user has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.report.document import Column, Table

if TYPE_CHECKING:
    from casemine.model.conformance import RuleNumber, RuleResult
    from casemine.report.document import Block

EXAMPLE = "an example that ships"


def blocks(rules: tuple[RuleResult, ...]) -> list[Block]:
    """Show the numbers of the rules that were judged, each with who has set it."""
    found = {
        (_of(rule, one), one.name): one
        for rule in rules
        if rule.outcome != "not evaluable"
        for one in rule.numbers
    }
    if not found:
        return []
    order = sorted(found, key=lambda key: key[0] == "")  # calendars are of all rules, and last
    rows = tuple(
        (rule or "all", name, found[rule, name].value, found[rule, name].file or EXAMPLE)
        for rule, name in order
    )
    columns = (Column("rule"), Column("number"), Column("value"), Column("set by"))
    shipped = [key for key in order if found[key].file is None]
    return [Table(columns, rows, "Numbers that these rules go by", _remark(shipped))]


def data(one: RuleNumber) -> dict[str, Any]:
    """Return one number for JSON."""
    return {"name": one.name, "value": one.value, "set_by": one.file}


def _of(rule: RuleResult, one: RuleNumber) -> str:
    """Name the rule of a number; none for a calendar, which several rules share."""
    return "" if one.name.startswith("calendar ") else rule.rule


def _remark(shipped: list[tuple[str, str]]) -> str:
    if not shipped:
        return ""
    rule = next((rule for rule, _ in shipped if rule), "R08")
    return (
        "Examples that ship were agreed with nobody. Set your own in casemine.toml or in a file "
        f"for --rules: [rule.{rule}.parameters] and [calendar.NAME]; see docs/rules.md."
    )
