"""The same market from rows, CSV and Parquet, however they are written."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.column import COLUMNS, Kind
from shuangjian.engines.market.folder import read_market
from shuangjian.engines.market.parquet_reading import read_parquet_table
from shuangjian.engines.market.table import CHOICES
from tests.engines.market.scene import (
    ROWS,
    arrow_table,
    wide,
    write_csv_folder,
    write_parquet_folder,
)
from tests.engines.market.test_coding import coded

CHINESE = {
    "pupils": ["学号", "年级", "类别"],
    "courses": ["课程", "时段", "名额", "开班人数", "年级", "轮次", "停开次序", "预留"],
    "choices": ["学生", "时段", "志愿", "课程"],
    "tiers": ["学生编号", "课程编号", "优先级"],
    "tickets": ["学生", "签", "捆绑"],
}


@pytest.fixture(scope="module")
def expected():
    return coded(build_market(**ROWS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("titles", [None, CHINESE])
def test_csv_of_any_program(tmp_path, expected, encoding, line_end, titles):
    folder = write_csv_folder(tmp_path, encoding=encoding, line_end=line_end, titles=titles)
    assert coded(read_market(folder)) == expected


def test_csv_with_quotes_spaces_empty_rows_and_other_columns(tmp_path, expected):
    folder = write_csv_folder(tmp_path)
    for name in ROWS:
        lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        width = len(COLUMNS[name])
        changed = [
            ",".join(f'"{cell}"' for cell in line.split(",")) + ',"x, ""y"""' for line in lines
        ]
        changed[0] = lines[0].upper().replace(",", " , ") + ",note"
        changed[1] = lines[1].replace(",", " ,\u3000") + ","
        changed[2:2] = ["", "," * width, "  " + "," * width]
        (folder / f"{name}.csv").write_text("\n".join([*changed, ""]), encoding="utf-8")
    assert coded(read_market(folder)) == expected


def test_columns_may_stand_in_any_order_and_slot_may_be_called_so(tmp_path, expected):
    folder = write_csv_folder(tmp_path)
    for name, rows in ROWS.items():
        titles = [column.name.replace("slots", "slot") for column in COLUMNS[name]]
        cells = [[*row, *[None] * (len(titles) - len(row))] for row in rows]
        lines = [titles[::-1], *[["" if c is None else str(c) for c in row[::-1]] for row in cells]]
        text = "\n".join(",".join(line) for line in lines)
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assert coded(read_market(folder)) == expected


def text_as(kind):
    def cast(table):
        fields = [
            pa.field(field.name, kind if pa.types.is_string(field.type) else field.type)
            for field in table.schema
        ]
        return table.cast(pa.schema(fields))

    return cast


def numbers_as(kind):
    def cast(table):
        fields = [
            pa.field(field.name, kind if pa.types.is_integer(field.type) else field.type)
            for field in table.schema
        ]
        return table.cast(pa.schema(fields))

    return cast


def as_dictionary(table):
    return pa.table({name: table[name].dictionary_encode() for name in table.column_names})


@pytest.mark.parametrize(
    "cast",
    [
        None,
        text_as(pa.large_string()),
        text_as(pa.string_view()),
        text_as(pa.binary()),
        text_as(pa.dictionary(pa.int8(), pa.string())),
        numbers_as(pa.int8()),
        numbers_as(pa.uint16()),
        numbers_as(pa.float64()),
        numbers_as(pa.string()),
        as_dictionary,
    ],
)
@pytest.mark.parametrize("options", [{}, {"use_dictionary": False, "row_group_size": 2}])
def test_parquet_of_any_program(tmp_path, expected, cast, options):
    folder = write_parquet_folder(tmp_path, cast=cast, **options)
    assert coded(read_market(folder)) == expected


@pytest.mark.parametrize("options", [{"compression": "zstd"}, {"data_page_version": "2.0"}])
def test_parquet_whose_dictionary_was_given_up(tmp_path, options):
    rows = large_rows(3_000)
    expected = build_market(**rows).digest
    for limit in (16, 1 << 20):
        write_parquet_folder(tmp_path, rows, dictionary_pagesize_limit=limit, **options)
        assert read_market(tmp_path).digest == expected
    sizes = {len(read_parquet_table(tmp_path / "choices.parquet", CHOICES).columns["pupil"])}
    assert sizes == {1}


