import warnings
from itertools import pairwise

import pytest

from casemine.discover import discover_petri
from casemine.discover.convert import net_from_pm4py
from casemine.errors import InputError
from casemine.log import parse_log, variants_of
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.read.models import read_model
from casemine.write.models import to_pnml

NODES = '<place id="p"/><transition id="t"/><place id="q"/>'
INHIBITOR = '<arc id="a" source="p" target="t"><arctype><text>inhibitor</text></arctype></arc>'
ARCS = '<arc id="a" source="p" target="t"/><arc id="b" source="t" target="q"/>'


def net_of(text):
    return discover_petri(variants_of(parse_log(text)))


@pytest.fixture
def read(tmp_path):
    def reader(text, name="net.pnml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_model(path)

    return reader


def page(inner, after=""):
    return f'<pnml>\n<net id="n" type="x">\n<page id="g">{inner}</page>{after}</net></pnml>'


def test_pm4py_reads_the_same_net(tmp_path):
    import pm4py

    net = net_of("A B C; A C B; A D; A B B")
    path = tmp_path / "net.pnml"
    path.write_text(to_pnml(net), encoding="utf-8")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = net_from_pm4py(*pm4py.read_pnml(str(path)))

    assert (theirs.transitions, theirs.arcs) == (net.transitions, net.arcs)
    assert (theirs.initial, theirs.final) == (net.initial, net.final)


def test_what_pm4py_writes_is_read(tmp_path):
    import pm4py

    from casemine.discover.canonical import canonical

    net = net_of("A B C; A C B; A D; A B B")
    ours = tmp_path / "ours.pnml"
    ours.write_text(to_pnml(net), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pm4py.write_pnml(*pm4py.read_pnml(str(ours)), str(tmp_path / "theirs.pnml"))

    again = canonical(read_model(tmp_path / "theirs.pnml"))

    assert (again.transitions, again.arcs) == (net.transitions, net.arcs)
    assert (again.initial, again.final) == (net.initial, net.final)


def test_names_and_ids_that_xml_does_not_like_survive(read):
    labels = ['<b>&"', "line\nbreak", " edge ", "日本\U0001f600", "\n\tindented", "a\rb"]
    transitions = tuple(Transition(f"t {n}", label) for n, label in enumerate(labels))
    arcs = tuple(Arc("1 p", t.id, weight=n + 1) for n, t in enumerate(transitions))
    net = PetriNet(("1 p",), transitions, arcs, {"1 p": 3}, {}, name="a <net>")

    text = to_pnml(net)
    again = read(text)

    assert [t.label for t in again.transitions] == labels
    assert [arc.weight for arc in again.arcs] == [1, 2, 3, 4, 5, 6]
    assert (again.name, list(again.initial.values()), again.final) == ("a <net>", [3], {})
    assert text.endswith("\n")


def test_control_characters_are_written_as_escapes(read):
    net = PetriNet(("p",), (Transition("t", "a\x07\x00b\ufffe"),), (Arc("p", "t"),), {"p": 1})

    assert read(to_pnml(net)).transitions[0].label == r"a\x07\x00b\ufffe"


def test_the_dialects_of_other_tools_are_read(read):
    text = """<?xml version="1.0" encoding="UTF-16"?>
    <pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">
      <net id="net" type="http://www.pnml.org/version-2009/grammar/ptnet">
        <name><text>orders</text></name>
        <!-- no page at this level -->
        <place id="p"><initialMarking><value>Default,1</value></initialMarking></place>
        <page id="one"><page id="two">
          <place id="q"/>
          <referencePlace id="r" ref="p"/>
          <transition id="t"><name><text>
              Send order
            </text></name></transition>
          <transition id="u"/>
          <transition id="v"><toolspecific tool="StochasticPetriNet" version="0.2">
            <property key="invisible">true</property></toolspecific></transition>
          <arc id="a1" source="r" target="t"><inscription><text>2</text></inscription></arc>
          <arc id="a2" source="t" target="q"><arctype><text>normal</text></arctype></arc>
          <arc id="a3" source="p" target="t"><type value="normal"/></arc>
        </page></page>
      </net>
    </pnml>"""

    net = read(text.encode("utf-16"), name="net.xml")

    assert net.name == "orders"
    assert net.places == ("p", "q")
    assert [t.label for t in net.transitions] == ["Send order", "u", None]
    assert net.arcs == (Arc("p", "t", 3), Arc("t", "q"))
    assert (net.initial, net.final) == ({"p": 1}, None)


def test_prom_writes_empty_places_into_the_final_marking(read):
    final = (
        '<finalmarkings><marking><place idref="p"><text>0</text></place>'
        '<place idref="q"><text>1</text></place></marking></finalmarkings>'
    )

    assert read(page(NODES + ARCS, final)).final == {"q": 1}


BROKEN = [
    ("<pnml><net", "the XML is broken", 1),
    ("<pnml/>", "there are 0 nets in the file, not one", 1),
    ('<pnml>\n<net id="a"/><net id="b"/></pnml>', "there are 2 nets in the file, not one", 1),
    (page('<place id="p"/>'), "the net has no transitions", 2),
    (page(NODES + "\n<place/>"), "<place> has no 'id' attribute", 4),
    (page(NODES + '\n<transition id="p"/>'), "'p' is used twice, first in line 3", 4),
    (page(NODES + '\n<arc id="a" source="p" target="x"/>'), "<arc> refers to 'x'", 4),
    (page(NODES + '\n<arc id="a" source="p"/>'), "<arc> has no 'target' attribute", 4),
    (page(NODES + '\n<arc id="a" source="p" target="q"/>'), "'a' connects two places", 4),
    (
        page(NODES + '<referencePlace id="r" ref="r"/>\n<arc id="a" source="r" target="t"/>'),
        "<arc> refers to 'r'",
        4,
    ),
    (
        page(NODES + "\n" + INHIBITOR),
        "'a' is of type 'inhibitor'",
        4,
    ),
    (
        page(
            '<transition id="t"/>\n'
            '<place id="p"><initialMarking><text>-1</text></initialMarking></place>'
        ),
        "'-1' in <initialMarking> is not a whole number of at least 0",
        4,
    ),
    (
        page(
            NODES + '\n<arc source="p" target="t"><inscription><text>0</text></inscription></arc>'
        ),
        "'0' in <inscription> is not a whole number of at least 1",
        4,
    ),
    (
        page(NODES, '\n<finalmarkings><marking><place idref="x"/></marking></finalmarkings>'),
        "the final marking names 'x', which is no place",
        4,
    ),
    (page(NODES, "\n<finalmarkings><marking/><marking/></finalmarkings>"), "2 final markings", 4),
    (
        '<pnml>\n<net id="n" type="http://www.pnml.org/version-2009/grammar/highlevelnet"/></pnml>',
        "not a place/transition net",
        2,
    ),
]


@pytest.mark.parametrize(("text", "message", "row"), BROKEN)
def test_a_broken_net_is_an_error_with_its_line(read, text, message, row):
    with pytest.raises(InputError) as error:
        read(text)

    assert message in error.value.message
    assert (error.value.where.row, error.value.exit_code) == (row, 3)


BOMB = '<!ENTITY a "boom">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghi")
)
HOSTILE = [
    f'<!DOCTYPE pnml [{BOMB}]><pnml><net id="n"><name><text>&i;</text></name></net></pnml>',
    f'<!DOCTYPE pnml [{BOMB}]><pnml><net id="&i;"/></pnml>',
    '<!DOCTYPE pnml [<!ENTITY x SYSTEM "file:///etc/passwd">]><pnml><net id="n">&x;</net></pnml>',
    '<!DOCTYPE pnml SYSTEM "http://127.0.0.1:9/x.dtd"><pnml/>',
    "<!DOCTYPE pnml><pnml/>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_document_types_are_refused(read, text):
    with pytest.raises(InputError, match="the XML has a document type"):
        read(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty, so it is no model"),
        (b"case,activity\n1,A\n", "the file begins with 'case,activity\\\\n1,A\\\\n'"),
        (b"<log/>", "the file is an event log, not a model"),
        (b"<html></html>", "<html> begins no model"),
        (b"\x1f\x8b\x08\x00\xff", "the file is not text, so it is no model"),
        (b"<\xff\xfe>", "the XML is broken"),
    ],
)
def test_a_file_that_is_no_model_is_an_error(read, content, message):
    with pytest.raises(InputError, match=message):
        read(content, name="some.pnml")


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="the file can't be read: No such file or directory"):
        read_model(tmp_path / "none.pnml")


def test_a_huge_file_is_not_read(read, monkeypatch):
    monkeypatch.setattr("casemine.read.models.LARGEST", 10)

    with pytest.raises(InputError, match="the file is larger than"):
        read(page(NODES))
