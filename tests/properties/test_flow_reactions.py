"""Blocks with interruptions, parallel ends and events beside them: what is read is sound."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.conform.soundness import check_soundness
from casemine.errors import InputError
from casemine.model.soundness import Verdict
from casemine.read.flows import read_flow
from flow_files import bpmn

STOP = "<terminateEventDefinition/>"
LOOP = "<standardLoopCharacteristics/>"
PLAIN = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}


class RandomProcess:
    """Writes a random process of blocks; each block has one way in and one way out."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.number = 0

    def text(self):
        first, last, text = self.block(self.random.choice([2, 2, 3]))
        return bpmn(self.within(first, last, text))

    def new(self, prefix):
        self.number += 1
        return f"{prefix}{self.number}"

    def flows(self, *pairs):
        return "".join(
            f'<sequenceFlow id="{self.new("f")}" sourceRef="{s}" targetRef="{t}"/>'
            for s, t in pairs
        )

    def within(self, first, last, text):
        """Put a block between a start and an end event."""
        start, end = self.new("e"), self.new("e")
        nodes = f'<startEvent id="{start}"/><endEvent id="{end}"/>'
        return nodes + text + self.flows((start, first), (last, end))

    def block(self, depth):
        """Give the first node, the last node and the text of a block."""
        if depth == 0 or self.random.random() < 0.2:
            id_ = self.new("T")
            return id_, id_, f'<task id="{id_}">{self.random.choice(["", LOOP])}</task>'
        kinds = [
            "seq",
            "loop",
            "step",
            "sub",
            "interrupted",
            "beside",
            "joined",
            "reaction",
            "ends",
        ]
        kind = self.random.choice([*PLAIN, *kinds])
        one, other = self.block(depth - 1), self.block(depth - 1)
        both = one[2] + other[2]
        if kind == "seq":
            return one[0], other[1], both + self.flows((one[1], other[0]))
        if kind in PLAIN or kind == "loop":
            begin, end = self.new("g"), self.new("g")
            gateway = PLAIN.get(kind, "exclusiveGateway")
            both += f'<{gateway} id="{begin}"/><{gateway} id="{end}"/>'
            after = [(end, other[0]), (other[1], begin)]
            if kind != "loop":
                after = [(begin, other[0]), (other[1], end)]
            return begin, end, both + self.flows((begin, one[0]), (one[1], end), *after)
        if kind == "step":
            host = self.new("T")
            return self.watched(host, f'<task id="{host}"/>', other, interrupting=True)
        return self.sub_process(kind, one, other)

    def sub_process(self, kind, one, other):
        content = self.within(*one)
        if kind == "reaction":
            start, end = self.new("e"), self.new("e")
            interrupting = self.random.choice(["true", "false"])
            content += (
                f'<subProcess id="{self.new("p")}" triggeredByEvent="true">'
                f'<startEvent id="{start}" isInterrupting="{interrupting}"/>'
                f'<endEvent id="{end}"/>{other[2]}'
                + self.flows((start, other[0]), (other[1], end))
                + "</subProcess>"
            )
        if kind == "ends":
            start, split = self.new("e"), self.new("g")
            ends = [self.new("e"), self.new("e")]
            content = (
                f'<startEvent id="{start}"/><parallelGateway id="{split}"/>{one[2]}{other[2]}'
                f'<endEvent id="{ends[0]}"/>'
                f'<endEvent id="{ends[1]}">{self.random.choice([STOP, ""])}</endEvent>'
                + self.flows((start, split), (split, one[0]), (split, other[0]))
                + self.flows((one[1], ends[0]), (other[1], ends[1]))
            )
        id_ = self.new("s")
        text = f'<subProcess id="{id_}">{self.random.choice(["", LOOP])}{content}</subProcess>'
        if kind == "interrupted":
            return self.watched(id_, text, other, interrupting=True)
        if kind in {"beside", "joined"}:
            return self.watched(id_, text, other, interrupting=False, joined=kind == "joined")
        return id_, id_, text

    def watched(self, host, text, handler, *, interrupting, joined=True):
        """Hang a boundary event on an activity; its path joins the main one or ends."""
        event, last = self.new("b"), self.new("g")
        gateway = "exclusiveGateway" if interrupting else "inclusiveGateway"
        cancels = "true" if interrupting else "false"
        text += f'<boundaryEvent id="{event}" attachedToRef="{host}" cancelActivity="{cancels}"/>'
        text += handler[2] + f'<{gateway if joined else "endEvent"} id="{last}"/>'
        text += self.flows((event, handler[0]), (handler[1], last))
        if joined:
            return host, last, text + self.flows((host, last))
        return host, host, text


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000_000))
def test_processes_of_blocks_with_reactions_are_sound(seed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.bpmn"
        path.write_text(RandomProcess(seed).text(), encoding="utf-8")
        try:
            flow = read_flow(path)
        except InputError as error:
            assert error.code == "flow-too-large", error  # noqa: PT017
            return

    verdict = check_soundness(flow, budget=3_000).verdict

    assert verdict in {Verdict.SOUND, Verdict.UNDECIDED}
