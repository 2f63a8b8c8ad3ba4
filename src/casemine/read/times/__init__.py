"""Times as text to UTC instants: evidence, verdict, parsing and zones."""
