"""`casemine cache`: what was kept of files already read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casemine.cli.frame import Choice
from casemine.cli.options import casemine_command, result_options

if TYPE_CHECKING:
    from casemine.cli.output import Result


@casemine_command(
    """Show where casemine keeps what it has read and how much that is, or clear it.

    Logs are kept so that the next command on the same file starts at once; --no-cache reads the
    file itself. Nothing is lost by clearing.
    """,
    examples=("casemine cache", "casemine cache clear"),
)
@click.argument("action", type=Choice(["show", "clear"]), default="show", metavar="[show|clear]")
@result_options(output=False)
def command(action: str, result: Result) -> None:
    """Look or clear."""
    from casemine.cli.output import print_result
    from casemine.log import store
    from casemine.report.document import Document, Facts
    from casemine.report.figures import size

    freed = store.clear() if action == "clear" else 0
    found = {"folder": str(store.folder()), "bytes": store.size(), "freed": freed}
    facts = [("folder", str(found["folder"])), ("size", size(store.size()))]
    if action == "clear":
        facts.append(("freed", size(freed)))
    print_result(
        result,
        kind="cache",
        document=lambda: Document("What casemine keeps", (Facts(tuple(facts)),)),
        data=lambda: found,
        records=lambda: [found],
    )
