"""Drawings without any structure, against a token game that knows nothing of Petri nets."""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casemine.errors import InputError
from casemine.read.flows import read_flow
from casemine.read.flows.bpmn import UNDECIDED
from flow_files import KINDS, bpmn
from flow_language import language

LONGEST = 4
MOST = 3_000  # situations that the token game looks at


@st.composite
def drawings(draw):
    """Draw a start, some nodes, some ends, and flows that mostly lead onward."""
    steps = st.sampled_from(["A", "B", "xor", "and", "or", "and"])
    inner = draw(st.lists(steps, min_size=2, max_size=5))
    ends = [draw(st.sampled_from(["end", "end", "stop"])) for _ in range(draw(st.integers(1, 2)))]
    kinds = ["start", *inner, *ends]
    flows = set()
    for target in range(1, len(kinds)):
        sources = min(target, len(kinds) - len(ends))
        flows.add((draw(st.integers(0, sources - 1)), target))
    for source in range(len(kinds) - len(ends)):
        if not any(flow[0] == source for flow in flows):
            flows.add((source, draw(st.integers(source + 1, len(kinds) - 1))))
    for _ in range(draw(st.integers(0, 2))):
        source = draw(st.integers(0, len(kinds) - len(ends) - 1))
        flows.add((source, draw(st.integers(1, len(kinds) - 1))))
    return kinds, sorted(flow for flow in flows if flow[0] != flow[1])


def written(kinds, flows):
    text = []
    for number, kind in enumerate(kinds):
        if kind == "stop":
            text.append(f'<endEvent id="n{number}"><terminateEventDefinition/></endEvent>')
        elif kind in KINDS:
            text.append(f'<{KINDS[kind]} id="n{number}"/>')
        else:
            text.append(f'<task id="n{number}" name="{kind}"/>')
    for number, (source, target) in enumerate(flows):
        text.append(f'<sequenceFlow id="f{number}" sourceRef="n{source}" targetRef="n{target}"/>')
    return bpmn("".join(text))


class TokenGame:
    """BPMN's rules for tokens on sequence flows, word by word from its specification."""

    def __init__(self, kinds, flows):
        self.kinds = kinds
        self.into = [[f for f, (_, t) in enumerate(flows) if t == n] for n in range(len(kinds))]
        self.out = [[f for f, (s, _) in enumerate(flows) if s == n] for n in range(len(kinds))]
        self.flows = flows

    def leads_to(self, flow, aim, without):
        """Whether a path of flows from this one ends with the other and passes not the node."""
        found, waiting = {flow}, [flow]
        while waiting:
            one = waiting.pop()
            if one == aim:
                return True
            node = self.flows[one][1]
            if node != without:
                for other in self.out[node]:
                    if other not in found:
                        found.add(other)
                        waiting.append(other)
        return False

    def inclusive_may_fire(self, node, tokens):
        here = [f for f in self.into[node] if tokens[f]]
        missing = [f for f in self.into[node] if not tokens[f]]
        if not here:
            return False
        return all(
            any(self.leads_to(flow, f, node) for f in here)
            for flow in tokens
            if tokens[flow] and any(self.leads_to(flow, f, node) for f in missing)
        )

    def moves(self, tokens):
        """Yield the label or None, and the tokens after it."""
        for node, kind in enumerate(self.kinds):
            into, out = self.into[node], self.out[node]
            if kind in {"and", "or"} and len(into) > 1:
                if kind == "and":
                    takings = [into] if all(tokens[f] for f in into) else []
                else:
                    may = self.inclusive_may_fire(node, tokens)
                    takings = [[f for f in into if tokens[f]]] if may else []
            else:
                takings = [[f] for f in into if tokens[f]]
            for taking in takings:
                left = +(tokens - Counter(taking))
                if kind == "stop":
                    yield None, Counter()
                elif kind == "xor":
                    for f in out:
                        yield None, left + Counter([f])
                elif kind == "or":
                    for size in range(1, len(out) + 1):
                        for chosen in combinations(out, size):
                            yield None, left + Counter(chosen)
                else:
                    label = kind if kind in {"A", "B"} else None
                    yield label, left + Counter(out)

    def words(self):
        """All words of at most `LONGEST` steps; None where there are too many situations."""
        key = frozenset
        begin = Counter(self.out[0])
        level = {"": {key(begin.items()): begin}}
        found, seen = set(), 0
        for length in range(LONGEST + 1):
            following = {}
            for word, situations in level.items():
                waiting = list(situations.values())
                while waiting:
                    tokens = waiting.pop()
                    seen += 1
                    if seen > MOST or sum(tokens.values()) > 9:
                        return None
                    if not tokens:
                        found.add(word)
                    for label, after in self.moves(tokens):
                        where = (
                            situations if label is None else following.setdefault(word + label, {})
                        )
                        name = key(after.items())
                        if name not in where:
                            where[name] = after
                            if label is None:
                                waiting.append(after)
            level = following if length < LONGEST else {}
        return found


@settings(max_examples=50, deadline=None)
@given(drawings())
def test_a_drawing_has_the_words_of_the_token_game(drawing):
    kinds, flows = drawing
    expected = TokenGame(kinds, flows).words()
    assume(expected is not None)
    assume(any(kind in {"A", "B"} for kind in kinds))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.bpmn"
        path.write_text(written(kinds, flows), encoding="utf-8")
        try:
            flow = read_flow(path)
        except InputError as error:
            assert error.code in {"flow-unbounded", "flow-too-large"}  # noqa: PT017
            return
    if UNDECIDED in flow.remarks:
        return  # a net that is not sound says nothing

    try:
        found = {"".join(word) for word in language(flow.net, LONGEST, most=300)}
    except OverflowError:
        return

    assert found == expected
