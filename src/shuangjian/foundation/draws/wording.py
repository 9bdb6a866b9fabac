"""抽签用语: every refusal with what, why and what to do next; phases and faults to Chinese."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils import timezone

from shuangjian.foundation.draws.models import StepKind

_NEXT_BY_PHASE: Final = {
    StepKind.ANNOUNCED: "请先办完报名，再冻结名册",
    StepKind.FROZEN: "请让各承诺方提交承诺；名册有误的，写明理由出更正版",
    StepKind.COMMITTED: "请等异议截止后由各承诺方揭示随机数",
    StepKind.REVEALED: "请在揭示截止以后、公共随机数产生以前封存",
    StepKind.SEALED: "请等公共随机数产生后出结果",
    StepKind.DRAWN: "请公布结果",
    StepKind.PUBLISHED: "结果已是最终结果，补报和申诉按公布的候补次序办理",
    StepKind.ABORTED: "这个编号不能再用，请用新编号重新公告",
}
DRAFT_FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_toml": "不是 UTF-8 编码的 TOML 文件",
        "missing": "缺少这一项",
        "unknown": "没有这一项，可能写错了名称",
        "not_text": "应当是不换行的文字，放在引号里",
        "too_long": "太长",
        "not_whole": "应当是整数",
        "not_texts": "应当是几段文字的列表",
        "not_moment": "应当是带时区的时刻，形如 2026-09-01T10:00:00+08:00，不加引号",
        "not_table": "应当是一节，形如 [entropy]",
        "source": "只能是 drand 或 physical",
        "slug": "编号只能由小写字母、数字和减号组成，不超过 60 个字",
        "no_rules": "规则是空的，或不是 UTF-8 编码",
    }
)
ENTRY_FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "reference": "编号是空的、超过 80 个字，或带有换行等不可见字符",
        "twice": "同一批里写了两次",
        "group": "类别超过 40 个字，或带有逗号、引号、换行",
        "bundle": "捆绑编号超过 80 个字，或带有换行等不可见字符",
        "bundle_groups": "同一捆绑的孩子类别不同，无法按同一类别录取",
        "tickets": "签数应当是 1 到 20 的整数",
        "one_ticket": "只排次序的抽签每个孩子只有一张签",
        "absent": "没有正在参加的报名，不能退出",
        "other_school": "这个孩子已由另一所学校报名，本校不能修改或退出",
    }
)
ENTRY_FILE_FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "empty": "是空的，至少要有表头",
        "encoding": "不是 UTF-8 或 GBK 编码的文字",
        "title": "表头“{title}”不认识或重复，可用 applicant、group、bundle、tickets、change",
        "no_applicant": "表头里没有 applicant（报名人）",
        "cells": "格数与表头不同",
        "tickets": "签数应当是 1 到 20 的整数",
        "change": "变动只能写 enter（报名）或 withdraw（退出），空着是报名",
    }
)
MARKET_FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unwanted": "这次抽签只排次序，不需要志愿文件",
        "missing": "这次抽签要按志愿录取，需要志愿文件夹",
        "tickets": "文件夹里有 tickets.csv，而签只能由平台发放",
        "absent": "文件夹里的学生没有报名",
        "left_out": "已报名的学生不在文件夹里",
        "group": "学生的类别与报名时不同",
        "bundle_size": "捆绑的孩子超过 9999 个",
    }
)


def moment(at: datetime) -> str:
    """A moment in Beijing time (时刻)."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def next_step(phase: StepKind) -> str:
    """What has to happen next (下一步) in a phase."""
    return _NEXT_BY_PHASE[phase]


def illegal_step(*, kind: StepKind, phase: StepKind | None) -> str:
    """A step that does not follow from the phase (步骤不合)."""
    if phase is None:
        return f"没有{kind.label}：这次抽签还没有公告。请先用 draw init 公告。"
    return f"没有{kind.label}：这次抽签已到“{phase.label}”，不能{kind.label}。{next_step(phase)}。"


def second_result() -> str:
    """The id has its result already (结果只有一次)."""
    return (
        "没有出结果：这个编号已经有了结果，一个编号只有一个结果，不能再抽。"
        "要核对的，用同一个随机数重算；要公布的，用 draw publish。"
    )


def outside_window(
    *, kind: StepKind, at: datetime, opens_at: datetime | None, closes_at: datetime | None
) -> str:
    """The step comes too early or too late (不在时段内)."""
    if opens_at is not None and at < opens_at:
        return (
            f"没有{kind.label}：公告规定从 {moment(opens_at)} 起才能{kind.label}，"
            f"现在是 {moment(at)}。请到时再办。"
        )
    remedy = "请公开中止这次抽签，用新编号重新公告"
    if kind is StepKind.ANNOUNCED:
        remedy = "请把公告里的时刻改晚"
    elif kind in {StepKind.COMMITTED, StepKind.REVEALED}:
        remedy = "这一方按公告不再计入，其余各方照常进行"
    limit = moment(closes_at) if closes_at is not None else ""
    return (
        f"没有{kind.label}：{kind.label}到 {limit} 截止，现在是 {moment(at)}。"
        f"期限写在公告里，谁也不能延长。{remedy}。"
    )


def clock_back(*, at: datetime, last_at: datetime) -> str:
    """The clock stands before the last step (时钟倒退)."""
    return (
        f"没有办理：本机时钟是 {moment(at)}，早于上一步的 {moment(last_at)}，先后次序会乱。"
        "请校准时钟后再办；若是两个人同时在办，请再办一次。"
    )


