"""Formatted text as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.read.crm.raw.plaintext import document_text, is_document, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<div>a <b>b</b>&nbsp;&lt;c&gt; &#252;</div>", "a b\xa0<c> ü"),
        ("<style>p {}</style><p>x</p><script>y</script>", "x"),
        ("<!-- secret --><p>x</p>", "x"),
        ("<p>see <invoice.pdf> and <Jo@x.org></p>", "see <invoice.pdf> and <Jo@x.org>"),
        ("no tags &amp; no\n\nparagraphs", "no tags & no\n\nparagraphs"),
        ("a < b, Re: <invoice.pdf>", "a < b, Re: <invoice.pdf>"),
        ("", ""),
    ],
)
def test_tags_go_and_text_stays(html, text):
    assert plain_text(html) == text


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab <>/&;!-p\"'="), max_size=30))
def test_whatever_looks_like_html_gives_text(html):
    assert isinstance(plain_text(html), str)


def test_documents_of_atlassian_become_lines():
    def paragraph(*inner):
        return {"type": "paragraph", "content": list(inner)}

    def text(value):
        return {"type": "text", "text": value}

    document = {
        "type": "doc",
        "version": 1,
        "content": [
            paragraph(text("Hello "), {"type": "mention", "attrs": {"id": "1", "text": "@Jo"}}),
            {
                "type": "bulletList",
                "content": [
                    {"type": "listItem", "content": [paragraph(text("one"))]},
                    {
                        "type": "listItem",
                        "content": [paragraph(text("two"), {"type": "hardBreak"}, text("2"))],
                    },
                ],
            },
            {"type": "inlineCard", "attrs": {"url": "https://x.org"}},
            None,
        ],
    }

    assert is_document(document)
    assert document_text(document) == "Hello @Jo\none\ntwo\n2\nhttps://x.org"
    assert not is_document({"type": "doc"})
