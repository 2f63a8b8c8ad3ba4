"""The frame of the command line: what is loaded, how help ends, how every failure ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from casemine.cli import COMMANDS, main
from casemine.errors import BadTimeError, ExitCode, OutputError, Place

NAMES = [name for topic in COMMANDS.values() for name in topic]
HEAVY = ("numpy", "pandas", "pyarrow", "pm4py", "wasmtime", "rich", "lxml")


def run(*args: str, **kwargs):
    return CliRunner().invoke(main, list(args), **kwargs)


def run_failing(monkeypatch, error: BaseException, *args: str):
    """Run `explain` with a library that raises."""

    def fail(word):
        raise error

    monkeypatch.setattr("casemine.report.glossary.find_term", fail)
    return run("explain", "p90", *args)


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["discover", "--help"]])
def test_help_loads_nothing_heavy(args):
    code = (
        "import sys\n"
        "from casemine.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=False
    )

    assert done.stderr == "[]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a new program")
def test_help_is_light():
    code = (
        "import re, sys, time\n"
        "from casemine.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1]\n"
        "print(time.process_time(), int(peak) / 1024, file=sys.stderr)\n"
    )

    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stderr.split()
        for _ in range(3)
    ]

    assert min(float(seconds) for seconds, _ in runs) <= 0.15
    assert min(float(megabytes) for _, megabytes in runs) <= 20


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_every_command_ends_in_an_example(name):
    result = run(name, "--help")

    last = result.stdout.rstrip().splitlines()[-1].strip()
    assert result.exit_code == 0
    assert last.startswith(("casemine ", "eval ")), last
    assert "Example" in result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_the_same_short_and_long_help_options(name):
    assert run(name, "-h").stdout == run(name, "--help").stdout


def test_the_group_lists_every_command_with_its_topic():
    result = run("--help")

    for topic, commands in COMMANDS.items():
        assert f"{topic}:" in result.stdout
        for name, short in commands.items():
            assert f"  {name} " in result.stdout
            assert short.split()[0] in result.stdout


def test_every_listed_command_can_be_loaded():
    context = click.Context(main)

    for name in [*NAMES, "convert", "info"]:
        assert isinstance(main.get_command(context, name), click.Command)


def test_an_unknown_command_names_the_near_one():
    result = run("discovr", "log.csv")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "casemine: no such command 'discovr'; did you mean 'discover'?\n"
        "  help: casemine -h shows what there is\n"
    ).replace("casemine -h", result.stderr.split("help: ")[1].split(" -h")[0] + " -h")


def test_an_unknown_option_names_the_near_one():
    result = run("variants", "log.csv", "--topp", "3")

    assert result.exit_code == 2
    assert "'--topp'" in result.stderr
    assert "--top" in result.stderr.replace("--topp", "")


def test_an_unknown_word_for_an_option_names_the_near_one():
    result = run("discover", "log.csv", "--as", "petry")

    assert result.exit_code == 2
    assert "--as: 'petry' is not one of dfg, petri, bpmn, tree; did you mean 'petri'?" in (
        result.stderr
    )


def test_without_a_command_the_help_is_shown_as_a_usage_error():
    result = run()

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Look into a log" in result.stderr


def test_an_error_is_its_line_and_its_help(monkeypatch):
    error = BadTimeError(
        "'31/02/2026 09:14' in column 'closed_at' is not a time (3 rows of 13,412)",
        where=Place("export.csv", 1205, "closed_at"),
        mend="name the format with --time-format",
        value="31/02/2026 09:14",
        count=3,
    )

    result = run_failing(monkeypatch, error)

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        "casemine: export.csv:1205: '31/02/2026 09:14' in column 'closed_at' is not a time "
        "(3 rows of 13,412)\n  help: name the format with --time-format\n"
    )


@pytest.mark.parametrize("words", [("-f", "json"), ("--format=json",), ("-fndjson",)])
def test_an_error_is_also_an_object_where_machines_read(monkeypatch, words):
    error = BadTimeError("it", where=Place("a.csv", 7, "at"), value="x", count=3, mend="mend")

    result = run_failing(monkeypatch, error, *words)

    found = json.loads(result.stderr.splitlines()[-1])["error"]
    assert found == {
        "code": "bad-time",
        "message": "it",
        "file": "a.csv",
        "row": 7,
        "column": "at",
        "value": "x",
        "count": 3,
        "help": "mend",
        "exit": 3,
    }


def test_a_usage_error_is_also_an_object_where_machines_read():
    result = run("variants", "-f", "json")

    assert result.exit_code == 2
    assert json.loads(result.stderr.splitlines()[-1])["error"]["code"] == "usage"


def test_control_characters_in_a_message_are_escaped(monkeypatch):
    error = OutputError("bad \x1b[31mred\x07", where=Place("a\x1b.csv"), mend="\x9bm")

    result = run_failing(monkeypatch, error)

    assert "\x1b" not in result.stderr
    assert "\x07" not in result.stderr
    assert "\x9b" not in result.stderr
    assert "\\x1b[31mred\\x07" in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyError("x"), ExitCode.BUG, "internal error: KeyError: 'x'"),
        (RuntimeError(), ExitCode.BUG, "internal error: RuntimeError"),
        (MemoryError(), ExitCode.INPUT, "not enough memory"),
        (OSError(28, "No space left on device"), ExitCode.INPUT, "disk is full"),
        (PermissionError(13, "Permission denied", "a.csv"), ExitCode.INPUT, "'a.csv': Permission"),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted"),
        (click.Abort(), ExitCode.INTERRUPTED, "interrupted"),
    ],
)
def test_every_other_failure_is_one_line_and_its_code(monkeypatch, error, code, words):
    result = run_failing(monkeypatch, error)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback(monkeypatch):
    result = run_failing(monkeypatch, KeyError("x"), "--debug")

    assert result.exit_code == ExitCode.BUG
    assert "Traceback" in result.stderr


def test_a_closed_pipe_is_a_quiet_end(monkeypatch):
    result = run_failing(monkeypatch, BrokenPipeError(32, "Broken pipe"))

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix pipe")
def test_a_reader_that_goes_away_is_a_quiet_end():
    read_end, write_end = os.pipe()
    os.close(read_end)

    done = subprocess.run(
        [sys.executable, "-m", "casemine", "explain"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)

    assert (done.returncode, done.stderr) == (0, "")


def test_output_is_utf8_whatever_the_locale():
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    done = subprocess.run(
        [sys.executable, "-m", "casemine", "explain", "process", "tree"],
        capture_output=True,
        env=environment,
        check=False,
    )

    assert "sequence (→)" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("words", [("--color", "always"), ("-q", "--color=always")])
def test_colours_can_be_asked_for_on_either_side_of_the_command(words):
    before = run(*words, "explain", "p90")
    after = run("explain", "p90", *words)

    assert "\x1b[" in before.stdout
    assert before.stdout == after.stdout


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_in_a_pipe_follow_the_environment(environment, coloured):
    result = run("explain", "p90", env=environment)

    assert ("\x1b[" in result.stdout) is coloured


def test_never_wins_over_the_environment():
    result = run("explain", "p90", "--color", "never", env={"CLICOLOR_FORCE": "1"})

    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell):
    result = run("completion", shell)

    assert result.exit_code == 0
    assert "_CASEMINE_COMPLETE" in result.stdout


def test_completion_completes_commands():
    done = subprocess.run(
        [sys.executable, "-m", "casemine"],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "_CASEMINE_COMPLETE": "bash_complete",
            "COMP_WORDS": "casemine disc",
            "COMP_CWORD": "1",
        },
    )

    assert done.stdout == "plain,discover\n"
