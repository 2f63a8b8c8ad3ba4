"""`casemine completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click

from casemine.cli.frame import Choice
from casemine.cli.options import casemine_command


@casemine_command(
    """Print the completion script for a shell.

    \b
    bash:  eval "$(casemine completion bash)"     in ~/.bashrc
    zsh:   eval "$(casemine completion zsh)"      in ~/.zshrc
    fish:  casemine completion fish > ~/.config/fish/completions/casemine.fish
    """,
    examples=('eval "$(casemine completion bash)"',),
)
@click.argument("shell", type=Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Write what click generates."""
    from click.shell_completion import get_completion_class

    from casemine.cli import main

    kind = get_completion_class(shell)
    assert kind is not None  # click knows the three
    click.echo(kind(main, {}, "casemine", "_CASEMINE_COMPLETE").source())
