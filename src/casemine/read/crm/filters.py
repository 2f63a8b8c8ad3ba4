"""What a template may do to a value: `{old_value | html | label}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.crm.plaintext import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"\s*\(\d+\)$")


def label(text: str) -> str:
    """Leave out the id behind a name.

    Examples
    --------
    >>> label("Second level (12)")
    'Second level'
    """
    return _NUMBER.sub("", text)


FILTERS: dict[str, Callable[[str], str]] = {
    "html": plain_text,
    "label": label,
    "lower": str.lower,
    "strip": str.strip,
}


def filter_of(reference: str, *, place: str, source: str) -> Callable[[str], str] | None:
    """Make one function of the filters of a reference; None if it has none.

    Raises
    ------
    InputError
        There is no such filter.

    Examples
    --------
    >>> filter_of("name | html | label", place="rule 1", source="my.toml")("R&amp;D (3)")
    'R&D'
    """
    names = [name.strip() for name in reference.split("|")[1:]]
    for name in names:
        if name not in FILTERS:
            raise InputError(
                f"{place} uses the unknown filter {show(name)}; there are {', '.join(FILTERS)}",
                where=Place(source),
                code="bad-preset",
            )
    if len(names) < 2:
        return FILTERS[names[0]] if names else None

    def filtered(text: str) -> str:
        for name in names:
            text = FILTERS[name](text)
        return text

    return filtered
