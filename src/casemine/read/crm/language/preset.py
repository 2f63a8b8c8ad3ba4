"""What a preset says: one value per system, one per kind of file, made from a TOML text.

The language stands in `docs/presets.md`. Everything is checked when a preset is read, so that a
slip of the pen is an error with its key, not an empty log.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show
from casemine.read.crm.language.section import Section

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS = ("changes", "grouped", "snapshots", "milestones", "tickets", "lookup", "events")
TELLS = ("history", "comments", "sla", "tickets", "lookup", "events")
KINDS = (
    "create",
    "status",
    "assign",
    "group",
    "priority",
    "comment",
    "merge",
    "delete",
    "sla",
    "field",
    "link",
    "escalate",
    "approval",
)
SPECIAL = ("ignore", "detail", "customer", "owner")  # kinds that become no event of their own
MEANINGS: Mapping[str, tuple[str, str | None, bool | None]] = {
    # what [fields] says -> kind, canonical field (None: the field's own name), public
    "status": ("status", "status", None),
    "assignee": ("assign", "assignee", None),
    "group": ("group", "group", None),
    "owner": ("owner", "owner", None),  # a user or a group: becomes a change of the one or other
    "priority": ("priority", "priority", None),
    "comment": ("comment", "comment", None),
    "public comment": ("comment", "comment", True),
    "internal comment": ("comment", "comment", False),
    "merge": ("merge", "merged_into", None),
    "delete": ("delete", None, None),
    "link": ("link", "link", None),
    "escalate": ("escalate", None, None),
    "approval": ("approval", None, None),
    "sla": ("sla", None, None),
    "field": ("field", None, None),
    "detail": ("detail", None, None),
    "customer": ("customer", "customer", None),
    "ignore": ("ignore", None, None),
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


@dataclass(frozen=True, slots=True)
class LookupSpec:
    """Ids and their names: `of` is users, groups, statuses, priorities, customers or fields."""

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


def parse_preset(text: str, source: str) -> Preset:
    """Make a preset of its TOML text.

    Raises
    ------
    InputError
        The text is not TOML, a key is unknown or missing, or a value is of the wrong kind; says
        which.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not TOML: {error}", where=Place(source), code="bad-preset") from None
    top = Section(data, source, "the preset")
    preset = _preset(top, source)
    top.finish()
    return preset


def _preset(top: Section, source: str) -> Preset:
    words, actors = top.section("words"), top.section("actors")
    codes = top.section("codes")
    shared = _fields(top)
    files = tuple(_file(each, shared) for each in top.sections("file"))
    if not files:
        raise top.error("has no [[file]]")
    known = {part.name for part in files}
    for part in files:
        if lost := [join.file for join in part.joins if join.file not in known]:
            raise top.error(f"joins file {show(part.name)} with {show(lost[0])}, which is none")
    made = Preset(
        system=top.text("system"),
        title=top.text("title"),
        files=files,
        closed=words.texts("closed"),
        priorities=words.texts("priorities"),
        initial=words.maybe("initial"),
        codes={name: codes.table(name) for name in codes.names()},
        system_actors=actors.texts("system"),
        customer_actors=actors.texts("customer"),
        group_ids=actors.texts("groups"),
        actor_types=actors.table("types"),
        default_actor=actors.one_of("default", ("agent", "customer", "system"), None),
        opener=actors.one_of("opener", ("customer",), None),
        same_id=top.number("same_id"),
        within_s=top.real("within_s"),
        activities=top.table("activities"),
        source=source,
    )
    for section in (words, actors, codes):
        section.finish()
    return made


def _file(part: Section, shared: Mapping[str, str]) -> FilePart:
    name = part.text("name")
    part.title = f"file {show(name)}"
    form = part.one_of("form", FORMS)
    assert form is not None
    own = _fields(part)
    takes = _takes(part, {**shared, **own}, name)
    ticket, attributes = part.specs("ticket"), part.specs("attributes")
    if form == "milestones":
        takes = _with_case(takes, ticket)
    lookups = tuple(_lookup(each) for each in part.sections("lookup"))
    track = part.table("track")
    for meaning in track.values():
        _checked(part, meaning)
    milestones = tuple(_milestone(each) for each in part.sections("milestone"))
    truncated = part.section("truncated")
    made = FilePart(
        name=name,
        title=part.text("title"),
        form=form,
        tells=part.one_of("tells", TELLS, _tells(form)) or _tells(form),
        needs=part.texts("needs"),
        hints=part.texts("hints"),
        records=part.texts("records"),
        zone=part.one_of("zone", ("UTC", "local"), "local"),
        time_format=part.maybe("time_format"),
        date_order=part.one_of("date_order", ("dmy", "mdy", "ymd"), None),
        newest_first=part.flag("newest_first"),
        missing=part.texts("missing"),
        case_from_name=part.regex("case_from_name"),
        plain=part.flag("plain"),
        history=part.maybe("history"),
        takes=takes,
        track=track,
        milestones=milestones,
        ticket=ticket,
        attributes=attributes,
        lookups=lookups,
        joins=tuple(_join(each) for each in part.sections("join")),
        twins=part.regex("twins"),
        footer=part.flag("footer"),
        truncated=_truncation(truncated),
        roles=part.table("roles"),
    )
    if not made.needs:
        raise part.error("has no needs: what would it be recognised by?")
    part.finish()
    return made


