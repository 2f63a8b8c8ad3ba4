"""Files that are no designed flow, or broken ones: what is said about them, and where."""

import pytest

from casemine.errors import InputError, UsageError
from casemine.read.flows import read_flow, shipped_flow
from flow_files import HEAD, bpmn, flows, nodes

PLAIN = nodes("start s,A,end e")


@pytest.fixture
def refuse(tmp_path):
    def refused(text, **options):
        path = tmp_path / "flow.bpmn"
        if isinstance(text, str):
            text = (text if text.lstrip().startswith("<?") else bpmn(text)).encode()
        path.write_bytes(text)
        with pytest.raises(InputError) as caught:
            read_flow(path, **options)
        return caught.value

    return refused


def sub(id_, inner, attributes="", tag="subProcess"):
    return f'<{tag} id="{id_}" name="Sub" {attributes}>{inner}</{tag}>'


def test_a_flow_that_leads_nowhere_names_itself_and_its_line(refuse):
    error = refuse(PLAIN + flows("s>A>e") + '\n<sequenceFlow id="x" sourceRef="A"/>')

    assert error.message == "the sequence flow 'x' leads nowhere: it has no targetRef"
    assert error.where.row == 8


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        ('sourceRef="A" targetRef="Z"', "leads to 'Z', which doesn't exist"),
        ('sourceRef="Z" targetRef="A"', "starts at 'Z', which doesn't exist"),
        ('sourceRef="A" targetRef="d"', "leads to 'd', which is no node of it"),
    ],
)
def test_flows_are_joined_to_nodes_at_both_ends(refuse, flow, said):
    drawn = PLAIN + flows("s>A>e") + f'<dataObject id="d"/><sequenceFlow id="x" {flow}/>'

    assert said in refuse(drawn).message


def test_a_flow_into_another_pool_is_refused(refuse):
    other = '<process id="Q"><task id="Z" name="Z"/></process>'
    text = bpmn(PLAIN + flows("s>A>e") + flows("A>Z", "x"))
    error = refuse(text.replace("</definitions>", other + "</definitions>"), process="P")

    assert "'x1' leads to 'Z', which is no node of it" in error.message


def test_ids_used_twice_name_both_lines(refuse):
    error = refuse(f"{PLAIN}\n{nodes('A')}" + flows("s>A>e"))

    assert error.message == "the id 'A' is used twice, first in line 5"
    assert error.where.row == 7


def test_a_flow_across_the_border_of_a_sub_process_is_refused(refuse):
    error = refuse(PLAIN + sub("p", nodes("B")) + flows("s>A>e A>B"))

    assert "crosses the border of a sub-process" in error.message
    assert "boundary event" in error.mend


def test_entities_are_not_read(refuse):
    text = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><definitions>&a;</definitions>'

    assert refuse(text).code == "document-type"


def test_entities_that_multiply_are_not_read(refuse):
    lines = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "x">' for n in range(9)
    )
    text = f'<?xml version="1.0"?><!DOCTYPE d [{lines}]><definitions id="&l8;"/>'

    assert refuse(text).code == "document-type"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"   \n", "the file is empty"),
        (b"PK\x03\x04zip", "not XML"),
        (b"<definitions>", "the XML is broken"),
        (b"<a/>", "<a> is no flow"),
        (b"<log/>", "the file is an event log"),
        (b"<mxfile/>", "a draw.io drawing"),
        (b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>', "an XPDL package"),
        (b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "(DMN)"),
        (b"<definitions/>", "no process with a flow"),
        (b"<definitions><process/></definitions>", "no process with a flow"),
        (b"<definitions><choreography id='c'/></definitions>", "it has a choreography only"),
        (b"<pnml/>", "there is no net"),
        (b"<pnml><net id='n'/></pnml>", "no transitions"),
    ],
)
def test_files_that_are_no_flow_say_what_they_are(refuse, content, said):
    assert said in refuse(content).message


def test_a_process_without_steps_is_refused(refuse):
    assert "has no steps" in refuse(nodes("start s,end e") + flows("s>e")).message


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(InputError, match="can't be read"):
        read_flow(tmp_path / "none.bpmn")


def test_a_flow_that_does_not_ship_is_a_usage_error():
    with pytest.raises(UsageError, match="no flow called 'x'"):
        shipped_flow("x")


