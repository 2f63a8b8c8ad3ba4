"""What is said about waits: the kind by the name of an activity, and comparisons in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casemine.analyse.bottlenecks import find_bottlenecks
from casemine.log import parse_log
from casemine.model.bottlenecks import Rework
from casemine.model.conformance import ExtraTime
from casemine.model.proportion import Proportion
from casemine.model.yasm import YASM
from casemine.report.advice import kind_of
from casemine.report.waitsentences import sentences

HOUR = 3600.0


@pytest.mark.parametrize(
    ("activity", "kind"),
    [
        (YASM["X03"], "queue"),  # nobody is served who comes back after the closure
        ("Reopened", "queue"),
        ("Re-opened after resolution", "queue"),
        ("Incomplete information", "work"),
        ("Unresolved", "work"),
        ("Resolved", "closure"),
        ("Pending Customer", "user"),
        ("On hold: vendor", "supplier"),
        ("Awaiting Assignment", "queue"),
    ],
)
def test_the_name_of_an_activity_tells_what_is_waited_for_after_it(activity, kind):
    assert kind_of(activity) == kind


def found_with(extra):
    found = find_bottlenecks(parse_log("New Work Closed; New Work Work Closed"))
    return replace(found, rework=(Rework("Work", Proportion(8, 20), 9, extra),))


def test_comparable_cases_are_named_by_all_that_they_share():
    extra = ExtraTime(3 * HOUR, 2 * HOUR, 5 * HOUR, 8, 12, ("priority", "impact", "urgency"))

    said = next(line for line in sentences(found_with(extra)) if "done again" in line)

    assert "take 3 h longer in the median (8 against 12 that do it once" in said
    assert "of the same priority, impact and urgency; 95 %: 2 h to 5 h)" in said


def test_what_waits_for_its_closure_is_not_taken_for_a_queue_at_the_desk():
    cases = "; ".join(["New Work Resolved Closed"] * 3)

    found = find_bottlenecks(parse_log(cases), open_unless=["Closed"])
    (load,) = found.loads
    grows = replace(found, loads=(replace(load, arrivals=30, completions=20),))
    queued = replace(grows, after=tuple(w for w in found.after if w.what != ("Resolved",)))

    (piling,) = (line for line in sentences(grows) if "Its queue grows" in line)
    (plain,) = (line for line in sentences(queued) if "Its queue grows" in line)
    assert "those that are resolved and not closed yet among them" in piling
    assert "not closed yet" not in plain
