"""What became of every row of an export: the intake and its notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casemine.errors import show
from casemine.model.intake import Intake, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.crm.engines.changes import Outcome
    from casemine.read.crm.language.preset import Preset
    from casemine.read.crm.raw.rawrows import RawFile
    from casemine.read.quarantine import Quarantine

_LISTED = 8
_ONE = {"are": "is", "have": "has"}
_TOLD = {  # what happened to rows -> (noun, verb, rest), whether they are part of another event
    "twins": (("row", "say", "in ids what another row says in names"), True),
    "repeats": (("row", "repeat", "another row of the same action"), True),
    "halves": (("row", "take", "away what the next row sets anew in the same moment"), True),
    "details": (("row", "tell", "a detail of another change of the same action"), True),
    "creation": (("row", "tell", "of the creation again"), True),
    "silent": (("row", "change", "none of the fields that make events"), False),
    "no-change": (("row", "set", "what is set already"), False),
    "noise": (("row", "tell", "of what the preset passes over"), False),
    "not-joined": (("row", "have", "no row in the file that tells their case or time"), False),
    "tickets": (("listed ticket", "tell", "no creation that is not told already"), False),
    "not-named": (("event", "have", "no activity by --activity-from"), False),
}


@dataclass(slots=True)
class Account:
    """Counts while an export is read; gives the intake at the end."""

    counts: dict[str, int] = field(default_factory=dict)  # keys of _TOLD
    unknown: dict[str, int] = field(default_factory=dict)  # rows of unknown types, by type
    added: int = 0  # creations made of tickets
    uncreated: int = 0  # cases without a creation
    truncated: int = 0  # cases whose history the system has cut
    notes: list[Note] = field(default_factory=list)

    def count(self, what: str, number: int) -> None:
        """Add rows that met with something."""
        if what not in _TOLD:
            raise KeyError(what)
        self.counts[what] = self.counts.get(what, 0) + number

    def take(self, outcome: Outcome) -> None:
        """Take over what an engine has counted."""
        self.notes += outcome.notes
        self.count("twins", outcome.twins)
        self.count("silent", outcome.silent)
        self.count("repeats", outcome.repeats)
        self.count("noise", outcome.ignored)
        for kind, number in outcome.unknown.items():
            self.unknown[kind] = self.unknown.get(kind, 0) + number

    def intake(
        self,
        preset: Preset,
        *,
        told_things: int,
        more_things: int,
        quarantine: Quarantine,
        notes_of_lists: Sequence[Note],
    ) -> Intake:
        """Close the account.

        `told_things` is what the files say, counted on the way in; `more_things` of them stand in
        rows that say another thing already.
        """
        told = {what: number for what, number in self.counts.items() if number}
        notes = [
            Note("system", f"exported from {preset.title} ({preset.system})"),
            *(
                Note(f"rows-{what}", _sentence(number, *_TOLD[what][0]), number)
                for what, number in told.items()
            ),
            *self._about_cases(),
            *self._about_unknown(),
        ]
        return Intake(
            rows_read=told_things - more_things,
            rows_joined=sum(number for what, number in told.items() if _TOLD[what][1]),
            rejects=quarantine.groups(),
            notes=tuple(dict.fromkeys([*notes, *self.notes, *notes_of_lists])),
            rows_passed=sum(number for what, number in told.items() if not _TOLD[what][1])
            + sum(self.unknown.values()),
            rows_added=more_things,
        )

    def _about_cases(self) -> list[Note]:
        notes = []
        if self.added:
            text = _sentence(self.added, "creation", "come", "from the creation times of tickets")
            notes.append(Note("creations-added", text, self.added))
        if self.uncreated:
            text = _sentence(
                self.uncreated,
                "case",
                "have",
                "no creation: these files do not tell it; a list of the tickets beside them would",
            )
            notes.append(Note("no-creation", text, self.uncreated))
        if self.truncated:
            text = _sentence(
                self.truncated,
                "case",
                "have",
                "a history that the system has cut: events are missing, and what the fields were "
                "at first is not known",
            )
            notes.append(Note("history-truncated", text, self.truncated))
        return notes

    def _about_unknown(self) -> list[Note]:
        if not self.unknown:
            return []
        count = sum(self.unknown.values())
        most = sorted(self.unknown.items(), key=lambda each: (-each[1], each[0]))[:_LISTED]
        listed = ", ".join(f"{show(kind)} ({number:,})" for kind, number in most)
        text = _sentence(count, "row", "are", f"of a kind that the preset does not know: {listed}")
        return [Note("rows-unknown", text, count)]


def _sentence(count: int, noun: str, verb: str, rest: str) -> str:
    """Count in words: one row repeats, two rows repeat."""
    if count == 1:
        return f"1 {noun} {_ONE.get(verb, f'{verb}s')} {rest}"
    return f"{count:,} {noun}s {verb} {rest}"


def listed_tickets(files: Sequence[RawFile]) -> int:
    """Count the rows of lists that tell when tickets were created."""
    lists = [each for each in files if "created" in each.part.ticket]
    return sum(
        len(each.ticket.records)
        for each in lists
        if each.ticket is not None and each.part.form != "snapshots"
    )


def more_than_rows(files: Sequence[RawFile], outcomes: Sequence[tuple[int, Outcome]]) -> int:
    """Count what rows tell beyond one thing each: several changes, or a ticket's milestones."""
    more = 0
    for number, each in enumerate(files):
        if each.part.form not in {"snapshots", "milestones"}:
            continue
        told = rows_of([each], [outcome for of, outcome in outcomes if of == number])
        more += max(0, told + listed_tickets([each]) - each.records)
    return more


def rows_of(files: Sequence[RawFile], outcomes: Sequence[Outcome]) -> int:
    """Count what came in: rows that engines saw, and records too broken for them."""
    broken = sum(len(each.bad) for each in files)
    return broken + sum(outcome.rows + outcome.silent + outcome.twins for outcome in outcomes)
