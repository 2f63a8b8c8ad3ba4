"""Values to text: what a terminal, a pipe, a page or a program gets to read.

Each subject (`overview`, `statistics`, ...) turns values into a `Document` for people and into
plain data for programs; `terminal`, `plain` and `markdown` give a document its look, `jsonout` and
`csvout` write the data. No clock, no absolute path: the same values give the same text.
"""
