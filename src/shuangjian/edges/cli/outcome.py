"""命令的结果: what counts as a refusal rather than a bug, and its words."""

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.areas.homework.workbook.fault import UnreadableWorkbookError
from shuangjian.edges.cli.answer import Refused
from shuangjian.edges.clock import PretendedClockError
from shuangjian.edges.install import PolicyRefusedError
from shuangjian.edges.start import UnsafeStartError
from shuangjian.engines.draw.hashing import HashUnavailableError
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.half_month_round import NotDueDayError
from shuangjian.engines.market.fault import MarketRefusedError, ResultNotWrittenError
from shuangjian.engines.posting.published_head import WrongHeadsError
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.services import AccountRefusedError
from shuangjian.foundation.documents.errors import DocumentError
from shuangjian.foundation.draws.errors import DrawActRefusedError
from shuangjian.foundation.findings.errors import FindingRefusedError
from shuangjian.foundation.lake.engine_value import EngineUnavailableError
from shuangjian.foundation.lake.lock import ExportRefusedError
from shuangjian.foundation.lake.manifest import LakeDamagedError
from shuangjian.foundation.ledger.export_file import ExportRefusedError as LedgerExportRefusedError
from shuangjian.foundation.ledger.publication import PublicationRefusedError
from shuangjian.foundation.ledger.wording import refusal_text as ledger_refusal_text
from shuangjian.foundation.policy.catalogue import UnknownPolicyKeyError
from shuangjian.foundation.policy.library import RegionAmbiguousError, RegionUnknownError
from shuangjian.foundation.registry.setting import SettingRefusedError
from shuangjian.oversight.indicators.period import DueDaysUnknownError
from shuangjian.oversight.reports.errors import ReportRefusedError
from shuangjian.oversight.reports.wording import refusal_text as report_refusal_text
from shuangjian.oversight.supervision.errors import InspectionRefusedError

REFUSALS: tuple[type[Exception], ...] = (
    Refused,
    HomeworkRefusedError,
    NotAccessibleError,
    UnreadableWorkbookError,
    PolicyRefusedError,
    AccountRefusedError,
    SettingRefusedError,
    RegionAmbiguousError,
    UnsafeStartError,
    PretendedClockError,
    DocumentError,
    FindingRefusedError,
    EngineUnavailableError,
    ExportRefusedError,
    LakeDamagedError,
    UnknownPolicyKeyError,
    RegionUnknownError,
    ReportRefusedError,
    NotDueDayError,
    DueDaysUnknownError,
    InspectionRefusedError,
    DrawActRefusedError,
    DrawRefusedError,
    MarketRefusedError,
    ResultNotWrittenError,
    HashUnavailableError,
    LedgerRefusedError,
    LedgerExportRefusedError,
    PublicationRefusedError,
    WrongHeadsError,
)


def refused_of(refusal: Exception) -> Refused:
    """The refusal of a service (不予办理), in Chinese."""
    return refusal if isinstance(refusal, Refused) else Refused(_text(refusal))


def _text(refusal: Exception) -> str:
    match refusal:
        case HomeworkRefusedError():
            return refusal_text(refusal)
        case NotAccessibleError():
            return "没有这条记录，或不在该用户的范围内。请核对编号和 --as。"
        case LedgerRefusedError():
            return ledger_refusal_text(refusal)
        case ReportRefusedError():
            return report_refusal_text(refusal)
        case UnreadableWorkbookError():
            return refusal.message
        case _:
            return str(refusal)
