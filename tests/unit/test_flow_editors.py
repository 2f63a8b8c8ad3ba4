"""One small process as many BPMN editors write it: prefixes, extensions, pools, missing parts."""

import pytest

from casemine.read.flows import read_flow
from flow_language import spelled

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
WORDS = ["ABD", "ACD"]
STEPS = "ABCD"


def process(prefix="", *, task="task", listed=True, extra="", inside="", attributes=""):
    """Write A, then B or C, then D, with all elements under a prefix."""
    p = f"{prefix}:" if prefix else ""
    joins = {
        "f1": ("s", "A"),
        "f2": ("A", "g"),
        "f3": ("g", "B"),
        "f4": ("g", "C"),
        "f5": ("B", "m"),
        "f6": ("C", "m"),
        "f7": ("m", "D"),
        "f8": ("D", "e"),
    }

    def node(kind, id_, attributes=""):
        lists = ""
        if listed:
            lists += "".join(
                f"<{p}incoming>{f}</{p}incoming>" for f, (_, t) in joins.items() if t == id_
            )
            lists += "".join(
                f"<{p}outgoing>{f}</{p}outgoing>" for f, (s, _) in joins.items() if s == id_
            )
        return f'<{p}{kind} id="{id_}" {attributes}>{inside}{lists}</{p}{kind}>\n'

    text = node("startEvent", "s") + node("endEvent", "e")
    text += "".join(node(task, id_, f'name="{id_}"') for id_ in STEPS)
    text += node("exclusiveGateway", "g", 'gatewayDirection="Diverging"')
    text += node("exclusiveGateway", "m")
    text += "".join(
        f'<{p}sequenceFlow id="{f}" sourceRef="{s}" targetRef="{t}"/>\n'
        for f, (s, t) in joins.items()
    )
    return f'<{p}process id="P" {attributes}>\n{extra}{text}</{p}process>\n'


def definitions(content, prefix="", more=""):
    p, declared = (f"{prefix}:", f"xmlns:{prefix}") if prefix else ("", "xmlns")
    return f'<{p}definitions {declared}="{MODEL}" {more}>\n{content}</{p}definitions>'


def camunda():
    space = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" exporter="Camunda Modeler"'
    inside = "<bpmn:extensionElements><camunda:inputOutput><camunda:task/></camunda:inputOutput>"
    inside += "</bpmn:extensionElements>"
    return definitions(process("bpmn", task="userTask", inside=inside), "bpmn", space)


def signavio():
    inside = '<extensionElements><signavio:signavioMetaData metaKey="bgcolor"/></extensionElements>'
    extra = '<laneSet id="ls"><lane id="l"><flowNodeRef>A</flowNodeRef></lane></laneSet>'
    space = 'xmlns:signavio="http://www.signavio.com" exporter="Signavio Process Editor"'
    pool = '<collaboration id="c"><participant id="p" name="Desk" processRef="P"/></collaboration>'
    return definitions(pool + process(inside=inside, extra=extra), more=space)


def bizagi():
    inside = "<extensionElements><bizagi:BizagiExtensions/></extensionElements>"
    space = 'xmlns:bizagi="http://www.bizagi.com/bpmn20"'
    black = '<collaboration id="c"><participant id="x" name="User"/>'
    black += '<participant id="y" processRef="P"/>'
    black += '<messageFlow id="mf" sourceRef="x" targetRef="A"/></collaboration>'
    empty = '<process id="Id_main"/>'
    return definitions(empty + process(inside=inside) + black, more=space)


def activiti():
    space = 'xmlns:activiti="http://activiti.org/bpmn" typeLanguage="x"'
    text = process(task="serviceTask", listed=False, attributes='isExecutable="true"')
    return definitions(
        text.replace('<serviceTask id="A"', '<serviceTask activiti:class="x" id="A"'), more=space
    )


def flowable_with_fields_beside():
    space = 'xmlns:flowable="http://flowable.org/bpmn"'
    return definitions(process(listed=False, inside="<flowable:field/>"), more=space)


def eclipse():
    text = process("bpmn2", inside="<bpmn2:documentation>x</bpmn2:documentation>")
    xmi = 'xmlns:xmi="http://www.omg.org/XMI" xmi:version="2.0"'
    return definitions(text, "bpmn2", xmi)


def trisotech():
    return definitions(process("semantic"), "semantic", 'xmlns:ns1="http://x"')


def qualified_references():
    text = (
        process("m")
        .replace('sourceRef="', 'sourceRef="tns:')
        .replace('targetRef="', 'targetRef="tns:')
    )
    return definitions(text, "m", 'xmlns:tns="http://x" targetNamespace="http://x"')


