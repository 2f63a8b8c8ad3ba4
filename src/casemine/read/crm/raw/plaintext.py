"""Formatted text as plain text: HTML, and the document format of Atlassian."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

# Only these are taken for tags: `see <invoice.pdf>` is no HTML and stays as it is.
_TAG_NAMES = """
a abbr address article aside b big blockquote body br button caption center cite code col colgroup
dd del details div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr
html i iframe img input ins kbd label li link main mark meta nav ol p picture pre q s samp script
section small source span strike strong style sub summary sup svg table tbody td tfoot th thead
time title tr tt u ul var video
"""
_TAGS = frozenset(_TAG_NAMES.split())
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[\s/>]|<!")
_BREAKS = frozenset(
    {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
)
_UNSEEN = frozenset({"script", "style"})
_BLOCKS = frozenset(
    {"paragraph", "heading", "codeBlock", "blockquote", "listItem", "rule", "tableRow", "panel"}
)
_BREAK = "\x00"  # between blocks of a document; blank lines within a text are its own
_JOINTS = re.compile(f"{_BREAK}+")
_GAPS = re.compile(r"[ \t\r\f\v]*\n\s*")


def plain_text(html: str) -> str:
    r"""Take tags out of HTML, resolve entities, and make paragraphs lines.

    Text without tags and entities comes back as it is.

    Examples
    --------
    >>> plain_text("<p>Order &quot;A-1&quot;</p><p>from <b>Jo</b><br/>&amp; me</p>")
    'Order "A-1"\nfrom Jo\n& me'
    >>> plain_text("if a < b, see <invoice.pdf>")
    'if a < b, see <invoice.pdf>'
    """
    if not any(tag == "" or tag.lower() in _TAGS for tag in _TAG.findall(html)):
        return unescape(html)
    parser = _Text()
    parser.feed(html)
    parser.close()
    return _GAPS.sub("\n", "".join(parser.parts)).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden += tag in _UNSEEN
        self._tag(tag, self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._tag(tag, self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _UNSEEN))
        if tag != "br":
            self._tag(tag, f"</{tag}>")

    def _tag(self, tag: str, written: str) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag not in _TAGS:
            self.parts.append(written)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def is_document(value: dict[str, Any]) -> bool:
    """Whether a JSON object is a document in Atlassian's format."""
    return value.get("type") == "doc" and isinstance(value.get("content"), list)


def document_text(node: Any) -> str:
    r"""Take the text out of a document in Atlassian's format, a line for each paragraph.

    Examples
    --------
    >>> hello = {"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}
    >>> document_text({"type": "doc", "version": 1, "content": [hello, hello]})
    'Hello\nHello'
    """
    parts: list[str] = []
    _collect(node, parts)
    return _JOINTS.sub("\n", "".join(parts)).strip()


def _collect(node: Any, parts: list[str]) -> None:
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    attributes = node.get("attrs")
    if isinstance(text := node.get("text"), str):
        parts.append(text)
    elif kind == "hardBreak":
        parts.append("\n")
    elif isinstance(attributes, dict):  # mentions, emojis, dates, links shown as cards
        shown = next(
            (attributes[key] for key in ("text", "shortName", "url") if attributes.get(key)), ""
        )
        parts.append(str(shown) if "content" not in node else "")
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        _collect(child, parts)
    if isinstance(kind, str) and kind in _BLOCKS:
        parts.append(_BREAK)
