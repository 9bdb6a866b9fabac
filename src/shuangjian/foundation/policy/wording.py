"""政策库的文字: codes to Chinese."""

from datetime import date

from shuangjian.foundation.policy.document import SOURCE_GRADES
from shuangjian.foundation.policy.leaf import (
    BAND_OPEN,
    BandKind,
    Citation,
    CitationStatus,
    Combine,
    Leaf,
    PolicyValue,
    Precision,
    Severity,
)
from shuangjian.foundation.policy.resolution import Candidate, Resolution, Standing, State
from shuangjian.foundation.policy.units import as_text
from shuangjian.foundation.registry.models import SchoolKind

STATE_WORDS = {
    State.NOT_YET_IN_FORCE: "尚未施行",
    State.IN_FORCE: "在施行",
    State.REPEALED: "已失效",
}
SEVERITY_WORDS = {Severity.MUST: "必须做到", Severity.SHOULD: "原则上做到"}
COMBINE_WORDS = {
    Combine.STRICTER: "与上级规定不同时，从严执行",
    Combine.REPLACE: "下级有规定的，按下级规定执行",
    Combine.LOCAL: "只在制定它的一级适用，不往下传",
}
STATUS_WORDS = {
    CitationStatus.VERIFIED: "读过来源",
    CitationStatus.FROM_MEMORY: "凭记忆录入，待核对",
}
SOURCE_GRADE_WORDS = dict(
    zip(
        SOURCE_GRADES,
        ("官方网站", "学校网站", "报刊或转载", "网页", "公开代码", "文件"),
        strict=True,
    )
)
REASON_WORDS = {
    "no_date": "缺日期",
    "no_region": "缺地区",
    "no_band": "分不到档",
    "not_a_limit": "没有数值",
    "not_in_force": "没有施行",
    "source_doubtful": "来源存疑",
}
SCHOOL_KIND_WORDS = {**dict(SchoolKind.choices), "boarding": "寄宿制学校"}
_FIELD_WORDS = {
    "title": "名称",
    "number": "文号",
    "issued": "日期",
    "clause": "条款",
    "url": "网址",
}


def day_text(on: date, precision: Precision) -> str:
    """A start to the precision known (日期文字): 「2021年4月（按当月第一天起算）」."""
    if precision is Precision.YEAR:
        return f"{on.year}年（只知年份，按1月1日起算）"
    if precision is Precision.MONTH:
        return f"{on.year}年{on.month}月（只知月份，按当月第一天起算）"
    return f"{on.year}年{on.month}月{on.day}日"


def value_text(value: PolicyValue, leaf: Leaf) -> str:
    """The value with its unit (取值文字), or that it repeals."""
    return "废止" if value.value is None else as_text(value.value, leaf.unit)


def band_text(leaf: Leaf, *, low: int, high: int, school_kinds: tuple[str, ...] = ()) -> str:
    """The band for readers (分档文字); empty where the leaf has none."""
    if leaf.band is BandKind.SCHOOL_KIND:
        return "、".join(str(SCHOOL_KIND_WORDS[kind]) for kind in school_kinds)
    if leaf.band is BandKind.NONE:
        return ""
    unit = "年级" if leaf.band is BandKind.GRADE else "人"
    if high >= BAND_OPEN:
        return f"{low} {unit}及以上"
    return f"{low} {unit}" if low == high else f"{low}—{high} {unit}"


def citation_text(citation: Citation) -> str:
    """A citation on one line (依据文字), with what is still to be checked."""
    title = citation.title if citation.title.startswith("《") else f"《{citation.title}》"
    inside = "，".join(part for part in (citation.number, citation.issued) if part)
    marks = [STATUS_WORDS[citation.status]]
    if citation.unverified:
        fields = "、".join(_FIELD_WORDS[field] for field in citation.unverified)
        marks.append(f"{fields}待核")
    return f"{title}{f'（{inside}）' if inside else ''}〔{'；'.join(marks)}〕"


def standing_text(candidate: Candidate, leaf: Leaf, *, place: str) -> str:
    """Why a candidate applies or does not (取舍理由), one sentence."""
    other = candidate.yields_to
    other_text = value_text(other, leaf) if other else ""
    value = candidate.value
    return {
        Standing.APPLIES: f"适用：{_why_it_applies(leaf)}",
        Standing.LOOSER: f"不适用：不如 {other_text} 严格，从严执行",
        Standing.EQUAL: "不另适用：与上级规定一样，引上级文件",
        Standing.REPLACED: "不适用：下级另有规定",
        Standing.SUPERSEDED: f"已被{place}后来的 {other_text} 接替",
        Standing.NOT_YET: f"到 {value.starts_on} 才施行",
        Standing.ENDED: f"有效期已满，{value.ends_on} 起不再有效",
        Standing.REPEALS: f"{value.starts_on} 起废止",
        Standing.EXPECTED: "预告的目标，不作为现行要求",
        Standing.EXCEPTED: "文件说明这个地区除外",
        Standing.ELSEWHERE: f"只在{place}本级适用",
    }[candidate.standing]


def _why_it_applies(leaf: Leaf) -> str:
    if leaf.combine is Combine.STRICTER:
        return "各级现行规定中最严的一个"
    if leaf.combine is Combine.REPLACE:
        return "最近一级的规定"
    return "本级的规定"


def state_sentence(resolution: Resolution, *, place: str) -> str:
    """The answer in one sentence (查询结论)."""
    day = day_text(resolution.on, Precision.DAY)
    if resolution.state is State.IN_FORCE:
        return f"{day}，{place}有现行规定。"
    if resolution.state is State.REPEALED:
        return f"{day}，{place}的规定已经失效，没有现行规定。"
    return f"{day}，{place}还没有施行这项规定。"
