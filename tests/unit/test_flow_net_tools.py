"""Petri nets with what single tools add: operators of WoPeD, colours of PIPE, marks of ProM 5."""

from itertools import pairwise

import pytest

from casemine.errors import InputError
from casemine.read.flows import read_flow
from flow_language import spelled


@pytest.fixture
def read(tmp_path):
    def reader(inner):
        path = tmp_path / "flow.pnml"
        path.write_text(f'<pnml>\n<net id="n" type="x">{inner}</net></pnml>', encoding="utf-8")
        return read_flow(path)

    return reader


def places(ids, more=""):
    first, *others = ids.split()
    marked = f'<place id="{first}"><initialMarking><text>1</text></initialMarking></place>'
    return marked + "".join(f'<place id="{id_}">{more}</place>' for id_ in others)


def mark(tool, inner):
    return f'<toolspecific tool="{tool}" version="1.0">{inner}</toolspecific>'


def step(id_, name, inner=""):
    return f'<transition id="{id_}"><name><text>{name}</text></name>{inner}</transition>'


def operator(kind, of, name, id_=None):
    return step(id_ or of, name, mark("WoPeD", f'<operator id="{of}" type="{kind}"/>'))


def arcs(text):
    pairs = [pair for chain in text.split() for pair in pairwise(chain.split(">"))]
    return "".join(f'<arc id="a{n}" source="{s}" target="{t}"/>' for n, (s, t) in enumerate(pairs))


WAYS = "p>t>q>b>u>w>z t>r>c>v>w"


@pytest.mark.parametrize(
    ("split", "join", "words"),
    [(101, 102, ["ABCD", "ACBD"]), (104, 105, ["ABD", "ACD"])],
)
def test_a_single_transition_is_the_operator_that_it_is_marked_as(read, split, join, words):
    drawn = places("p q r u v z") + operator(split, "t", "A") + operator(join, "w", "D")
    flow = read(drawn + step("b", "B") + step("c", "C") + arcs(WAYS))

    assert spelled(flow.net) == words
    assert [element.id for element in flow.elements] == ["t", "w", "b", "c"]
    assert {element.id for element in flow.elements} == set(flow.element_of.values())


def test_an_operator_that_is_written_as_one_transition_for_each_way_is_read_as_it_stands(read):
    drawn = places("p q r") + operator(104, "t", "A", "t1") + operator(104, "t", "A", "t2")
    drawn += step("b", "B") + step("c", "C") + "<place id='z'/>"
    flow = read(drawn + arcs("p>t1>q>b>z p>t2>r>c>z"))

    assert spelled(flow.net) == ["AB", "AC"]


def test_an_operator_with_a_middle_is_one_step(read):
    middle = mark("WoPeD", '<operator id="t" type="106"/>')
    drawn = places("p q r z") + f'<place id="m">{middle}</place>'
    drawn += "".join(operator(106, "t", "T", f"t{number}") for number in range(1, 5))
    drawn += step("a", "A") + step("b", "B")
    flow = read(drawn + arcs("p>a>q>t1>m>t3>z p>b>r>t2>m>t4>z"))

    assert spelled(flow.net) == ["AT", "BT"]
    assert "operators of WoPeD that both join and split are one step each: 'T'" in flow.remarks


def test_an_exclusive_operator_that_joins_and_splits_takes_any_pair_of_ways(read):
    drawn = places("p q r y z") + step("a", "A") + step("b", "B") + operator(106, "t", "T")
    drawn += step("c", "C") + step("d", "D") + "<place id='end'/>"
    flow = read(drawn + arcs("p>a>q>t>y>c>end p>b>r>t>z>d>end"))

    assert spelled(flow.net) == ["ATC", "ATD", "BTC", "BTD"]


def test_an_operator_whose_ways_are_not_told_is_refused(read):
    drawn = places("p q r z") + operator(103, "t", "A") + step("b", "B") + step("c", "C")
    with pytest.raises(InputError, match="'t' is an operator of type '103'") as caught:
        read(drawn + arcs("p>t>q>b>z t>r>c>z"))

    assert caught.value.where.row == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('<page id="sub"><net><place id="x"/></net></page>', "<net> 'sub' brings in a net inside"),
        ('<instance id="i" ref="m"/>', "<instance> 'i' brings in an instance of a module"),
        ('<place id="k"><initmark><text>1`3</text></initmark></place>', "<place> 'k' has a <initm"),
    ],
)
def test_what_would_be_missed_is_refused(read, more, said):
    with pytest.raises(InputError) as caught:
        read(places("p q") + step("t", "A") + arcs("p>t>q") + more)

    assert said in caught.value.message
    assert caught.value.where.row == 2


def counted(tokens, weight="1"):
    marked = f'<place id="p"><initialMarking><value>{tokens}</value></initialMarking></place>'
    arc = f'<arc id="a" source="p" target="t"><inscription><value>{weight}</value></inscription>'
    return marked + '<place id="q"/>' + step("t", "A") + arc + "</arc>" + arcs("t>q")


@pytest.mark.parametrize(
    ("tokens", "weight"),
    [("Default,1", "Default,1"), ("Default,1,Red,0", "Default,1,Red,0"), ("1.0", "1.0")],
)
def test_numbers_in_the_forms_of_tools_are_read(read, tokens, weight):
    flow = read(counted(tokens, weight))

    assert flow.net.initial == {"p": 1}
    assert spelled(flow.net) == ["A"]


@pytest.mark.parametrize("tokens", ["Default,1,Red,2", "red", "1.5", "1,5", "Default,1,Red"])
def test_tokens_of_several_colours_and_broken_numbers_are_refused(read, tokens):
    with pytest.raises(InputError, match="is not a whole number"):
        read(counted(tokens))


def event(name, kind):
    inner = f"<logevent><name>{name}</name><type>{kind}</type></logevent>"
    return mark("ProM", inner)


def test_log_events_of_prom_5_are_the_steps(read):
    drawn = places("p q r") + step("t", "Check\\ncomplete", event("Check", "complete"))
    flow = read(drawn + step("u", "routing") + arcs("p>t>q>u>r"))

    assert [transition.label for transition in flow.net.transitions] == ["Check", None]


def test_log_events_of_several_types_keep_them(read):
    drawn = places("p q r") + step("t", "x", event("Check", "start"))
    flow = read(drawn + step("u", "y", event("Check", "complete")) + arcs("p>t>q>u>r"))

    labels = [transition.label for transition in flow.net.transitions]
    assert labels == ["Check+start", "Check+complete"]


def test_transitions_that_are_marked_as_silent_leave_no_event(read):
    drawn = places("p q r") + step("t", "A") + step("u", "B", "<silent>true</silent>")

    assert spelled(read(drawn + arcs("p>t>q>u>r")).net) == ["A"]
