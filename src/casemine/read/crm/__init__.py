"""Exports of CRM systems and service desks, read by presets into one event log."""
