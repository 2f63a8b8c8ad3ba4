"""The event log, its aggregates, its filters, and its store on disk."""

from casemine.log.aggregate import discover_dfg, summarise, variants_of
from casemine.log.cases import CaseSummary, case_summary
from casemine.log.eventlog import EventLog, parse_log

__all__ = [
    "CaseSummary",
    "EventLog",
    "case_summary",
    "discover_dfg",
    "parse_log",
    "summarise",
    "variants_of",
]
