"""Read IEEE 1849 XES: the fast way where a piece of the file allows it, else the exact one.

What stands where: `pieces` cuts the file; `fast` and `expat` turn bytes into
`tokens`; `columns` and `dates` turn those into typed columns; `log` makes the log,
with the help of `roles`, `cases` and `times`; `faults` (with `lines`) and
`remarks` give the account. Both ways give the same log, which property tests hold.

Decisions, where the standard leaves them open:

- Two traces of one name are two cases, the second called `X (2)`: in XES a trace is a process
  instance by being an element, and its name is only a label. Joining them would invent steps from
  the end of one to the start of the other. `--case concept:name` joins them on request.
- A global attribute is a promise about every element with a default for editors, not a value of
  events that lack it: nothing is filled in, and a note counts the events that break the promise.
- A value that is not of its declared type (`<int value="abc"/>`) makes its event unusable, just
  like a bad time; at a trace it is an error too, and an empty attribute with `--on-error skip`.
- An attribute without text is missing. Attributes of the log itself are not kept.
- Of an attribute that an event gives twice the first counts; a time or activity twice is a fault.
- An event outside of any trace, which the standard allows, has no case and cannot be used.
- Times without an offset count as UTC with a note; beside others that have one they are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError
from casemine.read.xes.expat import ExactTokeniser
from casemine.read.xes.fast import plain_tokens
from casemine.read.xes.log import Gathered, make_log
from casemine.read.xes.pieces import Uncut, cut, utf8_blocks

if TYPE_CHECKING:
    from casemine.log.eventlog import EventLog
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.xes.expat import Remarks
    from casemine.read.xes.tokens import Tokens

_ROOT = re.compile(
    r"\ufeff?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>\s*)*<([^\s/>]+)",
    re.DOTALL,
)


def recognises(head: bytes) -> bool:
    r"""Whether the first bytes of a file are those of XML with the root element `log`.

    Examples
    --------
    >>> recognises(b'<?xml version="1.0"?><!-- by hand --><xes:log>'), recognises(b"<html>")
    (True, False)
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]:
        wide = "utf-16-be" if head.startswith((b"\xfe\xff", b"\0<")) else "utf-16-le"
        text = head.decode(wide, "ignore")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    root = _ROOT.match(text)
    return root is not None and root[1].rpartition(":")[2] == "log"


def read_xes(member: Member, options: ReadOptions) -> EventLog:
    """Read an XES file of any size in bounded memory beside its columns.

    Parameters
    ----------
    member : Member
        The decompressed file.
    options : ReadOptions
        `case`, `activity`, `time`, `start`, `resource` and `group` name other keys than the usual
        ones; `case` may be a key of traces or of events.

    Returns
    -------
    EventLog
        `row` counts the events of the file from 1; `lifecycle` holds `lifecycle:transition`.
        Start and complete events are joined (`casemine.log.lifecycle`). Attributes of traces
        stand in the case table, those of traces without events too.

    Raises
    ------
    InputError
        Not well-formed, not XES, no events, or (with `on_error="fail"`) a value that cannot be
        used; the message names the physical line.
    UsageError
        An option names a key, zone or encoding that does not exist.

    Notes
    -----
    O(n) for n bytes. A million events in 293 MB take about 2 s and 220 MB of memory, imports
    included; files that need the exact parser throughout take about six times as long.
    """
    try:
        gathered = _gather_fast(member, options)
    except Uncut:
        gathered = gather_exactly(member, options)
    return make_log(gathered, member, options)


def gather_exactly(member: Member, options: ReadOptions) -> Gathered:
    """Read all of a file with the exact parser."""
    gathered = Gathered.empty(member, options)
    tokeniser = ExactTokeniser(member.name, remarks=gathered.remarks)
    for block in utf8_blocks(member, options.encoding):
        tokeniser.feed(block)
        if not tokeniser.in_event:
            gathered.add(tokeniser.take())
    tokeniser.feed(b"", final=True)
    gathered.add(tokeniser.take())
    return gathered


def _gather_fast(member: Member, options: ReadOptions) -> Gathered:
    """Read a file piece by piece; `Uncut` if pieces of it make no sense by themselves."""
    gathered = Gathered.empty(member, options)
    remarks = gathered.remarks
    pieces = cut(utf8_blocks(member, options.encoding))
    head = next(pieces)
    gathered.add(_exact_piece(b"", head, gathered, remarks))
    if remarks.doctype:  # it may give elements attributes that they do not show
        raise Uncut
    opening = b"<" + remarks.root.encode() + b">"
    piece = next(pieces)
    for following in pieces:
        tokens = plain_tokens(piece, gathered.event_count, gathered.trace_count)
        if tokens is None:
            tokens = _exact_piece(opening, piece, gathered, remarks)
        gathered.add(tokens)
        del tokens
        piece = following
    gathered.add(_exact_piece(opening, piece, gathered, remarks, closed=True))
    return gathered


def _exact_piece(
    opening: bytes, piece: bytes, gathered: Gathered, remarks: Remarks, *, closed: bool = False
) -> Tokens:
    """Parse a piece as a document of its own."""
    tokeniser = ExactTokeniser(
        gathered.name,
        first_event=gathered.event_count,
        first_trace=gathered.trace_count,
        remarks=remarks,
    )
    try:
        tokeniser.feed(opening)
        tokeniser.feed(piece)
        tokeniser.feed(b"" if closed else b"</" + remarks.root.encode() + b">", final=True)
    except InputError:
        # Perhaps the cut went through a comment; if not, reading it all gives the right line.
        raise Uncut from None
    return tokeniser.take()


__all__ = ["gather_exactly", "read_xes", "recognises"]
