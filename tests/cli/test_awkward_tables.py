"""Tables as they really arrive: each is read right, or refused with a reason, never silently wrong.

Every row of the table below is a file, the options it is read with, and either the log that must
come out of it or the words that the refusal must contain.
"""

from __future__ import annotations

import gzip
import io
import json
import warnings
import zipfile

import pytest

from outcomes import Reads, Refuses, check


def rows(*lines: str, header: str = "case,activity,time", end: str = "\n") -> bytes:
    return (end.join((header, *lines)) + end).encode()


def spread(n: int = 12, form: str = "2026-05-{day:02d} 09:{minute:02d}:00") -> list[str]:
    """n cases of New, Open, Closed on growing days, one line each event."""
    return [
        f"C{case},{activity}," + form.format(day=13 + case % 15, minute=10 * step + case % 10)
        for case in range(1, n + 1)
        for step, activity in enumerate(("New", "Open", "Closed"))
    ]


PLAIN = {"New>Open": 12, "Open>Closed": 12}
TINY = ("1,New,2026-05-31 09:00:00", "1,Open,2026-05-31 10:00:00", "1,Closed,2026-05-31 11:00:00")
TINY_EDGES = {"New>Open": 1, "Open>Closed": 1}


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def twice(name: str, *contents: bytes) -> bytes:
    """Pack members that all have one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in contents:
            archive.writestr(name, content)
    return out.getvalue()


CASES: dict[str, tuple[str, bytes, tuple[str, ...], Reads | Refuses]] = {
    # -- line ends, encodings, delimiters, wrappings
    "plain": ("a.csv", rows(*spread()), (), Reads(12, 36, PLAIN)),
    "crlf": ("a.csv", rows(*spread(), end="\r\n"), (), Reads(12, 36, PLAIN)),
    "bare cr": ("a.csv", rows(*spread(), end="\r"), (), Reads(12, 36, PLAIN)),
    "no newline at the end": ("a.csv", rows(*spread())[:-1], (), Reads(12, 36, PLAIN)),
    "blank lines": ("a.csv", rows("", *spread(), "", ""), (), Reads(12, 36, PLAIN)),
    "bom": ("a.csv", b"\xef\xbb\xbf" + rows(*spread()), (), Reads(12, 36, PLAIN)),
    "utf-16 with bom": (
        "a.csv",
        rows(*spread()).decode().encode("utf-16"),
        (),
        Reads(12, 36, PLAIN),
    ),
    "utf-16 without bom": (
        "a.csv",
        rows(*spread()).decode().encode("utf-16-le"),
        (),
        Reads(12, 36, PLAIN),
    ),
    "cp1252": (
        "a.csv",
        rows(*(line.replace("Open", "Geöffnet") for line in spread())).decode().encode("cp1252"),
        (),
        Reads(12, 36, {"New>Geöffnet": 12, "Geöffnet>Closed": 12}, says=("1252",)),
    ),
    "semicolons": ("a.csv", rows(*spread()).replace(b",", b";"), (), Reads(12, 36, PLAIN)),
    "tabs in a file called csv": (
        "a.csv",
        rows(*spread()).replace(b",", b"\t"),
        (),
        Reads(12, 36, PLAIN),
    ),
    "pipes": ("a.txt", rows(*spread()).replace(b",", b"|"), (), Reads(12, 36, PLAIN)),
    "sep line of a spreadsheet": (
        "a.csv",
        b"sep=;\r\n" + rows(*spread(), end="\r\n").replace(b",", b";"),
        (),
        Reads(12, 36, PLAIN),
    ),
    "gzip without the ending": ("a.csv", gzip.compress(rows(*spread())), (), Reads(12, 36, PLAIN)),
    "zip": ("a.zip", zipped(log__csv=rows(*spread())), (), Reads(12, 36, PLAIN)),
    "truncated gzip": (
        "a.csv.gz",
        gzip.compress(rows(*spread(400)))[:-40],
        (),
        Refuses(("a.csv.gz",)),
    ),
    "quoted newlines and quotes": (
        "a.csv",
        rows(
            '1,New,2026-05-31 09:00:00,"says ""hi""\nand more, much"',
            "1,Open,2026-05-31 10:00:00,",
            "1,Closed,2026-05-31 11:00:00,x",
            header="case,activity,time,comment",
        ),
        (),
        Reads(1, 3, TINY_EDGES),
    ),
    # -- not a table at all
    "empty": ("a.csv", b"", (), Refuses(("empty",))),
    "only a header": ("a.csv", rows(), (), Refuses(("no ",))),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, (), Refuses(("a.csv",))),
    "a login page": (
        "a.csv",
        b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>",
        (),
        Refuses(("HTML",)),
    ),
    "nul bytes": ("a.csv", rows(*TINY).replace(b"Open", b"Op\0en"), (), Refuses(("NUL",))),
    # -- shape of rows
    "a short row": (
        "a.csv",
        rows(*spread(), "C99,New"),
        (),
        Refuses(("a.csv:38",)),
    ),
    "a long row": (
        "a.csv",
        rows(*spread(), "C99,New,2026-05-31 09:00:00,oops"),
        (),
        Refuses(("a.csv:38",)),
    ),
    "a short row skipped": (
        "a.csv",
        rows(*spread(), "C99,New"),
        ("--on-error", "skip"),
        Reads(12, 36, PLAIN, rows_quarantined=1),
    ),
    "the header again in the middle": (
        "a.csv",
        rows(*spread()) + rows(*TINY),
        (),
        Refuses(("a.csv:38", "header")),
    ),
    "the header again, skipped": (
        "a.csv",
        rows(*spread()) + rows(*TINY),
        ("--on-error", "skip"),
        Reads(13, 39, {"New>Open": 13, "Open>Closed": 13}, rows_quarantined=1),
    ),
    "files put together with their byte-order marks": (
        "a.csv",
        b"\xef\xbb\xbf" + rows(*spread()) + b"\xef\xbb\xbf" + rows(*TINY),
        (),
        Refuses(("a.csv:38", "repeats the header")),
    ),
    "appended to itself": (
        "a.csv",
        rows(*spread(), *spread()),
        (),
        Reads(12, 72, says=("duplicate",)),
    ),
    "a footer": ("a.csv", rows(*spread(), "Total rows: 36"), (), Refuses(("a.csv:38",))),
    "repeated headers": (
        "a.csv",
        rows(
            "1,New,2026-05-31 09:00:00,x,y",
            "1,Open,2026-05-31 10:00:00,x,y",
            header="case,activity,time,tag,tag",
        ),
        (),
        Reads(1, 2, {"New>Open": 1}),
    ),
    "two columns called time": (
        "a.csv",
        rows(
            *(f"{line},2026-06-{n % 28 + 1:02d} 10:00:00" for n, line in enumerate(spread())),
            header="case,activity,time,time",
        ),
        (),
        Refuses(("time and time.1", "--time")),
    ),
    "two columns called time, one chosen": (
        "a.csv",
        rows(*(f"{line},2026-06-01" for line in spread()), header="case,activity,time,time"),
        ("--time", "time"),
        Reads(12, 36, PLAIN),
    ),
    "columns named like ours": (
        "a.csv",
        rows(
            "T1,New,2026-05-31 09:00:00,9,x",
            "T1,Open,2026-05-31 10:00:00,8,y",
            header="ticket_id,status,updated_at,row,start",
        ),
        ("--case", "ticket_id", "--activity", "status", "--time", "updated_at"),
        Reads(1, 2, {"New>Open": 1}),
    ),
    # -- what is missing
    "no case in the middle": (
        "a.csv",
        rows(*TINY[:1], ",Open,2026-05-31 10:00:00", TINY[2], *spread()),
        (),
        Refuses(("a.csv:3", "case")),
    ),
    "no activity in the middle of a case": (
        "a.csv",
        rows(TINY[0], "1,,2026-05-31 10:00:00", TINY[2], *spread()),
        (),
        Refuses(("a.csv:3", "activity")),
    ),
    "no time in the middle of a case": (
        "a.csv",
        rows(TINY[0], "1,Open,", TINY[2], *spread()),
        (),
        Refuses(("a.csv:3", "time")),
    ),
    "None is an activity": (
        "a.csv",
        rows("1,None,2026-05-31 09:00:00", "1,Open,2026-05-31 10:00:00"),
        (),
        Reads(1, 2, {"None>Open": 1}, says=("None",)),
    ),
    "NA is a case": (
        "a.csv",
        rows(*spread(), "NA,New,2026-05-31 09:00:00", "NA,Open,2026-05-31 10:00:00"),
        (),
        Reads(13, 38, {"New>Open": 13, "Open>Closed": 12}),
    ),
    "a marker said to be missing": (
        "a.csv",
        rows(*spread(), "C1,?,2026-05-31 09:00:00"),
        ("--missing", "?", "--on-error", "skip"),
        Reads(12, 36, PLAIN, rows_quarantined=1),
    ),
    # -- ids
    "007 is not 7": (
        "a.csv",
        rows(
            "007,New,2026-05-31 09:00:00",
            "7,New,2026-05-31 10:00:00",
            "007,Open,2026-05-31 11:00:00",
        ),
        (),
        Reads(2, 3, {"New>Open": 1}),
    ),
    "16-digit ids": (
        "a.csv",
        rows(
            "9007199254740992,New,2026-05-31 09:00:00",
            "9007199254740993,New,2026-05-31 10:00:00",
            "9007199254740992,Open,2026-05-31 11:00:00",
        ),
        (),
        Reads(2, 3, {"New>Open": 1}),
    ),
    "1.0 is not 1": (
        "a.csv",
        rows(
            "1.0,New,2026-05-31 09:00:00", "1,New,2026-05-31 10:00:00", "1,Open,2026-05-31 11:00:00"
        ),
        (),
        Reads(2, 3, {"New>Open": 1}),
    ),
    "case ids that differ by case": (
        "a.csv",
        rows(
            "inc1,New,2026-05-31 09:00:00",
            "INC1,New,2026-05-31 10:00:00",
            "inc1,Open,2026-05-31 11:00:00",
        ),
        (),
        Reads(2, 3, {"New>Open": 1}),
    ),
    # -- times
    "mixed offsets": (
        "a.csv",
        rows("1,New,2026-03-29T01:30:00+01:00", "1,Open,2026-03-29T03:30:00+02:00"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2026-03-29T00:30:00", last="2026-03-29T01:30:00"),
    ),
    "with and without offset": (
        "a.csv",
        rows(*spread(), "C1,Late,2026-05-31T09:00:00+02:00"),
        (),
        Refuses(("offset",)),
    ),
    "an hour that does not exist": (
        "a.csv",
        rows(*TINY, "1,Late,2026-03-29 02:30:00"),
        ("--tz", "Europe/Berlin"),
        Refuses(("a.csv:5", "2026-03-29 02:30:00", "Europe/Berlin")),
    ),
    "an hour that does not exist, skipped": (
        "a.csv",
        rows(*TINY, "1,Late,2026-03-29 02:30:00"),
        ("--tz", "Europe/Berlin", "--on-error", "skip"),
        Reads(1, 3, TINY_EDGES, rows_quarantined=1),
    ),
    "an hour that exists twice": (
        "a.csv",
        rows(*TINY, "1,Late,2026-10-25 02:30:00"),
        ("--tz", "Europe/Berlin"),
        Reads(1, 4, says=("twice",)),
    ),
    "no zone": ("a.csv", rows(*spread()), (), Reads(12, 36, PLAIN, says=("UTC",))),
    "a zone": (
        "a.csv",
        rows(*TINY),
        ("--tz", "Europe/Berlin"),
        Reads(1, 3, TINY_EDGES, first="2026-05-31T07:00:00"),
    ),
    "day and month open": (
        "a.csv",
        rows("1,New,03/04/2026 09:00", "1,Open,04/05/2026 09:00", "2,New,05/06/2026 09:00"),
        (),
        Refuses(("--date-order",)),
    ),
    "day and month open, said dmy": (
        "a.csv",
        rows("1,New,03/04/2026 09:00", "1,Open,04/05/2026 09:00"),
        ("--date-order", "dmy"),
        Reads(1, 2, {"New>Open": 1}, first="2026-04-03T09:00:00"),
    ),
    "day and month open, said mdy": (
        "a.csv",
        rows("1,New,03/04/2026 09:00", "1,Open,04/05/2026 09:00"),
        ("--date-order", "mdy"),
        Reads(1, 2, {"New>Open": 1}, first="2026-03-04T09:00:00"),
    ),
    "one late row proves the order": (
        "a.csv",
        rows(
            *(f"{n},New,0{1 + n % 9}/04/2026 09:00" for n in range(2000)),
            "1,Open,29/04/2026 09:00",
        ),
        (),
        Reads(2000, 2001, {"New>Open": 1}, last="2026-04-29T09:00:00"),
    ),
    "both orders proven": (
        "a.csv",
        rows(*(f"{n},New,{13 + n}/04/2026 09:00" for n in range(9)), "1,Open,04/29/2026 09:00"),
        (),
        Refuses(("04/29/2026",)),
    ),
    "a spreadsheet turned half into dates": (
        "a.csv",
        rows(
            *(f"{n},New,2026-0{1 + n % 9}-04 09:00:00" for n in range(9)),
            *(f"{n},Open,{13 + n}/04/2026 09:00" for n in range(9)),
        ),
        (),
        Refuses(("time",)),
    ),
    "days of 2 digits, no padding": (
        "a.csv",
        rows("1,New,29/2/2016 01:16", "1,Open,1/3/2016 8:05"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2016-02-29T01:16:00", last="2016-03-01T08:05:00"),
    ),
    "two-digit years": (
        "a.csv",
        rows("1,New,9.3.10 8:05", "1,Open,19.3.10 8:05"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2010-03-09T08:05:00", last="2010-03-19T08:05:00"),
    ),
    "noon and midnight": (
        "a.csv",
        rows("1,New,05/31/2026 12:05 AM", "1,Open,05/31/2026 12:05 PM"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2026-05-31T00:05:00", last="2026-05-31T12:05:00"),
    ),
    "month names": (
        "a.csv",
        rows("1,New,28-Feb-2026 09:00", "1,Open,03-Mar-2026 09:00"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2026-02-28T09:00:00", last="2026-03-03T09:00:00"),
    ),
    "epoch seconds": (
        "a.csv",
        rows("1,New,1767225600", "1,Open,1767229200"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2026-01-01T00:00:00", last="2026-01-01T01:00:00"),
    ),
    "epoch milliseconds": (
        "a.csv",
        rows("1,New,1767225600000", "1,Open,1767229200000"),
        (),
        Reads(1, 2, {"New>Open": 1}, first="2026-01-01T00:00:00", last="2026-01-01T01:00:00"),
    ),
    "seconds and milliseconds": (
        "a.csv",
        rows("1,New,1767225600", "1,Open,1767229200000", "1,Closed,1767229300"),
        (),
        Refuses(("time",)),
    ),
    "a day that does not exist": (
        "a.csv",
        rows(*spread(), "C1,Late,2026-02-30 09:00:00"),
        (),
        Refuses(("a.csv:38", "2026-02-30 09:00:00", "1 row")),
    ),
    "a leap day that was none": (
        "a.csv",
        rows(*spread(), "C1,Late,2025-02-29 09:00:00"),
        (),
        Refuses(("a.csv:38", "2025-02-29")),
    ),
    "a zero date": (
        "a.csv",
        rows(*spread(), "C1,Late,0000-00-00 00:00:00"),
        (),
        Refuses(("a.csv:38", "0000-00-00")),
    ),
    "a word where a time belongs": (
        "a.csv",
        rows(*spread(), "C1,Late,yesterday"),
        (),
        Refuses(("a.csv:38", "yesterday")),
    ),
    "times of day only": (
        "a.csv",
        rows("1,New,09:00", "1,Open,10:00", "2,New,09:30"),
        (),
        Refuses(("time",)),
    ),
    "serial days are asked for": (
        "a.csv",
        rows("1,New,46113.5", "1,Open,46114.25"),
        ("--time-format", "excel"),
        Reads(1, 2, {"New>Open": 1}, first="2026-04-01T12:00:00", last="2026-04-02T06:00:00"),
    ),
    "ties keep the order of the rows": (
        "a.csv",
        rows("1,B,2026-05-31 09:00:00", "1,A,2026-05-31 09:00:00", "1,C,2026-05-31 09:00:00"),
        (),
        Reads(1, 3, {"B>A": 1, "A>C": 1}),
    ),
    "rows in any order": ("a.csv", rows(*reversed(spread())), (), Reads(12, 36, PLAIN)),
    # -- columns
    "two columns could be the activity": (
        "a.csv",
        rows(
            *(
                f"{n},{a},{b},2026-05-{10 + n} 09:0{i}:00"
                for n in range(9)
                for i, (a, b) in enumerate((("p", "x"), ("q", "y"), ("p", "z")))
            ),
            header="id,colour,shape,when",
        ),
        (),
        Refuses(("colour", "shape", "--activity")),
    ),
    "a column that is not there": (
        "a.csv",
        rows(*spread()),
        ("--case", "csae"),
        Refuses(("csae", "case"), code=2),
    ),
    # -- names meant to do harm
    "formulas, mark-up and escapes in names": (
        "a.csv",
        rows(
            '1,=HYPERLINK("evil"),2026-05-31 09:00:00'.replace('"', "'"),
            "1,<script>alert(1)</script>,2026-05-31 10:00:00",
            "1,\x1b[31mred,2026-05-31 11:00:00",
        ),
        (),
        Reads(1, 3),
    ),
    "a megabyte of text": (
        "a.csv",
        rows("1," + "x" * 1_000_000 + ",2026-05-31 09:00:00", "1,Open,2026-05-31 10:00:00"),
        (),
        Reads(1, 2),
    ),
    # -- what an eye does not see
    "an activity of blanks": (
        "a.csv",
        rows(*spread(), "C1,   ,2026-05-31 09:00:00"),
        (),
        Reads(12, 37, says=("'   '", "--missing")),
    ),
    "an activity of blanks, said to be missing": (
        "a.csv",
        rows(*spread(), "C1,   ,2026-05-31 09:00:00"),
        ("--missing", "   ", "--on-error", "skip"),
        Reads(12, 36, PLAIN, rows_quarantined=1),
    ),
    "an id with a character without width": (
        "a.csv",
        rows(*spread(), "C1\u200b,Open,2026-05-31 09:00:00"),
        (),
        Reads(13, 37, says=("'C1\\u200b'", "look the same")),
    ),
    "accents in one part and in two": (
        "a.csv",
        rows(
            *spread(), "C1,Ge\u00f6ffnet,2026-05-31 09:00:00", "C2,Geo\u0308ffnet,2026-05-31 09:00"
        ),
        (),
        Reads(12, 38, says=("look the same",)),
    ),
    "an apostrophe of a spreadsheet": (
        "a.csv",
        rows(*TINY, "'1,Open,2026-05-31 09:00:00"),
        (),
        Reads(2, 4, says=("look the same",)),
    ),
    "ids that a spreadsheet has cut": (
        "a.csv",
        rows(*(line.replace("1,", "1.23457E+15,", 1) for line in TINY)),
        (),
        Reads(1, 3, TINY_EDGES, says=("1.23457E+15", "may have become one")),
    ),
    "blanks after every delimiter": (
        "a.csv",
        rows(*TINY).replace(b",", b", "),
        (),
        Reads(1, 3, says=("begins with a blank",)),
    ),
    # -- exports as systems write them
    "lines of a title": (
        "a.csv",
        b"Tickets of May\n\n" + rows(*spread()),
        (),
        Refuses(("a.csv:1", "header")),
    ),
    "comments above": ("a.csv", b"# made today\n" + rows(*spread()), (), Refuses(("a.csv:1",))),
    "an epilogue of several lines": (
        "a.csv",
        rows(*spread(), "", '"Incident history"', '"Confidential"'),
        ("--on-error", "skip"),
        Reads(12, 36, PLAIN, rows_quarantined=2),
    ),
    "a German export": (
        "a.csv",
        rows(
            *(
                f"{n};{what};{13 + n}.05.2026 0{hour}:15"
                for n in range(9)
                for hour, what in enumerate(("Neu", "In Arbeit", "Erledigt"))
            ),
            header="Vorgangsnummer;Aktivität;Zeitstempel",
        ),
        (),
        Reads(9, 27, {"Neu>In Arbeit": 9, "In Arbeit>Erledigt": 9}, first="2026-05-13T00:15"),
    ),
    "a French export with names of months": (
        "a.csv",
        rows(
            *(
                f"{n};{what};{13 + n} févr. 2026 0{hour}:15"
                for n in range(9)
                for hour, what in enumerate(("Nouveau", "En cours", "Clos"))
            ),
            header="Numéro;Statut;Date de modification",
        ),
        (),
        Reads(9, 27, {"Nouveau>En cours": 9, "En cours>Clos": 9}, first="2026-02-13T00:15"),
    ),
    "a Jira export": (
        "a.csv",
        rows(
            *(
                f"ABC-{n},{what},{13 + n}/May/26 {hour}:15 AM"
                for n in range(9)
                for hour, what in ((1, "To Do"), (3, "Done"))
            ),
            header="Issue key,Status,Updated",
        ),
        (),
        Reads(9, 18, {"To Do>Done": 9}, first="2026-05-13T01:15"),
    ),
    "tabs in UTF-16 from a spreadsheet": (
        "a.txt",
        rows(*spread()).replace(b",", b"\t").decode().encode("utf-16"),
        (),
        Reads(12, 36, PLAIN),
    ),
    "no header": ("a.csv", "\n".join(spread()).encode(), (), Refuses(("a.csv:1", "header"))),
    "a quote that is never closed": (
        "a.csv",
        rows(*spread(4), 'C9,"Open,2026-05-20 09:00:00', *spread(8)),
        (),
        Refuses(("a.csv:14", "never closed")),
    ),
    "more cells below than in the header": (
        "a.csv",
        rows(*(f"{line},x" for line in spread())),
        (),
        Refuses(("a.csv:1", "3 cells", "4")),
    ),
    # -- clocks elsewhere
    "midnight at the end of the day": (
        "a.csv",
        rows(*TINY, "1,Late,2026-05-31 24:00:00"),
        (),
        Reads(1, 4, last="2026-06-01T00:00:00"),
    ),
    "an hour that Lisbon skipped": (
        "a.csv",
        rows(*TINY, "1,Late,2026-03-29 01:30:00"),
        ("--tz", "Europe/Lisbon"),
        Refuses(("a.csv:5", "Europe/Lisbon")),
    ),
    "an hour that Sydney skipped": (
        "a.csv",
        rows(*TINY, "1,Late,2026-10-04 02:30:00"),
        ("--tz", "Australia/Sydney"),
        Refuses(("a.csv:5", "Australia/Sydney")),
    ),
    "a day that Samoa skipped": (
        "a.csv",
        rows("1,New,2011-12-29 12:00:00", "1,Open,2011-12-30 12:00:00"),
        ("--tz", "Pacific/Apia"),
        Refuses(("a.csv:3", "2011-12-30")),
    ),
    "a zone by its letters": (
        "a.csv",
        rows("1,New,2026-05-31 10:00:00 EST", "1,Open,2026-05-31 11:00:00 EDT"),
        (),
        Refuses(("a.csv:2", "EST", "--tz")),
    ),
    # -- archives
    "two members of one name": (
        "a.zip",
        twice("a.csv", rows(*spread()), rows(*(f"X{line}" for line in spread()))),
        (),
        Reads(24, 72, {"New>Open": 24, "Open>Closed": 24}),
    ),
    "a member with a path that leads outside": (
        "a.zip",
        twice("../../evil.csv", rows(*spread())),
        (),
        Reads(12, 36, PLAIN),
    ),
    "bytes after the end of gzip": (
        "a.csv",
        gzip.compress(rows(*spread())) + b"more",
        (),
        Refuses(("a.csv", "after the end")),
    ),
    # -- other tables
    "ndjson": (
        "a.ndjson",
        b"".join(
            json.dumps(
                {"case": 9007199254740993, "activity": a, "time": f"2026-05-31T0{i}:00:00Z"}
            ).encode()
            + b"\n"
            for i, a in enumerate(("New", "Open"))
        ),
        (),
        Reads(1, 2, {"New>Open": 1}),
    ),
    "a json array": (
        "a.json",
        json.dumps(
            [
                {"case": "1", "activity": a, "time": f"2026-05-31T0{i}:00:00Z"}
                for i, a in enumerate("AB")
            ]
        ).encode(),
        (),
        Reads(1, 2, {"A>B": 1}),
    ),
    "ndjson cut off": (
        "a.ndjson",
        b'{"case":"1","activity":"A","time":"2026-05-31T00:00:00Z"}\n{"case":"1","activ',
        (),
        Refuses(("a.ndjson:2",)),
    ),
    "deeply nested json": ("a.json", b"[" * 100_000, (), Refuses(("a.json",))),
}


@pytest.mark.parametrize("name", CASES)
def test_an_awkward_table_is_read_right_or_refused(name, tmp_path, monkeypatch):
    filename, content, options, expected = CASES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEMINE_CACHE_DIR", str(tmp_path / "cache"))

    (tmp_path / filename).write_bytes(content)

    check(expected, filename, options)
