"""Pictures: process maps, Petri nets, BPMN and process trees as SVG, written by casemine itself.

Layout engines only give coordinates (`layout.py`); what stands on the sheet is decided here.
"""

from __future__ import annotations

from casemine.draw.bpmn import draw_bpmn, layout_bpmn
from casemine.draw.conformancemap import draw_conformance_map
from casemine.draw.designed import draw_designed_flow
from casemine.draw.layout import EngineState, probe_engines
from casemine.draw.page import Picture
from casemine.draw.petri import draw_petri
from casemine.draw.png import to_png
from casemine.draw.processmap import draw_map
from casemine.draw.tree import draw_tree

__all__ = [
    "EngineState",
    "Picture",
    "draw_bpmn",
    "draw_conformance_map",
    "draw_designed_flow",
    "draw_map",
    "draw_petri",
    "draw_tree",
    "layout_bpmn",
    "probe_engines",
    "to_png",
]
