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


def sub(id_, inner, attributes="", tag="subProcess"):
    return f'<{tag} id="{id_}" name="Sub" {attributes}>{inner}</{tag}>'


def boundary(id_, host, event="timer", attributes=""):
    return (
        f'<boundaryEvent id="{id_}" attachedToRef="{host}" {attributes}>'
        f"<{event}EventDefinition/></boundaryEvent>"
    )


def event(kind, id_, definition, attributes=""):
    return f'<{kind} id="{id_}" {attributes}><{definition}/></{kind}>'


BESIDE = 'cancelActivity="false"'
ALL_TASKS = (
    *("task", "userTask", "serviceTask", "sendTask", "receiveTask", "manualTask", "scriptTask"),
    *("businessRuleTask", "callActivity", "subProcess", "transaction", "adHocSubProcess"),
)


@pytest.mark.parametrize("kind", ALL_TASKS)
def test_every_kind_of_activity_without_content_is_a_step(read, kind):
    flow = read(nodes("start s,end e") + f'<{kind} id="t" name="T"/>' + flows("s>t>e"))

    assert spelled(flow.net) == ["T"]
    assert [(e.id, e.name, e.kind) for e in flow.elements] == [("t", "T", kind)]


def test_intermediate_events_leave_no_event(words):
    drawn = (
        nodes("start s,A,B,end e")
        + event("intermediateCatchEvent", "c", "timerEventDefinition")
        + event("intermediateThrowEvent", "t", "messageEventDefinition")
        + flows("s>A>c>t>B>e")
    )
    assert words(drawn) == ["AB"]


def test_named_intermediate_events_are_steps_on_demand(words):
    drawn = (
        nodes("start s,A,catch d,end e")
        + event("intermediateCatchEvent", "c", "timerEventDefinition", 'name="C"')
        + flows("s>A>c>d>e")
    )
    assert words(drawn, events="steps") == ["AC"]


def test_an_event_based_gateway_takes_one_way(words):
    drawn = nodes("start s,event g,catch c,catch d,A,B,end e") + flows("s>g>c>A>e g>d>B>e")
    assert words(drawn) == ["A", "B"]


def test_an_inclusive_gateway_in_a_loop_waits_for_its_own_round_only(words):
    drawn = nodes("start s,xor m,or g,A,B,or j,xor x,end e")
    drawn += flows("s>m>g>A>j>x>e g>B>j x>m")
    assert words(drawn, 2) == ["A", "AA", "AB", "B", "BA", "BB"]


def test_conditions_after_a_task_choose_any_number_of_ways(words):
    condition = "<conditionExpression>x</conditionExpression>"
    drawn = '<task id="A" name="A" default="f4"/>' + nodes("start s,B,C,D,end e")
    drawn += '<sequenceFlow id="f1" sourceRef="s" targetRef="A"/>'
    for number, target in ((2, "B"), (3, "C")):
        drawn += f'<sequenceFlow id="f{number}" sourceRef="A" targetRef="{target}">{condition}'
        drawn += "</sequenceFlow>"
    drawn += '<sequenceFlow id="f4" sourceRef="A" targetRef="D"/>' + flows("B>e C>e D>e", "g")
    assert words(drawn) == ["AB", "ABC", "AC", "ACB", "AD"]


def test_a_default_flow_of_an_inclusive_gateway_is_taken_alone(words):
    drawn = nodes("start s,A,B,or j,end e") + '<inclusiveGateway id="g" default="f4"/>'
    drawn += flows("s>g>A>j g>B>j j>e")
    assert words(drawn) == ["A", "B"]


def test_an_interrupting_boundary_event_takes_the_place_of_its_step(words):
    drawn = nodes("start s,A,B,X,end e,end f") + boundary("b", "B") + flows("s>A>B>e b>X>f")
    assert words(drawn) == ["AB", "AX"]


