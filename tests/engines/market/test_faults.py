"""Whatever is wrong is refused, with file, line, reason and what to do; in CSV and in Parquet."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.fault import TOLD, MarketRefusedError
from shuangjian.engines.market.fault_list import KEPT
from shuangjian.engines.market.folder import form_of, read_market
from tests.engines.market.scene import (
    ROWS,
    arrow_table,
    csv_text,
    wide,
    write_csv_folder,
    write_parquet_folder,
)

# table, rows added to it, then (row from the end, text of the reason) of each fault
ADDED = [
    ("pupils", [("p1", 2)], [(1, "学生（pupil）“p1”与第 2 行重复")]),
    ("pupils", [("x", 2), ("x", 2), ("x", 2)], [(2, "“x”与第 6 行重复"), (1, "“x”与第 6 行重复")]),
    ("pupils", [(None, 2)], [(1, "缺少学生（pupil）")]),
    ("pupils", [("a\x00b", 2)], [(1, "“a\\u0000b”含有看不见的控制字符")]),
    ("pupils", [("a\x7f", 2), ("a\u0085b", 1)], [(2, "控制字符"), (1, "控制字符")]),
    ("pupils", [("x" * 1001, 1)], [(1, "长于 1000 字节")]),
    ("pupils", [("x", 63)], [(1, "年级（grade）“63”不在 0～62 之内")]),
    ("pupils", [("x", -1)], [(1, "年级（grade）“-1”不在 0～62 之内")]),
    ("pupils", [("x", 1, "a\tb")], [(1, "类别（group）“a\\u0009b”含有看不见的控制字符")]),
    ("courses", [("chess", "mon", 1)], [(1, "课程（course）“chess”与第 1 行重复")]),
    ("courses", [("x", "mon", -1)], [(1, "名额（seats）“-1”不在 0～2147483647 之内")]),
    ("courses", [("x", "mon", 2**31)], [(1, "名额（seats）“2147483648”不在")]),
    ("courses", [("x", "mon", None)], [(1, "缺少名额（seats）")]),
    ("courses", [("x", "mon", 1, -5)], [(1, "开班人数（least）“-5”不在")]),
    ("courses", [("x", "mon", 1, 0, None, None, -2)], [(1, "停开次序（close_order）“-2”不在")]),
    ("courses", [("x", None, 1)], [(1, "时段（slots）“”是空的")]),
    ("courses", [("x", "mon+", 1)], [(1, "时段（slots）“mon+”里有一天是空的")]),
    ("courses", [("x", "tue+ thu", 1)], [(1, "里有一天首尾有空白")]),
    ("courses", [("x", "tue+tue", 1)], [(1, "里同一天写了两次")]),
    ("courses", [("x", "mon", 1, 0, "一年级")], [(1, "年级（grades）“一年级”看不懂")]),
    ("courses", [("x", "mon", 1, 0, "3-1")], [(1, "前大后小")]),
    ("courses", [("x", "mon", 1, 0, "63")], [(1, "大于 62")]),
    ("courses", [("x", "mon", 1, 0, "1-100")], [(1, "看不懂")]),
    (
        "courses",
        [("x", "mon", 1, 0, None, None, 0, "migrant")],
        [(1, "预留（reserved）“migrant”看不懂")],
    ),
    ("courses", [("x", "mon", 9, 0, None, None, 0, "a:1+a:2")], [(1, "里有一个类别写了两次")]),
    ("courses", [("x", "mon", 9, 0, None, None, 0, ":2")], [(1, "里的类别是空的")]),
    ("courses", [("x", "mon", 9, 0, None, None, 0, "a:-2")], [(1, "看不懂")]),
    ("courses", [("x", "mon", 3, 0, None, None, 0, "a:2+b:2")], [(1, "“a:2+b:2”合起来多于名额 3")]),
    ("courses", [("x", "wed+mon", 3)], [(1, "时段（slots）“wed+mon”与第 4 行的“mon+wed”有同一天")]),
    ("choices", [("p9", "mon", 1, "art")], [(1, "pupils 里没有学生（pupil）“p9”")]),
    ("choices", [("p3", "fri", 1, "art")], [(1, "courses 里没有时段（slot）“fri”")]),
    ("choices", [("p3", "mon", 2, "golf")], [(1, "courses 里没有课程（course）“golf”")]),
    ("choices", [("p3", "wed", 2, "art")], [(1, "课程（course）“art”不在时段（slot）“wed”")]),
    ("choices", [("p3", "mon", 0, "art")], [(1, "志愿（rank）“0”不在 1～32767 之内")]),
    ("choices", [("p3", "mon", 32768, "art")], [(1, "志愿（rank）“32768”不在")]),
    ("choices", [("p3", "mon", None, "art")], [(1, "缺少志愿（rank）")]),
    ("choices", [(None, "mon", 2, None)], [(1, "缺少学生（pupil）"), (1, "缺少课程（course）")]),
    ("choices", [("p3", "mon", 1, "art")], [(1, "学生“p3”在时段“mon”已有第 1 志愿（第 9 行）")]),
    ("choices", [("p3", "mon", 2, "chess")], [(1, "学生“p3”已报过课程“chess”（第 9 行）")]),
    ("tiers", [("p9", "art", 1)], [(1, "pupils 里没有学生（pupil）“p9”")]),
    ("tiers", [("p1", "golf", 1)], [(1, "courses 里没有课程（course）“golf”")]),
    ("tiers", [("p1", "art", 0)], [(1, "优先级（tier）“0”不在 1～32767 之内")]),
    ("tiers", [("p1", "art", None)], [(1, "缺少优先级（tier）")]),
    ("tiers", [("p1", "chess", 2)], [(1, "学生“p1”对课程“chess”已有优先级（第 1 行）")]),
    ("tickets", [("p9", "t-9")], [(1, "pupils 里没有学生（pupil）“p9”")]),
    ("tickets", [("p3", None)], [(1, "缺少签（ticket）")]),
    ("tickets", [("p3", "t\n9")], [(1, "签（ticket）“t\\u000a9”含有看不见的控制字符")]),
    ("tickets", [("p3", "t-7")], [(1, "签（ticket）“t-7”已是第 1 行另一名学生的")]),
    ("tickets", [("p2", "t-2")], [(1, "学生“p2”已有签“t-2”（第 2 行）")]),
    ("tickets", [("p2", "p3")], [(1, "签（ticket）“p3”是另一名学生的编号")]),
    (
        "tickets",
        [("p1", "t-9", "others")],
        [(1, "学生“p1”在第 1 行已属于另一个捆绑，这里是“others”")],
    ),
]

# what only text can hold
AS_TEXT = [
    ("pupils", ("x", "三"), "年级（grade）“三”不是整数"),
    ("courses", ("x", "mon", "2.5"), "名额（seats）“2.5”不是整数"),
    ("courses", ("x", "mon", "1e3"), "名额（seats）“1e3”不是整数"),
    ("courses", ("x", "mon", "9" * 30), "不在 0～2147483647 之内"),
    ("choices", ("p3", "mon", "first", "art"), "志愿（rank）“first”不是整数"),
    ("tiers", ("p3", "art", "½"), "优先级（tier）“½”不是整数"),
]


def refused(read, *arguments, **named):
    with pytest.raises(MarketRefusedError) as caught:
        read(*arguments, **named)
    return caught.value


def assert_faults(error, file, expected):
    found = [(fault.file, fault.line, fault.reason) for fault in error.faults]
    assert [(name, line) for name, line, _ in found] == [(file, line) for line, _ in expected]
    for (_, _, reason), (_, text) in zip(found, expected, strict=True):
        assert text in reason, reason
        assert "请" in reason
    assert str(error).startswith(f"不能读入：共 {len(expected)} 处有误，没有做任何录取。")
    assert f"  {file} 第 {expected[0][0]} 行：" in str(error)


def with_rows(name, added):
    return {**ROWS, name: [*ROWS[name], *added]}


@pytest.mark.parametrize(("name", "added", "expected"), ADDED)
def test_a_row_is_refused_as_a_row(name, added, expected):
    last = len(ROWS[name]) + len(added) + 1
    faults = [(last - back, text) for back, text in expected]
    assert_faults(refused(build_market, **with_rows(name, added)), name, faults)


@pytest.mark.parametrize(("name", "added", "expected"), ADDED)
def test_a_row_is_refused_in_parquet(tmp_path, name, added, expected):
    last = len(ROWS[name]) + len(added) + 1
    folder = write_parquet_folder(tmp_path, with_rows(name, added), row_group_size=4)
    faults = [(last - back, text) for back, text in expected]
    assert_faults(refused(read_market, folder, threads=2), f"{name}.parquet", faults)


@pytest.mark.parametrize(
    ("name", "added", "expected"),
    [
        case
        for case in ADDED
        if not any("\x85" in str(row) or "\n" in str(row[1]) for row in case[1])
    ],
)
def test_a_row_is_refused_in_csv_by_its_line(tmp_path, name, added, expected):
    last = len(ROWS[name]) + len(added) + 1
    folder = write_csv_folder(tmp_path, with_rows(name, added))
    found = refused(read_market, folder)
    # why: the header is line 1, and messages name other rows by their lines, too.
    assert [fault.line for fault in found.faults] == [last - back + 1 for back, _ in expected]
    for fault, (_, text) in zip(found.faults, expected, strict=True):
        assert fault.file == f"{name}.csv"
        assert text.split("第")[0] in fault.reason


@pytest.mark.parametrize(("name", "row", "text"), AS_TEXT)
def test_a_number_that_is_none_is_refused(tmp_path, name, row, text):
    line = len(ROWS[name]) + 1
    assert_faults(refused(build_market, **with_rows(name, [row])), name, [(line, text)])
    folder = write_csv_folder(tmp_path, with_rows(name, [row]))
    assert_faults(refused(read_market, folder), f"{name}.csv", [(line + 1, text)])


def test_rounds_are_the_slots_and_keep_days_apart():
    def courses(*rows):
        return refused(build_market, pupils=[("a",)], courses=rows, choices=[]).faults

    both = courses(("c", "mon", 1, 0, "", 1), ("d", "mon", 1, 0, "", 2))
    assert [(fault.line, fault.reason[:27]) for fault in both] == [
        (2, "时段（slots）“mon”在第 1 行是第 1 轮，")
    ]
    (shared,) = courses(("c", "mon", 1, 0, "", 1), ("d", "mon+tue", 1, 0, "", 1))
    assert shared.line == 2
    assert "“mon+tue”与第 1 行的“mon”有同一天，却在同一轮（第 1 轮）" in shared.reason
    (missing,) = courses(("c", "mon", 1, 0, "", 1), ("d", "tue", 1))
    assert (missing.line, missing.reason) == (2, "缺少轮次（round）。请补上。")
    (low,) = courses(("c", "mon", 1, 0, "", 0))
    assert "不在 1～32767 之内" in low.reason


def test_bundles_make_a_shared_ticket_right():
    shared = [("p1", "t", "twins"), ("p2", "t", "twins")]
    assert build_market(**{**ROWS, "tickets": shared}).tickets.ticket.to_pylist()[:2] == [
        "t",
        "p10",
    ]
    for second in ("", "others"):
        wrong = [("p1", "t", "twins"), ("p2", "t", second)]
        assert_faults(
            refused(build_market, **{**ROWS, "tickets": wrong}), "tickets", [(2, "“t”已是第 1 行")]
        )


def test_faults_of_all_files_are_told_at_once():
    rows = with_rows("choices", [("p9", "mon", 1, "art"), ("p3", "mon", 1, "art")])
    rows = {**rows, "tiers": [("p9", "art", 1)], "tickets": [("p9", "t")]}
    error = refused(build_market, **rows)
    assert [(fault.file, fault.line) for fault in error.faults] == [
        ("choices", 10),
        ("choices", 11),
        ("tiers", 1),
        ("tickets", 1),
    ]
    rows = {**with_rows("pupils", [("p1",)]), "courses": [*ROWS["courses"], ("x", "mon", -1)]}
    assert [fault.file for fault in refused(build_market, **rows).faults] == ["pupils", "courses"]


def test_many_faults_are_told_in_part_and_counted():
    error = refused(build_market, **with_rows("choices", [("p9", "mon", 1, "art")] * (KEPT + 500)))
    assert len(error.faults) == KEPT
    assert error.unkept == 500
    text = str(error).split("\n")
    assert len(text) == TOLD + 2
    assert text[0].startswith(f"不能读入：共 {KEPT + 500} 处有误")
    assert text[-1] == f"  另有 {KEPT + 500 - TOLD} 处没有列出。"


def test_a_tuple_may_not_be_longer_than_the_columns():
    error = refused(build_market, pupils=[("a", 1, "g", "x")], courses=[], choices=[])
    assert_faults(error, "pupils", [(1, "这一行多于 3 格")])


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", None, "是空文件"),
        ("pupil,slot,rank\np1,mon,1\n", 1, "缺少课程（course）这一列"),
        ("pupil,slot,rank,course,学号\n", 1, "学生（pupil）这一列有 2 个：“pupil”、“学号”"),
        ("pupil,slot,rank,course\n", None, "没有一行内容"),
        ("pupil,slot,rank,course\n\n,,,\n", None, "没有一行内容"),
        ("pupil,slot,rank,course\np1,mon,1\n", 2, "这一行有 3 格，表头有 4 格"),
        ("pupil,slot,rank,course\np1,mon,1,art,\n", 2, "这一行有 5 格，表头有 4 格"),
        ('pupil,slot,rank,course\n\n"p1,mon,1,art\n', 3, "不合 CSV 的写法"),
        ('pupil,slot,rank,course\n"p1"x,mon,1,art\n', 2, "不合 CSV 的写法"),
        (f"pupil,slot,rank,course\n{'x' * 200_000},mon,1,art\n", 2, "不合 CSV 的写法"),
        (
            'pupil,slot,rank,course\n"p\n1",mon,1,art\np9,mon,1,art\n',
            2,
            "没有学生（pupil）“p\\u000a1”",
        ),
    ],
)
def test_a_csv_file_that_is_none_is_refused(tmp_path, text, line, reason):
    folder = write_csv_folder(tmp_path)
    (folder / "choices.csv").write_text(text, encoding="utf-8")
    fault = refused(read_market, folder).faults[0]
    assert (fault.file, fault.line) == ("choices.csv", line)
    assert reason in fault.reason


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    folder = write_csv_folder(tmp_path)
    text = 'pupil,slot,rank,course,note\r\n\r\np3,mon,1,art,"two\r\nlines"\r\np9,mon,1,art,\r\n'
    (folder / "choices.csv").write_text(text, encoding="utf-8", newline="")
    (fault,) = refused(read_market, folder).faults
    assert fault.line == 5


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"pupil,grade\np1,1\n\xff\xff,2\n", 3, "既不是 UTF-8 也不是 GB18030"),
        ("pupil,grade\np1,1\n".encode("utf-16"), 1, "既不是 UTF-8 也不是 GB18030"),
    ],
)
def test_other_encodings_are_refused(tmp_path, content, line, reason):
    folder = write_csv_folder(tmp_path)
    (folder / "pupils.csv").write_bytes(content)
    (fault,) = refused(read_market, folder).faults
    assert (fault.file, fault.line) == ("pupils.csv", line)
    assert reason in fault.reason


def test_files_of_the_folder(tmp_path):
    assert "没有这个文件夹" in str(refused(read_market, tmp_path / "nowhere"))
    empty = refused(read_market, tmp_path)
    assert [fault.reason.partition("。")[0] for fault in empty.faults] == [
        f"文件夹里没有 {name}.csv，也没有 {name}.parquet"
        for name in ("pupils", "courses", "choices")
    ]
    write_csv_folder(tmp_path)
    assert form_of(tmp_path) == "csv"
    pq.write_table(arrow_table("choices", ROWS["choices"]), tmp_path / "choices.parquet")
    assert "choices.csv 和 choices.parquet 都有" in str(refused(read_market, tmp_path))
    (tmp_path / "choices.csv").unlink()
    assert form_of(tmp_path) == "parquet"
    assert read_market(tmp_path).digest == build_market(**ROWS).digest


def test_faults_of_several_headers_are_told_at_once(tmp_path):
    folder = write_csv_folder(tmp_path)
    (folder / "pupils.csv").write_text("name\n", encoding="utf-8")
    (folder / "tiers.csv").write_text("pupil,tier\n", encoding="utf-8")
    assert [(fault.file, fault.line) for fault in refused(read_market, folder).faults] == [
        ("pupils.csv", 1),
        ("tiers.csv", 1),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "不能作为 Parquet 读出"),
        (b"PAR1 and then nothing", "不能作为 Parquet 读出"),
        (csv_text("choices", ROWS["choices"]).encode(), "不能作为 Parquet 读出"),
    ],
)
def test_a_parquet_file_that_is_none_is_refused(tmp_path, content, reason):
    folder = write_parquet_folder(tmp_path)
    (folder / "choices.parquet").write_bytes(content)
    (fault,) = refused(read_market, folder).faults
    assert (fault.file, fault.line) == ("choices.parquet", None)
    assert reason in fault.reason
    assert "\n" not in fault.reason


def test_a_parquet_file_with_a_broken_middle_is_refused(tmp_path):
    folder = write_parquet_folder(tmp_path, compression="zstd")
    content = bytearray((folder / "choices.parquet").read_bytes())
    content[4:400] = bytes(396)
    (folder / "choices.parquet").write_bytes(content)
    (fault,) = refused(read_market, folder).faults
    assert fault.file == "choices.parquet"
    assert "不能作为 Parquet 读出" in fault.reason


def test_columns_of_other_types_are_refused(tmp_path):
    folder = write_parquet_folder(tmp_path)
    choices = pa.table(
        {
            "pupil": [1.5],
            "slot": [True],
            "rank": pa.array([None], pa.date32()),
            "course": [["art"]],
        }
    )
    pq.write_table(choices, folder / "choices.parquet")
    reasons = [fault.reason for fault in refused(read_market, folder).faults]
    assert [reason.partition("，")[0] for reason in reasons] == [
        "学生（pupil）这一列的类型是 double",
        "时段（slot）这一列的类型是 bool",
        "志愿（rank）这一列的类型是 date32[day]",
        "课程（course）这一列的类型是 list<element: string>",
    ]


def test_bytes_that_are_no_text_are_refused(tmp_path):
    folder = write_parquet_folder(tmp_path)
    offsets = pa.py_buffer(b"\0\0\0\0\2\0\0\0")
    broken = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")])
    for table, column in (("pupils", "pupil"), ("courses", "slots"), ("choices", "pupil")):
        whole = pq.read_table(folder / f"{table}.parquet")
        first = whole.slice(0, 1).set_column(whole.column_names.index(column), column, broken)
        rows = pa.concat_tables([whole, first])
        pq.write_table(rows, folder / f"{table}.parquet")
        (fault, *_) = refused(read_market, folder).faults
        assert (fault.file, fault.line) == (f"{table}.parquet", rows.num_rows)
        write_parquet_folder(tmp_path)


# --- what a message says to do next --------------------------------------------------------------


@pytest.mark.parametrize("cell", ["三", "十年级", "63", "63年级", "-3", "²", "年级", "初一"])
def test_a_wrong_grade_is_told_the_forms(cell):
    (fault,) = refused(build_market, **with_rows("pupils", [("x", cell)])).faults
    assert fault.reason.endswith("请写成 3、3年级 或 三年级（一到九）；没有年级的写 无，或空着。")


@pytest.mark.parametrize("cell", ["2.5", "三", "3年级", "无", "10²", "-1"])
def test_a_wrong_number_is_told_the_forms(cell):
    (fault,) = refused(build_market, **with_rows("courses", [("x", "mon", cell)])).faults
    assert fault.reason.endswith("请写成整数，如 3（全角数字也可以）。")


NOT_LOOKED_AT = "  choices 等表还没有看，改好后再运行一次会接着查。"


@pytest.mark.parametrize(
    ("name", "row"), [("pupils", ("p1", 2)), ("courses", ("x", "mon", "many"))]
)
def test_tables_that_were_not_looked_at_are_named_last(name, row):
    rows = {**with_rows("choices", [("p9", "mon", 1, "art")])}
    wrong = {**rows, name: [*ROWS[name], *[row] * (TOLD + 5)]}
    error = refused(build_market, **wrong)
    assert {fault.file for fault in error.faults} == {name}
    assert str(error).split("\n")[-1] == NOT_LOOKED_AT
    assert "还没有看" not in str(refused(build_market, **rows))


def test_rows_behind_a_wrong_header_are_said_to_be_unread(tmp_path):
    folder = write_csv_folder(tmp_path)
    (folder / "pupils.csv").write_text("name\nx\n", encoding="utf-8")
    last = str(refused(read_market, folder)).split("\n")[-1]
    assert last == "  其余各表每行的内容还没有看，改好后再运行一次会接着查。"


@pytest.mark.parametrize(
    ("name", "row", "alike"),
    [
        ("choices", (wide("p3"), "mon", 2, "art"), "p3"),
        ("choices", ("p3", wide("mon"), 2, "art"), "mon"),
        ("choices", ("p2", "mon＋wed", 2, "robots"), "mon+wed"),
        ("choices", ("p3", "mon", 2, wide("art")), "art"),
        ("tiers", ("p" + wide("1"), "art", 1), "p1"),
        ("tickets", (wide("p") + "3", "t-9"), "p3"),
    ],
)
def test_an_id_of_another_width_is_told_the_one_that_is_there(name, row, alike):
    (fault,) = refused(build_market, **with_rows(name, [row])).faults
    assert fault.line == len(ROWS[name]) + 1
    assert f"有相近的“{alike}”，是否全角/半角不同？请改正" in fault.reason


def test_an_id_like_no_other_gets_no_hint():
    for row in (("p9", "mon", 2, "art"), ("p3", "mon+fri", 2, "art"), ("p3", "mon", 2, wide("g"))):
        (fault,) = refused(build_market, **with_rows("choices", [row])).faults
        assert "相近" not in fault.reason
        assert "写成" not in fault.reason


@pytest.mark.parametrize("slot", ["周三+周一", "周三＋周一", "周三 + 周一", "周一 + 周三"])
def test_a_slot_with_its_days_in_another_order_is_told_how_it_is_written(slot):
    rows = {"pupils": [("a",)], "courses": [("c", "周一+周三", 1), ("d", "周一", 1)]}
    (fault,) = refused(build_market, **rows, choices=[("a", slot, 1, "c")]).faults
    assert fault.line == 1
    assert f"courses 里没有时段（slot）“{slot}”。" in fault.reason
    assert "请写成 周一+周三。" in fault.reason


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("pupil;slot;rank;course\np3;mon;1;art\n", "分号"),
        ('"pupil";"slot";"rank";"course"\n"p3";"mon";"1";"art"\n', "分号"),
        ("学生\t时段\t志愿\t课程\np3\tmon\t1\tart,x\n", "制表符"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_another_separator_is_one_fault(tmp_path, text, mark, encoding):
    folder = write_csv_folder(tmp_path)
    (folder / "choices.csv").write_text(text, encoding=encoding)
    (fault,) = refused(read_market, folder).faults
    assert (fault.file, fault.line) == ("choices.csv", 1)
    assert fault.reason.startswith(f"分隔符不是逗号，而是{mark}。请")


def test_a_single_column_with_a_tab_at_its_end_is_read(tmp_path):
    folder = write_csv_folder(tmp_path, {**ROWS, "tiers": [], "tickets": []})
    pupils = "pupil\t\n" + "".join(f"{row[0]}\n" for row in ROWS["pupils"])
    (folder / "pupils.csv").write_text(pupils, encoding="utf-8")
    assert len(read_market(folder).pupils) == len(ROWS["pupils"])
