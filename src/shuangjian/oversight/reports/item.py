"""半月报的五项内容: what every half-month report has to say, and which indicator says it.

Source: the notice of 30 August 2021 on half-month reports (``policies/national/reporting.toml``).
An item whose area does not exist here yet is listed as not collected, never as 0; once an area
declares the indicator, the item fills itself.
"""

from dataclasses import dataclass

from shuangjian.oversight.indicators.catalogue import indicators
from shuangjian.oversight.indicators.declaration import Indicator


@dataclass(frozen=True)
class HeadlineItem:
    """规定内容: one of the five, with the indicator that fills it."""

    key: str
    title: str
    indicator_key: str

    @property
    def indicator(self) -> Indicator | None:
        """The indicator, or ``None`` while no area declares it."""
        return indicators().get(self.indicator_key)


ITEMS = (
    HeadlineItem("homework_time", "作业时间达标的学校", "homework.schools_meeting_time"),
    HeadlineItem("after_school_time", "课后服务时间达标的学校", "afterschool.schools_meeting_time"),
    HeadlineItem(
        "institutions_reduced", "压减的学科类培训机构", "training.subject_institutions_reduced"
    ),
    HeadlineItem("adverts_handled", "查处的违规培训广告", "training.illegal_adverts_handled"),
    HeadlineItem("leads_checked", "核查的群众举报线索", "training.public_leads_checked"),
)


def other_indicators() -> tuple[Indicator, ...]:
    """The indicators that the report shows besides the five items (其他指标)."""
    headline = {item.indicator_key for item in ITEMS}
    return tuple(each for key, each in indicators().items() if key not in headline)


def is_item(key: str) -> bool:
    """Whether the report has a headline item of that key."""
    return any(item.key == key for item in ITEMS)
