"""A document as Markdown, for a wiki, a merge request or a job summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import escape
from casemine.report.document import Bar, Cell, Document, Facts, Prose, Spark, Steps, Table

if TYPE_CHECKING:
    from collections.abc import Sequence


def render(document: Document) -> str:
    r"""Write a document with a heading of the third level and pipe tables.

    Examples
    --------
    >>> from casemine.report.document import Column
    >>> table = Table((Column("activity"), Column("events", figure=True)), (("a|b", "12"),))
    >>> print(render(Document("Activities", (table,))), end="")
    ### Activities
    <BLANKLINE>
    | activity | events |
    | --- | ---: |
    | a\|b | 12 |
    """
    parts = [f"### {safe(document.title)}"] if document.title else []
    for block in document.blocks:
        if block.heading:
            parts.append(f"**{safe(block.heading)}**")
        parts.append(_block(block))
        if isinstance(block, Table) and block.remark:
            parts.append(safe(block.remark))
    return "\n\n".join(parts) + "\n"


def _block(block: Table | Facts | Prose) -> str:
    if isinstance(block, Prose):
        lines = [escape(line) for line in block.lines]
        if not block.code:
            return "\n".join(map(safe, block.lines))
        fence = "`" * max(
            3, 1 + max((len(run) for run in re.findall("`+", "\n".join(lines))), default=0)
        )
        return "\n".join([fence, *lines, fence])
    if isinstance(block, Facts):
        rows = [[safe(name), _text(value)] for name, value in block.pairs]
        return _pipes(["", ""], [False, True], rows)
    kept = [
        index
        for index in range(len(block.columns))
        if not any(isinstance(row[index], Bar) for row in block.rows)
    ]
    return _pipes(
        [safe(block.columns[i].title) for i in kept],
        [block.columns[i].figure for i in kept],
        [[_text(row[i]) for i in kept] for row in block.rows],
    )


def _pipes(titles: list[str], figures: list[bool], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---:" if figure else "---" for figure in figures]
    return "\n".join("| " + " | ".join(row) + " |" for row in [titles, rule, *rows])


def _text(cell: Cell) -> str:
    match cell:
        case Steps():
            return safe(cell.names(" → "))
        case Bar():
            return ""
        case Spark():
            return " ".join(map(str, cell.counts))
    return safe(cell)


def safe(text: str) -> str:
    """Escape what Markdown or HTML would take for mark-up."""
    text = escape(text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", text)
