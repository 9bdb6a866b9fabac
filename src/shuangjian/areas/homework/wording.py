"""措辞: refusals and states of homework in Chinese: what happened, why, and what to do next."""

from datetime import date
from types import MappingProxyType

from shuangjian.areas.homework.errors import HomeworkRefusedError

REFUSALS = MappingProxyType(
    {
        "not_teacher": "您{on}不任教{class_name}的{course}，不能改动。"
        "请核对班级和学科，或请教务调整任课。",
        "not_class_teacher": "只有{class_name}的班主任可以{act}。请联系班主任。",
        "past_day": "{on}已经过去，不能再改。需要更正的，请由教务导入更正后的布置计划表。",
        "too_early": "最多提前{days}天布置，{on}太早了。请临近时再来。",
        "not_working_day": "{on}不上课（{note}），不用布置。请核对日期，或写在前一个上课日。",
        "no_content": "请写明作业内容，家长要看得懂。",
        "minutes_range": "预计时长应是 1 到 {most} 的整数分钟，收到“{minutes}”。"
        "请按一般学生完成的时间填写。",
        "no_such_plan": "{class_name}{on}没有{course}作业，可能刚被撤回。请刷新页面再看。",
        "trim_not_less": "减时后应少于现在的 {minutes} 分钟。请填更小的数，或直接撤回。",
        "same_day": "已经在{on}。请另选一天。",
        "target_taken": "{on}已经布置了{course}，不能再移入。请先处理那一天的作业。",
        "no_reason": "放行要写明理由（至少 5 个字），督学和校长都会看到。请补上理由。",
        "nothing_held": "{class_name}{on}没有暂缓的作业，不需要放行。请刷新页面再看。",
        "class_gone": "{class_name}在{on}已经毕业或尚未开班。请核对日期。",
        "not_importer": "只有本校校长、教务管理员或系统操作员可以导入。请联系教务。",
    }
)
MINUTES_MOST = 600  # why: ten hours; above it a figure is a slip of the hand, not homework.


def refusal_text(error: HomeworkRefusedError) -> str:
    """The Chinese sentence of a refusal."""
    fields = {
        name: day_text(value) if isinstance(value, date) else value
        for name, value in error.fields.items()
    }
    return REFUSALS[error.code].format(**fields)


def day_text(on: date) -> str:
    """A day as people say it.

    >>> day_text(date(2026, 11, 9))
    '11月9日'
    """
    return f"{on.month}月{on.day}日"
