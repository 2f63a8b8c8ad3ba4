"""Write the tables and the sections of rules into docs/rules.md; run it after a change of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casemine.conform.rules import shipped_rules
from casemine.conform.rules.templates import TEMPLATES

if TYPE_CHECKING:
    from casemine.conform.rules import Rule

PAGE = Path(__file__).with_name("rules.md")
TABLE = ("<!-- templates: written by docs/write_rules.py -->\n", "<!-- end of templates -->\n")
RULES = ("<!-- rules: written by docs/write_rules.py -->\n", "<!-- end of rules -->\n")


def page(text: str) -> str:
    """Put what the code and the file of rules say between the marks of a page."""
    text = _between(text, TABLE, templates())
    rules = shipped_rules("yasm").rules
    return _between(text, RULES, "\n".join(map(section, rules)))


def templates() -> str:
    """Return the table of templates."""
    lines = ["| template | demands | keys |", "| --- | --- | --- |"]
    for name, template in TEMPLATES.items():
        keys = [f"`{key}`" if key in template.required else f"({key})" for key in template.keys]
        lines.append(f"| `{name}` | {template.says} | {' '.join(keys)} |")
    return "\n".join(lines) + "\n"


def section(rule: Rule) -> str:
    """Return the section of one rule."""
    lines = [
        f"## {rule.id}",
        "",
        f"**{rule.title}.** {rule.rationale}",
        "",
        f"- about: {rule.element}; level: {rule.level}",
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
