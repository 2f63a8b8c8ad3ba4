"""Variants: which paths cases take, how many, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.model.timing import format_duration
from casemine.model.words import counted
from casemine.report.chevrons import activity_codes
from casemine.report.document import Bar, Cell, Column, Document, Prose, Steps, Table
from casemine.report.figures import count, of, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casemine.model.variants import Variants

WIDE = 100  # columns of a terminal that has room for bars


def document(variants: Variants, *, top: int | None, heading: str = "") -> Document:
    """Show the most common variants with codes, and say what the codes mean.

    Parameters
    ----------
    top : int, optional
        How many; all where not given.
    """
    shown = len(variants) if top is None else min(top, len(variants))
    covered = of(int(variants.counts[:shown].sum()), variants.cases)
    title = f"{counted(len(variants), 'variant')} in {counted(variants.cases, 'case')}"
    if 0 < shown < len(variants):
        title += f"; the top {count(shown)} cover {share(covered)}"
    if shown == 0:
        return Document(title)
    return Document(title, blocks(variants, shown, heading=heading))


def blocks(
    variants: Variants, shown: int, *, heading: str = "", hint: bool = True
) -> tuple[Table, Prose]:
    """Make the table of the first variants, and the legend of its codes."""
    traces = [variants.trace(index) for index in range(shown)]
    codes = activity_codes(list(dict.fromkeys(name for trace in traces for name in trace)))
    timed = variants.median_s is not None
    columns = [
        Column("#", figure=True),
        Column("cases", figure=True),
        Column("share", figure=True),
        Column("", needs_width=WIDE),
        Column("total", figure=True),
        *([Column("median", figure=True), Column("p90", figure=True)] if timed else []),
        Column("events", figure=True),
        Column("path"),
    ]
    rows: list[tuple[Cell, ...]] = []
    sum_so_far = 0
    for index, trace in enumerate(traces):
        cases = int(variants.counts[index])
        sum_so_far += cases
        part = cases / variants.cases
        largest = int(variants.counts[0])
        times: list[Cell] = []
        if variants.median_s is not None and variants.p90_s is not None:
            times = [
                format_duration(float(variants.median_s[index])),
                format_duration(float(variants.p90_s[index])),
            ]
        rows.append(
            (
                str(index + 1),
                count(cases),
                share(part),
                Bar(cases / largest),
                share(sum_so_far / variants.cases),
                *times,
                count(len(trace)),
                Steps(trace, codes),
            )
        )
    more = len(variants) - shown
    remark = (
        f"{counted(more, 'more variant')}: --top {len(variants)} shows all" if more and hint else ""
    )
    table = Table(tuple(columns), tuple(rows), heading, remark)
    return table, legend(codes)


def legend(codes: dict[str, str]) -> Prose:
    """List the codes with the activities they stand for."""
    widest = max((len(code) for code in codes.values()), default=3)
    return Prose(
        tuple(f"{code:<{widest}}  {activity}" for activity, code in codes.items()),
        heading="Codes",
        code=True,
    )


def data(variants: Variants, *, top: int | None = None) -> list[dict[str, Any]]:
    """Return variants by falling cases, then trace, as the JSON contract has them."""
    shown = len(variants) if top is None else min(top, len(variants))
    cases = variants.cases
    return [
        {
            "trace": list(variants.trace(index)),
            "cases": int(number),
            "share": int(number) / cases,
            "median_s": median,
            "p90_s": p90,
        }
        for index, number, median, p90 in zip(
            range(shown),
            variants.counts[:shown].tolist(),
            _seconds(variants.median_s, shown),
            _seconds(variants.p90_s, shown),
            strict=True,
        )
    ]


def _seconds(values: Any, shown: int) -> Iterable[float | None]:
    seconds: Sequence[float | None] = [None] * shown if values is None else values[:shown].tolist()
    return seconds
