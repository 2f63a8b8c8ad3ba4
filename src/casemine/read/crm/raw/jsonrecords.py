"""Records out of the lists of a JSON text, in one reading and without holding more than one.

A list is named by its path (`issues`, `_embedded.conversations`, the empty path for the root) and
may stand before or behind others; `users.*` takes the entries of an object as `key` and `value`.
Pages that follow one another, or stand in a list, are read as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.errors import show
from casemine.read.tables.jsonwindow import QUICK, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENTRIES = "*"  # last part of a path: the entries of an object
_MAX_BESIDE = 1_000


class JsonRecords:
    """Iterate once for (number of the path, line, record).

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8.
    name : str
        For messages.
    paths : sequence of str
        Lists to take records from.

    Raises
    ------
    InputError
        While iterating: the text is not JSON, is cut off, or a list holds something else than
        objects.

    Examples
    --------
    >>> text = b'{"users": [{"id": 7}], "total": 1, "page": {"issues": [{"key": "A-1"}]}}'
    >>> found = JsonRecords([text], "a.json", ["page.issues", "users"])
    >>> list(found)
    [(1, 1, {'id': 7}), (0, 1, {'key': 'A-1'})]
    >>> found.beside
    {'total': 1}
    """

    def __init__(self, blocks: Iterable[bytes], name: str, paths: Sequence[str]) -> None:
        self.found: set[int] = set()  # paths that exist, be it with an empty list
        self.beside: dict[str, Any] = {}  # plain values beside the lists, by path
        self._window = Window(blocks, name, QUICK)
        self._tree: dict[str, Any] = {}
        self._root: int | None = None
        for number, path in enumerate(paths):
            if not path:
                self._root = number
                continue
            node = self._tree
            *outer, last = path.split(".")
            for key in outer:
                node = node.setdefault(key, {})
            node[last] = number

    @property
    def passed(self) -> int:
        """Characters read so far."""
        return self._window.passed

    def __iter__(self) -> Iterator[tuple[int, int, Any]]:
        window = self._window
        first = window.peek()
        if first not in ("{", "["):
            raise window.error(
                f"begins with {show(first)}, not with an object or a list" if first else "is empty"
            )
        while window.peek():
            yield from self._at_root()

    def _at_root(self, depth: int = 0) -> Iterator[tuple[int, int, Any]]:
        """Read one value of the root, or one page in a list of pages."""
        window, root = self._window, self._root
        if window.peek() == "[" and depth < 2:  # a list of lists is one of pages
            if root is not None:
                self.found.add(root)
            for _ in window.elements():
                yield from self._at_root(depth + 1)
        elif root is not None:
            self.found.add(root)
            line, record = window.object("the list" if depth else "the text")
            yield root, line, record
            yield from self._beside_record(self._tree, record, line)
        elif window.peek() == "{":
            yield from self._inside(self._tree, "")
        else:
            window.object("the text")  # which it is not: an error

    def _beside_record(
        self, node: dict[str, Any], value: dict[str, Any], line: int
    ) -> Iterator[tuple[int, int, Any]]:
        """Take wanted lists out of an object that is a record itself."""
        for key, child in node.items():
            inner = value.get(key)
            if isinstance(child, dict):
                if isinstance(inner, dict):
                    yield from self._beside_record(child, inner, line)
            elif key == ENTRIES:
                self.found.add(child)
                for name, each in value.items():
                    yield child, line, {"key": name, "value": each}
            elif isinstance(inner, list):
                self.found.add(child)
                for each in inner:
                    yield child, line, each

    def _inside(self, node: dict[str, Any], path: str) -> Iterator[tuple[int, int, Any]]:
        """Read an object that holds wanted lists, key by key."""
        window = self._window
        entries = node.get(ENTRIES)
        for key in window.keys():  # noqa: SIM118 - they are read one by one, each before its value
            child = node.get(key, entries)
            sign = window.peek()
            if isinstance(child, dict) and sign == "{":
                if isinstance(child.get(ENTRIES), int):
                    self.found.add(child[ENTRIES])
                yield from self._inside(child, f"{path}{key}.")
            elif child is None or isinstance(child, dict):
                if sign in ("{", "["):
                    window.skip()
                elif len(self.beside) < _MAX_BESIDE:
                    self.beside[path + key] = window.value()
                else:
                    window.value()
            elif key not in node:
                line = window.line()
                yield child, line, {"key": key, "value": window.value()}
            else:
                yield from self._records(child, path + key)

    def _records(self, number: int, path: str) -> Iterator[tuple[int, int, Any]]:
        """Read the wanted value: a list of objects, or the one object itself."""
        window = self._window
        sign = window.peek()
        if sign == "[":
            self.found.add(number)
            where = f"the list {show(path)}"
            for _ in window.elements():
                yield (number, *window.object(where))
        elif sign == "{":
            self.found.add(number)
            yield (number, *window.object(path))
        elif (value := window.value()) is not None:
            raise window.error(f"has {show(path)} = {show(value)}, which is not a list")
