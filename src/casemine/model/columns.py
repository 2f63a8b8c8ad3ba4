"""Which column of a table plays which role in the event log, with the evidence, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.intake import Note

ROLES = ("case", "activity", "time", "start", "resource", "group", "lifecycle")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that could play a role.

    `score` from 0 to 1 is a rule of thumb that ranks candidates, not a probability.
    """

    column: str
    score: float
    evidence: tuple[str, ...]  # in words: "number is a case id in ServiceNow"


@dataclass(frozen=True, slots=True)
class RoleProposal:
    """The columns that could play one role, best first, and the one that was taken, if any."""

    role: str
    column: str | None
    candidates: tuple[Candidate, ...] = ()
    given: bool = False  # the user named it
    rivals: tuple[str, ...] = ()  # equally good columns, between which the data do not decide

    @property
    def undecided(self) -> bool:
        """Whether the user has to choose."""
        return bool(self.rivals)


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """A role for each column that has one; roles in the order of `ROLES`."""

    roles: tuple[RoleProposal, ...]
    rows: int  # rows that were looked at
    notes: tuple[Note, ...] = ()

    def role(self, name: str) -> RoleProposal:
        """Look up what is known about one role."""
        return next(role for role in self.roles if role.role == name)

    def column(self, name: str) -> str | None:
        """Name the column that plays a role; None where nothing does, or it is undecided."""
        return self.role(name).column

    def to_toml(self) -> str:
        r"""Write the roles as they stand in `casemine.toml`.

        Examples
        --------
        >>> roles = (RoleProposal("case", 'the "id"'), RoleProposal("time", None))
        >>> print(ColumnProposal(roles, 1).to_toml(), end="")
        [log]
        case = "the \"id\""
        """
        lines = ["[log]"]
        for role in self.roles:
            if role.role == "lifecycle":  # found by its values, never configured
                continue
            if role.undecided:
                choices = ", ".join(map(quoted, role.rivals))
                lines.append(f"# {role.role} = one of {choices}")
            elif role.column is not None:
                lines.append(f"{role.role} = {quoted(role.column)}")
        return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Write a basic string of TOML: backslash, quote and control characters escaped."""
    short = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    escaped = "".join(
        short.get(char)
        or (f"\\u{ord(char):04X}" if ord(char) < 32 or 127 <= ord(char) < 160 else char)
        for char in text.encode("utf-8", "replace").decode("utf-8")
    )
    return f'"{escaped}"'
