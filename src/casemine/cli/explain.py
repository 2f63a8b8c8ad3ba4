"""`casemine explain`: what a measure, a term or a rule means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casemine.cli.options import casemine_command, result_options

if TYPE_CHECKING:
    from casemine.cli.output import Result


@casemine_command(
    """Explain a measure, a term or a rule that casemine shows: definition, formula, source.

    Without TERM, list them all.
    """,
    examples=("casemine explain p90", "casemine explain R08"),
)
@click.argument("term", nargs=-1)
@result_options()
def command(term: tuple[str, ...], result: Result) -> None:
    """Look up and show."""
    from casemine.cli import ruleterms
    from casemine.cli.output import print_result
    from casemine.report import glossary

    rule = ruleterms.find_rule(" ".join(term)) if term else None
    if rule is not None:
        print_result(
            result,
            kind="explain",
            document=lambda: ruleterms.document(rule),
            data=lambda: [ruleterms.data(rule)],
            records=lambda: [ruleterms.data(rule)],
        )
        return
    found = [glossary.find_term(" ".join(term))] if term else list(glossary.TERMS)
    print_result(
        result,
        kind="explain",
        document=lambda: glossary.document(found[0]) if term else glossary.overview(),
        data=lambda: [glossary.data(each) for each in found],
        records=lambda: [glossary.data(each) for each in found],
    )
