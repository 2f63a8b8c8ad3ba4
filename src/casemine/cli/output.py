"""Where results go: one of the formats on stdout, or whole files by their ending."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casemine.cli.screen import gap, look, say
from casemine.errors import OutputError, UsageError, escape, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from casemine.report.document import Document

STDOUT = "-"
LOG_ENDINGS = (".parquet", ".xes", ".xes.gz", ".csv", ".csv.gz", ".ocel.json", ".jsonocel")
REPORTS = {
    ".txt": "table",
    ".json": "json",
    ".ndjson": "ndjson",
    ".csv": "csv",
    ".tsv": "tsv",
    ".md": "md",
}


@dataclass(frozen=True, slots=True)
class Result:
    """In which form a result is wanted, and where."""

    form: str
    output: str = STDOUT
    inputs: Sequence[str] = ()
    force: bool = False

    @classmethod
    def of(
        cls, form: str | None, output: str | None, *, inputs: Sequence[str], force: bool
    ) -> Result:
        """Decide by -f, else by the ending of the output; fail early where it can't be written."""
        target = output or STDOUT
        if target != STDOUT:
            check_folder(target)
            refuse_input(target, inputs, force=force)
            if form is None:
                form = REPORTS[suffix_of(target, tuple(REPORTS))]
        return cls(form or "table", target, inputs, force)


def print_result(
    result: Result,
    *,
    kind: str,
    document: Callable[[], Document],
    data: Callable[[], object],
    records: Callable[[], Sequence[Mapping[str, object]]],
    source: Mapping[str, Any] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> None:
    """Write a result to stdout or a file, in the form that is asked for; only that form is made.

    Parameters
    ----------
    kind : str
        Name of the JSON schema.
    document, data, records : functions
        The result for people, for JSON, and as flat records for NDJSON, CSV and TSV.
    """
    form = result.form
    if form == "table":
        if result.output == STDOUT:
            print_document(document())
            return
        from casemine.report import plain

        text = plain.render(document())
    elif form == "md":
        from casemine.report import markdown

        text = markdown.render(document())
    elif form == "json":
        from casemine import __version__
        from casemine.report import jsonout

        tool = f"casemine {__version__}"
        found = jsonout.envelope(kind, data(), tool=tool, source=source, filters=filters)
        text = jsonout.dumps(found)
    elif form == "ndjson":
        from casemine.report import jsonout

        text = jsonout.lines(records())
    else:
        from casemine.report import csvout

        text = csvout.render(records(), delimiter="\t" if form == "tsv" else ",")
    write_file(result.output, text, inputs=result.inputs, force=result.force)


def print_text(text: str) -> None:
    """Write text to stdout that has no control characters from data in it."""
    click.echo(text, nl=False, color=True)


def print_data(text: str) -> None:
    """Write text with data in it as they are; on a terminal nothing in them moves the cursor."""
    if sys.stdout.isatty():
        text = "".join(
            part if part in "\n\t" else escape(part) for part in re.split(r"([\n\t])", text)
        )
    print_text(text)


def print_document(document: Document) -> None:
    """Write a document to stdout in the look that suits it."""
    gap()
    print_text(as_text(document))


def as_text(document: Document) -> str:
    """Draw a document for a terminal with rich, for a pipe as plain aligned text."""
    here = look()
    if here.terminal:
        from casemine.report import terminal

        return terminal.render(document, width=here.width, colour=here.colour, drawing=here.drawing)
    from casemine.report import plain

    return plain.render(document)


def write_file(target: str, content: str | bytes, *, inputs: Sequence[str], force: bool) -> None:
    """Write a whole file or none of it, or to stdout for `-`; say so on stderr.

    Raises
    ------
    OutputError
        The file cannot be written.
    UsageError
        It is one of the inputs, and `force` is off.
    """
    if target == STDOUT:
        print_data(content if isinstance(content, str) else content.decode())
        return
    from casemine.atomic import write_bytes

    refuse_input(target, inputs, force=force)
    write_bytes(Path(target), content.encode() if isinstance(content, str) else content)
    say(f"wrote {target}")


def refuse_input(
    target: str,
    inputs: Sequence[str],
    *,
    force: bool,
    mend: str = "name another file, or say --force",
) -> None:
    """Stop before a result takes the place of what it was made from."""
    path = Path(target)
    if not force and path.exists():
        for name in inputs:
            if name != STDOUT and _is_in(path, Path(name)):
                raise UsageError(
                    f"{show(target)} is an input and would be replaced",
                    mend=mend,
                    code="would-replace-input",
                )
        from casemine.read.sidefiles import side_file

        if (title := side_file(path, [Path(name) for name in inputs])) is not None:
            raise UsageError(
                f"{show(target)} holds {title}, looked up beside the input, and would be replaced",
                mend=mend,
                code="would-replace-input",
            )


def _is_in(path: Path, source: Path) -> bool:
    """Whether a file is the source, or stands below it."""
    if source.is_dir():
        return path.resolve().is_relative_to(source.resolve())
    return source.exists() and path.samefile(source)


def suffix_of(target: str, known: Sequence[str], *, default: str | None = None) -> str:
    """Find which of the known endings a file name has.

    Raises
    ------
    UsageError
        None of them; the message lists them.
    """
    if target == STDOUT and default is not None:
        return default
    lower = target.lower()
    found = [suffix for suffix in known if lower.endswith(suffix)]
    if found:
        return max(found, key=len)
    ending = Path(target).suffix
    what = f"nothing can be written to a file that ends in {show(ending)}"
    raise UsageError(
        what if ending else f"{show(target)} has no ending that says what to write",
        mend=f"known endings: {' '.join(known)}",
        code="unknown-suffix",
    )


def check_folder(target: str) -> None:
    """Fail before the work is done if its result could not be written."""
    folder = Path(target).parent
    if target != STDOUT and not folder.is_dir():
        raise OutputError(
            f"cannot write {show(target)}: there is no folder {show(str(folder))}",
            code="cannot-write",
        )
