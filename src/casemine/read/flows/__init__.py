"""Designed flows from files: BPMN 2.0 as editors write it, and PNML of other tools."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from casemine.errors import InputError, Place, UsageError, show

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from casemine.model.flow import DesignedFlow

LARGEST = 64 * 2**20  # bytes; the largest public process model seen is below 2 MB
SHIPPED = {"yasm": "yasm-lp4.6.bpmn"}
_OTHERS = {
    "Package": "an XPDL package",
    "mxfile": "a draw.io drawing",
    "mxGraphModel": "a draw.io drawing",
    "AML": "an ARIS export",
    "ADOXML": "an Adonis export",
    "XMI": "a UML model",
    "log": "an event log",
    "ptml": "a process tree",
    "epml": "an event-driven process chain",
    "svg": "a picture",
    "html": "a web page",
    "document": "a document of another tool",
}
_OTHER_SPACES = {
    "/dmn": "a decision model (DMN)",
    "/cmmn": "a case model (CMMN)",
    "/wsdl": "a description of web services (WSDL)",
}


def read_flow(
    path: str | Path,
    *,
    process: str | None = None,
    events: Literal["silent", "steps"] = "silent",
) -> DesignedFlow:
    """Read a designed flow from a BPMN 2.0 or PNML file; its content says which it is.

    Parameters
    ----------
    path : str or Path
        The file. Findings name it as it is given here, with forward slashes.
    process : str, optional
        Id or name of the process, pool or net, where the file holds several.
    events : {"silent", "steps"}
        Whether intermediate events that have a name leave an event of that name in a log, or none.

    Returns
    -------
    DesignedFlow
        Its net begins with one token and ends with one. Whether it is sound is another question:
        `casemine.conform.soundness`.

    Raises
    ------
    InputError
        The file can't be opened, is no flow, a broken one, or holds what can't be read exactly,
        with the id of the element and its line.

    Notes
    -----
    The order of steps is exact, by the token rules of BPMN 2.0. Where ends, inclusive joins or
    interruptions depend on several tokens, all states of the process are looked at, up to 60,000.

    References
    ----------
    .. [1] Object Management Group, "Business Process Model and Notation", version 2.0.2, chapter
       13 "BPMN execution semantics".
    .. [2] R.M. Dijkman, M. Dumas, C. Ouyang, "Semantics and analysis of business process models in
       BPMN", Information and Software Technology 50 (2008), 1281-1294.
    """
    return _from_bytes(_content(path), str(path), process=process, events=events)


def processes_in(path: str | Path) -> tuple[str, ...]:
    """List the processes or nets of a file by what `read_flow` calls `process`, in file order.

    Those without anything in them are left out.

    Raises
    ------
    InputError
        The file can't be opened, is no flow or a broken one.
    """
    root, _ = _root(_content(path), str(path))
    from casemine.read.models.modelxml import tag

    if tag(root) == "definitions":
        from casemine.read.flows.pools import called

        return called(root)
    from casemine.read.flows.nets import called_nets

    return called_nets(root)


def _content(path: str | Path) -> bytes:
    file = str(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"the file can't be read: {why}", where=Place(file)) from None
    if len(data) > LARGEST:
        raise InputError(
            f"the file is larger than {LARGEST // 2**20} MB, which no flow is", where=Place(file)
        )
    return data


def shipped_flow(name: str = "yasm") -> DesignedFlow:
    """Read a designed flow that comes with casemine, by its name in `SHIPPED`.

    Raises
    ------
    UsageError
        There is no such flow.
    """
    file = SHIPPED.get(name)
    if file is None:
        raise UsageError(
            f"no flow called {show(name)} comes with casemine",
            mend=f"there is {', '.join(SHIPPED)}; or give a BPMN or PNML file",
        )
    data = resources.files("casemine.flows").joinpath(file).read_bytes()
    return _from_bytes(data, file, process=None, events="silent")


def _from_bytes(
    data: bytes, file: str, *, process: str | None, events: Literal["silent", "steps"]
) -> DesignedFlow:
    root, remarks = _root(data, file)
    from casemine.read.models.modelxml import tag

    if tag(root) == "definitions":
        from casemine.read.flows.bpmn import read_bpmn_flow

        flow = read_bpmn_flow(root, file, process=process, events_are_steps=events == "steps")
    else:
        from casemine.read.flows.nets import read_net_flow

        flow = read_net_flow(root, file, wanted=process)
    return replace(flow, remarks=(*remarks, *flow.remarks)) if remarks else flow


def _root(data: bytes, file: str) -> tuple[Element, list[str]]:
    """Parse a file that is BPMN or PNML, and nothing else; and say what was put up with."""
    from casemine.read.flows.prefixes import parse_flow
    from casemine.read.models.modelxml import spot, tag

    known = "a designed flow is a BPMN 2.0 file (.bpmn) or a Petri net (.pnml)"
    if not data.strip():
        raise InputError("the file is empty", where=Place(file), mend=known)
    if not _is_xml(data):
        raise InputError("the file is not XML, so it is no flow", where=Place(file), mend=known)
    root, remarks = parse_flow(data, file)
    space = str(root.tag).lower()
    for word, what in _OTHER_SPACES.items():
        if word in space:
            raise InputError(
                f"the file is {what}, not a designed flow", where=spot(root, file), mend=known
            )
    kind = tag(root)
    if kind not in {"definitions", "pnml", "net"}:
        what = f"the file is {_OTHERS[kind]}" if kind in _OTHERS else f"<{kind}> is no flow"
        raise InputError(f"{what}, not a designed flow", where=spot(root, file), mend=known)
    return root, remarks


def _is_xml(data: bytes) -> bool:
    """Whether the first character is that of a tag, in whatever Unicode encoding."""
    head = data[:200].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    return head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()[:1] == b"<"
