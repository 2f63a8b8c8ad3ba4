"""Awkward XES files of other tools' tests: for each the outcome that is right, and why.

`None` means a log; its cases and events follow. Anything else is what the error must say. What
another tool makes of a file is not a standard: swapped XML elements or attributes, extra ones and
missing heads hurt nobody, while a file without events, or with events that belong to no case, is
said to be so.
"""

from __future__ import annotations

import zipfile

import pytest

from casemine.errors import InputError
from casemine.read.options import ReadOptions
from casemine.read.source import members_of
from casemine.read.xes import read_xes

pytestmark = pytest.mark.real

EMPTY = "holds no event"
OUTSIDE = r"an event stands outside of any trace, so it has no case"

ATTRIBUTE_ERRORS = {
    # An event without attributes, beside the traces, before an attribute of the log.
    "attributeEventSwapped": "its events have no 'concept:name', so no activity",
    "attributeValuesSwapped": EMPTY,
    "booleanIncorrectValue": EMPTY,  # the help names line 13, 'yes' and 'expression'
    "classifierCorrectAttributes": EMPTY,
    "classifierEventCorrectAttributes": EMPTY,
    "classifierIncorrectKey": EMPTY,
    "classifierNoAttributes": EMPTY,
    "classifierTraceCorrectAttributes": EMPTY,
    "dateCorrectValue": EMPTY,
    "dateNoTZD": EMPTY,
    # Two events in a trace without a name, two beside it: those have no case.
    "eventCorrectAttributes": rf":26: {OUTSIDE} \(2 events of 4\)",
    "eventIncorrectType": rf":26: {OUTSIDE} \(2 events of 4\)",
    "extensionAttributeSwapped": EMPTY,
    "extensionCorrectAttributes": EMPTY,
    "extensionGlobalSwapped": EMPTY,
    "extensionNoAttributes": EMPTY,
    "extensionStandard": EMPTY,
    "extensionTraceSwapped": f"{EMPTY}, only 1 empty trace",
    "globalClassifierSwapped": EMPTY,
    "globalEventSwapped": rf":3: {OUTSIDE} \(1 event of 1\)",
    "globalNoAttributes": EMPTY,
    "globalStringNoAttributes": EMPTY,
    "globalTooManyAttributes": EMPTY,
    "globalTraceSwapped": f"{EMPTY}, only 1 empty trace",
    "idIncorrectValue": EMPTY,
    "intIncorrectValue": EMPTY,  # the help names line 13, '0.0' and 'number'
    "listNoValues": EMPTY,
    "logCorrectAttributes": EMPTY,
    "logNoNestedAttributes": EMPTY,
    "logTooManyAttributes": EMPTY,
    "realCorrectValue": EMPTY,
    "stringCorrectAttributes": EMPTY,
    "stringNoAttributes": EMPTY,
    "stringTooManyAttributes": EMPTY,
    "traceEventSwapped": "its events have no 'concept:name', so no activity",
    "traceTooManyAttributes": f"{EMPTY}, only 1 empty trace",
}

# Cases, raw events, events after joining pairs.
EDGE_CASES = {
    "L1_1trace_1event": (1, 1, 1),
    "L1_1trace_2activity_with_start_complete_events_friday": (1, 4, 2),
    "L1_1trace_start_complete_events_event_merging_exclude_R1": (1, 6, 3),
    "L1_1trace_start_complete_events_non_overlapping_with_roles": (1, 26, 13),
    "L1_3traces_1variant": (3, 3, 3),
    "L1_complete_events_only_with_resources": (6, 23, 23),
    "L1_no_lifecycle_transition": (6, 23, 23),
    "L1_start_complete_no_overlapping_missing_timestamp": (
        r":45: an event has no 'time:timestamp' \(1 event of 46\)"
    ),
    "L1_start_complete_overlapping": (6, 49, 26),  # 3 of them `schedule`
}

ALL = {
    **{f"xes_attribute_errors/{name}.xes": right for name, right in ATTRIBUTE_ERRORS.items()},
    **{f"xes_log_edge_cases/{name}.xes": right for name, right in EDGE_CASES.items()},
}


@pytest.fixture
def bad(real_data):
    """Read one of the files."""

    def read(name: str, **options):
        (member,) = members_of(f"{real_data('bad_inputs.zip')}:{name}")
        return read_xes(member, ReadOptions(**options))

    return read


@pytest.mark.parametrize("name", ALL)
def test_an_awkward_file_has_its_right_outcome(name, bad):
    right = ALL[name]

    if isinstance(right, str):
        with pytest.raises(InputError, match=right):
            bad(name)
        return
    found = bad(name)

    cases, rows_read, events = right
    assert (len(set(found.codes().case.tolist())), len(found)) == (cases, events)
    assert (found.intake.rows_read, found.intake.rows_joined) == (rows_read, rows_read - events)


def test_no_file_is_forgotten(real_data):
    with zipfile.ZipFile(real_data("bad_inputs.zip")) as archive:
        names = {name for name in archive.namelist() if name.endswith(".xes")}

    assert {name for name in names if name.startswith("xes_")} == set(ALL)


def test_values_that_are_not_of_their_type_are_named_even_where_there_is_no_event(bad):
    for name, value in (
        ("booleanIncorrectValue", "'yes' in 'expression' (line 13)"),
        ("intIncorrectValue", "'0.0' in 'number' (line 13)"),
    ):
        with pytest.raises(InputError) as caught:
            bad(f"xes_attribute_errors/{name}.xes")

        assert value in caught.value.mend


def test_events_without_a_case_or_time_can_be_left_out(bad):
    outside = bad("xes_attribute_errors/eventCorrectAttributes.xes", on_error="skip")
    untimed = bad(
        "xes_log_edge_cases/L1_start_complete_no_overlapping_missing_timestamp.xes", on_error="skip"
    )

    assert (len(outside), outside.intake.rows_quarantined) == (2, 2)
    assert (len(untimed), untimed.intake.rows_quarantined, untimed.intake.rows_joined) == (
        23,
        1,
        22,
    )
