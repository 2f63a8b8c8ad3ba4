"""What the words of `casemine bottlenecks` mean: waits, working time, open cases, load, rework."""

from __future__ import annotations

from casemine.report.term import Term

_KAPLAN_MEIER = (
    'E.L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 '
    "(1958), 457-481"
)
_LITTLE = (
    'J.D.C. Little, "A proof for the queuing formula L = lambda W", Operations Research 9 (1961), '
    "383-387"
)
_ZOU_DONNER = (
    'G.Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general '
    'approach", Statistics in Medicine 27 (2008), 1693-1702'
)
WAIT_TERMS = (
    Term(
        "share of waiting",
        "How much of all the time that cases wait passes in waits of one kind. Waits of open cases "
        "count up to the end of the log.",
        formula="total of the waits of a kind / total of all waits",
        source="casemine, docs/bottlenecks.md",
        also=("of all", "of worked", "bottleneck", "bottlenecks"),
    ),
    Term(
        "working time",
        "Time that counts by a calendar: instants at which the clock on the wall, in the zone of "
        "the calendar, shows an hour that counts. Night shifts have their real length when the "
        "clocks change. It is written in hours, as days of work differ in length.",
        source="casemine, docs/bottlenecks.md",
        also=("calendar", "worked", "working hours", "business hours", "24x7"),
    ),
    Term(
        "open case",
        "A case without an activity that ends cases: those that --open-unless names, Close record "
        "and Cancel record, or what customarily ends the cases of the log.",
        source="casemine, docs/bottlenecks.md",
        also=("still open", "open unless"),
    ),
    Term(
        "survival estimate",
        "Median and p90 of spans of which some are not over yet: these count as lasting at least "
        "as long as they have lasted.",
        formula="share that lasts longer than t = product over lengths up to t of 1 - ended / at "
        "risk",
        source=_KAPLAN_MEIER,
        also=("kaplan meier", "estimate", "censored waits"),
    ),
    Term(
        "hand-over",
        "A case goes from one group to another. The wait after it lasts until the next event.",
        source="casemine, docs/bottlenecks.md",
        also=("handover", "hand over"),
    ),
    Term(
        "ping-pong",
        "A case comes back to a group that had passed it on: its groups, in order, hold A, B, A. "
        "The time away is from leaving A to coming back.",
        source="casemine, docs/bottlenecks.md",
        also=("away", "pingpong"),
    ),
    Term(
        "extra time",
        "How much longer cases with something take than comparable ones without it: the difference "
        "of the medians, with its 95 % interval. No proof of a cause.",
        source=_ZOU_DONNER,
        also=("comparable cases",),
    ),
    Term(
        "mean queue",
        "How many cases are with a group, on average over time. It equals arrivals per time x mean "
        "length of a visit, as visits are cut off where the log ends.",
        formula="sum of the lengths of all visits / length of the log",
        source=_LITTLE,
        also=("queue", "little's law", "arrivals", "completions", "load", "visit"),
    ),
    Term(
        "capacity",
        "Completions per hour of a person at work, as the log shows it: what was done, not the "
        "limit of what could be. A person is at work in an hour in which an event bears the name.",
        source="casemine, docs/bottlenecks.md",
        also=("people at work",),
    ),
)
