"""Whether a flow can always end, and properly: the verdict, and a trace that shows each fault."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the state space says."""

    SOUND = "sound"
    UNSOUND = "unsound"
    UNDECIDED = "not decided"


class FaultKind(StrEnum):
    """Ways in which a flow is not sound."""

    UNBOUNDED = "unbounded"  # going round adds tokens without limit
    DEADLOCK = "deadlock"  # it stops before the end
    LIVELOCK = "livelock"  # it goes round for ever, without a way to the end
    LEFT_OVER = "left over"  # the end is reached while something else is still going on
    DEAD = "dead"  # a part that no run can reach
    CROWDED = "crowded"  # a part that can go on twice at a time: sound, though seldom meant


REMEDIES = {
    FaultKind.DEADLOCK: "join with the kind of gateway that split: exclusive ways (X) meet in an "
    "exclusive gateway, parallel ones (+) in a parallel gateway",
    FaultKind.LIVELOCK: "give the loop a way out: one of its gateways needs a flow that leads "
    "towards the end",
    FaultKind.LEFT_OVER: "join parallel ways in a parallel gateway (+) before the end, so that "
    "nothing goes on behind it",
    FaultKind.UNBOUNDED: "a way back into a loop must not leave a parallel branch behind: join all "
    "branches inside the loop before it goes round",
    FaultKind.CROWDED: "where this is not meant: join parallel ways in a parallel gateway (+), not "
    "in an exclusive one",
    FaultKind.DEAD: "lead a flow to it that can be taken, or take it out of the drawing",
}


@dataclass(frozen=True, slots=True)
class Blamed:
    """An element of the flow that a fault is about, as far as the file tells."""

    id: str
    name: str = ""
    kind: str = "transition"  # as the file calls it: task, exclusiveGateway, ...
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which the flow is not sound, shown by a shortest run."""

    kind: FaultKind
    what: str  # one sentence without the trace
    trace: tuple[str, ...]  # activities of a run that leads there: as few as possible
    elements: tuple[Blamed, ...] = ()
    again: tuple[str, ...] = ()  # activities that then go round: unbounded and livelock
    markings: int = 1  # how many situations show it

    @property
    def remedy(self) -> str:
        """What to do about it, in general."""
        return REMEDIES[self.kind]

    @property
    def sentence(self) -> str:
        """The fault with the trace that leads there."""
        if self.kind is FaultKind.DEAD:
            return self.what
        after = "after " + ", ".join(self.trace) if self.trace else "at the start"
        return f"{after}: {self.what}"


@dataclass(frozen=True, slots=True)
class Soundness:
    """The verdict on a flow, and what was seen of its state space.

    Sound means: from whatever can be reached the end can be reached (option to complete), nothing
    is left when it is (proper completion), and every part can happen (no dead transition).
    """

    verdict: Verdict
    faults: tuple[Fault, ...]  # the gravest first
    markings: int  # situations that were seen
    arcs: int  # steps between them
    explored: bool  # whether these are all there are
    bound: int | None  # most tokens in one place of those; None where they grow without limit
    can_end: bool  # whether some run reaches the end, as far as was seen
    doubts: tuple[Fault, ...] = ()  # what is sound, and seldom meant
    shrunk: bool = False  # the flow was too large: seen is a smaller net with the same verdict

    @property
    def sound(self) -> bool:
        """Whether it is proved sound."""
        return self.verdict is Verdict.SOUND

    @property
    def safe(self) -> bool:
        """Whether no place ever holds more than one token; proved only where all was explored."""
        return self.explored and self.bound is not None and self.bound <= 1
