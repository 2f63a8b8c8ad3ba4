"""Who acted: agent, customer or system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.model.events import ACTOR_TYPES

if TYPE_CHECKING:
    from casemine.read.crm.changeset import Changes
    from casemine.read.crm.coded.lookups import Lookups
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Preset


def with_actor_types(
    changes: Changes, words: Words, preset: Preset, lookups: Lookups, customer: Codes
) -> Changes:
    """Tell people from automation, and agents from customers.

    The preset's patterns of ids and names count most, since systems count automation among their
    users; then what a row says itself; then whether the actor is the customer of the case, who may
    be an agent in others; then the type in a list of users; then whether the actor opened the case
    (if the preset says so); then what the preset takes the rest for. Nobody has no type. Actors
    become names here.
    """
    said = _canonical(words, changes.actor_type, preset)
    coded = words.replaced(changes.actor, preset.codes.get("actor", {}))
    names = lookups.resolved(coded, "actor")
    openers = lookups.resolved(customer, "customer")
    listed = _canonical(words, lookups.type_of(changes.actor), preset)
    kinds = [
        _where(words, changes.actor, names, preset.system_actors, "system"),
        _where(words, changes.actor, names, preset.customer_actors, "customer"),
        said,
        np.where(listed == words.code("system"), listed, -1),
        np.where((names >= 0) & (names == openers[changes.case]), words.code("customer"), -1),
        listed,
    ]
    if preset.opener is not None:
        kinds.append(_openers(changes, names, words, preset.opener))
    if preset.default_actor is not None:
        kinds.append(np.where(names >= 0, words.code(preset.default_actor), -1))
    found = kinds[0]
    for each in kinds[1:]:
        found = np.where(found >= 0, found, each)
    return changes.with_(actor=names, actor_type=found.astype(np.int32))


def _openers(changes: Changes, names: Codes, words: Words, kind: str) -> Codes:
    """Those who opened the case they act in, unless some case is assigned to them."""
    at = np.full(1 + int(changes.case.max(initial=0)), -1, np.int32)
    created = changes.kind == words.code("create")
    at[changes.case[created]] = names[created]
    assigned = np.zeros(len(words) + 1, np.bool_)
    assigned[changes.new[changes.kind == words.code("assign")]] = True
    mine = (names >= 0) & (names == at[changes.case]) & ~assigned[names]
    return np.where(mine, words.code(kind), -1).astype(np.int32)


def _where(words: Words, ids: Codes, names: Codes, patterns: tuple[str, ...], kind: str) -> Codes:
    hit = words.matches(ids, patterns) | words.matches(names, patterns)
    return np.where(hit & (names >= 0), words.code(kind), -1)


def _canonical(words: Words, codes: Codes, preset: Preset) -> Codes:
    """Put our words for the system's agents, customers and automation; others are unknown."""
    table = {each: each for each in ACTOR_TYPES} | dict(preset.actor_types)
    return words.mapped(codes, lambda texts: [table.get(text) for text in texts])
