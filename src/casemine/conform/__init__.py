"""Conformance: the designed flow against the log, exactly."""
