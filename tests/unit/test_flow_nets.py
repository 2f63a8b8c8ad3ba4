"""Petri nets of other tools as designed flows: names, markings, arcs, and what is refused."""

from itertools import pairwise

import pytest

from casemine.errors import AmbiguousError, InputError
from casemine.read.flows import read_flow
from flow_language import spelled


@pytest.fixture
def read(tmp_path):
    def reader(text, **options):
        path = tmp_path / "flow.pnml"
        path.write_text(text, encoding="utf-8")
        return read_flow(path, **options)

    return reader


def place(id_, tokens="", more=""):
    marking = f"<initialMarking><text>{tokens}</text></initialMarking>" if tokens else ""
    return f'<place id="{id_}">{marking}{more}</place>'


def step(id_, name=None, more=""):
    label = "" if name is None else f"<name><text>{name}</text></name>"
    return f'<transition id="{id_}">{label}{more}</transition>\n'


def arcs(text, inside=""):
    pairs = [pair for chain in text.split() for pair in pairwise(chain.split(">"))]
    return "".join(
        f'<arc id="a{n}" source="{s}" target="{t}">{inside}</arc>' for n, (s, t) in enumerate(pairs)
    )


def net(inner, *, page=True, more="", type_="http://www.pnml.org/version-2009/grammar/ptnet"):
    inner = f'<page id="page">{inner}</page>' if page else inner
    return f'<pnml>\n<net id="n" type="{type_}">{inner}{more}</net></pnml>'


def finals(*markings):
    text = "".join(
        "<marking>"
        + "".join(f'<place idref="{p}"><text>{n}</text></place>' for p, n in one.items())
        + "</marking>"
        for one in markings
    )
    return f"<finalmarkings>{text}</finalmarkings>"


ONE = place("p", "1") + step("t", "A") + place("q") + arcs("p>t>q")
SILENT_NAMES = [
    *("tau", "TAU", "τ", "tau_1", "tau 3", "skip_1", "tauSplit_2", "tauJoin_3", "init_loop_4"),
    *("loop_5", "inv_12", "tau from tree 3", "$invisible$", "silent", "invisible_3"),
]


def test_a_net_is_read_with_its_labels_and_lines(read):
    flow = read(net(ONE))

    assert spelled(flow.net) == ["A"]
    assert [(e.id, e.name, e.kind, e.line) for e in flow.elements] == [("t", "A", "transition", 2)]
    assert flow.element_of == {"t": "t"}


@pytest.mark.parametrize("page", [True, False])
def test_nodes_may_stand_on_pages_or_not(read, page):
    assert spelled(read(net(ONE, page=page)).net) == ["A"]


def test_a_file_may_begin_with_the_net_itself(read):
    assert spelled(read(f'<net id="n">{ONE}</net>').net) == ["A"]


def test_references_between_pages_are_followed(read):
    far = place("q") + step("u", "B") + place("r") + arcs("q>u>r").replace('id="a', 'id="b')
    near = place("p", "1") + step("t", "A") + '<referencePlace id="x" ref="q"/>' + arcs("p>t>x")
    assert spelled(read(net(near + f'<page id="far">{far}</page>')).net) == ["AB"]


@pytest.mark.parametrize("name", SILENT_NAMES)
def test_names_that_tools_give_to_silent_steps_are_silent_and_said(read, name):
    inner = place("p", "1") + step("t", name) + place("q") + step("u", "A") + place("r")
    flow = read(net(inner + arcs("p>t>q>u>r")))

    assert spelled(flow.net) == ["A"]
    assert any(name in remark for remark in flow.remarks)


@pytest.mark.parametrize("name", ["Skip the check", "loop in the manager", "Tau Ceti", "Invoice"])
def test_names_that_only_resemble_them_are_visible(read, name):
    assert read(net(ONE.replace(">A<", f">{name}<"))).activities == (name,)


def test_marks_of_tools_make_transitions_silent(read):
    prom = '<toolspecific tool="ProM" version="6.4" activity="$invisible$"/>'
    stochastic = '<toolspecific tool="S"><property key="invisible">true</property></toolspecific>'
    inner = place("p", "1") + step("t", "t", prom) + place("q") + step("u", "u", stochastic)
    inner += place("r") + step("v", "A") + place("s") + arcs("p>t>q>u>r>v>s")
    assert spelled(read(net(inner)).net) == ["A"]


