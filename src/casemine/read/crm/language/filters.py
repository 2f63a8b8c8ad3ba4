"""What a template may do to a value: `{old_value | html | label}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.crm.language.section import is_regex
from casemine.read.crm.raw.plaintext import plain_text

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
    r"""Make one function of the filters of a reference; None if it has none.

    A regular expression between slashes (without `|`) gives what its first group finds.

    Raises
    ------
    InputError
        There is no such filter, or the expression is none.

    Examples
    --------
    >>> filter_of("name | html | label", place="rule 1", source="my.toml")("R&amp;D (3)")
    'R&D'
    >>> filter_of("name | /#([0-9]+)/", place="rule 1", source="my.toml")("merged into #1013")
    '1013'
    """
    names = [name.strip() for name in reference.split("|")[1:]]
    known = dict(FILTERS)
    for name in names:
        if is_regex(name):
            known[name] = _finder(name[1:-1], place, source)
        elif name not in FILTERS:
            raise InputError(
                f"{place} uses the unknown filter {show(name)}; there are {', '.join(FILTERS)}",
                where=Place(source),
                code="bad-preset",
            )
    if len(names) < 2:
        return known[names[0]] if names else None

    def filtered(text: str) -> str:
        for name in names:
            text = known[name](text)
        return text

    return filtered


def _finder(pattern: str, place: str, source: str) -> Callable[[str], str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        problem = str(error)
    else:
        problem = "" if compiled.groups else "it has no group"
    if problem:
        raise InputError(
            f"{place} uses the bad pattern {show(pattern)}: {problem}",
            where=Place(source),
            code="bad-preset",
        )

    def find(text: str) -> str:
        hit = compiled.search(text)
        return (hit.group(1) or "") if hit else ""

    return find
