"""What every command shares: lazy loading, help that ends in an example, errors and exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from casemine.cli.failures import ClosedPipe, outcome_of
from casemine.cli.screen import Settings, prepare_streams, settings
from casemine.model.words import near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMMON = "Common"
FILTERS = "Filters (whatever they leave out is counted)"
READING = "Reading (each also as CASEMINE_CASE and so on, or in casemine.toml)"
LAST = ("", FILTERS, READING, COMMON)  # long lists that many commands share; "": all the rest
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Option(click.Option):
    """An option that stands under a heading of its own in the help."""

    def __init__(self, *args: Any, section: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class Choice(click.Choice[str]):
    """A choice that says which word was probably meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word or say which ones there are."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            words = list(map(str, self.choices))
            message = f"{value!r} is not one of {', '.join(words)}"
            raise click.BadParameter(message + near(str(value), words), ctx, param) from None


class Command(click.Command):
    """A command with the common options, options in groups, and examples at the end."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", CONTEXT)
        super().__init__(*args, **kwargs)
        self.params.extend(settings_options())
        self.examples = tuple(examples)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write options under their headings: what is the command's own comes first."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and not isinstance(param, click.Argument):
                sections.setdefault(getattr(param, "section", COMMON), []).append(record)
        order = sorted(sections, key=lambda title: LAST.index(title) if title in LAST else 0)
        for title in order:
            with formatter.section(title):
                formatter.write_dl(sections[title], col_max=28)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are typed."""
        del ctx
        write_examples(formatter, self.examples)


class Group(click.Group):
    """Commands on one thing, with an example of each at the end of the help."""

    def __init__(self, *args: Any, examples: Sequence[str], **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", CONTEXT)
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are typed."""
        del ctx
        write_examples(formatter, self.examples)


class LazyGroup(Group):
    """Commands by topic, each imported from its module when it is asked for."""

    def __init__(
        self,
        *,
        commands_by_topic: Mapping[str, Mapping[str, str]],
        modules: Mapping[str, str],
        aliases: Mapping[str, str],
        examples: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(examples=examples, **kwargs)
        self.commands_by_topic = commands_by_topic
        self.modules = modules
        self.aliases = aliases

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands in the order of the help."""
        del ctx
        return [name for topic in self.commands_by_topic.values() for name in topic]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, which calls its command `command`."""
        name = self.aliases.get(cmd_name, cmd_name)
        if name not in self.list_commands(ctx):
            return None
        module = import_module(f"casemine.cli.{self.modules.get(name, name)}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            if args[0].startswith("-"):
                return super().resolve_command(ctx, args)
            names = [*self.list_commands(ctx), *self.aliases]
            raise click.UsageError(f"no such command {args[0]!r}{near(args[0], names)}", ctx)
        return args[0], command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by topic, without importing any."""
        del ctx
        for topic, commands in self.commands_by_topic.items():
            with formatter.section(topic):
                formatter.write_dl(list(commands.items()))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Commands first: they are what one looks for."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and turn every way to end into its message and its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        if not standalone_mode:
            return super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
        prepare_streams()
        try:
            code = super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
            sys.stdout.flush()
        except BaseException as error:  # noqa: BLE001 -- the one place that catches everything
            code = outcome_of(error, words)
        sys.exit(code if isinstance(code, int) else 0)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse; a closed pipe must not pass through click, which would end with 1."""
        try:
            return super().make_context(*args, **kwargs)
        except BrokenPipeError as error:
            raise ClosedPipe from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see `make_context` for the closed pipe."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ClosedPipe from error


def write_examples(formatter: click.HelpFormatter, examples: Sequence[str]) -> None:
    """End the help with commands to copy."""
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for example in examples:
            formatter.write(f"  {example}\n")


def settings_options(*, version: bool = False) -> list[click.Parameter]:
    """Options that stand before or after the command's name."""
    options: list[click.Parameter] = [
        click.Option(
            ["--color"],
            type=Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_remember,
            help="Colours and drawing; auto: on a terminal.",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Nothing on stderr but errors.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Say how long each step takes.",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Show the traceback of an error.",
        ),
    ]
    if version:
        options.append(
            click.Option(
                ["--version"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                callback=_show_version,
                help="Show the version and exit.",
            )
        )
    return options


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep a common option, whichever side of the command's name it stood on."""
    if value and param.name is not None:
        known: Settings = settings(ctx)
        setattr(known, param.name, value)


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value:
        from casemine import __version__

        click.echo(f"casemine {__version__}")
        ctx.exit()
