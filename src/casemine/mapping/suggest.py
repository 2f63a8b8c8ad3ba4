"""Write a mapping for one log: what is covered, and a commented line for everything that is not.

The file is valid and, as it stands, maps the log as before; a user takes the `#` away where a
guess is right.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING

from casemine.mapping.patterns import plain
from casemine.mapping.vocabulary import KINDS, MEANINGS, TIERS
from casemine.model.columns import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.mapping.apply import Mapped
    from casemine.mapping.rules import FlowMapping
    from casemine.model.mapping import GroupTier, MappingAccount, UnmappedEvents

# What names of groups without a number hint at; a guess, so it is written as a comment.
_HINTS = (
    ("RF", r"request|order|access|onboard|procure|hardware|asset"),
    ("SUP", r"gmbh|ltd|inc\b|llc|b\.?v\.?$|partner|manufactur"),
    ("L2", r"2|expert|special|engineer|develop|\bdev\b|network|server|database|\bdba\b|infra|appl"),
    ("SYS", r"\bauto|\bbot\b|\bapi\b|integration|queue"),
)


def suggest(mapped: Mapped, mapping: FlowMapping) -> str:
    """Write the TOML of a mapping that builds on `mapping`, for the log that it was applied to.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> from casemine.mapping import map_log, shipped_mapping
    >>> generic = shipped_mapping("generic")
    >>> text = suggest(map_log(parse_log("New Slovd Closed"), generic), generic)
    >>> [line for line in text.splitlines() if "Slovd" in line]
    ['# "Slovd" = "resolved"  # 1 event; near solved']
    """
    account, source = mapped.account, mapped.log.source
    own = bool(mapping.text)  # its tables stand above already, so ours must stay comments
    lines = list(_head(account, source, mapping))
    lines += _covered(account)
    lines += _states(account, mapping, header="# [states]" if own else "[states]")
    lines += _tiers(account, header="# [tiers]" if own else "[tiers]")
    lines += _rules(account, mapping)
    text = "\n".join(lines) + "\n"
    return f"{mapping.text.rstrip()}\n\n{text}" if own else text


def _head(account: MappingAccount, source: str, mapping: FlowMapping) -> Iterator[str]:
    yield _comment(f"Written by casemine map --suggest for {source}.")
    yield _comment(
        f"Of {_events(account.events)}, {_commented(mapping.name)} maps {account.mapped:,}, "
        f"ignores {account.ignored:,} and leaves {account.unmapped:,}."
    )
    yield _comment("Take the # away where a line is right, then: casemine map LOG --mapping FILE")
    if not mapping.text:
        yield ""
        yield f"title = {_text(source)}"
        yield f"to = {_text(mapping.flow)}"
        yield f"extends = {_text(mapping.name)}"


def _covered(account: MappingAccount) -> Iterator[str]:
    yield ""
    yield _comment("---- what the rules take in this log, in the order in which they are tried")
    for rule in account.rules:
        if rule.changes:
            gives = ", ".join(rule.gives) or "(ignored)"
            yield _comment(f"{rule.changes:>9,}  {rule.name}: {gives}")


def _states(account: MappingAccount, mapping: FlowMapping, *, header: str) -> Iterator[str]:
    """List words for states that have no meaning, each with the nearest word that has one."""
    counts: Counter[str] = Counter()
    for one in account.left:
        if (word := _unknown_state(one, mapping)) is not None:
            counts[word] += one.events
    yield ""
    yield _comment("---- words for states that have no meaning yet")
    yield _comment(f"meanings: {', '.join(MEANINGS)}")
    yield header
    known = list(dict.fromkeys(mapping.states.known()))
    for word, events in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        near = get_close_matches(plain(word), known, n=1)
        meaning = mapping.states.look_up(near[0]) if near else None
        said = f"near {near[0]}" if meaning else "nothing is near"
        yield _comment(f"{_text(word)} = {_text(meaning or '')}  # {_events(events)}; {said}")


def _unknown_state(one: UnmappedEvents, mapping: FlowMapping) -> str | None:
    """Name the state that is entered, where it is only its meaning that is missing."""
    return one.to if one.to and mapping.states.look_up(one.to) is None else None


def _tiers(account: MappingAccount, *, header: str) -> Iterator[str]:
    yield ""
    yield _comment("---- groups: which level is whose")
    yield _comment(f"tiers: {', '.join(f'{tier} {title}' for tier, title in TIERS.items())}")
    yield header
    for known, title in ((False, "not known, count as L1"), (True, "known by their names")):
        groups = [group for group in account.groups if group.known == known]
        if groups:
            yield _comment(f"{title}:")
        for group in groups:
            tier = group.tier if known else _guess(group)
            yield _comment(f"{_text(group.group)} = {_text(tier)}  # {_events(group.events)}")


def _rules(account: MappingAccount, mapping: FlowMapping) -> Iterator[str]:
    """Write a rule to fill in for everything else that keeps its raw name."""
    left = [one for one in account.left if _unknown_state(one, mapping) is None]
    yield ""
    if not left:
        yield _comment("---- nothing else is left without a rule")
        return
    yield _comment("---- left without a rule: give an activity, or say ignore = true")
    for one in left:
        yield _comment("")
        yield _comment(f"{_events(one.events)}, first in row {one.row:,}")
        yield from map(_comment, _rule(one))


def _rule(one: UnmappedEvents) -> Iterator[str]:
    yield "[[rule]]"
    if one.kind in KINDS:
        yield f"kind = {_text(one.kind)}"
    yield f"activity = {_text(one.activity)}"
    if one.kind is not None and one.to is not None:
        yield f"to = {_text(one.to)}"
    yield "ignore = true"


def _guess(group: GroupTier) -> str:
    for tier, pattern in _HINTS:
        if re.search(pattern, group.group, re.IGNORECASE):
            return tier
    return group.tier


def _events(number: int) -> str:
    return f"{number:,} event{'' if number == 1 else 's'}"


def _text(word: str) -> str:
    """Write a string of TOML; what cannot be seen is escaped, so that the word stays itself."""
    return "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in quoted(word))


def _comment(text: str) -> str:
    """One line of comment; a name from the log cannot end it."""
    return f"# {_commented(text)}".rstrip()


def _commented(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
