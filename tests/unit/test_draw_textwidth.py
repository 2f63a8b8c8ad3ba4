import pytest

from casemine.draw.textwidth import clip, clusters, is_rtl, text_width, visible, wrap


def test_a_width_is_that_of_helvetica_with_some_slack():
    assert text_width("Ticket", 10) == pytest.approx(
        (0.611 + 0.222 + 0.5 + 0.5 + 0.556 + 0.278) * 10 * 1.06
    )


def test_bold_is_wider_and_marks_take_no_room():
    assert text_width("Solve", 13, bold=True) > text_width("Solve", 13)
    assert text_width("e\u0301\u200d", 13) == text_width("e", 13)


def test_cjk_characters_are_as_wide_as_the_line_is_high():
    assert text_width("工单", 10) == pytest.approx(2 * 10 * 1.06)


def test_accented_letters_are_as_wide_as_plain_ones():
    assert text_width("Österréich", 10) == text_width("Osterreich", 10)


def test_a_name_is_wrapped_at_blanks_into_even_lines():
    lines, cut = wrap("Take in charge ticket of customer", 13, 130)

    assert lines == ("Take in charge", "ticket of customer")
    assert not cut


def test_what_does_not_fit_ends_in_an_ellipsis_and_keeps_its_blanks():
    lines, cut = wrap(
        "Confirmation of the receipt of the application for an environmental permit", 13, 200
    )

    assert cut
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert " for an e" in lines[1]
    assert all(text_width(line, 13) <= 200 for line in lines)


def test_a_word_without_blanks_is_broken_anywhere():
    lines, cut = wrap("x" * 40, 13, 150, lines=9)

    assert "".join(lines) == "x" * 40
    assert not cut
    assert len(lines) > 1


def test_no_line_begins_with_a_dash():
    assert wrap("Accepted / Wait - Implementation", 13, 130)[0][1][0] not in "-/"


def test_ideographs_may_break_everywhere():
    lines, _ = wrap("工单关闭与客户满意度调查", 13, 100)

    assert "".join(lines) == "工单关闭与客户满意度调查"


@pytest.mark.parametrize(
    "joined", ["e\u0301", "👩\u200d💻", "👍🏽", "🇩🇪", "❤\ufe0f", "\u0928\u093f"]
)
def test_what_reads_as_one_character_is_never_split(joined):
    assert clusters(f"a{joined}b") == ["a", joined, "b"]


def test_controls_are_shown_and_white_space_is_one_blank():
    assert visible("a\x00b\t\n c\u202ed") == "a\\x00b c\\u202ed"


def test_lone_surrogates_become_visible():
    assert visible("a\ud800b") == "a\\ud800b"


def test_joiners_stay_because_they_change_their_neighbours():
    assert visible("👩\u200d💻") == "👩\u200d💻"


def test_a_megabyte_of_name_is_cut_at_once():
    shown = visible("x" * 1_000_000, limit=50)

    assert shown == "x" * 50 + "…"


def test_a_cut_never_splits_a_grapheme():
    assert clip("abe\u0301", 3) == "ab"


@pytest.mark.parametrize(
    ("text", "rtl"),
    [
        ("إنشاء", True),
        ("תיקון 2", True),
        ("12 مراجعة", True),
        ("Review مراجعة", False),
        ("", False),
    ],
)
def test_the_first_letter_decides_the_direction(text, rtl):
    assert is_rtl(text) is rtl


def test_a_sign_that_ends_lines_does_not_make_one_too_wide():
    lines, cut = wrap(r"\x1b000>", 13, 46, lines=2)

    assert cut
    assert all(text_width(line, 13) <= 46 for line in lines)
