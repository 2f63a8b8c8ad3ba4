"""Which kind of export a file is: every preset that was tried, with what speaks for and against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.intake import Note

HINT = 0.25  # what a hint adds to the score; anything needed adds 1


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of export that a preset reads, and what it is known by."""

    system: str
    file: str
    title: str  # both in words: "Zendesk Support: ticket audits (API)"
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one file fits one kind of export; it fits if nothing that is needed is missing."""

    member: str  # the file, as messages call it
    system: str
    file: str  # the kind of file of that system
    title: str  # both in words: "Zendesk Support: ticket audits (API)"
    matched: tuple[str, ...]  # columns or keys that are needed and there
    missing: tuple[str, ...]  # and those that are not
    hints: tuple[str, ...] = ()  # there, though not needed
    records: str | None = None  # where in the file: path of the list of records in JSON or XML
    chosen: bool = False
    remark: str = ""  # why it was not chosen, or read otherwise: "less specific"

    @property
    def fits(self) -> bool:
        """Whether all that is needed is there."""
        return not self.missing

    @property
    def score(self) -> float:
        """Things needed and found, and a quarter for each hint; the highest that fits wins."""
        return len(self.matched) + HINT * len(self.hints)

    @property
    def name(self) -> str:
        """What `--from` calls it.

        Examples
        --------
        >>> Score("a.csv", "zendesk", "audits", "", ("id",), ()).name
        'zendesk:audits'
        """
        return f"{self.system}:{self.file}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one file was taken for."""

    member: str
    container: str  # csv, xlsx, parquet, json, xml, xes, ocel; empty: none of them
    system: str | None = None  # None: no preset reads it
    file: str | None = None
    title: str | None = None
    why: str = ""  # why no preset reads it


@dataclass(frozen=True, slots=True)
class Detection:
    """What the files of a source were taken for, and the scores behind it, best first."""

    sightings: tuple[Sighting, ...]
    scores: tuple[Score, ...]
    notes: tuple[Note, ...] = ()
    problem: str | None = None  # why the source cannot be read as one export

    @property
    def known(self) -> bool:
        """Whether a preset reads the source."""
        return any(each.system is not None for each in self.sightings)
