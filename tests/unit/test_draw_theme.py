import re

import pytest

from casemine.draw.theme import DARK, LIGHT, PRINT, contrast, luminance, style_sheet

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])


@THEMES
def test_every_text_can_be_read(theme):
    pairs = [(theme.text, theme.background), (theme.muted, theme.background)]
    pairs += [(theme.ink, fill) for fill in (*theme.fills, theme.plain)]

    assert min(contrast(*pair) for pair in pairs) >= 4.5  # AA of WCAG 2.1


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
