"""The samples' tickets, told again: at the end of summer time, of other people and in other words.

Every form of time that the samples have is moved by 210 days, local ones on the clocks of Berlin;
numbers of tickets, names and texts are replaced. What is read of it is put back into the words of
the story, so that the same expectations serve.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

BERLIN = ZoneInfo("Europe/Berlin")
LATER = timedelta(days=210)  # 2026-03-29 01:00 UTC, when clocks went forward, to 2026-10-25
LOCAL = re.compile(
    "incident_list_export|report_case_history|tickets_export_legacy|Jira_export|view_export|disco|"
    "fresh(desk|service)/synthetic/tickets_export|otrs|osticket|glpi|itop"
)
PEOPLE = {
    "Chen Wei": "Åsa Øst",
    "Mara Lindqvist": "Märta O'Dowd",
    "Jürgen Groß": "Björn Strauß",
    "Priya Nair": "D'Arcy, Anaïs",
    "Tomás Ibáñez": "Íñigo Peña-Núñez",
    "Zoë Brandt": "Chloë Müller-Lüdenscheidt",
    "Ben O'Neill": "Siobhán O'Brien",
    "Lucía Gómez": "Gómez, Lucía (Einkauf)",
    "Olga Petrova": "Ольга Петрова",
    'Sam "Sparky" Lee': 'Max "Mücke" Mayer; GmbH',
    "Kenji Mori": "森 健二",
    "Aïcha Diallo": "Aïssatou N'Diaye",
}
WORDS = {
    **PEOPLE,
    "Tier 1": "1st Level; Köln",
    "Tier 2": '2nd "Level"',
    "Billing": "Rechnungen & Mahnungen",
    "Returns & Refunds": "Retouren, Ersatz",
    "Could you send the order number, please?": 'Order no.?; "ref"\nsecond line; third < 4',
    'It is "A-1029"; see attachment &amp; screenshot, ok?': '26/Oct/26 2:15 AM;so &lt;I&gt; "say"',
    "Waiting for supplier, ETA Friday": "=SUM(A1); 50 % fertig\t(intern)",
    "Order A-1029": "Bestellung Ä-77\n> zitiert",
    "Sorry, still broken :(": "再次出错了 😀; help",
    "Password reset e-mail never arrives": 'Neu: "Kennwort"; bitte helfen',
    "Printer, 2nd floor: no toner": "Drucker\tim 3. Stock, leer",
}
SHORT = {"{} {}".format(*(name.split()[i] for i in (0, -1))): name for name in PEOPLE}
BEFORE = {new: old for old, new in WORDS.items()}
KNOWN = re.compile("|".join(re.escape(word) for word in sorted(WORDS, key=len, reverse=True)))
TICKET = re.compile(r"(?<!\d)(0+|1|500|1500|2000|2026|)([12])(0(?:0[1-9]|1[0-5]))(?!\d)")

ISO = re.compile(
    r"(20\d\d)([-/])(\d\d)[-/](\d\d)([T ])(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?"
)
FORMS = (  # of times without a zone, and whether they are in UTC
    (r"\d\d-\d\d-20\d\d \d\d:\d\d:\d\d \+0000", "%d-%m-%Y %H:%M:%S +0000", True),
    (r"\d\d-\d\d-20\d\d \d\d:\d\d:\d\d", "%d-%m-%Y %H:%M:%S", False),
    (r"\d\d/\d\d/20\d\d \d\d:\d\d", "%d/%m/%Y %H:%M", False),
    (r"\d{1,2}/\d/20\d\d \d\d:\d\d", "%-d/%-m/%Y %H:%M", True),
    (r"\d{1,2}/\d{1,2}/20\d\d \d{1,2}:\d\d [AP]M", "%-m/%-d/%Y %-I:%M %p", False),
    (r"\d\d\.\d\d\.20\d\d, \d\d:\d\d", "%d.%m.%Y, %H:%M", False),
    (r"\d\d/[A-Z][a-z][a-z]/\d\d \d{1,2}:\d\d [AP]M", "%d/%b/%y %-I:%M %p", False),
)


def moved(events):
    """The story, at its new time."""
    return [replace(event, time=event.time + LATER) for event in events]


def put_back(log):
    """What a log tells, in the words of the story."""

    def before(value):
        if not isinstance(value, str):
            return value
        return BEFORE.get(value) or TICKET.sub(r"\g<1>1\3", value)

    table = log.events
    for name in {"case", "resource", "old", "new"}.intersection(table.column_names):
        values = [before(value) for value in table.column(name).to_pylist()]
        table = table.set_column(table.column_names.index(name), name, [values])
    return SimpleNamespace(events=table, intake=log.intake)


def tell_again(source: Path, folder: Path) -> Path:
    """Write a sample file anew."""
    target = folder / _say(source.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    local = LOCAL.search(str(source)) is not None
    if source.suffix == ".sqlite":
        target.write_bytes(source.read_bytes())
        _database(target)
        return target
    data = source.read_bytes()
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding := "cp1252")
    told = {".csv": _csv, ".tsv": _csv, ".json": _json, ".ndjson": _lines}.get(source.suffix, _xml)
    text = told(text, local)
    try:
        target.write_bytes(text.encode(encoding))
    except UnicodeEncodeError:  # names that it cannot write
        target.write_bytes(text.encode("utf-8"))
    return target


def _clock(time: datetime) -> datetime:
    return (time.replace(tzinfo=BERLIN).astimezone(UTC) + LATER).astimezone(BERLIN)


def _time(text: str, local: bool) -> str | None:
    """A time at its new place; None if the text is none."""
    if found := ISO.fullmatch(text):
        year, dash, month, day, between, minutes, seconds, rest, zone = found.groups()
        time = datetime.fromisoformat(f"{year}-{month}-{day}T{minutes}{seconds or ''}")
        if zone and zone != "Z" and zone.strip("+0:"):
            time = _clock(time)
            colon = ":" if ":" in zone else ""
            zone = time.strftime("%z")
            zone = zone[:3] + colon + zone[3:]
        else:
            time = _clock(time) if local and not zone else time + LATER
        form = f"%Y{dash}%m{dash}%d{between}%H:%M" + (":%S" if seconds else "")
        return time.strftime(form) + (rest or "") + (zone or "")
    for shape, form, utc in FORMS:
        if re.fullmatch(shape, text) and not (utc and local):
            time = datetime.strptime(text, form.replace("%-", "%"))
            return (time + LATER if utc else _clock(time)).strftime(form)
    if re.fullmatch(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} 20\d\d .{8} [+-]\d{4}", text):
        time = datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z").replace(tzinfo=None)
        return _clock(time).strftime("%a, %-d %b %Y %H:%M:%S %z")
    if re.fullmatch(r"177[45]\d{6}(000)?", text):
        seconds = int(LATER.total_seconds())
        return str(int(text) + seconds * (1000 if len(text) > 10 else 1))
    return None


def _say(text: str) -> str:
    if text.startswith("<p>"):
        return f"<p>{html.escape(_say(html.unescape(text[3:-4])))}</p>"
    return TICKET.sub(r"\g<1>2\3", KNOWN.sub(lambda found: WORDS[found[0]], text))


def _cell(text: str, local: bool) -> str:
    if (time := _time(text, local)) is not None:
        return time
    if text[:1] in {"{", "["}:
        try:
            return json.dumps(_tree(json.loads(text), local))
        except ValueError:
            pass
    if found := re.match(r"(\d\d/[A-Z][a-z]{2}/\d\d \S+ [AP]M)(;[^;]*;)", text):
        return f"{_time(found[1], local)}{found[2]}{_say(text[found.end() :])}"
    return _say(text)


def _tree(node, local):
    if isinstance(node, str):
        return _cell(node, local)
    if isinstance(node, int) and not isinstance(node, bool):
        return int(_cell(str(node), local))
    if isinstance(node, list):
        return [_tree(each, local) for each in node]
    if not isinstance(node, dict):
        return node
    name = SHORT.get(f"{node.get('first')} {node.get('last')}")
    if name is not None:
        first, _, last = WORDS[name].rpartition(" ")
        node = {**node, "first": first, "last": last}
    return {_cell(key, local): _tree(value, local) for key, value in node.items()}


def _json(text, local):
    return json.dumps(_tree(json.loads(text), local), ensure_ascii=False)


def _lines(text, local):
    return "".join(_json(line, local) + "\n" for line in text.splitlines())


def _csv(text, local):
    begin = text.partition("\n")[0]
    delimiter = max(",;\t", key=begin.count)
    out = io.StringIO(newline="")
    ending = "\r\n" if begin.endswith("\r") else "\n"
    quoting = csv.QUOTE_ALL if text.startswith('"') else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(cell, local) for cell in row])
    return out.getvalue()


def _xml(text, local):
    def cell(found):
        return found[1] + html.escape(_cell(html.unescape(found[2]), local)) + found[3]

    return re.sub(r'( \w+=")([^"<>]+)(")', cell, re.sub(r"(>)([^<]+)(<)", cell, text))


def _database(path):
    base = sqlite3.connect(path)
    for (table,) in base.execute("select name from sqlite_master where type='table'").fetchall():
        columns = [each[1] for each in base.execute(f'pragma table_info("{table}")')]
        for name in columns:
            for (value,) in base.execute(f'select distinct "{name}" from "{table}"').fetchall():
                if isinstance(value, str) and (new := _cell(value, local=False)) != value:
                    base.execute(f'update "{table}" set "{name}"=? where "{name}"=?', [new, value])
    base.commit()
    base.close()
