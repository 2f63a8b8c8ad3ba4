"""Pictures: process maps, Petri nets, BPMN and process trees as SVG, written by casemine itself.

Layout engines only give coordinates (`layout.py`); what stands on the sheet is decided here.
"""

from __future__ import annotations

from casemine.draw.layout import EngineState, probe_engines
from casemine.draw.page import Picture
from casemine.draw.processmap import draw_map

__all__ = ["EngineState", "Picture", "draw_map", "probe_engines"]
