"""`casemine generate --as`: exports in the form of a CRM, as users ask for them."""

from __future__ import annotations

import zipfile

import pytest
from click.testing import CliRunner

from casemine.cli import main
from casemine.cli.generate import SYSTEMS
from casemine.generate.dialects import DIALECTS


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args):
    return CliRunner().invoke(main, ["generate", *args])


def test_the_command_offers_every_dialect():
    assert set(SYSTEMS) == set(DIALECTS)


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_export_goes_into_a_folder_and_the_truth_beside_it(desk, system):
    result = run("--as", system, "--cases", "30", "-o", "export/")

    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert list((desk / "export").iterdir())
    assert sorted(path.name for path in desk.iterdir()) == [
        "export", "export.expected_events.csv", "export.truth.csv",
    ]  # fmt: skip
    assert "wrote export/\n" in result.stderr
    assert "wrote export.expected_events.csv\n" in result.stderr


def test_every_system_is_told_the_same_story_with_the_same_deviations(desk):
    for system in SYSTEMS:
        run("--as", system, "--cases", "40", "--seed", "9", "-o", f"{system}.zip")
    run("--cases", "40", "--seed", "9", "-o", "log.csv")

    stories = {(desk / f"{system}.expected_events.csv").read_bytes() for system in SYSTEMS}
    truths = {(desk / f"{system}.truth.csv").read_bytes() for system in SYSTEMS}
    assert len(stories) == 1
    assert truths == {(desk / "log.truth.csv").read_bytes()}


def test_an_archive_is_the_same_each_time(desk):
    for name in ("one.zip", "two.zip"):
        assert run("--as", "zendesk", "--cases", "20", "-o", name).exit_code == 0

    assert (desk / "one.zip").read_bytes() == (desk / "two.zip").read_bytes()
    with zipfile.ZipFile(desk / "one.zip") as archive:
        assert "ticket_audits.json" in archive.namelist()


def test_an_export_that_is_there_is_replaced(desk):
    run("--as", "jira", "--cases", "20", "-o", "export")
    run("--as", "jira", "--cases", "10", "--truth", "planted.json", "-o", "export")

    assert (desk / "export" / "search.json").read_text("utf-8").count('"key": "SUP-1') == 10
    assert (desk / "planted.json").exists()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("--as", "jira"), 2, "casemine: --as writes several files, which need a folder"),
        (("--as", "jira", "-o", "log.csv"), 2, "casemine: nothing can be written to a file that"),
        (("--as", "remedy", "-o", "x"), 2, ""),
        (("--as", "jira", "-o", "no/such"), 3, "casemine: cannot write 'no/such'"),
    ],
)
def test_what_cannot_be_written_is_said_at_once(desk, args, code, message):
    result = run(*args)

    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert result.stderr.startswith(message)
    assert not list(desk.iterdir())


def test_the_help_says_what_comes_out():
    result = run("--help")

    assert "--as" in result.stdout
    for system in SYSTEMS:
        assert system in result.stdout
    assert "expected_events.csv" in result.stdout
