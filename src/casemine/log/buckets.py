"""Logs larger than memory: split by a hash of the case into buckets on disk, one log each.

A bucket holds whole cases and is small enough for the numpy kernel; `bucketsummary.py` puts what
the kernel finds in each together. Buckets are files of Arrow record batches in a temporary folder
that goes when the log does, or when the program ends, even by an error.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import OutputError, show
from casemine.log import keep
from casemine.log.arrays import from_numpy, texts, to_numpy
from casemine.log.bucketsummary import summarise_buckets
from casemine.log.columns import ACTIVITY, CASE, FIXED, ROW, START, TIME
from casemine.log.eventlog import EventLog
from casemine.log.order import as_times, encode, take_rows
from casemine.log.select import (
    LeftOut,
    Selection,
    apply_filters,
    check,
    check_names,
    filters_of,
    variants_asked,
)
from casemine.log.traces import trace_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from casemine.log.select import Filter
    from casemine.model.graph import Summary
    from casemine.model.intake import Intake

BUCKETS = 64  # as many files are open at once while a log is split
INTERPRETER = 150 << 20  # bytes that Python, numpy and Arrow take before any event is read
LEAST = 1 << 20  # bytes below which nothing is gained by more buckets
EVENT = 130  # bytes that sorting and counting take for each event, beside its own columns


class BucketedLog:
    """Events that do not fit into memory; make one with `BucketedLog.of`.

    Iterating gives one `EventLog` of whole cases after the other, in no order that means anything.
    Use it as a context manager, or call `close`, to remove its files as soon as possible.
    """

    def __init__(
        self, folder: Path, *, source: str, intake: Intake, memory_limit: int, schema: pa.Schema
    ) -> None:
        self.source = source
        self.intake = intake
        self.schema = schema  # of the events as they came
        self.memory_limit = memory_limit
        self.activities: tuple[str, ...] = ()
        self.events = 0
        self._folder = folder
        self._buckets: list[tuple[Path, int]] = []  # file, events
        self.close = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    @classmethod
    def of(
        cls,
        batches: Iterable[pa.RecordBatch],
        *,
        source: str,
        memory_limit: int,
        intake: Intake,
        folder: Path | None = None,
    ) -> BucketedLog:
        """Split record batches by case.

        Parameters
        ----------
        batches : iterable of pyarrow.RecordBatch
            Columns as for `EventLog.ordered`, all of one schema; rows in any order.
        memory_limit : int
            Bytes that the whole process should keep to.
        folder : Path, optional
            Where the temporary files go; the system's temporary folder where not given.

        Raises
        ------
        OutputError
            The temporary folder is full or cannot be written.

        Notes
        -----
        A bucket that is still too large is split again by more bits of the hash. One case that
        alone exceeds the memory cannot be split and is worked on as it is.
        """
        with _writing(folder):
            home = Path(tempfile.mkdtemp(prefix="casemine-", dir=folder))
        log = cls(
            home, source=source, intake=intake, memory_limit=memory_limit, schema=pa.schema([])
        )
        try:
            log._split(batches)
        except BaseException:
            log.close()
            raise
        return log

    def __len__(self) -> int:
        return self.events

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[EventLog]:
        return self.logs()

    @property
    def timed(self) -> bool:
        """Whether the events have times at all."""
        return TIME in self.schema.names

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of the event attributes beyond the five fixed columns, in source order."""
        return tuple(name for name in self.schema.names if name not in FIXED)

    @property
    def budget(self) -> int:
        """Bytes that are left for events."""
        return max(self.memory_limit - INTERPRETER, self.memory_limit // 4, LEAST)

    @property
    def _chunk(self) -> int:
        """Bytes of events that are split at once; more would not make it faster."""
        return min(self.budget // 8, 32 << 20)

    def logs(self, columns: Sequence[str] | None = None) -> Iterator[EventLog]:
        """Hand over one log per bucket, with all attributes or only those named."""
        for path, _ in self._buckets:
            log = self._load(path, columns)
            yield log
            del log
            pa.default_memory_pool().release_unused()

    def summarise(self) -> Summary:
        """Count and time the whole log: equal to `summarise` of it in memory, to the last bit."""
        with _writing(self._folder):
            return summarise_buckets(
                self.logs(()),
                self.activities,
                self._folder / "spans",
                timed=self.timed,
                budget=self.budget,
            )

    def select(self, asked: Selection) -> tuple[BucketedLog, tuple[LeftOut, ...]]:
        """Apply filters; see `casemine.log.select.select`.

        All but those on variants work bucket by bucket, since every case is whole in one of them.
        Variants are ranked over the whole log first.
        """
        check(asked, timed=self.timed or not self.events)
        check_names(ACTIVITY, asked.activities(), texts(self.activities))
        check_names(CASE, asked.cases, texts(self._cases_among(asked.cases)))
        plain = replace(asked, top_variants=None, variant_coverage=None)
        chosen, left_out = self.filtered(lambda: filters_of(plain))
        if asked == plain:
            return chosen, left_out
        with closing(chosen):
            variants = chosen.summarise().variants
            kept = keep.top_variants(variants.counts, asked.top_variants, asked.variant_coverage)
            traces = {variants.trace(index) for index in range(kept)}
            words = variants_asked(asked)
            last, more = chosen.filtered(
                lambda: [(words, lambda _, trail: keep.of_traces(trail, traces))]
            )
        return last, (*left_out, *more)

    def filtered(
        self, filters: Callable[[], Iterable[tuple[str, Filter]]]
    ) -> tuple[BucketedLog, tuple[LeftOut, ...]]:
        """Apply the same filters to each bucket, and split what is left anew."""
        totals: list[LeftOut] = []

        def batches() -> Iterator[pa.RecordBatch]:
            for log in self:
                result = apply_filters(log, filters())
                for place, one in enumerate(result.left_out):
                    if place == len(totals):
                        totals.append(one)
                    else:
                        so_far = totals[place]
                        totals[place] = LeftOut(
                            one.filter, so_far.cases + one.cases, so_far.events + one.events
                        )
                table = result.log.events
                yield from table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]
            if not self._buckets:
                yield pa.RecordBatch.from_pylist([], self.schema)

        chosen = BucketedLog.of(
            batches(),
            source=self.source,
            memory_limit=self.memory_limit,
            intake=self.intake,
            folder=self._folder.parent,
        )
        return chosen, tuple(totals) or tuple(LeftOut(words, 0, 0) for words, _ in filters())

    def _cases_among(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that cases have."""
        if not ids:
            return []
        found = np.zeros(len(ids), np.bool_)
        for log in self.logs(()):
            known = log.events.column(CASE).chunk(0).dictionary
            found |= to_numpy(pc.is_in(texts(ids), known))
        return [one for one, there in zip(ids, found.tolist(), strict=True) if there]

    def _split(self, batches: Iterable[pa.RecordBatch]) -> None:
        numbers: dict[str, int] = {}
        with ExitStack() as files:
            writers: dict[int, _Bucket] = {}
            for table in _chunks(batches, self._chunk):
                if not self.schema.names:
                    self.schema = table.schema
                self.events += table.num_rows
                plain = _plain(table, numbers)
                for number, part in _parts(plain, text_hashes(plain.column(CASE)), 0):
                    if number not in writers:
                        path = self._folder / f"{number:02}.arrows"
                        writers[number] = files.enter_context(_Bucket(path, plain.schema))
                    writers[number].write(part)
        self.activities = tuple(numbers)
        for _, bucket in sorted(writers.items()):
            self._buckets.extend(self._fitting(bucket, 1))

    def _fitting(self, bucket: _Bucket, level: int) -> Iterator[tuple[Path, int]]:
        """Split a bucket further as long as it is too large and has cases to split."""
        event = EVENT + 2 * bucket.bytes // max(bucket.events, 1)
        if bucket.events * event <= self.budget or level == 10:
            yield bucket.path, bucket.events
            return
        with ExitStack() as files:
            parts: dict[int, _Bucket] = {}
            for table in _chunks(pa.ipc.open_stream(pa.OSFile(str(bucket.path))), self._chunk):
                for number, part in _parts(table, text_hashes(table.column(CASE)), level):
                    if number not in parts:
                        path = bucket.path.with_name(f"{bucket.path.stem}-{number:02}.arrows")
                        parts[number] = files.enter_context(_Bucket(path, table.schema))
                    parts[number].write(part)
        bucket.path.unlink()
        for _, part in sorted(parts.items()):
            whole = len(parts) == 1  # one case, or cases whose hashes agree so far
            yield from self._fitting(part, 10 if whole and level > 2 else level + 1)

    def _load(self, path: Path, columns: Sequence[str] | None) -> EventLog:
        with pa.OSFile(str(path)) as file:
            options = pa.ipc.IpcReadOptions()
            if columns is not None:
                names = pa.ipc.open_stream(file).schema.names
                kept = [names.index(name) for name in names if name in {*FIXED, *columns}]
                options = pa.ipc.IpcReadOptions(included_fields=kept)
                file.seek(0)
            table = pa.ipc.open_stream(file, options=options).read_all()
        codes = from_numpy(to_numpy(table.column(ACTIVITY)))
        encoded = pa.DictionaryArray.from_arrays(codes, texts(self.activities))
        place = table.schema.get_field_index(ACTIVITY)
        table = table.set_column(place, ACTIVITY, pa.chunked_array([encoded]))
        for name in table.column_names:
            kind = self.schema.field(name).type
            if name not in FIXED and pa.types.is_dictionary(kind):
                column = table.column(name).combine_chunks().dictionary_encode().cast(kind)
                table = table.set_column(table.schema.get_field_index(name), name, column)
        return EventLog.ordered(table, source=self.source, intake=self.intake)


class _Bucket:
    """One file of record batches, compressed: text is what fills the disk."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.events, self.bytes = path, 0, 0
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with _writing(path.parent):
            self._file = pa.OSFile(str(path), "wb")
            self._writer = pa.ipc.new_stream(self._file, schema, options=options)

    def write(self, part: pa.Table) -> None:
        self.events += part.num_rows
        self.bytes += part.nbytes
        with _writing(self.path.parent):
            self._writer.write_table(part)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _writing(self.path.parent):
            try:
                self._writer.close()
            finally:
                self._file.close()


def text_hashes(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Hash each text by its bytes, the same in every run and on every machine."""
    array = column.cast(pa.large_string()).combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    _, bounds, data = array.buffers()
    offsets = np.frombuffer(bounds, np.int64)[array.offset : array.offset + len(array) + 1]
    hashes = np.zeros(len(array), np.uint64)
    held = np.flatnonzero(np.diff(offsets))  # the empty text has no bytes to add up
    if len(held):
        first, last = int(offsets[0]), int(offsets[-1])
        letters = np.frombuffer(data, np.uint8)[first:last]
        starts = np.append(offsets[:-1][held], last) - first
        hashes[held] = trace_hashes(letters, starts, 256)
    return hashes


def _parts(
    table: pa.Table, hashes: NDArray[np.uint64], level: int
) -> Iterator[tuple[int, pa.Table]]:
    """Cut a table into its buckets, by six bits of the hash from the top; `level` sixes in."""
    bits = BUCKETS.bit_length() - 1
    bucket = (hashes << np.uint64(level * bits)) >> np.uint64(64 - bits)
    order = np.argsort(bucket.astype(np.uint8), kind="stable")
    ordered = take_rows(table.combine_chunks(), order)
    start = 0
    for number, events in enumerate(np.bincount(bucket.view(np.int64)).tolist()):
        if events:
            yield number, ordered.slice(start, events)
            start += events


def _plain(table: pa.Table, numbers: dict[str, int]) -> pa.Table:
    """Columns as they stand in a bucket: activities as numbers over all, the rest not encoded.

    `numbers` grows by the activities that are new.
    """
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if name == ACTIVITY:
            column = _numbered(column, numbers)
        elif name == CASE:
            column = column.cast(pa.string())
        elif name in {TIME, START}:
            column = as_times(column)
        elif name == ROW:
            column = column.cast(pa.int64())
        elif pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        columns[name] = column
    return pa.table(columns)


def _numbered(column: pa.ChunkedArray, numbers: dict[str, int]) -> pa.ChunkedArray:
    encoded = encode(column)
    chunks = []
    for chunk in encoded.chunks:
        codes = to_numpy(chunk.indices)
        occurs = np.zeros(len(chunk.dictionary), np.bool_)
        occurs[codes] = True
        number = np.zeros(len(occurs), np.int32)
        for code in np.flatnonzero(occurs).tolist():
            name = chunk.dictionary[code].as_py()
            number[code] = numbers.setdefault(name, len(numbers))
        chunks.append(from_numpy(number[codes]))
    return pa.chunked_array(chunks, pa.int32())


def _chunks(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """Join small batches and cut large ones into tables of about `size` bytes."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        rows = max(1, batch.num_rows * size // max(batch.nbytes, 1))
        if not batch.num_rows and not waiting:
            waiting.append(batch)  # it has no events, but columns
        for start in range(0, batch.num_rows, rows):
            part = batch.slice(start, rows)
            waiting.append(part)
            held += part.nbytes
            if held >= size:
                yield pa.Table.from_batches(waiting)
                waiting, held = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting)


@contextmanager
def _writing(folder: Path | None) -> Iterator[None]:
    """Say where it was when the disk is full."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write temporary files in {show(str(folder or tempfile.gettempdir()))}: "
            f"{error.strerror or error}",
            mend="the log is larger than the memory limit; make room there, choose another folder "
            "with TMPDIR, or raise --memory-limit",
            code="cannot-write",
        ) from error
