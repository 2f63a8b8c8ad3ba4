"""Find the shipped mapping for the system that a log comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.mapping.readfile import GENERIC, shipped_mapping, shipped_names

if TYPE_CHECKING:
    from casemine.mapping.rules import FlowMapping
    from casemine.model.intake import Intake


def choose_mapping(intake: Intake) -> FlowMapping:
    """Choose by the note `system` of the importer, such as `exported from Zendesk (zendesk)`.

    The generic mapping where there is no such note (a log that was written to a file and read
    again has none), or none ships for the system.

    Examples
    --------
    >>> from casemine.model.intake import Intake, Note
    >>> choose_mapping(Intake(notes=(Note("system", "exported from Zendesk (zendesk)"),))).name
    'zendesk'
    >>> choose_mapping(Intake()).name
    'generic'
    """
    for note in intake.notes:
        named = re.search(r"\(([^()]+)\)\s*$", note.text)
        if note.code == "system" and named and named[1] in shipped_names():
            return shipped_mapping(named[1])
    return shipped_mapping(GENERIC)
