"""What `casemine flow` and refused flows speak of: soundness, and the ways of not being sound."""

from __future__ import annotations

from casemine.report.term import Term

_SOUNDNESS = (
    'W.M.P. van der Aalst and others, "Soundness of workflow nets: classification, decidability, '
    'and analysis", Formal Aspects of Computing 23 (2011), 333-363'
)

FLOW_TERMS = (
    Term(
        "soundness",
        "A flow is sound if from every situation the end can still be reached (option to "
        "complete), nothing is left over when it is (proper completion), and every part of it "
        "can happen (no dead parts). Only a sound flow says what a case should do.",
        source=_SOUNDNESS,
        also=("sound", "unsound", "option to complete", "proper completion"),
    ),
    Term(
        "deadlock",
        "A situation short of the end in which nothing can happen any more, mostly because a "
        "parallel gateway waits for a branch that was not taken.",
        source=_SOUNDNESS,
    ),
    Term(
        "cycle without exit",
        "Steps that can go on for ever, and nothing leads from them to the end.",
        source=_SOUNDNESS,
        also=("livelock",),
    ),
    Term(
        "left over",
        "The end of the flow is reached while something else is still going on.",
        source=_SOUNDNESS,
        also=("improper completion",),
    ),
    Term(
        "growth without limit",
        "A round that can be made again and again and leaves one more branch behind each time.",
        source='R.M. Karp, R.E. Miller, "Parallel program schemata", Journal of Computer and '
        "System Sciences 3 (1969), 147-195",
        also=("unbounded",),
    ),
    Term(
        "situation",
        "Where a case can stand in a flow: which steps are due, in each of its parallel branches. "
        "In a Petri net, a marking.",
        source=_SOUNDNESS,
        also=("marking", "1-safe", "state space"),
    ),
)
