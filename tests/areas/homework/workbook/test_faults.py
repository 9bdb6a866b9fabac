"""What is wrong is said with sheet and cell, all of it at once."""

import datetime as dt

import pytest

from tests.areas.homework.workbook.book import LIST_HEADER, TITLE, WEEK, codes, day_list, read

GOOD = ["11月2日", "星期一", "语文", "抄写", "书面", 20, "甲老师"]


def changed(column: int, value: object) -> list[object]:
    return [value if index == column else each for index, each in enumerate(GOOD)]


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        (changed(0, "11月31日"), "A4", "day_impossible"),
        (changed(0, "11月3日"), "A4", "weekday_contradicts"),
        (changed(0, "11月9日"), "A4", "day_outside_title"),
        (changed(0, "星期一前后"), "A4", "day_unreadable"),
        (changed(2, "魔法"), "C4", "unknown_course"),
        (changed(2, ""), "C4", "course_missing"),
        (changed(3, "无"), "F4", "none_contradicts"),
        (changed(4, "A类"), "E4", "unknown_kind"),
        (changed(5, ""), "F4", "minutes_missing"),
        (changed(5, "看情况"), "F4", "minutes_unreadable"),
        (changed(5, "无"), "F4", "none_contradicts"),
        (changed(5, -5), "F4", "minutes_out_of_range"),
        (changed(5, 601), "F4", "minutes_out_of_range"),
        (changed(5, "20-15"), "F4", "minutes_reversed"),
        (changed(5, "至少20分钟"), "F4", "minutes_open_ended"),
        (changed(5, dt.date(2026, 10, 15)), "F4", "minutes_became_date"),
    ],
)
def test_each_fault_names_its_cell(row, cell, code):
    reading = read(day_list(row))
    assert codes(reading) == [("作业", cell, code)]
    fault = reading.faults[0]
    assert "作业" in fault.message
    assert cell in fault.message
    assert "请" in fault.message
    assert reading.rows == ()


def test_all_faults_are_collected_and_the_value_is_quoted():
    reading = read(
        day_list(
            GOOD,
            changed(2, "魔法"),
            ["11月3日", "星期三", "数学", "练习", "书面", "很久", ""],
            ["", "", "英语", "听写", "ABC", "", ""],
        )
    )
    assert codes(reading) == [
        ("作业", "C5", "unknown_course"),
        ("作业", "A6", "weekday_contradicts"),
        ("作业", "F6", "minutes_unreadable"),
        ("作业", "E7", "unknown_kind"),
        ("作业", "F7", "minutes_missing"),
    ]
    assert [fault.value for fault in reading.faults] == ["魔法", "11月3日", "很久", "ABC", ""]


def test_a_merged_cell_is_named_once():
    sheets = day_list(
        ["11月31日", "", "语文", "抄写", "书面", 20, ""], ["", "", "数学", "P3", "", 10, ""]
    )
    reading = read(sheets, merged={"作业": ["A4:A5"]})
    assert codes(reading) == [("作业", "A4", "day_impossible")]


def test_the_same_homework_twice_names_both_cells():
    reading = read(day_list(GOOD, GOOD))
    assert codes(reading) == [("作业", "F5", "duplicate_row")]
    assert "F4" in reading.faults[0].message


def test_the_same_class_in_two_sheets_names_both_sheets():
    rows = [["2026年11月9日"], ["班级", "语文"], ["八（3）班", "抄写20分钟"]]
    other = [["2026年11月9日 初二年级"], ["班级", "语文"], ["2025级3班", "抄写20分钟"]]
    reading = read({"甲": rows, "乙": other})
    assert codes(reading) == [("乙", "B3", "duplicate_row")]
    assert "工作表“甲”的 B3" in reading.faults[0].message


def test_none_beside_written_homework_contradicts():
    reading = read(day_list(GOOD, [*changed(3, "无")[:5], "无", ""]))
    assert codes(reading) == [("作业", "F5", "duplicate_row")]


def test_a_total_that_contradicts_its_parts():
    rows = [["班级", "语文", "数学", "合计"], ["五(1)班", "抄写20分钟", "P3 15分钟", 40]]
    reading = read({"11.9": rows})
    assert codes(reading) == [("11.9", "D2", "total_contradicts")]
    assert "40" in reading.faults[0].message
    assert "35" in reading.faults[0].message


@pytest.mark.parametrize("total", [35, "35分钟", "30-35", "", "达标"])
def test_a_total_that_agrees_or_says_nothing(total):
    rows = [["班级", "语文", "数学", "合计"], ["五(1)班", "抄写15-20分钟", "P3 15分钟", total]]
    assert read({"11.9": rows}).faults == ()


def test_a_daily_total_merged_beside_a_list():
    header = [*LIST_HEADER[:6], "书面总时长"]
    rows = [
        [WEEK],
        header,
        ["11月2日", "星期一", "语文", "抄写", "书面", 20, 45],
        ["", "", "数学", "P3", "书面", 20, ""],
        ["", "", "英语", "朗读", "口头", 10, ""],
    ]
    reading = read({"作业": rows}, merged={"作业": ["G3:G5"]})
    assert codes(reading) == [("作业", "G3", "total_contradicts")]
    rows[2][6] = 40
    assert read({"作业": rows}, merged={"作业": ["G3:G5"]}).faults == ()
    rows[2][6] = 50
    assert read({"作业": rows}, merged={"作业": ["G3:G5"]}).faults == ()


