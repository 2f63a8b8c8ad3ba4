"""How large a designed flow may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError

if TYPE_CHECKING:
    from casemine.errors import Place

MOST_NODES = 5_000  # drawings that people look at have some hundred
MOST_TOKENS = 255  # in one place at the start; alignments count tokens in bytes


def too_many(number: int, what: str, where: Place) -> InputError:
    """Refuse a flow that would take minutes and gigabytes, and that nobody has drawn."""
    return InputError(
        f"the flow has {number:,} {what}, and the limit is {MOST_NODES:,}",
        where=where,
        mend="check a part of it, or a flow with less detail",
        code="flow-too-large",
    )
