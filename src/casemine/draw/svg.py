"""The SVG writer: elements, escaping, numbers, curves and links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from casemine.draw.textwidth import is_rtl, visible
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casemine.model.diagram import Point

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}) | {
    ord(char): "\ufffd" for char in "\ufffe\uffff"
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LONGEST_LINK = 1000  # characters of a name in an address; browsers and servers refuse far longer


def number(value: float) -> str:
    """Write a coordinate with at most one decimal.

    Examples
    --------
    >>> [number(v) for v in (3.0, 2.25, -0.04, 10.96)]
    ['3', '2.2', '0', '11']
    """
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def escaped(text: str) -> str:
    """Escape mark-up; controls were made visible before, noncharacters become U+FFFD."""
    return text.translate(_ENTITIES)


def element(name: str, attributes: Mapping[str, object], *children: str) -> str:
    """Write one element; attributes that are None are left out, floats are written short.

    Examples
    --------
    >>> element("circle", {"r": 2.5, "id": None, "class": "a&b"})
    '<circle r="2.5" class="a&amp;b"/>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        text = number(value) if isinstance(value, float) else escaped(str(value))
        parts.append(f'{key}="{text}"')
    opening = " ".join(parts)
    if not children:
        return f"<{opening}/>"
    return f"<{opening}>{''.join(children)}</{name}>"


def group(attributes: Mapping[str, object], tooltip: str | None, *children: str) -> str:
    """Write a `<g>` whose first child is its tooltip."""
    titled = (element("title", {}, escaped(tooltip)), *children) if tooltip else children
    return element("g", attributes, *titled)


def text(
    content: str,
    x: float,
    y: float,
    *,
    size: float,
    style: str = "t",
    fill: str,
    anchor: str = "start",
    bold: bool = False,
    italic: bool = False,
    halo: str | None = None,
) -> str:
    """Write one line of text; with a halo it is written twice, first as a stroked outline.

    `content` must be visible text already. Right-to-left text is told so only where it is centred:
    elsewhere the anchor would change sides.
    """
    attributes: dict[str, object] = {
        "x": float(x),
        "y": float(y),
        "font-size": number(size),
        "font-weight": 700 if bold else None,
        "font-style": "italic" if italic else None,
        "text-anchor": None if anchor == "start" else anchor,
        "class": style,
        "fill": fill,
    }
    if anchor == "middle" and is_rtl(content):
        attributes |= {"direction": "rtl", "unicode-bidi": "embed"}
    written = element("text", attributes, escaped(content))
    if halo is None:
        return written
    outline = attributes | {
        "class": "h",
        "fill": halo,
        "stroke": halo,
        "stroke-width": 4,
        "stroke-linejoin": "round",
        "aria-hidden": "true",
    }
    return element("text", outline, escaped(content)) + written


def curve(points: Sequence[Point]) -> str:
    """Write the `d` of a path from control points of cubic Béziers (1 + 3k of them)."""
    start, *rest = [f"{number(x)},{number(y)}" for x, y in points]
    return f"M{start}C{' '.join(rest)}"


def polygon(points: Sequence[Point]) -> str:
    """Write the `d` of a closed straight-sided shape."""
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points) + "Z"


def isolated(name: str, *, limit: int = 300) -> str:
    """Write a name into a sentence so that right-to-left text doesn't turn the rest around."""
    shown = visible(name, limit=limit) or "(no name)"
    return f"\u2068{shown}\u2069" if is_rtl(shown) else shown


def link(template: str | None, **values: str) -> str | None:
    """Fill a link template; names are percent-encoded.

    Returns
    -------
    str or None
        None without a template, where it asks for something this element doesn't have, or where a
        name is too long for an address.

    Raises
    ------
    UsageError
        For an address that is neither relative nor http(s).

    Examples
    --------
    >>> link("cases.html?activity={activity}", activity="R&D / test")
    'cases.html?activity=R%26D%20%2F%20test'
    """
    if template is None:
        return None
    if any(len(value) > _LONGEST_LINK for value in values.values()):
        return None
    if not set(_PLACEHOLDER.findall(template)) <= values.keys():
        return None

    def fill(match: re.Match[str]) -> str:
        return quote(values[match[1]].encode("utf-8", "surrogatepass"), safe="")

    return _PLACEHOLDER.sub(fill, template)


def check_link_template(template: str | None) -> None:
    """Refuse a link template that is not an http(s) or relative address of known parts.

    Raises
    ------
    UsageError
        For another scheme, for control characters, and for unknown placeholders.
    """
    if template is None:
        return
    if not template.isprintable() or template != template.strip():
        raise UsageError(f"the link template {show(template)} holds blanks or control characters")
    unknown = set(_PLACEHOLDER.findall(template)) - {"activity", "source", "target"}
    if unknown:
        raise UsageError(
            f"the link template asks for {show('{' + min(unknown) + '}')}",
            mend="use {activity} for boxes, {source} and {target} for paths",
        )
    head = re.split(r"[/?#]", _PLACEHOLDER.sub("x", template), maxsplit=1)[0]
    scheme, colon, _ = head.partition(":")
    if "\\" in template or (colon and scheme.lower() not in {"http", "https"}):
        raise UsageError(
            f"the link template {show(template)} is not an http, https or relative address"
        )
