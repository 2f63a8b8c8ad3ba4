"""Which cases are over: by activities that were named, those of the designed flow, or by custom."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from casemine.errors import UsageError, show
from casemine.log.arrays import to_numpy
from casemine.log.openness import open_cases
from casemine.log.quality.bounds import closing_of
from casemine.log.quality.sight import Sight
from casemine.model.yasm import YASM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

CLOSING = (YASM["A74"], YASM["A90"])


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """Which cases are over at the end of the log, in its order, and what counted as the end."""

    over: NDArray[np.bool_]
    words: str  # names of activities, or of a status
    known: bool  # False: nothing tells, and every case counts as over


def ending_of(log: EventLog, open_unless: Sequence[str] = ()) -> Ending:
    """Say which cases are over.

    Parameters
    ----------
    open_unless : sequence of str, optional
        Activities after which a case is over. By default `Close record` and `Cancel record` where
        the log has them, else what customarily ends the cases of this log.

    Raises
    ------
    UsageError
        The log has no such activity; near ones are named.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> ending_of(parse_log("New Close; New"), ["Close"]).over.tolist()
    [True, False]
    """
    names = log.codes().activities
    for name in open_unless:
        if name not in names:
            close = get_close_matches(name, names, 3, 0.5) or sorted(names)[:8]
            raise UsageError(
                f"the log has no activity {show(name)}",
                mend=f"did you mean {' or '.join(map(show, close))}?",
                code="no-such-activity",
            )
    closing = tuple(open_unless) or tuple(name for name in CLOSING if name in names)
    if closing:
        found = open_cases(log, closing=closing)
        return Ending(found.over, " or ".join(map(show, closing)), known=True)
    sight = Sight(log)
    customary = closing_of(sight) if sight.cases else "the log is empty"
    if isinstance(customary, str):
        return Ending(np.ones(sight.cases, np.bool_), customary, known=False)
    return Ending(customary.over, customary.words, known=True)


def over_in(other: EventLog, log: EventLog, over: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which cases of another log are over, by their ids; cases that are only there are.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> over_in(parse_log("A; B; C"), parse_log("A; B"), np.array([False, True])).tolist()
    [False, True, True]
    """
    place = pc.fill_null(pc.index_in(Sight(other).case_ids, value_set=Sight(log).case_ids), -1)
    found: NDArray[np.bool_] = np.append(over, np.True_)[to_numpy(place)]
    return found
