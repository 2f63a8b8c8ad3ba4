"""What editors leave in drawings: nodes without flows, foreign elements, capital letters."""

import pytest

from casemine.errors import InputError
from casemine.read.flows import read_flow
from flow_files import bpmn, flows, nodes
from flow_language import spelled

PLAIN = nodes("start s,A,end e") + flows("s>A>e")


@pytest.fixture
def read(tmp_path):
    def reader(inner, **options):
        path = tmp_path / "flow.bpmn"
        path.write_text(bpmn(inner), encoding="utf-8")
        return read_flow(path, **options)

    return reader


@pytest.mark.parametrize("kind", ["start", "end", "xor", "and", "catch", "throw"])
def test_events_and_gateways_that_are_joined_to_nothing_are_left_aside_and_said(read, kind):
    flow = read(PLAIN + nodes(f"{kind} x"))

    assert spelled(flow.net) == ["A"]
    (remark,) = flow.remarks
    assert remark.startswith("joined to nothing in 'Test', so left aside: <")
    assert "'x' (line " in remark


def test_steps_that_are_joined_to_nothing_begin_together_without_a_start_event(read):
    flow = read(nodes("A,B,C,end e") + flows("A>C>e"))

    assert spelled(flow.net) == ["ABC", "ACB", "BAC"]
    assert any("it begins with all nodes that no flow leads to" in one for one in flow.remarks)


def test_a_start_event_that_leads_nowhere_still_forbids_steps_without_flows(read):
    with pytest.raises(InputError, match=r"<task> 'A'.*and there is a start event"):
        read(nodes("start s,A"))


def test_leftovers_of_sub_processes_are_left_aside(read):
    inner = nodes("start t,B,end f,xor x") + flows("t>B>f", "i")
    drawn = nodes("start s,end e") + f'<subProcess id="p" name="Sub">{inner}</subProcess>'
    flow = read(drawn + flows("s>p>e"))

    assert spelled(flow.net) == ["B"]
    assert any("joined to nothing in 'Sub'" in remark for remark in flow.remarks)


def test_a_named_event_without_flows_is_refused_where_events_are_steps(read):
    drawn = PLAIN + '<intermediateThrowEvent id="x" name="Told"/>'

    assert spelled(read(drawn).net) == ["A"]
    with pytest.raises(InputError, match=r"'x' .'Told'. can't be read"):
        read(drawn, events="steps")


def test_a_process_of_events_only_is_read_where_events_are_steps(read):
    drawn = nodes("start s,end e") + '<intermediateThrowEvent id="T" name="T"/>' + flows("s>T>e")

    assert spelled(read(drawn, events="steps").net) == ["T"]
    with pytest.raises(InputError, match="has no steps") as caught:
        read(drawn)
    assert caught.value.mend == "with --events steps, its named intermediate events are steps"


@pytest.mark.parametrize("where", ["task", "process"])
def test_elements_of_editors_without_a_namespace_are_left_aside_and_named(read, where):
    strange = '<mxCell xmlns="" id="7"><mxGeometry/></mxCell>'
    drawn = PLAIN.replace('<task id="A" name="A"/>', f'<task id="A" name="A">{strange}</task>')
    flow = read(drawn if where == "task" else PLAIN + strange)

    assert spelled(flow.net) == ["A"]
    assert any("not known and left aside: <mxCell> (line " in remark for remark in flow.remarks)


def test_a_flow_to_an_element_of_an_editor_is_refused(read):
    with pytest.raises(InputError, match="leads to 'z', which is no node of it"):
        read(PLAIN + '<box xmlns="" id="z"/>' + flows("A>z", "x"))


def test_names_of_elements_with_a_capital_letter_are_read_and_said(read):
    flow = read(PLAIN.replace("<task", "<ScriptTask").replace("<sequenceFlow", "<SequenceFlow"))

    assert spelled(flow.net) == ["A"]
    assert [element.kind for element in flow.elements] == ["scriptTask"]
    assert "<ScriptTask> (line 5), <SequenceFlow> (line 6)" in flow.remarks[0]


def test_what_waits_and_what_does_not_are_alternative_beginnings(read):
    flow = read('<receiveTask id="R" name="R"/>' + nodes("A,B"))

    assert spelled(flow.net) == ["AB", "BA", "R"]
    assert flow.remarks == ("'Test' begins with one of 'R', 'A' and 'B'",)


def test_a_prefix_that_is_not_declared_is_said(read):
    drawn = PLAIN.replace('<task id="A"', '<task js:collection="x" id="A"')
    flow = read(drawn)

    assert spelled(flow.net) == ["A"]
    assert flow.remarks[0] == "a prefix is not declared, such as 'js' (line 5)"


def test_other_faults_of_the_xml_are_not_put_up_with(read):
    with pytest.raises(InputError, match="the XML is broken"):
        read(PLAIN.replace('<task id="A"', '<task js:collection="x" id="A'))


def test_an_element_with_a_prefix_that_is_not_declared_is_no_node(read):
    with pytest.raises(InputError, match="leads to 'A', which is no node of it"):
        read(PLAIN.replace("<task ", "<js:task "))
