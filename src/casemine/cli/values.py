"""Kinds of values on the command line: sizes, spans of time, shares, points in time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

_UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
    "tib": 1 << 40,
}
_SPANS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800, "wk": 604800}


class Size(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """Bytes: `2GB`, `500 MiB`, `1000000`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return whole bytes.

        Examples
        --------
        >>> Size().convert("2GB", None, None), Size().convert("1.5 MiB", None, None)
        (2000000000, 1572864)
        """
        if isinstance(value, int):
            return value
        number, unit = _split(value)
        factor = _UNITS.get(unit.lower())
        if number is None or factor is None or number * factor < 1:
            self.fail(f"{value!r} is not a size; expected one such as 2GB or 500MB", param, ctx)
        return int(number * factor)


class Span(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A span of time: `30s`, `90min`, `1.5h`, `2d`, `1w`."""

    name = "span"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the span.

        Examples
        --------
        >>> Span().convert("1.5h", None, None)
        datetime.timedelta(seconds=5400)
        """
        if isinstance(value, timedelta):
            return value
        number, unit = _split(value)
        if number is None or unit not in _SPANS:
            self.fail(
                f"{value!r} is not a span of time; expected a number with s, min, h, d or w,"
                " such as 90min or 2d",
                param,
                ctx,
            )
        try:
            return timedelta(seconds=number * _SPANS[unit])
        except OverflowError:
            self.fail(f"{value!r} is too long", param, ctx)


class Share(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A share: `80%` or `0.8`."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share from 0 to 1.

        Examples
        --------
        >>> Share().convert("80%", None, None), Share().convert("0.8", None, None)
        (0.8, 0.8)
        """
        if isinstance(value, int | float):
            number, unit = float(value), ""
        else:
            found, unit = _split(value)
            number = -1.0 if found is None else found
        share = number / 100 if unit == "%" else number
        if unit not in {"", "%"} or not 0 <= share <= 1:
            self.fail(f"{value!r} is not a share; expected 0% to 100%, or 0 to 1", param, ctx)
        return share


class Moment(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A day or a point in time, ISO 8601: `2026-03-01`, `2026-03-01T08:30`, with offset or not."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date | datetime:
        """Return a `date` for a day, else a `datetime` that may lack its zone.

        Examples
        --------
        >>> Moment().convert("2026-03-01", None, None)
        datetime.date(2026, 3, 1)
        """
        if isinstance(value, date):
            return value
        text = str(value).strip()
        kind = date if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else datetime
        try:
            return kind.fromisoformat(text)
        except ValueError:
            expected = "expected one such as 2026-03-01 or 2026-03-01T08:30"
            return self.fail(f"{value!r} is not a day or time; {expected}", param, ctx)


def in_zone(when: date | datetime, zone: str | None) -> datetime:
    """Give a day its midnight and a time its zone: that of --tz, or UTC.

    Examples
    --------
    >>> in_zone(date(2026, 7, 1), "Europe/Berlin").isoformat()
    '2026-07-01T00:00:00+02:00'
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day)  # noqa: DTZ001 -- the zone comes below
    if when.tzinfo is not None:
        return when
    try:
        return when.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        from casemine.errors import UsageError, show

        raise UsageError(
            f"{show(zone)} is not a time zone",
            mend="expected an IANA name such as Europe/Vienna",
            code="unknown-zone",
        ) from error


def _split(value: object) -> tuple[float | None, str]:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z%]*)\s*", str(value))
    return (float(found[1]), found[2]) if found else (None, "")
