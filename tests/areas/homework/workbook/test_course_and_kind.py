import pytest

from shuangjian.areas.homework.workbook.course import COURSES, parse_course
from shuangjian.areas.homework.workbook.fault import MisreadError
from shuangjian.areas.homework.workbook.kind import (
    kind_in_content,
    parse_kind,
    parse_place,
    place_in_content,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("语文", "chinese"), ("数 学", "math"), ("英语课", "english"), ("物理作业", "physics"),
        ("道法", "morality_law"), ("道德与法治", "morality_law"), ("品德", "morality_law"),
        ("政治", "morality_law"), ("体育与健康", "physical_education"), ("劳动教育", "labour"),
        ("信息技术", "information"), ("综合实践", "integrated"), ("心理", "psychology"),
        ("书法", "calligraphy"), ("语", "chinese"), ("语文（必做）", "chinese"), ("日语", "other"),
    ],
)  # fmt: skip
def test_names_of_subjects(name, code):
    assert parse_course(name).code == code


def test_no_name_means_two_subjects():
    names = [name for aliases in COURSES.values() for name in aliases]
    assert len(names) == len(set(names))


def test_an_unknown_subject_lists_the_known_ones():
    with pytest.raises(MisreadError) as caught:
        parse_course("魔法")
    assert caught.value.code == "unknown_course"
    assert all(aliases[0] in caught.value.reason for aliases in COURSES.values())


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("书面", "written"), ("书面作业", "written"), ("书面+口头", "written"), ("非书面", "practice"),
        ("口头", "oral"), ("背诵", "oral"), ("阅读", "oral"), ("实践", "practice"), ("体育锻炼", "practice"),
    ],
)  # fmt: skip
def test_kinds(word, kind):
    assert parse_kind(word) == kind


def test_an_unknown_kind_is_refused():
    with pytest.raises(MisreadError, match="不知道要不要计入"):
        parse_kind("A类")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("口头：朗读课文", "oral"), ("（实践）观察月相", "practice"), ("【书面】练习册", "written"),
        ("朗读10分钟", None), ("预习：第18课", None),
    ],
)  # fmt: skip
def test_a_kind_marked_in_the_content(content, kind):
    assert kind_in_content(content) == kind


def test_places():
    assert parse_place("校内") == "school"
    assert parse_place("课后服务") == "school"
    assert parse_place("家庭") == "home"
    assert parse_place("校内、家庭") == "home"
    assert place_in_content("口算20题（校内完成）") == "school"
    assert place_in_content("校内完成一半，其余回家完成") is None
    with pytest.raises(MisreadError, match="校内"):
        parse_place("操场边")
