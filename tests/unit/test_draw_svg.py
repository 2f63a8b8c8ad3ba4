import xml.etree.ElementTree as ET

import pytest

from casemine.draw.svg import check_link_template, element, escaped, group, isolated, link, text
from casemine.errors import UsageError


def test_mark_up_in_names_is_escaped():
    nasty = """<script>alert("x")</script> & ]]> 'y'"""

    parsed = ET.fromstring(element("text", {"data-activity": nasty}, escaped(nasty)))

    assert (parsed.text, parsed.get("data-activity")) == (nasty, nasty)


def test_the_tooltip_is_the_first_child_of_its_group():
    assert group({}, "a < b", "<path/>") == "<g><title>a &lt; b</title><path/></g>"


def test_a_halo_is_the_same_text_twice_and_hidden_from_screen_readers():
    written = text("12", 1, 2, size=11, fill="#000000", halo="#ffffff")

    assert written.count(">12</text>") == 2
    assert written.index('stroke="#ffffff"') < written.index('fill="#000000"')
    assert written.count("aria-hidden") == 1


def test_centred_right_to_left_text_says_so():
    assert 'direction="rtl"' in text("إنشاء", 1, 2, size=11, fill="#000000", anchor="middle")
    assert "direction" not in text("إنشاء", 1, 2, size=11, fill="#000000")


def test_right_to_left_names_are_isolated_in_sentences():
    assert isolated("إنشاء") == "\u2068إنشاء\u2069"
    assert isolated("Solve") == "Solve"
    assert isolated("") == "(no name)"


def test_names_are_percent_encoded_in_addresses():
    address = link("a.html?activity={activity}", activity='"/>&?#é {x}')

    assert address == "a.html?activity=%22%2F%3E%26%3F%23%C3%A9%20%7Bx%7D"


def test_a_name_cannot_become_the_scheme_of_an_address():
    assert link("{activity}", activity="javascript:alert(1)") == "javascript%3Aalert%281%29"


def test_a_name_too_long_for_an_address_gets_none():
    assert link("a.html?{activity}", activity="x" * 2000) is None


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert('{activity}')",
        "JavaScript:{activity}",
        "data:text/html,{activity}",
        "vbscript:{activity}",
        " javascript:{activity}",
        "java\tscript:{activity}",
        "{activity}:{source}",
        "\\\\host\\{activity}",
        "a.html?{case}",
    ],
)
def test_other_schemes_and_unknown_places_are_refused(template):
    with pytest.raises(UsageError):
        check_link_template(template)


@pytest.mark.parametrize(
    "template",
    [
        "cases.html?activity={activity}",
        "https://example.org/a/{activity}",
        "HTTPS://example.org/{activity}",
        "http://example.org/?f={source}&t={target}",
        "#{activity}",
        "../x/{activity}?t=12:30",
    ],
)
def test_http_and_relative_addresses_are_accepted(template):
    check_link_template(template)
