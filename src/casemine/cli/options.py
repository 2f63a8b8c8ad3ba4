"""Options that commands share, each group one decorator that hands over one finished value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casemine.cli.config import apply_config
from casemine.cli.frame import FILTERS, READING, Choice, Command, Option
from casemine.cli.output import REPORTS, Result, refuse_input
from casemine.cli.values import Moment, Share, Size, Span
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, timedelta

    from casemine.read.options import ReadOptions

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "md")
OUTPUT = "Output"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filter options said, before the log layer makes a selection of it."""

    cases: tuple[str, ...]
    since: date | None
    until: date | None
    window: str
    keep_activities: tuple[str, ...]
    drop_activities: tuple[str, ...]
    where: tuple[str, ...]
    where_scope: str
    top_variants: int | None
    variant_coverage: float | None
    min_duration: timedelta | None
    max_duration: timedelta | None
    min_events: int | None
    max_events: int | None
    starts_with: tuple[str, ...]
    ends_with: tuple[str, ...]
    followed_by: tuple[str, ...]
    eventually: tuple[str, ...]
    not_followed_by: tuple[str, ...]
    not_eventually: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Which log a command is to work on, and how it is to be read."""

    sources: tuple[str, ...]
    options: ReadOptions
    filters: Filters | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """All files that are read, none of which a result may replace."""
        named = (*self.options.lookups, *filter(None, [self.options.preset]))
        return (*self.sources, *map(str, named))

    def deriving(self) -> LogRequest:
        """Ask for events to be derived even from what would do as an event log as it stands."""
        return replace(self, options=replace(self.options, derive=True))


def casemine_command(
    help: str,  # noqa: A002 -- click's own word
    *,
    examples: Sequence[str],
    name: str | None = None,
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a casemine command, with the common options and examples."""
    return click.command(name, cls=Command, help=help, examples=examples)


