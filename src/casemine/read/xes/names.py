"""What columns were called before XES gave them keys: the log attribute `column_names`, as JSON.

Our own writer makes it, where a name could not be a key (`casemine.write.xes_keys`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from casemine.read.xes.roles import RESERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.xes.expat import Remarks

NAMES_KEY = "column_names"

_Values = TypeVar("_Values")


def original_names(remarks: Remarks) -> dict[str, str]:
    """Read the names by their keys; none where the log does not tell them."""
    told = [
        value
        for field, value, _ in remarks.log_attributes
        if field.type == "string" and field.key == NAMES_KEY and value
    ]
    if len(told) != 1:
        return {}
    try:
        names = json.loads(told[0])
    except (ValueError, RecursionError):
        return {}
    if not isinstance(names, dict):
        return {}
    return {
        key: name
        for key, name in names.items()
        if isinstance(name, str) and name not in RESERVED and key not in RESERVED
    }


def renamed(columns: Mapping[str, _Values], names: Mapping[str, str]) -> dict[str, _Values]:
    """Give columns their names back, unless another one has that name.

    Examples
    --------
    >>> renamed({"a_b": 1, "c": 2}, {"a_b": "a b", "c": "a_b"})
    {'a b': 1, 'c': 2}
    """
    made: dict[str, _Values] = {}
    for key, values in columns.items():
        name = names.get(key, key)
        made[key if name in columns or name in made else name] = values
    return made
