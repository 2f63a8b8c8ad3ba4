"""The `dot` program on the PATH, for machines where the WebAssembly engine can't run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess

from casemine.draw.request import EngineFailedError, EngineMissingError, EngineTimeoutError

_NOT_FOUND = "no `dot` program was found on PATH"


def dot_version() -> str:
    """Name the program, such as `graphviz 12.2.1 (dot)`.

    Raises
    ------
    EngineMissingError
        When there is no `dot` on the PATH, or it doesn't start.
    """
    written = _run(["-V"], b"", timeout_s=5.0)[1].decode("utf-8", "replace")
    found = re.search(r"version (\d[\w.~]*)", written)
    return f"graphviz {found[1] if found else '?'} (dot)"


def dot_layout(dot: str, *, timeout_s: float) -> bytes:
    """Lay out a DOT text and return Graphviz's JSON.

    Raises
    ------
    EngineMissingError
        When there is no `dot` on the PATH, or it doesn't start.
    EngineTimeoutError
        When it takes longer than `timeout_s`; it is killed with its children.
    EngineFailedError
        When it ends with an error.
    """
    return _run(["-Tjson"], dot.encode(), timeout_s=timeout_s)[0]


def _run(options: list[str], sent: bytes, *, timeout_s: float) -> tuple[bytes, bytes]:
    program = shutil.which("dot")
    if program is None:
        raise EngineMissingError(_NOT_FOUND)
    try:
        process = subprocess.Popen(  # noqa: S603 - found on PATH, fixed options, no shell
            [program, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"LC_ALL": "C"},
            start_new_session=True,
        )
    except OSError as error:
        raise EngineMissingError(f"`dot` doesn't start: {error.strerror}") from error
    try:
        out, err = process.communicate(sent, timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise EngineTimeoutError(f"no layout within {timeout_s:g} s") from error
    finally:
        _end(process)
    if process.returncode != 0:
        said = err.decode("utf-8", "replace").strip().split("\n", 1)[0]
        raise EngineFailedError(said or f"it ended with {process.returncode}")
    return out, err


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program with its children when it is still running, and collect it."""
    if process.poll() is None:
        try:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:  # Windows
                process.kill()
        except ProcessLookupError:
            pass  # it ended by itself in the meantime
        process.communicate()
