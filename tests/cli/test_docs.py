"""The documents say what is so: their examples run, and the list of commands is up to date."""

from __future__ import annotations

import doctest
import importlib.util
import io
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from casemine.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command of a page, and the lines that must come out; none means they are not shown."""

    page: Path
    typed: str  # as it stands in the page, maybe over several lines
    command: str
    shown: tuple[str, ...]


def examples_of(page: Path) -> list[Example]:
    """Each `$ casemine ...` of the console blocks with the lines below it."""
    found = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *rest = part.rstrip("\n").split("\n")
            typed = first
            while first.endswith("\\"):
                typed += "\n" + rest[0]
                first = first[:-1] + rest.pop(0).strip()
            found.append(Example(page, typed, first, tuple(line.rstrip() for line in rest)))
    return found


def run_line(line: str) -> str:
    """Run a line of casemine commands, joined by pipes; give stdout, and stderr if it fails."""
    output = ""
    for command in re.split(r" \| (?=casemine )", line):
        words = shlex.split(command)
        assert words[0] == "casemine", f"only casemine can be run: {command}"
        result = CliRunner().invoke(main, words[1:], input=io.BytesIO(output.encode()))
        output = result.stdout if result.exit_code == 0 else result.stdout + result.stderr
    return output


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the sample logs, as after unpacking the project."""
    shutil.copytree(ROOT / "sample_logs", tmp_path / "sample_logs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run_and_show_what_the_page_shows(page, desk, request):
    text = page.read_text(encoding="utf-8")
    for example in examples_of(page):
        got = run_line(example.command)
        assert "internal error" not in got
        if not example.shown:
            continue
        lines = tuple(line.rstrip() for line in got.rstrip("\n").split("\n"))
        cut = example.shown[-1] == "..."
        if cut:
            lines = (*lines[: len(example.shown) - 1], "...")
        if request.config.getoption("--update-golden"):
            before = "\n".join((example.typed, *example.shown))
            text = text.replace(before, "\n".join((example.typed, *lines)), 1)
            page.write_text(text, encoding="utf-8")
        else:
            assert lines == example.shown, f"{page.name}: {example.command}"


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_the_python_of_a_page_gives_what_the_page_shows(page, desk):
    failed, _ = doctest.testfile(str(page), module_relative=False, encoding="utf-8")

    assert failed == 0


def test_the_page_of_commands_is_what_help_says():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "write_commands.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.PAGE.read_text(encoding="utf-8") == module.page(), (
        "python docs/write_commands.py brings docs/commands.md up to date"
    )


def test_every_command_has_its_section_in_the_page():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    for commands in COMMANDS.values():
        for name in commands:
            assert f"### casemine {name}\n" in page


def test_every_page_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in readme


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_place_that_the_architecture_names_is_there():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|docs|benchmarks)/[^`]*|pyproject\.toml|\.ci/run)`", page)

    assert len(named) > 40
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_every_folder_of_the_source_is_in_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [path for path in (ROOT / "src" / "casemine").rglob("*/") if path.name[:2] != "__"]

    assert [room for room in rooms if f"{room.relative_to(ROOT)}/" not in page] == []
