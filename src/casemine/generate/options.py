"""What can be chosen about a synthetic log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casemine.errors import UsageError, show
from casemine.generate.truth import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: tuple[Kind, ...] = get_args(Kind)
DEFAULT_RATES: Mapping[Kind, float] = MappingProxyType(
    {
        "skipped": 0.03,
        "inserted": 0.02,
        "swapped": 0.02,
        "repeated": 0.02,
        "ping-pong": 0.03,
        "late": 0.04,
    }
)


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """Everything that decides a synthetic log; equal options give equal bytes.

    Parameters
    ----------
    cases : int
        Records that come in during the period.
    seed : int
        Another seed gives another log of the same kind.
    start : datetime.date
        First day; a Monday gives whole weeks.
    weeks : int
        Length of the period. The log is cut at its end, so that late comers stay open.
    zone : str
        IANA zone of the desk, which works Monday to Friday from 08:00 to 18:00.
    scale : float
        Multiplies all working and waiting times, and the targets with them.
    rates : mapping of kind to float
        Share of all cases that get each kind of deviation; kinds left out get none. Fewer get it
        when too few cases have a place for it or the end of the log would hide it.
    mix : bool
        Let a case have several kinds of deviation.

    Raises
    ------
    UsageError
        A value that makes no sense, with what was expected.
    """

    cases: int = 1500
    seed: int = 1
    start: date = date(2025, 9, 1)
    weeks: int = 16
    zone: str = "Europe/Vienna"
    scale: float = 1.0
    rates: Mapping[Kind, float] = field(default_factory=lambda: DEFAULT_RATES)
    mix: bool = False

    def __post_init__(self) -> None:
        _require(self.cases >= 1, f"{self.cases} cases cannot be generated", "at least 1")
        _require(self.seed >= 0, f"seed {self.seed} is negative", "a whole number from 0")
        _require(
            1 <= self.weeks <= 520, f"{self.weeks} weeks is not a usable period", "1 to 520 weeks"
        )
        _require(
            1970 < self.start.year < 2400, f"start {self.start} is too far away", "1971 to 2399"
        )
        _require(0 < self.scale <= 100, f"scale {self.scale} is not usable", "above 0 up to 100")
        for kind, rate in self.rates.items():
            _require(
                kind in KINDS,
                f"{show(kind)} is not a kind of deviation",
                f"one of {', '.join(KINDS)}",
            )
            _require(0 <= rate <= 1, f"rate {rate} of {kind} is not a share", "0 to 1")
        total = sum(self.rates.values())
        _require(
            self.mix or total <= 1,
            f"the rates add up to {total:g} and each case gets one kind at most",
            "rates that add up to 1, or mix kinds in a case",
        )
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise UsageError(
                f"{show(self.zone)} is not a time zone",
                mend="expected an IANA name such as Europe/Vienna",
                code="unknown-zone",
            ) from error


def _require(holds: bool, message: str, expected: str) -> None:
    if not holds:
        raise UsageError(message, mend=f"expected {expected}", code="bad-option")
