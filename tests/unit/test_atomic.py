"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from casemine.atomic import open_replacing, replacing, write_text
from casemine.errors import OutputError


def test_a_file_is_written_and_nothing_is_left_beside_it(tmp_path):
    write_text(tmp_path / "map.svg", "new\n")

    assert (tmp_path / "map.svg").read_bytes() == b"new\n"
    assert os.listdir(tmp_path) == ["map.svg"]


def test_a_failure_in_the_middle_leaves_the_old_file(tmp_path):
    target = tmp_path / "map.svg"
    target.write_text("old")

    with pytest.raises(ZeroDivisionError), open_replacing(target) as out:
        out.write(b"half")
        raise ZeroDivisionError

    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["map.svg"]


def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path):
    target = tmp_path / "map.svg"
    target.write_text("old")
    code = (
        "import sys, time, pathlib\n"
        "from casemine.atomic import open_replacing\n"
        "with open_replacing(pathlib.Path(sys.argv[1])) as out:\n"
        "    out.write(b'half'); out.flush(); print('writing', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE, text=True
    )

    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert target.read_text() == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size")
def test_a_full_disk_is_an_error_and_leaves_the_old_file(tmp_path):
    target = tmp_path / "map.svg"
    target.write_text("old")
    code = (
        "import resource, signal, sys, pathlib\n"
        "from casemine.atomic import write_bytes\n"
        "from casemine.errors import OutputError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    write_bytes(pathlib.Path(sys.argv[1]), b'x' * 100_000)\n"
        "except OutputError as error:\n"
        "    print(error)\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=True
    ).stdout

    assert said.startswith("cannot write")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["map.svg"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OutputError, match="nowhere"), replacing(tmp_path / "nowhere" / "map.svg"):
        pass


def test_the_mode_of_the_old_file_is_kept(tmp_path):
    target = tmp_path / "log.csv"
    target.write_text("old")
    target.chmod(0o640)

    write_text(target, "new")

    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path):
    real = tmp_path / "real.svg"
    real.write_text("old")
    (tmp_path / "link.svg").symlink_to(real)

    write_text(tmp_path / "link.svg", "new")

    assert real.read_text() == "new"
    assert (tmp_path / "link.svg").is_symlink()


def test_two_writers_leave_one_whole_file(tmp_path):
    target = tmp_path / "log.csv"

    with open_replacing(target) as first, open_replacing(target) as second:
        first.write(b"1" * 1000)
        second.write(b"2" * 1000)
        time.sleep(0)

    assert set(target.read_bytes()) == {ord("1")}
