"""Quality of models against a log: fitness, precision, generalisation, simplicity.

What stands where: `measures` defines them, `precision` holds the two ways to measure precision,
`playing` plays prefixes of traces on the net.
"""

from __future__ import annotations

from casemine.conform.quality.measures import quality, simplicity

__all__ = ["quality", "simplicity"]
