"""Which preset reads which file: scores, ties, folders, and what the user said."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from casemine.errors import AmbiguousError, InputError, UsageError
from casemine.read.crm.language import catalogue
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.detect import detect, survey
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

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
time = "at"
[[file]]
name = "incidents"
title = "list of incidents"
form = "tickets"
needs = ["number", "state", "opened"]
[file.ticket]
key = "number"
[[file]]
name = "unload"
title = "unload of incidents"
form = "tickets"
needs = ["number", "state", "opened"]
records = ["result", "unload.incident"]
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
time = "updated"
[file.track]
state = "status"
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


@pytest.mark.parametrize("make", ["parquet", "xlsx", "ndjson", "xml"])
def test_every_container_is_looked_into(tmp_path, make):
    rows = {"number": ["1"], "state": ["Open"], "opened": ["2026-05-13"]}
    path = tmp_path / "export"
    if make == "parquet":
        pq.write_table(pa.table(rows), path)
    elif make == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        book.active.append(list(rows))
        book.active.append([values[0] for values in rows.values()])
        book.save(tmp_path / "export.xlsx")
        path = tmp_path / "export.xlsx"
    elif make == "ndjson":
        path.write_text('{"id": 1, "changes": {"items": []}}\n{"id": 2}\n')
    else:
        path.write_text(
            "<unload><incident><number>1</number><state>1</state><opened>x</opened></incident></unload>"
        )

    result = found(path)

    kind = {"ndjson": "history", "xml": "unload"}.get(make, "incidents")
    assert [each.part.name for each in result.known] == [kind]
    assert result.known[0].records == {"ndjson": "", "xml": "unload.incident"}.get(make)


def test_a_flat_list_of_json_objects_is_a_table(tmp_path):
    row = dict(zip(("case_key", "field", "old", "new"), "1234", strict=True))
    (tmp_path / "a.json").write_text(json.dumps([row]))

    assert kinds(tmp_path / "a.json") == {"a.json": "audit"}


def test_a_table_is_not_taken_for_records_of_json(tmp_path):
    only = DESK.replace('"number", "state", "opened"]\n[file.ticket]', '"planet"]\n[file.ticket]')
    preset = parse_preset(only, "desk.toml")

    result = found(write(tmp_path, a_csv=INCIDENTS) / "a.csv", presets=[preset])

    assert result.preset is None


def test_a_table_is_handed_on_open_so_that_its_header_is_read_once(tmp_path):
    result = found(write(tmp_path, a_csv=AUDIT) / "a.csv")

    assert result.known[0].table is not None
    assert result.known[0].table.columns == ("case_key", "field", "old", "new", "at")
    assert result.tables == (result.known[0].table,)


def test_what_no_preset_knows_is_read_as_before(tmp_path):
    result = found(write(tmp_path, a_csv=PLAIN) / "a.csv")

    assert (result.preset, result.known, result.notes) == (None, (), ())
    assert result.detection is not None
    assert [each.why for each in result.detection.sightings] == ["no preset knows it"]


def test_side_files_alone_are_no_export(tmp_path):
    assert found(write(tmp_path, a_csv=USERS) / "a.csv").preset is None


def test_a_log_that_casemine_has_written_is_not_derived_again(tmp_path):
    from casemine.log import parse_log
    from casemine.write import write_log

    write_log(parse_log("New Open Solved"), tmp_path / "log.parquet")
    catch_all = DESK.replace('"case_key", "field", "old", "new"', '"case", "activity"')

    result = found(tmp_path / "log.parquet", presets=[parse_preset(catch_all, "desk.toml")])

    assert result.preset is None


@pytest.mark.parametrize("text", ["", "no table", '"a,b\n1,2\n', "\x00\x01", "{]", "<a><b"])
def test_what_cannot_be_opened_is_left_to_its_reader(tmp_path, text):
    (tmp_path / "a.csv").write_text(text or "\n\n")

    assert found(tmp_path / "a.csv").preset is None


# Scores and ties


def test_the_most_specific_kind_wins(tmp_path):
    text = "number,state,opened,version,updated\n1,New,2026,1,2026\n"

    result = found(write(tmp_path, a_csv=text) / "a.csv", derive=True)

    assert result.known[0].part.name == "snapshots"
    scores = {score.file: score for score in result.detection.scores}
    assert list(scores)[:2] == ["snapshots", "incidents"]
    assert (scores["snapshots"].score, scores["snapshots"].chosen) == (4, True)
    assert (scores["incidents"].score, scores["incidents"].remark) == (3, "less specific")


def test_a_hint_counts_a_quarter(tmp_path):
    text = AUDIT.replace("at\n", "reason\n")

    (score, *_) = found(write(tmp_path, a_csv=text) / "a.csv").detection.scores

    assert (score.score, score.hints) == (4.25, ("reason",))


def test_the_score_table_says_what_is_missing(tmp_path):
    result = found(write(tmp_path, a_csv="case_key,field,old\n1,state,New\n") / "a.csv")

    nearest = next(score for score in result.detection.scores if score.file == "audit")
    assert (nearest.matched, nearest.missing) == (("case_key", "field", "old"), ("new",))
    assert not nearest.fits


def test_a_tie_between_systems_is_an_error_that_lists_them(tmp_path):
    text = "number,state,opened,buyer\n1,Open,2026,ann\n"

    with pytest.raises(AmbiguousError) as error:
        found(write(tmp_path, a_csv=text) / "a.csv")

    assert "desk:incidents (Desk: list of incidents)" in error.value.message
    assert "shop:list (Shop: list of orders)" in error.value.message
    assert error.value.mend == "say which with --from desk or shop"


def test_a_tie_within_a_system_asks_for_the_kind(tmp_path):
    twice = (
        DESK
        + '[[file]]\nname="twin"\ntitle="twin"\nform="changes"\n'
        + ('needs = ["case_key", "field", "old", "at"]\n')
    )

    with pytest.raises(AmbiguousError) as error:
        found(write(tmp_path, a_csv=AUDIT) / "a.csv", presets=[parse_preset(twice, "desk.toml")])

    assert error.value.mend == "say which with --from desk:audit or desk:twin"


def test_a_tie_is_kept_for_the_report(tmp_path):
    text = "number,state,opened,buyer\n1,Open,2026,ann\n"

    result = survey(members_of(write(tmp_path, a_csv=text) / "a.csv"), PRESETS, ReadOptions())

    assert isinstance(result.problem, AmbiguousError)
    remarks = [score.remark for score in result.detection.scores if score.fits]
    assert remarks == ["as good as another", "as good as another"]


def test_a_tie_is_settled_by_the_files_around_it(tmp_path):
    write(tmp_path, a_csv="number,state,opened,buyer\n1,Open,2026,ann\n", b_csv=AUDIT)

    assert kinds(tmp_path) == {"a.csv": "incidents", "b.csv": "audit"}


# Event logs as they stand


def test_a_log_as_it_stands_is_read_so_with_a_note(tmp_path):
    result = found(write(tmp_path, a_csv=SNAPSHOTS) / "a.csv")

    assert result.preset is None
    (note,) = result.notes
    assert note.code == "read-as-it-stands"
    assert note.text.endswith("--from desk derives the events from its changes")
    (remark,) = [score.remark for score in result.detection.scores if score.fits]
    assert remark == "also an event log as it stands"


@pytest.mark.parametrize("options", [{"derive": True}, {"importer": "desk"}])
def test_it_is_derived_on_request(tmp_path, options):
    path = write(tmp_path, a_csv=SNAPSHOTS) / "a.csv"

    assert kinds(path, **options) == {"a.csv": "snapshots"}


def test_it_is_derived_beside_other_files_of_its_system(tmp_path):
    write(tmp_path, a_csv=SNAPSHOTS, b_csv=INCIDENTS)

    assert kinds(tmp_path) == {"a.csv": "snapshots", "b.csv": "incidents"}


# What the user says


@pytest.mark.parametrize(
    "options", [{"case": "case_key"}, {"time": "at"}, {"importer": "csv"}, {"importer": "TSV"}]
)
def test_who_names_columns_or_a_container_gets_no_preset(tmp_path, options):
    path = write(tmp_path, a_csv=AUDIT) / "a.csv"

    result = found(path, **options)

    assert (result.preset, result.detection) == (None, None)


def test_a_column_and_a_preset_contradict_each_other(tmp_path):
    path = write(tmp_path, a_csv=AUDIT) / "a.csv"

    with pytest.raises(UsageError, match="--time names a column, but the preset desk knows"):
        found(path, importer="desk", time="at")


@pytest.mark.parametrize("name", ["desk", "DESK", "desk:incidents"])
def test_only_the_system_that_is_named_is_tried(tmp_path, name):
    path = write(tmp_path, a_csv="number,state,opened,buyer\n1,Open,2026,ann\n") / "a.csv"

    assert kinds(path, importer=name) == {"a.csv": "incidents"}


def test_a_system_that_does_not_fit_says_what_each_kind_lacks(tmp_path):
    path = write(tmp_path, a_csv=INCIDENTS) / "a.csv"

    with pytest.raises(InputError) as error:
        found(path, importer="shop")

    assert error.value.message == (
        "is no export that the preset shop knows: missing are 'buyer' for list; "
        "'id', 'name', 'shop' for people"
    )


def test_a_file_that_cannot_be_opened_says_so_even_to_a_named_system(tmp_path):
    (tmp_path / "a.csv").write_text("only one column\n1\n")

    with pytest.raises(InputError, match="is not a table of several columns"):
        found(tmp_path / "a.csv", importer="desk")


def test_side_files_of_the_named_system_alone_are_refused(tmp_path):
    with pytest.raises(InputError, match="holds users of Desk, which tell of no case"):
        found(write(tmp_path, a_csv=USERS) / "a.csv", importer="desk")


@pytest.mark.parametrize(
    ("name", "words"),
    [("desq", "'desq' is no kind of file and no preset"), ("desk:audits", "did you mean 'audit'")],
)
def test_a_slip_of_the_pen_is_a_usage_error(tmp_path, name, words):
    with pytest.raises(UsageError, match=words):
        found(write(tmp_path, a_csv=AUDIT) / "a.csv", importer=name)


def test_a_preset_of_ones_own_is_the_only_one_tried(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(DESK.replace('"desk"', '"mine"'))
    write(tmp_path, a_csv=AUDIT, b_csv=LIST)

    result = found(tmp_path / "a.csv", preset=own)

    assert result.preset.system == "mine"
    with pytest.raises(InputError, match="no export that the preset mine knows"):
        found(tmp_path / "b.csv", preset=own)
    with pytest.raises(UsageError, match="name different presets"):
        found(tmp_path / "a.csv", preset=own, importer="desk")


# Several files


def test_a_folder_of_known_files_is_one_export(tmp_path):
    (tmp_path / "sub").mkdir()
    write(tmp_path, users_csv=USERS, incidents_csv=INCIDENTS)
    write(tmp_path / "sub", audit_csv=AUDIT)

    result = found(tmp_path)

    assert [each.part.name for each in result.known] == ["incidents", "audit", "users"]
    assert (result.aside, result.notes) == ((), ())


def test_a_zip_of_known_files_is_one_export(tmp_path):
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr("users.csv", USERS)
        archive.writestr("audit.csv", AUDIT)

    assert kinds(tmp_path / "dump.zip") == {
        "dump.zip:audit.csv": "audit",
        "dump.zip:users.csv": "users",
    }


def test_side_files_are_those_of_the_system_though_another_knows_them_better(tmp_path):
    write(tmp_path, users_csv="id,name,shop\n7,Ann,x\n", audit_csv=AUDIT)

    assert kinds(tmp_path) == {"audit.csv": "audit", "users.csv": "users"}


def test_a_system_that_knows_all_files_wins_over_one_that_knows_one_better(tmp_path):
    better = "number,state,opened,buyer,extra\n1,Open,2026,ann,x\n"
    rival = SHOP.replace('"number", "state", "buyer"', '"number", "state", "buyer", "extra"')
    write(tmp_path, a_csv=better, b_csv=AUDIT)

    result = found(tmp_path, presets=[PRESETS[0], parse_preset(rival, "shop.toml")])

    assert result.preset.system == "desk"
    assert [each.part.name for each in result.known] == ["incidents", "audit"]


def test_strangers_in_a_folder_are_left_aside_by_name(tmp_path):
    write(tmp_path, audit_csv=AUDIT, plain_csv=PLAIN, notes_json='{"number": 1}')

    result = found(tmp_path)

    assert [Path(each.name).name for each in result.aside] == ["notes.json", "plain.csv"]
    (note,) = result.notes
    assert (note.code, note.count) == ("files-left-aside", 2)
    assert note.text.startswith(
        "2 files left aside, not known to the preset desk: notes.json lacks"
    )


def test_a_stranger_that_was_named_is_refused(tmp_path):
    write(tmp_path, audit_csv=AUDIT, plain_csv=PLAIN)

    with pytest.raises(InputError) as error:
        found([tmp_path / "audit.csv", tmp_path / "plain.csv"])

    assert error.value.where.file.endswith("plain.csv")
    assert error.value.message.startswith("is no export that the preset desk knows")


@pytest.mark.parametrize("named", [True, False])
def test_files_of_different_systems_are_refused_with_their_systems(tmp_path, named):
    write(tmp_path, audit_csv=AUDIT, orders_json=ORDERS)
    source = [tmp_path / "audit.csv", tmp_path / "orders.json"] if named else tmp_path

    with pytest.raises(InputError) as error:
        found(source)

    assert "audit.csv (desk)" in error.value.message
    assert "orders.json (shop)" in error.value.message
    assert error.value.mend.endswith("such as --from desk")


def test_the_system_that_is_named_leaves_the_others_aside(tmp_path):
    write(tmp_path, audit_csv=AUDIT, orders_json=ORDERS)

    result = found(tmp_path, importer="shop")

    assert [each.part.name for each in result.known] == ["history"]
    assert [Path(each.name).name for each in result.aside] == ["audit.csv"]


def test_a_folder_that_no_preset_knows_is_read_as_before(tmp_path):
    write(tmp_path, a_csv=PLAIN, b_csv=PLAIN)

    result = found(tmp_path)

    assert (result.preset, result.aside) == (None, ())


# Side files


def test_side_files_that_are_named_come_apart(tmp_path):
    write(tmp_path, audit_csv=AUDIT)
    (tmp_path / "other").mkdir()
    people = write(tmp_path / "other", u_csv=USERS) / "u.csv"

    result = found(tmp_path / "audit.csv", lookups=(people,))

    assert [each.part.name for each in result.lookups] == ["users"]
    assert result.notes == ()


def test_a_side_file_that_says_nothing_is_refused(tmp_path):
    write(tmp_path, audit_csv=AUDIT, other_csv=LIST)

    with pytest.raises(InputError, match="missing are 'id', 'name' for users"):
        found(tmp_path / "audit.csv", lookups=(tmp_path / "other.csv",))


@pytest.mark.parametrize("options", [{}, {"importer": "csv"}])
def test_side_files_without_an_export_are_a_usage_error(tmp_path, options):
    write(tmp_path, plain_csv=PLAIN, users_csv=USERS)

    with pytest.raises(UsageError, match="--lookup is for exports that a preset reads"):
        found(tmp_path / "plain.csv", lookups=(tmp_path / "users.csv",), **options)


def test_side_files_are_found_beside_an_export_and_said(tmp_path):
    write(tmp_path, audit_csv=AUDIT, users_csv=USERS, plain_csv=PLAIN, list_csv=INCIDENTS)
    (tmp_path / "linked.csv").symlink_to(tmp_path / "users.csv")

    result = found(tmp_path / "audit.csv")

    assert [Path(each.member.name).name for each in result.lookups] == ["users.csv"]
    (note,) = result.notes
    assert note.text == "ids were looked up in files beside the export: users from 'users.csv'"


def test_side_files_beside_are_not_used_where_some_are_named_or_in_a_folder(tmp_path):
    write(tmp_path, audit_csv=AUDIT, users_csv=USERS)

    in_folder = found(tmp_path)
    named = found(tmp_path / "audit.csv", lookups=(tmp_path / "users.csv",))

    assert in_folder.lookups == ()
    assert len(named.lookups) == 1


# Effort


def test_a_plain_table_parses_no_preset(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "_parsed", lambda system: pytest.fail(f"parsed {system}"))
    path = write(tmp_path, a_csv=PLAIN) / "a.csv"

    assert found(path, presets=None).preset is None


def test_a_long_first_record_is_looked_at_further(tmp_path):
    order = {"text": "x" * 100_000, "id": 1, "changes": {"items": []}}
    (tmp_path / "a.json").write_text(json.dumps({"orders": [order]}))

    assert kinds(tmp_path / "a.json") == {"a.json": "history"}
