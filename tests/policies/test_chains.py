"""The main time chains, written by hand from the documents and not from the files."""

from datetime import date

import pytest

from shuangjian.foundation.policy.resolution import State, lookup
from tests.policies.folder import region_paths, shipped

NATION, CHENGDU, JIANYANG, WUHOU = "000000", "510100", "510185", "510107"
SHANGCHENG, GONGSHU, NANJING_XUANWU = "330102", "330105", "320102"
HOMEWORK, GATE = "homework.written_minutes_max", "class_size.gate_max"
STANDARD = "class_size.standard_max"

# key, region, grade, kind of school, day, must, should
EXPECTED = [
    # 作业：一、二年级0，三至六年级60，初中90，自2021年4月
    (HOMEWORK, WUHOU, 1, None, "2021-03-31", None, None),
    (HOMEWORK, WUHOU, 1, None, "2021-04-01", 0, None),
    (HOMEWORK, WUHOU, 2, None, "2021-04-02", 0, None),
    (HOMEWORK, WUHOU, 3, None, "2021-03-31", None, None),
    (HOMEWORK, WUHOU, 3, None, "2021-04-01", 60, None),
    (HOMEWORK, WUHOU, 6, None, "2026-11-22", 60, None),
    (HOMEWORK, WUHOU, 7, None, "2021-04-01", 90, None),
    (HOMEWORK, WUHOU, 9, None, "2026-11-22", 90, None),
    # 杭州两区2018年的旧上限，2021年4月起不再放宽
    (HOMEWORK, SHANGCHENG, 8, None, "2018-02-27", None, None),
    (HOMEWORK, SHANGCHENG, 8, None, "2018-02-28", 120, None),
    (HOMEWORK, SHANGCHENG, 8, None, "2021-03-31", 120, None),
    (HOMEWORK, SHANGCHENG, 8, None, "2021-04-01", 90, None),
    (HOMEWORK, SHANGCHENG, 5, None, "2018-02-28", None, None),
    (HOMEWORK, GONGSHU, 8, None, "2018-02-28", None, None),
    (HOMEWORK, GONGSHU, 8, None, "2018-03-01", 120, None),
    (HOMEWORK, GONGSHU, 9, None, "2018-03-02", 180, None),
    (HOMEWORK, GONGSHU, 9, None, "2021-03-31", 180, None),
    (HOMEWORK, GONGSHU, 9, None, "2021-04-01", 90, None),
    ("homework.stop_time", SHANGCHENG, 6, None, "2018-02-28", None, 1260),
    ("homework.stop_time", SHANGCHENG, 7, None, "2018-02-28", None, 1320),
    ("homework.stop_time", WUHOU, 7, None, "2026-01-01", None, None),
    # 成都班额关口：66/60/56（含本数）自2018-01-12，45/50自2020年
    (GATE, WUHOU, 1, None, "2018-01-11", None, None),
    (GATE, WUHOU, 1, None, "2018-01-12", 55, None),
    (GATE, WUHOU, 2, None, "2018-01-12", 59, None),
    (GATE, WUHOU, 7, None, "2018-01-13", 55, None),
    (GATE, WUHOU, 9, None, "2019-12-31", 59, None),
    (GATE, WUHOU, 6, None, "2020-01-01", 45, None),
    (GATE, WUHOU, 7, None, "2020-01-01", 50, None),
    (GATE, WUHOU, 9, None, "2021-01-01", 50, None),
    # 简阳不同：其余年级66（含本数），起始年级仍是56
    (GATE, JIANYANG, 1, None, "2018-01-12", 55, None),
    (GATE, JIANYANG, 2, None, "2018-01-11", None, None),
    (GATE, JIANYANG, 2, None, "2018-01-12", 65, None),
    (GATE, JIANYANG, 7, None, "2018-01-12", 55, None),
    (GATE, JIANYANG, 8, None, "2019-12-31", 65, None),
    (GATE, JIANYANG, 8, None, "2020-01-01", 50, None),
    # 全国：2020年底以后没有66人及以上的班
    (GATE, NANJING_XUANWU, 4, None, "2020-12-31", None, None),
    (GATE, NANJING_XUANWU, 4, None, "2021-01-01", 65, None),
    # 标准班额：全国45/50，江苏另有提示
    (STANDARD, WUHOU, 1, None, "2017-05-24", None, None),
    (STANDARD, WUHOU, 1, None, "2017-05-25", 45, None),
    (STANDARD, WUHOU, 7, None, "2017-05-26", 50, None),
    (STANDARD, NANJING_XUANWU, 6, None, "2011-12-31", None, None),
    (STANDARD, NANJING_XUANWU, 6, None, "2012-01-01", None, 40),
    (STANDARD, NANJING_XUANWU, 7, None, "2017-05-25", 50, 45),
    # 全国占比目标只在全国一级
    ("class_size.super_large_class_share_max", NATION, None, None, "2018-12-31", None, None),
    ("class_size.super_large_class_share_max", NATION, None, None, "2019-01-01", 20, None),
    ("class_size.super_large_class_share_max", NATION, None, None, "2020-12-31", 20, None),
    ("class_size.super_large_class_share_max", NATION, None, None, "2021-01-01", 0, None),
    ("class_size.super_large_class_share_max", CHENGDU, None, None, "2021-01-01", None, None),
    ("class_size.large_class_share_max", NATION, None, None, "2021-01-01", 50, None),
    ("class_size.large_class_min", WUHOU, None, None, "2018-01-01", 56, None),
    ("class_size.super_large_class_min", WUHOU, None, None, "2018-01-01", 66, None),
    # 体育：4/3节自2021年4月，北京2025-02-17、广东2026年9月起每天一节；2小时自2025年1月
    ("pe.lessons_per_week_min", WUHOU, 1, None, "2021-04-01", 4, None),
    ("pe.lessons_per_week_min", WUHOU, 3, None, "2021-03-31", None, None),
    ("pe.lessons_per_week_min", WUHOU, 3, None, "2021-04-01", 3, None),
    ("pe.lessons_per_week_min", "110105", 3, None, "2025-02-16", 3, None),
    ("pe.lessons_per_week_min", "110105", 3, None, "2025-02-17", 5, None),
    ("pe.lessons_per_week_min", "440106", 1, None, "2026-08-31", 4, None),
    ("pe.lessons_per_week_min", "440106", 1, None, "2026-09-01", 5, None),
    ("pe.daily_activity_minutes_min", WUHOU, None, None, "2024-12-31", None, None),
    ("pe.daily_activity_minutes_min", WUHOU, None, None, "2025-01-01", 120, None),
    # 线上培训每课时40分钟自2019-07-15，30分钟自2021-07-24
    ("training.online_lesson_minutes_max", NATION, None, None, "2019-07-14", None, None),
    ("training.online_lesson_minutes_max", NATION, None, None, "2019-07-15", 40, None),
    ("training.online_lesson_minutes_max", NATION, None, None, "2021-07-23", 40, None),
    ("training.online_lesson_minutes_max", NATION, None, None, "2021-07-24", 30, None),
    # 预收费：3个月、60课时自2021年10月，5000元自2022年12月
    ("training.prepay_months_max", NATION, None, None, "2021-09-30", None, None),
    ("training.prepay_months_max", NATION, None, None, "2021-10-01", 3, None),
    ("training.prepay_lessons_max", NATION, None, None, "2021-10-01", 60, None),
    ("training.non_subject_prepay_fen_max", NATION, None, None, "2022-11-30", None, None),
    ("training.non_subject_prepay_fen_max", NATION, None, None, "2022-12-01", 500000, None),
    # 差异系数：2012年综合0.65/0.55，2017年每项0.50/0.45
    ("balance.basic_composite_cv_max", NATION, 1, None, "2012-01-01", 650, None),
    ("balance.basic_composite_cv_max", NATION, 7, None, "2012-01-01", 550, None),
    ("balance.quality_indicator_cv_max", NATION, 6, None, "2017-05-25", 500, None),
    ("balance.quality_indicator_cv_max", NATION, 9, None, "2017-05-25", 450, None),
    # 晚自习2023-12-27起不再算课后服务
    ("afterschool.evening_study_counts", WUHOU, None, None, "2021-07-23", None, None),
    ("afterschool.evening_study_counts", WUHOU, None, None, "2023-12-26", 1, None),
    ("afterschool.evening_study_counts", WUHOU, None, None, "2023-12-27", 0, None),
    # 考试
    ("exam.final_per_term_max", WUHOU, 2, None, "2021-08-29", None, None),
    ("exam.final_per_term_max", WUHOU, 2, None, "2021-08-30", 0, None),
    ("exam.final_per_term_max", WUHOU, 3, None, "2021-08-31", 1, None),
    ("exam.regional_senior_allowed", WUHOU, 10, None, "2025-12-15", None, None),
    ("exam.regional_senior_allowed", WUHOU, 10, None, "2025-12-16", 0, None),
    ("exam.written_minutes_max", "460105", 4, None, "2022-05-01", 60, None),
    ("exam.written_minutes_max", WUHOU, 4, None, "2022-05-01", None, None),
    # 睡眠与上课时间：一般不早于，只提示
    ("sleep.minutes_min", WUHOU, 6, None, "2021-03-30", 600, None),
    ("school_day.first_lesson_min", WUHOU, 6, None, "2021-03-30", None, 500),
    ("school_day.first_lesson_min", WUHOU, 7, None, "2021-03-30", None, 480),
    # 半月报
    ("report.half_month.first_due_day", WUHOU, None, None, "2021-08-29", None, None),
    ("report.half_month.first_due_day", WUHOU, None, None, "2021-08-30", 15, None),
    ("report.half_month.second_due_day", WUHOU, None, None, "2021-08-30", 30, None),
    ("indicator.homework_time.school_counts", WUHOU, None, "primary", "2021-08-30", 1, None),
    # 平顶山：村小、教学点、寄宿制学校不计入课后服务覆盖，作业时间仍计入
    ("indicator.after_school_time.school_counts", "410402", None, "village_primary", "2022-04-21", 1, None),
    ("indicator.after_school_time.school_counts", "410402", None, "village_primary", "2022-04-22", 0, None),
    ("indicator.after_school_time.school_counts", "410402", None, "boarding", "2022-04-23", 0, None),
    ("indicator.after_school_time.school_counts", "410402", None, "primary", "2022-04-22", 1, None),
    ("indicator.homework_time.school_counts", "410402", None, "village_primary", "2022-04-22", 1, None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "region", "grade", "kind", "on", "must", "should"), EXPECTED)
