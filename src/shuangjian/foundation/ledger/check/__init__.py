"""账本核对: every invariant of the ledger proved on the live database, read only.

``check_ledger(heads=…)`` looks at one moment of it, however many write meanwhile; what is proved,
and how, is in ``docs/algorithms/ledger.md``.
"""

from shuangjian.foundation.ledger.check.ledger_check import check_ledger
from shuangjian.foundation.ledger.check.report import CheckReport, Violation

__all__ = ["CheckReport", "Violation", "check_ledger"]
