"""How a source is to be read; every field None or empty means: find out from the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about a source; column names are those of the source."""

    case: str | None = None
    activity: str | None = None
    time: str | None = None
    start: str | None = None
    resource: str | None = None
    group: str | None = None
    time_format: str | None = None  # strptime pattern, or "epoch-s", "epoch-ms", "excel"
    date_order: DateOrder | None = None
    tz: str | None = None  # IANA zone for times without offset; None means UTC, with a note
    missing: tuple[str, ...] = ()  # markers that mean "no value" beside the empty cell
    on_error: Literal["fail", "skip"] = "fail"
    quarantine_to: Path | None = None  # CSV of every row that could not be used
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    object_type: str | None = None  # of an object-centric log: the type that is the case
    importer: str | None = None  # "csv", "xes", ...; a preset: "servicenow", "servicenow:sys_audit"
    preset: Path | None = None  # one that the user wrote, instead of those that ship
    lookups: tuple[Path, ...] = ()  # files that only say what ids mean
    activity_from: str | None = None  # what activities of an export are named by, such as "status"
    derive: bool = False  # read by its preset what is an event log as it stands, too
    cache: bool = True
    memory_limit: int | None = None  # bytes; None means half of the machine's memory
