"""The sheet that every picture is put on: title block, drawing, legend, styles and metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.draw.legend import Key, legend
from casemine.draw.svg import element, escaped, number, text
from casemine.draw.textwidth import visible, wrap
from casemine.draw.theme import ThemeName, style_sheet, theme_of
from casemine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.model.coverage import Coverage

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_MARGIN = 24.0
_NARROWEST = 420.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished SVG, and what the user should be told about how it was made."""

    svg: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around a drawing."""

    title: str
    subtitle: str
    coverage: Coverage | None
    description: str
    keys: Sequence[Key]
    theme: ThemeName
    engine: str


def compose(sheet: Sheet, drawing: str, width: float, height: float) -> str:
    """Put a drawing of a given size on its sheet.

    Parameters
    ----------
    drawing : str
        SVG in coordinates from (0, 0) to (`width`, `height`).
    """
    theme = theme_of(sheet.theme)
    inner = max(width, _NARROWEST)
    head, y = [], _MARGIN
    title = visible(sheet.title)
    for line in wrap(title, 18, inner, bold=True)[0]:
        y += 16
        head.append(text(line, _MARGIN, y, size=18, fill=theme.text, bold=True))
        y += 6
    lines = [visible(sheet.subtitle), coverage_line(sheet.coverage)]
    for words, style, colour in zip(lines, "mt", (theme.muted, theme.text), strict=True):
        for line in wrap(words, 12, inner, lines=3)[0] if words else ():
            y += 16
            head.append(text(line, _MARGIN, y, size=12, style=style, fill=colour))
    y += 20
    key, key_width, key_height = legend(sheet.keys, inner, theme)
    inner = max(inner, key_width)
    left = _MARGIN + (inner - width) / 2
    body = element("g", {"transform": f"translate({number(left)},{number(y)})"}, drawing)
    y += height + 20
    foot = ""
    if key:
        rule = element(
            "path",
            {
                "d": f"M{number(_MARGIN)},{number(y)}h{number(inner)}",
                "stroke": theme.frame,
                "class": "l",
            },
        )
        y += 12
        foot = rule + element(
            "g", {"transform": f"translate({number(_MARGIN)},{number(y)})", "id": "cm-legend"}, key
        )
        y += key_height
    full_width, full_height = number(inner + 2 * _MARGIN), number(y + _MARGIN - 8)
    return "\n".join(
        part
        for part in (
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" class="cm" width="{full_width}"'
                f' height="{full_height}" viewBox="0 0 {full_width} {full_height}" role="img"'
                f' aria-labelledby="cm-title cm-desc" font-family="{escaped(FONT)}">'
            ),
            element("title", {"id": "cm-title"}, escaped(title)),
            element("desc", {"id": "cm-desc"}, escaped(sheet.description)),
            element("metadata", {}, escaped(f"casemine {__version__} · {sheet.engine}")),
            _style(sheet.theme),
            element(
                "rect",
                {
                    "width": full_width,
                    "height": full_height,
                    "fill": theme.background,
                    "class": "b",
                },
            ),
            *head,
            body,
            foot,
            "</svg>\n",
        )
        if part
    )


def _style(theme: ThemeName) -> str:
    rules = style_sheet(theme)
    return element("style", {}, rules) if rules else ""


def coverage_line(coverage: Coverage | None) -> str:
    """Say what a filtered picture leaves out; nothing where it leaves out nothing.

    Examples
    --------
    >>> from casemine.model.coverage import Coverage
    >>> coverage_line(Coverage(14, 14, 29, 44, 995, 1000))
    'Shown: all 14 activities, 29 of 44 paths, 99.5 % of steps'
    """
    if coverage is None or (coverage.whole and coverage.edges_shown == coverage.edges_total):
        return ""
    return (
        f"Shown: {_part(coverage.activities_shown, coverage.activities_total)} activities,"
        f" {_part(coverage.edges_shown, coverage.edges_total)} paths,"
        f" {percent(coverage.steps_shown, coverage.steps_total)} of steps"
    )


def _part(shown: int, total: int) -> str:
    return f"all {total:,}" if shown == total else f"{shown:,} of {total:,}"


def percent(part: int, whole: int) -> str:
    """Write a share; what isn't all never reads as 100 %, what isn't nothing never as 0 %.

    Examples
    --------
    >>> percent(9999, 10000), percent(1, 8), percent(1, 10**6), percent(3, 3)
    ('> 99.9 %', '12.5 %', '< 0.1 %', '100 %')
    """
    if whole <= 0:
        return "–"
    if part >= whole:
        return "100 %"
    written = f"{100 * part / whole:.1f}"
    if written == "100.0":
        return "> 99.9 %"
    if written == "0.0" and part:
        return "< 0.1 %"
    return f"{written.removesuffix('.0')} %"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "case"), plural(1204, "activity", "activities")
    ('1 case', '1,204 activities')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
