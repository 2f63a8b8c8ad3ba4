"""What a report says before it has a look: sentences, facts and tables.

Subjects build documents once; `terminal`, `plain` and `markdown` draw them. Cells are text or one
of three small values that each look draws in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Steps:
    """A trace: chevrons on a terminal, `Reg>Cat>Pri` in plain text, names in a page."""

    activities: tuple[str, ...]
    codes: Mapping[str, str]  # activity to its code, as the legend under the table explains it

    def names(self, joint: str = " > ") -> str:
        """Write the activities in full."""
        return joint.join(self.activities)

    def short(self) -> str:
        """Write the codes."""
        return ">".join(self.codes[activity] for activity in self.activities)


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 as a bar; only a terminal draws it, beside a column with the figure.

    Where shares are small, the share of the largest row, so that rows can be compared.
    """

    share: float


@dataclass(frozen=True, slots=True)
class Spark:
    """Counts along an axis as a row of small columns.

    A column of full height stands for `top`, so that several rows can be compared; 0 is the
    highest of these counts.
    """

    counts: tuple[int, ...]
    top: int = 0


Cell = str | Steps | Bar | Spark


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; figures stand right-aligned and are never cut or wrapped."""

    title: str
    figure: bool = False
    needs_width: int = 0  # dropped on terminals narrower than this: decoration only


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under titles, with a heading above and a remark below."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, one to a line."""

    pairs: tuple[tuple[str, Cell], ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Lines of text as they are: a tree, a piece of TOML, a definition."""

    lines: tuple[str, ...]
    heading: str = ""
    code: bool = False  # keep the line ends in a page


Block = Table | Facts | Prose


@dataclass(frozen=True, slots=True)
class Document:
    """A title that is the key sentence, and blocks below it."""

    title: str
    blocks: tuple[Block, ...] = field(default=())
