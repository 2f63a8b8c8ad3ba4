"""The generated log as a system's export: one story, told in the words of ServiceNow, Jira, ...

`story.py` makes canonical changes of the log's activities; each dialect words them in the forms
of its system. `expected.py` writes the canonical changes beside, and says what of them a dialect
cannot show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.atomic import open_replacing
from casemine.errors import OutputError, show
from casemine.generate.dialects import (
    expected,
    freshdesk,
    jira,
    otrs,
    salesforce,
    servicenow,
    zendesk,
)
from casemine.generate.dialects.cast import agent_name, customer_name
from casemine.generate.dialects.dialect import Cast, Dialect, Export
from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.parts import csv_rows, open_parts
from casemine.generate.dialects.story import tell
from casemine.generate.dialects.ticket import Change, Clock, Ticket
from casemine.generate.dialects.wall import Wall
from casemine.generate.people import GROUPS
from casemine.generate.records import CUSTOMERS

if TYPE_CHECKING:
    from pathlib import Path

    from casemine.generate import Generated

__all__ = [
    "DIALECTS",
    "Change",
    "Clock",
    "Dialect",
    "Loss",
    "Ticket",
    "beside",
    "tell",
    "write_dialect",
    "write_expected",
]

DIALECTS: dict[str, Dialect] = {
    one.name: one
    for one in (
        Dialect(
            name="servicenow",
            title="ServiceNow",
            write=servicenow.write,
            case=lambda number: f"INC{number:07}",
            statuses=servicenow.STATUSES,
            priorities=servicenow.PRIORITIES,
            cannot_show=servicenow.CANNOT_SHOW,
        ),
        Dialect(
            name="jira",
            title="Jira Service Management",
            write=jira.write,
            case=jira.key,
            statuses=jira.STATUSES,
            priorities=jira.PRIORITIES,
            cannot_show=jira.CANNOT_SHOW,
        ),
        Dialect(
            name="zendesk",
            title="Zendesk Support",
            write=zendesk.write,
            case=str,
            statuses=zendesk.STATUSES,
            priorities=zendesk.PRIORITIES,
            cannot_show=zendesk.CANNOT_SHOW,
        ),
        Dialect(
            name="salesforce",
            title="Salesforce Service Cloud",
            write=salesforce.write,
            case=salesforce.case_number,
            statuses=salesforce.STATUSES,
            priorities=salesforce.PRIORITIES,
            cannot_show=salesforce.CANNOT_SHOW,
        ),
        Dialect(
            name="freshdesk",
            title="Freshdesk",
            write=freshdesk.write,
            case=str,
            statuses=freshdesk.STATUSES,
            priorities=freshdesk.PRIORITIES,
            cannot_show=freshdesk.CANNOT_SHOW,
        ),
        Dialect(
            name="otrs",
            title="OTRS and Znuny",
            write=otrs.write,
            case=str,
            statuses=otrs.STATUSES,
            priorities=otrs.PRIORITIES,
            cannot_show=otrs.CANNOT_SHOW,
        ),
    )
}


def write_dialect(made: Generated, name: str, target: Path) -> None:
    """Write a generated log as the export of a system.

    Parameters
    ----------
    made : Generated
        A log of `casemine.generate.generate`.
    name : str
        One of `DIALECTS`.
    target : Path
        A folder, which is made where it is missing, or a file that ends in `.zip`.

    Raises
    ------
    OutputError
        The target has another ending, or cannot be written.

    Notes
    -----
    Equal logs give equal bytes, in an archive with equal versions of zlib. Memory does not grow
    with the number of cases beyond that of the log.
    """
    if target.suffix and target.suffix.lower() != ".zip" and not target.is_dir():
        raise OutputError(
            f"{show(target.name)} is not a name for an export of several files",
            mend="expected a folder, or a name that ends in .zip",
            code="unknown-suffix",
        )
    with open_parts(target) as parts:
        DIALECTS[name].write(
            Export(
                tickets=tell(made),
                count=made.options.cases,
                cast=_cast(made),
                wall=Wall(made.options.zone),
                parts=parts,
            )
        )


def write_expected(made: Generated, path: Path) -> None:
    """Write the canonical changes of all tickets as CSV: what importers must find.

    Statuses and priorities are canonical, times UTC; the same for all dialects.
    """
    wall = Wall(made.options.zone)
    with open_replacing(path) as out, csv_rows(out, expected.COLUMNS) as row:
        for ticket in tell(made):
            expected.write_rows(ticket, row, wall)


def beside(target: Path, name: str) -> Path:
    """Name a file beside an export.

    Examples
    --------
    >>> from pathlib import Path
    >>> beside(Path("out/desk.zip"), "truth.csv").as_posix()
    'out/desk.truth.csv'
    >>> beside(Path("out/desk/"), "truth.csv").as_posix()
    'out/desk.truth.csv'
    """
    stem = target.stem if target.suffix.lower() == ".zip" else target.name
    return target.with_name(f"{stem}.{name}")


def _cast(made: Generated) -> Cast:
    logins = made.log.events.column("resource").combine_chunks().dictionary.to_pylist()
    return Cast(
        agents={agent_name(login): login for login in sorted(logins)},
        customers=tuple(map(customer_name, range(CUSTOMERS))),
        groups=GROUPS,
    )
