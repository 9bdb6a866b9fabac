"""措辞: states, names and refusals of half-month reports in Chinese."""

from datetime import date
from types import MappingProxyType

from shuangjian.engines.half_month_round import Round
from shuangjian.engines.indicator import percent
from shuangjian.foundation.registry.models import Region, RegionLevel
from shuangjian.oversight.indicators.wording import NO_DATA, NOT_COLLECTED
from shuangjian.oversight.reports.content import ChangeContent, FigureContent, as_figure
from shuangjian.oversight.reports.errors import ReportRefusedError

TYPED_MARK = "人工填写"
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
REFUSALS = MappingProxyType(
    {
        "not_officer": "只有{region}教育局双减专班的人员可以{act}。请联系他们办理。",
        "already_signed": "{region}{due_on}的半月报已经签发，不能再{act}。要改的请办理更正。",
        "signed_meanwhile": "刚才有人同时在办理这份半月报，您的操作没有生效。请刷新后再办。",
        "changed_meanwhile": "您核对之后，数字又有变动，还没有签发。请重新核对一遍再签发。",
        "not_begun": "{region}{due_on}的报送期从 {first_on} 开始，现在还不能签发。",
        "unexplained": "“{terms}”与上期相差超过 {percent}，签发前要写明原因。请先填写变动原因。",
        "no_text": "没有写内容。请写明后再保存；不需要这条说明的，请点“撤下”。",
        "no_evidence": "人工填写的内容要写明依据（文件、台账或来源），便于日后查对。请补上依据。",
        "no_such_item": "半月报里没有“{item}”这一项。请从半月报页面上的链接进入。",
        "no_reason": "更正要写明理由（至少 5 个字），新旧两版会并列保留。请补上理由。",
        "not_signed": "{region}{due_on}的半月报还没有签发，直接修改即可，不需要更正。",
        "correction_open": "{region}{due_on}的更正正在拟稿，请在现有的草稿上办理。",
    }
)


def refusal_text(error: ReportRefusedError) -> str:
    """The Chinese sentence of a refusal."""
    return REFUSALS[error.code].format(**error.fields)


def bureau_name(region: Region) -> str:
    """The education authority of a region (教育行政部门)."""
    if region.level == RegionLevel.NATION:
        return "教育部"
    if region.code in MUNICIPALITIES:
        return f"{region.name}教育委员会"
    if region.level == RegionLevel.PROVINCE:
        return f"{region.name}教育厅"
    return f"{region.name}教育局"


def day_text(on: date) -> str:
    """A date as people read it.

    >>> day_text(date(2026, 11, 5))
    '2026年11月5日'
    """
    return f"{on.year}年{on.month}月{on.day}日"


def round_text(each: Round) -> str:
    """A round's days in words (报送期)."""
    return f"{day_text(each.first_on)}至{day_text(each.due_on)}"


def left_text(days: int) -> str:
    """How long until the due day (剩余天数), or how late it is.

    >>> left_text(3), left_text(0), left_text(-2)
    ('还有 3 天', '今天到期', '逾期 2 天')
    """
    if days > 0:
        return f"还有 {days} 天"
    return "今天到期" if days == 0 else f"逾期 {-days} 天"


def value_text(figure: FigureContent | None) -> str:
    """A figure's number with its unit; what is not collected is said, never shown as 0."""
    if figure is None:
        return NOT_COLLECTED
    return f"{figure['count']} {figure['unit']}" if figure["whole"] else NO_DATA


def whole_text(figure: FigureContent | None) -> str:
    """What the number is out of, with the share and what lacks a record; else why there is none."""
    if figure is None:
        return "平台还没有这项业务，不按 0 计"
    if not figure["whole"]:
        return "没有可以统计的对象"
    text = f"共 {figure['whole']} {figure['unit']}，占 {percent(as_figure(figure).share)}"
    missing = figure["missing"]
    return f"{text}；{missing} {figure['unit']}没有记录，不算达标" if missing else text


def change_text(change: ChangeContent) -> str:
    """How a figure moved (变动的说法)."""
    step = change["after"] - change["before"]
    if not step:
        return "持平"
    return f"增加 {step}" if step > 0 else f"减少 {-step}"


def per_mille_text(per_mille: int) -> str:
    """A share of a thousand as per cent.

    >>> per_mille_text(100), per_mille_text(125)
    ('10%', '12.5%')
    """
    whole, tenth = divmod(per_mille, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
