"""The account of a mapping: what became of every raw event, and which group is which tier.

Every event of the raw log is counted once: `mapped` + `ignored` + `unmapped` = `events`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleUse:
    """One rule of a mapping and how many changes it took; one that gives nothing ignores them."""

    name: str
    gives: tuple[str, ...]
    changes: int

    @property
    def ignores(self) -> bool:
        """Whether what the rule takes leaves the log."""
        return not self.gives


@dataclass(frozen=True, slots=True)
class UnmappedEvents:
    """Events alike that no rule took; they stay in the log under their raw name."""

    activity: str
    kind: str | None  # None in a log without kinds of changes
    to: str | None  # the new status; None where something else changed
    events: int
    cases: int
    row: int  # of the first one


@dataclass(frozen=True, slots=True)
class GroupTier:
    """A group that holds cases, and the tier that it counts as."""

    group: str
    tier: str
    known: bool  # False: the mapping has no word for it, so it counts as first level
    events: int


@dataclass(frozen=True, slots=True)
class ActivityCount:
    """An activity of the designed flow in the mapped log."""

    activity: str
    events: int
    cases: int


@dataclass(frozen=True, slots=True)
class StepSource:
    """Whether a mapping can give one activity of the flow with the log at hand, and from what."""

    activity: str
    words: tuple[str, ...]  # what can give it, one entry per rule
    able: bool
    why: str  # why it cannot be given; empty where it can
    events: int  # that it has in the mapped log
    occasional: bool = False  # done without a trace at times, so that its absence says nothing


@dataclass(frozen=True, slots=True)
class MappingAccount:
    """What a mapping made of a log."""

    mapping: str  # name of a shipped one, or the file
    flow: str
    events: int  # of the raw log
    cases: int
    mapped: int  # raw events that gave at least one activity
    ignored: int  # raw events that rules took out
    unmapped: int  # raw events that stay under their raw name
    events_out: int
    cases_emptied: int  # cases all of whose events were ignored
    rules: tuple[RuleUse, ...]  # in the order in which they are tried
    left: tuple[UnmappedEvents, ...]  # most frequent first
    groups: tuple[GroupTier, ...]  # most frequent first
    activities: tuple[ActivityCount, ...]  # that the mapping can give, in the order of the flow
    out_of_reach: tuple[str, ...]  # activities of the flow that no rule gives

    @property
    def unknown_groups(self) -> tuple[GroupTier, ...]:
        """Groups that count as first level only because nothing is known of them."""
        return tuple(group for group in self.groups if not group.known)
