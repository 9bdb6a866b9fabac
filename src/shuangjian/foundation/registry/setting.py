"""设置: what a bureau or school chooses without a document; with owner, reason and history."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import F, Q

from shuangjian.foundation.registry.models import School, SettingValue


@dataclass(frozen=True)
class SettingDefinition:
    """One thing that may be chosen (设置项): its unit, default, who chooses and why it exists."""

    key: str
    title: str
    unit: str
    default: int
    owner: str
    reason: str
    least: int
    most: int


PUBLISH_BY = SettingDefinition(
    key="homework.publish_by",
    title="作业公示截止时刻",
    unit="minute_of_day",
    default=18 * 60,
    owner="教育局双减专班；学校可以定得更早",
    reason="文件要求校内公示作业，没有规定时刻；默认放学后、家长下班前的 18:00。",
    least=0,
    most=24 * 60 - 1,
)
PLAN_AHEAD_DAYS = SettingDefinition(
    key="homework.plan_ahead_days",
    title="可以提前布置的天数",
    unit="day",
    default=14,
    owner="学校",
    reason="过早布置的作业常与后来的进度不符；默认两周。",
    least=1,
    most=120,
)
LATE_CHANGE_SHARE = SettingDefinition(
    key="report.explain_change_per_mille",
    title="半月报中需要说明的变动幅度",
    unit="per_mille",
    default=100,
    owner="教育局双减专班",
    reason="与上期相差一成以上的数字，签发前要写明原因。",
    least=0,
    most=1000,
)

DEFINITIONS = MappingProxyType(
    {item.key: item for item in (PUBLISH_BY, PLAN_AHEAD_DAYS, LATE_CHANGE_SHARE)}
)


class SettingRefusedError(ValueError):
    """The chosen value is out of range or has no reason; the message says what to do."""


def value_of(definition: SettingDefinition, *, school: School, on: date) -> int:
    """The value in force (设置取值) for a school on a day: its own, the region's, the default."""
    chosen = (
        SettingValue.objects.filter(key=definition.key, starts_on__lte=on)
        .filter(
            Q(school=school) | Q(school__isnull=True, region__path__above=str(school.region.path))
        )
        .order_by(F("school").desc(nulls_last=True), "-region__path", "-starts_on", "-id")
        .first()
    )
    return definition.default if chosen is None else chosen.value


def choose_value(
    definition: SettingDefinition,
    *,
    school: School,
    value: int,
    starts_on: date,
    owner: str,
    reason: str,
) -> SettingValue:
    """A school chooses a value from a day on (设置), with owner and reason; the old one stays.

    Raises:
        SettingRefusedError: out of range, or no reason.
    """
    if not definition.least <= value <= definition.most:
        raise SettingRefusedError(
            f"“{definition.title}”只能在 {definition.least} 到 {definition.most} 之间，"
            f"收到 {value}。请改后再存。"
        )
    if not reason.strip():
        raise SettingRefusedError(f"更改“{definition.title}”要写明理由，便于日后查对。请补上理由。")
    return SettingValue.objects.create(
        key=definition.key,
        region=school.region,
        school=school,
        value=value,
        starts_on=starts_on,
        owner=owner,
        reason=reason.strip(),
    )
