"""`casemine render`: a picture from a saved model."""

from __future__ import annotations

from pathlib import Path

import click

from casemine.cli.options import casemine_command, output_option
from casemine.cli.output import STDOUT, check_folder, refuse_input, suffix_of, write_file
from casemine.cli.picture import ALL_ENDINGS, PictureOptions, picture_options


@casemine_command(
    """Draw or convert the model in FILE: .pnml, .bpmn or .ptml of any tool, .json or .dot of
    casemine.
    """,
    examples=("casemine render model.bpmn -o model.svg",),
)
@click.argument("file", metavar="FILE")
@picture_options
@output_option(multiple=True, required=True, suffixes=" ".join(ALL_ENDINGS))
def command(file: str, picture: PictureOptions, outputs: tuple[str, ...], *, force: bool) -> None:
    """Read, draw, write."""
    endings = [suffix_of(output, ALL_ENDINGS, default=".svg") for output in outputs]
    for output in outputs:
        if output != STDOUT:
            check_folder(output)
            refuse_input(output, (file,), force=force)
    from casemine.cli.picture import about, content_for, kind_of
    from casemine.cli.progress import working
    from casemine.cli.reading import name_of
    from casemine.read.models import read_model

    model = read_model(Path(file))
    kind = kind_of(model)
    picture = about(picture, name_of((file,)))
    for output, ending in zip(outputs, endings, strict=True):
        with working(f"drawing {output}"):
            content = content_for(model, ending, picture, kind=kind)
        write_file(output, content, inputs=(file,), force=force)
