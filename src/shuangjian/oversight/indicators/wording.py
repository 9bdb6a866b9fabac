"""措辞: figures, limits and places of indicators in Chinese."""

from shuangjian.engines.indicator import Figure, percent
from shuangjian.oversight.indicators.declaration import Indicator

NOT_COLLECTED = "未采集（尚无对应业务）"
NO_DATA = "没有数据"


def figure_text(figure: Figure, *, indicator: Indicator) -> str:
    """A figure in one line (指标数值的说法): how many of how many, the share, what lacks a record.

    An empty whole is said in words, never shown as 0.
    """
    if not figure.whole:
        return NO_DATA
    text = f"{figure.count} / {figure.whole} {indicator.unit}（{percent(figure.share)}）"
    return f"{text}，其中 {figure.missing} {indicator.unit}没有记录" if figure.missing else text


def limit_text(value: int | None, *, unit: str) -> str:
    """A limit with its unit (上限的说法); in words where none is in force."""
    return "没有规定上限" if value is None else f"{value} {unit}"
