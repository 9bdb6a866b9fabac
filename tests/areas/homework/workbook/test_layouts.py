"""Layouts that schools use beside those of the two examples."""

import datetime as dt

from tests.areas.homework.workbook.book import (
    LIST_HEADER,
    TITLE,
    WEEK,
    codes,
    day_list,
    read,
    short,
)


def test_a_list_with_a_class_column_and_dates_filled_down():
    reading = read(
        {
            "Sheet1": [
                ["课后书面作业公示表"],
                ["班级", "日期", "科目", "作业", "时长（分钟）"],
                ["五(1)班", dt.date(2026, 11, 2), "语文", "抄写", 15],
                ["", "", "数学", "练习册", "约20分钟"],
                ["", "11月3日", "语文", "无", ""],
                ["五(2)班", "11月2日", "语文", "抄写", 10],
            ]
        }
    )
    assert reading.faults == ()
    assert short(reading) == [
        (5, 1, "2026-11-02", "chinese", 15),
        (5, 1, "2026-11-02", "math", 20),
        (5, 1, "2026-11-03", "chinese", 0),
        (5, 2, "2026-11-02", "chinese", 10),
    ]


def test_a_grade_column_beside_bare_class_numbers():
    reading = read(
        {
            "11.9": [
                ["年级", "班级", "语文", "数学"],
                ["八年级", "1班", "作文 30分钟", "练习册 20min"],
                ["", "2班", "无", "试卷（约40分钟）"],
            ]
        },
        merged={"11.9": ["A2:A3"]},
    )
    assert reading.faults == ()
    assert short(reading) == [
        (8, 1, "2026-11-09", "chinese", 30),
        (8, 1, "2026-11-09", "math", 20),
        (8, 2, "2026-11-09", "chinese", 0),
        (8, 2, "2026-11-09", "math", 40),
    ]
    assert [row.cell for row in reading.rows] == ["C2", "D2", "C3", "D3"]
    assert reading.rows[0].content == "作文 30分钟"


def test_subjects_down_and_weekdays_across():
    reading = read(
        {
            "五(1)班": [
                [TITLE],
                ["第9周（11月2日—11月6日）"],
                ["学科", "周一", "周二", "周三", "周四", "周五"],
                ["语文", "抄写 20分钟", "无", "作文 30分钟", "", "背诵10分钟"],
                ["数学", "P3 15分钟", "P4 15分钟", "P5 15分钟", "P6 15分钟", "无"],
                ["合计", 35, 15, 45, 15, 10],
                ["备注：总时长不超过60分钟"],
            ]
        },
        merged={"五(1)班": ["A1:F1", "A2:F2"]},
    )
    assert reading.faults == ()
    assert len(reading.rows) == 9
    assert (5, 1, "2026-11-04", "chinese", 30) in short(reading)
    assert [row.on.day for row in reading.rows if row.is_none] == [3, 6]


def test_days_across_in_two_lines_with_content_and_minutes():
    reading = read(
        {
            "Sheet1": [
                ["五年级（1）班"],
                ["日期", "11月2日", "", "11月3日", ""],
                ["星期", "星期一", "", "星期二", ""],
                ["学科", "内容", "时长", "内容", "时长"],
                ["语文", "抄写", 20, "作文", "三十分钟"],
                ["数学", "练习册", "15-20", "无", "无"],
            ]
        },
        merged={"Sheet1": ["B2:C2", "D2:E2", "B3:C3", "D3:E3"]},
    )
    assert reading.faults == ()
    assert short(reading) == [
        (5, 1, "2026-11-02", "chinese", 20),
        (5, 1, "2026-11-03", "chinese", 30),
        (5, 1, "2026-11-02", "math", 20),
        (5, 1, "2026-11-03", "math", 0),
    ]


def test_days_down_and_subjects_across_with_one_line_headings():
    reading = read(
        {
            "5.1": [
                [WEEK],
                ["日期", "语文作业", "语文时长(分)", "数学作业", "数学时长(分)", "合计"],
                ["11.2 周一", "抄写", 20, "练习册", 15, 35],
                ["11.3 周二", "无", "", "练习册", 15, 15],
            ]
        }
    )
    assert reading.faults == ()
    assert short(reading) == [
        (5, 1, "2026-11-02", "chinese", 20),
        (5, 1, "2026-11-02", "math", 15),
        (5, 1, "2026-11-03", "chinese", 0),
        (5, 1, "2026-11-03", "math", 15),
    ]


def test_a_sheet_name_that_may_be_class_or_day_is_what_the_table_lacks():
    by_class = read({"5.1": [["日期", "语文"], ["2026年11月4日", "作文 30分钟"]]})
    assert short(by_class) == [(5, 1, "2026-11-04", "chinese", 30)]
    by_day = read({"9.1": [["班级", "语文"], ["五(2)班", "作文 30分钟"]]})
    assert short(by_day) == [(5, 2, "2026-09-01", "chinese", 30)]


