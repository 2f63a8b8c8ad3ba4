"""Targets: by when a record must be handed over and resolved, by its priority.

The clock runs from the end of `Log record`. It counts the desk's working hours, around the clock
for priority 1, and stands still while a user is asked for information.
"""

from __future__ import annotations

import numpy as np

HAND_OVER = frozenset({"A13"})
RESOLVE = frozenset({"A12", "A22", "A41", "A83"})

# seconds on that clock, by priority from 1 - Critical to 4 - Low
HAND_OVER_S = np.array([1800, 2 * 3600, 8 * 3600, 16 * 3600], np.int64)
RESOLVE_S = np.array([4 * 3600, 10 * 3600, 30 * 3600, 60 * 3600], np.int64)
