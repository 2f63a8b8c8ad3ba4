"""Block-structured BPMN, written as a file and read again, against the words of its blocks."""

from __future__ import annotations

import tempfile
from itertools import combinations, product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.read.flows import read_flow
from flow_files import bpmn
from flow_language import language

LONGEST = 5
FURTHER = LONGEST + 5  # an interrupted word is the beginning of a longer one


def trees(children):
    pair = st.tuples(children, children)
    return st.one_of(
        st.tuples(st.sampled_from(["seq", "xor", "and", "or", "loop", "sub", "timer"]), pair),
        st.tuples(st.just("skip"), children),
    )


BLOCKS = st.recursive(st.sampled_from("ABC"), trees, max_leaves=4)
SMALL = st.recursive(st.sampled_from("ABC"), trees, max_leaves=2)


def shuffles(first, second):
    if not first or not second:
        return {first + second}
    rest = {first[0] + word for word in shuffles(first[1:], second)}
    return rest | {second[0] + word for word in shuffles(first, second[1:])}


def mixed(one, other):
    return {w for a, b in product(one, other) if len(a + b) <= FURTHER for w in shuffles(a, b)}


def joined(one, other):
    return {a + b for a, b in product(one, other) if len(a + b) <= FURTHER}


def words(block):
    if isinstance(block, str):
        return {block}
    kind, parts = block
    if kind == "skip":
        return words(parts) | {""}
    one, other = map(words, parts)
    match kind:
        case "seq" | "sub":
            return joined(one, other)
        case "xor":
            return one | other
        case "and":
            return mixed(one, other)
        case "or":
            return one | other | mixed(one, other)
        case "loop":
            found = step = one
            while step:
                step = joined(joined(step, other), one) - found
                found = found | step
            return found
        case "timer":  # the second block when the first is interrupted
            begun = {word[:n] for word in one for n in range(len(word) + 1)}
            return one | joined(begun, other)
    raise AssertionError(kind)


class Writer:
    """Writes a block between two flows."""

    def __init__(self):
        self.number = 0

    def new(self, prefix):
        self.number += 1
        return f"{prefix}{self.number}"

    def flow(self, source, target):
        return f'<sequenceFlow id="{self.new("f")}" sourceRef="{source}" targetRef="{target}"/>'

    def block(self, block):
        """Give the first node, the last node and the text of a block."""
        if isinstance(block, str):
            id_ = self.new(block)
            return id_, id_, f'<task id="{id_}" name="{block}"/>'
        kind, parts = block
        if kind == "skip":
            first, last, text = self.block(parts)
            return self.between("exclusiveGateway", [(first, last, text), None])
        one, other = map(self.block, parts)
        match kind:
            case "seq":
                return one[0], other[1], one[2] + other[2] + self.flow(one[1], other[0])
            case "xor":
                return self.between("exclusiveGateway", [one, other])
            case "and":
                return self.between("parallelGateway", [one, other])
            case "or":
                return self.between("inclusiveGateway", [one, other])
            case "loop":
                begin, end = self.new("g"), self.new("g")
                gates = "".join(f'<exclusiveGateway id="{id_}"/>' for id_ in (begin, end))
                lines = [(begin, one[0]), (one[1], end), (end, other[0]), (other[1], begin)]
                return begin, end, gates + one[2] + other[2] + self.flows(lines)
            case "sub":
                sub, text = self.sub(one)
                return sub, other[1], text + other[2] + self.flow(sub, other[0])
            case "timer":
                sub, text = self.sub(one)
                event, end = self.new("b"), self.new("g")
                text += (
                    f'<boundaryEvent id="{event}" attachedToRef="{sub}"><timerEventDefinition/>'
                    f'</boundaryEvent><exclusiveGateway id="{end}"/>'
                )
                lines = [(sub, end), (event, other[0]), (other[1], end)]
                return sub, end, text + other[2] + self.flows(lines)
        raise AssertionError(kind)

    def sub(self, inner):
        sub, start, end = self.new("s"), self.new("e"), self.new("e")
        content = f'<startEvent id="{start}"/><endEvent id="{end}"/>{inner[2]}' + self.flows(
            [(start, inner[0]), (inner[1], end)]
        )
        return sub, f'<subProcess id="{sub}">{content}</subProcess>'

    def between(self, kind, blocks):
        begin, end = self.new("g"), self.new("g")
        text = f'<{kind} id="{begin}"/><{kind} id="{end}"/>'
        for block in blocks:
            if block is None:
                text += self.flow(begin, end)
            else:
                text += block[2] + self.flows([(begin, block[0]), (block[1], end)])
        return begin, end, text

    def flows(self, pairs):
        return "".join(self.flow(*pair) for pair in pairs)


def written(block):
    writer = Writer()
    first, last, text = writer.block(block)
    return bpmn(
        f'<startEvent id="start"/><endEvent id="end"/>{text}'
        + writer.flows([("start", first), (last, "end")])
    )


def read_text(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.bpmn"
        path.write_text(text, encoding="utf-8")
        return read_flow(path)


@settings(max_examples=25, deadline=None)
@given(BLOCKS)
def test_the_language_of_a_file_is_that_of_its_blocks(block):
    net = read_text(written(block)).net

    found = {"".join(word) for word in language(net, LONGEST)}

    assert found == {word for word in words(block) if len(word) <= LONGEST}


@settings(max_examples=8, deadline=None)
@given(st.lists(SMALL, min_size=2, max_size=3))
def test_parallel_paths_that_end_on_their_own_end_the_process_together(blocks):
    writer = Writer()
    text = '<startEvent id="start"/><parallelGateway id="split"/>' + writer.flow("start", "split")
    expected = {""}
    for block in blocks:
        first, last, inner = writer.block(block)
        end = writer.new("end")
        text += inner + f'<endEvent id="{end}"/>' + writer.flows([("split", first), (last, end)])
        expected = mixed(expected, words(block))

    found = {"".join(word) for word in language(read_text(bpmn(text)).net, LONGEST)}

    assert found == {word for word in expected if len(word) <= LONGEST}


@settings(max_examples=8, deadline=None)
@given(st.lists(SMALL, min_size=2, max_size=3))
def test_inclusive_paths_may_end_on_their_own(blocks):
    writer = Writer()
    text = '<startEvent id="start"/><inclusiveGateway id="split"/>' + writer.flow("start", "split")
    for block in blocks:
        first, last, inner = writer.block(block)
        end = writer.new("end")
        text += inner + f'<endEvent id="{end}"/>' + writer.flows([("split", first), (last, end)])
    expected = set()
    for size in range(1, len(blocks) + 1):
        for chosen in combinations(blocks, size):
            together = {""}
            for block in chosen:
                together = mixed(together, words(block))
            expected |= together

    found = {"".join(word) for word in language(read_text(bpmn(text)).net, LONGEST)}

    assert found == {word for word in expected if len(word) <= LONGEST}
