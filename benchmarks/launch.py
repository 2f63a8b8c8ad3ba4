"""Run a command and write down what it used: wall, processor, peak memory.

    python -I -S launch.py FIGURES COMMAND…

A process inherits the peak memory of the one that starts it, so a big script cannot measure a
small program. This one imports next to nothing and has about 10 MB.
"""

import os
import sys
import time

figures, *command = sys.argv[1:]
begun = time.perf_counter()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - begun
peak = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
with open(figures, "w") as out:  # noqa: PTH123 - pathlib would double the memory of this process
    out.write(f"{wall} {usage.ru_utime + usage.ru_stime} {peak}")
sys.exit(os.waitstatus_to_exitcode(status) & 255)
