"""The templates that rules are made of: their keys, what each key takes, what each demands.

Names and meanings of the control-flow templates are those of Declare (M. Pesic, H. Schonenberg,
W.M.P. van der Aalst, "DECLARE: Full support for loosely-structured processes", EDOC 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Takes = Literal[
    "steps",  # an activity or several, or "*"
    "count",  # a whole number
    "limit",  # a length of time, or one for each priority
    "calendar",  # the name of a calendar, or one for each priority
    "condition",  # as in --where, or a table of columns and words
    "column",  # a role of [attributes], or the name of a column
    "columns",
    "words",  # what a column may hold
    "pauses",  # a list of tables with begins and ignoring
    "share",  # a number from 0 to 1
    "levels",  # names, and the words for each
    "table",  # levels of columns, split by blanks, to a priority
    "rule",  # the id of another rule
    "choice",
    "truth",
]
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "each": ("first", "every"),
        "until": ("first", "last"),
        "which": ("first", "last"),
        "priority_at": ("moment", "first", "last"),
    }
)


@dataclass(frozen=True, slots=True)
class Template:
    """What a check of this kind says, and the keys it takes."""

    says: str
    keys: Mapping[str, Takes]
    required: tuple[str, ...]


_CLOCK: dict[str, Takes] = {
    "calendar": "calendar",
    "pause": "pauses",
    "priority_at": "choice",
}
_ONE: dict[str, Takes] = {"step": "steps", "step_when": "condition"}
_TWO: dict[str, Takes] = {
    "first": "steps",
    "second": "steps",
    "first_when": "condition",
    "second_when": "condition",
}


def _one(says: str, **more: Takes) -> Template:
    return Template(says, {**_ONE, **more}, ("step", *more))


def _two(says: str) -> Template:
    return Template(says, _TWO, ("first", "second"))


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "existence": Template(
            "the case has it, at least so often", {**_ONE, "at_least": "count"}, ("step",)
        ),
        "absence": Template(
            "the case does not have it, or at most so often",
            {**_ONE, "at_most": "count"},
            ("step",),
        ),
        "exactly": _one("the case has it exactly so often", times="count"),
        "init": _one("the case begins with it"),
        "end": _one("the case ends with it"),
        "choice": _two("the case has one of both, or both"),
        "exclusive_choice": _two("the case has one of both, not both"),
        "responded_existence": _two("if the case has first, it has second, before or after"),
        "co_existence": _two("the case has both or none"),
        "not_co_existence": _two("the case does not have both"),
        "not_responded_existence": _two("if the case has first, it does not have second"),
        "response": _two("after each first, second comes at some time"),
        "precedence": _two("each second has a first somewhere before it"),
        "succession": _two("response and precedence"),
        "alternate_response": _two("after each first, second comes before the next first"),
        "alternate_precedence": _two("each second has a first before it, and no second between"),
        "alternate_succession": _two("alternate response and alternate precedence"),
        "chain_response": _two("right after each first comes second"),
        "chain_precedence": _two("right before each second comes first"),
        "chain_succession": _two("chain response and chain precedence"),
        "not_response": _two("after first, second never comes"),
        "not_precedence": _two("second has no first before it"),
        "not_chain_response": _two("right after first, second does not come"),
        "not_chain_precedence": _two("right before second, first does not stand"),
        "absence_between": Template(
            "between first and the next second, step does not happen",
            {"first": "steps", "second": "steps", "step": "steps"},
            ("first", "second", "step"),
        ),
        "within": Template(
            "second comes within a time after first",
            {
                **_TWO,
                **_CLOCK,
                "within": "limit",
                "unless": "steps",
                "each": "choice",
                "until": "choice",
                "only_if_done": "truth",
            },
            ("first", "second", "within"),
        ),
        "apart": Template(
            "second comes not sooner, or not later, than a time after first",
            {
                **_TWO,
                **_CLOCK,
                "at_least": "limit",
                "at_most": "limit",
                "which": "choice",
                "unless": "steps",
            },
            ("first", "second"),
        ),
        "rhythm": Template(
            "from first to second, no more than a time passes without step",
            {**_CLOCK, "first": "steps", "second": "steps", "step": "steps", "at_most": "limit"},
            ("first", "second", "step", "at_most"),
        ),
        "near": Template(
            "each first has a second within a time before or after it",
            {**_TWO, "within": "limit"},
            ("first", "second", "within"),
        ),
        "share_of_time": Template(
            "at most this share of the time of a case lies between step and the event after it",
            {"step": "steps", "ignoring": "steps", "at_most": "share", "calendar": "calendar"},
            ("step", "at_most"),
        ),
        "not_lowered_late": Template(
            "no priority with a longer target is set when little of the target is left",
            {
                **_CLOCK,
                "first": "steps",
                "second": "steps",
                "within": "limit",
                "left": "share",
            },
            ("first", "second", "within", "left"),
        ),
        "after_breach": Template(
            "when another rule's target is missed, second has happened or comes within a time",
            {"rule": "rule", "second": "steps", "within": "limit", "calendar": "calendar"},
            ("rule", "second", "within"),
        ),
        "same": Template(
            "at each second, a column holds what it held at the last first before it",
            {**_TWO, "column": "column"},
            ("first", "second", "column"),
        ),
        "different": Template(
            "at each second, a column holds something else than at the last first before it",
            {**_TWO, "column": "column"},
            ("first", "second", "column"),
        ),
        "one_of": Template(
            "at each step, a column holds one of these words",
            {**_ONE, "column": "column", "words": "words"},
            ("step", "column", "words"),
        ),
        "none_of": Template(
            "at each step, a column holds none of these words",
            {**_ONE, "column": "column", "words": "words"},
            ("step", "column", "words"),
        ),
        "filled": Template(
            "at each step, a column is filled",
            {**_ONE, "column": "column"},
            ("step", "column"),
        ),
        "constant": Template(
            "from first to the last second, a column keeps its value",
            {"first": "steps", "second": "steps", "column": "column"},
            ("first", "second", "column"),
        ),
        "derived": Template(
            "at each step, one column follows from others by a table",
            {
                **_ONE,
                "column": "column",
                "columns": "columns",
                "levels": "levels",
                "table": "table",
            },
            ("step", "column", "columns", "levels", "table"),
        ),
        "not_after": Template(
            "at each step, a time in a column is not later than the event",
            {**_ONE, "column": "column"},
            ("step", "column"),
        ),
        "no_return": Template(
            "a column does not go from one value to another and back",
            {"column": "column"},
            ("column",),
        ),
        "pattern": Template(
            "of cases alike within a time, when there are so many, one has step",
            {
                **_ONE,
                "columns": "columns",
                "at_least": "count",
                "window": "limit",
            },
            ("step", "columns", "at_least", "window"),
        ),
        "no_repeat": Template(
            "no case alike begins within a time after second",
            {"second": "steps", "columns": "columns", "window": "limit"},
            ("second", "columns", "window"),
        ),
    }
)
COMMON: Mapping[str, Takes] = MappingProxyType(
    {
        "where": "condition",
        "with": "steps",
        "without": "steps",
        "if_seen": "steps",
        "broken_if_seen": "steps",
    }
)
