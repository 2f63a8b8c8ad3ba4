"""A model from a file: which format it is in is seen from its content, whatever it is called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show

if TYPE_CHECKING:
    from casemine.model.bpmn import BpmnModel
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.model.petri import PetriNet
    from casemine.model.tree import ProcessTree

LARGEST = 64 * 2**20  # bytes; the largest public process model seen is below 2 MB
KNOWN = (
    "a model is .json, .pnml, .bpmn, .ptml or a .dot file of casemine; "
    "a log is drawn by casemine discover"
)


def read_model(path: str | Path) -> DirectlyFollowsGraph | PetriNet | BpmnModel | ProcessTree:
    """Read a graph, net, diagram or tree.

    Parameters
    ----------
    path : str or Path
        `-` for standard input.

    Raises
    ------
    InputError
        The file can't be opened, is too large, holds no model, or a broken one; with the line
        where there is one.
    """
    file = "<stdin>" if str(path) == "-" else str(path)
    data = _bytes(path, file)
    head = _beginning(data)
    if head.startswith("<"):
        return _from_xml(data, file)
    if head.startswith(("{", "[")):
        from casemine.read.models.modeljson import read_json

        return read_json(data.removeprefix(b"\xef\xbb\xbf"), file)
    if head.startswith(("//", "/*", "#", "digraph", "graph", "strict")):
        from casemine.read.models.dot import read_dot

        return read_dot(data.removeprefix(b"\xef\xbb\xbf"), file)
    if not head:
        what = "is empty"
    elif any(char in head for char in "\0\ufffd"):
        what = "is not text"
    else:
        what = f"begins with {show(head[:20])}"
    raise InputError(f"the file {what}, so it is no model", where=Place(file), mend=KNOWN)


def _bytes(path: str | Path, file: str) -> bytes:
    try:
        if file == "<stdin>":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"the file can't be read: {why}", where=Place(file)) from None
    if len(data) > LARGEST:
        raise InputError(
            f"the file is larger than {LARGEST // 2**20} MB, which no model is",
            where=Place(file),
            mend="a log is drawn by casemine discover",
        )
    return data


def _beginning(data: bytes) -> str:
    """First characters, in whatever Unicode encoding."""
    encoding = "utf-8-sig"
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    return data[:400].decode(encoding, "replace").lstrip()


def _from_xml(data: bytes, file: str) -> PetriNet | BpmnModel | ProcessTree:
    from casemine.read.models.modelxml import parse_xml, spot, tag

    root = parse_xml(data, file)
    match tag(root):
        case "pnml" | "net":
            from casemine.read.models.pnml import read_pnml

            return read_pnml(root, file)
        case "definitions":
            from casemine.read.models.bpmn import read_bpmn

            return read_bpmn(root, file)
        case "ptml":
            from casemine.read.models.ptml import read_ptml

            return read_ptml(root, file)
        case "log":
            raise InputError(
                "the file is an event log, not a model",
                where=spot(root, file),
                mend="draw it with casemine discover",
            )
        case other:
            raise InputError(f"<{other}> begins no model", where=spot(root, file), mend=KNOWN)
