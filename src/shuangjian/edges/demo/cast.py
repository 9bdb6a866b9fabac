"""演示人物: the people whom a visitor may be, one card for each role, and where they stand."""

from dataclasses import dataclass

from shuangjian.edges.demo.school_name import FIRST_PRIMARY, SECOND_MIDDLE
from shuangjian.foundation.accounts.role import Role

COUNTY_CODE, CITY_CODE, PROVINCE_CODE = "990101", "990100", "990000"
CAST_GRADE, CAST_CLASS, NEIGHBOUR_CLASS = 5, 1, 2
GRANDMOTHER = "祖母"


@dataclass(frozen=True, slots=True)
class DemoCard:
    """演示身份卡: a sign-in without a password; ``value`` is what its form sends."""

    username: str
    role: Role
    role_title: str
    person: str
    place: str
    description: str

    @property
    def value(self) -> str:
        """The card's name in a form: the username."""
        return self.username


OFFICER = DemoCard(
    "demo-officer", Role.OFFICER, "教育局双减专班", "周明远", "示范区教育局",
    "看全区台账，派发问题、核对销号，签发半月报。",
)  # fmt: skip
INSPECTOR = DemoCard(
    "demo-inspector", Role.INSPECTOR, "责任督学", "沈若梅", "示范区教育督导室",
    "到校核实整改，写明核实情况。",
)  # fmt: skip
AUDITOR = DemoCard(
    "demo-auditor", Role.AUDITOR, "审计人员", "韩立诚", "示范市",
    "只看不改：数字能一直点到原始记录。",
)  # fmt: skip
PRINCIPAL = DemoCard(
    "demo-principal", Role.PRINCIPAL, "校长", "罗建华", FIRST_PRIMARY,
    "看本校各班作业公示和待整改的问题，提交整改。",
)  # fmt: skip
SCHOOL_ADMIN = DemoCard(
    "demo-school-admin", Role.SCHOOL_ADMIN, "教务管理员", "谭晓琳", FIRST_PRIMARY,
    "导入学校现用的作业公示表，核对各班情况。",
)  # fmt: skip
CLASS_TEACHER = DemoCard(
    "demo-class-teacher", Role.CLASS_TEACHER, "班主任", "陈秀文", f"{FIRST_PRIMARY}五年级（1）班",
    "下一个上课日有一项作业因超限暂缓，等您删减、调整或写明理由放行。",
)  # fmt: skip
SUBJECT_TEACHER = DemoCard(
    "demo-teacher", Role.TEACHER, "任课教师", "林志鹏", f"{FIRST_PRIMARY}五年级数学",
    "教五年级（1）（2）班数学，下一个上课日的作业还没有布置。",
)  # fmt: skip
GUARDIAN = DemoCard(
    "demo-guardian", Role.GUARDIAN, "家长", "王桂兰", "五年级（1）班一名学生的祖母",
    "在手机上看孙辈今天有哪些作业、要多少时间。",
)  # fmt: skip
OTHER_PRINCIPAL = DemoCard(
    "demo-principal-2", Role.PRINCIPAL, "校长", "唐海涛", SECOND_MIDDLE,
    "另一所学校的校长，只看得到自己的学校。",
)  # fmt: skip

CAST = (
    OFFICER, INSPECTOR, AUDITOR, PRINCIPAL, SCHOOL_ADMIN, CLASS_TEACHER, SUBJECT_TEACHER, GUARDIAN,
    OTHER_PRINCIPAL,
)  # fmt: skip


def demo_cards() -> list[DemoCard]:
    """The sign-in cards (演示身份卡), in the order in which the page shows them."""
    return list(CAST)
