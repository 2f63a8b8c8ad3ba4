"""Models from what a log's variants say: trees, nets and diagrams, and the choice of what to show.

The miners are pm4py's, fed with variants and counts, never with the events themselves.
"""

from casemine.discover.bpmn import discover_bpmn
from casemine.discover.miners import MINERS, Miner, discover_petri, discover_tree, unmodelled
from casemine.discover.simplify import activities_for_share, activities_with_cases, simplify

__all__ = [
    "MINERS",
    "Miner",
    "activities_for_share",
    "activities_with_cases",
    "discover_bpmn",
    "discover_petri",
    "discover_tree",
    "simplify",
    "unmodelled",
]
