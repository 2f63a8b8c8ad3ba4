"""Event logs as IEEE 1849 XES.

Traces stand in the order of the cases, events in the order of the log, so that reading gives that
order back; `row` is not written, for the place in the file is the row of the new file. Times are
in UTC with offset. An event with a `start` becomes a start and a complete event, as the standard
has it. Where reading would pair those otherwise (work of one activity that overlaps within a case,
a start after its end), the event stays one, with the date `start_timestamp`, which pm4py writes
too. Characters that XML cannot hold become U+FFFD and are counted.
"""

from __future__ import annotations

import gzip
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.log.arrays import from_numpy, texts, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, START, TIME
from casemine.log.lifecycle import INSTANCE, LIFECYCLE
from casemine.model.intake import Note
from casemine.write.texts import glue, joined, spread
from casemine.write.xes_keys import NAMES_KEY, Keys
from casemine.write.xes_rows import file_rows
from casemine.write.xes_tags import DEFAULTS, Escaper, Tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

ROWS = 20_000  # events made into text at a time

NAME, START_KEY = "concept:name", "start_timestamp"
KEYS = {
    ACTIVITY: NAME,
    TIME: "time:timestamp",
    RESOURCE: "org:resource",
    GROUP: "org:group",
    LIFECYCLE: "lifecycle:transition",
}
_EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Organizational", "org"),
    ("Lifecycle", "lifecycle"),
    ("Cost", "cost"),
    ("Identity", "identity"),
    ("Semantic", "semantic"),
)
_CARRIED = frozenset({ACTIVITY, RESOURCE, GROUP, INSTANCE})  # what a start event says too


def write_xes(log: EventLog, out: IO[bytes]) -> tuple[Note, ...]:
    """Write a log as XES.

    Returns
    -------
    tuple of Note
        What could not be written as it is.

    Notes
    -----
    O(n) for n events, in memory of a few thousand events beside the log.
    """
    writer = _Writer(log)
    for part in writer.parts():
        out.write(part)
    return writer.notes()


