"""Whole processes, timed: wall, processor and peak memory, in pairs that take turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
PYTHON = sys.executable
_SCRIPT = Path(PYTHON).with_name("casemine")
CASEMINE = [str(_SCRIPT)] if _SCRIPT.exists() else [PYTHON, "-m", "casemine"]


@dataclass(frozen=True)
class Run:
    """One process from start to end."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str
    ok: bool

    def facts(self) -> dict:
        """Read what the worker printed in its last line."""
        return json.loads(self.output.strip().rsplit("\n", 1)[-1])


@dataclass
class Pairs:
    """Runs of casemine and of another tool, one after the other, the first one changing."""

    ours: list[Run] = field(default_factory=list)
    theirs: list[Run] = field(default_factory=list)

    def ratios(self, figure) -> list[float]:
        """Theirs over ours, pair by pair."""
        return [
            figure(them) / figure(us)
            for us, them in zip(self.ours, self.theirs, strict=True)
            if figure(us)
        ]


def run(command: list[str], *, env: dict[str, str] | None = None, limit_s: int = 3600) -> Run:
    """Run a command and wait for it; its peak memory is never less than that of this script."""
    surroundings = {**os.environ, "PYTHONWARNINGS": "ignore", **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=surroundings
        )
        usage = _wait(child, begun + limit_s)
        wall = time.perf_counter() - begun
        out.seek(0)
        err.seek(0)
        text = out.read().decode("utf-8", "replace")
        if child.returncode:
            complaint = err.read().decode("utf-8", "replace").strip()
            print(f"    {' '.join(command[:4])} … ended with {child.returncode}", file=sys.stderr)
            print("    " + "\n    ".join(complaint.splitlines()[-4:]), file=sys.stderr)
    return Run(
        wall_s=wall,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2),
        output=text,
        ok=child.returncode == 0,
    )


def _wait(child: subprocess.Popen, deadline: float):
    """Wait with `wait4`, which gives the usage of this one child; kill it when time is up."""
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return usage
        if time.perf_counter() > deadline:
            child.kill()
            deadline = float("inf")
        time.sleep(0.002)


def pairs(ours: list[str], theirs: list[str], count: int, **how) -> Pairs | None:
    """Run both commands `count` times, taking turns; None if one of them fails."""
    found = Pairs()
    for turn in range(count):
        both = [(ours, found.ours), (theirs, found.theirs)]
        for command, runs in both if turn % 2 == 0 else reversed(both):
            one = run(command, **how)
            if not one.ok:
                return None
            runs.append(one)
    return found


def worker(tool: str, task: str, *arguments: str) -> list[str]:
    """Give the command that does a task with a tool."""
    return [PYTHON, str(HERE / "work" / f"with_{tool}.py"), task, *arguments]


def wall(one: Run) -> float:
    return one.wall_s


def analysis(one: Run) -> float:
    return one.facts()["analysis_s"]


def middle(runs: list[Run], figure) -> float:
    return median(figure(one) for one in runs)


def differences(ours: dict, theirs: dict) -> list[str]:
    """Name the facts that both tools give and that are not equal."""
    return [
        f"{name}: {ours[name]} and {theirs[name]}"
        for name in sorted(ours.keys() & theirs.keys() - {"analysis_s"})
        if not _equal(ours[name], theirs[name])
    ]


def _equal(one, other) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1)
    return one == other
