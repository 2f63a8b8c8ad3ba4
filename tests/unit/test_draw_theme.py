import re

import pytest

from casemine.draw.theme import DARK, LIGHT, PRINT, contrast, luminance, style_sheet

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])


@THEMES
def test_every_text_can_be_read(theme):
    pairs = [(theme.text, theme.background), (theme.muted, theme.background)]
    pairs += [(ink, fill) for ink in (theme.ink, theme.ink_muted) for fill in theme.fills]

    # 4.5:1 is AA of WCAG 2.1; the small second line on the darkest box comes nearest.
    assert min(contrast(*pair) for pair in pairs[:-1]) >= 4.5
    assert contrast(*pairs[-1]) >= 3.3


@THEMES
def test_names_in_the_darkest_box_keep_their_contrast(theme):
    assert contrast(theme.ink, theme.fills[-1]) >= 4.5


@THEMES
def test_more_is_always_further_from_the_background(theme):
    for scale in (theme.paths, theme.waits):
        steps = [contrast(colour, theme.background) for colour in scale]

        assert steps == sorted(steps)
        assert steps[-1] >= 4.5


def test_fills_darken_step_by_step():
    for theme in (LIGHT, PRINT):
        steps = [luminance(colour) for colour in theme.fills]

        assert steps == sorted(steps, reverse=True)


@THEMES
def test_lines_that_carry_no_colour_value_can_be_seen(theme):
    assert contrast(theme.quiet, theme.background) >= 3


def test_print_has_only_greys():
    values = [PRINT.text, PRINT.muted, PRINT.ink, PRINT.quiet, PRINT.start, PRINT.end]

    for colour in [*values, *PRINT.fills, *PRINT.paths, *PRINT.waits]:
        assert colour[1:3] == colour[3:5] == colour[5:7]


def test_only_the_automatic_theme_asks_the_screen_and_without_variables():
    assert style_sheet("auto").startswith("@media (prefers-color-scheme:dark)")
    assert "var(" not in style_sheet("auto")
    assert [style_sheet(name) for name in ("light", "dark", "print")] == ["", "", ""]


def test_rules_stay_inside_the_picture():
    body = style_sheet("auto").split("{", 1)[1]

    assert all(rule.startswith(".cm ") for rule in re.findall(r"[^{}]+(?=\{)", body))
