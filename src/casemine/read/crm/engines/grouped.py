"""The reader of nested exports: JSON and XML whose records hold lists of changes.

Records are streamed; each gives rows to every take of the file, to its tickets and to its lookups
in one reading. What they mean is decided later: here everything is text.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.errors import InputError, Place, show
from casemine.model.intake import Note
from casemine.read.crm.language.preset import Take
from casemine.read.crm.raw.jsonrecords import JsonRecords
from casemine.read.crm.raw.paths import ENTRIES
from casemine.read.crm.raw.rawrows import RawFile
from casemine.read.crm.raw.shape import shape_of
from casemine.read.crm.raw.truncation import Truncations
from casemine.read.crm.raw.walk import Walk
from casemine.read.crm.raw.xmltree import XmlRecords
from casemine.read.encoding import Utf8Blocks
from casemine.read.source import head_of
from casemine.read.xes.pieces import utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import FilePart, LookupSpec, Spec
    from casemine.read.crm.raw.shape import Shape
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions

BLOCK = 1 << 20  # bytes read at a time
WAITING = 16 << 20  # characters of source after which texts are moved out of Python's memory
_BROKEN = ("bad-json", "bad-xml")


@dataclass(slots=True)
class RecordPlaces:
    """Lines on which the records of a file begin; record n stands at n - 1."""

    name: str
    starts: NDArray[np.int64]

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Physical lines of records."""
        return self.starts[records - 1]


def read_grouped(member: Member, part: FilePart, options: ReadOptions) -> RawFile:
    """Read a JSON or XML export as rows of text.

    Parameters
    ----------
    member : Member
        JSON (a list, one object that holds a list, objects one after another) or XML.
    part : FilePart
        Where records and columns stand.
    options : ReadOptions
        `encoding`, and `on_error`: "skip" keeps what stands before the place where a text breaks.

    Returns
    -------
    RawFile
        One `RawRows` per take. A take also has the columns that `track` and milestones name, and
        `milestone 0`, ... (their times) or `cells 0:0`, ...; without takes there is one of those
        alone. Lines are known for records; rows of a lookup list beside them are counted on their
        own.

    Raises
    ------
    InputError
        The text is broken, or has no list where the preset says.

    Notes
    -----
    A gigabyte goes through in pieces of 1 MB; what stays is the columns asked for, each distinct
    text once per 50,000 rows.
    """
    return _Reading(member, part, options).read()


