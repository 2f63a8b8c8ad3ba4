"""PNG from a finished SVG, through resvg (the `png` extra).

resvg leaves out text silently when no font is found, as in slim containers. The fonts that come
with matplotlib, which pm4py brings, are then its last choice; without those it is an error.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from casemine.errors import MissingToolError

_FALLBACK = "DejaVu Sans"
_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf")


def to_png(svg: str, scale: float = 2.0) -> bytes:
    """Rasterise a picture.

    Parameters
    ----------
    svg : str
        What the `draw` functions return.
    scale : float
        Pixels per point: 2 is sharp on screens, 3 to 4 in print.

    Raises
    ------
    MissingToolError
        When resvg isn't installed, or no font can be found to write with.

    Notes
    -----
    The SVG alone is the same on every machine; a PNG depends on the fonts that are installed.
    Characters that none of them has are drawn as boxes or left out.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise MissingToolError(
            "a PNG needs resvg, which isn't installed", mend="pip install 'casemine[png]'"
        ) from error
    if not _writes_text(resvg_py):
        raise MissingToolError(
            "a PNG needs a font, and none was found on this machine",
            mend="Debian/Ubuntu: apt install fonts-liberation · or keep the SVG",
        )
    return _rasterise(resvg_py, svg, scale)


def _rasterise(resvg_py: Any, svg: str, scale: float) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=scale, font_files=_bundled_fonts(), sans_serif_family=_FALLBACK
        )
    )


def _bundled_fonts() -> list[str]:
    """Find the font files inside matplotlib, without importing it."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return [str(folder / name) for name in _FILES if (folder / name).is_file()]


def _writes_text(resvg_py: Any) -> bool:
    """Try whether text leaves a trace: resvg doesn't say when it has no font."""
    sheet = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
        "<text x='2' y='15' font-family='Helvetica, Arial, sans-serif'>{}</text></svg>"
    )
    written, blank = (_rasterise(resvg_py, sheet.format(word), 1.0) for word in ("M", ""))
    return written != blank
