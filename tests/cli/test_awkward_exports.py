"""Exports of CRM systems as they really arrive: read as if nothing had happened, or refused.

Each small export below is changed in the ways of spreadsheets, mail programs, broken downloads and
people; what must come of it is written beside it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import datetime

import openpyxl
import pytest
from click.testing import CliRunner

from casemine.cli import main
from outcomes import Reads, Refuses, check

TZ = ("--tz", "Europe/Berlin")


def table(*rows: str, sign: str = ",", end: str = "\r\n") -> bytes:
    return (end.join(row.replace("|", sign) for row in rows) + end).encode()


# -- Salesforce, snapshots of the weekly export: three cases of two changes each
SNAPSHOTS = (
    "Id|CaseId|OwnerId|Status|PreviousUpdate|LastModifiedById|LastModifiedDate|SystemModstamp",
    *(
        f"0Ch00000000000{n}{step}AAA|5000000000000{n}AAA|{owner}|{status}||005000000000001AAA|"
        f"2026-03-{24 + n} {9 + step:02d}:00:00|2026-03-{24 + n} {9 + step:02d}:00:00"
        for n in (1, 2, 3)
        for step, (owner, status) in enumerate(
            [
                ("00G000000000001AAA", "New"),
                ("005000000000002AAA", "New"),
                ("005000000000002AAA", "Closed"),
            ]
        )
    ),
)
TOLD = Reads(3, 9, {"Created>Assigned": 3, "Assigned>Status: Closed": 3})

# -- Freshdesk, list of tickets with times as a German reader sees them
TICKETS = (
    (
        "Ticket ID|Subject|Status|Priority|Source|Type|Agent|Group|Full name|Agent interactions|"
        "Created time|Resolved time|Closed time|Last update time|Initial response time"
    ),
    (
        "1001|Hello|Closed|Low|Email|Problem|Chen Wei|Billing|Zoë Brandt|2|"
        "26/03/2026 09:51|01/04/2026 02:01|02/04/2026 02:01|02/04/2026 02:01|27/03/2026 08:00"
    ),
    (
        "1002|Printer|Open|Low|Email|Problem|Chen Wei|Billing|Zoë Brandt|2|"
        "27/03/2026 09:51|||02/04/2026 02:01|28/03/2026 08:00"
    ),
)
LISTED = Reads(2, 6, {"Created>Public reply": 2, "Public reply>Status: Resolved": 1,
                      "Status: Resolved>Status: Closed": 1})  # fmt: skip

# -- Zendesk, audits: one ticket in three actions
AUDITS = [
    {
        "id": 10 * n, "ticket_id": 7, "created_at": f"2026-03-26T0{n}:00:00Z", "author_id": 5,
        "metadata": {"system": {}}, "via": {"channel": "web"}, "events": events,
    }
    for n, events in enumerate(
        [
            [
                {"id": 1, "type": "Create", "field_name": "status", "value": "new"},
                {"id": 2, "type": "Create", "field_name": "priority", "value": "low"},
            ],
            [{"id": 3, "type": "Change", "field_name": "status", "value": "open",
              "previous_value": "new"}],
            [
                {"id": 4, "type": "Comment", "author_id": 5, "body": "Zoë?", "public": False},
                {"id": 5, "type": "Change", "field_name": "status", "value": "solved",
                 "previous_value": "open"},
            ],
        ],
        start=1,
    )
]  # fmt: skip
AUDITED = Reads(1, 4, {"Created>Status: open": 1, "Status: open>Internal note": 1,
                       "Internal note>Status: solved": 1})  # fmt: skip

# -- ServiceNow, records with values and what is displayed of them
INCIDENTS = [
    {
        name: {"value": value, "display_value": value}
        for name, value in {
            "sys_id": f"{n:032x}", "number": f"INC000{n}", "state": "Closed", "priority": "3",
            "assigned_to": "Ann", "short_description": "Hello", "opened_at": "2026-03-26 08:51:00",
            "sys_created_on": "2026-03-26 08:51:00", "closed_at": f"2026-03-27 0{n}:51:00",
        }.items()
    }
    for n in (1, 2)
]  # fmt: skip
CLOSED = Reads(2, 4, {"Created>Status: Closed": 2})

ISSUES = (
    '<rss version="0.92"><channel><title>Jira</title><link>https://x.example/</link>'
    + "".join(
        f"<item><title>[SUP-{n}] Zoë</title><link>https://x.example/browse/SUP-{n}</link>"
        f'<project id="1" key="SUP">Support</project><key id="1{n}">SUP-{n}</key>'
        '<summary>Zoë</summary><type id="1">Bug</type><priority id="3">Medium</priority>'
        '<status id="6">Done</status><resolution id="1">Done</resolution>'
        '<assignee accountid="a:1">Chen Wei</assignee><reporter accountid="a:2">Zoë</reporter>'
        "<created>Thu, 26 Mar 2026 09:51:00 +0100</created>"
        "<updated>Sat, 28 Mar 2026 05:49:27 +0100</updated>"
        "<resolved>Sat, 28 Mar 2026 05:49:27 +0100</resolved></item>\n"
        for n in (1, 2)
    )
    + "</channel></rss>"
)
RESOLVED = Reads(2, 2)


def spreadsheet(rows: tuple[str, ...], *, dates: str = "%Y-%m-%d %H:%M:%S") -> bytes:
    """Save a table as a workbook, with times as times."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([_cell(value, dates) for value in row.split("|")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: str, dates: str):
    try:
        return datetime.strptime(value, dates)
    except ValueError:
        return value or None


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def lines(*values) -> bytes:
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()


