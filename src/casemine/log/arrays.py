"""Between Arrow and numpy without a copy, and without pandas.

`numpy.asarray(arrow)` and `pyarrow.array(numpy)` load pandas behind the scenes, a third of a
second that a command has no use for. These work on the buffers themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def to_numpy(array: pa.Array) -> NDArray[Any]:
    """View numbers as numpy sees them; times count in their unit, missing values are undefined.

    Examples
    --------
    >>> to_numpy(pa.array([1, 2, 3]).slice(1)).tolist()
    [2, 3]
    >>> to_numpy(pa.array([True, False])).tolist()
    [True, False]
    """
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    kind, data = array.type, array.buffers()[1]
    if data is None or not len(array):
        return np.zeros(len(array), _numpy_type(kind))
    if pa.types.is_boolean(kind):
        bits = np.frombuffer(data, np.uint8)
        whole = np.unpackbits(bits, count=array.offset + len(array), bitorder="little")
        return whole[array.offset :].view(np.bool_)
    numbers = np.frombuffer(data, _numpy_type(kind), count=array.offset + len(array))
    return numbers[array.offset :]


def from_numpy(numbers: NDArray[Any], kind: pa.DataType | None = None) -> pa.Array:
    """View a numpy array of numbers or truths as Arrow sees it; `kind` for times and the like.

    Examples
    --------
    >>> from_numpy(np.array([True, False, True])).to_pylist()
    [True, False, True]
    """
    if numbers.dtype == np.bool_:
        data = pa.py_buffer(np.packbits(numbers, bitorder="little"))
        return pa.Array.from_buffers(pa.bool_(), len(numbers), [None, data])
    kind = kind or pa.from_numpy_dtype(numbers.dtype)
    data = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(kind, len(numbers), [None, data])


def with_gaps(
    numbers: NDArray[Any], present: NDArray[np.bool_], kind: pa.DataType | None = None
) -> pa.Array:
    """As `from_numpy`, with null where a number or a truth is not `present`.

    Examples
    --------
    >>> with_gaps(np.array([7, 8]), np.array([True, False])).to_pylist()
    [7, None]
    """
    kind = kind or pa.from_numpy_dtype(numbers.dtype)
    bits = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
    if numbers.dtype == np.bool_:
        numbers = np.packbits(numbers, bitorder="little")
    data = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(kind, len(present), [bits, data])


def valid(array: pa.Array) -> NDArray[np.bool_]:
    """Say of each value whether it is there."""
    return to_numpy(array.is_valid())


def _numpy_type(kind: pa.DataType) -> Any:
    if pa.types.is_boolean(kind):
        return np.dtype(np.bool_)
    signed = "iuf"[2 if pa.types.is_floating(kind) else int(pa.types.is_unsigned_integer(kind))]
    return np.dtype(f"{signed}{kind.bit_width // 8}")


def texts(values: Sequence[str]) -> pa.Array:
    """Make a text column of a few strings.

    Examples
    --------
    >>> texts(["a", "", "é"]).to_pylist()
    ['a', '', 'é']
    """
    parts = [value.encode("utf-8", "replace") for value in values]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(parts), pa.py_buffer(ends), pa.py_buffer(b"".join(parts))
    )
