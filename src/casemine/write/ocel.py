"""Event logs as OCEL 2.0 JSON: tickets, and the people and groups that their events are related to.

Each case is an object of type `ticket`, with the attributes of the case. Who did an event is an
object of the type that `actor_type` says (`agent`, `customer`, `system`, else `resource`), related
to it as `performed by`; the group that holds the case is an object of type `group`, related as
`held by`. Every other column is an attribute of the events, with its type. The events stand in the
order of the log, which breaks ties in time when the file is read back; `row` is not written, for
the place in the file is the row of the new file.

Ids of tickets are those of the cases. Ids of other objects begin with their type and a colon, with
more colons where the id of a ticket begins so, so that no two objects share one; their name is the
attribute `name`. Values are texts, as the schema of the format wants them, times are in UTC with
offset. Format: https://www.ocel-standard.org/2.0/ocel20_specification.pdf
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place
from casemine.log.arrays import from_numpy, texts, to_numpy, valid, with_gaps
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, START, TIME, TIMESTAMP
from casemine.model.events import ACTOR_TYPES
from casemine.model.intake import Note
from casemine.write.texts import as_text, codes_of, filled, glue, iso_times, joined, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

ROWS = 20_000  # events or objects made into text at a time
TICKET = "ticket"
ACTOR_TYPE, EVENT_ID = "actor_type", "event_id"
START_KEY = "start_timestamp"
ALWAYS = "1970-01-01T00:00:00Z"  # since when an attribute that does not change has its value

_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def write_ocel(log: EventLog, out: IO[bytes]) -> tuple[Note, ...]:
    """Write a log as OCEL 2.0 JSON.

    Returns
    -------
    tuple of Note
        What could not be written as it is.

    Raises
    ------
    InputError
        The log has no times, without which there is no event in this format.

    Notes
    -----
    O(n) for n events, in memory of a few thousand events beside the log. The same log gives the
    same bytes.
    """
    if not log.timed:
        raise InputError(
            "has no times, without which OCEL knows no events",
            where=Place(log.source),
            mend="write it as XES, CSV or Parquet",
            code="no-times",
        )
    writer = _Writer(log)
    for part in writer.parts():
        out.write(part)
    return tuple(writer.notes)


def ocel_type(kind: pa.DataType) -> str:
    """Name the type of OCEL 2.0 that holds a column of this type.

    Examples
    --------
    >>> ocel_type(pa.int64()), ocel_type(pa.dictionary(pa.int32(), pa.string()))
    ('integer', 'string')
    """
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "time"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return "integer"
    return "float" if pa.types.is_floating(kind) else "string"


class _Values:
    """One column as JSON texts between two pieces of text; a null gives the empty text."""

    def __init__(self, column: pa.ChunkedArray, before: str, after: str) -> None:
        self.type, self._before, self._after = ocel_type(column.type), before, after
        self._column = _single(column)
        self._distinct, self._codes = None, None
        if self.type == "time":
            options = pc.CastOptions(target_type=TIMESTAMP, allow_time_truncate=True)
            self._column = self._column.cast(options=options)
        elif pa.types.is_dictionary(self._column.type):
            self._distinct = self._wrapped(as_text(self._column.dictionary))
            self._codes = codes_of(self._column)
        self.present = valid(self._column)

    def rows(self, begin: int, count: int) -> pa.Array:
        """Texts of some rows."""
        if self._codes is not None:
            return spread(self._distinct, self._codes[begin : begin + count])
        part = self._column.slice(begin, count)
        return self._wrapped(iso_times(part) if self.type == "time" else as_text(part))

    def _wrapped(self, written: pa.Array) -> pa.Array:
        return filled(glue(self._before, _escaped(written.cast(pa.string())), self._after))


@dataclass(frozen=True, slots=True, eq=False)
class _Role:
    """The objects of one type that are no tickets, and the events related to them."""

    type: str
    names: pa.Array  # distinct
    ids: pa.Array  # as JSON texts
    code: NDArray[np.int64]  # of each event; -1 where it has none
    qualifier: str

    def relations(self, begin: int, count: int) -> pa.Array:
        """Text of the relation of some events, with a comma in front."""
        wrapped = glue(',{"objectId":', self.ids, f',"qualifier":{_quoted(self.qualifier)}}}')
        return spread(wrapped, self.code[begin : begin + count])


class _Writer:
    """Makes the text piece by piece, and says what it had to change."""

    def __init__(self, log: EventLog) -> None:
        self.notes: list[Note] = []
        self.events, self.case_table = log.events, log.case_table
        self.case, self.activity = (_single(log.events.column(name)) for name in (CASE, ACTIVITY))
        self.tickets = self._tickets()
        self.ticket_rows = self._ticket_places()
        self.roles, typed = self._roles()
        self.ids, self.own_ids = self._ids()
        self.fixed = [_Values(log.events.column(name), "", "") for name in (CASE, ACTIVITY, TIME)]
        self.attributes = self._attributes(typed)

    def parts(self) -> Iterator[bytes | memoryview]:
        """Yield the file in order."""
        yield ('{"objectTypes":[\n' + ",\n".join(self._object_types()) + "\n],\n").encode()
        yield ('"eventTypes":[\n' + ",\n".join(self._event_types()) + "\n],\n").encode()
        yield b'"events":[\n'
        for begin in range(0, self.events.num_rows, ROWS):
            yield _after_first(joined(self._event_rows(begin)), first=begin == 0)
        yield b'\n],\n"objects":[\n'
        for begin in range(0, len(self.tickets), ROWS):
            yield _after_first(joined(self._ticket_rows(begin)), first=begin == 0)
        for role in self.roles:
            name = _escaped(role.names)
            yield joined(
                [
                    glue(',\n{"id":', role.ids, f',"type":{_quoted(role.type)},"attributes":['),
                    glue(f'{{"name":"name","time":"{ALWAYS}","value":"', name, '"}]}'),
                ]
            )
        yield b"\n]}\n"

    def _tickets(self) -> pa.Array:
        """Ids of the cases: those of the log in its order, then those without events."""
        used = self.case.dictionary.take(pc.unique(self.case.indices)).cast(pa.string())
        if self.case_table is None:
            return used
        known = self.case_table.column(CASE).cast(pa.string()).combine_chunks()
        more = known.filter(pc.invert(pc.is_in(known, used)))
        return pa.concat_arrays([used, more])

    def _ticket_places(self) -> pa.Array | None:
        """Row of each ticket in the case table; null where it has none."""
        if self.case_table is None or self.case_table.num_columns == 1:
            return None
        known = self.case_table.column(CASE).cast(pa.string()).combine_chunks()
        return pc.index_in(self.tickets, known)

    def _roles(self) -> tuple[list[_Role], NDArray[np.bool_]]:
        """Objects of people and groups; and the events whose actor type these do not tell."""
        count = self.events.num_rows
        names = self.events.column_names
        kind, told = np.full(count, len(ACTOR_TYPES)), np.zeros(count, np.bool_)
        if ACTOR_TYPE in names:
            actor = _encoded(self.events.column(ACTOR_TYPE))
            known = [
                ACTOR_TYPES.index(each) if each in ACTOR_TYPES else len(ACTOR_TYPES)
                for each in actor.dictionary.to_pylist()
            ]
            told = valid(actor)
            kind[told] = np.array(known, np.int64)[codes_of(actor)[told]]
        roles: list[_Role] = []
        performed = np.zeros(count, np.bool_)
        for column, qualifier in ((RESOURCE, "performed by"), (GROUP, "held by")):
            if column not in names:
                continue
            encoded = _encoded(self.events.column(column))
            code = self._without_empty(encoded, column)
            if column == GROUP:
                roles += self._role("group", encoded, code, qualifier)
                continue
            performed = code >= 0
            for number, each in enumerate((*ACTOR_TYPES, "resource")):
                of_type = np.where(kind == number, code, -1)
                roles += self._role(each, encoded, of_type, qualifier)
        return roles, told & ~(performed & (kind < len(ACTOR_TYPES)))

    def _without_empty(self, encoded: pa.DictionaryArray, column: str) -> NDArray[np.int64]:
        """Codes, with none for the empty text, which names nobody."""
        code = codes_of(encoded)
        empty = to_numpy(pc.is_in(encoded.dictionary, texts([""])))
        nameless = code >= 0
        nameless[nameless] = empty[code[nameless]]
        if lost := int(np.count_nonzero(nameless)):
            events = "1 event" if lost == 1 else f"{lost:,} events"
            text = f"{events} with an empty text as {column}, which is not in the file"
            self.notes.append(Note("empty-texts", text, lost))
        return np.where(nameless, -1, code)

    def _role(
        self, kind: str, encoded: pa.DictionaryArray, code: NDArray[np.int64], qualifier: str
    ) -> list[_Role]:
        """Objects of one type in the order in which they first act; none if nobody does."""
        used, first = np.unique(code, return_index=True)
        used = used[np.argsort(first)]
        used = used[used >= 0]
        if not len(used):
            return []
        place = np.full(len(encoded.dictionary) + 1, -1, np.int64)  # the last is that of none
        place[used] = np.arange(len(used))
        names = encoded.dictionary.take(from_numpy(used)).cast(pa.string())
        prefix = f"{kind}:"
        while pc.any(pc.starts_with(self.tickets, prefix)).as_py():
            prefix += ":"
        ids = glue('"', _escaped(glue(prefix, names)), '"')
        return [_Role(kind, names, ids, place[code], qualifier)]

    def _ids(self) -> tuple[pa.Array, bool]:
        """Ids of the events: those they came with, if every one has its own, else a count."""
        numbers = from_numpy(np.arange(1, self.events.num_rows + 1)).cast(pa.string())
        counted = glue("e", numbers)
        if EVENT_ID not in self.events.column_names:
            return counted, False
        given = _single(self.events.column(EVENT_ID))
        if ocel_type(given.type) != "string" or given.null_count:
            return counted, False
        given = as_text(given).cast(pa.string())
        own = len(pc.unique(given)) == len(given) and not given.equals(counted)
        return (given, True) if own else (counted, False)

    def _attributes(self, typed: NDArray[np.bool_]) -> dict[str, _Values]:
        """Columns that are attributes of the events, by their name in the file."""
        made: dict[str, _Values] = {}
        renamed = []
        for name in self.events.column_names:
            if name in {CASE, ACTIVITY, TIME, ROW, RESOURCE, GROUP}:
                continue
            if name == EVENT_ID and self.own_ids:
                continue
            column, key = self.events.column(name), name
            if name == ACTOR_TYPE:
                if not typed.any():
                    continue
                places = with_gaps(np.arange(len(typed)), typed)
                column = pa.chunked_array([_encoded(column).take(places)])
            elif name == START:
                key = START_KEY
            elif name == START_KEY:
                while key in self.events.column_names:
                    key = f"event:{key}"
                renamed.append(f"{name} as {key}")
            before = f',{{"name":{_quoted(key)},"value":"'
            made[key] = _Values(column, before, '"}')
        if renamed:
            text = f"attributes with a name of the format were renamed: {', '.join(renamed)}"
            self.notes.append(Note("attributes-renamed", text, len(renamed)))
        return made

    def _object_types(self) -> Iterator[str]:
        columns = [] if self.case_table is None else self.case_table.schema
        yield _type(
            TICKET, [(each.name, ocel_type(each.type)) for each in columns if each.name != CASE]
        )
        for role in self.roles:
            yield _type(role.type, [("name", "string")])

    def _event_types(self) -> Iterator[str]:
        """One type for each activity, with the attributes that its events have."""
        code = codes_of(self.activity)
        count = len(self.activity.dictionary)
        used = {
            key: np.bincount(code[values.present], minlength=count) > 0
            for key, values in self.attributes.items()
        }
        for number in np.unique(code).tolist():
            yield _type(
                self.activity.dictionary[number].as_py(),
                [
                    (key, values.type)
                    for key, values in self.attributes.items()
                    if used[key][number] or not used[key].any()
                ],
            )

    def _event_rows(self, begin: int) -> list[pa.Array | str]:
        count = min(ROWS, self.events.num_rows - begin)
        case, kind, time = (values.rows(begin, count) for values in self.fixed)
        attributes = [values.rows(begin, count) for values in self.attributes.values()]
        return [
            ',\n{"id":"',
            _escaped(self.ids.slice(begin, count)),
            '","type":"',
            kind,
            '","time":"',
            time,
            '","attributes":[',
            _listed(attributes) if attributes else texts([""] * count),
            '],"relationships":[{"objectId":"',
            case,
            '","qualifier":"case"}',
            *(role.relations(begin, count) for role in self.roles),
            "]}",
        ]

    def _ticket_rows(self, begin: int) -> list[pa.Array | str]:
        tickets = self.tickets.slice(begin, ROWS)
        parts: list[pa.Array | str] = [',\n{"id":"', _escaped(tickets), f'","type":"{TICKET}"']
        if self.case_table is not None and self.ticket_rows is not None:
            there = self.case_table.take(self.ticket_rows.slice(begin, ROWS))
            attributes = [
                _Values(
                    there.column(name),
                    f',{{"name":{_quoted(name)},"time":"{ALWAYS}","value":"',
                    '"}',
                ).rows(0, len(tickets))
                for name in there.column_names
                if name != CASE
            ]
            parts += [',"attributes":[', _listed(attributes), "]"]
        return [*parts, "}"]


def _listed(parts: list[pa.Array]) -> pa.Array:
    """Join texts that begin with a comma, or are empty, without the first comma."""
    return pc.replace_substring_regex(glue(*parts), r"\A,", "")


def _after_first(part: bytes | memoryview, *, first: bool) -> bytes | memoryview:
    """Leave out the comma and line end in front of the first element of a list."""
    return part[2:] if first else part


def _type(name: str, attributes: list[tuple[str, str]]) -> str:
    made = {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes]}
    return json.dumps(made, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(values: pa.Array) -> pa.Array:
    """Escape texts for JSON strings; nulls stay null."""
    if not pc.any(pc.match_substring_regex(values, _NEEDS_ESCAPE)).as_py():
        return values
    values = pc.replace_substring(values, "\\", "\\\\")
    values = pc.replace_substring(values, '"', '\\"')
    if pc.any(pc.match_substring_regex(values, r"[\x00-\x1f]")).as_py():
        for code in range(32):
            values = pc.replace_substring(values, chr(code), f"\\u{code:04x}")
    return values


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    single = _single(column)
    return single if pa.types.is_dictionary(single.type) else as_text(single).dictionary_encode()


def _single(column: pa.ChunkedArray) -> pa.Array:
    single = column.unify_dictionaries().combine_chunks()
    return single.chunk(0) if isinstance(single, pa.ChunkedArray) else single
