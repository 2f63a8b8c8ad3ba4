"""What both XES tokenisers hand over: attributes of events and traces as flat arrays.

A file is cut into pieces; each piece becomes one `Tokens`. Events and traces are counted from 0
over the whole file, so pieces need not know of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from casemine.errors import InputError, Place

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

TYPES = ("string", "date", "int", "float", "boolean", "id")
NESTING = ("list", "container")
MAX_KEYS = 5_000  # columns of a table; real logs have up to a few hundred


class Field(NamedTuple):
    """The type and the key of an attribute, as the file has them."""

    type: str
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Attributes:
    """One entry per attribute, in the order of the file."""

    owner: NDArray[np.int64]  # the event or trace it belongs to; never falls
    field: NDArray[np.uint16]  # index of its `Field`
    at: NDArray[np.int64]  # index of its value in `values`
    values: pa.Array  # text as written; null where the attribute has no value


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The attributes of a piece of a file."""

    fields: tuple[Field, ...]
    events: Attributes
    traces: Attributes
    event_trace: NDArray[np.int64]  # per event that begins here: its trace, -1 outside of any
    trace_count: int  # traces that begin here


def too_many_keys(name: str) -> InputError:
    """Refuse a log whose attributes are not columns but data of their own."""
    return InputError(
        f"holds more than {MAX_KEYS:,} different attribute keys, too many for a table",
        where=Place(name),
        code="too-many-attributes",
    )
