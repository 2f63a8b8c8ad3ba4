"""A small designed flow and what a check of it could find, for tests of pictures."""

from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.conformance import Branch, Conformance, Deviation, Step, StepCount
from casemine.model.flow import DesignedFlow, FlowElement
from casemine.model.footprint import Footprint
from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.proportion import Proportion

STEPS = ("Log", "Triage", "Resolve", "Notify user", "Close", "Escalate", "Phone")


def deviation(rule, kind, element, cases, verb, **more):
    share = f"{100 * cases / 1500:.1f} %"
    message = f"{cases} of 1,500 cases ({share}) {verb}"
    found = Proportion(cases, 1500)
    return Deviation(rule, element, kind, "error", message, found, cases, **more)


GRAPH = DirectlyFollowsGraph(
    activities=(
        Activity("Log", 1500, 1500, 0.0),
        Activity("Triage", 1500, 1500, 0.25),
        Activity("Resolve", 1500, 1500, 0.5),
        Activity("Close", 1500, 1500, 1.0),
        Activity("Notify user", 1401, 1401, 0.75),
        Activity("Ask a friend", 45, 40, 0.6),
    ),
    edges=(
        Edge("Log", "Triage", 1500, 1500),
        Edge("Triage", "Resolve", 1460, 1460),
        Edge("Resolve", "Notify user", 1401, 1401),
        Edge("Notify user", "Close", 1401, 1401),
        Edge("Resolve", "Close", 99, 99),
        Edge("Triage", "Ask a friend", 40, 40),
        Edge("Ask a friend", "Resolve", 40, 40),
    ),
    starts={"Log": 1500},
    ends={"Close": 1500},
)
ALLOWED = Footprint(
    frozenset(
        {
            ("Log", "Triage"),
            ("Triage", "Resolve"),
            ("Triage", "Escalate"),
            ("Escalate", "Resolve"),
            ("Resolve", "Notify user"),
            ("Notify user", "Close"),
            ("Notify user", "Triage"),
        }
    ),
    frozenset({"Log"}),
    frozenset({"Close"}),
)
CONFORMANCE = Conformance(
    flow="Incidents",
    source="incidents.bpmn",
    cases=1500,
    open_cases=0,
    open_means="",
    fitting_cases=1361,
    fitness=0.962,
    cost_total=139,
    not_aligned=0,
    cost_bounds=(139, 139),
    variants=4,
    fitting_variants=1,
    observability=(
        *(Step(name, True, ("column",), 1500, 1500) for name in STEPS[:5]),
        Step("Escalate", True, ("column",), 0, 0),
        Step("Phone", False, (), 0, 0, "no column holds calls"),
    ),
    untaken=(Branch("Escalate", "t5"), Branch("Notify user > Triage", "f8")),
    deviations=(
        deviation("CM001", "skipped", "Notify user", 99, "skip Notify user", element_id="t3"),
        deviation("CM002", "unknown", "Ask a friend", 40, "show Ask a friend, no step"),
        deviation("CM006", "inserted", "Triage", 12, "do Triage out of place", element_id="t1"),
        deviation("CM005", "repeated", "Close", 2, "repeat Close", element_id="t4"),
    ),
    steps={
        "Log": StepCount(1500, 0, 0, 1500, 0, 0),
        "Triage": StepCount(1500, 0, 12, 1500, 0, 12),
        "Resolve": StepCount(1500, 0, 0, 1500, 0, 0),
        "Notify user": StepCount(1401, 99, 0, 1401, 99, 0),
        "Close": StepCount(1500, 0, 0, 1500, 0, 0),
        "Escalate": StepCount(0, 0, 0, 0, 0, 0),
    },
    step_counts={"t0": 1500, "t1": 1500, "t2": 1500, "t3": 1500, "t4": 1500, "t5": 0},
    path_counts={
        "f1": 1500,
        "f2": 1500,
        "f3": 1500,
        "f4": 0,
        "f5": 0,
        "f6": 1500,
        "f7": 1500,
        "f8": 0,
        "f9": 1500,
        "f10": 1500,
    },
)
_LANES = {"t5": "2nd level", "x2": "2nd level"}
_NODES = (
    ("s", NodeKind.START, "User reports"),
    *((f"t{i}", NodeKind.TASK, name) for i, name in enumerate(STEPS)),
    ("x1", NodeKind.EXCLUSIVE, ""),
    ("x2", NodeKind.EXCLUSIVE, ""),
    ("x3", NodeKind.EXCLUSIVE, ""),
    ("e", NodeKind.END, "Closed"),
)
_FLOWS = (
    ("f1", "s", "t0", ""),
    ("f2", "t0", "t1", ""),
    ("f3", "t1", "x1", ""),
    ("f4", "x1", "t5", "cannot solve it in 1st level"),
    ("f5", "t5", "x2", ""),
    ("f6", "x1", "x2", "can solve it"),
    ("f7", "x2", "t2", ""),
    ("f10", "t2", "t3", ""),
    ("f11", "t3", "x3", ""),
    ("f8", "x3", "t1", "not solved"),
    ("f9", "x3", "t4", ""),
    ("f12", "t4", "e", ""),
)
DIAGRAM = BpmnModel(
    tuple(BpmnNode(key, kind, name, _LANES.get(key, "1st level")) for key, kind, name in _NODES),
    tuple(SequenceFlow(*flow) for flow in _FLOWS),
    "Incidents",
)
NET = PetriNet(
    ("i", "p1", "p2", "o"),
    (
        Transition("n0", "Log"),
        Transition("n1", "Triage"),
        Transition("n2", None),
        Transition("n3", "Close"),
    ),
    (
        Arc("i", "n0"),
        Arc("n0", "p1"),
        Arc("p1", "n1"),
        Arc("n1", "p2"),
        Arc("p1", "n2"),
        Arc("n2", "p2"),
        Arc("p2", "n3"),
        Arc("n3", "o"),
    ),
    {"i": 1},
    {"o": 1},
)
FLOW = DesignedFlow(
    "Incidents",
    "incidents.bpmn",
    NET,
    tuple(FlowElement(f"t{i}", name, "task") for i, name in enumerate(STEPS)),
    {},
    diagram=DIAGRAM,
)
