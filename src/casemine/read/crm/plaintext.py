"""The text that a reader sees of a piece of HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "pre"}
_UNSHOWN = {"script", "style", "head"}


def plain_text(html: str) -> str:
    """Take the tags out, resolve entities, begin lines where blocks begin.

    Examples
    --------
    >>> plain_text("<p>See &quot;A&quot; &amp; B</p><p>Best,<br>Mara</p>")
    'See "A" & B\\nBest,\\nMara'
    """
    if "<" not in html and "&" not in html:
        return html
    parser = _Shown()
    parser.feed(html)
    parser.close()
    return re.sub(r"\n{2,}", "\n", "".join(parser.parts)).strip()


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _UNSHOWN:
            self._hidden += 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSHOWN and self._hidden:
            self._hidden -= 1
        if tag in _BLOCKS - {"br"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
