"""The presets that ship, one TOML file per system, and those that users write.

Parsing all of them takes longer than reading a small table. So what a kind of file needs is first
looked up in the text of the presets, without understanding the rest, and only presets that could
fit are parsed. A preset written so that this cannot be seen is parsed whenever it might matter:
the look-up may let through too many, never too few.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, UsageError, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from casemine.read.crm.language.preset import FilePart, Preset

FOLDER = Path(__file__).parents[2] / "presets"
LARGEST = 4 << 20  # bytes; the longest preset that ships has some ten thousand

Needs = tuple[str, ...]

_NEEDS = re.compile(
    r"""^[ \t]*needs[ \t]*=[ \t]*(?P<value>
        "[^"\\\n]*" | '[^'\n]*'
        | \[ (?: [^\]"'#\\] | "[^"\\\n]*" | '[^'\n]*' | \#[^\n]* )* \]
    )[ \t]*(?:\#.*)?$""",
    re.MULTILINE | re.VERBOSE,
)
_COMMENT_OR_TEXT = re.compile(r"""#[^\n]*|"([^"\\\n]*)"|'([^'\n]*)'""")
_FILE = re.compile(r"^[ \t]*\[\[[ \t]*file[ \t]*\]\]", re.MULTILINE)


def shipped() -> tuple[Preset, ...]:
    """Parse all presets that ship, by system."""
    return tuple(_parsed(system) for system in _texts())


def likely(fits: Callable[[Needs], bool]) -> tuple[Preset, ...]:
    """Parse the presets that ship of which a kind of file may fit.

    Parameters
    ----------
    fits : function
        Whether a file has all that is needed: columns of tables, keys of JSON.
    """
    found = []
    for system, text in _texts().items():
        needs = needs_in(text)
        if needs is None or any(map(fits, needs)):
            found.append(_parsed(system))
    return tuple(found)


def systems() -> tuple[str, ...]:
    """Names of the presets that ship, in order."""
    return tuple(_texts())


def find(name: str) -> tuple[Preset, FilePart | None]:
    """Look up a preset that ships by what `--from` says: `servicenow`, or `servicenow:sys_audit`.

    Raises
    ------
    UsageError
        There is none of that name; says what is near and what there is.
    """
    system, colon, file = name.partition(":")
    known = _texts()
    system = system.strip().casefold()
    if system not in known:
        raise UsageError(
            f"there is no preset {show(system)}{near(system, known)}",
            mend=f"there are {', '.join(known)}; a preset of your own is named with --preset"
            if known
            else "a preset of your own is named with --preset",
            code="no-such-preset",
        )
    preset = _parsed(system)
    return preset, find_file(preset, file) if colon else None


def find_file(preset: Preset, name: str) -> FilePart:
    """Look up a kind of file of a preset.

    Raises
    ------
    UsageError
        The preset knows none of that name; says what is near and what there is.
    """
    names = [part.name for part in preset.files]
    wanted = name.strip().casefold()
    for part in preset.files:
        if part.name.casefold() == wanted:
            return part
    raise UsageError(
        f"the preset {preset.system} has no file {show(name)}{near(wanted, names)}",
        mend=f"there are {', '.join(names)}",
        code="no-such-preset",
    )


def read_preset(path: Path) -> Preset:
    """Read a preset that a user wrote.

    Raises
    ------
    InputError
        It cannot be read, or says something that no preset can say.
    """
    from casemine.read.crm.language.parsing import parse_preset

    where = Place(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(f"cannot be read: {reason}", where=where, code="bad-preset") from error
    if len(data) > LARGEST:
        raise InputError("is too large for a preset", where=where, code="bad-preset")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not UTF-8, which TOML has to be: byte {error.start:,}",
            where=where,
            code="bad-preset",
        ) from error
    return parse_preset(text.replace("\r\n", "\n"), str(path))


def needs_in(text: str) -> tuple[Needs, ...] | None:
    r"""Find what the files of a preset need, without parsing it; None where that is not clear.

    Examples
    --------
    >>> needs_in('[[file]]\nneeds = ["id", "state"]  # of a task\n[[file]]\nneeds = "key"\n')
    (('id', 'state'), ('key',))
    >>> needs_in('file = [{ needs = ["id"] }]') is None
    True
    """
    found = tuple(
        tuple(
            quoted[1] if quoted[1] is not None else quoted[2]
            for quoted in _COMMENT_OR_TEXT.finditer(each["value"])
            if not quoted[0].startswith("#")
        )
        for each in _NEEDS.finditer(text)
    )
    clear = found and len(found) == len(_FILE.findall(text)) and not any("" in e for e in found)
    return found if clear else None


@cache
def _texts() -> dict[str, str]:
    """Text of each preset that ships, by system; the file is named after it."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem)
    }


@cache
def _parsed(system: str) -> Preset:
    from casemine.read.crm.language.parsing import parse_preset

    return parse_preset(_texts()[system], f"{system}.toml")


def near(word: str, known: Iterable[str]) -> str:
    """Say which of the known words was probably meant, if any is like it."""
    from difflib import get_close_matches

    close = get_close_matches(word.casefold(), list(known), 1)
    return f"; did you mean {show(close[0])}?" if close else ""
