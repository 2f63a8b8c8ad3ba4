"""`casemine generate`: an invented log whose deviations are known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from casemine.cli.frame import Option
from casemine.cli.options import OUTPUT, casemine_command
from casemine.cli.output import STDOUT, check_folder, print_data, suffix_of
from casemine.cli.screen import say
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from casemine.generate import Generated, GenerateOptions, Kind

SECTION = "The desk and its cases"
SUFFIXES = (".csv", ".csv.gz", ".xes", ".xes.gz", ".parquet")
SYSTEMS = ("servicenow", "jira", "zendesk", "salesforce", "freshdesk", "otrs")


@casemine_command(
    """Invent the log of a service desk: incidents and requests with working hours, priorities,
    agents and groups, cases still open at the end, and deviations planted on purpose.

    Beside the log stands a file that names every planted deviation by case and row. The same
    options give the same bytes.

    With --as the log is told as the export of a CRM, several files in a folder or a zip: each
    activity becomes what a service desk records of it, such as a change of status, an assignment
    or a comment. The same options tell the same story in each system's words. Beside the export
    stand the planted deviations, with the rows that the plain CSV would have, and
    NAME.expected_events.csv with every change as an import must find it.
    """,
    examples=(
        "casemine generate --cases 1500 --seed 3 -o log.csv",
        "casemine generate --deviation skipped=10% --deviation late=0 -o log.xes.gz",
        "casemine generate --as servicenow --cases 500 -o export/",
    ),
)
@click.option(
    "--cases",
    cls=Option,
    section=SECTION,
    default=1500,
    show_default=True,
    metavar="N",
    type=click.IntRange(min=1),
    help="How many come in.",
)
@click.option(
    "--seed",
    cls=Option,
    section=SECTION,
    default=1,
    show_default=True,
    metavar="N",
    type=click.IntRange(min=0),
    help="Another seed, another log of the same kind.",
)
@click.option(
    "--start",
    cls=Option,
    section=SECTION,
    default="2025-09-01",
    show_default=True,
    metavar="DAY",
    help="First day.",
)
@click.option(
    "--weeks",
    cls=Option,
    section=SECTION,
    default=16,
    show_default=True,
    metavar="N",
    type=int,
    help="Length; the log is cut at its end.",
)
@click.option(
    "--tz",
    "zone",
    cls=Option,
    section=SECTION,
    default="Europe/Vienna",
    show_default=True,
    metavar="ZONE",
    help="Zone of the desk.",
)
@click.option(
    "--scale",
    cls=Option,
    section=SECTION,
    default=1.0,
    show_default=True,
    metavar="FACTOR",
    help="Multiplies all working and waiting times.",
)
@click.option(
    "--deviation",
    "deviations",
    cls=Option,
    section=SECTION,
    multiple=True,
    metavar="KIND=SHARE",
    help="Share of cases with a kind of deviation: skipped, inserted, swapped, repeated, "
    "ping-pong, late; may be repeated.",
)
@click.option(
    "--mix", cls=Option, section=SECTION, is_flag=True, help="Let a case have several kinds."
)
@click.option(
    "--as",
    "system",
    cls=Option,
    section=OUTPUT,
    type=click.Choice(SYSTEMS),
    help="Write what this system would export; -o names a folder or a .zip.",
)
@click.option(
    "-o",
    "--output",
    cls=Option,
    section=OUTPUT,
    default=STDOUT,
    metavar="FILE",
    help=f"Write the log to FILE; its ending decides: {' '.join(SUFFIXES)}. "
    "Default: CSV on stdout.",
)
@click.option(
    "--truth",
    cls=Option,
    section=OUTPUT,
    metavar="FILE",
    help="Write the truth to FILE (.csv or .json); default: beside the log.",
)
def command(
    *,
    cases: int,
    seed: int,
    start: str,
    weeks: int,
    zone: str,
    scale: float,
    deviations: tuple[str, ...],
    mix: bool,
    system: str | None,
    output: str,
    truth: str | None,
) -> None:
    """Make, write, say where."""
    if system is None:
        suffix = suffix_of(output, SUFFIXES, default=".csv")
    else:
        suffix = _suffix_of_export(output)
    for target in filter(None, (output, truth)):
        check_folder(target)
    from casemine.cli.progress import working
    from casemine.generate import GenerateOptions, generate, truth_path, write_truth
    from casemine.model.words import counted

    options = GenerateOptions(
        cases=cases,
        seed=seed,
        start=_day(start),
        weeks=weeks,
        zone=zone,
        scale=scale,
        rates=_rates(deviations, GenerateOptions()),
        mix=mix,
    )
    with working(f"generating {cases:,} cases"):
        made = generate(options)
        if system is None:
            _write_log(made, output, suffix)
        else:
            _write_export(made, output, system)
    place = Path(truth) if truth else None
    if place is None and output != STDOUT:
        place = truth_path(Path(output))
    if place is not None:
        write_truth(made.truth, place)
        say(f"wrote {place}: {counted(len(made.truth), 'planted deviation')}")
    say(
        f"{counted(cases, 'case')}, {counted(len(made.log), 'event')}, "
        f"{counted(made.open_cases, 'case')} still open at the end"
    )


def _write_log(made: Generated, output: str, suffix: str) -> None:
    from casemine.generate import write_export

    zone = made.options.zone
    if output == STDOUT:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / "log.csv"
            write_export(made.log, part, zone=zone)
            print_data(part.read_text(encoding="utf-8"))
        return
    if suffix.startswith(".csv"):
        write_export(made.log, Path(output), zone=zone)
    else:
        from casemine.write import write_log

        write_log(made.log, Path(output))
    say(f"wrote {output}")


def _suffix_of_export(output: str) -> str:
    """Accept a folder, there or not, or a zip."""
    if output == STDOUT:
        raise UsageError(
            "--as writes several files, which need a folder", mend="name one, or a .zip, with -o"
        )
    if Path(output).is_dir() or not Path(output).suffix:
        return ""
    return suffix_of(output, (".zip",))


def _write_export(made: Generated, output: str, system: str) -> None:
    from casemine.generate.dialects import beside, write_dialect, write_expected

    target = Path(output)
    write_dialect(made, system, target)
    say(f"wrote {output}")
    expected = beside(target, "expected_events.csv")
    write_expected(made, expected)
    say(f"wrote {expected}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--start: {show(text)} is not a day", mend="expected one such as 2026-03-02"
        ) from None


def _rates(deviations: tuple[str, ...], defaults: GenerateOptions) -> dict[Kind, float]:
    """Those named change; the others keep their usual share."""
    from casemine.cli.values import Share

    rates: dict[Kind, float] = dict(defaults.rates)
    for text in deviations:
        kind, equals, share = text.partition("=")
        if not equals:
            raise UsageError(
                f"--deviation: {show(text)} is not KIND=SHARE", mend="expected one such as late=5%"
            )
        rates[cast("Kind", kind.strip())] = Share().convert(share, None, None)
    return rates
