"""措辞: figures, limits and places of indicators in Chinese."""

from shuangjian.engines.indicator import Figure, percent
from shuangjian.oversight.indicators.declaration import Indicator

NOT_COLLECTED = "未采集（尚无对应业务）"
NO_DATA = "没有数据"
YES_OR_NO = "是否"


def figure_text(figure: Figure, *, indicator: Indicator) -> str:
    """A figure in one line (指标数值的说法): how many of how many, the share, what lacks a record.

    An empty whole is said in words, never shown as 0.
    """
    if not figure.whole:
        return NO_DATA
    text = f"{figure.count} / {figure.whole} {indicator.unit}（{percent(figure.share)}）"
    return f"{text}，其中 {figure.missing} {indicator.unit}没有记录" if figure.missing else text


def component_text(value: int, *, unit: str) -> str:
    """A component as a table shows it (分量的说法): 0 and 1 of a claim are words.

    >>> component_text(1, unit="是否"), component_text(12, unit="个")
    ('是', '12')
    """
    return ("是" if value else "否") if unit == YES_OR_NO else str(value)


def policy_text(policy: str | None) -> str:
    """Which policy value applied (适用政策的说法), from its name ``key@region@first day``.

    >>> policy_text("homework.written_minutes_max@000000@2021-04-01"), policy_text(None)
    ('2021-04-01 起的规定', '没有规定')
    """
    if not policy:
        return "没有规定"
    starts_on = policy.rpartition("@")[2]
    return f"{starts_on} 起的规定" if starts_on != policy else policy


def limit_text(value: int | None, *, unit: str) -> str:
    """A limit with its unit (上限的说法); in words where none is in force."""
    return "没有规定上限" if value is None else f"{value} {unit}"