def test_a_boundary_event_that_interrupts_nothing_adds_a_path(words):
    drawn = nodes("start s,A,B,U,end e,end f") + boundary("b", "A", "message", BESIDE)
    drawn += flows("s>A>B>e b>U>f")
    assert words(drawn, 3) == ["AB", "ABU", "AUB", "UAB"]
    assert "UAUB" in words(drawn, 4)


def test_a_path_beside_a_step_that_joins_the_main_path_is_taken_once(words):
    drawn = nodes("start s,A,or j,U,B,end e") + boundary("b", "A", "timer", BESIDE)
    drawn += flows("s>A>j>B>e b>U>j")
    assert words(drawn, 4) == ["AB", "AUB", "UAB"]


def test_a_path_beside_a_sub_process_may_outlast_it(words):
    drawn = nodes("start s,D,U,end e,end f")
    drawn += sub("p", nodes("start is,A,end ie") + flows("is>A>ie", "i"))
    drawn += boundary("b", "p", "timer", BESIDE) + flows("s>p>D>e b>U>f")
    assert words(drawn, 3) == ["AD", "ADU", "AUD", "UAD"]


def test_an_error_end_event_is_caught_at_the_border_of_its_sub_process(words):
    error = '<endEvent id="err"><errorEventDefinition errorRef="E1"/></endEvent>'
    inner = nodes("start is,xor ig,A,B,end ie") + error + flows("is>ig>A>ie ig>B>err", "i")
    drawn = nodes("start s,C,X,end e,end f") + sub("p", inner)
    drawn += '<boundaryEvent id="b" attachedToRef="p"><errorEventDefinition errorRef="E1"/>'
    drawn += "</boundaryEvent>" + flows("s>p>C>e b>X>f")
    assert words(drawn) == ["AC", "BX"]


def test_an_escalation_may_leave_its_sub_process_running(words):
    throw = event("intermediateThrowEvent", "esc", "escalationEventDefinition")
    inner = nodes("start is,A,B,end ie") + throw + flows("is>A>esc>B>ie", "i")
    drawn = nodes("start s,C,U,end e,end f") + sub("p", inner)
    drawn += boundary("b", "p", "escalation", BESIDE) + flows("s>p>C>e b>U>f")
    assert words(drawn) == ["ABCU", "ABUC", "AUBC"]


def test_an_error_that_nobody_catches_ends_the_process(words):
    error = event("endEvent", "err", "errorEventDefinition")
    drawn = nodes("start s,and g,A,B,end e") + error + flows("s>g>A>e g>B>err")
    assert words(drawn) == ["AB", "B", "BA"]


def test_an_interrupting_event_sub_process_takes_the_place_of_what_is_left(words):
    start = event("startEvent", "is", "messageEventDefinition")
    inner = start + nodes("X,end ie") + flows("is>X>ie", "i")
    drawn = nodes("start s,A,B,end e") + sub("p", inner, 'triggeredByEvent="true"')
    drawn += flows("s>A>B>e")
    assert words(drawn) == ["AB", "ABX", "AX", "X"]


def test_an_event_sub_process_of_several_steps_comes_beside_the_others(words):
    start = event("startEvent", "is", "timerEventDefinition", 'isInterrupting="false"')
    inner = start + nodes("U,V,end ie") + flows("is>U>V>ie", "i")
    drawn = nodes("start s,A,end e") + sub("p", inner, 'triggeredByEvent="true"') + flows("s>A>e")
    assert words(drawn, 4) == ["A", "AUV", "UAV", "UVA"]


def test_a_terminate_event_of_a_sub_process_ends_the_sub_process_only(words):
    stop = event("endEvent", "t", "terminateEventDefinition")
    inner = nodes("start is,and ig,A,B,end ie") + stop + flows("is>ig>A>ie ig>B>t", "i")
    drawn = nodes("start s,C,end e") + sub("p", inner) + flows("s>p>C>e")
    assert words(drawn) == ["ABC", "BAC", "BC"]


