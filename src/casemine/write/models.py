"""Models to text: one place to import the writers of nets, diagrams, trees and graphs from."""

from casemine.write.bpmn import to_bpmn
from casemine.write.dot import to_dot
from casemine.write.modeljson import to_json
from casemine.write.pnml import to_pnml
from casemine.write.ptml import to_ptml

__all__ = ["to_bpmn", "to_dot", "to_json", "to_pnml", "to_ptml"]
