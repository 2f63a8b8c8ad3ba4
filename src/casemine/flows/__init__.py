"""Designed flows that ship, with their rules: data only."""