def log_options(*, filters: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the argument LOG..., the options of reading and of filtering; hand over `request`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapper(**kwargs: Any) -> Any:
            from casemine.read.options import ReadOptions

            sources = kwargs.pop("log")
            chosen = Filters(**{n: kwargs.pop(n) for n in _FILTER_NAMES}) if filters else None
            cache = not kwargs.pop("no_cache")
            reading = ReadOptions(cache=cache, **{n: kwargs.pop(n) for n in _READ_NAMES})
            request = LogRequest(sources, reading, chosen)
            if reading.quarantine_to is not None:
                _check_quarantine(
                    reading.quarantine_to, request, kwargs.get("output", kwargs.get("outputs"))
                )
            return function(request=request, **kwargs)

        decorated: Callable[..., Any] = wrapper
        for option in reversed([*_READING, *(_FILTERS if filters else ())]):
            decorated = option(decorated)
        return click.argument("log", nargs=-1, required=True, metavar="LOG...")(decorated)

    return decorate


def _check_quarantine(target: Path, request: LogRequest, output: Any) -> None:
    """Refuse a list of rows left out in place of what is read, or of the result."""
    refuse_input(str(target), request.inputs, force=False, mend="name another file")
    results = output if isinstance(output, tuple) else (output,)
    if any(each and Path(each).absolute() == target.absolute() for each in results):
        raise UsageError(
            f"--quarantine and --output both name {show(str(target))}",
            mend="name two files",
            code="one-file-twice",
        )


def result_options(*, output: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add -f/--format, and -o/--output where a report is all there is; hand over `result`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapper(**kwargs: Any) -> Any:
            target = kwargs.pop("output") if output else None
            force = kwargs.pop("force") if output else False
            inputs = kwargs["request"].inputs if "request" in kwargs else ()
            result = Result.of(kwargs.pop("form"), target, inputs=inputs, force=force)
            return function(result=result, **kwargs)

        decorated: Callable[..., Any] = wrapper
        if output:
            decorated = output_option(suffixes=" ".join(REPORTS))(decorated)
        return _option(
            "-f",
            "--format",
            "form",
            type=Choice(FORMATS),
            section=OUTPUT,
            help="Form of the result; default: what the output's ending says, else table."
            if output
            else "Form of the result on stdout; default: table.",
        )(decorated)

    return decorate


def output_option(
    *,
    multiple: bool = False,
    required: bool = False,
    suffixes: str,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add -o/--output and --force."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function = _option(
            "--force",
            is_flag=True,
            section=OUTPUT,
            help="Let the output take the place of an input.",
        )(function)
        return _option(
            "-o",
            "--output",
            "outputs" if multiple else "output",
            multiple=multiple,
            required=required,
            metavar="FILE",
            section=OUTPUT,
            help=f"Write to FILE; its ending decides: {suffixes}."
            + (" May be given several times." if multiple else "")
            + " - is stdout.",
        )(function)

    return decorate


def _option(*names: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=Option, **kwargs)


def _reading(name: str, parameter: str | None = None, **kwargs: Any) -> Any:
    parameter = parameter or name.lstrip("-").replace("-", "_")
    envvar = "CASEMINE_" + name.lstrip("-").replace("-", "_").upper()
    return _option(name, parameter, envvar=envvar, section=READING, **kwargs)


def _filter(name: str, parameter: str, **kwargs: Any) -> Any:
    return _option(name, parameter, section=FILTERS, **kwargs)


def list_presets(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Answer `--from list` with what there is, and end."""
    del param
    if value in {"list", "?"} and not ctx.resilient_parsing:
        from casemine.cli.catalogue import print_catalogue

        print_catalogue()
        ctx.exit()
    return value


_COLUMN = {"metavar": "COLUMN"}
_READING = (
    _reading("--case", help="Column of the case.", **_COLUMN),
    _reading("--activity", help="Column of the activity.", **_COLUMN),
    _reading("--time", help="Column of the time, of the end where there are two.", **_COLUMN),
    _reading("--start", help="Column of the start, where events last.", **_COLUMN),
    _reading("--resource", help="Column of who did it.", **_COLUMN),
    _reading("--group", help="Column of the group that did it.", **_COLUMN),
    _reading(
        "--time-format",
        metavar="PATTERN",
        help="Such as '%d/%m/%Y %H:%M', or epoch-s, epoch-ms, excel.",
    ),
    _reading(
        "--date-order",
        type=Choice(["dmy", "mdy", "ymd"]),
        help="Order of day, month and year, where the data leave it open.",
    ),
    _reading("--tz", metavar="ZONE", help="Zone of times without one, such as Europe/Vienna."),
    _reading(
        "--missing",
        multiple=True,
        metavar="WORD",
        help="A word that means no value, beside the empty cell; may be repeated.",
    ),
    _reading(
        "--on-error",
        type=Choice(["fail", "skip"]),
        default="fail",
        show_default=True,
        help="Rows that cannot be used: stop, or leave out and count.",
    ),
    _reading("--encoding", metavar="NAME", help="Such as utf-8 or cp1252."),
    _reading("--delimiter", metavar="CHAR", help="Between the values of a row."),
    _reading("--sheet", metavar="NAME", help="Sheet of a workbook."),
    _reading(
        "--object-type",
        metavar="NAME",
        help="Type of object that is the case, in an object-centric log.",
    ),
    _reading(
        "--from",
        "importer",
        metavar="KIND",
        callback=list_presets,
        help="Kind of file (csv, xes...), or system that exported it (jira...); list shows which.",
    ),
    _reading(
        "--preset",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Read an export by a preset of your own (TOML).",
    ),
    _reading(
        "--lookup",
        "lookups",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="What ids in an export mean: users, groups, states...; may be repeated.",
    ),
    _reading(
        "--activity-from",
        metavar="WORD",
        help="Name the activities of an export by status, kind...",
    ),
    _reading(
        "--memory-limit", type=Size(), metavar="SIZE", help="Such as 2GB; default: half of memory."
    ),
    _reading("--no-cache", is_flag=True, help="Read the file itself, keep nothing of it."),
    _reading(
        "--quarantine",
        "quarantine_to",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write rows left out to FILE (CSV), each with its reason.",
    ),
    _option(
        "-c",
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        expose_value=False,
        is_eager=True,
        callback=apply_config,
        section=READING,
        help="Configuration; default: casemine.toml in this folder.",
    ),
)
_READ_NAMES = (
    "case",
    "activity",
    "time",
    "start",
    "resource",
    "group",
    "time_format",
    "date_order",
    "tz",
    "missing",
    "on_error",
    "encoding",
    "delimiter",
    "sheet",
    "object_type",
    "importer",
    "preset",
    "lookups",
    "activity_from",
    "memory_limit",
    "quarantine_to",
)
_FILTERS = (
    _filter("--case-id", "cases", multiple=True, metavar="ID", help="This case; may be repeated."),
    _filter("--since", "since", type=Moment(), metavar="TIME", help="From this day or time on."),
    _filter("--until", "until", type=Moment(), metavar="TIME", help="Before this day or time."),
    _filter(
        "--window",
        "window",
        type=Choice(["contained", "intersecting", "started", "ended", "trimmed"]),
        default="contained",
        show_default=True,
        help="Cases wholly in the time window, that touch it, start or end in it; or its events.",
    ),
    _filter(
        "--keep-activity",
        "keep_activities",
        multiple=True,
        metavar="NAME",
        help="Only events of these activities; may be repeated.",
    ),
    _filter(
        "--drop-activity",
        "drop_activities",
        multiple=True,
        metavar="NAME",
        help="No events of these activities; neighbours are joined.",
    ),
    _filter(
        "--where",
        "where",
        multiple=True,
        metavar="EXPR",
        help="Such as 'priority == \"1 - Critical\"'; also <, in, and, or, not.",
    ),
    _filter(
        "--where-scope",
        "where_scope",
        type=Choice(["case", "all", "event"]),
        default="case",
        show_default=True,
        help="Cases with such an event, cases with no other, or such events alone.",
    ),
    _filter(
        "--top-variants",
        "top_variants",
        type=click.IntRange(min=1),
        metavar="N",
        help="Cases of the N most common paths.",
    ),
    _filter(
        "--variant-coverage",
        "variant_coverage",
        type=Share(),
        metavar="SHARE",
        help="The most common paths that make up such a share of the cases, as 80%.",
    ),
    _filter(
        "--min-duration",
        "min_duration",
        type=Span(),
        metavar="SPAN",
        help="Cases that take at least so long, as 90min or 2d.",
    ),
    _filter(
        "--max-duration",
        "max_duration",
        type=Span(),
        metavar="SPAN",
        help="Cases that take at most so long.",
    ),
    _filter(
        "--min-events",
        "min_events",
        type=click.IntRange(min=1),
        metavar="N",
        help="Cases of at least N events.",
    ),
    _filter(
        "--max-events",
        "max_events",
        type=click.IntRange(min=1),
        metavar="N",
        help="Cases of at most N events.",
    ),
    _filter(
        "--starts-with",
        "starts_with",
        multiple=True,
        metavar="NAME",
        help="Cases whose first activity is one of these.",
    ),
    _filter(
        "--ends-with",
        "ends_with",
        multiple=True,
        metavar="NAME",
        help="Cases whose last activity is one of these.",
    ),
    _filter(
        "--followed-by",
        "followed_by",
        multiple=True,
        metavar="'A>B'",
        help="Cases in which B comes directly after A.",
    ),
    _filter(
        "--eventually",
        "eventually",
        multiple=True,
        metavar="'A>B'",
        help="Cases in which B comes some time after A.",
    ),
    _filter(
        "--not-followed-by",
        "not_followed_by",
        multiple=True,
        metavar="'A>B'",
        help="Cases in which B never comes directly after A.",
    ),
    _filter(
        "--not-eventually",
        "not_eventually",
        multiple=True,
        metavar="'A>B'",
        help="Cases in which B never comes after A.",
    ),
)
_FILTER_NAMES = tuple(Filters.__dataclass_fields__)
