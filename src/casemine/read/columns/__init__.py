"""Which column of a table is the case, the activity, the time: names, contents, evidence."""
