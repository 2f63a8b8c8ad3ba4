"""Messages say where, what and how to mend, and can't be turned against the reader."""

from __future__ import annotations

import pytest

from casemine.errors import BadTimeError, CasemineError, ExitCode, Place, UsageError, escape, show


def test_a_message_starts_with_its_place():
    error = BadTimeError("'x' is not a time", where=Place("a.csv", row=7, column="t"), count=3)

    assert str(error) == "a.csv:7: 'x' is not a time"
    assert (error.code, error.exit_code, error.count) == ("bad-time", ExitCode.INPUT, 3)


def test_a_wrong_command_line_has_its_own_code():
    assert UsageError("no").exit_code == 2
    assert CasemineError("no").exit_code == 3


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J", "\x9b31m", "\u202etxt", "\u2066", "\r", "\x00", "\ud800", "\u2028"]
)
def test_nothing_from_outside_can_move_the_cursor(hostile):
    for shown in (escape(hostile), show(hostile), str(Place(hostile, row=1))):
        assert shown.isprintable()
        shown.encode("utf-8")


def test_text_of_any_script_is_shown_as_it_is():
    assert escape("Geöffnet 已打开 مفتوح") == "Geöffnet 已打开 مفتوح"


def test_long_values_are_cut():
    assert len(show("x" * 1_000_000)) <= 80
