"""Files of an export as rows of text: tables, JSON and XML, before anyone knows what they mean."""
