"""XES files as they really arrive: each is read right, or refused with a reason."""

from __future__ import annotations

import gzip

import pytest

from outcomes import Reads, Refuses, check

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def event(name: str | None, time: str | None, *extra: str) -> str:
    """One event; None leaves the attribute out."""
    parts = [
        *([f'<string key="concept:name" value="{name}"/>'] if name is not None else []),
        *([f'<date key="time:timestamp" value="{time}"/>'] if time is not None else []),
        *extra,
    ]
    return f"<event>{''.join(parts)}</event>\n"


def trace(name: str | None, *events: str) -> str:
    named = "" if name is None else f'<string key="concept:name" value="{name}"/>\n'
    return f"<trace>\n{named}{''.join(events)}</trace>\n"


def log(*traces: str, attributes: str = 'xes.version="1.0"', head: str = HEAD) -> str:
    return f"{head}<log {attributes}>\n{''.join(traces)}</log>\n"


def step(transition: str) -> str:
    return f'<string key="lifecycle:transition" value="{transition}"/>'


A = event("A", "2026-05-31T09:00:00Z")
B = event("B", "2026-05-31T10:00:00Z")
C = event("C", "2026-05-31T11:00:00Z")
ABC = log(trace("1", A, B, C))
EDGES = {"A>B": 1, "B>C": 1}
WRONG = '<string key="concept:name" value="WRONG"/>'
READ = Reads(1, 3, EDGES)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>\n"
)

