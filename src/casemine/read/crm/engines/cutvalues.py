"""Values of which a system keeps only the beginning: counted, not taken for whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from casemine.errors import show
from casemine.log.arrays import to_numpy
from casemine.model.intake import Note
from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Words
    from casemine.read.crm.language.preset import Truncation

VALUED = ("old", "new", "text")


def cut_values(rows: Coded, words: Words) -> list[Note]:
    """Count the values that look cut, by field.

    A value looks cut if it is as long as the system lets values become (`truncated.length` of the
    preset), or ends as the system ends what it cuts (`truncated.ends`). One that just happens to
    be so long is counted too: the export does not tell.
    """
    known = rows.part.truncated
    if known is None or (known.length is None and known.ends is None):
        return []
    nothing = np.full(rows.count, NONE, np.int32)
    field = rows.columns.get("field", nothing)
    cut = [
        words.answers(rows.columns[name], lambda texts: _looks_cut(texts, known))
        for name in VALUED
        if name in rows.columns
    ]
    count = sum(int(np.count_nonzero(each)) for each in cut)
    if not count:
        return []
    fields = {text for each in cut for text in words.texts(words.used(field[each]))}
    listed = ", ".join(show(text) for text in sorted(filter(None, fields))[:5])
    where = f" (in {listed})" if listed else ""
    how = f"have {known.length:,} characters" if known.length else f"end with {show(known.ends)}"
    text = (
        f"{count:,} values{where} {how}, which is where {rows.part.title} cuts them: "
        "the rest is not in the export"
    )
    return [Note("values-cut", text, count)]


def _looks_cut(texts: pa.Array, known: Truncation) -> NDArray[np.bool_]:
    found = np.zeros(len(texts), np.bool_)
    if known.length is not None:
        found |= to_numpy(pc.utf8_length(texts)) >= known.length
    if known.ends is not None:
        found |= to_numpy(pc.ends_with(texts, pattern=known.ends))
    return found
