"""One file per stage; each measures what it is named after and gives rows for the table."""
