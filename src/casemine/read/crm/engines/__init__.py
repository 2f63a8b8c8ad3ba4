"""The four engines, which make changes of rows, and what they share."""
