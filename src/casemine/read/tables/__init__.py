"""Tables in every form they come in: text, workbooks, JSON, Parquet and data frames."""
