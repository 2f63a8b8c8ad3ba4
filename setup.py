"""The one part of the build that pyproject.toml can't say: the optional compiled kernel.

Without a C compiler the build goes on without it, and alignments run in numpy. Python builds
without the global lock have no stable interface yet; they go without it too.
"""

import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup

FOLDER = Path("src/casemine/conform/align")
STABLE = not sysconfig.get_config_var("Py_GIL_DISABLED")

setup(
    ext_modules=[
        Extension(
            "casemine.conform.align._kernel",
            [(FOLDER / "kernel.c").as_posix()],
            depends=sorted(header.as_posix() for header in FOLDER.glob("*.h")),
            extra_compile_args=[] if sys.platform == "win32" else ["-O3"],
            py_limited_api=True,
            optional=True,
        )
    ]
    if STABLE
    else [],
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if STABLE else {},
)
