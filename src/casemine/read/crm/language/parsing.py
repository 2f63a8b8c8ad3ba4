"""A preset made of its TOML text.

Everything is checked when a preset is read, so that a slip of the pen is an error with its key, not
an empty log.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show
from casemine.model.events import ACTOR_TYPES, EVENT_KINDS
from casemine.read.crm.language.checking import check_preset
from casemine.read.crm.language.preset import (
    FORMS,
    LISTS,
    MEANINGS,
    OUTPUTS,
    ROLES,
    SPECIAL,
    TELLS,
    TICKET,
    FilePart,
    Join,
    LookupSpec,
    Milestone,
    Preset,
    Rule,
    Take,
    Truncation,
)
from casemine.read.crm.language.section import Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.crm.language.preset import Spec


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
    check_preset(preset)
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
        default_actor=actors.one_of("default", ACTOR_TYPES, None),
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
    ticket = part.specs("ticket", only=TICKET)
    attributes = part.specs("attributes")
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
        roles=_known_roles(part, part.table("roles")),
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
    if kind is not None and "{" not in kind and kind not in (*EVENT_KINDS, *SPECIAL):
        raise each.error(f"has the unknown kind {show(kind)}; there are {', '.join(EVENT_KINDS)}")
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
        of=each.one_of("of", LISTS) or "",
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


def _known_roles(part: Section, roles: Mapping[str, str]) -> Mapping[str, str]:
    for role in roles:
        if role not in ROLES:
            raise part.error(f"has the unknown role {show(role)}; there are {', '.join(ROLES)}")
    return roles


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