def test_minutes_merged_over_several_subjects():
    rows = [[WEEK], LIST_HEADER, GOOD, ["", "", "数学", "P3", "书面", "", ""]]
    reading = read({"作业": rows}, merged={"作业": ["F3:F4"]})
    assert codes(reading) == [("作业", "F3", "minutes_shared")]


def test_sheet_name_and_title_that_contradict_each_other():
    day = read({"11.10": [["2026年11月9日"], ["班级", "语文"], ["五(1)班", "抄写20分钟"]]})
    assert codes(day) == [("11.10", "A1", "sheet_name_contradicts")]
    class_ = read({"五(2)班": [[WEEK], LIST_HEADER, GOOD]})
    assert codes(class_) == [("五(2)班", "A1", "sheet_name_contradicts")]


def test_a_class_of_another_grade_than_the_title():
    reading = read(
        {"11.9": [["初二年级 2026年11月9日"], ["班级", "语文"], ["七(1)班", "抄写20分钟"]]}
    )
    assert codes(reading) == [("11.9", "A3", "class_contradicts_title")]


def test_classes_that_the_bureau_does_not_govern():
    reading = read({"11.9": [["班级", "语文"], ["高一(2)班", "抄写20分钟"], ["火箭班", "无"]]})
    assert codes(reading) == [("11.9", "A2", "class_beyond"), ("11.9", "A3", "class_unreadable")]


def test_numbers_that_lost_their_zero():
    reading = read({"11.9": [["班级", "语文"], [8.1, "抄写20分钟"], [8.4, "抄写20分钟"]]})
    assert codes(reading) == [("11.9", "A2", "class_ambiguous")]


def test_a_table_without_class_or_day_says_where_to_write_them():
    reading = read(
        {"Sheet1": [["学科", "作业内容", "时长"], ["语文", "抄写", 20], ["数学", "P3", 20]]}
    )
    assert [fault.code for fault in reading.faults] == ["day_missing", "class_missing"]
    assert all(fault.cell == "A1" and "标题" in fault.message for fault in reading.faults)


def test_a_weekday_in_the_title_is_checked_and_told_once():
    rows = [["五（1）班 2026年11月9日 星期二"], ["学科", "内容", "时长"], ["语文", "抄", 10]]
    assert codes(read({"Sheet1": rows})) == [("Sheet1", "A1", "weekday_contradicts")]


def test_the_day_on_which_the_form_was_filled_in_is_no_homework_day():
    rows = [["五（1）班 2026年11月9日"], ["制表日期：", dt.date(2026, 11, 1)]]
    reading = read({"Sheet1": [*rows, ["学科", "内容", "时长"], ["语文", "抄", 10]]})
    assert [row.on for row in reading.rows] == [dt.date(2026, 11, 9)]


def test_weekdays_without_a_range_ask_for_one():
    reading = read({"五(1)班": [["第9周"], ["学科", "周一", "周二"], ["语文", "抄20分钟", "无"]]})
    assert codes(reading) == [("五(1)班", "B2", "day_missing"), ("五(1)班", "C2", "day_missing")]
    assert "起止日期" in reading.faults[0].message


def test_an_impossible_range_in_the_title():
    reading = read(day_list(GOOD, title="五年级（1）班 11月2日—11月31日"))
    assert ("作业", "A2", "day_impossible") in codes(reading)
    reversed_ = read(day_list(GOOD, title="五年级（1）班 2026年11月6日—2026年11月2日"))
    assert ("作业", "A2", "range_reversed") in codes(reversed_)


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "学号", "成绩"], ["甲", 1, 90]],
        [["日期", "2026-11-09"], ["学科", "语文"], ["内容", "抄写"], ["时长", "20分钟"]],
        [["作业内容", "时长"], ["抄写", 20]],
        [["这是一段文字"]],
    ],
)
def test_an_unknown_layout_says_what_was_looked_for_and_seen(rows):
    reading = read({"Sheet1": rows})
    (fault,) = reading.faults
    assert (fault.sheet, fault.cell, fault.code) == ("Sheet1", "A1", "unknown_layout")
    assert "学科" in fault.message
    assert "作业内容" in fault.message
    assert str(rows[0][0]) in fault.message


def test_one_unknown_sheet_does_not_hide_the_faults_of_another():
    reading = read(day_list(changed(5, "很久")) | {"名单": [["姓名", "学号"], ["甲", 1]]})
    assert codes(reading) == [
        ("作业", "F4", "minutes_unreadable"),
        ("名单", "A1", "unknown_layout"),
    ]


def test_a_subject_heading_that_is_not_known_is_never_dropped():
    reading = read(
        {"11.9": [["班级", "语文", "数学", "魔法"], ["五(1)班", "抄写20分钟", "无", "咒语30分钟"]]}
    )
    assert codes(reading) == [("11.9", "D1", "unknown_column")]


def test_two_lists_side_by_side_are_refused():
    header = ["日期", "学科", "作业内容", "时长"]
    row = ["11月2日", "语文", "抄写", 20]
    reading = read({"五(1)班": [[TITLE], header + header, row + row]})
    assert {fault.code for fault in reading.faults} == {"duplicate_column"}


def test_a_form_that_nobody_filled_in():
    reading = read({"五(1)班": [[TITLE], [WEEK], LIST_HEADER]})
    assert codes(reading) == [("五(1)班", "A1", "no_rows")]


def test_reading_twice_gives_the_same():
    sheets = day_list(GOOD, changed(2, "魔法"))
    assert read(sheets) == read(sheets)
