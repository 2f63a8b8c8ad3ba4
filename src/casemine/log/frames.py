"""Events as a pandas DataFrame with the column names that pm4py expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def to_pandas(events: pa.Table, case_table: pa.Table | None) -> pd.DataFrame:
    """Rename the fixed columns, keep the attributes, repeat case attributes as `case:<name>`."""
    raise NotImplementedError