def test_parallel_ends_of_a_sub_process_end_it_together(words):
    inner = nodes("start is,and ig,A,B,end ie,end if") + flows("is>ig>A>ie ig>B>if", "i")
    drawn = nodes("start s,C,end e") + sub("p", inner) + flows("s>p>C>e")
    assert words(drawn) == ["ABC", "BAC"]


def test_a_loop_marker_repeats_a_step(words):
    loop = '<task id="A" name="A"><standardLoopCharacteristics/></task>'
    assert words(loop + nodes("start s,end e") + flows("s>A>e"), 3) == ["A", "AA", "AAA"]


def test_a_loop_that_is_tested_before_may_skip_its_step(words):
    loop = '<task id="A" name="A"><standardLoopCharacteristics testBefore="true"/></task>'
    assert words(loop + nodes("start s,B,end e") + flows("s>A>B>e"), 2) == ["AB", "B"]


def test_a_loop_with_a_limit_keeps_it(words):
    loop = '<task id="A" name="A"><standardLoopCharacteristics loopMaximum="2"/></task>'
    assert words(loop + nodes("start s,end e") + flows("s>A>e")) == ["A", "AA"]


def test_several_instances_of_a_known_number_come_that_often(words):
    several = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    task = f'<task id="A" name="A">{several}</multiInstanceLoopCharacteristics></task>'
    assert words(task + nodes("start s,end e") + flows("s>A>e")) == ["AA"]


def test_a_sub_process_may_be_repeated(words):
    inner = nodes("start is,A,B,end ie") + flows("is>A>B>ie", "i")
    loop = "<standardLoopCharacteristics/>"
    drawn = nodes("start s,C,end e") + sub("p", loop + inner) + flows("s>p>C>e")
    assert words(drawn, 5) == ["ABABC", "ABC"]


def test_the_steps_of_an_ad_hoc_sub_process_come_in_any_order(words):
    drawn = nodes("start s,C,end e") + sub("p", nodes("A,B"), tag="adHocSubProcess")
    drawn += flows("s>p>C>e")
    assert words(drawn, 2) == ["AC", "BC", "C"]


def test_link_events_join_two_parts_of_a_drawing(words):
    drawn = nodes("start s,A,B,end e")
    for kind, id_ in (("intermediateThrowEvent", "t"), ("intermediateCatchEvent", "c")):
        drawn += f'<{kind} id="{id_}"><linkEventDefinition name="L"/></{kind}>'
    assert words(drawn + flows("s>A>t c>B>e")) == ["AB"]


def test_compensation_that_nothing_calls_for_has_no_part(read):
    drawn = nodes("start s,A,B,end e") + '<task id="U" name="U" isForCompensation="true"/>'
    drawn += boundary("b", "A", "compensate") + flows("s>A>B>e")
    drawn += '<association id="x" sourceRef="b" targetRef="U"/>'

    flow = read(drawn)

    assert spelled(flow.net) == ["AB"]
    assert any("compensation" in remark and "'U'" in remark for remark in flow.remarks)


def test_without_start_and_end_events_the_nodes_without_flows_begin_and_end(read):
    flow = read(nodes("A,B") + flows("A>B"))

    assert spelled(flow.net) == ["AB"]
    assert "'Test' has no start event; it begins with 'A'" in flow.remarks


def test_without_start_events_all_nodes_without_a_flow_begin(words):
    assert words(nodes("A,B,and j,C") + flows("A>j>C B>j")) == ["ABC", "BAC"]


def test_receiving_tasks_without_a_flow_to_them_are_alternatives(words):
    tasks = "".join(f'<receiveTask id="{i}" name="{i}" instantiate="true"/>' for i in "AB")
    assert words(tasks + nodes("xor m,C") + flows("A>m>C B>m")) == ["AC", "BC"]


def test_a_flow_back_to_the_start_event_begins_again(words):
    assert words(nodes("start s,A,xor g,end e") + flows("s>A>g>e g>s"), 2) == ["A", "AA"]