def large_rows(pupils):
    draw = np.random.default_rng(7)
    names = [f"课{number}" for number in range(40)]
    choices = [
        (f"p{pupil}", "mon", rank + 1, names[course])
        for pupil in range(pupils)
        for rank, course in enumerate(draw.permutation(40)[:3])
    ]
    draw.shuffle(choices)
    return {
        "pupils": [(f"p{pupil}",) for pupil in draw.permutation(pupils)],
        "courses": [(name, "mon", 100) for name in names],
        "choices": [(pupil, slot, int(rank), name) for pupil, slot, rank, name in choices],
    }


def test_many_pieces_on_many_threads_are_one_table(tmp_path):
    rows = large_rows(2_000)
    expected = coded(build_market(**rows))
    write_parquet_folder(tmp_path, rows, row_group_size=97)
    for threads in (1, 2, 5):
        assert coded(read_market(tmp_path, threads=threads)) == expected
    folder = write_csv_folder(tmp_path / "csv", rows)
    assert coded(read_market(folder)) == expected


NUMBERED = {
    "pupils": [
        (205, 1),
        (-3, 2),
        (1000000007, None),
        (20, 3),
        (2**63 - 1, 1),
        (-(2**63), 1),
        (0, 1),
    ],
    "courses": [(7, "mon", 1), (70, "mon", 2), (8, "2", 3)],
    "choices": [
        (20, "mon", 2, 7),
        (20, "mon", 1, 70),
        (205, "2", 1, 8),
        (-3, "mon", 1, 7),
        (2**63 - 1, "mon", 1, 7),
        (-(2**63), "mon", 4, 7),
        (0, "mon", 1, 70),
    ],
    "tiers": [(20, 7, 2), (20, 70, 3)],
    "tickets": [(20, 5, 1), (205, 6, 1), (-3, 7, None)],
}


def integers_as(kind, columns=("pupil", "course", "ticket")):
    def cast(table):
        arrays = {
            name: column.cast(kind) if name in columns else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
        return pa.table(arrays)

    return cast


@pytest.mark.parametrize("kind", [pa.int64(), pa.dictionary(pa.int32(), pa.int64())])
def test_integer_ids_are_their_decimal_text(tmp_path, kind):
    rows = {
        name: [
            tuple(
                str(c) if p == 0 or (isinstance(c, int) and p > 2) else c for p, c in enumerate(row)
            )
            for row in given
        ]
        for name, given in NUMBERED.items()
    }
    rows["tiers"] = [(str(p), str(c), t) for p, c, t in NUMBERED["tiers"]]
    rows["tickets"] = [
        (str(p), str(t), None if b is None else str(b)) for p, t, b in NUMBERED["tickets"]
    ]
    expected = coded(build_market(**NUMBERED))
    assert expected == coded(build_market(**rows))
    assert expected["courses"] == ["7", "70", "8"]
    assert "-9223372036854775808" in expected["pupils"]
    write_parquet_folder(tmp_path, rows, cast=integers_as(kind))
    assert coded(read_market(tmp_path)) == expected


def test_many_integer_ids_with_repeats(tmp_path):
    rows = {
        "pupils": [(str(3 * number),) for number in range(700)],
        "courses": [(str(number), "1", 9) for number in range(30)],
        "choices": [
            (str(3 * number), "1", rank + 1, str((number * 7 + rank) % 30))
            for number in range(700)
            for rank in range(number % 4)
        ],
    }
    write_parquet_folder(tmp_path, rows, cast=integers_as(pa.int64()), row_group_size=1_000)
    assert read_market(tmp_path).digest == build_market(**rows).digest


def test_unsigned_and_missing_integer_ids(tmp_path):
    rows = {
        "pupils": [(str(2**64 - 1),), ("5",)],
        "courses": [("1", "mon", 1)],
        "choices": [(str(2**64 - 1), "mon", 1, "1"), ("5", "mon", 1, "1")],
    }
    write_parquet_folder(tmp_path, rows, cast=integers_as(pa.uint64()))
    assert read_market(tmp_path).digest == build_market(**rows).digest


def test_a_column_without_any_value_is_like_none(tmp_path):
    rows = {**ROWS, "pupils": [(row[0],) for row in ROWS["pupils"]]}
    write_parquet_folder(tmp_path, rows)
    table = arrow_table("pupils", rows["pupils"])
    empty = pa.nulls(table.num_rows)
    pq.write_table(
        pa.table({"pupil": table["pupil"], "grade": empty, "group": empty}),
        tmp_path / "pupils.parquet",
    )
    assert read_market(tmp_path).digest == build_market(**rows).digest


def test_not_a_number_is_an_empty_cell(tmp_path):
    folder = write_parquet_folder(tmp_path)
    table = pq.read_table(folder / "pupils.parquet")
    grades = [
        float("nan") if grade is None else float(grade) for grade in table["grade"].to_pylist()
    ]
    pq.write_table(table.set_column(1, "grade", pa.array(grades)), folder / "pupils.parquet")
    assert read_market(folder).digest == build_market(**ROWS).digest


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("1-3", {1, 2, 3}),
        ("1+2", {1, 2}),
        ("1,2", {1, 2}),
        ("1 3 5", {1, 3, 5}),
        ("1;2", {1, 2}),
        ("1、2", {1, 2}),
        ("1，3；5", {1, 3, 5}),
        ("1 - 2、 4～6", {1, 2, 4, 5, 6}),
        ("1至3", {1, 2, 3}),
        ("0\u20131", {0, 1}),
        ("62", {62}),
        ("1-3+2-4", {1, 2, 3, 4}),
    ],
)
def test_ways_to_write_grades(text, grades):
    market = build_market(pupils=[("a",)], courses=[("c", "mon", 1, 0, text)], choices=[])
    mask = int(market.courses.grades[0])
    assert {grade for grade in range(64) if mask >> grade & 1} == grades


