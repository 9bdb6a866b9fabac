import dataclasses

import pytest

from shuangjian.foundation.documents.errors import DocumentContentError
from shuangjian.foundation.documents.official_document import (
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
)
from tests.foundation.documents.sample import PLAIN, SCHOOLS

REFUSALS = [
    (lambda: Paragraph("  "), "正文", "空的"),
    (lambda: Paragraph("甲\n乙"), "正文", "第 2 个字符"),
    (lambda: Paragraph("甲\x00"), "正文", "U+0000"),
    (lambda: Paragraph("甲\ud800"), "正文", "U+D800"),
    (lambda: Paragraph("甲乙\u202e丙"), "正文", "第 3 个字符是不能印出的 U+202E"),
    (lambda: Note(""), "注", "空的"),
    (lambda: Heading(level=5, text="甲"), "标题层次", "第 5 层"),
    (lambda: Column(title="甲", width=0), "表头", "列宽为 0"),
    (lambda: Table(columns=(), rows=()), "表格", "没有列"),
    (
        lambda: Table(columns=(Column(title="甲"),), rows=(("1",), ("1", "2")), caption="丁"),
        "表格“丁”",
        "第 2 行有 2 格，表头有 1 列",
    ),
    (
        lambda: Table(columns=(Column(title="甲"),), rows=(("a\tb",),)),
        "表格第 1 行",
        "U+0009",
    ),
    (lambda: dataclasses.replace(PLAIN, blocks=()), "正文", "没有以文字结束"),
    (
        lambda: dataclasses.replace(PLAIN, blocks=(Paragraph("甲"), SCHOOLS)),
        "正文",
        "没有以文字结束",
    ),
    (
        lambda: dataclasses.replace(
            PLAIN,
            blocks=(Heading(level=2, text="空"), Heading(level=1, text="乙"), Paragraph("丙")),
        ),
        "标题“空”",
        "下面没有内容",
    ),
    (lambda: dataclasses.replace(PLAIN, title=""), "标题", "空的"),
    (lambda: dataclasses.replace(PLAIN, title="甲\n"), "标题", "空的"),
    (lambda: dataclasses.replace(PLAIN, issuer=" "), "发文机关", "空的"),
    (lambda: dataclasses.replace(PLAIN, copy_number=0), "份号", "六位数字"),
    (lambda: dataclasses.replace(PLAIN, copy_number=1_000_000), "份号", "六位数字"),
    (lambda: dataclasses.replace(PLAIN, attachments=("表", "")), "附件说明", "空的"),
    (lambda: dataclasses.replace(PLAIN, copy_to=("某局\r",)), "抄送机关", "第 3 个字符"),
    (lambda: dataclasses.replace(PLAIN, watermark=""), "水印", "空的"),
]


@pytest.mark.parametrize(("make", "where", "why"), REFUSALS)
def test_content_that_cannot_be_laid_out_is_refused_with_its_place(make, where, why):
    with pytest.raises(DocumentContentError) as caught:
        make()
    assert caught.value.where == where
    assert why in caught.value.why
    assert caught.value.remedy in str(caught.value)


def test_cell_and_column_title_may_be_empty():
    table = Table(columns=(Column(title=""),), rows=(("",),))
    assert table.rows == (("",),)
