"""Values that an eye takes for the same and a program does not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import to_numpy, valid

# Soft hyphen, characters without width, marks of direction, byte-order mark.
_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]"


def same_when_stripped(values: pa.Array) -> tuple[str, str] | None:
    """Find two values that differ only in blanks around them; None if there are none.

    Examples
    --------
    >>> same_when_stripped(pa.array(["New", "Open", "New "]))
    ('New', 'New ')
    """
    return _same_when(values, pc.utf8_trim_whitespace(values))


def same_to_the_eye(values: pa.Array) -> tuple[str, str] | None:
    r"""Find two values that differ only in what is not seen; None if there are none.

    That is characters without width, letters with accents in one or two parts, and the apostrophe
    that spreadsheets put in front of text.

    Examples
    --------
    >>> same_to_the_eye(pa.array(["007", "8", "'007"])), same_to_the_eye(pa.array(["a", "a\u200b"]))
    (('007', "'007"), ('a', 'a\u200b'))
    """
    seen = pc.replace_substring_regex(values, "^'", "")
    if not pc.all(pc.string_is_ascii(values)).as_py():
        seen = pc.replace_substring_regex(pc.utf8_normalize(seen, "NFC"), _UNSEEN, "")
    return _same_when(values, seen)


def _same_when(values: pa.Array, plain: pa.Array) -> tuple[str, str] | None:
    """Find two values whose plain forms are the same, one of them plain itself if there is one."""
    differs = pc.not_equal(values, plain)
    changed, bare = values.filter(differs), plain.filter(differs)
    if not len(changed):
        return None
    first = pc.index_in(bare, value_set=values.filter(pc.invert(differs)))
    for place in np.flatnonzero(valid(first)).tolist():
        return bare[place].as_py(), changed[place].as_py()
    counts = bare.dictionary_encode()
    if len(counts.dictionary) < len(bare):
        codes = to_numpy(counts.indices)
        _, starts, repeats = np.unique(codes, return_index=True, return_counts=True)
        code = int(np.flatnonzero(repeats > 1)[0])
        one, two = np.flatnonzero(codes == codes[starts[code]])[:2].tolist()
        return changed[one].as_py(), changed[two].as_py()
    return None
