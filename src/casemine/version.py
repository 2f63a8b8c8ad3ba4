"""The version of casemine, for files and messages that name it."""

from __future__ import annotations

__version__ = "0.1.0"
