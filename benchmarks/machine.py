"""What the figures were measured on: processor, memory, system, versions, commit."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

PACKAGES = ("numpy", "pyarrow", "pandas", "pm4py", "r4pm", "polars")


def describe() -> str:
    """List it for the head of RESULTS.md."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = {
        "Measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load before: {load}",
        "Commit": commit(),
        "Processor": f"{processor()}, {os.cpu_count()} cores",
        "Memory": f"{memory_gb():.0f} GB",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "Versions": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }
    return "\n".join(f"- {name}: {value}" for name, value in lines.items())


def commit() -> str:
    """Name the commit, and say whether the sources differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()

    changed = git("status", "--porcelain", "--", "../src")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (
        " with changes in src" if changed else ""
    )


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3


def version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"
