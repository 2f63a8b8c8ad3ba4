from __future__ import annotations

import json
import os
import shutil
import threading

import pyarrow as pa
import pytest

from casemine.errors import Place
from casemine.log import EventLog, parse_log, store, summarise
from casemine.model.intake import Intake, Note, Reject, RejectGroup


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("CASEMINE_CACHE_DIR", str(folder))
    monkeypatch.setattr(store, "SMALL", 0)
    return folder


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("what it holds does not matter here\n")
    return path


def some_log(text="New Open; New"):
    events = parse_log(text).events
    events = events.append_column("color", pa.array(["red", None, "blue"]).dictionary_encode())
    events = events.append_column("cost", pa.array([1.5, None, 2.5]))
    intake = Intake(
        rows_read=4,
        rejects=(
            RejectGroup("at", "is not a time", 1, (Reject(Place("a.csv", 7, "at"), "at", "31/2"),)),
        ),
        notes=(Note("zone-assumed", "times without a zone are UTC", 3),),
    )
    cases = pa.table({"case": ["1", "2"], "vip": [True, None], "city": ["Ulm", "Köln"]})
    return EventLog(events, "export.csv", intake, cases)


def test_log_comes_back_as_it_was_saved(source):
    log = some_log()

    note = store.save(log, [source], "csv")
    found = store.find([source], "csv")

    assert note is None
    assert found.events.equals(log.events)
    assert found.events.schema == log.events.schema
    assert found.case_table.equals(log.case_table)
    assert (found.intake, found.source) == (log.intake, "export.csv")
    assert summarise(found).graph == summarise(log).graph


def test_only_the_columns_asked_for_are_loaded(source):
    store.save(some_log(), [source], "csv")

    core = store.find([source], "csv", columns=())
    some = store.find([source], "csv", columns=("color", "city"))

    assert core.attributes == ()
    assert core.case_table is None or core.case_table.column_names == ["case"]
    assert some.attributes == ("color",)
    assert some.events.column("color").to_pylist() == ["red", None, "blue"]
    assert some.case_table.column_names == ["case", "city"]


def test_other_options_or_another_file_are_not_found(source, tmp_path):
    other = tmp_path / "other.csv"
    shutil.copy2(source, other)

    store.save(some_log(), [source], "csv")

    assert store.find([source], "csv --tz Europe/Berlin") is None
    assert store.find([other], "csv") is None
    assert store.find([source, other], "csv") is None
    assert store.find([tmp_path / "absent.csv"], "csv") is None
    assert store.find([], "csv") is None


def test_touched_or_moved_file_is_found_by_its_digest(source, tmp_path):
    store.save(some_log(), [source], "csv")

    os.utime(source, (1, 1))
    touched = store.find([source], "csv")
    (tmp_path / "elsewhere").mkdir()
    moved = source.rename(tmp_path / "elsewhere" / source.name)

    assert touched is not None
    assert store.find([moved], "csv") is not None


def test_known_path_is_not_read_again(source, monkeypatch):
    store.save(some_log(), [source], "csv")
    monkeypatch.setattr(store, "_digest", None)

    assert store.find([source], "csv") is not None


def test_changed_content_of_the_same_size_is_not_found(source):
    store.save(some_log(), [source], "csv")

    source.write_text(source.read_text().replace("what", "When"))

    assert store.find([source], "csv") is None


def test_file_that_changed_while_it_was_read_is_not_kept(source):
    seen = store.Stamp.of([source])
    source.write_text("more was appended meanwhile")

    note = store.save(some_log(), [source], "csv", seen=seen)

    assert note is None
    assert store.find([source], "csv") is None


def test_small_log_is_not_worth_keeping(source, cache, monkeypatch):
    monkeypatch.setattr(store, "SMALL", 4)

    store.save(some_log(), [source], "csv")

    assert not cache.exists()


def entries(cache):
    return sorted((cache / "logs" / "entries").iterdir())