CASES: dict[str, tuple[str | bytes, tuple[str, ...], Reads | Refuses]] = {
    "plain": (ABC, (), READ),
    "a namespace": (
        log(trace("1", A, B, C), attributes='xmlns="http://www.xes-standard.org/"'),
        (),
        READ,
    ),
    "a prefix": (
        ABC.replace("<log ", '<x:log xmlns:x="http://www.xes-standard.org/" ')
        .replace("</log>", "</x:log>")
        .replace("<trace>", "<x:trace>")
        .replace("</trace>", "</x:trace>")
        .replace("<event>", "<x:event>")
        .replace("</event>", "</x:event>")
        .replace("<string ", "<x:string ")
        .replace("<date ", "<x:date "),
        (),
        READ,
    ),
    "single quotes": (ABC.replace('"', "'"), (), READ),
    "value before key": (
        log(
            trace(
                "1", A, B.replace('key="concept:name" value="B"', 'value="B" key="concept:name"'), C
            )
        ),
        (),
        READ,
    ),
    "tags closed by a tag": (
        ABC.replace('"/>', '"></string>').replace('Z"></string>', 'Z"></date>'),
        (),
        READ,
    ),
    "comments that look like events": (log(trace("1", A, f"<!-- {C} -->", B, C)), (), READ),
    "on one line": (ABC.replace("\n", ""), (), READ),
    "bare carriage returns": (ABC.replace("\n", "\r"), (), READ),
    "entities in names": (
        log(trace("1", event("A &amp; B &#233; &#x1F600; &lt;b&gt;", "2026-05-31T09:00:00Z"), C)),
        (),
        Reads(1, 2, {"A & B é 😀 <b>>C": 1}),
    ),
    "utf-16": (ABC.replace("UTF-8", "UTF-16").encode("utf-16"), (), READ),
    "latin-1 as declared": (
        ABC.replace("UTF-8", "ISO-8859-1").replace('"B"', '"é"').encode("latin-1"),
        (),
        Reads(1, 3, {"A>é": 1, "é>C": 1}),
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + ABC.encode(), (), READ),
    "no declaration": (log(trace("1", A, B, C), head=""), (), READ),
    "gzip without the ending": (gzip.compress(ABC.encode()), (), READ),
    "offsets side by side": (
        log(
            trace(
                "1",
                event("A", "2026-03-29T01:30:00.000+01:00"),
                event("B", "2026-03-29T03:30:00.000+02:00"),
            )
        ),
        (),
        Reads(1, 2, {"A>B": 1}, first="2026-03-29T00:30:00", last="2026-03-29T01:30:00"),
    ),
    "no offset": (
        log(trace("1", event("A", "2026-05-31T09:00:00"), event("B", "2026-05-31T10:00:00"))),
        (),
        Reads(1, 2, {"A>B": 1}, first="2026-05-31T09:00:00", says=("UTC",)),
    ),
    "nanoseconds": (
        log(trace("1", event("A", "2026-05-31T09:00:00.123456789Z"), B)),
        (),
        Reads(1, 2, {"A>B": 1}, first="2026-05-31T09:00:00.123456"),
    ),
    "events out of order": (log(trace("1", C, A, B)), (), READ),
    "ties keep the order of the file": (
        log(trace("1", event("B", "2026-05-31T09:00:00Z"), A)),
        (),
        Reads(1, 2, {"B>A": 1}),
    ),
    "no times at all": (
        log(trace("1", event("B", None), event("A", None))),
        (),
        Reads(1, 2, {"B>A": 1}, says=("time",)),
    ),
    "one event without time": (
        log(trace("1", A, event("B", None), C)),
        (),
        Refuses(("time",)),
    ),
    "one event without time, skipped": (
        log(trace("1", A, event("B", None), C)),
        ("--on-error", "skip"),
        Reads(1, 2, {"A>C": 1}, rows_quarantined=1),
    ),
    "one event without activity": (
        log(trace("1", A, event(None, "2026-05-31T10:00:00Z"), C)),
        (),
        Refuses(("concept:name",)),
    ),
    "a date that is none": (
        log(trace("1", A, event("B", "2026-02-30T10:00:00Z"), C)),
        (),
        Refuses(("log.xes:6", "2026-02-30T10:00:00Z")),
    ),
    "a day first": (
        log(trace("1", A, event("B", "31/05/2026 10:00"), C)),
        (),
        Refuses(("log.xes:6", "31/05/2026 10:00")),
    ),
    "a trace without a name": (log(trace(None, A, B, C), trace("1", A)), (), Reads(2, 4)),
    "two traces of one name": (log(trace("1", A, B), trace("1", C)), (), Reads(2, 3, {"A>B": 1})),
    "a trace without events": (log(trace("1", A, B, C), trace("2")), (), READ),
    "an empty log": (log(), (), Refuses(("no event",))),
    "None and NA are names": (
        log(trace("NA", event("None", "2026-05-31T09:00:00Z"), C)),
        (),
        Reads(1, 2, {"None>C": 1}),
    ),
    "nested attributes": (
        log(
            trace(
                "1",
                event(
                    "A",
                    "2026-05-31T09:00:00Z",
                    f'<string key="note" value="x">{WRONG}</string>',
                ),
                B,
                C,
            )
        ),
        (),
        READ,
    ),
    "a list with a name inside": (
        log(
            trace(
                "1",
                event(
                    "A",
                    "2026-05-31T09:00:00Z",
                    f'<list key="tags"><values>{WRONG}</values></list>',
                ),
                B,
                C,
            )
        ),
        (),
        READ,
    ),
    "start and complete": (
        log(
            trace(
                "1",
                event("A", "2026-05-31T09:00:00Z", step("start")),
                event("A", "2026-05-31T10:00:00Z", step("complete")),
                event("B", "2026-05-31T11:00:00Z", step("COMPLETE")),
            )
        ),
        (),
        Reads(1, 2, {"A>B": 1}, says=("pair",)),
    ),
    "a lifecycle of their own": (
        log(
            trace(
                "1",
                event("Accepted", "2026-05-31T09:00:00Z", step("In Progress")),
                event("Accepted", "2026-05-31T10:00:00Z", step("Wait")),
            )
        ),
        (),
        Reads(1, 2, {"Accepted>Accepted": 1}),
    ),
    "entities that explode": (
        BOMB + log(trace("1", A.replace('"A"', '"&i;"'), B), head=""),
        (),
        Refuses(("entit",)),
    ),
    "an entity that points outside": (
        '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
        + log(trace("1", A.replace('"A"', '"&x;"'), B), head=""),
        (),
        Refuses(("entit",)),
    ),
    "cut off": (ABC[: len(ABC) // 2], (), Refuses(("log.xes",))),
    "cut off between traces": (
        log(trace("1", A, B, C), trace("2", A)).replace("</log>\n", ""),
        (),
        Refuses(("log.xes",)),
    ),
    "tags that cross": (
        ABC.replace("</event>\n</trace>", "</trace>\n</event>"),
        (),
        Refuses(("log.xes",)),
    ),
    "another kind of xml": (
        HEAD + '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        (),
        Refuses(("definitions",)),
    ),
    "an amount that is none": (
        log(trace("1", A, event("B", "2026-05-31T10:00:00Z", '<int key="cost" value="abc"/>'), C)),
        (),
        Refuses(("cost", "abc")),
    ),
    "a megabyte of name": (
        log(trace("1", event("x" * 1_000_000, "2026-05-31T09:00:00Z"), C)),
        (),
        Reads(1, 2),
    ),
    "two names of one trace": (
        log(trace("1", '<string key="concept:name" value="2"/>', A, B), trace("3", C)),
        (),
        Refuses(("log.xes:5", "twice", "2 events of 3")),
    ),
    "two names of one trace, skipped": (
        log(trace("1", '<string key="concept:name" value="2"/>', A, B), trace("3", C)),
        ("--on-error", "skip"),
        Reads(1, 1, rows_quarantined=2),
    ),
    "a name of blanks": (
        log(trace("1", event("   ", "2026-05-31T09:00:00Z"), B)),
        (),
        Reads(1, 2, says=("'   '",)),
    ),
    "two times of one event": (
        log(
            trace(
                "1",
                A,
                event(
                    "B",
                    "2026-05-31T10:00:00Z",
                    '<date key="time:timestamp" value="2026-05-31T12:00:00Z"/>',
                ),
            )
        ),
        (),
        Refuses(("log.xes:6", "twice")),
    ),
    "two documents in one file": (ABC + ABC, (), Refuses(("log.xes:10",))),
    "an event in an event": (
        log(trace("1", A.replace("</event>", f"{B}</event>"))),
        (),
        Refuses(("inside another event",)),
    ),
    "an event outside of any trace": (log(trace("1", A), B), (), Refuses(("log.xes:7", "no case"))),
    "a number with too many digits": (
        log(trace("1", event("A", "2026-05-31T09:00:00Z", f'<int key="x" value="{10**22}"/>'), B)),
        (),
        Refuses(("x", "1000000000000000000000")),
    ),
    "times before and after all others": (
        log(trace("1", event("A", "0001-01-01T00:00:00Z"), event("B", "9999-12-31T23:59:59Z"))),
        (),
        Reads(1, 2, {"A>B": 1}, first="0001-01-01", last="9999-12-31T23:59:59"),
    ),
    "a declaration that the byte order mark belies": (
        b"\xef\xbb\xbf" + ABC.replace("UTF-8", "UTF-16").encode(),
        (),
        READ,
    ),
    "bytes after the end of gzip": (
        gzip.compress(ABC.encode()) + b"more",
        (),
        Refuses(("log.xes", "after the end")),
    ),
    "elements that XES does not have": (
        log(trace("1", event("A", "2026-05-31T09:00:00Z", '<decimal key="x" value="3"/>'), B)),
        (),
        Reads(1, 2, {"A>B": 1}, says=("1 element ", "'decimal'")),
    ),
    "names like ours": (
        log(
            trace(
                "1",
                event(
                    "A",
                    "2026-05-31T09:00:00Z",
                    '<string key="row" value="9"/><string key="case" value="x"/>',
                ),
                B,
                C,
            )
        ),
        (),
        READ,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_awkward_xes_is_read_right_or_refused(name, tmp_path, monkeypatch):
    content, options, expected = CASES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEMINE_CACHE_DIR", str(tmp_path / "cache"))

    data = content.encode() if isinstance(content, str) else content
    (tmp_path / "log.xes").write_bytes(data)

    check(expected, "log.xes", options)
