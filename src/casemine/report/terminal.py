"""A document for a terminal, with rich: colours, bars, chevrons, tables as wide as the window.

Figures are never cut: text columns shrink and wrap first, and decoration is dropped on narrow
windows. Control characters in data are escaped.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from casemine.errors import escape
from casemine.report.chevrons import AGAIN, ARROW, colour_of, wrap
from casemine.report.document import Bar, Document, Facts, Prose, Spark, Steps, Table
from casemine.report.sparkline import bar, sparkline
from casemine.report.width import display_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.measure import Measurement
    from rich.segment import Segment
    from rich.table import Table as RichTable

    from casemine.report.document import Cell

BAR_WIDTH = 18
LONGEST = 240  # a cell on a screen; a pipe gets all of it
BAR_STYLE, SPARK_STYLE, DIM = "#5b9bd0", "#5b9bd0", "dim"


def render(document: Document, *, width: int, colour: bool = True, drawing: bool = True) -> str:
    """Write a document as text with colours.

    Parameters
    ----------
    width : int
        Columns of the window.
    colour : bool
        Whether to write colour codes at all.
    drawing : bool
        Whether the terminal can show more than ASCII; if not, no bars and no chevrons.
    """
    from rich.console import Console

    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    print_document(document, console, drawing=drawing)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def print_document(document: Document, console: Console, *, drawing: bool = True) -> None:
    """Print on a console, which may be one that records."""
    from rich.text import Text

    if document.title:
        console.print(Text(escape(document.title), style="bold"))
    for block in document.blocks:
        console.print()
        if block.heading:
            console.print(Text(escape(block.heading), style="bold"))
        match block:
            case Table():
                console.print(_table(block, console.width, drawing=drawing))
                if block.remark:
                    console.print(Text(escape(block.remark), style=DIM))
            case Facts():
                console.print(_facts(block, drawing=drawing))
            case Prose():
                console.print(Text("\n".join(map(escape, block.lines))), soft_wrap=block.code)


def _table(block: Table, width: int, *, drawing: bool) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable

    table = RichTable(
        box=box.SIMPLE_HEAD if drawing else box.ASCII2,
        pad_edge=False,
        padding=(0, 1),
        header_style="bold",
        border_style=DIM,
        show_edge=False,
    )
    shown = [
        index
        for index, column in enumerate(block.columns)
        if column.needs_width <= width
        and (drawing or not any(isinstance(row[index], Bar | Spark) for row in block.rows))
    ]
    for index in shown:
        column = block.columns[index]
        cells = [row[index] for row in block.rows]
        drawn = any(isinstance(cell, Bar | Spark) for cell in cells)
        table.add_column(
            column.title,
            justify="right" if column.figure else "left",
            no_wrap=column.figure or drawn,
            min_width=_widest(cells, column.title) if column.figure or drawn else None,
            overflow="fold",
        )
    for row in block.rows:
        table.add_row(*(_cell(row[index], drawing=drawing) for index in shown))
    return table


def _facts(block: Facts, *, drawing: bool) -> RichTable:
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in block.pairs:
        table.add_row(Text(escape(name), style=DIM), _cell(value, drawing=drawing))
    return table


def _cell(cell: Cell, *, drawing: bool) -> RenderableType:
    from rich.text import Text

    match cell:
        case Steps():
            return _Chevrons(cell) if drawing else Text(escape(cell.short()), overflow="fold")
        case Bar():
            return Text(bar(cell.share, BAR_WIDTH), style=BAR_STYLE)
        case Spark():
            if not drawing:
                return Text(" ".join(map(str, cell.counts)))
            return Text(sparkline(cell.counts, cell.top), style=SPARK_STYLE)
    shown = cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…"
    return Text(escape(shown))


def _widest(cells: list[Cell], title: str) -> int:
    def width(cell: Cell) -> int:
        match cell:
            case Bar():
                return BAR_WIDTH
            case Spark():
                return len(cell.counts)
            case Steps():
                return display_width(cell.short())
        return display_width(cell)

    return max([display_width(title), *map(width, cells)])


class _Chevrons:
    """Codes on their colours, each running into the next; wraps between chevrons."""

    def __init__(self, steps: Steps) -> None:
        self.codes = [escape(steps.codes[activity]) for activity in steps.activities]
        self.colours = [colour_of(activity, steps.codes) for activity in steps.activities]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        widths = [display_width(code) + 3 for code in self.codes]
        return Measurement(max(widths, default=1), sum(widths) or 1).with_maximum(options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment
        from rich.style import Style

        lines = wrap(self.codes, options.max_width, extra=3)
        for number, line in enumerate(lines):
            for index in line:
                here = self.colours[index]
                last = index == line[-1]
                yield Segment(f" {self.codes[index]} ", Style.parse(f"#000000 on {here}"))
                if not last and self.codes[index] == self.codes[index + 1]:
                    yield Segment(AGAIN, Style.parse(f"#000000 on {here}"))
                elif not last:
                    yield Segment(ARROW, Style.parse(f"{here} on {self.colours[index + 1]}"))
                elif not console.no_color:
                    yield Segment(ARROW, Style.parse(here))
            if number < len(lines) - 1:
                yield Segment.line()