def missing_reason(kind: StepKind) -> str:
    """An abort or a correction needs a reason (缺少理由)."""
    return f"没有{kind.label}：要写明理由，理由会一并公布。请写明后再办。"


def nothing_to_correct(*, is_first: bool) -> str:
    """Nothing was frozen before, or nothing would change (无可更正)."""
    if is_first:
        return (
            "没有冻结名册：这是第一版，还没有可更正的名册。"
            "请先用 draw enter 把报名改好，不写理由和更正，再冻结。"
        )
    return "没有冻结名册：与上一版完全相同，没有更正什么。请核对更正的内容。"


def unknown_party(*, party: str, parties: Sequence[str]) -> str:
    """The party is not in the announcement (承诺方不在公告里)."""
    return (
        f"没有办理：公告里没有“{party}”这个承诺方，公告以后不能增加。"
        f"公告的承诺方是：{'、'.join(parties)}。请核对名称。"
    )


def party_twice(*, kind: StepKind, party: str) -> str:
    """The party has committed or revealed before (承诺方重复)."""
    return f"没有{kind.label}：“{party}”已经{kind.label}过，不能更换。不需要再办。"


def not_committed(party: str) -> str:
    """The party reveals without a commitment (没有承诺过)."""
    return f"没有揭示：“{party}”没有在首次揭示以前提交承诺，它的随机数不能计入。其余各方照常进行。"


def nonce_mismatch(party: str) -> str:
    """The nonce is not the one committed to (随机数与承诺不符)."""
    return (
        f"没有揭示：这个随机数与“{party}”的承诺不符。"
        "请核对是否取错了文件或抄错了字；揭示截止时仍不相符的，这一方不计入。"
    )


def not_permitted(what: str) -> str:
    """The actor's role or scope does not allow it (无权办理)."""
    return (
        f"没有{what}：只有本级教育局双减专班、举办学校的校长或教务管理员、系统操作员可以办理，"
        "您现在的身份不能办理。请换用有权办理的账号，或请对方办理。"
    )


def taken(slug: str) -> str:
    """The id was used before (编号已用)."""
    return f"没有公告：编号“{slug}”已经用过，一个编号只能用一次，中止了的也不能再用。请换一个编号。"


def wrong_draft(*, field: str, fault: str) -> str:
    """The draft of the announcement cannot be taken (公告草稿有误)."""
    return f"没有公告：{field}：{DRAFT_FAULTS[fault]}。请改正公告草稿后重办。"


def wrong_hex(kind: StepKind) -> str:
    """A commitment or nonce is not written as 64 digits (写法不对)."""
    return f"没有{kind.label}：应当是 64 位小写十六进制数字。请核对是否抄全。"


def entries_closed(phase: StepKind) -> str:
    """The roster is frozen (报名已截止)."""
    if phase in {StepKind.FROZEN, StepKind.COMMITTED}:
        return (
            "没有写入报名：名册已经冻结并公布。"
            "确有错漏的，用 draw freeze 的 --corrections 和 --reason 出更正版。"
        )
    return f"没有写入报名：这次抽签已到“{phase.label}”，名册不能再变。{next_step(phase)}。"


def wrong_entry(*, reference: str, fault: str) -> str:
    """One entry cannot be taken (报名内容有误)."""
    return f"没有写入报名：{reference or '（空）'}：{ENTRY_FAULTS[fault]}。请改正后整批重办。"


def wrong_entry_file(*, line: int, fault: str, title: str) -> str:
    """A CSV of entries cannot be read (报名表有误)."""
    what = ENTRY_FILE_FAULTS[fault].format(title=title)
    return f"没有写入报名：报名表第 {line} 行{what}。请改正后整表重办。"


def nothing_entered() -> str:
    """Nobody takes part (无人报名)."""
    return "没有冻结名册：还没有人报名。请先用 draw enter 报名。"


def wrong_market(*, fault: str, references: Sequence[str]) -> str:
    """The folder of wishes does not fit (志愿文件不符)."""
    who = f"（{'、'.join(references[:5])}等 {len(references)} 人）" if references else ""
    return f"没有冻结名册：{MARKET_FAULTS[fault]}{who}。请改正后再冻结。"


def fallback_early(due_at: datetime) -> str:
    """The fallback's announced moment has not come (备用随机源未到时刻)."""
    return (
        f"没有出结果：备用随机源要到公告的 {moment(due_at)} 才能启用。"
        "请等到那时；首选随机源先恢复的，用首选。"
    )


def wrong_numbers() -> str:
    """The start and the interval cannot be read (起始号和间隔号写法不对)."""
    return "没有出结果：起始号和间隔号要写成“12,7”的样子，先起始号，后间隔号。请照此抄录。"


def not_verified(violations: Sequence[str]) -> str:
    """The folder does not hold before our own verifier (核对不通过)."""
    return (
        f"没有公布：公布前的核对没有通过：{violations[0]}（共 {len(violations)} 处）"
        "请不要公布，保留现场并报告。"
    )


def result_differs(paths: Sequence[str]) -> str:
    """Running again gives other bytes (重算不一致)."""
    return (
        f"重算不一致：{'、'.join(paths)} 与保存的不同。结果以已保存的为准，没有改动。"
        "请用当时的程序版本重算；仍不一致的，请保留现场并报告。"
    )


def folder_differs(*, folder: str, paths: Sequence[str]) -> str:
    """The folder holds other bytes than those published (文件夹不一致)."""
    return (
        f"没有写出：{folder} 里的 {'、'.join(paths)} 与已公布的不同，不能覆盖。"
        "请换一个空文件夹写出，再比较是谁改动了它。"
    )