def without_namespace():
    return f"<definitions>{process(listed=False)}</definitions>"


def of_the_beta_schema():
    return definitions(process()).replace(MODEL, "http://schema.omg.org/spec/BPMN/2.0")


def flows_without_ids():
    text = process(listed=False)
    for number in range(1, 9):
        text = text.replace(f'<sequenceFlow id="f{number}"', "<sequenceFlow")
    return definitions(text)


def flows_that_only_the_nodes_know():
    text = process()
    text = text.replace('sourceRef="A"', "").replace('targetRef="D"', "")
    return definitions(text)


def odd_ids():
    text = process(listed=False)
    for id_ in ("A", "g"):
        for form in ('id="{}"', 'sourceRef="{}"', 'targetRef="{}"'):
            text = text.replace(form.format(id_), form.format(f"ü {id_}/1.2-{{x}}"))
    return definitions(text)


def prom_with_indented_lists():
    text = (
        process().replace("<incoming>", "<incoming>\n   ").replace("</outgoing>", "\n</outgoing>")
    )
    return definitions(text, more='exporter="ProM"')


def data_and_pictures():
    extra = '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/>'
    extra += '<dataStoreReference id="ds"/><textAnnotation id="ta"><text>x</text></textAnnotation>'
    extra += '<association id="as" sourceRef="A" targetRef="ta"/><group id="gr"/>'
    extra += "<ioSpecification/><property/>"
    inside = '<property id="pr"/><dataInputAssociation><targetRef>x</targetRef>'
    inside += "</dataInputAssociation><ioSpecification/><potentialOwner/>"
    extra_root = '<dataStore id="st"/><message id="mm"/><error id="er"/><itemDefinition id="it"/>'
    picture = '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"/>'
    return definitions(
        extra_root
        + process(extra=extra).replace('<task id="A" name="A">', f'<task id="A" name="A">{inside}')
        + picture
    )


def default_flow():
    return definitions(process().replace('id="g"', 'id="g" default="f4"'))


def instantiating_pools():
    black = '<process id="User"/><process id="Other"><startEvent id="os"/></process>'
    return definitions(black + process())


def uppercase_booleans_and_comments():
    return definitions("<!-- made by hand -->" + process(extra="<?tool hint?><!-- x -->"))


def jbpm():
    space = 'xmlns:tns="http://www.jboss.org/drools" xmlns:drools="http://www.jboss.org/drools"'
    extra = '<extensionElements><tns:import name="java.util.Map"/></extensionElements>'
    text = process(
        "bpmn2",
        task="scriptTask",
        extra=extra.replace("ext", "bpmn2:ext", 1).replace("</ext", "</bpmn2:ext"),
    )
    return definitions(text, "bpmn2", space)


def yaoqiang():
    space = 'xmlns:yaoqiang="http://bpmn.sourceforge.net" exporter="Yaoqiang BPMN Editor"'
    extra = "<extensionElements><yaoqiang:pageFormat/></extensionElements>"
    return definitions(process(extra=extra), more=space)


def visual_paradigm():
    text = process(task="task", inside="<extensionElements/>", attributes='processType="None"')
    return definitions(text, more='xmlns:vp="x" name="p" exporter="Visual Paradigm"')


def adonis():
    text = process("bpmn", inside='<bpmn:documentation textFormat="x">y</bpmn:documentation>')
    category = '<bpmn:category id="cat"><bpmn:categoryValue id="cv" value="v"/></bpmn:category>'
    return definitions(category + text, "bpmn", 'exporter="ADONIS"')


def several_lane_sets_nested():
    lanes = '<laneSet id="a"><lane id="l1" name="x"><childLaneSet id="b"><lane id="l2" name="y">'
    lanes += "<flowNodeRef>A</flowNodeRef></lane></childLaneSet></lane></laneSet>"
    return definitions(process(extra=lanes))


EDITORS = [
    camunda,
    signavio,
    bizagi,
    activiti,
    flowable_with_fields_beside,
    eclipse,
    trisotech,
    qualified_references,
    without_namespace,
    of_the_beta_schema,
    flows_without_ids,
    flows_that_only_the_nodes_know,
    odd_ids,
    prom_with_indented_lists,
    data_and_pictures,
    default_flow,
    instantiating_pools,
    uppercase_booleans_and_comments,
    jbpm,
    yaoqiang,
    visual_paradigm,
    adonis,
    several_lane_sets_nested,
]


@pytest.fixture
def read(tmp_path):
    def reader(text, **options):
        path = tmp_path / "flow.bpmn"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_flow(path, **options)

    return reader


