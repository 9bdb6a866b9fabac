"""The part that judges files and answers questions runs without Django and a database."""

import os
import subprocess
import sys

PURE = [
    "catalogue",
    "chains",
    "combination",
    "document",
    "draft",
    "folder",
    "intervals",
    "leaf",
    "lines",
    "resolution",
    "table",
    "units",
]


def test_the_pure_modules_import_no_django():
    modules = ", ".join(f"shuangjian.foundation.policy.{name}" for name in PURE)
    program = f"import sys; import {modules}; sys.exit('django' in sys.modules)"

    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    finished = subprocess.run([sys.executable, "-c", program], env=environment, check=False)

    assert finished.returncode == 0
