"""What all reports of a check are made of, and the file that findings are shown at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.errors import escape
from casemine.model.verdict import FITTING
from casemine.model.words import counted
from casemine.report.figures import DASH, count, share

if TYPE_CHECKING:
    from datetime import datetime

    from casemine.model.conformance import Conformance, Deviation, ExampleCase, Kind, RuleResult
    from casemine.model.headline import Headlines
    from casemine.model.verdict import Judged, Measured, Verdict

# Names and one-line meanings of the findings that are no rules of a rule file.
TITLES = {
    "CM001": ("SkippedStep", "A step of the design is skipped"),
    "CM002": ("NotInTheDesign", "Something happens that is no step of the design"),
    "CM003": ("OutOfOrder", "Steps come in another order than designed"),
    "CM004": ("UnfinishedCase", "Cases come to rest before the end of the design"),
    "CM005": ("RepeatedStep", "A step is done again where the design wants it once"),
    "CM006": ("InsertedStep", "A step comes where the design has no place for it"),
    "CM101": ("FitnessTooLow", "The fitness of the log is below its threshold"),
    "CM102": ("TooManyCasesLeaveTheDesign", "Fewer cases follow the design than they should"),
}
_WANTED: dict[Kind, str] = {
    "skipped": "{element} is not skipped",
    "inserted": "{element} comes only where the design has it",
    "unknown": "{element} does not happen (it is no step of the design)",
    "order": "{element}: in the order of the design",
    "repeated": "{element} is not repeated",
    "unfinished": "no case comes to rest after {element}",
}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A file of the user's project that findings are shown at, as code reviews need one."""

    path: str  # relative, with forward slashes
    line: int = 1  # for findings without a line of their own
    is_flow: bool = False  # whether lines of findings are lines of this file

    def line_of(self, finding: Deviation) -> int:
        """Find the line for a finding."""
        return finding.line if self.is_flow and finding.line else self.line


@dataclass(frozen=True, slots=True)
class Checked:
    """A check with its verdict, ready to be told in any form."""

    conformance: Conformance
    verdict: Verdict
    anchor: Anchor
    tool: str  # such as `casemine 0.1.0`
    log: str  # name of the log, for titles
    when: datetime | None = None  # for forms that must bear a time: never the clock
    mapping: str = ""  # how raw events became steps, in words
    headlines: Headlines | None = None  # measures that a manager asks for first


def headline(checked: Checked) -> str:
    """Say in one line whether the check failed and what was found.

    The same line stands above every report.
    """
    conformance, verdict = checked.conformance, checked.verdict
    found = len(verdict.findings)
    if verdict.failed:
        measured = sum(one.least is not None or one.fails for one in verdict.measures)
        failing = len(verdict.failing) + len(verdict.failing_measures)
        first = f"failed in {count(failing)} of {counted(found + measured, 'check')}"
        if not verdict.failing_measures and all(map(unjudged, verdict.failing)):
            first = f"failed: {counted(failing, 'deviation')}, none of them known or allowed"
    elif found:
        first = f"passed: {counted(found, 'deviation')}, none of which fails"
    else:
        first = "passed: nothing deviates"
    aligned = conformance.cases - conformance.not_aligned
    part = conformance.fitting_cases / aligned if aligned else None
    follow = (
        f"{count(conformance.fitting_cases)} of {counted(aligned, 'case')} ({share(part)}) "
        f"follow {one_line(conformance.flow)}"
    )
    fitness = "" if conformance.fitness is None else f", fitness {conformance.fitness:.3f}"
    return f"{first}; {follow}{fitness}"


def unjudged(one: Judged) -> bool:
    """Whether a finding fails for nothing but being there: no limit, no baseline to hold it to."""
    return one.fails and one.limit is None and one.state is None


def wanted(judged: Judged, rules: tuple[RuleResult, ...]) -> str:
    """Say what should be, without figures: the stable name of a check; a rule bears its title."""
    finding = judged.finding
    if finding.kind == "rule":
        return title_of(finding.rule, rules)[1]
    return _WANTED[finding.kind].format(element=finding.element)


def value_of(one: Measured) -> str:
    """Write the figure of a measure; shares in percent."""
    if one.value is None:
        return DASH
    return share(one.value) if one.rule == FITTING else f"{one.value:.3f}"


def sentence_of(one: Measured) -> str:
    """Say what was measured and why that fails or not."""
    return f"{one.name}: {value_of(one)}; {one.why}"


def title_of(rule: str, rules: tuple[RuleResult, ...]) -> tuple[str, str]:
    """Find the name for machines and the title of a rule."""
    if rule in TITLES:
        return TITLES[rule]
    titles = {one.rule: one.title for one in rules}
    title = titles.get(rule) or rule
    words = re.findall(r"[A-Za-z0-9]+", title)
    return "".join(word[:1].upper() + word[1:] for word in words) or rule, title


def examples_of(finding: Deviation) -> tuple[ExampleCase, ...]:
    """Put the examples of a finding together, each case once."""
    found = {one.case: one for one in (*finding.shortest, *finding.costliest)}
    return tuple(found.values())


def one_line(text: str) -> str:
    r"""Write text from outside on one line that XML and Markdown can hold.

    Examples
    --------
    >>> one_line("a\nb\x00\t c\ufffe")
    'a b\\x00 c'
    """
    return escape(_ILLEGAL.sub(_shown, " ".join(text.split())))


def _shown(found: re.Match[str]) -> str:
    char = found[0]
    return "" if char in "\ufffe\uffff" else char.encode("unicode_escape", "surrogatepass").decode()