def test_days_of_courses_may_be_titled_as_schools_do(tmp_path, expected):
    for title in ("上课日", "上课时间"):
        slots = ["课程", title, "名额", "开班人数", "面向年级", "轮次", "停开次序", "预留"]
        titles = {**CHINESE, "courses": slots, "choices": ["学生", title, "志愿", "课程"]}
        assert coded(read_market(write_csv_folder(tmp_path, titles=titles))) == expected


def test_the_operating_page_lists_every_chinese_title():
    page = Path(__file__).parents[3] / "docs" / "operating" / "allocation.md"
    (line,) = [
        line
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("列的中文写法：")
    ]
    for column in {column for columns in COLUMNS.values() for column in columns}:
        _, _, after = line.partition(f"`{column.name}`")
        after = after.partition("`，" if column.name == "slots" else "，`")[0]
        for title in column.names:
            assert title.isascii() or title in after


GRADES = [
    (wide("3"), 3),
    (wide("12"), 12),
    ("3年级", 3),
    (wide("3") + " 年级", 3),
    (wide("3.0"), 3),
    ("无", -1),
    ("", -1),
    *((f"{digit}年级", place + 1) for place, digit in enumerate("一二三四五六七八九")),
]


@pytest.mark.parametrize(("cell", "grade"), GRADES)
def test_grades_as_schools_write_them(tmp_path, cell, grade):
    rows = {**ROWS, "pupils": [*ROWS["pupils"], ("x", cell)]}
    from_rows = build_market(**rows)
    assert from_rows.grade[from_rows.pupils.to_pylist().index("x")] == grade
    for encoding in ("utf-8", "gb18030"):
        folder = write_csv_folder(tmp_path, rows, encoding=encoding)
        assert read_market(folder).digest == from_rows.digest


def test_full_width_digits_are_numbers(tmp_path, expected):
    numbers = {
        name: [place for place, column in enumerate(COLUMNS[name]) if column.kind is Kind.NUMBER]
        for name in ROWS
    }
    # why: a round is written, so that its column, too, is read in full width.
    rounds = {"mon": 2, "wed": 2, "mon+wed": 1}
    rows = {**ROWS, "courses": [(*row[:5], rounds[row[1]], *row[6:]) for row in ROWS["courses"]]}
    rows = {
        name: [
            tuple(
                wide(str(cell)) if cell is not None and place in numbers[name] else cell
                for place, cell in enumerate(row)
            )
            for row in given
        ]
        for name, given in rows.items()
    }
    assert coded(read_market(write_csv_folder(tmp_path, rows))) == expected