def write_xes_gz(log: EventLog, out: IO[bytes]) -> tuple[Note, ...]:
    """Write a log as XES within gzip, without a time or name in it: same log, same bytes."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=out, mtime=0) as packed:
        return write_xes(log, cast("IO[bytes]", packed))


class _Writer:
    """Makes the text piece by piece, and counts what it had to change."""

    def __init__(self, log: EventLog) -> None:
        self.events, self.case_table = log.events, log.case_table
        self.escape = Escaper()
        self.renamed: list[str] = []
        known = [] if log.case_table is None else log.case_table.column_names
        self.keys = Keys({NAMES_KEY, *log.events.column_names, *known})
        self.files = file_rows(log.events)
        self.case = _single(log.events.column(CASE))
        self.tags = {name: self._column_tags(name) for name in self._attributes()}
        self.start_tags = self._start_tags(KEYS[TIME], wanted=self.files.paired)
        self.dated_tags = self._start_tags(START_KEY, wanted=self.files.dated)
        self.case_tags = self._case_tags()

    def notes(self) -> tuple[Note, ...]:
        """Say what was changed on the way."""
        notes = []
        if self.escape.replaced:
            count = self.escape.replaced
            texts = "1 text" if count == 1 else f"{count:,} texts"
            text = f"{texts} with characters that XML cannot hold, which became U+FFFD"
            notes.append(Note("characters-replaced", text, count))
        if self.renamed:
            text = f"attributes with the name of an XES key were renamed: {', '.join(self.renamed)}"
            notes.append(Note("attributes-renamed", text, len(self.renamed)))
        dated = int(np.count_nonzero(self.files.dated))
        if self.keys.names:
            key, name = next(iter(self.keys.names.items()))
            text = (
                f"attributes with names that are no keys of XES have others, such as {show(key)} "
                f"for {show(name)}; casemine reads the names from the attribute {NAMES_KEY}"
            )
            notes.append(Note("keys-made", text, len(self.keys.names)))
        if self.escape.empty:
            count = self.escape.empty
            each = "1 empty text, which is" if count == 1 else f"{count:,} empty texts, which are"
            notes.append(Note("empty-texts", f"{each} missing when the file is read back", count))
        if dated:
            events = "1 event" if dated == 1 else f"{dated:,} events"
            text = f"{events} with the start as attribute {START_KEY}, not as an event"
            notes.append(Note("starts-as-attribute", text, dated))
        return tuple(notes)

    def parts(self) -> Iterator[bytes | memoryview]:
        """Yield the file in order."""
        yield self._head().encode()
        codes = to_numpy(self.case.indices).astype(np.int64)
        before = np.array([-1], np.int64)
        for begin in range(0, len(self.files.row), ROWS):
            rows = self.files.row[begin : begin + ROWS]
            is_start = self.files.is_start[begin : begin + ROWS]
            case = codes[rows]
            opens = case != np.concatenate([before, case[:-1]])
            openings = self._openings(case, opens, first=begin == 0)
            yield joined([openings, *self._event_tags(rows, is_start)])
            before = case[-1:]
        yield b"\t</trace>\n" if len(self.files.row) else b""
        yield self._empty_traces()
        yield b"</log>\n"

    def _attributes(self) -> list[str]:
        names = self.events.column_names
        first = [name for name in (ACTIVITY, TIME, RESOURCE, GROUP, LIFECYCLE) if name in names]
        left_out = {CASE, ROW, START, *first}
        return first + [name for name in names if name not in left_out]

    def _column_tags(self, name: str) -> Tags:
        column = self.events.column(name)
        return Tags(column, KEYS.get(name) or self._free_key(name), self.escape, "\t\t\t")

    def _free_key(self, name: str) -> str:
        """Keep the name unless reading it would take it for something else."""
        if name not in {*KEYS.values(), START_KEY}:
            return self.keys.key(name)
        key = f"event:{name}"
        while key in self.events.column_names:
            key = f"event:{key}"
        self.renamed.append(f"{name} as {key}")
        return key

    def _head(self) -> str:
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">',
        ]
        keys = [tag.key for tag in (*self.tags.values(), *self.case_tags.values())]
        keys += [KEYS[LIFECYCLE]] * bool(self.files.paired.any())
        used = {key.partition(":")[0] for key in (NAME, *keys) if ":" in key}
        lines += [
            f'\t<extension name="{name}" prefix="{prefix}" '
            f'uri="http://www.xes-standard.org/{prefix}.xesext"/>'
            for name, prefix in _EXTENSIONS
            if prefix in used
        ]
        lines += ['\t<global scope="trace">', self._default("string", NAME), "\t</global>"]
        lines += ['\t<global scope="event">']
        lines += [self._default(tag.type, tag.key) for tag in self._promised()]
        lines += [
            "\t</global>",
            '\t<classifier name="Activity" scope="event" keys="concept:name"/>',
        ]
        if told := self.keys.told():
            lines.append(f'\t<string key="{NAMES_KEY}" value="{self.escape.one(told)}"/>')
        return "\n".join(lines) + "\n"

    def _promised(self) -> list[Tags]:
        """Attributes that every event of the file has."""
        halves = bool(self.files.is_start.any())
        return [
            tag
            for name, tag in self.tags.items()
            if tag.complete and (not halves or name in _CARRIED or name in {TIME, LIFECYCLE})
        ]

    def _default(self, kind: str, key: str) -> str:
        return f'\t\t<{kind} key="{self.escape.one(key)}" value="{DEFAULTS[kind]}"/>'

    def _start_tags(self, key: str, *, wanted: NDArray[np.bool_]) -> Tags | None:
        column = self.events.column(START) if wanted.any() else None
        return None if column is None else Tags(column, key, self.escape, "\t\t\t")

    def _event_tags(
        self, rows: NDArray[np.int64], is_start: NDArray[np.bool_]
    ) -> list[pa.Array | str]:
        whole = ~is_start if is_start.any() else None
        parts: list[pa.Array | str] = ["\t\t<event>\n"]
        for name, tag in self.tags.items():
            parts.append(tag.rows(rows, None if name in _CARRIED else whole))
        if self.start_tags is not None:
            parts.append(self.start_tags.rows(rows, is_start))
            parts.append(self._made_transitions(rows, is_start))
        if self.dated_tags is not None:
            parts.append(self.dated_tags.rows(rows, self.files.dated[rows] & ~is_start))
        parts.append("\t\t</event>\n")
        return parts

    def _made_transitions(self, rows: NDArray[np.int64], is_start: NDArray[np.bool_]) -> pa.Array:
        """Name the halves of a pair, the second one only if the log does not do so itself."""
        names = pa.chunked_array([texts(["start", "complete"]).dictionary_encode()])
        tags = Tags(names, KEYS[LIFECYCLE], self.escape, "\t\t\t")
        wanted = is_start if LIFECYCLE in self.tags else self.files.paired[rows]
        return tags.rows(np.where(is_start, 0, 1), wanted)

    def _case_tags(self) -> dict[str, Tags]:
        if self.case_table is None:
            return {}
        return {
            name: Tags(
                self.case_table.column(name),
                f"trace:{name}" if name == NAME else self.keys.key(name),
                self.escape,
                "\t\t",
            )
            for name in self.case_table.column_names
            if name != CASE
        }

    def _openings(
        self, case: NDArray[np.int64], opens: NDArray[np.bool_], *, first: bool
    ) -> pa.Array:
        """End the trace before and begin the next, at the rows where the case changes."""
        places = np.flatnonzero(opens)
        names = self.case.dictionary.take(from_numpy(case[places]))
        ends = np.full(len(places), 1)
        ends[:1] -= first
        closing = texts(["", "\t</trace>\n"]).take(from_numpy(ends))
        begun = glue(closing, self._traces(names))
        index = np.where(opens, np.cumsum(opens) - 1, -1)
        return spread(begun, index)

    def _traces(self, names: pa.Array) -> pa.Array:
        """Open the traces of some cases, with their attributes."""
        parts = ['\t<trace>\n\t\t<string key="concept:name" value="', self.escape(names), '"/>\n']
        if self.case_table is not None:
            known = self.case_table.column(CASE).cast(pa.string()).combine_chunks()
            rows = pc.index_in(names, known)
            there = valid(rows)
            at = np.where(there, to_numpy(rows), 0)
            parts += [tags.rows(at.astype(np.int64), there) for tags in self.case_tags.values()]
        return glue(*parts)

    def _empty_traces(self) -> bytes | memoryview:
        """Traces of cases that only the case attributes know."""
        if self.case_table is None:
            return b""
        used = self.case.dictionary.take(pc.unique(self.case.indices))
        names = self.case_table.column(CASE).cast(pa.string()).combine_chunks()
        names = names.filter(pc.invert(pc.is_in(names, used)))
        return joined([self._traces(names), "\t</trace>\n"]) if len(names) else b""


def _single(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.unify_dictionaries().combine_chunks()
