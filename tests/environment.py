"""What every test process needs before Django's settings are read; loaded by pytest's ``-p``."""

import os
from pathlib import Path

os.environ["SHUANGJIAN_MODE"] = "test"
os.environ.setdefault("SHUANGJIAN_DATA", str(Path(__file__).resolve().parents[1] / "var" / "test"))
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's loop and the ORM share a thread
