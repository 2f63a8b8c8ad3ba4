"""What a preset says: one value per system, one per kind of file, and the words it may use.

The language stands in `docs/presets.md`; `parsing` makes these values of a TOML text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from casemine.read.crm.language.templates import columns_in

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS = ("changes", "grouped", "snapshots", "milestones", "tickets", "lookup", "events")
TELLS = ("history", "comments", "sla", "tickets", "lookup", "events")
TICKET = (  # what a list may say of a ticket
    "key",
    "number",
    "created",
    "creator",
    "customer",
    "status",
    "assignee",
    "group",
    "priority",
)
ROLES = ("case", "activity", "time", "start", "resource", "group", "seq")  # of form events
LISTS = ("users", "groups", "statuses", "priorities", "customers")  # of what a lookup has names
SPECIAL = ("ignore", "detail", "customer", "owner")  # kinds that become no event of their own


class Meaning(NamedTuple):
    """What changes of a field are."""

    kind: str
    field: str | None = None  # its canonical name; None: its own
    public: bool | None = None  # of comments


MEANINGS: Mapping[str, Meaning] = {  # by what [fields] says
    "status": Meaning("status", "status"),
    "assignee": Meaning("assign", "assignee"),
    "group": Meaning("group", "group"),
    "owner": Meaning("owner", "owner"),  # a user or a group: becomes a change of the one or other
    "priority": Meaning("priority", "priority"),
    "comment": Meaning("comment", "comment"),
    "public comment": Meaning("comment", "comment", public=True),
    "internal comment": Meaning("comment", "comment", public=False),
    "merge": Meaning("merge", "merged_into"),
    "delete": Meaning("delete"),
    "link": Meaning("link", "link"),
    "escalate": Meaning("escalate"),
    "approval": Meaning("approval"),
    "sla": Meaning("sla"),
    "field": Meaning("field"),
    "detail": Meaning("detail"),
    "customer": Meaning("customer", "customer"),
    "ignore": Meaning("ignore"),
}
OUTPUTS = (
    "kind",
    "field",
    "old",
    "new",
    "public",
    "actor",
    "actor_type",
    "group",
    "activity",
    "case",
)

Spec = tuple[str, ...]  # a column or path; several: the first that has a value


@dataclass(frozen=True, slots=True)
class Rule:
    """What rows that meet all conditions are; the first rule that fits wins.

    `when` and `unless` hold patterns per column: a word, `/a regular expression/`, `*` for any
    value, the empty text for none. `outputs` are texts in which `{column}` stands for a value;
    `split` takes a column apart by the named groups of a regular expression first.
    """

    when: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    split: Mapping[str, str]
    outputs: Mapping[str, str]
    carry: bool = False  # `old` is what the field had before, whatever the row says
    place: str = ""  # for messages: "rule 3 of file audits"


@dataclass(frozen=True, slots=True)
class Take:
    """One way in which records of a file give rows."""

    each: Mapping[str, str]  # alias -> list inside the record, or inside an earlier alias
    columns: Mapping[str, Spec]
    rules: tuple[Rule, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)  # raw field -> meaning
    first: str | None = None  # "created": the first status of a case is its creation
    changes_only: bool = False  # rows whose new value is the old one are no events
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # other rows are not its own


@dataclass(frozen=True, slots=True)
class Join:
    """Another file of the system, whose columns complete the rows of this one."""

    file: str
    on: str  # name of a column of this file
    key: str  # name of a column of the other file


@dataclass(frozen=True, slots=True)
class Milestone:
    """A column with the time of something that happened once, or cells that hold several things.

    `columns` means every column of a table whose name fits; its named groups are values.
    """

    time: Spec
    outputs: Mapping[str, str]
    when: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    cells: str | None = None  # a column that may come repeatedly, taken apart by `split`
    split: str | None = None
    columns: str | None = None  # a regular expression

    def mentioned(self) -> tuple[str, ...]:
        """List the columns that are used beside those of the times or cells."""
        patterns = [each for each in (self.split, self.columns) if each is not None]
        made = {name for each in patterns for name in re.compile(each).groupindex}
        filled = [name for text in self.outputs.values() for name in columns_in(text)]
        asked = [*self.when, *self.unless, *(name for name in filled if name not in made)]
        return tuple(dict.fromkeys(asked))


@dataclass(frozen=True, slots=True)
class LookupSpec:
    """Ids and their names: `of` is one of `LISTS`."""

    of: str
    key: tuple[Spec, ...]  # each may be the id that events carry
    name: Spec
    type: Spec = ()
    records: str | None = None  # list inside the file; None: the file's own records
    each: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Truncation:
    """How it shows that a system has cut a history or a value."""

    total: Spec = ()  # number of entries there should be
    listed: Spec = ()  # the list that may be shorter
    entries: tuple[str, int] | None = None  # list and the number at which the system stops
    length: int | None = None  # of values
    ends: str | None = None  # what a cut value ends with


@dataclass(frozen=True, slots=True)
class FilePart:
    """One kind of file that a system exports."""

    name: str
    title: str
    form: str
    tells: str
    needs: tuple[str, ...]
    hints: tuple[str, ...] = ()
    records: tuple[str, ...] = ()  # where the list may be: "issues", "" for the root or NDJSON
    zone: str | None = None  # "UTC", or None: as the user says
    time_format: str | None = None
    date_order: str | None = None
    newest_first: bool = False
    missing: tuple[str, ...] = ()  # words that mean no value, beside the empty cell
    case_from_name: str | None = None
    plain: bool = False  # a log as it stands, too: read as such unless an import is asked for
    history: str | None = None  # files of the same history complete each other
    takes: tuple[Take, ...] = ()
    track: Mapping[str, str] = field(default_factory=dict)  # snapshots: column -> meaning
    milestones: tuple[Milestone, ...] = ()
    ticket: Mapping[str, Spec] = field(default_factory=dict)
    attributes: Mapping[str, Spec] = field(default_factory=dict)
    lookups: tuple[LookupSpec, ...] = ()
    joins: tuple[Join, ...] = ()
    twins: str | None = None  # pattern of ids in rows that repeat a row of names
    footer: bool = False  # lines below the rows, as reports have them, are no rows
    truncated: Truncation | None = None
    roles: Mapping[str, str] = field(default_factory=dict)  # form events: role -> column


@dataclass(frozen=True, slots=True)
class Preset:
    """How the exports of one system are read."""

    system: str
    title: str
    files: tuple[FilePart, ...]
    closed: tuple[str, ...] = ()  # statuses (words or patterns) that end the work
    priorities: tuple[str, ...] = ()  # from low to high
    initial: str | None = None  # the status in which every case begins, where there is just one
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    system_actors: tuple[str, ...] = ()
    customer_actors: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()  # of owners that are no people
    actor_types: Mapping[str, str] = field(default_factory=dict)
    default_actor: str | None = None
    opener: str | None = None  # what who opens a case is, unless cases are assigned to him
    same_id: int | None = None  # ids are the same if this many first characters are
    within_s: float = 0.0  # rows of one action may be so many seconds apart
    activities: Mapping[str, str] = field(default_factory=dict)  # name by the vocabulary -> name
    source: str = ""  # where the preset was read from

    def file(self, name: str) -> FilePart:
        """Find a kind of file by name."""
        return next(part for part in self.files if part.name == name)
