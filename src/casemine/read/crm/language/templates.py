"""Texts in which `{column | filter}` stands for a value, taken apart."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"\{([^{}]+)\}")


def references(template: str) -> list[str]:
    """List what stands between braces, filters included.

    Examples
    --------
    >>> references("{first} {last | label}")
    ['first', 'last | label']
    """
    return _REFERENCE.findall(template)


def columns_in(template: str) -> list[str]:
    """List the columns that a template mentions.

    Examples
    --------
    >>> columns_in("{first} {last | label}"), columns_in("first")
    (['first', 'last'], [])
    """
    return [each.partition("|")[0].strip() for each in references(template)]


def fixed_in(template: str) -> list[str]:
    """List the texts before, between and behind the references: one more than there are of these.

    Examples
    --------
    >>> fixed_in("{first} {last}!")
    ['', ' ', '!']
    """
    return _REFERENCE.split(template)[::2]