def test_weeks_across_over_subjects_and_classes_down():
    reading = read(
        {
            "八年级": [
                ["第9周（2026年11月2日—11月6日）"],
                ["班级", "周一", "", "周二", ""],
                ["", "语文", "数学", "语文", "数学"],
                ["1班", "抄写20分钟", "P3 10分钟", "无", "P4 10分钟"],
                ["2班", "抄写20分钟", "P3 10分钟", "作文30分钟", "P4 10分钟"],
            ]
        },
        merged={"八年级": ["A2:A3", "B2:C2", "D2:E2"]},
    )
    assert reading.faults == ()
    assert len(reading.rows) == 8
    assert (8, 2, "2026-11-03", "chinese", 30) in short(reading)


def test_classes_across_and_subjects_down():
    reading = read(
        {
            "11月9日": [
                ["学科", "八(1)班", "", "八(2)班", ""],
                ["", "内容", "时长", "内容", "时长"],
                ["语文", "抄写", 20, "抄写", 25],
                ["数学", "无", "", "P3", 15],
            ]
        },
        merged={"11月9日": ["A1:A2", "B1:C1", "D1:E1"]},
    )
    assert reading.faults == ()
    assert short(reading) == [
        (8, 1, "2026-11-09", "chinese", 20),
        (8, 2, "2026-11-09", "chinese", 25),
        (8, 1, "2026-11-09", "math", 0),
        (8, 2, "2026-11-09", "math", 15),
    ]


def test_content_above_minutes_in_two_rows_of_one_subject():
    reading = read(
        {
            "五(1)班": [
                ["2026年11月2日—11月6日"],
                ["学科", "项目", "星期一", "星期二"],
                ["语文", "内容", "抄写", "作文"],
                ["", "时长", "20分钟", "30分钟"],
                ["数学", "内容", "练习册", "无"],
                ["", "时长", 15, ""],
            ]
        },
        merged={"五(1)班": ["A3:A4"]},
    )
    assert reading.faults == ()
    assert short(reading) == [
        (5, 1, "2026-11-02", "chinese", 20),
        (5, 1, "2026-11-03", "chinese", 30),
        (5, 1, "2026-11-02", "math", 15),
        (5, 1, "2026-11-03", "math", 0),
    ]


def test_a_table_for_each_class_one_below_the_other():
    reading = read(
        {
            "2026.11.9": [
                ["五年级（1）班"],
                ["学科", "作业内容", "时长"],
                ["语文", "抄写", 20],
                [],
                ["五年级（2）班"],
                ["学科", "作业内容", "时长"],
                ["语文", "抄写", 25],
            ]
        }
    )
    assert reading.faults == ()
    assert short(reading) == [
        (5, 1, "2026-11-09", "chinese", 20),
        (5, 2, "2026-11-09", "chinese", 25),
    ]


def test_headings_between_the_rows_name_class_or_day():
    reading = read(
        {
            "Sheet1": [
                ["学科", "作业内容", "时长"],
                ["五年级（1）班 2026年11月9日"],
                ["语文", "抄写", 20],
                ["五年级（1）班 2026年11月10日"],
                ["语文", "抄写", 25],
            ]
        },
        merged={"Sheet1": ["A2:C2", "A4:C4"]},
    )
    assert reading.faults == ()
    assert short(reading) == [
        (5, 1, "2026-11-09", "chinese", 20),
        (5, 1, "2026-11-10", "chinese", 25),
    ]


def test_class_and_date_in_cells_of_their_own_above_the_table():
    reading = read(
        {
            "Sheet1": [
                [TITLE],
                ["班级：", "八年级4班", "日期：", dt.date(2026, 11, 9)],
                ["科目", "内容", "用时"],
                ["物理", "练习", 20],
            ]
        }
    )
    assert reading.faults == ()
    assert short(reading) == [(8, 4, "2026-11-09", "physics", 20)]


def test_written_and_oral_side_by_side_are_one_row_that_counts_the_written_minutes():
    reading = read(
        {
            "五(1)班": [
                ["2026年11月9日"],
                ["学科", "书面作业", "", "口头作业", ""],
                ["", "内容", "时长", "内容", "时长"],
                ["语文", "抄写", 20, "朗读", 10],
                ["英语", "无", "", "听读", 15],
            ]
        },
        merged={"五(1)班": ["A2:A3", "B2:C2", "D2:E2"]},
    )
    assert reading.faults == ()
    chinese, english = reading.rows
    assert (chinese.kind, chinese.minutes, chinese.content) == ("written", 20, "抄写；口头：朗读")
    assert (english.kind, english.minutes, english.content) == ("oral", 15, "听读")


def test_two_kinds_in_two_rows_are_joined():
    reading = read(
        day_list(
            ["11月2日", "星期一", "语文", "朗读", "口头", 10, "甲老师"],
            ["", "", "语文", "抄写", "书面", 20, "甲老师"],
        )
    )
    assert reading.faults == ()
    (row,) = reading.rows
    assert (row.kind, row.minutes, row.content, row.cell) == (
        "written",
        20,
        "抄写；口头：朗读",
        "F5",
    )