COMPENSATE = "<compensateEventDefinition/>"
LINK = '<linkEventDefinition name="L"/>'
UNSUPPORTED = {
    "a complex gateway that joins": (
        nodes("start s,and g,A,B,end e") + '\n<complexGateway id="c"/>' + flows("s>g>A>c>e g>B>c"),
        "<complexGateway> 'c' can't be read: a complex gateway that joins",
    ),
    "compensation that is thrown": (
        PLAIN
        + f'\n<intermediateThrowEvent id="c">{COMPENSATE}</intermediateThrowEvent>'
        + flows("s>A>c>e"),
        "<intermediateThrowEvent> 'c' can't be read: compensation",
    ),
    "a boundary event without a host": (
        PLAIN + '\n<boundaryEvent id="b"/>' + flows("s>A>e b>e"),
        "<boundaryEvent> 'b' can't be read: it has no host",
    ),
    "a boundary event at a gateway": (
        nodes("start s,xor g,A,end e")
        + '\n<boundaryEvent id="b" attachedToRef="g"/>'
        + flows("s>g>A>e b>e"),
        "attached to 'g', which is no activity",
    ),
    "a flow into a boundary event": (
        PLAIN + '\n<boundaryEvent id="b" attachedToRef="A"/>' + flows("s>A>e A>b b>e"),
        "can't lead to a boundary event ('b')",
    ),
    "a node without flows": (
        PLAIN + nodes("B") + flows("s>A>e"),
        "<task> 'B' ('B') can't be read: no sequence flow leads to it or away from it",
    ),
    "two tasks without flows": (
        PLAIN + nodes("B,C") + flows("s>A>e"),
        "away from it, and there is a start event; the same goes for 'C'",
    ),
    "flows in an ad-hoc sub-process": (
        nodes("start s,end e")
        + sub("p", nodes("A,B") + flows("A>B", "i"), tag="adHocSubProcess")
        + flows("s>p>e"),
        "<adHocSubProcess> 'p' ('Sub') can't be read",
    ),
    "an unknown element": (
        PLAIN + '\n<callChoreography id="x" name="Y"/>' + flows("s>A>e"),
        "<callChoreography> 'x' ('Y') can't be read: <callChoreography> is not supported",
    ),
    "a link without its other end": (
        PLAIN + f'<intermediateThrowEvent id="t">{LINK}</intermediateThrowEvent>' + flows("s>A>t"),
        "no link events catch 'L'",
    ),
    "a circle that nothing leads into": (
        nodes("A,B") + flows("A>B>A"),
        "there is no node that 'Test' could begin with",
    ),
    "more tokens needed at once": (
        PLAIN.replace('name="A"', 'name="A" startQuantity="2"') + flows("s>A>e"),
        "its startQuantity is not 1",
    ),
    "paths that pile up before an inclusive gateway": (
        nodes("start s,xor g,A,or m,B,end e") + flows("s>g>A>m>B>e A>g B>m"),
        "tokens pile up",
    ),
    "a sub-process that begins while it runs": (
        nodes("start s,A,end e")
        + sub("p", nodes("B,C") + flows("B>C", "i"))
        + flows("s>A>p>e A>p", "f"),
        "'Sub' ('p') can begin again while it still runs, after A",
    ),
    "too many ways": (
        nodes("start s,or g,end e," + ",".join(f"A{n}" for n in range(9)))
        + flows("s>g " + " ".join(f"g>A{n}>e" for n in range(9))),
        "9 flows can be taken together or not",
    ),
    "an event sub-process without content": (
        PLAIN + sub("p", "", 'triggeredByEvent="true"') + flows("s>A>e"),
        "<subProcess> 'p' ('Sub') can't be read: it is an event sub-process without content",
    ),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_can_not_be_read_is_named(refuse, name):
    drawn, said = UNSUPPORTED[name]
    error = refuse(drawn)

    assert said in error.message
    assert error.where.row is not None
    assert error.mend


def test_sub_processes_that_are_nested_without_end_are_refused(refuse):
    inner = nodes("A")
    for number in range(200):
        inner = sub(f"p{number}", inner)

    assert "nested too deeply" in refuse(inner).message


def test_the_line_of_an_element_is_that_of_the_file(refuse):
    text = (
        HEAD + '<process id="P">\n\n<task id="A"/>\n<complexThing id="x"/></process></definitions>'
    )

    assert refuse(text).where.row == 6


def test_flows_of_more_nodes_than_anybody_draws_are_refused_at_once(refuse):
    many = ",".join(f"A{number}" for number in range(5_001))
    error = refuse(nodes(f"start s,{many}") + flows("s>" + many.replace(",", ">")))

    assert error.message == "the flow has 5,002 nodes, and the limit is 5,000"


def test_more_parallel_ends_than_can_be_followed_are_no_fault_of_the_flow_but_refused(refuse):
    ends = [f"e{number}" for number in range(17)]
    drawn = nodes("start s,A," + ",".join(f"end {end}" for end in ends))

    error = refuse(drawn + flows("s>A " + " ".join(f"A>{end}" for end in ends)))

    assert "more than 60,000 states, too many to read how it ends exactly" in error.message
