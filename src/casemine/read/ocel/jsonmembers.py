"""The members of a JSON object whose values are long lists, element by element.

An object-centric log is one object with four lists (OCEL 2.0), or with two objects of thousands of
keys (OCEL 1.0). Its elements are decoded one at a time, so memory holds a few and not the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.errors import show
from casemine.read.tables.jsonwindow import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def members(
    blocks: Iterable[bytes], name: str, wanted: frozenset[str]
) -> Iterator[tuple[str, str | None, Any, int]]:
    r"""Decode the elements of some members of the object that a JSON text is.

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8.
    name : str
        For messages.
    wanted : frozenset of str
        Keys whose values are taken apart; the others are checked and passed over.

    Yields
    ------
    (str, str or None, value, int)
        The key of the member; the key of the element where the member is an object; the element,
        numbers as `Number`; the physical line. A member that is neither list nor object comes as
        one element, and one without elements as none.

    Raises
    ------
    InputError
        The text is not JSON, cut off, nests too deeply, has a key twice, or is no object.

    Examples
    --------
    >>> list(members([b'{"a": [1,\n 2], "b": {"x": 3}, "c": 4}'], "f", frozenset({"a", "b"})))
    [('a', None, '1', 1), ('a', None, '2', 2), ('b', 'x', '3', 2)]
    """
    window = Window(blocks, name)
    if window.peek() != "{":
        raise window.error(f"begins with {show(window.peek())}, not with an object")
    for key in window.keys():  # noqa: SIM118 - read one by one, each before its value
        sign = window.peek()
        if key not in wanted:
            window.skip()
        elif sign == "[":
            for _ in window.elements():
                yield key, None, *_value(window)
        elif sign == "{":
            for inner in window.keys():  # noqa: SIM118
                yield key, inner, *_value(window)
        else:
            yield key, None, *_value(window)
    if window.peek():
        raise window.error(f"goes on after its end: {show(window.rest(30))}")


def _value(window: Window) -> tuple[Any, int]:
    """Decode the next value, and say on which line it begins."""
    window.peek()
    line = window.line()
    return window.value(), line
