"""Write the tables and the sections of rules into docs/rules.md; run it after a change of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.conform.rules import override, read_rules, shipped_rules
from casemine.conform.rules.cases import Cases
from casemine.conform.rules.evaluate import judge
from casemine.conform.rules.outcome import VIOLATED
from casemine.conform.rules.templates import TEMPLATES
from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import DIALECTS, write_dialect
from casemine.mapping import map_log, read_mapping
from casemine.read import read_log
from casemine.read.options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.conform.rules import Rule, RuleSet
    from casemine.generate import Generated
    from casemine.generate.dialects.dialect import Dialect
    from casemine.log import EventLog

PAGE = Path(__file__).with_name("rules.md")
DESK = Path(__file__).with_name("desk_mapping.toml")
SAMPLE = Path(__file__).parents[1] / "sample_logs" / "incidents.rules.toml"
TABLE = ("<!-- templates: written by docs/write_rules.py -->\n", "<!-- end of templates -->\n")
LATE = ("<!-- late: written by docs/write_rules.py -->\n", "<!-- end of late -->\n")
RULES = ("<!-- rules: written by docs/write_rules.py -->\n", "<!-- end of rules -->\n")


def page(text: str) -> str:
    """Put what the code and the file of rules say between the marks of a page."""
    text = _between(text, TABLE, templates())
    text = _between(text, LATE, late())
    rules = shipped_rules("yasm").rules
    return _between(text, RULES, "\n".join(map(section, rules)))


def templates() -> str:
    """Return the table of templates."""
    lines = ["| template | demands | keys |", "| --- | --- | --- |"]
    for name, template in TEMPLATES.items():
        keys = [f"`{key}`" if key in template.required else f"({key})" for key in template.keys]
        lines.append(f"| `{name}` | {template.says} | {' '.join(keys)} |")
    return "\n".join(lines) + "\n"


def late() -> str:
    """Return the table of late records found in a generated log and in its exports."""
    made = generate(GenerateOptions(cases=600, seed=7, rates={"late": 0.1}))
    desk = read_rules(SAMPLE)
    moment = {"parameters": {"priority_at": "moment"}}
    tables = {"without_priority": "moderate", "rule": {"R02": moment, "R08": moment}}
    exported = override(desk, tables)
    lines = ["| | planted | found | others |", "| --- | ---: | ---: | ---: |"]
    lines.append(_found("the log itself", made, made.log, desk, str))
    for system, dialect in DIALECTS.items():
        log = _mapped(made, system)

        def name_of(case: str, dialect: Dialect = dialect) -> str:
            return dialect.case(int(case.removeprefix("INC")))

        lines.append(_found(f"as {dialect.title}", made, log, exported, name_of))
    return "\n".join(lines) + "\n"


def _found(
    what: str, made: Generated, log: EventLog, rules: RuleSet, name_of: Callable[[str], str]
) -> str:
    cases = Cases(log, rules)
    shown = set()
    for rule in ("R02", "R08"):
        status = judge(cases, rules.rule(rule).body).status
        shown |= {cases.name(int(case)) for case in (status == VIOLATED).nonzero()[0]}
    true = {name_of(one.case) for one in made.truth}
    return f"| {what} | {len(true)} | {len(true & shown)} | {len(shown - true)} |"


def _mapped(made: Generated, system: str) -> EventLog:
    """Write an export, read it, and map it by the rules of its desk."""
    with tempfile.TemporaryDirectory() as folder:
        export, desk = Path(folder, "export"), Path(folder, "desk.toml")
        write_dialect(made, system, export)
        zone = made.options.zone if system == "otrs" else None  # its times are local ones
        log = read_log(str(export), ReadOptions(cache=False, tz=zone))
        desk.write_text(DESK.read_text("utf-8").replace("SYSTEM", system), encoding="utf-8")
        return map_log(log, read_mapping(desk)).log


def section(rule: Rule) -> str:
    """Return the section of one rule."""
    lines = [
        f"## {rule.id}",
        "",
        f"**{rule.title}.** {rule.rationale}",
        "",
        f"- about: {rule.element}; level: {rule.weighs}",
        *(f"- parameter `{name}`: {value}" for name, value in rule.parameters.items()),
        f"- needs: {rule.needs}",
        f"- broken by: {rule.example}",
        f"- remedy: {rule.remedy}",
        f"- source: {rule.source}",
    ]
    return "\n".join(lines) + "\n"


def _between(text: str, marks: tuple[str, str], content: str) -> str:
    before, _, rest = text.partition(marks[0])
    _, _, after = rest.partition(marks[1])
    return f"{before}{marks[0]}\n{content}\n{marks[1]}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
