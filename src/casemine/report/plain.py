"""A document as plain aligned text: nothing cut, nothing wrapped, no colours, ASCII drawing only.

What goes into a pipe or a file looks like this, so that no value is lost to the width of a window
that nobody looks at. Control characters in data are escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import escape
from casemine.report.document import Bar, Cell, Document, Facts, Prose, Spark, Steps, Table
from casemine.report.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

PADDED = 80  # a wider text cell pushes its own row along instead of padding all the others
GAP = "  "


def render(document: Document) -> str:
    """Write a document as text with a final line end.

    Examples
    --------
    >>> from casemine.report.document import Column
    >>> table = Table((Column("activity"), Column("events", figure=True)), (("New", "12"),))
    >>> print(render(Document("one activity", (table,))), end="")
    one activity
    <BLANKLINE>
    activity  events
    New           12
    """
    parts = [[escape(document.title)]] if document.title else []
    parts.extend(_block(block) for block in document.blocks)
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _block(block: Table | Facts | Prose) -> list[str]:
    heading = [escape(block.heading)] if block.heading else []
    if isinstance(block, Prose):
        return heading + [escape(line) for line in block.lines]
    if isinstance(block, Facts):
        rows = [[escape(name), _text(value)] for name, value in block.pairs]
        return heading + _aligned(rows, [False, False])
    kept = [i for i, column in enumerate(block.columns) if not _drawn_only(block, i)]
    titles = [block.columns[i].title for i in kept]
    rows = [titles, *([_text(row[i]) for i in kept] for row in block.rows)]
    remark = [escape(block.remark)] if block.remark else []
    return heading + _aligned(rows, [block.columns[i].figure for i in kept]) + remark


def _aligned(rows: Sequence[Sequence[str]], figures: Sequence[bool]) -> list[str]:
    widths = [
        max(
            (w for w in map(display_width, column) if figure or w <= PADDED),
            default=0,
        )
        for figure, column in zip(figures, zip(*rows, strict=True), strict=True)
    ]
    return [
        GAP.join(
            pad(cell, width, right=figure)
            for cell, width, figure in zip(row, widths, figures, strict=True)
        ).rstrip()
        for row in rows
    ]


def _drawn_only(table: Table, index: int) -> bool:
    """Bars and sparklines repeat what figures beside them say."""
    return any(isinstance(row[index], Bar | Spark) for row in table.rows)


def _text(cell: Cell) -> str:
    match cell:
        case Steps():
            return escape(cell.short())
        case Bar():
            return ""
        case Spark():
            return " ".join(map(str, cell.counts))
    return escape(cell)
