"""Rows as integers: texts numbered, times as instants, actions, tickets and lists of names."""
