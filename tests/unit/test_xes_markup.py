"""Reading XES: whatever XML allows is read alike by both ways, and the rest is refused."""

from __future__ import annotations

import pytest

from casemine.errors import CasemineError, InputError
from casemine.read.xes.fast import plain_tokens
from casemine.read.xes.pieces import cut
from xes_files import (
    HEAD,
    assert_same_log,
    column,
    event,
    log,
    notes,
    read,
    read_exactly,
    tag,
    trace,
)

A = event("A", "2026-05-31T09:00:00Z")
B = event("B", "2026-05-31T10:00:00Z")
C = event("C", "2026-05-31T11:00:00Z")


def is_plain(piece: str) -> bool:
    return plain_tokens(piece.encode(), 0, 0) is not None


ODD = {
    "a prefix": log(trace("1", A, B))
    .replace("</", "</x:")
    .replace("<trace", "<x:trace")
    .replace("<event", "<x:event")
    .replace("<string", "<x:string")
    .replace("<date", "<x:date")
    .replace("<log", '<x:log xmlns:x="http://www.xes-standard.org/"'),
    "single quotes": log(trace("1", A, B)).replace('"', "'"),
    "a comment": log(trace("1", A, '<!-- <event> " -->', B)),
    "a comment that ends a trace": log(trace("1", A, "<!-- </trace> -->", B), trace("2", C)),
    "cdata": log(trace("1", A, "<![CDATA[ </trace> ]]>", B)),
    "a processing instruction": log(trace("1", A, "<?x </trace> ?>", B)),
    "tags closed by tags": log(trace("1", A, B))
    .replace('"/>', '"></string>')
    .replace('Z"></string>', 'Z"></date>'),
    "value before key": log(
        trace(
            "1",
            A,
            '<event><string value="B" key="concept:name"/>'
            '<date value="2026-05-31T10:00:00Z" key="time:timestamp"/></event>',
        )
    ),
    "blanks in tags": log(trace("1", A, B))
    .replace("<event>", "<event >")
    .replace("=", " = ")
    .replace("xes.version = ", "xes.version="),
    "references": log(trace("1", event("A &amp; &lt;b&gt; &quot;c&quot; &apos;d&apos; &amp;lt;"))),
    "numbered references": log(trace("1", event("&#233;&#x1F600;&#10;"), event("&#38;lt; &amp;"))),
    "a line end in a value": log(trace("1", event("A\nB\tC"))),
    "an angle in a value": log(trace("1", event("A -> B > C"))),
    "an event without attributes": log(trace("1", A, "<event/>", B)),
    "nothing but names": log(trace("1", event("A", None))),
    "an empty trace": log(trace("1", A), "<trace/>", "<trace></trace>", trace("2", B)),
    "attributes after events": log("<trace>", A, tag("concept:name", "1"), "</trace>"),
    "carriage returns": log(trace("1", A, B)).replace("\n", "\r"),
    "one line": log(trace("1", A, B)).replace("\n", ""),
    "other letters": log(trace("é", event("日本語", None, tag("مفتاح", "قيمة")))),
    "something after the traces": log(trace("1", A), tag("x", "1"), "<!-- end -->"),
    "an extra XML attribute": log(
        trace("1", A, '<event id="3"><string key="concept:name" value="B" x="y"/></event>')
    ),
    "text between tags": log(trace("1", A, "hello", B)),
    "an unknown element": log(trace("1", A, "<meta><string key='a' value='b'/></meta>", B)),
    "a key twice": log(trace("1", event("A", None, tag("x", "1"), tag("x", "2")))),
    "a document type": HEAD.replace("<log", "<!DOCTYPE log>\n<log") + trace("1", A) + "</log>",
    "two traces of one name": log(trace("1", A), trace("1", B)),
}


@pytest.mark.parametrize("name", ODD)
def test_both_ways_give_the_same_log(name):
    text = ODD[name]

    assert_same_log(read(text, on_error="skip"), read_exactly(text, on_error="skip"))


