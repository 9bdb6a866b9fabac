"""陌生人的核对程序: the text of ``verify.py`` that is copied into every published folder."""

from importlib.resources import files
from typing import Final

from shuangjian.engines.draw.announcement import START_INTERVAL

NAME: Final = "verify.py"
# why: kept as text, not as a module: it is a published document, and no part of this program.
_FOLDER: Final = "stranger"


def stranger_verifier(mechanism: str) -> bytes:
    """The bytes of ``verify.py`` (陌生人的核对程序) for a mechanism of ``announcement``."""
    name = "verify_interval.py.txt" if mechanism == START_INTERVAL else "verify.py.txt"
    return files(__package__).joinpath(_FOLDER, name).read_bytes()
