"""The event log, its aggregates, its filters, and its store on disk."""

from casemine.log.aggregate import discover_dfg, summarise, variants_of
from casemine.log.cases import CaseSummary, case_summary
from casemine.log.eventlog import EventLog, parse_log
from casemine.log.select import LeftOut, Selected, Selection, select

__all__ = [
    "CaseSummary",
    "EventLog",
    "LeftOut",
    "Selected",
    "Selection",
    "case_summary",
    "discover_dfg",
    "parse_log",
    "select",
    "summarise",
    "variants_of",
]
