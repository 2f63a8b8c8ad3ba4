"""Damaged flow files: an input error or a flow, and never anything else."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.errors import InputError
from casemine.read.flows import read_flow
from flow_files import bpmn, flows, nodes

INNER = nodes("start is,or ig,B,C,or ij,end ie") + flows("is>ig>B>ij>ie ig>C>ij", "i")
WHOLE = bpmn(
    '<laneSet id="ls"><lane id="l" name="L"><flowNodeRef>A</flowNodeRef></lane></laneSet>'
    + nodes("start s,A,and g,and j,D,xor x,end e,end f")
    + f'<subProcess id="p" name="P"><standardLoopCharacteristics/>{INNER}</subProcess>'
    + '<boundaryEvent id="b" attachedToRef="p" cancelActivity="false">'
    + "<timerEventDefinition/></boundaryEvent>"
    + '<intermediateCatchEvent id="c"><messageEventDefinition/></intermediateCatchEvent>'
    + '<endEvent id="t"><terminateEventDefinition/></endEvent>'
    + flows("s>A>g>p>j>x>e g>D>j b>c>f x>t")
)
NET = """<pnml><net id="n" type="x"><page id="g"><name><text>N</text></name>
<place id="p"><initialMarking><text>1</text></initialMarking></place><place id="q"/>
<transition id="t"><name><text>A</text></name></transition><referencePlace id="r" ref="q"/>
<arc id="a" source="p" target="t"><inscription><text>1</text></inscription></arc>
<arc id="b" source="t" target="r"/></page>
<finalmarkings><marking><place idref="q"><text>1</text></place></marking></finalmarkings>
</net></pnml>"""
IDS = ["A", "B", "g", "p", "ig", "ij", "e", "is", "s", "b", "zz", "", "q", "t", "2", "-1", "true"]


@st.composite
def damaged(draw):
    text = draw(st.sampled_from([WHOLE, WHOLE, NET]))
    for _ in range(draw(st.integers(1, 3))):
        elements = list(re.finditer(r"<[^<>]*>", text))
        values = list(re.finditer(r'(?<==")[^"]*(?=")', text))
        match draw(st.sampled_from(["value", "value", "element", "twice", "span", "swap"])):
            case "value":
                found = draw(st.sampled_from(values))
                text = text[: found.start()] + draw(st.sampled_from(IDS)) + text[found.end() :]
            case "element":
                found = draw(st.sampled_from(elements))
                text = text[: found.start()] + text[found.end() :]
            case "twice":
                found = draw(st.sampled_from(elements))
                text = text[: found.end()] + found.group() + text[found.end() :]
            case "span":
                begin = draw(st.integers(0, len(text) - 1))
                text = text[:begin] + text[begin + draw(st.integers(1, 40)) :]
            case "swap":
                one, other = (draw(st.sampled_from(elements)) for _ in range(2))
                text = text.replace(one.group(), other.group(), 1)
        if not re.search(r'<[^<>]*="[^"]*"', text):
            break
    return text


@settings(max_examples=80, deadline=None)
@given(damaged())
def test_a_damaged_file_is_refused_or_read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.xml"
        path.write_text(text, encoding="utf-8")
        flow = None
        with suppress(InputError):
            flow = read_flow(path)
        if flow is not None:
            ids = {*flow.net.places, *(t.id for t in flow.net.transitions)}
            assert {arc.source for arc in flow.net.arcs} <= ids
            assert {arc.target for arc in flow.net.arcs} <= ids
            assert flow.net.final is not None
            assert flow.elements
