"""Soundness of a designed flow, with a run to each fault.

What stands where: `deciding` gives the verdict, `statespace` walks through the situations of a
net, `shrinking` makes a large net smaller, `blame` finds the element behind a fault.
"""

from __future__ import annotations

from casemine.conform.soundness.deciding import check_soundness, require_sound

__all__ = ["check_soundness", "require_sound"]
