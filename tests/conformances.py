"""A hand-made conformance with every kind of finding, for tests of verdicts and reports."""

from __future__ import annotations

from casemine.model.conformance import (
    Branch,
    Conformance,
    Deviation,
    ExampleCase,
    ExtraTime,
    RuleResult,
    Step,
    Ties,
)
from casemine.model.proportion import Proportion

HOUR, DAY = 3600.0, 86400.0


def deviation(rule="CM001", element="Inform users", cases=99, total=1500, **more):
    kinds = {
        "CM001": ("skipped", "error"),
        "CM002": ("unknown", "error"),
        "CM003": ("order", "error"),
        "CM004": ("unfinished", "warning"),
        "CM005": ("repeated", "warning"),
        "CM006": ("inserted", "warning"),
    }
    kind, level = kinds.get(rule, ("rule", "warning"))
    share = Proportion(cases, total)
    given = {
        "kind": kind,
        "level": level,
        "message": f"{cases:,} of {total:,} cases ({share.share:.1%}) show {kind} {element}",
        "cases": share,
        "events": cases + 2,
        "remedy": "bring back the step, or take it out of the design",
        **more,
    }
    return Deviation(rule=rule, element=element, **given)


SKIPPED = deviation(
    message="99 of 1,500 cases (6.6 %) skip Inform users",
    detail="expected Resolve > Inform users > Close; seen Resolve > Close",
    element_id="U1",
    line=18,
    extra=ExtraTime(2.1 * DAY, 1.2 * DAY, 3.0 * DAY, 99, 1200, ("priority",)),
    shortest=(
        ExampleCase("INC0001002", (17, 18), 5 * HOUR),
        ExampleCase("INC0001007", (31,), 6 * HOUR),
    ),
    costliest=(ExampleCase("INC0001999", tuple(range(900, 910)), 40 * DAY, "reopened twice"),),
)
UNKNOWN = deviation("CM002", "Send survey", 12)
ORDER = deviation("CM003", "Classify > Log record", 30)
UNFINISHED = deviation("CM004", "Close record", 4, 1400)
REPEATED = deviation("CM005", "Reassign within 2nd level", 250)
INSERTED = deviation("CM006", "Reopen <b>|x|</b>", 3)
FOUR_EYES = deviation(
    "R08",
    "who resolves does not close",
    45,
    1100,
    level="error",
    message="45 of 1,100 cases (4.1 %) are closed by whoever resolved them",
)
RULES = (
    RuleResult("R01", "Every case is classified", "error", 1500, 0, 0),
    RuleResult(
        "R08", "Who resolves does not close", "error", 1055, 45, 300, 100, deviation=FOUR_EYES
    ),
    RuleResult(
        "R20",
        "Supplier contracts are met",
        "warning",
        0,
        0,
        1500,
        why_not="the log has no column of suppliers",
    ),
)


def conformance(*deviations, cases=1500, fitting=1142, rules=RULES, **more) -> Conformance:
    """Put findings together; without any, one of each kind."""
    found = deviations or (SKIPPED, UNKNOWN, ORDER, REPEATED, UNFINISHED, INSERTED)
    given = {
        "open_cases": 100,
        "open_means": "no event of Close record or Cancel record",
        "fitness": 0.962,
        "cost_total": 512,
        "not_aligned": 0,
        "cost_bounds": (512, 512),
        "variants": 340,
        "fitting_variants": 120,
        "observability": (
            Step("Log record", True, ("column activity",), 1500, 1500),
            Step("Inform users", True, ("rule 'public reply'",), 1403, 1401),
            Step("Close record", True, ("column activity",), 1396, 1396),
            Step("Check knowledge base", False, (), 0, 0, "no rule of the mapping gives it"),
            Step("Raise problem record", False, (), 0, 0, "no rule of the mapping gives it"),
        ),
        "untaken": (Branch("Declare major incident", "A40", 77),),
        "ties": Ties(46, 512, 480, 560, exact=True),
        "notes": ("2 events of one instant were taken in the order of their rows",),
        **more,
    }
    return Conformance(
        flow="incident",
        source="models/incident.bpmn",
        cases=cases,
        fitting_cases=fitting,
        deviations=tuple(found),
        rules=rules,
        **given,
    )