def test_plain_pieces_go_the_fast_way_and_others_do_not():
    plain = trace("1", A, B, event("&amp; &lt;", None, tag("n", "1", "int")))

    assert is_plain(plain)
    assert is_plain(plain.replace("&lt;", "&#60;&#x1F600;"))
    assert is_plain(plain.replace("<", "<xes:").replace("<xes:/", "</xes:"))
    for changed in (
        plain.replace('"', "'"),
        plain.replace("<event>", "<event><!-- -->", 1),
        plain.replace("<event>", "<event x='1'>", 1),
        plain.replace("/>", "></string>", 1),
        plain.replace("&lt;", "&#7;"),
        plain.replace("&lt;", "&#xD800;"),
        plain.replace("&lt;", "&#x110000;"),
        plain.replace("&lt;", "&#;"),
        plain.replace("&lt;", "&unknown;"),
        plain.replace("&lt;", "<"),
        plain.replace("&lt;", "\n"),
        plain.replace("&lt;", "\x01"),
        plain.replace("&lt;", "\uffff"),
        plain.replace("</event>", "</trace>", 1),
        plain.replace("</event>", "</x:event>", 1),
        plain.replace("</event>", "<event/></event>", 1),
        plain.replace("<event>", "<event></event><event>", 1),
        plain.replace("<event>", "", 1),
        plain.replace("</event>", "", 1),
        plain.replace("<int ", "<integer "),
        plain.replace('key="n"', 'key=""'),
        plain.replace("<trace>", "", 1),
        plain.replace("</trace>", "", 1),
        plain + "</log>",
        "<string key='a' value='b'/>",
        '<string key="a" value="b"/>',
        "",
    ):
        assert changed != plain
        assert not is_plain(changed)


def crumbs(blocks, size=300):
    """The same bytes a few at a time."""
    for block in blocks:
        yield from (block[at : at + size] for at in range(0, len(block), size))


def test_pieces_of_any_size_give_the_same_log(monkeypatch):
    text = log(*(trace(f"{n}", A, "<!-- -->" * (n % 5 == 0), B, C) for n in range(50)))
    whole = read(text)

    for size in (1, 700, 5000):
        monkeypatch.setattr(
            "casemine.read.xes.cut", lambda blocks, size=size: cut(crumbs(blocks), size)
        )

        assert_same_log(read(text), whole)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-8-sig", "UTF-8"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("shift_jis", "Shift_JIS"),
        ("utf-16", "UTF-8"),
    ],
)
def test_any_encoding_that_the_file_declares_is_read(encoding, declared):
    name = "ネコ" if encoding == "shift_jis" else "é"
    text = log(trace("1", event(name))).replace("UTF-8", declared)

    assert column(read(text.encode(encoding)), "activity") == [name]


def test_the_user_has_the_last_word_on_the_encoding():
    data = log(trace("1", event("é"))).encode("latin-1")

    with pytest.raises(InputError, match=r"log\.xes:4: .*utf-8"):
        read(data)
    assert column(read(data, encoding="latin-1"), "activity") == ["é"]


@pytest.mark.parametrize("encoding", ["klingon", "zip", "undefined"])
def test_an_encoding_that_does_not_exist_is_refused(encoding):
    with pytest.raises(InputError, match=r"log\.xes:1: declares the encoding"):
        read(log(trace("1", A)).replace("UTF-8", encoding))


def test_nested_attributes_have_the_path_of_their_keys():
    inner = (
        '<string key="note" value="x"><int key="n" value="3">'
        '<string key="m" value="y"/></int></string>'
    )

    found = read(log(trace("1", event("A", None, inner))))

    assert (column(found, "note"), column(found, "note/n"), column(found, "note/n/m")) == (
        ["x"],
        [3],
        ["y"],
    )
    assert notes(found)["nested-attributes"] == 2


def test_lists_and_containers_become_json():
    inner = (
        '<list key="tags"><values><string key="t" value="a"/><string key="t" value="b"/>'
        "</values></list>"
        '<container key="c"><int key="n" value="1"><list key="l"/></int></container>'
    )

    found = read(log(trace("1", event("A", None, inner))))

    assert column(found, "tags") == [
        (
            '[{"type": "string", "key": "t", "value": "a"}, '
            '{"type": "string", "key": "t", "value": "b"}]'
        )
    ]
    assert column(found, "c") == [
        '[{"type": "int", "key": "n", "value": "1", "children": [{"type": "list", "key": "l"}]}]'
    ]
    assert notes(found)["list-attributes"] == 2


def test_what_xes_does_not_have_is_counted():
    found = read(
        log(
            trace(
                "1",
                '<event id="3"><string key="concept:name" value="A" x="y"/></event>',
                "<meta/><meta/>",
                event("B", None, "<string value='lost'/>"),
            )
        )
    )

    assert notes(found)["unknown-elements"] == 2
    assert notes(found)["unknown-attributes"] == 2
    assert "keyless-attributes" in notes(found)


def test_a_broken_promise_of_the_head_is_told_and_nothing_is_filled_in():
    head = HEAD + '<global scope="event"><string key="x" value="default"/></global>\n'

    found = read(log(trace("1", event("A", None, tag("x", "1")), event("B", None)), head=head))

    assert column(found, "x") == ["1", None]
    assert notes(found)["broken-promise"] == 1


