"""Members out of paths, archives and standard input."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from casemine.errors import InputError
from casemine.read.logs import read_log
from casemine.read.picking import looks_like
from casemine.read.source import contents_of, head_of, members_of

TEXT = b"case,activity\n1,New\n2,Open\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def write(folder, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def contents(source) -> list[bytes]:
    found = []
    for member in members_of(source):
        with member.open() as stream:
            found.append(stream.read())
    return found


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a"])
def test_gzip_is_known_by_its_bytes_whatever_the_ending(tmp_path, name):
    path = write(tmp_path, name, gzip.compress(TEXT, mtime=0))

    assert contents(path) == [TEXT]


def test_gzip_of_several_members_is_read_to_the_end(tmp_path):
    path = write(
        tmp_path, "a.gz", gzip.compress(TEXT, mtime=0) + gzip.compress(b"3,Closed\n", mtime=0)
    )

    assert contents(path) == [TEXT + b"3,Closed\n"]


def test_zstandard_is_known_by_its_bytes(tmp_path):
    path = tmp_path / "a.csv"
    with pa.OSFile(str(path), "wb") as raw, pa.CompressedOutputStream(raw, "zstd") as packed:
        packed.write(TEXT)

    assert contents(path) == [TEXT]


def test_members_open_again_from_the_start(tmp_path):
    (member,) = members_of(write(tmp_path, "a.gz", gzip.compress(TEXT, mtime=0)))

    assert head_of(member, 4) == head_of(member, 4) == b"case"


def test_a_zip_gives_its_logs_and_leaves_the_rest(tmp_path):
    inside = {
        "b.csv": b"b",
        "a.csv": b"a",
        "__MACOSX/._a.csv": b"x",
        ".hidden.csv": b"x",
        "readme.md": b"x",
        "folder/": b"",
        "empty.csv": b"",
    }
    path = write(tmp_path, "logs.zip", zipped(inside))

    members = members_of(path)

    assert [member.name for member in members] == [f"{path}:a.csv", f"{path}:b.csv"]


def test_a_member_of_a_zip_can_be_named(tmp_path):
    path = write(tmp_path, "logs.zip", zipped({"a.csv": b"a", "b.csv": b"b"}))

    assert contents(f"{path}:b.csv") == [b"b"]


def test_a_gzip_inside_a_zip_is_unpacked_but_no_deeper(tmp_path):
    once = write(tmp_path, "a.zip", zipped({"a.csv.gz": gzip.compress(TEXT, mtime=0)}))
    twice = write(
        tmp_path, "b.zip", zipped({"a.csv.gz": gzip.compress(gzip.compress(TEXT, mtime=0))})
    )

    assert contents(once) == [TEXT]
    with pytest.raises(InputError, match="archives inside archives"):
        members_of(twice)


def test_a_spreadsheet_is_no_archive(tmp_path):
    path = write(tmp_path, "a.bin", zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}))

    (member,) = members_of(path)

    assert member.name == path


def test_several_files_come_in_the_order_named(tmp_path):
    paths = [write(tmp_path, name, name.encode()) for name in ("b.csv", "a.csv")]

    assert contents(paths) == [b"b.csv", b"a.csv"]


def test_standard_input_is_read_twice():
    code = (
        "from casemine.read.source import members_of\n"
        "member, = members_of('-')\n"
        "print(member.name, member.open().read() == member.open().read() == b'a,b')"
    )

    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], input=b"a,b", capture_output=True, check=True
    )

    assert result.stdout.decode().split() == ["<stdin>", "True"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (gzip.compress(TEXT * 99, mtime=0)[:-30], "cut off"),
        (gzip.compress(TEXT, mtime=0)[:-6] + b"xxxxxx", "damaged"),
        (zipped({"a.csv": TEXT})[:-30], "damaged"),
        (zipped({}), "empty"),
        (zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "office document"),
    ],
)
def test_what_is_damaged_is_named(tmp_path, data, words):
    path = write(tmp_path, "a.bin", data)

    with pytest.raises(InputError, match=words) as caught:
        contents(path)

    assert str(caught.value).startswith(path)


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(zipped({"a.csv": TEXT}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(InputError, match="encrypted"):
        members_of(write(tmp_path, "a.zip", bytes(data)))


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_stops_early(tmp_path, kind, monkeypatch):
    monkeypatch.setattr("casemine.read.unpack.BOMB_BYTES", 1 << 20)
    zeros = bytes(8 << 20)
    data = gzip.compress(zeros, mtime=0) if kind == "gzip" else zipped({"a.csv": zeros})

    with pytest.raises(InputError, match="200 times"):
        contents(write(tmp_path, "a", data))


def test_a_log_that_repeats_itself_is_no_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr("casemine.read.unpack.BOMB_BYTES", 1 << 20)
    rows = b"".join(b"%d,In progress,2026-05-%02d 09:14\n" % (n, n % 28) for n in range(99_999))

    assert contents(write(tmp_path, "a.gz", gzip.compress(rows, mtime=0))) == [rows]


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        members_of(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        members_of(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        members_of("a\0b")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_an_unreadable_file_is_named(tmp_path):
    path = write(tmp_path, "a.csv", TEXT)
    (tmp_path / "a.csv").chmod(0)

    with pytest.raises(InputError, match="Permission denied"):
        members_of(path)


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"\x89PNG\r\n", "PNG"), (b" \n<!DOCTYPE HTML>", "HTML"), (b"case,activity", None)],
)
def test_what_is_no_log_is_known_by_its_first_bytes(head, kind):
    found = looks_like(head)

    assert found is None if kind is None else kind in found


# Folders


def names(source) -> list[str]:
    return [member.label for member in members_of(source)]


def passed(source) -> dict[str, str]:
    return {Path(each.name).name: each.why for each in contents_of(source).passed_over}


def test_a_folder_gives_the_logs_below_it_in_the_order_of_their_paths(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    for name in ("z.csv", "a.json", "b/m.xml", "b/c/k.csv"):
        write(tmp_path, name, TEXT)

    assert names(tmp_path) == ["a.json", "b/c/k.csv", "b/m.xml", "z.csv"]
    assert {member.found_in for member in members_of(tmp_path)} == {str(tmp_path)}


def test_a_folder_names_what_is_no_log(tmp_path):
    for name, data in {
        "a.csv": TEXT,
        "notes.txt": b"remember",
        "README.md": b"# Read me",
        "empty.csv": b"",
        "logo.csv": b"\x89PNG",
        "page.xls": b"<html>",
        ".hidden.csv": TEXT,
    }.items():
        write(tmp_path, name, data)

    assert names(tmp_path) == ["a.csv"]
    assert passed(tmp_path) == {
        "README.md": "is no kind of log",
        "empty.csv": "is empty",
        "logo.csv": "is a PNG picture",
        "notes.txt": "is no kind of log",
        "page.xls": "is an HTML page",
    }
    (note,) = contents_of(tmp_path).notes()
    assert (note.code, note.count) == ("files-passed-over", 5)
    assert note.text.startswith("5 files not read: ")


def test_files_of_a_folder_are_known_by_what_is_in_them_where_the_ending_says_nothing(tmp_path):
    write(tmp_path, "export", b'{"issues": []}')
    write(tmp_path, "export.dump", gzip.compress(TEXT, mtime=0))
    write(tmp_path, "prose", b"case,activity\n")

    assert names(tmp_path) == ["export", "export.dump"]


def test_text_is_a_table_where_there_is_nothing_else(tmp_path):
    write(tmp_path, "a.txt", TEXT)
    write(tmp_path, "b.txt", TEXT)
    write(tmp_path, "c.md", TEXT)

    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_a_single_file_of_a_folder_is_meant_whatever_it_is_called(tmp_path):
    write(tmp_path, "export.bak", TEXT)

    assert names(tmp_path) == ["export.bak"]


def test_archives_of_a_folder_are_opened(tmp_path):
    write(tmp_path, "a.zip", zipped({"x.csv": TEXT, "y.csv.gz": gzip.compress(TEXT, mtime=0)}))
    write(tmp_path, "b.csv.gz", gzip.compress(TEXT, mtime=0))

    assert names(tmp_path) == ["a.zip:x.csv", "a.zip:y.csv.gz", "b.csv.gz"]
    assert contents(tmp_path) == [TEXT] * 3


def test_links_are_not_followed_out_of_a_folder_nor_round_in_it(tmp_path):
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    write(outside, "secret.csv", TEXT)
    write(inside, "a.csv", TEXT)
    (inside / "link.csv").symlink_to(outside / "secret.csv")
    (inside / "folder").symlink_to(outside)
    (inside / "round").symlink_to(inside)
    (inside / "gone.csv").symlink_to(tmp_path / "none.csv")

    assert names(inside) == ["a.csv"]
    assert passed(inside) == dict.fromkeys(("folder", "gone.csv", "link.csv", "round"), "is a link")


def test_what_is_no_file_is_not_opened(tmp_path):
    write(tmp_path, "a.csv", TEXT)
    os.mkfifo(tmp_path / "pipe.csv")

    assert names(tmp_path) == ["a.csv"]


def test_a_folder_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("casemine.read.picking.MAX_MEMBERS", 3)
    for number in range(4):
        write(tmp_path, f"{number}.csv", TEXT)

    with pytest.raises(InputError, match="holds more than 3 files"):
        members_of(tmp_path)


def test_a_folder_without_logs_says_what_it_holds(tmp_path):
    write(tmp_path, "a.csv", b"")
    write(tmp_path, "b.csv", b"")

    with pytest.raises(InputError, match="is a folder without logs") as error:
        members_of(tmp_path)

    assert "a.csv' is empty" in error.value.mend


def test_a_zip_says_what_it_leaves(tmp_path):
    path = write(tmp_path, "logs.zip", zipped({"a.csv": b"a", "readme.md": b"x", "b.csv": b""}))

    assert passed(path) == {
        "logs.zip:b.csv": "is empty",
        "logs.zip:readme.md": "is no kind of log",
    }


def test_a_folder_of_finished_logs_is_refused_as_an_archive_is(tmp_path):
    log = (
        b'<?xml version="1.0"?><log><trace><string key="concept:name" value="1"/><event>'
        b'<string key="concept:name" value="New"/></event></trace></log>'
    )
    for name in ("a.xes", "b.xes"):
        write(tmp_path, name, log)

    with pytest.raises(InputError, match=r"holds 2 logs, .*: 'a.xes', 'b.xes'"):
        read_log(tmp_path)
    assert len(read_log([tmp_path / "a.xes", tmp_path / "b.xes"])) == 2


def test_the_tables_of_a_folder_are_one_log_and_the_rest_is_said(tmp_path):
    text = "case,activity,time\n{0},New,2026-05-13T09:00Z\n{0},Open,2026-05-13T10:00Z\n"
    for number in (1, 2):
        write(tmp_path, f"{number}.csv", text.format(number).encode())
    write(tmp_path, "README.md", b"# Logs")

    log = read_log(tmp_path)

    assert len(log) == 4
    assert "files-passed-over" in [note.code for note in log.intake.notes]
