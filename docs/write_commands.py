"""Write docs/commands.md from what `--help` says; run it after a change of an option."""

from __future__ import annotations

from pathlib import Path

import click

from casemine.cli import COMMANDS, main

PAGE = Path(__file__).with_name("commands.md")
HEAD = """# Commands

This page is written by `python docs/write_commands.py` from what `--help` says.

LOG is any file that casemine reads, several files as one log, or `-` for standard input.
Options of reading and filtering are the same for every command that reads a log.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for topic, commands in COMMANDS.items():
        parts.append(f"## {topic}\n")
        for name in commands:
            parts.extend(
                f"### casemine {title}\n\n```text\n{text}```\n" for title, text in helps_of(name)
            )
    return "\n".join(parts)


def helps_of(name: str) -> list[tuple[str, str]]:
    """Return the help of a command, and of those below it, as in a window of 100 columns."""
    width = {"terminal_width": 98, "max_content_width": 100}
    root = main.make_context("casemine", [], resilient_parsing=True, **width)
    command = main.get_command(root, name)
    assert command is not None
    context = command.make_context(name, [], parent=root, resilient_parsing=True, **width)
    found = [(name, _text(command, context))]
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            one = command.get_command(context, below)
            assert one is not None
            inner = one.make_context(below, [], parent=context, resilient_parsing=True, **width)
            found.append((f"{name} {below}", _text(one, inner)))
    return found


def _text(command: click.Command, context: click.Context) -> str:
    lines = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