def test_oral_homework_without_a_minutes_column_is_left_out_and_said():
    reading = read(
        {
            "五(1)班": [
                ["2026年11月9日"],
                ["学科", "书面作业", "时长", "实践作业", "设计意图"],
                ["语文", "抄写", 20, "采访家人", "练笔"],
            ]
        }
    )
    assert reading.faults == ()
    assert short(reading) == [(5, 1, "2026-11-09", "chinese", 20)]
    assert [note.split("列")[0] for note in reading.layouts[0].left_out] == [
        "“设计意图”",
        "“实践作业”",
    ]


def test_a_heading_in_hours():
    reading = read(
        {"五(1)班": [["2026年11月9日"], ["学科", "内容", "时长(小时)"], ["语文", "作文", 0.5]]}
    )
    assert short(reading) == [(5, 1, "2026-11-09", "chinese", 30)]


def test_practice_in_school_is_told_from_homework():
    reading = read(
        {
            "一(1)班": [
                ["2026年11月9日"],
                ["学科", "内容", "时长", "完成地点"],
                ["语文", "描红", 10, "校内"],
                ["数学", "口算（课堂完成）", 5, ""],
                ["英语", "听读", 5, "家庭"],
            ]
        }
    )
    assert [row.place for row in reading.rows] == ["school", "school", "home"]


def test_minutes_without_content_count_and_say_so():
    reading = read(
        {"11.9": [["班级", "语文", "数学"], ["五(1)班", 20, "15分钟"], ["五(2)班", "—", "/"]]}
    )
    assert reading.faults == ()
    assert [(row.content, row.minutes) for row in reading.rows] == [
        ("（未写明内容）", 20),
        ("（未写明内容）", 15),
        ("", 0),
        ("", 0),
    ]


def test_a_day_without_homework_merged_over_all_subjects():
    reading = read(
        {
            "五(1)班": [
                ["2026年11月2日—11月6日"],
                ["日期", "语文", "数学", "英语"],
                ["11月2日", "无作业日", "", ""],
                ["11月3日", "抄写20分钟", "", "无"],
            ]
        },
        merged={"五(1)班": ["B3:D3"]},
    )
    assert reading.faults == ()
    assert [(row.on.day, row.course_code, row.is_none) for row in reading.rows] == [
        (2, "chinese", True),
        (2, "math", True),
        (2, "english", True),
        (3, "chinese", False),
        (3, "english", True),
    ]


def test_one_piece_of_homework_merged_over_two_classes():
    reading = read(
        {
            "11.9": [
                ["班级", "语文", ""],
                ["", "内容", "时长"],
                ["八(1)班", "抄写", 20],
                ["八(2)班", "", ""],
            ]
        },
        merged={"11.9": ["A1:A2", "B1:C1", "B3:B4", "C3:C4"]},
    )
    assert reading.faults == ()
    assert short(reading) == [
        (8, 1, "2026-11-09", "chinese", 20),
        (8, 2, "2026-11-09", "chinese", 20),
    ]


def test_blank_rows_and_blank_homework_are_nothing():
    reading = read(
        day_list(
            ["11月2日", "星期一", "语文", "抄写", "书面", 20, ""],
            [],
            ["11月3日", "星期二", "语文", "", "", "", ""],
            ["", "", "数学", "", "书面", "", "乙老师"],
        )
    )
    assert reading.faults == ()
    assert len(reading.rows) == 1
    assert reading.rows[0].teacher_name is None


def test_hidden_sample_blank_and_explaining_sheets_are_skipped_and_named():
    sheets = day_list(["11月2日", "星期一", "语文", "抄写", "书面", 20, ""])
    sheets |= {
        "旧表": [LIST_HEADER],
        "填表示例": [LIST_HEADER],
        "Sheet2": [],
        "填表说明": [["请按表填写，时长写分钟。"]],
    }
    reading = read(sheets, hidden=["旧表"])
    assert reading.faults == ()
    assert len(reading.rows) == 1
    reasons = {each.sheet: each.reason for each in reading.skipped}
    assert list(reasons) == ["旧表", "填表示例", "Sheet2", "填表说明"]
    assert "隐藏" in reasons["旧表"]
    assert "示例" in reasons["填表示例"]
    assert "空白" in reasons["Sheet2"]


def test_remarks_are_left_out_and_said():
    reading = read(
        day_list(
            ["11月2日", "星期一", "语文", "抄写", "书面", 20, ""],
            ["备注：周三无作业"],
            ["审核人：", "", "", "日期：2026年11月1日"],
        )
    )
    assert codes(reading) == []
    assert len(reading.layouts[0].left_out) == 2
    assert "A5" in reading.layouts[0].left_out[0]


def test_the_layout_is_told_in_words():
    reading = read({"11.9": [["班级", "语文"], ["五(1)班", "抄写20分钟"]]})
    assert reading.layouts[0].layout == "竖排班级，横排学科，日期取自工作表名称"
