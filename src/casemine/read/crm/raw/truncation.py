"""Cases whose history the system has cut, as far as the records themselves show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from casemine.read.crm.raw.paths import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.crm.language.preset import FilePart, Truncation
    from casemine.read.crm.raw.paths import Paths, Scope


class Truncations:
    """Checks records one by one.

    Parameters
    ----------
    part : FilePart
        `truncated` says where the number of entries and the list stand.
    records : str or None
        Path of the records; if they are the list that may be short, the number stands beside it.
    paths : Paths
        Of records, without aliases.
    """

    def __init__(self, part: FilePart, records: str | None, paths: Paths) -> None:
        known = part.truncated
        self._checks = [*_by_total(known, records, paths), *_by_length(known, paths)]
        self._total = known.total if known and bool(records) and known.listed == (records,) else ()
        self._from_name = part.case_from_name
        specs = [take.columns["case"] for take in part.takes if "case" in take.columns]
        specs += [part.ticket[name] for name in ("key", "number") if name in part.ticket]
        self._case = paths.text([path for spec in specs for path in spec]) if specs else _no_case
        self._first: str | None = None
        self._cases: dict[str, None] = {}
        self.wanted = bool(self._checks or self._total)

    def check(self, record: Any) -> None:
        """Note the case of a record if its history is short."""
        scope = [record]
        if self._first is None:
            self._first = self._case(scope)
        if any(is_short(scope) for is_short in self._checks):
            self._cases[self._case(scope) or ""] = None

    def cases(self, beside: Mapping[str, Any], records: int, name: str) -> tuple[str, ...]:
        """List the cases found, in order.

        Parameters
        ----------
        beside : mapping
            Plain values beside the list of records.
        records : int
            How many there are.
        name : str
            Of the file; tells the case where the preset says so and the records do not.
        """
        total = next((beside[path] for path in self._total if beside.get(path) is not None), 0)
        found = list(self._cases)
        if isinstance(total, int) and total > records:
            found.append(self._first or "")
        named = re.search(self._from_name, name) if self._from_name else None
        unnamed = (named[1] if named.re.groups else named[0]) if named else ""
        return tuple(dict.fromkeys(case or unnamed for case in found))


def _by_total(known: Truncation | None, records: str | None, paths: Paths) -> list[Any]:
    """Compare the number of entries with the list inside the record."""
    if known is None or not known.total or not known.listed or known.listed == (records,):
        return []
    total_of = paths.text(known.total)
    lists = [paths.value(path) for path in known.listed]

    def is_short(scope: Scope) -> bool:
        total = total_of(scope) or ""
        listed = next((found for get in lists if isinstance(found := get(scope), list)), ())
        return total.isdecimal() and int(total) > len(listed)

    return [is_short]


def _by_length(known: Truncation | None, paths: Paths) -> list[Any]:
    """Find lists that are as long as the system lets them become."""
    if known is None or known.entries is None:
        return []
    path, most = known.entries
    elements = paths.elements(path)
    if not path.endswith(ENTRIES):
        return [lambda scope: len(elements(scope)) >= most]
    return [
        lambda scope: any(
            isinstance(each["value"], list) and len(each["value"]) >= most
            for each in elements(scope)
        )
    ]


def _no_case(_: Scope) -> str | None:
    return None