def _tells(form: str) -> str:
    """Say what a form tells if the preset doesn't."""
    kinds = {"tickets": "tickets", "milestones": "tickets", "lookup": "lookup", "events": "events"}
    return kinds.get(form, "history")


def _takes(part: Section, fields: Mapping[str, str], name: str) -> tuple[Take, ...]:
    """Read the takes of a file; keys of a single one may stand in the file itself."""
    inner = part.sections("take")
    if inner:
        return tuple(_take(each, fields, f"{name}, take {n}") for n, each in enumerate(inner, 1))
    made = _take(part, fields, name, single=True)
    return (made,) if made.columns or made.first else ()


def _with_case(takes: tuple[Take, ...], ticket: Mapping[str, Spec]) -> tuple[Take, ...]:
    """Milestones belong to the ticket of their row, unless the preset says otherwise."""
    case = ticket.get("key", ticket.get("number", ()))
    made = takes or (Take(each={}, columns={}),)
    return tuple(replace(take, columns={"case": case, **take.columns}) for take in made)


def _take(part: Section, fields: Mapping[str, str], place: str, *, single: bool = False) -> Take:
    own = {} if single else _fields(part)
    rules = tuple(_rule(each, n, place) for n, each in enumerate(part.sections("rule"), 1))
    take = Take(
        each=part.table("each"),
        columns=part.specs("columns"),
        rules=rules,
        fields={**fields, **own},
        first=part.one_of("first", ("created",), None),
        changes_only=part.flag("changes_only"),
        when={} if single else part.patterns("when"),
    )
    if not single:
        part.finish()
    return take


def _rule(each: Section, number: int, place: str) -> Rule:
    each.title = f"rule {number} of {place}"
    old = each.peek("old")
    outputs = {name: value for name in OUTPUTS if (value := each.maybe(name)) is not None}
    kind = outputs.get("kind")
    if kind is not None and "{" not in kind and kind not in (*KINDS, *SPECIAL):
        raise each.error(f"has the unknown kind {show(kind)}; there are {', '.join(KINDS)}")
    carry = old == "carry"
    if carry:
        del outputs["old"]
    rule = Rule(
        when=each.patterns("when"),
        unless=each.patterns("unless"),
        split=each.regexes("split"),
        outputs=outputs,
        carry=carry,
        place=each.title,
    )
    each.finish()
    return rule


def _join(each: Section) -> Join:
    made = Join(file=each.text("with"), on=each.text("on"), key=each.text("key"))
    each.finish()
    return made


def _milestone(each: Section) -> Milestone:
    made = Milestone(
        time=each.spec("time"),
        outputs={name: value for name in OUTPUTS if (value := each.maybe(name)) is not None},
        when=each.patterns("when"),
        unless=each.patterns("unless"),
        cells=each.maybe("cells"),
        split=each.regex("split"),
        columns=each.regex("columns"),
    )
    each.finish()
    return made


def _lookup(each: Section) -> LookupSpec:
    key = each.take("key")
    made = LookupSpec(
        of=each.text("of"),
        key=tuple((k,) for k in ([key] if isinstance(key, str) else key or [])),
        name=each.spec("name"),
        type=each.spec("type"),
        records=each.maybe("records"),
        each=each.table("each"),
    )
    if not made.key or not made.name:
        raise each.error("needs key and name")
    each.finish()
    return made


def _truncation(part: Section) -> Truncation | None:
    if not part.names():
        return None
    entries = part.take("entries")
    made = Truncation(
        total=part.spec("total"),
        listed=part.spec("listed"),
        entries=(str(entries[0]), int(entries[1])) if entries else None,
        length=part.number("length"),
        ends=part.maybe("ends"),
    )
    part.finish()
    return made


def _fields(part: Section) -> Mapping[str, str]:
    fields = part.table("fields")
    for meaning in fields.values():
        _checked(part, meaning)
    return fields


def _checked(part: Section, meaning: Any) -> None:
    if meaning not in MEANINGS:
        raise part.error(
            f"gives a field the unknown meaning {show(meaning)}; there are {', '.join(MEANINGS)}"
        )
