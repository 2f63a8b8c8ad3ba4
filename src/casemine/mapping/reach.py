"""Which activities of the flow a mapping can give with the log at hand, and from what.

A rule can give its activities when each of its conditions, taken alone, is met by some change of
the kinds that it asks for. Where one is met by none, the log lacks what the rule reads: a kind of
change, a field, a column, a state. Levels of groups and types of records are lacking only where
none is known: a group of a level would show, if the levels are known and there were such a group.
Whether all conditions ever meet is another question, which the counts of events answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.mapping.apply import map_log
from casemine.mapping.changes import changes_of
from casemine.mapping.evaluate import Trial
from casemine.mapping.readrule import WORDS
from casemine.mapping.situation import situation_of
from casemine.mapping.vocabulary import FLOWS
from casemine.model.mapping import StepSource
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.mapping.patterns import Patterns
    from casemine.mapping.rules import FlowMapping, Rule
    from casemine.model.mapping import MappingAccount

_REASONS = 2  # that are named where several rules fail for several reasons
_KEYS = {column: key for key, column in WORDS.items()} | {"public": "public"}
_CHOICES = {
    "from_state": "leaves a state that means",
    "to_state": "reaches a state that means",
    "from_tier": "leaves a group of tier",
    "to_tier": "is held by a group of tier",
    "record": "belongs to a record that is of type",
    "actor": "is made by an actor of type",
}


def reach(
    mapping: FlowMapping, log: EventLog, account: MappingAccount | None = None
) -> tuple[StepSource, ...]:
    """Say of each activity of the flow whether this log can show it.

    Parameters
    ----------
    mapping : FlowMapping
        The rules.
    log : EventLog
        The raw log, before it was mapped.
    account : MappingAccount, optional
        Of the mapped log, where it is there already.

    Returns
    -------
    tuple of StepSource
        In the order of the flow. An activity is occasional when every rule that can give it says
        so.

    Notes
    -----
    O(n) for n changes and a fixed mapping; conditions look at distinct words.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> from casemine.mapping import shipped_mapping
    >>> found = reach(shipped_mapping("generic"), parse_log("New Open Solved; New Solved"))
    >>> [one.activity for one in found if one.able]
    ['Log record', 'Analyse in 1st level', 'Resolve in 1st level']
    >>> found[5].activity, found[5].why
    ('Hand over to 2nd level', "the log has no changes of kind 'group'")
    """
    account = account or map_log(log, mapping).account
    changes = changes_of(log, mapping.origin)
    trial = Trial(log, changes, situation_of(log, changes, mapping), mapping)
    lacks = [_lack(trial, rule) if rule.gives else "" for rule in mapping.rules]
    used = [use.changes for use in account.rules]
    events = {one.activity: one.events for one in account.activities}
    sources = []
    for activity in FLOWS[mapping.flow].values():
        giving = [number for number, rule in enumerate(mapping.rules) if activity in rule.gives]
        able = [number for number in giving if not lacks[number]]
        at_work = [number for number in able if used[number]]
        words = [
            f"rule {show(mapping.rules[number].name)}"
            + (f" ({used[number]:,})" if used[number] else "")
            for number in at_work or able
        ]
        plain_first = sorted(giving, key=lambda number: len(mapping.rules[number].gives))
        reasons = dict.fromkeys(lacks[number] for number in plain_first)
        why = "" if able else _why(list(reasons))
        sources.append(
            StepSource(
                activity=activity,
                words=tuple(words),
                able=bool(able),
                why=why,
                events=events.get(activity, 0),
                occasional=bool(able) and all(mapping.rules[number].occasional for number in able),
            )
        )
    return tuple(sources)


def _why(reasons: list[str]) -> str:
    if not reasons:
        return "no rule of the mapping gives it"
    more = len(reasons) - _REASONS
    return "; ".join(reasons[:_REASONS]) + (
        f"; {counted(more, 'further reason')}" if more > 0 else ""
    )


def _lack(trial: Trial, rule: Rule) -> str:
    """Say what the log lacks for a rule; empty where it lacks nothing."""
    changes = trial.changes
    rows = np.arange(len(changes))
    if rule.kinds:
        rows = changes.rows_of(*rule.kinds)
        if not len(rows):
            return f"the log has no changes of kind {_either(rule.kinds)}"
    for unmet in _unmet(trial, rule, rows):
        return unmet
    return ""


def _unmet(trial: Trial, rule: Rule, rows: NDArray[np.int64]) -> Iterator[str]:
    """Name the conditions that no change of the right kind meets, each taken alone."""
    what = f"change of kind {_either(rule.kinds)}" if rule.kinds else "change"
    for name, allowed in rule.choices.items():
        if name in {"from_tier", "to_tier"} and any(trial.situation.groups.known):
            continue  # levels are known, so a group of this level would show if there were one
        if name == "record" and _types_known(trial):
            continue
        if not trial.chosen(name, allowed, rows).any():
            yield f"no {what} {_CHOICES[name]} {_either(tuple(word or 'none' for word in allowed))}"
    for column, patterns in rule.words.items():
        if not trial.truth(trial.changes.columns[column], patterns, rows).any():
            yield f"no {what} has {_value(_KEYS[column], patterns)}"
    for names, patterns in rule.attributes:
        if not trial.attribute(names, patterns, rows).any():
            yield f"no {what} has a value in a column like {_either(tuple(_texts(names)))}"
    if rule.answered is not None:
        answers = trial.situation.answered[rows]
        if not bool(np.any(answers == int(rule.answered))):
            known = bool(np.any(answers >= 0))
            yield (
                f"no {what} is {'answered' if rule.answered else 'left unanswered'}"
                if known
                else ("nothing tells who writes, so nobody knows of answers")
            )


def _types_known(trial: Trial) -> bool:
    """Whether a column tells requests from incidents, so that a request would show."""
    columns = trial.mapping.record_columns
    return columns is not None and any(True for _ in trial.attributes_called(columns))


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(map(show, words))


def _value(key: str, patterns: Patterns) -> str:
    """Say what a value was to be like: one of these texts, any, or empty."""
    found = tuple(_texts(patterns))
    wanted = [f"a {key} like {_either(found)}"] if found else []
    return " or ".join(wanted + [f"an empty {key}"] * patterns.none)


def _texts(patterns: Patterns) -> list[str]:
    """Write patterns as a mapping file has them."""
    found = sorted(patterns.words) + [f"/{one.pattern}/" for one in patterns.expressions]
    return found + ["*"] * patterns.any
