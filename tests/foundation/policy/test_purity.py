"""The part that judges files and answers questions runs without Django and a database."""

import subprocess
import sys

PURE = (
    "catalogue chains combination document draft folder intervals leaf lines resolution table units"
).split()


def test_the_pure_modules_import_no_django():
    modules = ", ".join(f"shuangjian.foundation.policy.{name}" for name in PURE)
    program = f"import sys; import {modules}; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