def test_an_empty_name_is_silent_and_no_name_is_the_id(read):
    inner = place("p", "1") + step("t", "") + place("q") + step("B") + place("r")
    flow = read(net(inner + arcs("p>t>q>B>r")))

    assert spelled(flow.net) == ["B"]
    assert any("called by their ids: 'B'" in remark for remark in flow.remarks)


def test_lifecycle_states_in_names_are_kept_and_said(read):
    flow = read(net(ONE.replace(">A<", ">A+complete<")))

    assert flow.activities == ("A+complete",)
    assert any("lifecycle state" in remark for remark in flow.remarks)


def test_values_in_the_form_of_pipe_are_read(read):
    text = net(
        '<place id="p"><initialMarking><value>Default,1</value></initialMarking>'
        "<capacity><value>0</value></capacity></place>"
        '<transition id="t"><name><value>A</value></name><timed><value>false</value></timed>'
        '</transition><place id="q"/>'
        + arcs("p>t>q", '<inscription><value>Default,1</value></inscription><type value="normal"/>')
    )
    assert spelled(read(text).net) == ["A"]


def test_weights_of_arcs_count(read):
    inner = place("p", "1") + step("t", "A") + place("q") + step("u", "B") + place("r")
    text = arcs("p>t") + '<arc id="x" source="t" target="q"><inscription><text>2</text>'
    text += '</inscription></arc><arc id="y" source="q" target="u"/>'
    text += '<arc id="z" source="u" target="r"/>'
    assert spelled(read(net(inner + text, more=finals({"r": 2}))).net) == ["ABB"]


def test_without_an_initial_marking_the_only_source_begins(read):
    flow = read(net(ONE.replace("<initialMarking><text>1</text></initialMarking>", "")))

    assert flow.net.initial == {"p": 1}
    assert "without an initial marking: a case begins at 'p'" in flow.remarks


def test_without_an_initial_marking_and_several_sources_nothing_is_guessed(read):
    inner = place("p") + place("q") + step("t", "A") + place("r") + arcs("p>t>r q>t")
    with pytest.raises(AmbiguousError, match=r"2 places that nothing leads to \('p', 'q'\)"):
        read(net(inner))


def test_without_a_final_marking_the_only_sink_ends(read):
    flow = read(net(ONE))

    assert flow.net.final == {"q": 1}
    assert any("ends with one token at 'q'" in remark for remark in flow.remarks)


def test_without_a_sink_the_only_marking_that_stops_ends(read):
    inner = place("p", "1") + step("t", "A") + place("q") + step("u", "B") + place("w", "1")
    flow = read(net(inner + arcs("p>t>q>u w>u")))

    assert spelled(flow.net) == ["AB"]
    assert flow.net.final == {}


def test_two_sinks_that_are_marked_together_are_the_final_marking(read):
    inner = place("p", "1") + step("t", "A") + place("q") + place("r")
    flow = read(net(inner + arcs("p>t>q t>r")))

    assert flow.net.final == {"q": 1, "r": 1}
    assert spelled(flow.net) == ["A"]


def test_two_sinks_that_are_alternatives_are_two_ways_to_end(read):
    inner = place("p", "1") + step("t", "A") + step("u", "B") + place("q") + place("r")
    flow = read(net(inner + arcs("p>t>q p>u>r")))

    assert spelled(flow.net) == ["A", "B"]
    assert "without a final marking: a case ends with one token at one of 'q', 'r'" in flow.remarks


def test_two_sinks_that_leave_tokens_behind_are_refused(read):
    inner = place("p", "1") + step("t", "A") + step("u", "B") + place("q") + place("r") + place("w")
    with pytest.raises(AmbiguousError, match="no final marking, and there are 3 places") as caught:
        read(net(inner + arcs("p>t>q p>u>r u>w")))

    assert "it can stop in 2 markings" in caught.value.message


def test_a_net_that_never_stops_has_no_final_marking(read):
    with pytest.raises(AmbiguousError, match="some step can always happen"):
        read(net(place("p", "1") + step("t", "A") + arcs("p>t>p")))


