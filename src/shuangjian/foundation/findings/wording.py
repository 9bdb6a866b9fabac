"""台账用语: codes to Chinese, and every refusal with what, why and what to do next."""

from datetime import date

from shuangjian.foundation.findings.models import EventKind, Status

FACT_CORRECTED_RULE = "finding.fact_corrected"
FACT_CORRECTED_TERM = "问题的事实被更正"
FACT_CORRECTED_SENTENCE = "{subject}在{period}原有的问题，因记录更正不再成立，需核实更正是否属实。"
FACT_CORRECTED_EXPLANATION = (
    "已经进入台账的问题，如果后来的记录或限值使它不再成立，更正本身要有人核实，以防改数据代替整改。"
)

_NEXT_BY_STATUS = {
    Status.OPENED: "请先由教育局交办",
    Status.ASSIGNED: "请等学校整改",
    Status.RECTIFIED: "请由整改人以外的人复核",
    Status.VERIFIED: "请由教育局销号",
    Status.CLEARED: "不需要再处理；事实再变时会自动重新打开",
    Status.REOPENED: "请由学校重新整改，或由教育局重新交办",
    Status.CEASED: "请由教育局或督学复核后销号",
    Status.CORRECTED: "请由教育局或督学核实更正后销号",
}
_WHO_BY_KIND = {
    EventKind.ASSIGNED: "交办由问题所在地区的教育局双减专班办理",
    EventKind.RECTIFIED: "整改由该校校长、教务管理员，或该班班主任填报",
    EventKind.VERIFIED: "复核由问题所在地区的教育局双减专班或责任督学办理",
    EventKind.CLEARED: "销号由问题所在地区的教育局双减专班办理",
}
_TEXT_TITLES = {"note": "说明", "evidence": "依据"}


def next_step(status: Status) -> str:
    """What has to happen next (下一步) to a finding in a status."""
    return _NEXT_BY_STATUS[status]


def illegal_step(*, status: Status | None, kind: EventKind) -> str:
    """A step that does not follow from the present status (步骤不合)."""
    if status is None:
        return f"问题还没有“发现”的记录，不能{kind.label}。请先运行检查。"
    return (
        f"没有{kind.label}：这个问题现在是“{status.label}”，不能{kind.label}。{next_step(status)}。"
    )


def not_permitted(kind: EventKind) -> str:
    """The actor's role or scope does not allow the step (无权办理)."""
    return (
        f"没有{kind.label}：{_WHO_BY_KIND[kind]}，您现在的身份不能办理。"
        "请换用有权办理的账号，或请对方办理。"
    )


def same_person(kind: EventKind) -> str:
    """The rectifier may not verify or clear (整改人回避)."""
    return f"没有{kind.label}：整改是您本人填报的，{kind.label}须由另一人办理。请交给同事。"


def missing_text(*, kind: EventKind, field: str) -> str:
    """A needed text is empty (缺少文字)."""
    title = _TEXT_TITLES[field]
    return f"没有{kind.label}：缺少{title}，日后无法查对。请写明{title}后再提交。"


def due_in_past(*, due_on: date, on: date) -> str:
    """The due day lies before the day of assignment (限期过早)."""
    return f"没有交办：限期 {due_on} 早于今天 {on}，学校来不及整改。请选今天或以后的日期。"


def still_standing(*, seen_on: date) -> str:
    """A state that the latest inspection still shows may not be cleared (情形仍在)."""
    return (
        f"没有销号：{seen_on} 的检查仍显示这个情形，销号要等情形消失。"
        "请督促整改，名册等记录更新后重新检查，再来销号。"
    )


def unknown_place(*, subject: str, school: str, region: str) -> str:
    """A violation names a school or region that is not in this installation (对象不明)."""
    return (
        f"检查没有写入台账：违规对象 {subject} 所在的学校 {school or '（空）'}、区县 {region} "
        "不在本库。请先导入该学校，或把检查范围限定在本库的地区。"
    )


def doubled_violation(*, rule: str, subject: str, period: str) -> str:
    """A rule gave two rows for one fingerprint (违规重复)."""
    return (
        f"检查没有写入台账：规则 {rule} 对同一对象 {subject}、同一期间 {period} 给出了两行，"
        "无法判断以哪一行为准。请检查规则的连接条件，或同一天是否有两个政策取值同时施行。"
    )


def inspected_corrected_away() -> str:
    """The note on a finding whose fact no longer violates (更正说明)."""
    return "按现在的记录和限值，已不再违反。"


def corrected_from(*, term: str) -> str:
    """The note on the finding that a correction itself is (更正来由)."""
    return f"原有的问题：{term}。"
