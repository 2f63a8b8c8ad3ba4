"""`casemine.toml`: what a project says once instead of on every command line.

Order: command line, then environment (`CASEMINE_CASE` and so on), then this file, then defaults.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casemine.errors import Place, UsageError, show
from casemine.model.words import near

if TYPE_CHECKING:
    from collections.abc import Collection

NAME = "casemine.toml"
TEXT, TEXTS, NUMBER, SWITCH = "text", "a list of texts", "a number", "true or false"
EITHER = "text or a list of texts"
SHARES = "a table of shares such as 0.05 or '5%'"
# Read by those who know them: the language of rules, in docs/rules.md.
TABLES = ("calendar", "sla", "rule", "names", "steps", "priorities", "attributes")
RULE_KEYS = ("ends", "without_priority")  # above the first table, as in a file of rules
KEYS: dict[str, dict[str, str]] = {
    "log": {
        "case": TEXT,
        "activity": TEXT,
        "time": TEXT,
        "start": TEXT,
        "resource": TEXT,
        "group": TEXT,
        "time_format": TEXT,
        "date_order": TEXT,
        "tz": TEXT,
        "missing": TEXTS,
        "on_error": TEXT,
        "encoding": TEXT,
        "delimiter": TEXT,
        "sheet": TEXT,
        "from": TEXT,
        "preset": TEXT,
        "lookup": TEXTS,
        "activity_from": TEXT,
        "memory_limit": TEXT,
        "cache": SWITCH,
    },
    "model": {
        "path": TEXT,
        "process": TEXT,
        "mapping": TEXT,
    },
    "check": {
        "rules": TEXT,
        "observable": EITHER,
        "open_unless": TEXTS,
        "closed_where": TEXT,
        "rest_days": NUMBER,
        "all_complete": SWITCH,
        "baseline": TEXT,
        "fail_on": TEXT,
        "limits": SHARES,
        "min_fitness": NUMBER,
        "min_fitting": NUMBER,
        "worse_by": NUMBER,
        "strict": SWITCH,
    },
    "render": {
        "direction": TEXT,
        "theme": TEXT,
        "engine": TEXT,
        "timeout": TEXT,
        "max_edges": NUMBER,
        "metric": TEXT,
        "link_template": TEXT,
    },
}
_PARAMETERS = {
    "from": "importer",
    "lookup": "lookups",
    "path": "designed",
    "strict": "by_the_letter",  # of a check; that of inspect is another
}  # key in the file to name of the click parameter


def apply_config(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    """Make the file the defaults of this command; a callback of the eager option --config."""
    del param
    path = value
    if path is None:
        path = Path(NAME)
        if ctx.resilient_parsing or not path.is_file():
            return
    found = {**load_config(path), "config_file": str(path)}
    ctx.default_map = {**found, **(ctx.default_map or {})}


def config_file() -> str | None:
    """Name the file that this run took its defaults from."""
    name = _kept("config_file")
    return None if name is None else str(name)


def config_tables() -> dict[str, Any]:
    """Hand over what the file says in the language of rules: calendars, rules, their words."""
    return _kept("tables") or {}


def _kept(name: str) -> Any:
    ctx = click.get_current_context(silent=True)
    return None if ctx is None else (ctx.default_map or {}).get(name)


def load_config(path: Path) -> dict[str, Any]:
    """Read and check the file; gives names of click parameters with their values.

    Raises
    ------
    UsageError
        The file cannot be read, is not TOML, or has a section, key or value that means nothing.
    """
    import tomllib

    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot be read: {reason}", where=Place(str(path))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"is not TOML: {error}", where=Place(str(path)), code="bad-config"
        ) from error
    defaults: dict[str, Any] = {}
    for section, content in found.items():
        if section in TABLES or section in RULE_KEYS:
            defaults.setdefault("tables", {})[section] = content
            continue
        if section not in KEYS or not isinstance(content, dict):
            what = f"section [{section}]" if isinstance(content, dict) else f"key {show(section)}"
            raise _unknown(path, what, section, [*KEYS, *TABLES, *RULE_KEYS])
        for key, value in content.items():
            if key not in KEYS[section]:
                raise _unknown(path, f"key {show(key)} in [{section}]", key, KEYS[section])
            _check(path, section, key, value)
            if key == "cache":
                defaults["no_cache"] = not value
            elif key == "limits":
                defaults["limits"] = [f"{name}={limit}" for name, limit in value.items()]
            elif KEYS[section][key] == EITHER:
                defaults[key] = [value] if isinstance(value, str) else value
            else:
                defaults[_PARAMETERS.get(key) or key] = value
    return defaults


def _check(path: Path, section: str, key: str, value: object) -> None:
    wanted = KEYS[section][key]
    text = isinstance(value, str)
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    fits = {
        TEXT: text,
        TEXTS: texts,
        EITHER: text or texts,
        NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        SWITCH: isinstance(value, bool),
        SHARES: isinstance(value, dict) and all(map(_is_share, value.values())),
    }[wanted]
    if not fits:
        raise UsageError(
            f"{key} in [{section}] is {show(value)}, not {wanted}",
            where=Place(str(path)),
            code="bad-config",
        )


def _is_share(value: object) -> bool:
    from casemine.cli.values import Share

    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        Share().convert(value, None, None)
    except click.BadParameter:
        return False
    return True


def _unknown(path: Path, what: str, word: str, known: Collection[str]) -> UsageError:
    return UsageError(
        f"there is no {what}{near(word, list(known))}",
        where=Place(str(path)),
        mend=f"known are {', '.join(known)}",
        code="bad-config",
    )
