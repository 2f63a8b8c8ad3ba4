"""Colours for light, dark and printed pictures.

Every element carries its literal colour and a class; `auto` is the light picture plus a media
query that overrides by class, because several renderers don't know CSS variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["auto", "light", "dark", "print"]


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours. Text on fills is always `ink`."""

    background: str
    text: str
    muted: str
    frame: str  # thin lines: legend frame, lanes
    ink: str  # text inside boxes
    box_line: str
    fills: tuple[str, ...]  # boxes, five steps from few to many
    paths: tuple[str, ...]  # edges by frequency, five steps
    waits: tuple[str, ...]  # edges by duration, five steps
    quiet: str  # edges that carry no value
    start: str
    start_sign: str
    end: str
    end_sign: str
    plain: str  # boxes that carry no value
    deviation: str  # lines that leave the designed flow
    deviation_text: str  # the same in words, on the background
    deviation_ink: str  # the same in words, inside boxes
    ghost: str  # lines of what the design has and the log doesn't


LIGHT = Theme(
    background="#ffffff",
    text="#14202b",
    muted="#52606d",
    frame="#d5dce3",
    ink="#14202b",
    box_line="#5d7f9f",
    fills=("#f1f6fb", "#d6e5f4", "#b0cfe9", "#7fb2d9", "#4a90c2"),
    paths=("#8995a2", "#748393", "#5f7284", "#4a6076", "#344e67"),
    waits=("#b9b3a8", "#d9a85c", "#e8923a", "#d4651c", "#8c2d04"),
    quiet="#8995a2",
    start="#009e73",
    start_sign="#ffffff",
    end="#2b3640",
    end_sign="#ffffff",
    plain="#f7fafc",
    deviation="#d55e00",
    deviation_text="#b34700",
    deviation_ink="#b34700",
    ghost="#9aa7b4",
)
DARK = Theme(
    background="#12171d",
    text="#e8edf2",
    muted="#a9b4bf",
    frame="#34404c",
    ink="#14202b",
    box_line="#5d7f9f",
    fills=LIGHT.fills,
    paths=("#6a7783", "#7f8d9b", "#97a6b4", "#b0bfcc", "#cbd8e4"),
    waits=("#77787c", "#a07d4c", "#c98a3c", "#f09c40", "#ffcb94"),
    quiet="#6a7783",
    start="#00b386",
    start_sign="#ffffff",
    end="#e8edf2",
    end_sign="#12171d",
    plain="#f7fafc",
    deviation="#ff8a3d",
    deviation_text="#ff8a3d",
    deviation_ink="#b34700",
    ghost="#6f7d8b",
)
PRINT = Theme(
    background="#ffffff",
    text="#000000",
    muted="#3d3d3d",
    frame="#bdbdbd",
    ink="#000000",
    box_line="#4d4d4d",
    fills=("#ffffff", "#f0f0f0", "#dedede", "#cbcbcb", "#b5b5b5"),
    paths=("#8c8c8c", "#737373", "#5a5a5a", "#404040", "#262626"),
    waits=("#adadad", "#8a8a8a", "#686868", "#444444", "#1c1c1c"),
    quiet="#8c8c8c",
    start="#ffffff",
    start_sign="#000000",
    end="#000000",
    end_sign="#ffffff",
    plain="#ffffff",
    deviation="#000000",
    deviation_text="#000000",
    deviation_ink="#000000",
    ghost="#9a9a9a",
)

# Class to the colours it sets, for the dark half of `auto`.
_CLASSES = {
    "b": ("fill", "background"),
    "t": ("fill", "text"),
    "m": ("fill", "muted"),
    "l": ("stroke", "frame"),
    "q": ("stroke", "quiet"),
    "qa": ("fill", "quiet"),
    "s": ("fill", "start"),
    "ss": ("fill", "start_sign"),
    "e": ("fill", "end"),
    "es": ("fill", "end_sign"),
    "o": ("stroke", "text"),
    "v": ("stroke", "deviation"),
    "va": ("fill", "deviation"),
    "vt": ("fill", "deviation_text"),
    "g": ("stroke", "ghost"),
    "ga": ("fill", "ghost"),
}


def theme_of(name: ThemeName) -> Theme:
    """Colours that are written into the elements."""
    return {"auto": LIGHT, "light": LIGHT, "dark": DARK, "print": PRINT}[name]


def style_sheet(name: ThemeName) -> str:
    """Rules for dark screens, or nothing where the colours are fixed."""
    if name != "auto":
        return ""
    rules = [
        f".cm .{cls}{{{prop}:{getattr(DARK, field)}}}" for cls, (prop, field) in _CLASSES.items()
    ]
    rules.append(f".cm .h{{fill:{DARK.background};stroke:{DARK.background}}}")
    rules.append(f".cm .bs{{stroke:{DARK.background}}}")
    for prefix, colours in (("p", DARK.paths), ("w", DARK.waits)):
        for step, colour in enumerate(colours):
            rules.append(f".cm .{prefix}{step}{{stroke:{colour}}}")
            rules.append(f".cm .{prefix}{step}a{{fill:{colour}}}")
    return "@media (prefers-color-scheme:dark){" + "".join(rules) + "}"


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` by WCAG 2, 0 black to 1 white."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours by WCAG 2, 1 to 21.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
