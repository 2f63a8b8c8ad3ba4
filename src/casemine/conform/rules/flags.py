"""Read how a system says itself whether a target was met: the tables `[[sla]]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.conform.rules.values import SlaFlag

if TYPE_CHECKING:
    from collections.abc import Collection

    from casemine.conform.rules.checks import Reading

_KEYS = ("rule", "column", "met", "broken", "events")


def read_flags(reading: Reading, value: object, rules: Collection[str]) -> tuple[SlaFlag, ...]:
    """Read the tables, those of rules that are off left out.

    Raises
    ------
    InputError
        One lacks a key, or has one that means nothing.
    """
    tables = value if isinstance(value, list) else [value]
    found = []
    for given in tables:
        table = reading.table(given, "sla")
        reading.known_keys(table, _KEYS, "sla")
        for key in _KEYS[:-1]:
            if key not in table:
                reading.fail(f"[[sla]] says no {key}", "sla")
        met, broken = (
            reading.words(table[key], f"{key} in [[sla]]", "sla", key) for key in ("met", "broken")
        )
        events = None
        if "events" in table:
            events = reading.words(table["events"], "events in [[sla]]", "sla", "events")
        found.append(SlaFlag(str(table["rule"]), str(table["column"]), met, broken, events))
    return tuple(one for one in found if one.rule in rules)
