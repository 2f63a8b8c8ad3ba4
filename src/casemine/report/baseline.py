"""What a baseline holds: findings that are known, why they are accepted, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.model.words import counted
from casemine.report.document import Column, Document, Prose, Table
from casemine.report.figures import count, share

if TYPE_CHECKING:
    from casemine.model.verdict import Baseline
    from casemine.report.document import Block


def document(baseline: Baseline) -> Document:
    """Show the entries, and what could not be judged when they were written down."""
    columns = (
        Column("rule"),
        Column("finding"),
        Column("cases", figure=True),
        Column("share", figure=True),
        Column("until"),
        Column("reason"),
    )
    rows = tuple(
        (
            one.rule,
            one.element,
            count(one.cases.cases),
            share(one.cases.share),
            one.until.isoformat() if one.until else "",
            one.reason,
        )
        for one in baseline.known
    )
    blocks: list[Block] = [Table(columns, rows)] if rows else []
    if baseline.unseen:
        lines = (", ".join(baseline.unseen),)
        blocks.append(Prose(lines, heading="Not to be judged when it was made"))
    title = (
        f"{baseline.process}: {counted(len(baseline.known), 'finding')} known, "
        f"from {counted(baseline.cases, 'case')}"
    )
    return Document(title, tuple(blocks))


def data(baseline: Baseline) -> dict[str, Any]:
    """Return the baseline for JSON."""
    return {
        "process": baseline.process,
        "flow": baseline.source,
        "cases": baseline.cases,
        "findings": records(baseline),
        "not_judged": list(baseline.unseen),
    }


def records(baseline: Baseline) -> list[dict[str, Any]]:
    """Return one flat record per entry."""
    return [
        {
            "rule": one.rule,
            "element": one.element,
            "cases": one.cases.cases,
            "total": one.cases.total,
            "share": one.cases.share,
            "reason": one.reason or None,
            "until": one.until.isoformat() if one.until else None,
            "fingerprint": one.fingerprint,
        }
        for one in baseline.known
    ]