def test_floating_steps_of_a_sub_process_come_while_it_runs(words):
    start = event("startEvent", "us", "signalEventDefinition", 'isInterrupting="false"')
    floating = sub("r", start + nodes("U") + flows("us>U", "u"), 'triggeredByEvent="true"')
    inner = nodes("start is,B,end ie") + flows("is>B>ie", "i") + floating
    drawn = nodes("start s,A,C,end e") + sub("p", inner) + flows("s>A>p>C>e")
    assert words(drawn, 4) == ["ABC", "ABUC", "AUBC"]


def test_each_sequence_flow_has_a_place_on_which_its_tokens_arrive(read):
    drawn = nodes("start s,xor g,A,B,xor m,C,end e") + flows("s>g>A>m>C>e g>B>m")
    flow = read(drawn)

    places = flow.place_of
    assert set(places) == {f"f{number}" for number in range(1, 8)}
    assert set(places.values()) <= set(flow.net.places)
    assert len({places["f2"], places["f6"], places["f3"], places["f7"]}) == 4


def test_silent_transitions_name_the_node_they_come_from(read):
    flow = read(nodes("start s,xor g,A,B,xor m,end e") + flows("s>g>A>m>e g>B>m"))

    silent = {t.id for t in flow.net.transitions if t.label is None}
    assert silent == set(flow.routing_of)
    assert {element.id for element in flow.routing_of.values()} >= {"g", "m"}


def test_lanes_are_the_innermost_and_hold_for_sub_processes(read):
    lanes = '<laneSet id="ls"><lane id="l1" name="Desk"><flowNodeRef>p</flowNodeRef>'
    lanes += '<childLaneSet id="c"><lane id="l2" name="First"><flowNodeRef> A </flowNodeRef>'
    lanes += "</lane></childLaneSet></lane></laneSet>"
    inner = nodes("start is,B,end ie") + flows("is>B>ie", "i")
    flow = read(lanes + nodes("start s,A,end e") + sub("p", inner) + flows("s>A>p>e"))

    assert [(e.name, e.lane) for e in flow.elements] == [("A", "First"), ("B", "Desk")]


def test_the_diagram_opens_sub_processes_and_keeps_the_flows(read):
    inner = nodes("start is,B,end ie") + flows("is>B>ie", "i")
    drawn = nodes("start s,A,X,end e,end f") + sub("p", inner) + boundary("b", "A")
    flow = read(drawn + flows("s>A>p>e b>X>f"))

    diagram = flow.diagram
    ids = {node.id for node in diagram.nodes}
    assert {f.id for f in diagram.flows} >= {"f1", "f2", "f3", "f4", "f5", "i1", "i2"}
    assert all({f.source, f.target} <= ids for f in diagram.flows)
    assert ("A", "b") in {(f.source, f.target) for f in diagram.flows}


def test_compensation_in_an_event_sub_process_has_no_part_where_nothing_calls_for_it(words):
    start = event("startEvent", "is", "compensateEventDefinition")
    drawn = nodes("start s,A,end e") + sub("p", start + nodes("U"), 'triggeredByEvent="true"')
    assert words(drawn + flows("s>A>e") + flows("is>U", "i")) == ["A"]


def test_an_inclusive_gateway_does_not_wait_for_what_may_come_to_a_flow_that_has_come(words):
    drawn = nodes("start s,and g,xor h,xor m,B,or j,C,end e")
    drawn += flows("s>g>m>j>C>e g>h>m h>B>j")
    assert words(drawn, 3) == ["BC", "BCC", "CBC", "CC"]


def test_an_event_beside_a_repeated_sub_process_comes_once_for_all_its_rounds(words):
    loop = "<standardLoopCharacteristics/>"
    inner = loop + nodes("start is,A,end ie") + flows("is>A>ie", "i")
    drawn = nodes("start s,U,or j,end e") + sub("p", inner)
    drawn += boundary("b", "p", "timer", BESIDE) + flows("s>p>j>e b>U>j")
    assert words(drawn, 3) == ["A", "AA", "AAA", "AAU", "AU", "AUA", "UA", "UAA"]