def changed(rows: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    assert any(old in row for row in rows)
    return tuple(row.replace(old, new) for row in rows)


def written(rows: tuple[str, ...], form: str) -> tuple[str, ...]:
    """Write all times anew, as a spreadsheet in another country would."""
    return tuple("|".join(_again(value, form) for value in row.split("|")) for row in rows)


def _again(value: str, form: str) -> str:
    cell = _cell(value, "%Y-%m-%d %H:%M:%S")
    return cell.strftime(form) if isinstance(cell, datetime) else value


STRANGERS = {
    "README.md": b"# April\n\nfrom, the\nold, system\n",
    "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(99),
    ".DS_Store": b"\0\0\0\1Bud1",
    "~$log.xlsx": b"\x08Ann",
    "notes/todo.txt": b"call Zoe\n",
}

# -- Zendesk, a list in the zone of who exported it, beside what the programming interface gave
MIXED = {
    "a.json": json.dumps({"audits": AUDITS}).encode(),
    "b.json": b'{"users": [{"id": 5, "name": "Ann", "role": "agent"}], "groups": []}',
    "c.csv": table(
        "Summation column|Id|Requester|Requester id|Assignee|Status|Priority|Via|Created at|"
        "Solved at|Initially assigned at|Resolution time|Satisfaction Score|Group stations|"
        "Assignee stations|Reopens|Replies",
        "1|7|Ann|5|Ann|Solved|Low|Mail|2026-03-26 02:00|2026-03-26 04:00||2|Not Offered|1|1|0|1",
    ),
}

CASES: dict[str, tuple[bytes | dict[str, bytes], tuple[str, ...], Reads | Refuses]] = {
    # -- a table, as it is and saved anew
    "snapshots": (table(*SNAPSHOTS), (), TOLD),
    "semicolons, line feeds": (table(*SNAPSHOTS, sign=";", end="\n"), (), TOLD),
    "tabs": (table(*SNAPSHOTS, sign="\t"), (), TOLD),
    "bom": (b"\xef\xbb\xbf" + table(*SNAPSHOTS), (), TOLD),
    "utf-16": (table(*SNAPSHOTS).decode().encode("utf-16"), (), TOLD),
    "utf-16 without mark": (table(*SNAPSHOTS).decode().encode("utf-16-le"), (), TOLD),
    "day first": (table(*written(SNAPSHOTS, "%d/%m/%Y %H:%M"), sign=";"), (), TOLD),
    "month first": (table(*written(SNAPSHOTS, "%m/%d/%y %I:%M %p")), (), TOLD),
    "workbook": (spreadsheet(SNAPSHOTS), (), TOLD),
    "packed": (gzip.compress(table(*SNAPSHOTS)), (), TOLD),
    "archive": (zipped(CaseHistory2__csv=table(*SNAPSHOTS)), (), TOLD),
    "folder with strangers": ({"a.csv": table(*SNAPSHOTS), **STRANGERS}, (), TOLD),
    "columns in small letters": (table(SNAPSHOTS[0].lower(), *SNAPSHOTS[1:]), (), TOLD),
    "columns in capitals": (table(SNAPSHOTS[0].upper(), *SNAPSHOTS[1:]), (), TOLD),
    "empty columns and rows behind": (
        table(*(f"{row}||" for row in SNAPSHOTS), "|" * 9, "|" * 9), (), TOLD,
    ),
    "shuffled": (table(SNAPSHOTS[0], *sorted(SNAPSHOTS[1:], key=lambda row: row[15:])), (), TOLD),
    "newest first": (table(SNAPSHOTS[0], *SNAPSHOTS[:0:-1]), (), TOLD),
    "appended to itself": (table(*SNAPSHOTS, *SNAPSHOTS[1:]), (), TOLD),
    "days that overlap": (
        {
            "1.csv": table(*SNAPSHOTS[:7]),
            "2.csv": table(SNAPSHOTS[0], *SNAPSHOTS[5:]),
        }, (), TOLD,
    ),
    "a case in two files, the later first": (
        {
            "1.csv": table(SNAPSHOTS[0], *SNAPSHOTS[5:]),
            "2.csv": table(*SNAPSHOTS[:5]),
        }, (), TOLD,
    ),
    "formula, script, controls": (
        table(*changed(SNAPSHOTS, "Closed", "=cmd()<script>\x07")), (), Reads(3, 9),
    ),
    "zones that differ, said": (MIXED, ("--tz", "Europe/Berlin"), AUDITED),
    # -- and broken
    "zones that differ": (MIXED, (), Refuses(("export/c.csv", "local times", "--tz"))),
    "cut in a row": (table(*SNAPSHOTS)[:-60], (), Refuses(("cells", ":10", "1 row of 9"))),
    "cut in a row, skipped": (
        table(*SNAPSHOTS)[:-60], ("--on-error", "skip"), Reads(3, 8, rows_quarantined=1),
    ),
    "empty": (b"", (), Refuses(("empty",))),
    "header": (table(SNAPSHOTS[0]), (), Refuses(("no event",))),
    "one row": (table(*SNAPSHOTS[:2]), (), Reads(1, 1)),
    "without header": (table(*SNAPSHOTS[1:]), (), Refuses(("header",))),
    "title above": (table("April", "", *SNAPSHOTS), (), Refuses(("April", "not a header"))),
    "translated": (
        table("|".join(f"Feld {n}" for n in range(8)), *SNAPSHOTS[1:]), (), Refuses(("case",)),
    ),
    "two encodings": (
        table(*changed(SNAPSHOTS, "Closed", "Zoë")) + "x,Zoë\n".encode("latin-1"),
        (), Refuses(("mixes UTF-8",)),
    ),
    "a time that is none": (
        table(*changed(SNAPSHOTS, "2026-03-27 10:00:00", "31/02/2026 99:99")), (),
        Refuses(("is not a time", ":9")),
    ),
    "a time that is none, skipped": (
        table(*changed(SNAPSHOTS, "2026-03-27 10:00:00", "soon")), ("--on-error", "skip"),
        Reads(3, 9, rows_quarantined=1),
    ),
    "a time that is none, second file": (
        {
            "1.csv": table(*SNAPSHOTS[:4]),
            "2.csv": table(
                SNAPSHOTS[0], *changed(SNAPSHOTS[4:], "2026-03-27 10:00:00", "soon"),
            ),
        }, (), Refuses(("2.csv:6", "'soon'", "1 row of 9")),
    ),
    "serial days": (
        table(*written(SNAPSHOTS, "46107.5")), (), Refuses(("is not a time", "excel")),
    ),
    "lacks the case": (
        table(*changed(SNAPSHOTS, "|50000000000001AAA|", "||")), (),
        Refuses(("CaseId", "is empty", "3 rows of 9")),
    ),
    "archive cut off": (zipped(a__csv=table(*SNAPSHOTS))[:-30], (), Refuses(("damaged",))),
    # -- a list of tickets
    "tickets": (table(*TICKETS, sign=";"), TZ, LISTED),
    "tickets in cp1252": (table(*TICKETS, sign=";").decode().encode("cp1252"), TZ, LISTED),
    "tickets listed twice": (table(*TICKETS, *TICKETS[1:], sign=";"), TZ, LISTED),
    "tickets listed on two days": (
        {"1.csv": table(*TICKETS[:2]), "2.csv": table(*TICKETS)}, TZ, LISTED,
    ),
    "tickets, only a header": (table(TICKETS[0]), TZ, Refuses(("no event",))),
    "one ticket": (table(*TICKETS[:2]), TZ, Reads(1, 4, first="2026-03-26T08:51",
                                                  last="2026-04-02T00:01")),
    "tickets with a cut row": (
        table(*TICKETS)[:-60], TZ, Refuses(("cells", "1 row of")),
    ),
    # -- JSON
    "audits": (lines({"audits": AUDITS}), (), AUDITED),
    "audits, pretty": (json.dumps({"audits": AUDITS}, indent=2).encode("utf-16"), (), AUDITED),
    "audits, one a line": (lines(*AUDITS), (), AUDITED),
    "audits, pages one after another": (
        lines({"audits": AUDITS[:1]}, {"audits": AUDITS[1:]}), (), AUDITED,
    ),
    "audits, pages in a list": (
        lines([{"audits": AUDITS[:1]}, {"audits": AUDITS[1:]}]), (), AUDITED,
    ),
    "audits, in a folder": (
        {"1.json": lines({"audits": AUDITS[:2]}), "2.json": lines({"audits": AUDITS[1:]}),
         **STRANGERS}, (), AUDITED,
    ),
    "audits, numbers as texts": (
        lines({"audits": [{**a, "id": str(a["id"]), "ticket_id": "7"} for a in AUDITS]}),
        (), AUDITED,
    ),
    "audits, keys twice": (
        lines({"audits": AUDITS}).replace(b'"ticket_id"', b'"ticket_id": 9, "ticket_id"'),
        (), AUDITED,
    ),
    "audits, cut off": (
        lines({"audits": AUDITS})[:-200], (), Refuses(("cut off", "2 records", "--on-error skip")),
    ),
    "audits, cut off, skipped": (
        lines({"audits": AUDITS})[:-200], ("--on-error", "skip"), Reads(1, 2, says=("cut off",)),
    ),
    "audits, a broken line": (
        lines(*AUDITS[:2]) + b'\n{"id": \n' + lines(AUDITS[2]), (),
        Refuses(("cut off", ":3", "2 records")),
    ),
    "audits, null among them": (
        lines({"audits": [*AUDITS, None]}), (), Refuses(("'audits' holds 'null", "3 records")),
    ),
    "audits, nothing in them": (
        lines({"audits": [{**a, "events": None} for a in AUDITS]}), (), Refuses(("no column",)),
    ),
    "audits, none": (lines({"audits": []}), (), Refuses(("no list",))),
    "audits, nested without end": (
        lines({"audits": AUDITS}).replace(b"{}", b"[" * 9_000 + b"]" * 9_000, 1), (),
        Refuses(("nests too deeply",)),
    ),
    "incidents": (lines({"result": INCIDENTS}), (), CLOSED),
    "incidents, one a line": (lines(*INCIDENTS), (), CLOSED),
    "incidents, the bare list": (lines(INCIDENTS), (), CLOSED),
    # -- XML
    "issues": (ISSUES.encode(), (), RESOLVED),
    "issues in latin-1": (
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + ISSUES).encode("latin-1"), (), RESOLVED,
    ),
    "issues cut off": (ISSUES.encode()[:-99], (), Refuses(("cut off", "1 record"))),
    "issues with an unclosed element": (
        ISSUES.replace("</summary>", "", 2).encode(), (), Refuses(("mismatched tag",)),
    ),
    "issues that laugh": (
        (
            '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
            + ISSUES.replace("Zoë", "&b;")
        ).encode(), (), Refuses(("entity",)),
    ),
    "issues that read files": (
        (
            '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + ISSUES.replace("Zoë", "&a;")
        ).encode(), (), Refuses(("entity",)),
    ),
    # -- what does not belong together
    "two systems": (
        {"a.csv": table(*SNAPSHOTS), "b.json": lines({"audits": AUDITS})}, (),
        Refuses(("different systems", "salesforce", "zendesk")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_awkward_export_is_read_right_or_refused(name, tmp_path, monkeypatch):
    content, options, expected = CASES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEMINE_CACHE_DIR", str(tmp_path / "cache"))

    if isinstance(content, bytes):
        (tmp_path / "export").write_bytes(content)
    else:
        for inner, data in content.items():
            path = tmp_path / "export" / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    check(expected, "export", options)


PRESET = """system = "desk"
title = "Desk"
[[file]]
name = "a"
title = "A"
form = "changes"
needs = ["Id", "CaseId"]
fields = { Status = "status" }
columns = { case = "CaseId", time = "LastModifiedDate", field = "'Status'", new = "Status" }
"""
USERS = b"Id,Name,Username\n005000000000001AAA,Ann,ann\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("export/h.csv", "--quarantine", "export/h.csv", "-o", "o.csv"), "is an input"),
        (("export/h.csv", "--quarantine", "my.toml", "--preset", "my.toml"), "is an input"),
        (("export/h.csv", "--quarantine", "u.csv", "--lookup", "u.csv"), "is an input"),
        (("export", "--quarantine", "export/h.csv", "-o", "o.csv"), "is an input"),
        (("export", "-o", "export/h.csv"), "is an input"),
        (("export/h.csv", "--lookup", "u.csv", "-o", "u.csv"), "is an input"),
        (("export/h.csv", "-o", "export/users.csv"), "looked up beside the input"),
        (("export/h.csv", "--quarantine", "export/users.csv"), "looked up beside the input"),
        (("export/h.csv", "--quarantine", "./o.csv", "-o", "o.csv"), "both name"),
    ],
)
def test_no_result_takes_the_place_of_what_is_read(args, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "export").mkdir()
    files = {
        "export/h.csv": table(*SNAPSHOTS), "my.toml": PRESET.encode(), "u.csv": USERS,
        "export/users.csv": USERS,
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    options = args if "-o" in args else (*args, "-o", "o.csv")
    result = CliRunner().invoke(main, ["import", *options, "--no-cache"])

    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert said in result.stderr
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert not (tmp_path / "o.csv").exists()


def test_a_refused_export_leaves_the_output_of_before(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h.csv").write_bytes(table(*SNAPSHOTS)[:-60])
    (tmp_path / "o.csv").write_bytes(b"of before")

    result = CliRunner().invoke(main, ["import", "h.csv", "-o", "o.csv", "--no-cache"])

    assert result.exit_code == 3
    assert (tmp_path / "o.csv").read_bytes() == b"of before"


@pytest.mark.parametrize(
    ("name", "content", "listed"),
    [
        (
            "h.csv",
            table(*changed(SNAPSHOTS, "2026-03-27 10:00:00", "soon"), "cut,off"),
            [["h.csv", "9", "LastModifiedDate", "soon", "is not a time"],
             ["h.csv", "11", "", "cut,off", "has 2 cells where the header has 8"]],
        ),
        (
            "a.json",
            json.dumps(
                {"audits": [AUDITS[0], {**AUDITS[1], "created_at": "soon"},
                            {**AUDITS[2], "ticket_id": None}]}
            ).replace('}, {"id": ', '},\n{"id": ').encode(),
            None,
        ),
        (
            "i.xml",
            ISSUES.replace(
                "</resolution>",
                '</resolution><comments><comment id="5" author="a:1" created="soon">Hi</comment>'
                '<comment id="6" author="a:1" created="Thu, 26 Mar 2026 10:00:00 +0100">Hi'
                "</comment></comments>",
                1,
            ).encode(),
            [["i.xml", "1", "comment.@created", "soon", "is not a time"]],
        ),
    ],
)  # fmt: skip
def test_what_is_left_out_is_listed_with_line_and_column(
    name, content, listed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)

    args = ["import", name, "--on-error", "skip", "--quarantine", "q.csv", "-o", "o.csv"]
    result = CliRunner().invoke(main, [*args, "--no-cache"])

    assert result.exit_code == 0, result.output
    rows = list(csv.reader(io.StringIO((tmp_path / "q.csv").read_text("utf-8"))))[1:]
    if listed is None:
        assert {(row[2], row[3], row[4]) for row in rows} == {
            ("created_at", "soon", "is not a time"),
            ("ticket_id", "", "is empty"),
        }
    else:
        assert rows == listed
