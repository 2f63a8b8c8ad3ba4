"""Names and types of the fixed columns of an event log; the names are a contract."""

from __future__ import annotations

import pyarrow as pa

CASE, ACTIVITY, TIME, START, ROW = "case", "activity", "time", "start", "row"
RESOURCE, GROUP = "resource", "group"
SEQ = "seq"  # order of events at one time, where the source has one
PUBLIC = "public"  # whether the customer sees a comment
FIXED = (CASE, ACTIVITY, TIME, START, ROW)
TIMESTAMP = pa.timestamp("us", tz="UTC")
ENCODED = pa.dictionary(pa.int32(), pa.string())