@pytest.mark.parametrize("name", ["core.arrow", "attributes.arrow", "cases.arrow"])
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "remove"])
def test_damaged_entry_is_ignored_and_rebuilt(source, cache, name, damage):
    store.save(some_log(), [source], "csv")
    path = entries(cache)[0] / name
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif damage == "remove":
        path.unlink()
    else:
        path.write_bytes(data[: 0 if damage == "empty" else len(data) // 2])

    damaged = store.find([source], "csv")
    store.save(some_log(), [source], "csv")

    assert damaged is None
    assert store.find([source], "csv").events.equals(some_log().events)


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{", '{"maker": 1}', "null", "[" * 100_000, '{"maker": 99}']
)
def test_foreign_manifest_is_ignored_and_rebuilt(source, cache, manifest):
    store.save(some_log(), [source], "csv")
    (entries(cache)[0] / "manifest.json").write_text(manifest)

    foreign = store.find([source], "csv")
    store.save(some_log(), [source], "csv")

    assert foreign is None
    assert store.find([source], "csv") is not None


@pytest.mark.parametrize("change", [{"maker": "0.0.0"}, {"files": {}}, {"intake": []}])
def test_manifest_of_another_version_or_with_gaps_is_ignored(source, cache, change):
    store.save(some_log(), [source], "csv")
    path = entries(cache)[0] / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    assert store.find([source], "csv") is None


@pytest.mark.parametrize("pointer", ["../../..", "", "x" * 40, "\0"])
def test_pointer_that_leads_elsewhere_is_ignored(source, cache, pointer):
    store.save(some_log(), [source], "csv")
    for path in (cache / "logs" / "paths").iterdir():
        path.write_text(pointer)

    os.utime(source, (5, 5))  # so that only the digest can find it
    assert store.find([source], "csv") is not None


def test_cache_that_cannot_be_written_is_a_note_and_no_error(source, cache):
    cache.write_text("a file where the folder should be")

    note = store.save(some_log(), [source], "csv")

    assert note.code == "cache-not-written"
    assert store.find([source], "csv") is None


def test_full_disk_leaves_nothing_behind(source, cache, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write_table", full)

    note = store.save(some_log(), [source], "csv")

    assert "No space left" in note.text
    assert entries(cache) == []


def test_two_runs_at_once_leave_one_whole_entry(source, cache):
    threads = [
        threading.Thread(target=store.save, args=(some_log(), [source], "csv")) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [path.name.startswith(".part-") for path in entries(cache)] == [False]
    assert store.find([source], "csv").events.equals(some_log().events)


def test_least_recently_used_entries_go_first(tmp_path, cache, monkeypatch):
    sources = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for path, last_use in zip(sources, (200, 100, 300), strict=True):
        known = set(entries(cache)) if cache.exists() else set()
        path.write_text(path.name)
        store.save(some_log(), [path], "csv")
        (new,) = set(entries(cache)) - known
        os.utime(new / "manifest.json", (last_use, last_use))
    store.find([sources[1]], "csv")  # so the first one was used longest ago
    monkeypatch.setattr(store, "LIMIT", store.size())
    fresh = tmp_path / "d.csv"
    fresh.write_text("d")

    store.save(some_log(), [fresh], "csv")

    found = [store.find([path], "csv") is not None for path in [*sources, fresh]]
    assert found == [False, True, True, True]


def test_clear_frees_what_the_cache_took_and_nothing_else(source, cache):
    store.save(some_log(), [source], "csv")
    neighbour = cache / "not-ours.txt"
    neighbour.write_text("stays")
    taken = store.size()

    freed = store.clear()

    assert freed == taken > 0
    assert store.find([source], "csv") is None
    assert neighbour.exists()
    assert store.clear() == 0


def test_log_without_attributes_and_times_comes_back(source):
    log = parse_log("A B; A")
    log = log.with_events(log.events.drop_columns(["time"]))

    store.save(log, [source], "csv")

    assert store.find([source], "csv").events.equals(log.events)
    assert store.find([source], "csv", columns=()).events.equals(log.events)


def test_cache_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("CASEMINE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert store.folder() == tmp_path / "casemine"
