"""What the constructs of BPMN mean: the language of the net that is read."""

import pytest

from casemine.read.flows import read_flow
from flow_files import bpmn, flows, nodes
from flow_language import spelled


@pytest.fixture
def read(tmp_path):
    def reader(inner, **options):
        path = tmp_path / "flow.bpmn"
        path.write_text(inner if inner.startswith("<?xml") else bpmn(inner), encoding="utf-8")
        return read_flow(path, **options)

    return reader


@pytest.fixture
def words(read):
    def speller(inner, longest=6, **options):
        return spelled(read(inner, **options).net, longest)

    return speller


def test_tasks_follow_one_another(words):
    assert words(nodes("start s,A,B,end e") + flows("s>A>B>e")) == ["AB"]


def test_an_exclusive_gateway_takes_one_way(words):
    drawn = nodes("start s,xor g,A,B,xor m,C,end e") + flows("s>g>A>m>C>e g>B>m")
    assert words(drawn) == ["AC", "BC"]


def test_a_parallel_gateway_takes_all_ways_in_any_order(words):
    drawn = nodes("start s,and g,A,B,and j,C,end e") + flows("s>g>A>j>C>e g>B>j")
    assert words(drawn) == ["ABC", "BAC"]


def test_a_process_ends_when_all_parallel_paths_have_ended(words):
    drawn = nodes("start s,and g,A,B,end e,end f") + flows("s>g>A>e g>B>f")
    assert words(drawn) == ["AB", "BA"]


def test_an_inclusive_gateway_takes_any_of_its_ways(words):
    drawn = nodes("start s,or g,A,B,or j,C,end e") + flows("s>g>A>j>C>e g>B>j")
    assert words(drawn) == ["ABC", "AC", "BAC", "BC"]


def test_inclusive_ways_may_end_on_their_own(words):
    drawn = nodes("start s,or g,A,B,end e,end f") + flows("s>g>A>e g>B>f")
    assert words(drawn) == ["A", "AB", "B", "BA"]


def test_a_loop_repeats(words):
    drawn = nodes("start s,xor m,A,xor g,end e") + flows("s>m>A>g>e g>m")
    assert words(drawn, 3) == ["A", "AA", "AAA"]


def test_several_flows_out_of_a_task_are_parallel(words):
    drawn = nodes("start s,A,B,C,end e") + flows("s>A>B>e A>C>e")
    assert words(drawn) == ["ABC", "ACB"]


def test_an_embedded_sub_process_is_its_content(words):
    inner = nodes("start is,B,C,end ie") + flows("is>B>C>ie", "i")
    drawn = (
        nodes("start s,A,D,end e")
        + f'<subProcess id="sub" name="Sub">{inner}</subProcess>'
        + flows("s>A>sub>D>e")
    )
    assert words(drawn) == ["ABCD"]


def test_a_terminate_event_ends_what_else_is_under_way(words):
    stop = '<endEvent id="t"><terminateEventDefinition/></endEvent>'
    drawn = nodes("start s,and g,A,B,end e") + stop + flows("s>g>A>e g>B>t")
    assert words(drawn) == ["AB", "B", "BA"]


def test_an_interrupting_boundary_event_ends_a_sub_process(words):
    inner = nodes("start is,and ig,B,C,and ij,end ie") + flows("is>ig>B>ij>ie ig>C>ij", "i")
    drawn = (
        nodes("start s,A,D,X,end e,end f")
        + f'<subProcess id="sub" name="Sub">{inner}</subProcess>'
        + '<boundaryEvent id="b" attachedToRef="sub"><timerEventDefinition/></boundaryEvent>'
        + flows("s>A>sub>D>e b>X>f")
    )
    assert words(drawn) == ["ABCD", "ABCX", "ABX", "ACBD", "ACBX", "ACX", "AX"]


def test_floating_steps_come_between_the_first_and_the_last(words):
    inner = '<startEvent id="is" isInterrupting="false"><signalEventDefinition/></startEvent>'
    inner += nodes("U,end ie") + flows("is>U>ie", "i")
    drawn = (
        nodes("start s,A,B,end e")
        + f'<subProcess id="sub" triggeredByEvent="true">{inner}</subProcess>'
        + flows("s>A>B>e")
    )
    assert words(drawn, 4) == ["AB", "AUB", "AUUB"]


def test_several_start_events_are_alternatives(words):
    drawn = nodes("start s,start t,A,B,xor m,C,end e") + flows("s>A>m>C>e t>B>m")
    assert words(drawn) == ["AC", "BC"]
