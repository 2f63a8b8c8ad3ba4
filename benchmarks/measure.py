"""Whole processes, timed: wall, processor and peak memory, in pairs that take turns."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
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

    def differences(self) -> list[str]:
        """Name the facts that both tools give and that are not equal."""
        ours, theirs = self.ours[0].facts(), self.theirs[0].facts()
        return [
            f"{name}: {ours[name]} and {theirs[name]}"
            for name in sorted(ours.keys() & theirs.keys() - {"analysis_s"})
            if not _equal(ours[name], theirs[name])
        ]


def run(command: list[str], *, env: dict[str, str] | None = None, limit_s: int = 3600) -> Run:
    """Run a command to its end; one that takes too long is killed and counts as failed."""
    surroundings = {**os.environ, "PYTHONWARNINGS": "ignore", **(env or {})}
    with tempfile.TemporaryDirectory() as folder:
        figures, out, err = (Path(folder) / name for name in ("figures", "out", "err"))
        with out.open("wb") as stdout, err.open("wb") as stderr:
            launcher = subprocess.Popen(
                [PYTHON, "-I", "-S", str(HERE / "launch.py"), str(figures), *command],
                stdout=stdout,
                stderr=stderr,
                stdin=subprocess.DEVNULL,
                env=surroundings,
                start_new_session=True,
            )
            try:
                code = launcher.wait(limit_s)
            except BaseException as stopped:
                os.killpg(launcher.pid, signal.SIGKILL)
                launcher.wait()
                if not isinstance(stopped, subprocess.TimeoutExpired):
                    raise
                code = -1
        if code:
            complaint = err.read_text("utf-8", "replace").strip().splitlines()[-4:]
            print(f"    {' '.join(command[:4])} … ended with {code}", file=sys.stderr)
            print("    " + "\n    ".join(complaint), file=sys.stderr)
        used = figures.read_text("ascii").split() if figures.exists() else (0, 0, 0)
        wall_s, cpu_s, peak_mb = map(float, used)
        return Run(wall_s, cpu_s, peak_mb, out.read_text("utf-8", "replace"), ok=code == 0)


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


def _equal(one, other) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1)
    return one == other