@pytest.mark.parametrize("written", EDITORS)
def test_the_process_is_the_same_whoever_wrote_it(read, written):
    flow = read(written())

    assert spelled(flow.net) == WORDS
    assert [element.name for element in flow.elements] == list(STEPS)
    assert set(flow.place_of.values()) <= set(flow.net.places)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("iso-8859-1", "ISO-8859-1"),
        ("windows-1252", "windows-1252"),
        ("ascii", "US-ASCII"),
    ],
)
def test_encodings_are_those_that_the_file_declares(read, encoding, declared):
    name = "Prüfung" if encoding != "ascii" else "Pruefung"
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + definitions(process())
    flow = read(text.replace('name="B"', f'name="{name}"').encode(encoding))

    assert flow.elements[1].name == name


def test_names_lose_line_breaks_and_runs_of_blanks(read):
    flow = read(definitions(process()).replace('name="A"', 'name="Log&#10;the   record "'))

    assert flow.elements[0].name == "Log the record"
    assert any("blanks in 1 name" in remark for remark in flow.remarks)


def test_entities_of_xml_in_names_are_read(read):
    flow = read(definitions(process()).replace('name="A"', 'name="R&amp;D &lt;x&gt; &#xe9;"'))

    assert flow.elements[0].name == "R&D <x> é"


def test_steps_without_a_name_are_called_by_their_id_and_that_is_said(read):
    flow = read(definitions(process()).replace('name="A"', ""))

    assert flow.elements[0].name == "A"
    assert any("1 step without a name is called by its id: 'A'" in r for r in flow.remarks)


def test_what_has_no_part_in_the_order_of_steps_is_counted(read):
    flow = read(data_and_pictures())

    assert any("1 annotation, 1 association, 2 data objects" in remark for remark in flow.remarks)


def test_elements_that_are_not_bpmn_are_named_with_their_line(read):
    flow = read(definitions(process(inside="<color/>", extra="\n<hint/>")))

    assert spelled(flow.net) == WORDS
    assert "not known and left aside: <hint> (line 4), <color> (line 4)" in flow.remarks


def test_flows_that_nodes_list_and_that_are_not_there_are_said(read):
    flow = read(definitions(process(inside="<outgoing>gone</outgoing>")))

    assert any("not in the file: 'gone' at 's'" in remark for remark in flow.remarks)


def two_pools(names=("Desk", "Customer")):
    pools = "".join(
        f'<participant id="pool{n}" name="{name}" processRef="P{n}"/>'
        for n, name in enumerate(names)
    )
    text = f'<collaboration id="c">{pools}</collaboration>'
    for number in range(2):
        one = process()
        for id_ in ("P", "s", "e", "g", "m", *STEPS, *(f"f{n}" for n in range(1, 9))):
            for form in ('id="{}"', 'sourceRef="{}"', 'targetRef="{}"', ">{}<"):
                one = one.replace(form.format(id_), form.format(f"{id_}{number}"))
        text += one
    return definitions(text)


def test_of_several_processes_one_must_be_chosen(read):
    from casemine.errors import AmbiguousError

    with pytest.raises(AmbiguousError, match="2 processes with a flow") as caught:
        read(two_pools())

    assert "'P0' ('Desk'), 'P1' ('Customer')" in caught.value.mend


def test_the_process_that_calls_the_others_is_the_one_that_is_meant(read):
    text = two_pools().replace('<task id="A0"', '<callActivity calledElement="P1" id="A0"')
    flow = read(text.replace("</task>", "</callActivity>", 1))

    assert [element.id for element in flow.elements] == ["A0", "B0", "C0", "D0"]
    assert "of 2 processes, 'Desk' is the only one that no other one calls" in flow.remarks


@pytest.mark.parametrize("wanted", ["P1", "Customer", "pool1"])
def test_a_process_is_chosen_by_its_id_or_the_name_of_its_pool(read, wanted):
    flow = read(two_pools(), process=wanted)

    assert spelled(flow.net) == WORDS
    assert [element.id for element in flow.elements] == ["A1", "B1", "C1", "D1"]
    assert flow.name == "Customer"


def test_a_process_that_is_not_there_is_an_error(read):
    from casemine.errors import InputError

    with pytest.raises(InputError, match="no process is called 'X'"):
        read(two_pools(), process="X")


def test_the_order_of_elements_in_a_file_does_not_matter_to_its_language(read):
    lines = process(listed=False).splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:-1]), lines[-1]])

    assert spelled(read(definitions(turned)).net) == WORDS


def test_the_same_file_gives_the_same_flow(read):
    assert read(camunda()) == read(camunda())
