"""Which columns hold case, activity and time: the evidence, and TOML to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.model.words import counted
from casemine.report.account import note_line
from casemine.report.document import Column, Document, Prose, Table
from casemine.report.figures import DASH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.model.columns import ColumnProposal, RoleProposal
    from casemine.report.document import Block

SHOWN = 3  # candidates of a role


def document(proposal: ColumnProposal, *, source: str) -> Document:
    """Show each role with its candidates and what speaks for them."""
    open_roles = [role.role for role in proposal.roles if role.undecided]
    title = f"{source}: columns by {counted(proposal.rows, 'row')}"
    if open_roles:
        title += f"; open: {', '.join(open_roles)}"
    rows = tuple(row for role in proposal.roles for row in _rows(role))
    columns = (Column("role"), Column("column"), Column("score", figure=True), Column("evidence"))
    blocks: list[Block] = [Table(columns, rows)]
    if proposal.notes:
        blocks.append(Prose(tuple(f"- {note_line(note)}" for note in proposal.notes)))
    toml = tuple(proposal.to_toml().splitlines())
    blocks.append(Prose(toml, heading="casemine.toml", code=True))
    return Document(title, tuple(blocks))


def data(proposal: ColumnProposal) -> dict[str, Any]:
    """Return the proposal for JSON."""
    return {
        "rows": proposal.rows,
        "roles": [
            {
                "role": role.role,
                "column": role.column,
                "given": role.given,
                "rivals": list(role.rivals),
                "candidates": [
                    {
                        "column": candidate.column,
                        "score": round(candidate.score, 3),
                        "evidence": list(candidate.evidence),
                    }
                    for candidate in role.candidates
                ],
            }
            for role in proposal.roles
        ],
        "notes": [
            {"code": note.code, "text": note.text, "count": note.count} for note in proposal.notes
        ],
        "toml": proposal.to_toml(),
    }


def records(proposal: ColumnProposal) -> list[dict[str, Any]]:
    """Return one flat record per candidate."""
    return [
        {"role": role["role"], "taken": candidate["column"] == role["column"], **candidate}
        for role in data(proposal)["roles"]
        for candidate in role["candidates"]
    ]


def _rows(role: RoleProposal) -> Iterator[tuple[str, str, str, str]]:
    if not role.candidates:
        taken = role.column or DASH
        yield role.role, taken, "", "you named it" if role.given else "nothing looks like it"
        return
    for number, candidate in enumerate(role.candidates[:SHOWN]):
        mark = _mark(role, candidate.column)
        name = role.role if number == 0 else ""
        evidence = "; ".join(candidate.evidence)
        yield name, f"{mark} {candidate.column}", f"{candidate.score:.2f}", evidence


def _mark(role: RoleProposal, column: str) -> str:
    """`*` is taken, `?` is for the user to choose."""
    if column == role.column:
        return "*"
    return "?" if column in role.rivals else " "
