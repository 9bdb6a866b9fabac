"""命令的结果: what every command prints, and what counts as a refusal rather than a bug."""

import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import click

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.areas.homework.workbook.fault import UnreadableWorkbookError
from shuangjian.edges.install import PolicyRefusedError
from shuangjian.edges.start import UnsafeStartError
from shuangjian.engines.half_month_round import NotDueDayError
from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.services import AccountRefusedError
from shuangjian.foundation.documents.errors import DocumentError
from shuangjian.foundation.findings.errors import FindingRefusedError
from shuangjian.foundation.lake.engine_value import EngineUnavailableError
from shuangjian.foundation.lake.lock import ExportRefusedError
from shuangjian.foundation.lake.manifest import LakeDamagedError
from shuangjian.foundation.policy.catalogue import UnknownPolicyKeyError
from shuangjian.foundation.policy.library import RegionAmbiguousError, RegionUnknownError
from shuangjian.foundation.registry.setting import SettingRefusedError
from shuangjian.oversight.indicators.period import DueDaysUnknownError
from shuangjian.oversight.reports.errors import ReportRefusedError
from shuangjian.oversight.reports.wording import refusal_text as report_refusal_text
from shuangjian.oversight.supervision.errors import InspectionRefusedError


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """不予办理: the command was understood and not carried out; the text says why and what next.

    ``is_told`` where the command has already printed its JSON, which then stays the only line.
    """

    def __init__(self, text: str, *, is_told: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.is_told = is_told

    @classmethod
    def of(cls, refusal: Exception) -> "Refused":
        """The refusal of a service, in Chinese."""
        if isinstance(refusal, HomeworkRefusedError):
            return cls(refusal_text(refusal))
        if isinstance(refusal, NotAccessibleError):
            return cls("没有这条记录，或不在该用户的范围内。请核对编号和 --as。")
        if isinstance(refusal, ReportRefusedError):
            return cls(report_refusal_text(refusal))
        if isinstance(refusal, UnreadableWorkbookError):
            return cls(refusal.message)
        return cls(str(refusal))


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
)


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and moments as ISO text, choices as their codes."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def print_json(value: Any) -> None:
    """One line of JSON on standard output."""
    click.echo(json.dumps(plain(value), ensure_ascii=False))


def print_pairs(pairs: list[tuple[str, object]]) -> None:
    """Names and values, one a line."""
    for name, value in pairs:
        click.echo(f"{name}：{value}")
