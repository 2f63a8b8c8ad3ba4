"""Targets of rules beside the flag of the system, as the report tells them."""

from __future__ import annotations

import pytest

from casemine.model.conformance import ExampleCase
from casemine.model.sla import SlaReconciliation
from casemine.report import plain
from casemine.report.document import Document
from casemine.report.slas import blocks

FOUND = SlaReconciliation(
    "R08", "made_sla", 80, 10, 4, 6, 3, (ExampleCase("C1", (4, 9), 7200.0, "2 h, 1 h allowed"),)
)


def shown(one: SlaReconciliation) -> str:
    return plain.render(Document("x", tuple(blocks((one,), lambda example: example.case))))


def test_the_report_says_how_often_who_missed_it_and_what_to_do():
    text = shown(FOUND)

    assert "R08 beside made_sla: the same in 90 of 100 cases (90.0 %)" in text
    for line in ("both say met", "both say missed", "missed by R08 only", "not comparable"):
        assert line in text
    assert "- missed by R08 only: C1" in text
    assert "made_sla is stricter than R08" in text
    assert "[rule.R08.parameters]" in text


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (SlaReconciliation("R08", "made_sla", 5, 2, 0, 0, 1), "the same of every case"),
        (SlaReconciliation("R08", "made_sla", 0, 0, 0, 0, 8), "there is nothing to compare"),
        (SlaReconciliation("R08", "made_sla", 5, 2, 2, 2, 0), "Neither of the two is stricter"),
        (SlaReconciliation("R08", "made_sla", 5, 2, 3, 2, 0), "R08 is stricter than made_sla"),
    ],
)
def test_the_report_says_which_of_the_two_is_stricter(one, words):
    assert words in shown(one)
