"""What a reader should know about an XES file beside its events, one note each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.log.arrays import texts
from casemine.model.intake import Note
from casemine.read.xes.columns import REASONS, amount, fits

if TYPE_CHECKING:
    from collections import Counter

    from casemine.read.xes.columns import ColumnStore
    from casemine.read.xes.expat import Remarks


def classifier_keys(remarks: Remarks, present: tuple[str, ...]) -> tuple[str, list[str]] | None:
    """Name and keys of the first event classifier whose keys all occur among the events.

    Examples
    --------
    >>> from casemine.read.xes.expat import Remarks
    >>> classifier_keys(Remarks(classifiers=[("who", "event", "org:resource 'job title'")]),
    ...                 ("org:resource", "job title"))
    ('who', ['org:resource', 'job title'])
    """
    for name, scope, text in remarks.classifiers:
        keys = _split_keys(text, present)
        if scope == "event" and keys and set(keys) <= set(present):
            return name, keys
    return None


def _split_keys(text: str, present: tuple[str, ...]) -> list[str]:
    """Keys of a classifier: parted by blanks, those with blanks in quotes or as they occur."""
    keys: list[str] = []
    rest = text.strip()
    while rest:
        if rest[0] in "'\"" and (end := rest.find(rest[0], 1)) > 0:
            key, rest = rest[1:end], rest[end + 1 :]
        else:
            whole = [key for key in present if f"{rest} ".startswith(f"{key} ")]
            key = max(whole, key=len) if whole else rest.split()[0]
            rest = rest[len(key) :]
        keys.append(key)
        rest = rest.strip()
    return keys


def notes_on(remarks: Remarks, events: ColumnStore, traces: ColumnStore, count: int) -> list[Note]:
    """Say what was assumed and what has no place in the table."""
    notes = _zone_notes(events, traces)
    for key, default in remarks.promised.items():
        lacking = count - events.given.get(key, 0)
        if lacking and key:
            text = (
                f"the head promises {show(key)} for every event; {lacking:,} of {count:,} have "
                f"none, and the default {show(default)} was not filled in"
            )
            notes.append(Note("broken-promise", text, lacking))
    for code, noun, text, counter in (
        ("nested-attributes", "nested attribute", "with names such as", remarks.nested),
        ("list-attributes", "list", "kept as JSON text, such as", remarks.lists),
        ("unknown-elements", "element", "left out since XES has none such:", remarks.unknown),
        ("unknown-attributes", "XML attribute", "that XES does not have:", remarks.extra),
    ):
        if counter:
            notes.append(_counted(code, noun, text, counter))
    keyless = sum(1 for store in (events, traces) if "" in store.keys)
    if keyless:
        text = "attributes without a key were left out"
        notes.append(Note("keyless-attributes", text))
    return notes + _log_notes(remarks)


def _counted(code: str, noun: str, text: str, counter: Counter[str]) -> Note:
    names = sorted(counter, key=lambda name: (-counter[name], name))[:3]
    if code == "nested-attributes":
        names = [f"{name}/..." for name in names]
    total = sum(counter.values())
    listed = ", ".join(show(name) for name in names)
    return Note(code, f"{amount(total, noun)} {text} {listed}", total)


def _zone_notes(events: ColumnStore, traces: ColumnStore) -> list[Note]:
    notes = []
    found = [*events.offsets.values(), *traces.offsets.values()]
    naive, twice = sum(each.naive for each in found), sum(each.twice for each in found)
    if naive and events.zone is None:
        example = next(each.first_naive[1] for each in found if each.first_naive is not None)
        text = f"{amount(naive, 'time')} without offset, such as {show(example)}, counted as UTC"
        notes.append(Note("zone-assumed", f"{text}; name another zone with --tz", naive))
    if twice:
        text = f"{amount(twice, 'local time')} that {events.zone} had twice, read as the first"
        notes.append(Note("time-twice", text, twice))
    return notes


def _log_notes(remarks: Remarks) -> list[Note]:
    bad = bad_log_values(remarks)
    if not bad:
        return []
    text = f"attributes of the log itself, which are not used, have bad values: {bad[0]}"
    return [Note("bad-log-values", text, len(bad))]


def bad_log_values(remarks: Remarks) -> list[str]:
    """Describe the values of the log itself that are not of their type."""
    bad: list[str] = []
    for kind, reason in REASONS.items():
        found = [
            (field.key, value, line)
            for field, value, line in remarks.log_attributes
            if field.type == kind and value
        ]
        if found:
            good = fits(kind, texts([value for _, value, _ in found]))
            bad += [
                f"{show(found[row][1])} in {show(found[row][0])} (line {found[row][2]:,}) {reason}"
                for row in np.flatnonzero(~good).tolist()
            ]
    return bad
