"""What `check` and `baseline` share: which design a log is held against, and the work itself."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from casemine.cli.design import NONE
from casemine.cli.designed import designed_flow, in_project
from casemine.errors import InputError, Place, UsageError, show
from casemine.model.words import near

if TYPE_CHECKING:
    from casemine.cli.design import Design
    from casemine.cli.designed import EventsAs
    from casemine.cli.mapped import Speaking
    from casemine.cli.options import LogRequest
    from casemine.conform.checking import Checked
    from casemine.conform.rules import RuleSet
    from casemine.conform.verdict.judge import Thresholds
    from casemine.model.conformance import Conformance
    from casemine.model.flow import DesignedFlow
    from casemine.model.verdict import Baseline, Verdict
    from casemine.report.checked import Anchor

BASELINE = ".casemine-baseline.json"


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A log that was checked, and everything it was checked with."""

    found: Checked
    flow: DesignedFlow
    speaking: Speaking

    @property
    def conformance(self) -> Conformance:
        """What was found, before limits and baselines."""
        return self.found.conformance

    def by_case(self) -> list[dict[str, object]]:
        """List each case with each deviation of control flow that it shows, one flat record each.

        `cost` is that of the whole case: its moves off the design.
        """
        pairs, cases = self.found.by_case, self.found.case_ids.to_pylist()
        found = self.conformance.deviations
        return [
            {
                "case": cases[case],
                "rule": found[which].rule,
                "element": found[which].element,
                "kind": found[which].kind,
                "times": times,
                "cost": int(self.found.costs[case]),
            }
            for case, which, times in zip(
                pairs.case.tolist(), pairs.deviation.tolist(), pairs.times.tolist(), strict=True
            )
        ]


def check(request: LogRequest, design: Design) -> Work:
    """Read the flow and the log, map it where it needs that, and hold the two together.

    The flow and the rules are read first: what is wrong with them shows before the log is read.
    """
    from casemine.cli.mapped import open_speaking
    from casemine.cli.progress import working
    from casemine.conform.checking import CheckOptions, check_cases
    from casemine.conform.soundness import require_sound

    flow = designed_flow(
        design.flow, process=design.process, events=cast("EventsAs", design.events)
    )
    require_sound(flow, allow_unsound=design.allow_unsound)
    options = CheckOptions(
        closing=design.open_unless or None,
        closed_where=design.closed_where,
        rest_days=design.rest_days,
        all_complete=design.all_complete,
        observable=_observable(design.observable),
        rules=_rules(design, flow),
    )
    speaking = open_speaking(request, flow.activities, named=design.mapping, shipped=design.shipped)
    _refuse_empty(speaking, request)
    _refuse_unknown_steps(design, flow, speaking)
    sources = None
    if speaking.mapping is not None and speaking.raw is not None:
        from casemine.mapping.reach import reach

        sources = reach(speaking.mapping, speaking.raw)
    with working("checking"):
        found = check_cases(speaking.log, flow, sources=sources, options=options)
    return Work(found, flow, speaking)


def verdict_of(
    conformance: Conformance, thresholds: Thresholds, baseline: Baseline | None
) -> Verdict:
    """Judge a check; the day matters only where an entry of the baseline ends on one."""
    from casemine.conform.verdict.judge import judge

    ends = baseline is not None and any(one.until is not None for one in baseline.known)
    return judge(conformance, thresholds, baseline=baseline, today=today() if ends else None)


def read_baseline(path: str, conformance: Conformance) -> Baseline:
    """Read a baseline, and refuse one of another process.

    Raises
    ------
    InputError
        It cannot be read, or is of another process.
    """
    baseline = parse_baseline(path)
    if baseline.process != conformance.flow:
        raise InputError(
            f"is a baseline of {show(baseline.process)}, and this is {show(conformance.flow)}",
            where=Place(path),
            mend="name the right one with --baseline; --baseline none does without",
            code="other-baseline",
        )
    return baseline


def parse_baseline(path: str) -> Baseline:
    """Read a baseline of whatever process."""
    from casemine.conform.verdict.baseline import from_text

    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"the baseline cannot be read: {reason}",
            where=Place(path),
            mend="casemine baseline create LOG --flow ... makes one",
            code="cannot-read",
        ) from error
    return from_text(text, file=path)


