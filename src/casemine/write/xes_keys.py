r"""Keys of XES attributes: what a column is called, as far as the standard lets it be called so.

IEEE 1849 has keys of the XML type Name: letters, digits, `.`, `-`, `_` and `:`, no blanks, and no
digit in front. A column of another name gets one that looks like it, and the attribute
`column_names` of the log says in JSON what it is called, so that reading gives the name back.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

NAMES_KEY = "column_names"

# The letters of XML 1.0 that names of columns have, as far as old and new editions agree on them.
_LETTER = (
    r"A-Za-zÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žΆΈ-ΊΌΎ-ΡΣ-ώЁ-ЌЎ-яё-ќў-ҁא-תء-غف-ي"
    r"\u0905-\u0939\u0E01-\u0E2E\u3041-\u3094\u30A1-\u30FA\u4E00-\u9FA5\uAC00-\uD7A3"
)
_NAME = re.compile(rf"[{_LETTER}_:][{_LETTER}0-9._:-]*")
_NO_NAME_CHARACTER = re.compile(rf"[^{_LETTER}0-9._:-]+")


def is_key(text: str) -> bool:
    """Whether a text can be a key as it is.

    Examples
    --------
    >>> is_key("org:resource"), is_key("Short description"), is_key("1st")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None


@dataclass(slots=True)
class Keys:
    """Hands out keys; two names never share one."""

    taken: set[str]  # names that are keys as they are
    names: dict[str, str] = field(default_factory=dict)  # what a column is called, by its key

    def key(self, name: str) -> str:
        """Return the key of a name.

        Examples
        --------
        >>> keys = Keys({"Short_description"})
        >>> keys.key("impact"), keys.key("Short description"), keys.key("Short description")
        ('impact', 'Short_description_2', 'Short_description_2')
        """
        if is_key(name):
            return name
        known = next((key for key, other in self.names.items() if other == name), None)
        if known is not None:
            return known
        wanted = _NO_NAME_CHARACTER.sub("_", name)
        wanted = wanted if is_key(wanted) else f"_{wanted}"
        key, number = wanted, 1
        while key in self.taken or key in self.names:
            number += 1
            key = f"{wanted}_{number}"
        self.names[key] = name
        return key

    def told(self) -> str:
        """Tell what the columns are called, as JSON; empty where keys say it all."""
        return json.dumps(self.names, ensure_ascii=False, sort_keys=True) if self.names else ""
