"""陌生人的核对程序: the text of ``verify_ledger.py`` that goes with every export."""

from importlib.resources import files
from typing import Final

NAME: Final = "verify_ledger.py"


def stranger_verifier() -> bytes:
    """The bytes of ``verify_ledger.py`` (陌生人的核对程序)."""
    # why: kept as text, not as a module: it is a published document, and no part of this program.
    return files(__package__).joinpath("stranger", f"{NAME}.txt").read_bytes()
