"""Process trees: the root at the left, activities one under the other at the right.

Its layout needs no engine: leaves get rows of their own, a block stands in the middle of its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.legend import Key
from casemine.draw.page import Picture, Sheet, compose, plural
from casemine.draw.shapes import BoxText, activity_box
from casemine.draw.svg import element, group, isolated
from casemine.draw.textwidth import visible
from casemine.draw.theme import Theme, ThemeName, theme_of
from casemine.model.diagram import Box
from casemine.model.tree import Operator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casemine.draw.request import Direction
    from casemine.model.tree import ProcessTree

_SIGN = 30.0
_GAP = 10.0
_LEVEL = 40.0
_SILENT = 10.0
_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
_WORDS = {
    Operator.SEQUENCE: "One after the other",
    Operator.CHOICE: "One of them",
    Operator.PARALLEL: "All, in any order",
    Operator.LOOP: "First, then maybe second and again",
    Operator.INTERLEAVING: "All, but not at once",
    Operator.OR: "One or more of them",
}


@dataclass(slots=True)
class _Item:
    """A node of the tree with its place; `depth` counts from the root."""

    tree: ProcessTree
    depth: int
    label: BoxText | None
    parts: list[_Item]
    box: Box


def draw_tree(
    tree: ProcessTree,
    *,
    title: str = "Process tree",
    subtitle: str | None = None,
    direction: Direction = "lr",
    theme: ThemeName = "auto",
) -> Picture:
    """Draw a process tree.

    Parameters
    ----------
    subtitle : str, optional
        A line under the title; without it the numbers of blocks and activities.
    direction : {"lr", "tb"}
        Where leaves are: at the right, or at the bottom.
    theme : {"auto", "light", "dark", "print"}
        As for `draw_map`.
    """
    root = _items(tree)
    width, height = _place(root, direction)
    colours = theme_of(theme)
    items = list(_all(root))
    parts = [_branches(item, direction, colours) for item in items if item.parts]
    parts += [_draw(item, colours) for item in items]
    used = {item.tree.operator for item in items if item.tree.operator}
    leaves = sum(item.tree.label is not None for item in items)
    size = (
        f"{plural(sum(item.tree.operator is not None for item in items), 'block')}"
        f" · {plural(leaves, 'activity', 'activities')}"
    )
    sheet = Sheet(
        title=title,
        subtitle=size if subtitle is None else subtitle,
        coverage=None,
        description=f"Process tree: {size}.",
        keys=[
            Key(_WORDS[op], _sign(op, Box(10, 9, 20, 20), colours), 20)
            for op in Operator
            if op in used
        ],
        theme=theme,
        engine="built-in",
    )
    return Picture(compose(sheet, "\n".join(parts), width, height))


def _items(tree: ProcessTree) -> _Item:
    """Measure every node; without recursion, because loops can nest deeply."""
    root = _Item(tree, 0, None, [], _NOWHERE)
    waiting = [root]
    while waiting:
        item = waiting.pop()
        if item.tree.label is not None:
            item.label = BoxText.of(item.tree.label, narrowest=60)
        item.parts = [
            _Item(child, item.depth + 1, None, [], _NOWHERE) for child in item.tree.children
        ]
        waiting += item.parts
    return root


def _all(root: _Item) -> Iterator[_Item]:
    """Every item, a block before its parts, in the order of the tree."""
    waiting = [root]
    while waiting:
        item = waiting.pop()
        yield item
        waiting += reversed(item.parts)


def _size(item: _Item) -> tuple[float, float]:
    if item.label:
        return item.label.width, item.label.height
    side = _SIGN if item.tree.operator else _SILENT
    return side, side


def _place(root: _Item, direction: Direction) -> tuple[float, float]:
    """Give leaves their rows and blocks the middle of their parts; return the size of it all."""
    flat = direction == "lr"
    items = list(_all(root))
    levels: dict[int, float] = {}
    for item in items:
        along = _size(item)[0 if flat else 1]
        # A leaf begins at its own level but doesn't push later levels away: its row is its own.
        levels[item.depth] = max(levels.get(item.depth, _SIGN), _SIGN if item.label else along)
    starts, at = {}, 0.0
    for depth in sorted(levels):
        starts[depth] = at
        at += levels[depth] + _LEVEL
    row, end = 0.0, 0.0
    middles: dict[int, float] = {}
    for item in items:
        if not item.parts:
            across = _size(item)[1 if flat else 0]
            middles[id(item)] = row + across / 2
            row += across + (_GAP if flat else _GAP * 1.6)
    for item in reversed(items):
        if item.parts:
            ends = [middles[id(item.parts[i])] for i in (0, -1)]
            middles[id(item)] = sum(ends) / 2
        width, height = _size(item)
        along = width if flat else height
        begin = starts[item.depth] + (0.0 if item.label else (_SIGN - along) / 2)
        end = max(end, begin + along)
        u, v = begin + along / 2, middles[id(item)]
        item.box = Box(u, v, width, height) if flat else Box(v, u, width, height)
    across = row - _GAP
    low = min(
        item.box.y - item.box.height / 2 if flat else item.box.x - item.box.width / 2
        for item in items
    )
    if low < 0:
        for item in items:
            box = item.box
            item.box = (
                Box(box.x, box.y - low, box.width, box.height)
                if flat
                else Box(box.x - low, box.y, box.width, box.height)
            )
        across -= low
    across = max(across, _SIGN)
    return (end, across) if flat else (across, end)


def _branches(item: _Item, direction: Direction, theme: Theme) -> str:
    """Draw the lines from a block to its parts, bent half-way."""
    lines = []
    for part in item.parts:
        a, b = item.box, part.box
        if direction == "lr":
            x1, x2 = a.x + a.width / 2, b.x - b.width / 2
            middle = x1 + _LEVEL / 2
            lines.append(f"M{x1:.1f},{a.y:.1f}{_bend((x1, a.y), (x2, b.y), middle)}")
        else:
            y1, y2 = a.y + a.height / 2, b.y - b.height / 2
            middle = y1 + _LEVEL / 2
            bent = _bend((y1, a.x), (y2, b.x), middle, swap=True)
            lines.append(f"M{a.x:.1f},{y1:.1f}{bent}")
    return element(
        "path",
        {
            "d": "".join(lines),
            "fill": "none",
            "stroke": theme.paths[1],
            "stroke-width": "1.5",
            "class": "p1",
        },
    )


def _bend(
    start: tuple[float, float], end: tuple[float, float], middle: float, *, swap: bool = False
) -> str:
    """Write an elbow with round corners, in (along, across)."""
    r = min(8.0, abs(end[1] - start[1]) / 2)
    if r < 0.5:
        corners: Sequence[tuple[str, tuple[float, float]]] = [("L", end)]
    else:
        turn = r if end[1] > start[1] else -r
        corners = [
            ("L", (middle - r, start[1])),
            ("Q", (middle, start[1])),
            (" ", (middle, start[1] + turn)),
            ("L", (middle, end[1] - turn)),
            ("Q", (middle, end[1])),
            (" ", (middle + r, end[1])),
            ("L", end),
        ]
    return "".join(
        f"{command}{point[1]:.1f},{point[0]:.1f}"
        if swap
        else f"{command}{point[0]:.1f},{point[1]:.1f}"
        for command, point in corners
    )


def _draw(item: _Item, theme: Theme) -> str:
    if item.label:
        name = item.tree.label or ""
        return group(
            {"data-activity": visible(name, limit=1000)},
            isolated(name),
            activity_box(item.box, item.label, theme, fill=theme.fills[0]),
        )
    if item.tree.operator is None:
        dot = {"cx": item.box.x, "cy": item.box.y, "r": 5, "fill": theme.quiet, "class": "qa"}
        return group({}, "τ: nothing visible", element("circle", dot))
    return group({}, _WORDS[item.tree.operator], _sign(item.tree.operator, item.box, theme))


def _sign(operator: Operator, box: Box, theme: Theme) -> str:
    """Draw an operator as a path in a circle: fonts differ in such glyphs."""
    circle = element(
        "circle",
        {
            "cx": float(box.x),
            "cy": float(box.y),
            "r": box.width / 2,
            "fill": theme.fills[2],
            "stroke": theme.box_line,
        },
    )
    s = box.width / 30
    marks = {
        Operator.SEQUENCE: "M-8,0H7M2,-5L7,0L2,5",
        Operator.CHOICE: "M-5.5,-5.5L5.5,5.5M-5.5,5.5L5.5,-5.5",
        Operator.PARALLEL: "M-7,0H7M0,-7V7",
        Operator.LOOP: "M4.5,-5A6.8,6.8 0 1 0 6.8,0.5M5.2,-10L4.9,-4.6L-0.4,-5.4",
        Operator.INTERLEAVING: "M-8,0H8M-4,-4L-8,0L-4,4M4,-4L8,0L4,4",
        Operator.OR: "M-6.5,0A6.5,6.5 0 1 0 6.5,0A6.5,6.5 0 1 0 -6.5,0",
    }
    mark = element(
        "path",
        {
            "d": marks[operator],
            "transform": f"translate({box.x:.1f},{box.y:.1f}) scale({s:.2f})",
            "fill": "none",
            "stroke": theme.ink,
            "stroke-width": "2",
            "stroke-linecap": "round",
            "stroke-linejoin": "round",
        },
    )
    return circle + mark
