"""`casemine cache`: what was kept of files already read."""

from __future__ import annotations

import click

from casemine.cli.frame import Choice
from casemine.cli.options import casemine_command, format_option


@casemine_command(
    """Show where casemine keeps what it has read and how much that is, or clear it.

    Logs are kept so that the next command on the same file starts at once; --no-cache reads the
    file itself. Nothing is lost by clearing.
    """,
    examples=("casemine cache", "casemine cache clear"),
)
@click.argument("action", type=Choice(["show", "clear"]), default="show")
@format_option
def command(action: str, form: str) -> None:
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
        form,
        kind="cache",
        document=lambda: Document("What casemine keeps", (Facts(tuple(facts)),)),
        data=lambda: found,
        records=lambda: [found],
    )
