"""设置: what a bureau or school chooses without a document; with owner, reason and history."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db import transaction
from django.db.models import F, Q, QuerySet

from shuangjian.foundation.lake.change import record_change
from shuangjian.foundation.registry.models import Region, School, SettingValue

OPEN_END = date(9999, 12, 31)


@dataclass(frozen=True)
class SettingDefinition:
    """One thing that may be chosen (设置项): its unit, default, who chooses and why.

    ``is_ceiling`` says that a school may choose less than its bureau, never more;
    ``fact`` is the fact that shows the value, if one does.
    """

    key: str
    title: str
    unit: str
    default: int
    owner: str
    reason: str
    least: int
    most: int
    is_ceiling: bool = False
    fact: str = ""


PUBLISH_BY = SettingDefinition(
    key="homework.publish_by",
    title="作业公示截止时刻",
    unit="minute_of_day",
    default=18 * 60,
    owner="教育局双减专班；学校可以定得更早",
    reason="文件要求校内公示作业，没有规定时刻；默认放学后、家长下班前的 18:00。",
    least=0,
    most=24 * 60 - 1,
    is_ceiling=True,
    fact="homework_published_day",
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
    reason="与上期相差超过一成的数字，签发前要写明原因。",
    least=0,
    most=1000,
)

DAYS_TO_RECTIFY = SettingDefinition(
    key="findings.days_to_rectify",
    title="交办时预填的整改天数",
    unit="day",
    default=10,
    owner="教育局双减专班",
    reason="文件没有规定天数；默认两周内的十天，交办时可以逐件改。",
    least=1,
    most=180,
)

DEFINITIONS = MappingProxyType(
    {item.key: item for item in (PUBLISH_BY, PLAN_AHEAD_DAYS, LATE_CHANGE_SHARE, DAYS_TO_RECTIFY)}
)


class SettingRefusedError(ValueError):
    """The chosen value is not accepted; the message says in Chinese why and what to do."""


@dataclass(frozen=True)
class Choice:
    """A choice (设置取值): a value from a day on, with who decided it and why."""

    value: int
    starts_on: date
    owner: str
    reason: str


def choice_in_force(
    definition: SettingDefinition, *, region: Region, school_id: int | None = None, on: date
) -> SettingValue | None:
    """The choice that applies on a day (适用的选择): the school's own, else the nearest region's.

    Returns:
        ``None`` where nobody chose, and the default applies.
    """
    applies = Q(school__isnull=True, region__path__above=str(region.path))
    if school_id is not None:
        applies |= Q(school=school_id)
    return (
        SettingValue.objects.filter(applies, key=definition.key, starts_on__lte=on)
        .order_by(F("school").desc(nulls_last=True), "-region__path", "-starts_on", "-id")
        .first()
    )


def value_of(definition: SettingDefinition, *, school: School, on: date) -> int:
    """The value in force (设置取值) for a school on a day: its own, the region's, the default."""
    chosen = choice_in_force(definition, region=school.region, school_id=school.pk, on=on)
    return definition.default if chosen is None else chosen.value


def region_value(definition: SettingDefinition, *, region: Region, on: date) -> int:
    """What the bureaus chose for a region on a day: the nearest one's value, or the default."""
    chosen = choice_in_force(definition, region=region, on=on)
    return definition.default if chosen is None else chosen.value


@transaction.atomic
def choose_value(
    definition: SettingDefinition,
    *,
    choice: Choice,
    region: Region,
    school: School | None = None,
    today: date,
) -> SettingValue:
    """Choose a value (设置) for a region or one of its schools; what was chosen before stays.

    Args:
        definition: what is chosen.
        choice: from tomorrow on at the earliest, so that no past day is judged anew.
        region: the bureau's; the school's county where a school chooses.
        school: the school that chooses for itself, or ``None``.
        today: the present day.

    Raises:
        SettingRefusedError: out of range, too early, no reason, or looser than the bureau's.
    """
    title = definition.title
    if not definition.least <= choice.value <= definition.most:
        raise SettingRefusedError(
            f"“{title}”只能在 {definition.least} 到 {definition.most} 之间，"
            f"收到 {choice.value}。请改后再存。"
        )
    if choice.starts_on <= today:
        raise SettingRefusedError(
            f"“{title}”最早从明天起改，不能改已经过去的日子。请把起始日期改晚。"
        )
    if not choice.reason.strip():
        raise SettingRefusedError(f"更改“{title}”要写明理由，便于日后查对。请补上理由。")
    if school is not None and definition.is_ceiling:
        ceiling = region_value(definition, region=region, on=choice.starts_on)
        if choice.value > ceiling:
            raise SettingRefusedError(
                f"学校的“{title}”不能比教育局定的 {ceiling} 更宽。请填不超过 {ceiling} 的数。"
            )
    if definition.fact:
        record_change(
            fact=definition.fact,
            school_id=school.pk if school is not None else None,
            first=choice.starts_on,
            last=OPEN_END,
        )
    return SettingValue.objects.create(
        key=definition.key,
        region=region,
        school=school,
        value=choice.value,
        starts_on=choice.starts_on,
        owner=choice.owner,
        reason=choice.reason.strip(),
    )


def history_of(definition: SettingDefinition) -> QuerySet[SettingValue]:
    """Every choice ever made (设置沿革), newest first."""
    return (
        SettingValue.objects.filter(key=definition.key)
        .select_related("region", "school")
        .order_by("-starts_on", "-id")
    )
