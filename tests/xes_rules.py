"""The rules of IEEE 1849 that a written XES file must keep, in words of their own.

They say what the schema of the standard (`xes-ieee-1849-2016.xsd`) says, and the rules of its text
that no schema can hold: global attributes are there, prefixes are declared, keys come once, times
have an offset.
"""

from __future__ import annotations

import re

from lxml import etree

NAMESPACE = "{http://www.xes-standard.org/}"
VALUES = {
    "string": r"(?s).*",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d",
    "int": r"-?\d{1,19}",
    "float": r"-?(\d+(\.\d*)?([eE][+-]?\d+)?|INF)|NaN",
    "boolean": r"true|false",
}
PREFIXES = {"concept", "time", "org", "lifecycle", "cost", "identity", "semantic"}
ORDER = {
    "log": ["extension", "global", "classifier", "attribute", "trace"],
    "trace": ["attribute", "event"],
    "event": ["attribute"],
    "global": ["attribute"],
}


def assert_valid_xes(data: bytes) -> None:
    root = etree.fromstring(data)
    assert root.tag == f"{NAMESPACE}log"
    assert re.fullmatch(r"\d+(\.\d+)?", root.get("xes.version"))
    used = _component(root, "log")
    promised = {each.get("scope"): _component(each, "global") for each in _of(root, "global")}
    for trace in _of(root, "trace"):
        keys = _component(trace, "trace")
        assert promised["trace"] <= keys
        used |= keys
        for event in _of(trace, "event"):
            keys = _component(event, "event")
            assert promised["event"] <= keys
            used |= keys
    declared = {each.get("prefix"): each.get("uri") for each in _of(root, "extension")}
    assert {key.partition(":")[0] for key, _ in used if ":" in key} & PREFIXES <= set(declared)
    for prefix, uri in declared.items():
        assert uri == f"http://www.xes-standard.org/{prefix}.xesext"
    for each in _of(root, "classifier"):
        assert set(each.get("keys").split()) <= {key for key, _ in promised["event"]}


def _component(element, kind: str) -> set[tuple[str, str]]:
    """Check the order of what stands in an element; return its keys with their types."""
    ranks = []
    keys = []
    for child in element:
        name = etree.QName(child).localname
        assert child.tag == f"{NAMESPACE}{name}"
        ranks.append(ORDER[kind].index("attribute" if name in VALUES else name))
        if name in VALUES:
            key, value = child.get("key"), child.get("value")
            assert set(child.attrib) == {"key", "value"}
            assert len(child) == 0
            assert re.fullmatch(r"[^\W\d][\w.:-]*", key), key
            assert re.fullmatch(VALUES[name], value), (name, value)
            keys.append((key, name))
    assert ranks == sorted(ranks)
    assert len({key for key, _ in keys}) == len(keys)
    return set(keys)


def _of(element, name: str) -> list:
    return element.findall(f"{NAMESPACE}{name}")
