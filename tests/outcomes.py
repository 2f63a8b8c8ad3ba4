"""What must become of an awkward file: the log that comes out of it, or the words of a refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from click.testing import CliRunner

from casemine.cli import main


@dataclass(frozen=True)
class Reads:
    """The log that must come out; only what is given is compared."""

    cases: int
    events: int
    edges: dict[str, int] = field(default_factory=dict)  # "A>B" to count; all of them if given
    first: str | None = None
    last: str | None = None
    rows_quarantined: int = 0
    says: tuple[str, ...] = ()  # words that stderr must hold


@dataclass(frozen=True)
class Refuses:
    """One message that holds these words, nothing on stdout."""

    words: tuple[str, ...]
    code: int = 3


def check(expected: Reads | Refuses, file: str, options: tuple[str, ...]) -> None:
    """Inspect the file as a user would, and compare."""
    result = CliRunner().invoke(main, ["inspect", file, "-f", "json", *options])

    assert "Traceback" not in result.stderr
    if isinstance(expected, Refuses):
        assert (result.exit_code, result.stdout) == (expected.code, ""), result.output
        for word in expected.words:
            assert word.lower() in result.stderr.lower()
        return
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    data, account = document["data"], document["input"]
    assert account["rows_read"] + account["rows_added"] == sum(
        account[name] for name in ("events", "rows_joined", "rows_passed", "rows_quarantined")
    )
    assert (data["cases"], data["events"]) == (expected.cases, expected.events)
    assert data["rows_quarantined"] == expected.rows_quarantined
    for key in ("first", "last"):
        if getattr(expected, key):
            assert data[key].startswith(getattr(expected, key))
    for word in expected.says:
        assert word.lower() in result.stderr.lower()
    if expected.edges:
        args = ["discover", file, "--as", "dfg", "-f", "json", *options]
        edges = json.loads(CliRunner().invoke(main, args).stdout)["data"]["edges"]
        assert {f"{e['from']}>{e['to']}": e["count"] for e in edges} == expected.edges
