"""How a picture looks: options that every command with pictures has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casemine.cli.frame import Choice, Option
from casemine.cli.values import Span

if TYPE_CHECKING:
    from collections.abc import Callable


def look_options(section: str) -> tuple[Callable[..., Any], ...]:
    """Make --direction, --theme and --engine, to stand under a heading of the help."""
    return (
        click.option(
            "--direction",
            cls=Option,
            section=section,
            type=Choice(["tb", "lr"]),
            help="Top to bottom, or left to right.",
        ),
        click.option(
            "--theme",
            cls=Option,
            section=section,
            type=Choice(["auto", "light", "dark", "print"]),
            default="auto",
            show_default=True,
            help="Colours; auto follows the reader's screen.",
        ),
        click.option(
            "--engine",
            cls=Option,
            section=section,
            type=Choice(["auto", "wasm", "dot", "builtin"]),
            default="auto",
            show_default=True,
            help="What makes the layout; auto takes the first that works.",
        ),
    )


def timeout_option(section: str) -> Callable[..., Any]:
    """Make --timeout."""
    return click.option(
        "--timeout",
        cls=Option,
        section=section,
        type=Span(),
        default="10s",
        show_default=True,
        metavar="SPAN",
        help="For one attempt of a layout engine.",
    )
