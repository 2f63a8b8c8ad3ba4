"""The event log, its aggregates, its filters, and its store on disk."""

from casemine.log.eventlog import EventLog, parse_log

__all__ = ["EventLog", "parse_log"]
