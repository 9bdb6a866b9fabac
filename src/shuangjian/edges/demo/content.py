"""作业内容: texts that look like what teachers write, by course, grade and how far the term is.

``{lesson}``, ``{unit}``, ``{page}`` and ``{next_page}`` follow the course of the term.
"""

import random

from shuangjian.areas.homework.models import HomeworkKind
from shuangjian.foundation.registry.models import Course

_CHINESE_PRIMARY = (
    "生字抄写一遍，听写第{lesson}课词语",
    "预习第{lesson}课，圈出生字并标自然段",
    "完成练习册第{page}页",
    "背诵第{lesson}课第二自然段，默写一遍",
    "修改第{unit}单元习作，誊写一段",
    "阅读短文一篇，回答课后三个问题",
    "整理第{unit}单元易错字，组词",
    "小练笔：写一处秋天的景物，不少于一百字",
    "摘抄好句两句，写一句感受",
)
_MATH_PRIMARY = (
    "练习册第{page}页",
    "口算一页，第{page}页第3—5题",
    "第{unit}单元易错题订正，写出理由",
    "课本第{page}页练习第2、4、6题",
    "解决问题三道，画线段图",
    "竖式计算八道并验算",
    "完成第{unit}单元思维导图",
    "练习册第{page}—{next_page}页选做一页",
)
_ENGLISH_PRIMARY = (
    "Unit {unit} 单词抄写一遍，家长不必签字",
    "Unit {unit} 单词听写",
    "练习册第{page}页 A、B 两题",
    "仿写三个句子：I like …",
    "补全 Unit {unit} 对话",
    "画一张 Unit {unit} 单词卡片并写句子",
)
_CHINESE_JUNIOR = (
    "背诵并默写第{lesson}课",
    "第{lesson}课课后思考探究第二、三题",
    "文言文第{lesson}课翻译一段，整理实词",
    "阅读理解一篇，批注两处",
    "作文片段：一次难忘的对话，二百字",
    "练习册第{page}页基础部分",
    "名著阅读一章，写摘要",
    "整理第{unit}单元字词",
)
_MATH_JUNIOR = (
    "练习册第{page}页基础题",
    "课本第{page}页习题第3—7题",
    "第{unit}章小测订正，写出错因",
    "几何证明两道，写全依据",
    "校本作业第{lesson}课时 A 组",
    "函数图象练习一张",
    "练习册第{page}—{next_page}页，B 组选做",
    "整理第{unit}章公式与例题",
)
_ENGLISH_JUNIOR = (
    "Unit {unit} 单词短语听写并订正",
    "完形填空一篇、阅读一篇",
    "练习册第{page}页语法部分",
    "Unit {unit} 短文仿写，六十词",
    "校本作业第{lesson}课时",
    "翻译句子八个",
    "整理 Unit {unit} 重点句型",
)
_WRITTEN_PRIMARY = {
    Course.CHINESE: _CHINESE_PRIMARY,
    Course.MATH: _MATH_PRIMARY,
    Course.ENGLISH: _ENGLISH_PRIMARY,
}
_WRITTEN_JUNIOR = {
    Course.CHINESE: _CHINESE_JUNIOR,
    Course.MATH: _MATH_JUNIOR,
    Course.ENGLISH: _ENGLISH_JUNIOR,
    Course.PHYSICS: (
        "练习册第{page}页",
        "第{unit}章计算题三道，写出公式",
        "画出第{lesson}课时的光路图或受力图",
        "实验报告：数据与结论",
    ),
    Course.CHEMISTRY: (
        "练习册第{page}页",
        "书写第{unit}单元化学方程式并配平",
        "实验现象与结论对照表",
        "第{unit}单元计算题两道",
    ),
    Course.MORALITY_LAW: ("第{lesson}课知识梳理", "材料分析一道", "时事简评，一百字"),
    Course.HISTORY: ("第{lesson}课时间轴", "练习册第{page}页", "史料解读一则"),
    Course.GEOGRAPHY: ("填图册第{page}页", "第{unit}章区域特征表格", "等高线读图练习"),
    Course.BIOLOGY: ("练习册第{page}页", "第{unit}章概念图", "观察记录整理"),
}
_SCHOOL_PRACTICE = {
    Course.CHINESE: ("写字课完成生字描红", "课堂写话两句", "校内听写第{lesson}课词语"),
    Course.MATH: ("校内口算十题", "课本第{page}页，课上完成", "校内练习：认识图形"),
}
_ORAL = {
    Course.CHINESE: (
        "朗读第{lesson}课两遍",
        "读绘本一本，说给家人听",
        "背诵古诗一首",
        "讲一个小故事",
    ),
    Course.MATH: ("口算接龙五分钟", "说一说第{unit}单元的数学小故事", "和家人玩扑克牌算二十四点"),
    Course.ENGLISH: ("朗读 Unit {unit} 课文", "跟读录音十分钟", "用英语介绍一件物品"),
}
_PRACTICE = {
    Course.SCIENCE: (
        "观察月相并画图（一周后交）",
        "种一颗豆子，记录变化",
        "用家里的材料做一个小天平",
        "观察一种落叶并拍照",
    ),
    Course.PHYSICAL_EDUCATION: (
        "跳绳两组，每组一分钟",
        "仰卧起坐两组，拉伸放松",
        "户外活动半小时",
        "坐位体前屈练习",
    ),
    Course.LABOUR: ("整理自己的书桌", "学做一道凉菜", "清洗自己的红领巾", "给植物浇水并记录"),
    Course.ART: ("用落叶拼一幅画", "画一张家乡的桥"),
}
_FALLBACK = ("练习册第{page}页",)


def homework_text(
    course: Course,
    *,
    grade: int,
    kind: HomeworkKind,
    is_at_school: bool,
    lesson: int,
    stream: random.Random,
) -> str:
    """One line of homework (作业内容).

    Args:
        course: the course.
        grade: 1 to 9.
        kind: written, oral or practice.
        is_at_school: whether it is done in school, as in grades 1 and 2.
        lesson: how many school days of the term have passed, from 1.
        stream: of chance.
    """
    texts = _texts(course, grade=grade, kind=kind, is_at_school=is_at_school)
    page = 2 * lesson + grade
    return stream.choice(texts).format(
        lesson=1 + lesson // 3, unit=1 + lesson // 12, page=page, next_page=page + 1
    )


def _texts(
    course: Course, *, grade: int, kind: HomeworkKind, is_at_school: bool
) -> tuple[str, ...]:
    if kind is HomeworkKind.ORAL:
        return _ORAL.get(course, _FALLBACK)
    if kind is HomeworkKind.PRACTICE:
        return _PRACTICE.get(course, _FALLBACK)
    if is_at_school:
        return _SCHOOL_PRACTICE.get(course, _FALLBACK)
    written = _WRITTEN_PRIMARY if grade < 7 else _WRITTEN_JUNIOR
    return written.get(course, _FALLBACK)


OVERRIDE_REASONS = (
    "期中复习阶段，与科任老师商量后放行，下周相应减少",
    "补上周停课未布置的练习，已请数学减量",
    "作文需要连贯完成，不宜拆成两天",
    "单元检测前一天，学生自愿选做，保留必做部分",
    "因运动会调课，两天作业合并布置",
    "部分为选做题，多数学生在课后服务时段已完成",
    "年级统一安排的阶段练习，已告知家长",
)
YOUNG_REASONS = (
    "请假学生补练，已告知家长可不做",
    "写字课被占用，回家补写一行生字",
    "老师误选为家中完成，次日起改在校内",
)
