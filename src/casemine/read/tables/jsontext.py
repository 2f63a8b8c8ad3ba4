"""Objects of a JSON text one by one, with the line each begins on, without holding the whole text.

A list of objects, objects one after another (NDJSON), or one object that holds a single list of
objects. Numbers stay as they are written; what JSON forbids (NaN, a key twice, an end in the
middle) is an error with its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show
from casemine.read.tables.jsonwindow import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST_FIRST = 4 << 20  # characters; a longer first object is not a record but wraps them


def objects(blocks: Iterable[bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    r"""Decode the objects of a JSON text.

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8.
    name : str
        For messages.

    Yields
    ------
    (int, dict)
        Physical line on which the object begins, and the object; numbers are `Number`.

    Raises
    ------
    InputError
        The text is not JSON, is cut off, nests too deeply, or holds no list of objects.

    Examples
    --------
    >>> list(objects([b'[{"id": 1.50},\n {"id": 7}]'], "a.json"))
    [(1, {'id': '1.50'}), (2, {'id': '7'})]
    """
    window = Window(blocks, name)
    first = window.peek()
    if first == "[":
        for _ in window.elements():
            yield window.object("the list")
    elif first == "{":
        yield from _sequence(window)
    else:
        raise window.error(f"begins with {show(first)}, not with an object or a list")
    if window.peek():
        raise window.error(f"goes on after the end of its list: {show(window.rest(30))}")


def _sequence(window: Window) -> Iterator[tuple[int, dict[str, Any]]]:
    """Decode objects that follow one another; a single one may wrap a list."""
    found = window.whole(LARGEST_FIRST)
    if found is None:
        yield from _wrapped(window)
        return
    line, first = found
    wrapper = window.last()
    if window.peek():
        yield line, first
        while window.peek():
            yield window.object("the text")
        return
    lists = [
        key
        for key, value in first.items()
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
    ]
    plain = sum(not isinstance(value, list | dict) for value in first.values())
    if not lists and plain > 1:
        yield line, first
        return
    if len(lists) != 1:
        raise _shapeless(window.name, line, list(first), len(lists))
    yield from _wrapped(wrapper, lists[0])


def _wrapped(window: Window, name: str | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Decode the one list of objects that an object has, under the given key if it is known."""
    line = window.line()
    keys: list[str] = []
    lists = 0
    for key in window.keys():  # noqa: SIM118 - they are read one by one, each before its value
        keys.append(key)
        if window.peek() != "[" or name not in (None, key):
            window.skip()
            continue
        wanted = None
        for _ in window.elements():
            if wanted is None:
                wanted = window.peek() == "{"
                lists += wanted
            if wanted and lists == 1:
                yield window.object("the list")
            else:
                window.skip()
    if lists != 1:
        raise _shapeless(window.name, line, keys, lists)


def _shapeless(name: str, line: int, keys: list[str], lists: int) -> InputError:
    found = f"{lists} lists of objects" if lists else "no list of objects"
    return InputError(
        f"is one object with {found}; its keys are {', '.join(map(show, keys[:20]))}",
        where=Place(name, line),
        mend="save the list of events alone, as a JSON array",
        code="json-shape",
    )
