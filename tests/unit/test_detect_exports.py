"""Which preset reads which file: scores, ties, folders, and what the user said."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from casemine.errors import AmbiguousError, InputError, UsageError
from casemine.read.crm import catalogue
from casemine.read.crm.preset import parse_preset
from casemine.read.detect import detect, survey
from casemine.read.options import ReadOptions
from casemine.read.source import contents_of, members_of

DESK = """
system = "desk"
title = "Desk"
[[file]]
name = "audit"
title = "change table"
form = "changes"
needs = ["case_key", "field", "old", "new"]
hints = ["reason"]
[file.columns]
case = "case_key"
[[file]]
name = "incidents"
title = "list of incidents"
form = "tickets"
needs = ["number", "state", "opened"]
records = ["result", "unload.incident"]
[file.ticket]
key = "number"
[[file]]
name = "users"
title = "users"
form = "lookup"
needs = ["id", "name"]
[[file.lookup]]
of = "users"
key = "id"
name = "name"
[[file]]
name = "snapshots"
title = "snapshot log"
form = "snapshots"
plain = true
needs = ["number", "state", "version", "updated"]
[file.columns]
case = "number"
"""
SHOP = """
system = "shop"
title = "Shop"
[[file]]
name = "history"
title = "history of orders"
form = "grouped"
needs = ["id", "changes.items"]
records = ["orders", ""]
[file.columns]
case = "id"
[[file]]
name = "list"
title = "list of orders"
form = "tickets"
needs = ["number", "state", "buyer"]
[[file]]
name = "people"
title = "people"
form = "lookup"
needs = ["id", "name", "shop"]
[[file.lookup]]
of = "users"
key = "id"
name = "name"
"""
PRESETS = (parse_preset(DESK, "desk.toml"), parse_preset(SHOP, "shop.toml"))
AUDIT = "case_key,field,old,new,at\n1,state,New,Open,2026-05-13 09:00\n"
INCIDENTS = "Number,State,Opened\n1,Open,2026-05-13 08:00\n"
SNAPSHOTS = "number,state,version,updated\n1,New,1,2026-05-13 09:00\n1,Open,2,2026-05-13 10:00\n"
ORDERS = json.dumps({"orders": [{"id": 1, "changes": {"items": [{"what": "state"}]}}]})
LIST = "number,state,buyer\n1,Open,ann\n"
USERS = "id,name\n7,Ann\n"
PLAIN = "case,activity,time\n1,New,2026-05-13 09:00\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_text(text)
    return folder


def found(source, presets=PRESETS, **options):
    return detect(members_of(source), presets, ReadOptions(**options))


def kinds(source, **options) -> dict[str, str]:
    result = found(source, **options)
    return {Path(each.member.name).name: each.part.name for each in result.known}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (AUDIT, "desk:audit"),
        (INCIDENTS, "desk:incidents"),
        (LIST, "shop:list"),
        (ORDERS, "shop:history"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(tmp_path, text, kind):
    result = found(write(tmp_path, file_dat=text) / "file.dat")

    assert result.preset is not None
    assert f"{result.preset.system}:{result.known[0].part.name}" == kind


def test_headers_are_compared_without_case_marks_quotes_and_underscores(tmp_path):
    text = '\ufeff"Case Key";" FIELD ";"Old";"new  "\n1;state;New;Open\n'

    assert kinds(write(tmp_path, a_csv=text) / "a.csv") == {"a.csv": "audit"}
