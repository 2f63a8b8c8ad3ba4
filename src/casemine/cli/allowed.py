"""The options that say what a check allows: limits, thresholds, the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from casemine.cli.checking import BASELINE
from casemine.cli.design import NONE
from casemine.cli.frame import Choice, Option
from casemine.cli.values import Share
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.conform.verdict.judge import Thresholds
    from casemine.model.verdict import FailOn

VERDICT = "Verdict"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the options said."""

    limits: tuple[str, ...]
    min_fitness: float | None
    min_fitting: float | None
    baseline: str | None
    fail_on: str
    worse_by: float
    by_the_letter: bool

    def thresholds(self) -> Thresholds:
        """Make what a verdict is made by."""
        from casemine.conform.verdict.judge import Thresholds

        return Thresholds(
            limits=parse_limits(self.limits),
            min_fitness=self.min_fitness,
            min_fitting=self.min_fitting,
            fail_on=cast("FailOn", self.fail_on),
            worse_by=self.worse_by,
            strict=self.by_the_letter,
        )

    def known(self) -> str | None:
        """Name the baseline: the one asked for, else the one that is there."""
        if self.baseline is None:
            return BASELINE if Path(BASELINE).is_file() else None
        return None if self.baseline == NONE else self.baseline


def verdict_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the verdict; hand over `allowed`."""

    @wraps(function)
    def wrapper(**kwargs: Any) -> Any:
        names = tuple(Allowed.__dataclass_fields__)
        allowed = Allowed(**{name: kwargs.pop(name) for name in names})
        return function(allowed=allowed, **kwargs)

    decorated: Callable[..., Any] = wrapper
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def parse_limits(texts: tuple[str, ...]) -> dict[str, float]:
    """Read `CM001=5%` and `CM001:Notify user=3%`.

    Examples
    --------
    >>> parse_limits(("CM001=5%", "CM001:Notify user=0.03"))
    {'CM001': 0.05, 'CM001:Notify user': 0.03}
    """
    found = {}
    for text in texts:
        name, sign, share = text.rpartition("=")
        if not sign or not name.strip():
            raise UsageError(
                f"--limit: {show(text)} is not a limit",
                mend="expected one such as CM001=5% or 'CM001:Notify user=3%'",
                code="bad-limit",
            )
        try:
            found[name.strip()] = Share().convert(share, None, None)
        except click.BadParameter as error:
            raise UsageError(f"--limit: {error.message}", code="bad-limit") from error
    return found


def _option(*names: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=Option, section=VERDICT, **kwargs)


_OPTIONS = (
    _option(
        "--limit",
        "limits",
        multiple=True,
        metavar="RULE[:STEP]=SHARE",
        help="Share of cases that is allowed, such as CM001=5%, or '*=2%' for the rest; may be"
        " repeated.",
    ),
    _option(
        "--min-fitness",
        type=Share(),
        metavar="SHARE",
        help="Fail if the fitness of the log is lower.",
    ),
    _option(
        "--min-fitting",
        type=Share(),
        metavar="SHARE",
        help="Fail if a smaller share of the cases follows the design.",
    ),
    _option(
        "--baseline",
        metavar="FILE",
        help=f"What is known and accepted; default: {BASELINE} if it is there; none for none.",
    ),
    _option(
        "--fail-on",
        type=Choice(["new", "any", "never"]),
        default="new",
        show_default=True,
        help="Fail for what is new or worse, for any finding, or never.",
    ),
    _option(
        "--worse-by",
        type=Share(),
        default="0.5%",
        show_default=True,
        metavar="SHARE",
        help="How much larger than in the baseline a share may be.",
    ),
    _option(
        "--strict",
        "by_the_letter",
        is_flag=True,
        help="Compare fewer than 30 cases too, and take limits by the letter.",
    ),
)