def test_a_chain_says_what_the_documents_say(key, region, grade, kind, on, must, should):
    found = lookup(
        shipped(),
        key,
        on=date.fromisoformat(on),
        region_path=region_paths()[region],
        grade=grade,
        school_kind=kind,
    )

    value_by_severity = {value.severity.value: value.value for value in found.values}
    expected = {"must": must, "should": should}
    assert value_by_severity == {name: v for name, v in expected.items() if v is not None}
    in_force = bool(value_by_severity)
    assert found.state is (State.IN_FORCE if in_force else State.NOT_YET_IN_FORCE)


def test_the_answer_names_who_supplies_it_and_why():
    found = lookup(
        shipped(), HOMEWORK, on=date(2021, 4, 1), region_path=region_paths()[SHANGCHENG], grade=8
    )

    assert [value.region for value in found.values] == [NATION]
    assert found.values[0].citation.number == "教基厅函〔2021〕13号"
    assert found.values[0].policy == "homework.written_minutes_max@000000@2021-04-01"
    told = [(c.value.region, c.value.value, c.standing.value) for c in found.why]
    assert told == [("000000", 90, "applies"), ("330102", 120, "looser")]
    assert (found.band_low, found.band_high) == (7, 9)


def test_jianyang_is_excepted_from_the_citys_gate():
    found = lookup(
        shipped(), GATE, on=date(2018, 1, 12), region_path=region_paths()[JIANYANG], grade=3
    )

    standings = [
        (c.value.value, c.standing.value) for c in found.why if c.value.starts_on.year == 2018
    ]
    assert standings == [(59, "excepted"), (65, "applies")]