def test_several_final_markings_all_count(read):
    inner = place("p", "1") + step("t", "A") + step("u", "B") + place("q") + place("r")
    flow = read(net(inner + arcs("p>t>q p>u>r"), more=finals({"q": 1}, {"r": 1})))

    assert spelled(flow.net) == ["A", "B"]
    assert any("2 final markings" in remark for remark in flow.remarks)


def test_a_final_marking_of_zeros_was_not_set(read):
    flow = read(net(ONE, more=finals({"p": 0, "q": 0})))

    assert flow.net.final == {"q": 1}


def test_final_markings_may_stand_on_the_page(read):
    assert read(net(ONE + finals({"q": 1}))).net.final == {"q": 1}


@pytest.mark.parametrize("kind", ["inhibitor", "reset", "test", "read"])
def test_arcs_that_are_no_plain_arcs_are_refused_by_id(read, kind):
    strange = f'<arc id="x" source="q" target="t"><arctype><text>{kind}</text></arctype></arc>'
    with pytest.raises(InputError, match=f"the arc 'x' from 'q' to 't' is of type '{kind}'"):
        read(net(ONE + strange))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (net(ONE + place("p")), "the id 'p' is used twice, first in line 2"),
        (net(ONE + '<arc id="x" source="p" target="z"/>'), "<arc> 'x' refers to 'z'"),
        (net(ONE + '<arc id="x" source="p" target="q"/>'), "connects two places"),
        (net(ONE.replace("<text>1<", "<text>red<")), "'red' in <initialMarking>"),
        (net(ONE.replace("<text>1<", "<text>256<")), "'p' begins with 256 tokens, and the limit"),
        (net("".join(step(f"t{n}", "A") for n in range(5_001))), "has 5,001 transitions, and the"),
        (net(ONE.replace("<text>1<", f"<text>{'9' * 5000}<")), "is not a whole number"),
        (net(ONE, type_="http://www.pnml.org/version-2009/grammar/highlevelnet"), "of type"),
        (net(ONE, more=finals({"z": 1})), "<place> '' refers to 'z'"),
        (net(ONE.replace(">A<", ">tau<")), "no transition of the net is visible"),
    ],
)
def test_broken_nets_say_what_is_wrong(read, text, said):
    with pytest.raises(InputError) as caught:
        read(text)

    assert said in caught.value.message
    assert caught.value.where.row is not None


def test_capacities_that_keep_nothing_back_are_read(read):
    limit = "<capacity><value>1</value></capacity>"
    inner = place("p", "1", limit) + step("t", "A") + place("q", more=limit) + arcs("p>t>q")
    assert spelled(read(net(inner)).net) == ["A"]


def test_capacities_that_keep_steps_back_are_refused(read):
    limit = "<capacity><value>1</value></capacity>"
    inner = place("p", "2") + step("t", "A") + place("q", more=limit) + arcs("p>t>q")
    with pytest.raises(InputError, match="the place 'q' has a capacity of 1"):
        read(net(inner))


def test_of_several_nets_one_is_chosen(read):
    second = net(ONE.replace(">A<", ">B<")).replace('"n"', '"m"')
    text = net(ONE).replace("</pnml>", "") + second.removeprefix("<pnml>")

    with pytest.raises(AmbiguousError, match="2 nets in the file"):
        read(text)
    assert spelled(read(text, process="m").net) == ["B"]
    with pytest.raises(InputError, match="no net is called 'x'"):
        read(text, process="x")


def test_a_net_that_another_tool_writes_has_the_same_language(read, tmp_path):
    import warnings

    import pm4py

    text = net(place("p", "1") + step("t", "A") + step("u", "B") + place("q") + arcs("p>t>q>u>p"))
    flow = read(text.replace("</net>", finals({"q": 1}) + "</net>"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pm4py.write_pnml(*pm4py.read_pnml(str(tmp_path / "flow.pnml")), str(tmp_path / "b.pnml"))

    assert (
        spelled(read_flow(tmp_path / "b.pnml").net, 5)
        == spelled(flow.net, 5)
        == [
            "A",
            "ABA",
            "ABABA",
        ]
    )