def anchor_for(design: Design, flow: DesignedFlow, baseline: str | None) -> Anchor:
    """Find the file of the project at which findings are shown.

    The flow file where it is the user's own; for a flow that ships the configuration, else the
    baseline, which are the project's word on it.
    """
    from casemine.cli.config import config_file
    from casemine.report.checked import Anchor

    if not design.shipped:
        return Anchor(flow.source, is_flow=True)
    config = config_file()
    if config is not None:
        return Anchor(in_project(config), _line_of_section(config))
    return Anchor(in_project(baseline) if baseline else flow.source)


def moment_of(speaking: Speaking) -> datetime | None:
    """Find the time that reports bear: SOURCE_DATE_EPOCH, else the log's last event."""
    stated = _source_date()
    if stated is not None:
        return stated
    times = speaking.log.codes().time
    if times is None or not len(times):
        return None
    return datetime.fromtimestamp(int(times.max()) // 1_000_000, UTC)


def today() -> date:
    """Return the day of SOURCE_DATE_EPOCH where that is set, else today, in UTC."""
    return (_source_date() or datetime.now(UTC)).date()


def _refuse_empty(speaking: Speaking, request: LogRequest) -> None:
    if not len(speaking.log):
        filtered = bool(speaking.opened.left_out)
        raise InputError(
            "the filters leave no event to check" if filtered else "there is no event to check",
            where=Place(", ".join(request.sources)),
            code="no-events",
        )


def _refuse_unknown_steps(design: Design, flow: DesignedFlow, speaking: Speaking) -> None:
    """Say which step was probably meant; a name that nothing bears would change nothing."""
    known = sorted({*flow.activities, *speaking.log.codes().activities})
    for name in design.open_unless:
        if name not in known:
            raise UsageError(
                f"--open-unless: neither the flow nor the log has a step {show(name)}"
                + near(name, known),
                code="no-such-step",
            )


def _observable(named: tuple[str, ...]) -> str | tuple[str, ...]:
    """Tell one word for several steps from the names of steps."""
    from casemine.conform.observe import PROFILES

    if len(named) == 1 and named[0] in PROFILES:
        return named[0]
    for word in named:
        if word in PROFILES:
            raise UsageError(
                f"--observable: {word} is said together with something else",
                mend=f"either {word} alone, or names of steps",
                code="bad-profile",
            )
    return named


def _rules(design: Design, flow: DesignedFlow) -> RuleSet | None:
    """Read the rules that were asked for, else those of a flow that ships; lay tables over them."""
    from casemine.cli.config import config_file, config_tables
    from casemine.conform.rules import override, read_rules, shipped_rules

    if design.rules == NONE:
        return None
    elements = {element.id: element.name for element in flow.elements}
    if design.rules is not None:
        rules = read_rules(design.rules, elements)
    else:
        rules = shipped_rules(design.flow) if design.shipped else _no_rules(elements)
    tables = config_tables()
    if tables:
        try:
            rules = override(rules, tables, file=config_file() or "")
        except InputError as error:
            # the same fault is one of the configuration here, and one of an input in a rule file
            raise UsageError(
                error.message, where=error.where, mend=error.mend, code=error.code
            ) from error
    return rules if rules.rules else None


def _no_rules(elements: dict[str, str]) -> RuleSet:
    """Begin with none, for a flow of one's own: those of the configuration come on top."""
    from casemine.conform.rules import RuleSet
    from casemine.conform.rules.values import Steps

    return RuleSet(
        name="project",
        title="rules of the project",
        rules=(),
        ends=Steps(()),
        names=elements,
        priorities={},
        attributes={},
        calendars={},
        flags=(),
        off=(),
        tables={},
    )


def _source_date() -> datetime | None:
    """Read SOURCE_DATE_EPOCH, by which a build is told what time to take it for."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not stated:
        return None
    try:
        return datetime.fromtimestamp(int(stated), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {show(stated)}, not seconds since 1970",
            mend="see https://reproducible-builds.org/specs/source-date-epoch",
            code="bad-source-date",
        ) from error


def _line_of_section(config: str) -> int:
    """Find the line at which the configuration speaks of the check."""
    for number, line in enumerate(Path(config).read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip().startswith(("[check", "[model")):
            return number
    return 1