def test_text_of_a_megabyte_markup_and_formulas_are_only_text():
    name, formula = "x" * 1_000_000, "=cmd|'/c calc'!A1"

    found = read(
        log(trace("1", event(name, None, tag("f", formula)), event("&lt;script&gt;", None)))
    )

    assert column(found, "activity") == [name, "<script>"]
    assert column(found, "f") == [formula, None]


BAD = {
    "not xml": ("hello", "not well-formed XML"),
    "nothing": ("", "holds no XML element"),
    "a bpmn model": ("<bpmn:definitions/>", "<bpmn:definitions>, not <log> .a BPMN model"),
    "the older format": ("<WorkflowLog/>", "MXML"),
    "no events": (log(), "holds no event"),
    "empty traces": (log(trace("1"), trace("2")), "holds no event, only 2 empty traces"),
    "cut off in an event": (log(trace("1", A, B))[:250], "the XML ends inside an event"),
    "cut off between traces": (log(trace("1", A))[:-8], "is cut off: the XML ends before </log>"),
    "two logs": (log(trace("1", A)) + log(trace("1", A)), "not well-formed XML"),
    "crossed tags": (log(trace("1", "<event></trace></event>")), "mismatched tag"),
    "an event in an event": (log(trace("1", "<event>", A, "</event>")), "inside another event"),
    "a trace in a trace": (log(trace("1", trace("2", A))), "a <trace> stands inside another trace"),
    "an event in an attribute": (log(f"<string key='a' value='b'>{A}</string>"), "an attribute"),
    "an event in something": (log("<x>", A, "</x>"), "an element that is not part of XES"),
    "an angle in a value": (log(trace("1", event("a < b"))), "not well-formed XML"),
    "an entity that nobody declared": (log(trace("1", event("&x;"))), "undefined entity"),
    "a character that XML forbids": (log(trace("1", event("&#7;"))), "invalid character number"),
    "a control character": (log(trace("1", event("\x07"))), "not well-formed XML"),
    "entities": ('<!DOCTYPE log [<!ENTITY a "b">]>' + log(head="<log>"), "XML entity 'a'"),
    "a parameter entity": (
        '<!DOCTYPE log [<!ENTITY % a SYSTEM "http://x/">%a;]><log/>',
        "XML entity",
    ),
    "an outside entity": (
        '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]><log/>',
        "XML entity 'a'",
    ),
    "a document type outside": ('<!DOCTYPE log SYSTEM "http://x/y.dtd"><log/>', "http://x/y.dtd"),
    "nesting without end": (log("<string key='a' value='b'>" * 200), "more than 100 deep"),
    "lists without end": (log(trace("1", "<list key='a'>" * 200)), "more than 100 deep"),
    "a NUL": (log(trace("1", event("a\0b"))), "NUL byte"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_log_is_refused_in_plain_words(name):
    text, message = BAD[name]

    for reader in (read, read_exactly):
        with pytest.raises(InputError, match=message):
            reader(text)


def test_the_line_of_a_fault_in_the_markup_is_the_physical_one():
    with pytest.raises(InputError, match=r"^log\.xes:5: "):
        read(log(trace("1", A, "<event></wrong>", B)))


def test_nothing_outside_is_opened(monkeypatch):
    def forbidden(*_args, **_kwargs):
        raise AssertionError

    monkeypatch.setattr("socket.socket.connect", forbidden)
    for name in ("an outside entity", "a document type outside", "a parameter entity"):
        with pytest.raises(InputError):
            read(BAD[name][0])


def test_more_keys_than_a_table_can_have_are_refused(monkeypatch):
    monkeypatch.setattr("casemine.read.xes.columns.MAX_KEYS", 20)

    with pytest.raises(InputError, match="different attribute keys"):
        read(log(trace("1", *(event("A", None, tag(f"k{n}", "1")) for n in range(40)))))


@pytest.mark.parametrize(
    "damage", [b"", b"\xff", b"\0", b"<", b'"', b"&", b"</trace>", b"<trace>", b"-->"]
)
def test_damage_anywhere_is_a_log_or_an_error_but_never_a_crash(damage):
    text = log(trace("1", A, B), trace("2", C)).encode()

    for at in range(0, len(text), 7):
        data = text[:at] + damage + text[at + 3 :]
        try:
            found = read(data, on_error="skip")
        except CasemineError:
            continue
        assert found.intake.rows_read == len(found) + found.intake.rows_quarantined
