"""Raw events to activities of a designed flow, by rules in a TOML file.

`read_mapping` and `shipped_mapping` make a mapping, `map_log` applies it, `choose_mapping` finds
the one that ships for the system a log comes from, `suggest` writes one for a log at hand.
"""

from casemine.mapping.apply import Mapped, map_log
from casemine.mapping.choose import choose_mapping
from casemine.mapping.readfile import read_mapping, shipped_mapping, shipped_names
from casemine.mapping.rules import FlowMapping
from casemine.mapping.suggest import suggest

__all__ = [
    "FlowMapping",
    "Mapped",
    "choose_mapping",
    "map_log",
    "read_mapping",
    "shipped_mapping",
    "shipped_names",
    "suggest",
]
