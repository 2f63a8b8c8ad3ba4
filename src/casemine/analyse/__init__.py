"""Analyses of time: where cases wait, and for whom."""