class _Reading:
    """All that collects rows while the records of one file pass by."""

    def __init__(self, member: Member, part: FilePart, options: ReadOptions) -> None:
        self.member, self.part, self.options = member, part, options
        self.shape = _known(member)
        self.xml = self.shape.container == "xml"
        self.lines = array("q")
        self.notes: list[Note] = []
        self.takes = [(take, self._walk(columns, take.each)) for take, columns in _takes(part)]
        ticket = {**part.ticket, **{f"attribute:{n}": s for n, s in part.attributes.items()}}
        self.ticket = self._walk(ticket) if ticket else None
        self.lookups = [
            (spec, self._walk(_lookup_columns(spec), spec.each)) for spec in part.lookups
        ]
        self.path = self._where() if self._wants_records() else None
        self.truncations = Truncations(part, self.path, self._walk({}).paths)

    def read(self) -> RawFile:
        source = self._source(self._paths())
        try:
            self._pass(source)
        except InputError as error:
            if error.code not in _BROKEN:
                raise
            self._cut_off(error)
        except RecursionError:
            raise InputError(
                "nests too deeply", where=Place(self.member.name), code="bad-json"
            ) from None
        else:
            # Of several lookup lists one is enough; the records must be there.
            if not source.found or (self.path is not None and 0 not in source.found):
                raise self._no_list(self._paths()[:1] if self.path is not None else self._paths())
        return self._made(source)

    def _pass(self, source: JsonRecords | XmlRecords) -> None:
        """Let every record add its rows."""
        paths = self._paths()
        beside: list[list[Walk]] = [
            [walk for spec, walk in self.lookups if spec.records == path and path != self.path]
            for path in paths
        ]
        own = [walk for spec, walk in self.lookups if spec.records in (None, self.path)]
        walks = [walk for _, walk in self.takes] + own + ([self.ticket] if self.ticket else [])
        everyone = [*walks, *(walk for several in beside for walk in several)]
        records = 0 if self.path is not None else -1  # number of the path that is the records
        check = self.truncations.check if self.truncations.wanted else None
        line_of = self.lines.append
        counts = [0] * len(paths)
        next_flush = WAITING
        for which, line, record in source:
            counts[which] += 1
            if which == records:
                line_of(line)
                for walk in walks:
                    walk.add(record, counts[which])
                if check is not None:
                    check(record)
            else:
                for walk in beside[which]:
                    walk.add(record, counts[which])
            if source.passed > next_flush:
                next_flush = source.passed + WAITING
                for walk in everyone:
                    walk.flush()

    def _made(self, source: JsonRecords | XmlRecords) -> RawFile:
        walks = [walk for _, walk in (*self.takes, *self.lookups)]
        unparsed = sum(walk.paths.unparsed for walk in walks)
        if unparsed:
            self.notes.append(
                Note(
                    "json-in-text",
                    f"{self.member.name} has texts that should hold JSON and do not; nothing could "
                    f"be taken from them ({unparsed:,} times)",
                    unparsed,
                )
            )
        if self._blocks.guessed:
            self.notes.append(self._blocks.guessed)
        return RawFile(
            part=self.part,
            place=RecordPlaces(self.member.name, np.frombuffer(self.lines, np.int64)),
            records=len(self.lines),
            takes=tuple((take, walk.rows()) for take, walk in self.takes),
            ticket=self.ticket.rows() if self.ticket else None,
            lookups=tuple((spec, walk.rows()) for spec, walk in self.lookups),
            truncated=self.truncations.cases(source.beside, len(self.lines), self.member.name),
            notes=tuple(self.notes),
        )

    def _cut_off(self, error: InputError) -> None:
        """Refuse a broken text, or keep what came before, as the user said."""
        count = len(self.lines)
        if self.options.on_error != "skip" or not count:
            raise InputError(
                f"{error.message}; nothing of this file was used" if count else error.message,
                where=error.where,
                mend="export it again, or use the "
                f"{count:,} records before this place with --on-error skip"
                if count
                else error.mend,
                code=error.code,
            )
        line = error.where.row if error.where else None
        self.notes.append(
            Note(
                "json-cut-off",
                f"{self.member.name} {error.message} in line {line:,}; only the {count:,} records "
                "before were read",
                count,
            )
        )

    def _walk(self, columns: Mapping[str, Spec], each: Mapping[str, str] | None = None) -> Walk:
        missing = (*self.options.missing, *self.part.missing)
        return Walk(columns, each, xml=self.xml, missing=missing)

    def _source(self, paths: Sequence[str]) -> JsonRecords | XmlRecords:
        if self.xml:
            self._blocks = utf8_blocks(self.member, self.options.encoding)
            return XmlRecords(self._blocks, self.member.name, paths)
        self._blocks = Utf8Blocks(self.member, self.options.encoding, BLOCK)
        return JsonRecords(self._blocks, self.member.name, paths)

    def _paths(self) -> list[str]:
        """Name the lists to read: the records first, then those of lookups."""
        lists = [self.path] if self.path is not None else []
        lists += [spec.records for spec, _ in self.lookups if spec.records]
        return list(dict.fromkeys(lists))

    def _wants_records(self) -> bool:
        """Whether anything reads the records; a file may hold lookup lists alone."""
        part = self.part
        if self.takes or self.ticket or any(spec.records is None for spec in part.lookups):
            return True
        return not part.lookups

    def _where(self) -> str:
        """Choose where the records stand, by the head of the file or, if need be, all of it."""
        candidates = self.part.records or ("",)
        needs = set(self.part.needs)
        lists = self.shape.lists
        for path in candidates:
            if path in lists and needs <= lists[path]:
                return path
        named = [path for path in candidates if path]
        for path in named:
            if path in lists or path.removesuffix(ENTRIES) in lists:
                return path
        if not named:
            return ""
        source = self._source(named)  # the list stands further down than the head goes
        try:
            for _ in source:
                pass
        except InputError:
            if not source.found:
                raise
        if source.found:
            return named[min(source.found)]
        if "" in candidates and not self.xml:
            return ""
        raise self._no_list(candidates)

    def _no_list(self, paths: Sequence[str]) -> InputError:
        keys = sorted(key for key in self.shape.keys("") if "." not in key)
        return InputError(
            f"has no list {' or '.join(map(show, paths))}; its keys are "
            f"{', '.join(map(show, keys[:20]))}",
            where=Place(self.member.name),
            mend=f"this is not the form {show(self.part.title)}; name another with --from",
            code="json-shape",
        )


def _known(member: Member) -> Shape:
    shape = shape_of(head_of(member))
    if shape is None:
        raise InputError("is neither JSON nor XML", where=Place(member.name), code="json-shape")
    return shape


def _takes(part: FilePart) -> list[tuple[Take, dict[str, Spec]]]:
    """Add the columns that milestones and tracks name to those of the takes."""
    extra: dict[str, Spec] = {}
    for number, milestone in enumerate(part.milestones):
        extra.update((name, (name,)) for name in milestone.mentioned())
        if milestone.cells is not None:
            extra[f"cells {number}:0"] = (milestone.cells,)
        else:
            extra[f"milestone {number}"] = milestone.time
    extra.update((name, (name,)) for name in part.track)
    takes = part.takes or ((Take(each={}, columns={}),) if extra else ())
    return [(take, {**extra, **take.columns}) for take in takes]


def _lookup_columns(spec: LookupSpec) -> dict[str, Any]:
    columns: dict[str, Spec] = {f"key {n}": key for n, key in enumerate(spec.key)}
    columns["name"] = spec.name
    if spec.type:
        columns["type"] = spec.type
    return columns
